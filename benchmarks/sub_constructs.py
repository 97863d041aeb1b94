"""What a construct gains by hearing its sub-constructs; writes SUB_CONSTRUCTS.md beside this file.

    python benchmarks/sub_constructs.py --data ../shared/data [--quick]

The same learner with and without them, on the same folds: the shipped, invented study with the NPT codebook and, where it is,
pdpilot_interviews with all three levels of its codes.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from asked import asking, tell
from comparison.sets import FOLDS, SETS, benchmark_set, cached_embedder
from drifts.talk import DEMONSTRATION, SAYS, demonstration
from intervals import documents, in_words, paired
from machine import machine
from secondcoder.domain.arrays import Floats, Rows, Vectors
from secondcoder.embedding import Embedder
from secondcoder.labels.label_matrix import LabelMatrix
from secondcoder.learning.assessment.metrics import LabelledPredictions, leave_one_out, point_and_draws
from secondcoder.learning.assessment.reliability import calibration_errors
from secondcoder.learning.assessment.splits import group_folds, train_and_test
from secondcoder.learning.features import Features
from secondcoder.learning.stacked_kernels.classifier import StackedKernelClassifier

FEWEST = 8
SEED = 20260101
SIZES = (3, 5, 10, None)
LEVEL = " > "
PDPILOT = "pdpilot_interviews"


@dataclass(frozen=True)
class Family:
    """A study whose codes have parents; `sizes` are the transcripts learned from in a fold, None for all."""

    name: str
    says: str
    features: Features
    labels: LabelMatrix
    code_embeddings: Vectors
    sizes: Sequence[int | None]

    @property
    def constructs(self) -> Rows:
        """Columns of the codes that have others below them."""
        return np.unique(self.labels.parents[self.labels.parents >= 0])


@dataclass(frozen=True)
class Gain:
    """Means over the constructs, alone and with their sub-constructs: average precision, F1, calibration error, by seed (s, 2);
    and the difference in average precision, mean over the seeds, with the ends of its interval."""

    precision: Floats
    f1: Floats
    calibration: Floats
    difference: Floats


def families(data: Path, embedder: Embedder) -> Iterator[Family]:
    """The studies that can be had."""
    talk = demonstration(embedder)
    rows = np.flatnonzero(talk.labels.coded_rows)
    yield Family(
        DEMONSTRATION,
        SAYS[DEMONSTRATION],
        talk.features.take(rows),
        talk.labels.take(rows),
        talk.code_embeddings,
        SIZES,
    )
    path = data / SETS[PDPILOT].folder / "units.parquet"
    if path.is_file():
        yield _pdpilot(pd.read_parquet(path), embedder)
    else:
        tell(f"skipped {PDPILOT}: {path} is not there")


def _pdpilot(units: pd.DataFrame, embedder: Embedder) -> Family:
    units = units.assign(levels=units["labels"].map(_with_levels_above))
    data = benchmark_set(PDPILOT, "", units, "levels", embedder, FEWEST)
    place = {code: j for j, code in enumerate(data.codes)}
    parents = np.array([place.get(code.rpartition(LEVEL)[0], -1) for code in data.codes], dtype=np.intp)
    labels = LabelMatrix(data.codes, data.y, data.known, rolled_up=parents)
    return Family(
        PDPILOT, f"all levels, codes with {FEWEST} marks", data.features, labels, data.code_embeddings, (None,)
    )


def _with_levels_above(labels: str) -> str:
    levels = [code.split(LEVEL) for code in labels.split("|") if code]
    return "|".join(sorted({LEVEL.join(parts[:depth]) for parts in levels for depth in range(1, len(parts) + 1)}))


def gain(family: Family, size: int | None, seeds: int, rounds: int) -> Gain:
    """Held-back figures of the constructs for several divisions into folds."""
    points, draws, left_out = [], [], []
    for seed in range(seeds):
        alone, helped = (
            _held_back(family, labels, size, seed) for labels in (replace(family.labels, rolled_up=None), family.labels)
        )
        # The same transcripts are drawn for every division, so that the mean over divisions is one figure.
        found = [point_and_draws(held, rounds, SEED) for held in (alone, helped)]
        errors = [float(np.mean(calibration_errors(held.probability, held.y, held.known))) for held in (alone, helped)]
        points.append([[float(point[name]) for point, _ in found] for name in ("macro_ap", "macro_f1")] + [errors])
        draws.append([drawn["macro_ap"] for _, drawn in found])
        left_out.append([leave_one_out(held)["macro_ap"] for held in (alone, helped)])
    precision, f1, calibration = np.moveaxis(np.array(points), 1, 0)
    without, with_them = zip(*(np.mean(part, axis=0) for part in (precision, draws, left_out)), strict=True)
    return Gain(precision, f1, calibration, paired(with_them, without, *documents(helped)))


def _held_back(family: Family, labels: LabelMatrix, size: int | None, seed: int) -> LabelledPredictions:
    """The constructs' figures come from these; the other codes are learned with them."""
    names, rng = np.asarray(family.features.groups), np.random.default_rng(seed)
    probability, suggested = np.zeros(labels.y.shape), np.zeros(labels.y.shape, dtype=bool)
    for train, rest in train_and_test(group_folds(family.features.groups, FOLDS, seed)):
        rows = train[np.isin(names[train], rng.permutation(np.unique(names[train]))[:size])]
        model = StackedKernelClassifier(FOLDS, seed).fit(
            family.features.take(rows), labels.take(rows), family.code_embeddings
        )
        probability[rest] = model.predict_proba(family.features.take(rest))
        suggested[rest] = probability[rest] >= model.thresholds_
    at = family.constructs
    return LabelledPredictions(
        probability[:, at], suggested[:, at], labels.y[:, at], labels.known[:, at], family.features.groups
    )


def report(found: Iterator[Family], seeds: int, rounds: int) -> Iterator[str]:
    """All lines of SUB_CONSTRUCTS.md."""
    yield from ["# Constructs with and without their sub-constructs", ""]
    yield (
        f"Written by `benchmarks/sub_constructs.py`. {machine()} {FOLDS} folds by transcript, means of {seeds} divisions, over codes "
        "that have others below them. Intervals: 95 %, whole transcripts drawn again, on the difference in macro average precision."
    )
    for family in found:
        yield from ["", f"## {family.name}", ""]
        yield f"{family.says}; {len(family.constructs)} of {len(family.labels.codes)} codes have others below them."
        yield ""
        yield "| learned from | macro-AP alone | with sub-constructs | difference | macro-F1 | calibration error |"
        yield "|---|---|---|---|---|---|"
        for size in family.sizes:
            tell(f"{family.name}: {size or 'all'}")
            yield _row(size, gain(family, size, seeds, rounds))


def _row(size: int | None, one: Gain) -> str:
    alone, helped = one.precision.mean(axis=0)
    pairs = [
        " to ".join(f"{value:.3f}" for value in figure.mean(axis=0)).lstrip() for figure in (one.f1, one.calibration)
    ]
    return (
        f"| {size or 'all'} transcripts | {alone:.3f} | {helped:.3f} | {in_words(one.difference)} | "
        f"{' | '.join(pairs)} |"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse, measure, write."""
    given = asking(__doc__, "SUB_CONSTRUCTS.md", "one division, few resamplings").parse_args(arguments)
    embedder = cached_embedder(given.cache)
    seeds, rounds = (1, 20) if given.quick else (5, 1000)
    lines = report(families(given.data, embedder), seeds, rounds)
    given.out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    tell(f"written: {given.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
