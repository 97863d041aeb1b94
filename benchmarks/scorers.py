"""What scorers that are invented here do to the learner; writes SCORERS.md beside this file.

    python benchmarks/scorers.py --data ../shared/data [--quick]

A scorer reads a passage and a definition and says how likely the code is. These know the labels of the set and blur them by noise, so
that it is known how good they are. What a real model would bring is not measured here.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b

import numpy as np
from asked import asking, tell
from comparison.sets import FOLDS, SEED, BenchmarkSet, cached_embedder, load_set, there
from intervals import documents, in_words, paired
from machine import machine
from secondcoder.domain.arrays import Bools, Floats
from secondcoder.labels.label_matrix import LabelMatrix
from secondcoder.learning.assessment.metrics import LabelledPredictions, leave_one_out, point_and_draws
from secondcoder.learning.cross_validation import cross_validate
from secondcoder.scoring.answers import Answers
from secondcoder.scoring.scorer import Question

SETS = ("ohd_long1960s", "pdpilot_interviews")
GOOD, WEAK = 1.5, 0.5


@dataclass(frozen=True)
class InventedScorer:
    """Says a base rate, moved by `knows[code]` for a passage with the code, and noise of standard deviation 1 (log-odds)."""

    name: str
    truth: Mapping[Question, bool]
    knows: Mapping[str, float]

    @property
    def id(self) -> str:
        """Its name."""
        return self.name

    def probabilities(self, questions: Sequence[Question]) -> Floats:
        """(n,)."""
        moved = np.array([self.knows[code] * self.truth[text, code] for text, code in questions])
        return np.asarray(1 / (1 + np.exp(2 - moved - _noise(self.name, questions))))

    def describe(self) -> str:
        """The sentence for the methods section."""
        return f"An invented scorer, {self.name}."


def _noise(name: str, questions: Sequence[Question]) -> Floats:
    """(n,) standard normal, the same for the same question in every run."""
    seeds = (blake2b("\0".join((name, *question)).encode(), digest_size=8).digest() for question in questions)
    return np.array([np.random.default_rng(int.from_bytes(seed)).standard_normal() for seed in seeds])


def scorers_of(data: BenchmarkSet) -> dict[str, tuple[InventedScorer, Bools]]:
    """What is said of a scorer -> the scorer, and the codes (k,) of which it tells the truth."""
    truth = {
        (text, code): bool(mark)
        for text, row in zip(data.features.texts, data.y, strict=True)
        for code, mark in zip(data.codes, row, strict=True)
    }
    # By frequency, so that either half has common codes and rare ones.
    half = np.argsort(np.argsort(data.y.sum(axis=0))) % 2 == 0
    every = np.ones(len(half), dtype=bool)
    kinds = {
        f"good (yes moved by {GOOD:g} standard deviations)": (np.full(len(half), GOOD), every),
        f"weak (by {WEAK:g})": (np.full(len(half), WEAK), every),
        "random": (np.zeros(len(half)), ~every),
        "good for half of the codes, says the opposite of the others": (np.where(half, GOOD, -GOOD), half),
        "good for half of the codes, random for the others": (np.where(half, GOOD, 0.0), half),
    }
    return {
        says: (InventedScorer(says, truth, dict(zip(data.codes, knows.tolist(), strict=True))), right)
        for says, (knows, right) in kinds.items()
    }


@dataclass(frozen=True)
class Result:
    """Held-back figures with a scorer less those without, means over divisions into folds.

    Attributes:
        macro: macro average precision of all codes, with the ends of its interval, (3,); f1: macro-F1.
        precision: (k,) average precision of the codes; kept: (k,) share of the folds in which the scorer was used.
    """

    macro: Floats
    f1: float
    precision: Floats
    kept: Floats


def held_back(data: BenchmarkSet, scorer: InventedScorer | None, seed: int) -> tuple[LabelledPredictions, Floats]:
    """Nested cross-validation, and the share of its folds in which the scorer was used for each code."""
    features = replace(data.features, answers=Answers([scorer] if scorer else []))
    labels = LabelMatrix(data.codes, data.y, data.known)
    made = cross_validate(features, labels, data.code_embeddings, folds=FOLDS, seed=seed)
    kept = made.kept[scorer.id] if scorer else np.zeros(len(data.codes))
    return LabelledPredictions(made.probability, made.suggested, data.y, data.known, features.groups), kept


@dataclass(frozen=True)
class Measured:
    """Figures of runs, means over divisions: macro average precision, in each bootstrap round, and with each document left out;
    macro-F1; average precision of the codes (k,); how many documents."""

    macro: tuple[Floats, Floats, Floats]
    f1: float
    precision: Floats
    documents: tuple[int, float]


def measured(runs: Sequence[LabelledPredictions], rounds: int) -> Measured:
    """All that is compared."""
    points, draws = zip(*(point_and_draws(run, rounds, SEED) for run in runs), strict=True)
    mean = {name: np.mean([point[name] for point in points], axis=0) for name in points[0]}
    left_out = np.mean([leave_one_out(run)["macro_ap"] for run in runs], axis=0)
    macro = (mean["macro_ap"], np.mean([drawn["macro_ap"] for drawn in draws], axis=0), left_out)
    return Measured(macro, float(mean["macro_f1"]), mean["average_precision"], documents(runs[0]))


def compare(data: BenchmarkSet, scorer: InventedScorer, alone: Measured, seeds: int, rounds: int) -> Result:
    """The scorer's gain over `alone`, without it."""
    runs, kept = zip(*(held_back(data, scorer, seed) for seed in range(seeds)), strict=True)
    helped = measured(runs, rounds)
    macro = paired(helped.macro, alone.macro, *helped.documents)
    return Result(macro, helped.f1 - alone.f1, helped.precision - alone.precision, np.mean(kept, axis=0))


def report(sets: Iterator[BenchmarkSet], seeds: int, rounds: int) -> Iterator[str]:
    """All lines of SCORERS.md."""
    yield from ["# What a scorer does to the learner", ""]
    yield (
        f"Written by `benchmarks/scorers.py`. {machine()} {FOLDS} folds by document, everything chosen inside the training part, "
        f"means of {seeds} divisions. The scorers are invented: they know the set's labels and blur them by noise of standard "
        "deviation 1 in log-odds. The learner does not know which one it hears. Nothing follows for any real model. Intervals: 95 %, "
        "whole documents drawn again. Kept: the share of folds in which the scorer is used for a code, of the codes of which it "
        "tells the truth and of the others."
    )
    for data in sets:
        alone = measured([held_back(data, None, seed)[0] for seed in range(seeds)], rounds)
        yield from ["", f"## {data.name}", ""]
        yield (
            f"{len(data.features)} units, {len(data.codes)} codes, {len(set(data.features.groups))} documents; macro-AP without a "
            f"scorer {alone.macro[0]:.3f}."
        )
        yield ""
        yield "| scorer | macro-AP | macro-F1 | AP where it is right | AP of the others | kept where right | kept of the others |"
        yield "|---|---|---|---|---|---|---|"
        for says, (scorer, right) in scorers_of(data).items():
            tell(f"{data.name}: {says}")
            yield _row(says, compare(data, scorer, alone, seeds, rounds), right)


def _row(says: str, one: Result, right: Bools) -> str:
    def of(values: Floats, codes: Bools, form: Callable[[float], str]) -> str:
        return form(float(np.nanmean(values[codes]))) if codes.any() else "-"

    cells = [
        *(of(one.precision, codes, "{:+.3f}".format) for codes in (right, ~right)),
        *(of(one.kept, codes, "{:.0%}".format) for codes in (right, ~right)),
    ]
    return f"| {says} | {in_words(one.macro)} | {one.f1:+.3f} | {' | '.join(cells)} |"


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse, measure, write."""
    given = asking(__doc__, "SCORERS.md", "small sets, one division, few resamplings").parse_args(arguments)
    embedder = cached_embedder(given.cache)
    sets = (load_set(given.data, name, embedder, given.quick) for name in there(given.data, SETS))
    seeds, rounds = (1, 20) if given.quick else (2, 500)
    given.out.write_text("\n".join(report(sets, seeds, rounds)) + "\n", encoding="utf-8")
    tell(f"written: {given.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
