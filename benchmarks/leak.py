"""What accepted suggestions tell of the transcripts that judge the next model; writes LEAK.md beside this file.

    python benchmarks/leak.py [--data ../shared/data] [--rounds 40] [--out FILE]

On the shipped, invented study and, where it is, a real set: rounds of review by somebody who follows suggestions never,
sometimes or always, with the path from a model's suggestions to its judges closed, as it is, and open, as it was in 0.1.0.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from asked import asking, tell
from comparison.sets import cached_embedder, load_set, there
from intervals import share
from machine import machine
from retraining.alternatives import ASIDE, Gain, cross_fitted, reusable_holdout
from retraining.demonstration import demonstration
from retraining.following import BELOW, BLIND, ERROR, Coded, Outcome, drawn

FOLLOWS = (0.0, 0.3, 1.0)
PLANS = {"demonstration study": (6, 3), "ohd_long1960s": (6, 3)}
"""Set -> transcripts of the first model and of the round."""
FEWER = 0.3
"""Share of the rounds that are played on the real set: they take longer."""
CODES = 8
"""The most frequent ones that can be learned; all of them would take hours."""
NAMES = {0.0: "never (a sound round)", 0.3: "in 30 %", 1.0: "always (a rubber stamp)"}


def report(name: str, outcomes: Sequence[Outcome], gains: dict[str, dict[float, list[Gain]]]) -> list[str]:
    """The tables of one set."""
    first, fresh = PLANS[name]
    lines = [
        f"## {name}: a model of {first} transcripts, a review of {fresh}", "",
        "| follows suggestions | path | rounds | macro-AP by cross-validation, before and after | on untouched transcripts "
        "| promoted | stopped as worse | contradicting | following |",
        "|---|---|---|---|---|---|---|---|---|",
    ]  # fmt: skip
    for follows in FOLLOWS:
        lines += [_row(follows, closed, outcomes) for closed in (True, False)]
    return [*lines, "", *_alternatives(outcomes, gains), ""]


def _row(follows: float, closed: bool, outcomes: Sequence[Outcome]) -> str:
    own = [one for one in outcomes if (one.follows, one.closed) == (follows, closed)]
    seen = " → ".join(
        f"{np.mean(values):.3f}" for values in zip(*((one.seen_before, one.seen) for one in own), strict=True)
    )
    true = " → ".join(
        f"{np.mean(values):.3f}" for values in zip(*((one.true_before, one.true) for one in own), strict=True)
    )
    stopped = [
        share(sum(reason in one.reasons for one in own), len(own)) for reason in ("worse", "contradicting", "following")
    ]
    promoted = share(sum(not one.reasons for one in own), len(own))
    path = "closed" if closed else "open"
    return f"| {NAMES[follows]} | {path} | {len(own)} | {seen} | {true} | {promoted} | {' | '.join(stopped)} |"


def _alternatives(outcomes: Sequence[Outcome], gains: dict[str, dict[float, list[Gain]]]) -> Iterator[str]:
    yield "What each way sees of a round's gain in macro-AP, and the candidate's macro-AP on untouched transcripts:"
    yield ""
    yield "| way | follows suggestions | seen | true | seen less true: mean, standard deviation | candidate |"
    yield "|---|---|---|---|---|---|"
    ours = {
        follows: [
            Gain(one.seen - one.seen_before, one.true - one.true_before, one.true)
            for one in outcomes
            if one.follows == follows and one.closed
        ]
        for follows in FOLLOWS
    }
    for way, by_follows in {"labels unknown (shipped)": ours, **gains}.items():
        for follows, own in by_follows.items():
            seen, true, reached = (
                np.array([getattr(one, field) for one in own]) for field in ("seen", "true", "reached")
            )
            yield (
                f"| {way} | {NAMES[follows]} | {seen.mean():+.3f} | {true.mean():+.3f} | {(seen - true).mean():+.3f}, "
                f"{(seen - true).std():.3f} | {reached.mean():.3f} |"
            )


def sets(data: Path, cache: Path, folder: Path) -> Iterator[tuple[str, Coded]]:
    """The fully coded sets that can be had."""
    yield "demonstration study", demonstration(folder)
    names = there(data, [name for name in PLANS if name != "demonstration study"])
    embedder = cached_embedder(cache)
    for name in names:
        one = load_set(data, name, embedder)
        yield name, Coded(one.features, one.y, one.code_embeddings)


def main() -> None:
    """Draw, review, judge, write."""
    parser = asking(__doc__, "LEAK.md")
    parser.add_argument("--rounds", type=int, default=40)
    given = parser.parse_args()
    lines = [
        "# What accepted suggestions tell", "",
        f"Written by `benchmarks/leak.py`. {machine()}", "",
        "A model learns from transcripts coded by hand and suggests on others; somebody reviews these, and a "
        "candidate learns from both. Cross-validation then judges on the hand-coded ones. If labels of the review, "
        "which repeat what the first model knew of a transcript, are learned from while that transcript is held out "
        "(*open*, as in 0.1.0), the figures rise whatever the suggestions are worth. *Closed*, they are unknown then.", "",
        f"A sound reviewer errs in {ERROR:.0%} of the decisions; {BLIND:.0%} of the passages with suggestions are "
        f"coded blind, {BELOW:.0%} of the others are sampled. The {CODES} most frequent codes that can be learned. "
        "*Promoted*: the gate as shipped finds nothing against the candidate. Brackets: Wilson, 95 %; a set has few "
        "transcripts, which come again from round to round, so the rates are less sure than that.", "",
        "Two other ways: *cross-fitted*, each new transcript gets suggestions of a model that had not seen one fold "
        f"of the old ones, which alone is judged by it; *reusable holdout*, {ASIDE} of the old transcripts are never "
        "learned from (Thresholdout).", "",
    ]  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        for name, data in sets(given.data, given.cache, Path(folder)):
            outcomes: list[Outcome] = []
            gains: dict[str, dict[float, list[Gain]]] = {
                way: {follows: [] for follows in FOLLOWS} for way in ("cross-fitted suggestions", "reusable holdout")
            }
            number_of = given.rounds if name == "demonstration study" else round(FEWER * given.rounds)
            for number, one in enumerate(drawn(data, *PLANS[name], number_of, CODES)):
                outcomes += one.outcomes(FOLLOWS, opened=True)
                for follows in FOLLOWS:
                    gains["cross-fitted suggestions"][follows].append(cross_fitted(one, follows))
                    gains["reusable holdout"][follows].append(reusable_holdout(one, follows))
                tell(f"{name}: round {number + 1} of {number_of}")
            lines += report(name, outcomes, gains)
            given.out.write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
