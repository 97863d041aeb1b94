"""How often the gate stops a sound round and lets a spoilt one through; writes GATE.md beside this file.

    python benchmarks/gate_rates.py --data ../shared/data [--rounds 60] [--out FILE]

Drawn transcripts make a first model, others a round of new codings: as they were coded (a sound round), or with a share of the
passages given each other's codes (a spoilt one). Learning, comparison and gate are secondcoder's own; only the store is left out.
Rounds of review by somebody who follows suggestions are in leak.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from asked import asking
from comparison.sets import FOLDS, SEED, BenchmarkSet, cached_embedder, load_set, there
from machine import machine
from secondcoder.configuration import load_configuration
from secondcoder.domain.arrays import Bools, Rows
from secondcoder.labels.label_matrix import LabelMatrix
from secondcoder.learning.assessment.metrics import LabelledPredictions, point_and_draws
from secondcoder.learning.stacked_kernels.classifier import StackedKernelClassifier
from secondcoder.training.gate import decide
from secondcoder.training.label_consistency import label_consistency
from secondcoder.training.paired_comparison import PairedScores, compare_with_model_in_use

SHARES = (0.0, 0.1, 0.3, 0.6)
PLANS = {"ohd_long1960s": ((6, 3), (8, 5)), "pdpilot_interviews": ((4, 2),)}
"""Set -> transcripts of the first model and of the round."""
FEWEST, SPREAD = 8, 2


@dataclass(frozen=True)
class Trial:
    """One round at the gate: stopped as worse or as contradicting; macro-AP on other transcripts, before and after."""

    share: float
    worse: bool
    contradicting: bool
    before: float
    after: float


def trials(data: BenchmarkSet, first: int, fresh: int, rounds: int) -> Iterator[Trial]:
    """Rounds of drawn transcripts, each at every share of spoilt passages."""
    groups = np.asarray(data.features.groups)
    for seed in range(rounds):
        rng = np.random.default_rng(seed)
        order = rng.permutation(np.unique(groups))
        old, new = (np.isin(groups, part) for part in (order[:first], order[first : first + fresh]))
        codes = _learnable(data.y[old], groups[old])
        if len(codes):
            yield from _round(data, codes, old, new, rng)


def _learnable(y: Bools, groups: np.ndarray) -> Rows:
    spread = np.array([len(set(groups[column])) for column in y.T])
    return np.flatnonzero((y.sum(axis=0) >= FEWEST) & (spread >= SPREAD))


def _round(data: BenchmarkSet, codes: Rows, old: Bools, new: Bools, rng: np.random.Generator) -> Iterator[Trial]:
    groups, settings = np.asarray(data.features.groups), load_configuration().retraining
    y, both, rest = data.y[:, codes], np.flatnonzero(old | new), np.flatnonzero(~old & ~new)
    in_use = _fit(data, np.flatnonzero(old), y, codes)
    before = np.zeros(y.shape)
    before[old], before[new] = in_use.out_of_fold_, in_use.predict_proba(data.features.take(np.flatnonzero(new)))
    for share in SHARES:
        spoilt = _shuffled(y, np.flatnonzero(new), share, rng)
        candidate = _fit(data, both, spoilt, codes)
        unseen = PairedScores(
            tuple(map(str, codes)), before[both], candidate.out_of_fold_, spoilt[both], np.ones_like(spoilt[both]),
            tuple(groups[both]), np.ones(len(both), dtype=bool), new[both], before[both] >= in_use.thresholds_,
            np.zeros_like(spoilt[both]),
        )  # fmt: skip
        comparison, bears = compare_with_model_in_use(unseen, SEED), label_consistency(unseen, settings.alarm)
        yield Trial(
            share,
            not decide(comparison, None, (), settings).passed,
            not decide(None, bears, (), settings).passed,
            *(_quality(model, data, rest, y) for model in (in_use, candidate)),
        )


def _fit(data: BenchmarkSet, rows: Rows, y: Bools, codes: Rows) -> StackedKernelClassifier:
    labels = LabelMatrix(tuple(map(str, codes)), y[rows], np.ones_like(y[rows]))
    return StackedKernelClassifier(FOLDS, SEED).fit(data.features.take(rows), labels, data.code_embeddings[codes])


def _shuffled(y: Bools, rows: Rows, share: float, rng: np.random.Generator) -> Bools:
    spoilt = y.copy()
    hit = rng.permutation(rows)[: round(share * len(rows))]
    spoilt[hit] = y[rng.permutation(hit)]
    return spoilt


def _quality(model: StackedKernelClassifier, data: BenchmarkSet, rows: Rows, y: Bools) -> float:
    probability = model.predict_proba(data.features.take(rows))
    nothing = np.zeros(probability.shape, dtype=bool)
    names = [data.features.groups[row] for row in rows.tolist()]
    return float(
        point_and_draws(LabelledPredictions(probability, nothing, y[rows], ~nothing, names), 1, 0)[0]["macro_ap"]
    )


def table(found: Sequence[Trial]) -> list[str]:
    """A row for each share of spoilt passages."""
    lines = [
        "| passages with others' codes | rounds | stopped | as worse | as contradicting | macro-AP elsewhere: in use | candidate |",
        "|---|---|---|---|---|---|---|",
    ]
    for share in SHARES:
        own = [one for one in found if one.share == share]
        stopped = sum(one.worse or one.contradicting for one in own)
        lines.append(
            f"| {share:.0%}{' (a sound round)' if not share else ''} | {len(own)} | {share(stopped, len(own))} | "
            f"{share(sum(one.worse for one in own), len(own))} | {share(sum(one.contradicting for one in own), len(own))} | "
            f"{np.mean([one.before for one in own]):.3f} | {np.mean([one.after for one in own]):.3f} |"
        )
    return lines


def main() -> None:
    """Draw, judge, write."""
    parser = asking(__doc__, "GATE.md")
    parser.add_argument("--rounds", type=int, default=60)
    given = parser.parse_args()
    names = there(given.data, list(PLANS))
    if not names:
        return
    embedder = cached_embedder(given.cache)
    settings = load_configuration().retraining
    lines = [
        "# How often the gate errs", "",
        f"Written by `benchmarks/gate_rates.py`. {machine()}", "",
        f"Margins: {settings.margin:g} of macro average precision, {settings.code_margin:g} of a code's, both beyond chance; alarm "
        f"at a stated {settings.alarm:.0%} of sound rounds. A set has few transcripts, which come again from round to round, so the "
        "rates are less sure than their intervals (Wilson, 95 %) say. 'Elsewhere' are the set's other transcripts, with the codes as "
        "they were given. Every interview of ohd_long1960s has a coder of its own. Here everything is coded by hand; rounds of review "
        "by somebody who follows suggestions, rubber stamps among them, are in [LEAK.md](LEAK.md).", "",
    ]  # fmt: skip
    for name in names:
        data = load_set(given.data, name, embedder)
        for first, fresh in PLANS[name]:
            lines += [f"## {name}: a model of {first} transcripts, a round of {fresh}", ""]
            lines += [*table(list(trials(data, first, fresh, given.rounds))), ""]
            given.out.write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
