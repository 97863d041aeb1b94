"""What a recall target costs to read, and whether the promise is kept; writes RECALL.md beside this file.

    OMP_NUM_THREADS=1 python benchmarks/recall.py --data ../shared/data [--runs 300] [--draws 50 35] [--out FILE]

Simulated studies are those of simulated/designs.py, so that new transcripts can be had at will; drawn studies are those of
drawn_studies.py, scored by a nested cross-validation, with the untouched transcripts as new ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from asked import asking, tell
from comparison.sets import BenchmarkSet, cached_embedder, load_set, there
from drawn_studies import SIZES, drawn_studies, nested
from drifts.talk import demonstration
from machine import machine
from recall_rules import RULES, Scored, figures, stop_by_test
from secondcoder.embedding import Embedder
from secondcoder.learning.assessment.recall_control import NEEDED
from simulated.designs import PLAIN, PREVALENCE, SEPARATION

SEED = 20260101
TRANSCRIPTS = (NEEDED, 8, 15, 21)
TARGETS = (0.8, 0.9)
NEW = 40
"""New transcripts of a simulated study."""
TESTED = 8
"""New transcripts among which a stopping rule reads."""
SET_NAMES = ("ohd_long1960s", "pdpilot_interviews")
HEAD = (
    "| rule | asked for | mean of transcripts' shares | standard error | kept | share of marks | mean of codes' shares | read |",
    "|---|---|---|---|---|---|---|---|",
)


def drawn_at_random(transcripts: int, rng: np.random.Generator) -> Scored:
    """A simulated study, its scores turned into probabilities."""
    score, y, group = PLAIN.draw(transcripts, rng)
    log_odds = SEPARATION * (score - SEPARATION / 2) + np.log(PREVALENCE / (1 - PREVALENCE))
    return Scored(1 / (1 + np.exp(-log_odds)), y, group)


def simulated(transcripts: int, runs: int) -> Iterator[str]:
    """A row for each rule and target."""
    rng = np.random.default_rng([SEED, transcripts])
    pairs = [(drawn_at_random(transcripts, rng), drawn_at_random(NEW, rng)) for _ in range(runs)]
    yield from HEAD
    yield from rows_of(pairs)


def rows_of(pairs: Sequence[tuple[Scored, Scored]]) -> Iterator[str]:
    """From studies, each with its new transcripts."""
    for name, rule in RULES.items():
        for target in TARGETS:
            yield _row(name, target, [figures(rule(own, target, new), new) for own, new in pairs])


def stopped(runs: int) -> Iterator[str]:
    """The stopping rule, which needs no study: it reads new transcripts until it may stop."""
    rng = np.random.default_rng([SEED, TESTED, 1])
    news = [drawn_at_random(TESTED, rng) for _ in range(runs)]
    yield from HEAD
    for target in TARGETS:
        yield _row("hypergeometric test, 95 %", target, [figures(stop_by_test(new, target), new) for new in news])


def _row(name: str, target: float, found: Sequence[tuple[float, float, float, float]]) -> str:
    mean, marks, codes, read = np.mean(found, axis=0)
    error = np.std([one[0] for one in found]) / len(found) ** 0.5
    kept = "yes" if mean >= target else "within its error" if mean + 2 * error >= target else "no"
    return f"| {name} | {target:.0%} | {mean:.1%} | {error:.1%} | {kept} | {marks:.1%} | {codes:.1%} | {read:.0%} |"


def drawn(data: BenchmarkSet, draws: int, cache: Path) -> Iterator[tuple[Scored, Scored]]:
    """Drawn studies, each with its untouched transcripts."""
    for own in drawn_studies(data, draws, cache):
        new, group = own.elsewhere, np.unique(own.elsewhere.clusters, return_inverse=True)[1].ravel()
        yield Scored(own.held.probability, own.held.y, own.held.group), Scored(new.probability, new.y, group)


def of_demonstration(embedder: Embedder) -> Iterator[str]:
    """What each rule asks to read in the study that ships, out of fold."""
    talk = demonstration(embedder)
    rows = np.flatnonzero(talk.labels.coded_rows)
    features, labels = talk.features.take(rows), talk.labels.take(rows)
    probability = nested(features, labels, talk.code_embeddings, SEED)[0]
    group = np.unique(np.asarray(features.groups), return_inverse=True)[1].ravel()
    own = Scored(probability, labels.y & labels.known, group)
    yield f"{group.max() + 1} transcripts, {labels.y.shape[1]} codes; {own.y.any(axis=1).mean():.0%} of the passages have a mark."
    yield from [
        "",
        "| rule | recall asked for | mean of transcripts' shares | share of marks | read |",
        "|---|---|---|---|---|",
    ]
    for name, rule in RULES.items():
        for target in TARGETS:
            mean, marks, _, read = figures(rule(own, target, own), own)
            yield f"| {name} | {target:.0%} | {mean:.0%} | {marks:.0%} | {read:.0%} |"


EXPLAINED = """\
Kept means that the mean over new transcripts of the share of a transcript's marks found is at least what was asked for; the standard
error is over studies. B is what a new transcript is allowed for in conformal risk control: 1 is the theorem. "Each code alone" finds a
mark where its own code is above its threshold; "passages" finds it where its passage is read. A rule that can promise nothing with so
few transcripts reads everything. Whoever reads passages at random finds the share that is read."""
DRAWN_SAYS = """\
The same on transcripts of public sets, which come again from study to study: the standard error is too small. Scores of the study are
nested out of fold, those of the untouched transcripts come from a model of the whole study."""
STOPPED_SAYS = f"""\
No study is needed, and nothing is promised beforehand: {TESTED} new transcripts together are read in order of probability until the
test rejects, with 95 % confidence, that fewer of their marked passages were found than was asked for."""
DEMONSTRATION_SAYS = "The same transcripts choose the threshold and are read: the cost that `code --recall` states."


def main() -> None:
    """Simulate, draw, write."""
    parser = asking(__doc__, "RECALL.md")
    parser.add_argument("--runs", type=int, default=300, help="simulated studies")
    parser.add_argument("--draws", type=int, nargs=2, default=[50, 35], help="studies of each set")
    given = parser.parse_args()
    embedder = cached_embedder(given.cache)
    lines = ["# What a recall target costs to read", "", f"Written by `benchmarks/recall.py`. {machine()}", ""]
    lines += EXPLAINED.splitlines()
    for number in TRANSCRIPTS:
        lines += ["", f"## Simulated studies of {number} transcripts ({given.runs})", ""]
        lines += simulated(number, given.runs)
        tell(f"{number} transcripts simulated")
    lines += [
        "",
        "## A stopping rule on simulated transcripts",
        "",
        STOPPED_SAYS,
        "",
        *stopped(given.runs),
    ]
    names = there(given.data, SET_NAMES)
    for name, draws in zip(SET_NAMES, given.draws, strict=True):
        if name in names:
            pairs = list(drawn(load_set(given.data, name, embedder), draws, given.cache))
            low, high = SIZES[name]
            lines += ["", f"## {name}: {len(pairs)} drawn studies of {low} to {high} transcripts", "", DRAWN_SAYS, ""]
            lines += [*HEAD, *rows_of(pairs)]
    lines += ["", "## The demonstration study", "", DEMONSTRATION_SAYS, "", *of_demonstration(embedder)]
    given.out.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
