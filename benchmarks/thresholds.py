"""Where a probability becomes a suggestion: purposes and trials; writes THRESHOLDS.md beside this file.

    python benchmarks/thresholds.py --data ../shared/data [--quick]

The classifier is trained anew for every fold held back, and every rule chooses on its out-of-fold probabilities of the training part.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

import numpy as np
from asked import asking, tell
from comparison.sets import FOLDS, cached_embedder, load_set, there
from drifts.talk import demonstration
from machine import machine
from secondcoder.domain.arrays import Bools, Floats, Vectors
from secondcoder.embedding import Embedder
from secondcoder.labels.label_matrix import LabelMatrix
from secondcoder.learning.assessment.metrics import LabelledPredictions, point_and_draws
from secondcoder.learning.assessment.reliability import calibration_errors
from secondcoder.learning.assessment.splits import group_folds, train_and_test
from secondcoder.learning.features import Features
from secondcoder.learning.stacked_kernels import classifier as learner
from secondcoder.learning.stacked_kernels.classifier import StackedKernelClassifier
from sub_constructs import families
from suggesting.by_transcript import TRANSCRIPT_ROWS, by_transcript
from suggesting.families import FAMILY_ROWS, OF_FAMILIES
from suggesting.rules import SHIPPED, TRIED, Rule

NAMES = ("pooled_kappa", "macro_f1", "macro_ap", "calibration", "per_mark")
HEADS = ("pooled kappa", "macro-F1", "macro-AP", "calibration error", "suggestions a mark")
BEFORE = "F1 of each code, at most 2 a mark"
Figures = dict[str, list[list[float]]]
"""Rule -> NAMES in each division."""


@dataclass(frozen=True)
class Study:
    """n segments with labels, and vectors of the codes' words."""

    name: str
    features: Features
    labels: LabelMatrix
    code_embeddings: Vectors


def studies(data: Path, embedder: Embedder, quick: bool) -> Iterator[Study]:
    """The sets that are there, and the demonstration study; nhs_fft always as a sample of whole documents."""
    for name in there(data, ("pdpilot_interviews", "ohd_long1960s", "nhs_fft")):
        loaded = load_set(data, name, embedder, quick or name == "nhs_fft")
        labels = LabelMatrix(loaded.codes, loaded.y, loaded.known)
        yield Study(name, loaded.features, labels, loaded.code_embeddings)
    talk = demonstration(embedder)
    rows = np.flatnonzero(talk.labels.coded_rows)
    yield Study(talk.name, talk.features.take(rows), talk.labels.take(rows), talk.code_embeddings)


@contextmanager
def inner_folds(number: int | None) -> Iterator[None]:
    """With another number of inner folds; None for as it ships."""
    with patch.object(learner, "INNER_FOLDS", learner.INNER_FOLDS if number is None else number):
        yield


def measured(study: Study, rules: Mapping[str, Rule], divisions: int) -> Figures:
    """Every rule's figures in every division."""
    found: Figures = {name: [] for name in rules}
    for seed in range(divisions):
        tell(f"{study.name}: division {seed + 1}")
        probability = np.zeros(study.labels.y.shape)
        suggested = {name: np.zeros(probability.shape, dtype=bool) for name in rules}
        for train, held in train_and_test(group_folds(study.features.groups, FOLDS, seed)):
            part, labels = study.features.take(train), study.labels.take(train)
            model = StackedKernelClassifier(FOLDS, seed).fit(part, labels, study.code_embeddings)
            probability[held] = model.predict_proba(study.features.take(held))
            for name, rule in rules.items():
                suggested[name][held] = probability[held] >= rule(model.out_of_fold_, labels, part.groups)
        for name, marks in suggested.items():
            found[name].append(figures(study, probability, marks))
    return found


def figures(study: Study, probability: Floats, suggested: Bools) -> list[float]:
    """NAMES of held-back suggestions."""
    y, known = study.labels.y, study.labels.known
    point, _ = point_and_draws(LabelledPredictions(probability, suggested, y, known, study.features.groups), 1, 0)
    calibration = float(np.nanmean(calibration_errors(probability, y, known)))
    per_mark = float((suggested & known).sum() / (y & known).sum())
    return [*(float(point[name]) for name in NAMES[:3]), calibration, per_mark]


def report(data: Path, embedder: Embedder, quick: bool) -> Iterator[str]:
    """All lines of THRESHOLDS.md."""
    divisions = 1 if quick else 5
    yield from ["# Where a probability becomes a suggestion", ""]
    yield (
        f"Written by `benchmarks/thresholds.py`. {machine()} {FOLDS} folds by document, {divisions} divisions: mean and, in brackets, "
        "standard deviation over them. The classifier is trained anew for every fold held back; each rule chooses on its out-of-fold "
        "probabilities of the training part. Pooled kappa is over all codes' cells, macro-F1 the mean over codes. What was kept, "
        "and why: NOTES.md."
    )
    for study in studies(data, embedder, quick):
        yield from ["", f"## {study.name}", "", f"{len(study.labels.y)} units, {len(study.labels.codes)} codes.", ""]
        yield from _head("rule")
        with inner_folds(FOLDS):
            before = measured(study, {BEFORE: TRIED[BEFORE]}, divisions)[BEFORE]
        yield _row(f"before: {BEFORE}, {FOLDS} inner folds", before)
        for name, values in measured(study, {**SHIPPED, **TRIED}, divisions).items():
            yield _row(f"**{name}**" if name in SHIPPED else name, values)
        if study.name == "nhs_fft":  # of one or two comments, a respondent has no level
            continue
        yield from ["", *_head("probabilities moved by transcript, best common threshold in hindsight")]
        for name, values in by_transcript(study, divisions, TRANSCRIPT_ROWS, figures).items():
            yield _row(name, values)
    for family in families(data, embedder):
        yield from [
            "",
            f"## Constructs and sub-constructs: {family.name}",
            "",
            *_head("order of codes, as people code"),
        ]
        study = Study(family.name, family.features, family.labels, family.code_embeddings)
        for name in FAMILY_ROWS:
            with OF_FAMILIES[name]():
                yield _row(name, measured(study, {name: SHIPPED["as people code"]}, divisions)[name])


def _head(first: str) -> list[str]:
    return [f"| {first} | {' | '.join(HEADS)} |", f"|{'---|' * (len(HEADS) + 1)}"]


def _row(name: str, values: list[list[float]]) -> str:
    table = np.array(values)
    spread = table.std(axis=0, ddof=1) if len(table) > 1 else np.zeros(len(NAMES))
    decimals = (3, 3, 3, 3, 2)
    cells = [f"{m:.{d}f} ({s:.{d}f})" for m, s, d in zip(table.mean(axis=0), spread, decimals, strict=True)]
    return f"| {name} | {' | '.join(cells)} |"


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse, measure, write."""
    given = asking(__doc__, "THRESHOLDS.md", "one division").parse_args(arguments)
    lines = report(given.data, cached_embedder(given.cache), given.quick)
    given.out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    tell(f"written: {given.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
