"""What is said of each code of a drawn study, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from drawn_studies import SETTINGS, DrawnStudy
from secondcoder.domain.arrays import Floats
from secondcoder.domain.records import Segment
from secondcoder.labels.label_matrix import LabelMatrix
from secondcoder.learning.assessment.metrics import point_and_draws
from secondcoder.learning.assessment.permutation_test import permutation_p_values
from secondcoder.learning.assessment.readiness import (
    TWICE_LEVEL,
    AveragePrecisions,
    CodeReadiness,
    readiness_of_codes,
)
from secondcoder.statistics.classification import random_average_precision
from secondcoder.statistics.cluster_bootstrap import effective_clusters, interval_from

ROUNDS = 200
SEED = 20260101
LEVELS = {0.8: 0.6, 0.9: 0.8}
"""One-sided confidence -> level of the two-sided interval with the same lower end."""


@dataclass(frozen=True)
class CodeInStudy:
    """What is said of a code of a drawn study, and what became of it.

    Attributes:
        verdict, precision: the shipped verdict, and the average precision, nested out of fold. again, again_precision: the same with
            another division into folds; None and nan where that was not tried.
        draws: (rounds,) average precision over transcripts drawn again. p_value: of the permutation test. by_chance: average
            precision of a random order.
        ends: level -> ends of the interval, nan where there is none.
        right: share of right ones among the suggestions, out of fold.
        elsewhere, right_elsewhere, chance_elsewhere: average precision, share of right suggestions and prevalence on untouched
            transcripts.
        twice: average precision, nested out of fold, with twice the transcripts; nan where that was not tried.
    """

    source: str
    verdict: CodeReadiness
    again: CodeReadiness | None
    again_precision: float
    precision: float
    draws: Floats
    p_value: float
    by_chance: float
    ends: dict[float, tuple[float, float]]
    right: float
    elsewhere: float
    right_elsewhere: float
    chance_elsewhere: float
    twice: float


def codes_of(study: DrawnStudy) -> Iterator[CodeInStudy]:
    """Codes that the untouched transcripts have too."""
    precisions, verdicts = _said(study, study.held.probability)
    others, again = (None, None) if study.again is None else _said(study, study.again)
    new = point_and_draws(study.elsewhere, 1, SEED)[0]
    twice = None if study.twice is None else point_and_draws(study.twice, 1, SEED)[0]["average_precision"]
    for j in np.flatnonzero(study.elsewhere.y.any(axis=0)).tolist():
        y = study.held.y[:, j]
        yield CodeInStudy(
            source=study.source,
            verdict=verdicts[j],
            again=again[j] if again else None,
            again_precision=float(others.point[j]) if others else float("nan"),
            precision=float(precisions.point[j]),
            draws=precisions.draws[:, j],
            p_value=float(precisions.p_value[j]),
            by_chance=random_average_precision(int(y.sum()), len(y)),
            ends=_ends(study, precisions, j),
            right=float(precisions.of_suggestions[j]) if precisions.of_suggestions is not None else float("nan"),
            elsewhere=float(new["average_precision"][j]),
            right_elsewhere=float(new["precision"][j]),
            chance_elsewhere=float(study.elsewhere.y[:, j].mean()),
            twice=float("nan") if twice is None else float(twice[j]),
        )


def _said(study: DrawnStudy, probability: Floats) -> tuple[AveragePrecisions, list[CodeReadiness]]:
    held = replace(study.held, probability=probability)
    point, draws = point_and_draws(held.predictions(study.suggested, held.known), ROUNDS, SEED)
    figures = point["average_precision"], draws["average_precision"], permutation_p_values(held, SEED)
    precisions = AveragePrecisions(study.codes, *figures, point["precision"])
    pairs = zip(study.texts, held.places, strict=True)
    segments = [Segment(place[0], at, *place[1:], text, 0) for at, (text, place) in enumerate(pairs)]
    labels = LabelMatrix(study.codes, held.y, held.known)
    return precisions, readiness_of_codes(segments, labels, precisions, SETTINGS)


def _ends(study: DrawnStudy, precisions: AveragePrecisions, j: int) -> dict[float, tuple[float, float]]:
    marks = np.bincount(study.held.group, study.held.y[:, j]).astype(np.float64)
    drawn, effective = precisions.draws[:, j], effective_clusters(marks)
    return {
        level: interval_from(float(precisions.point[j]), drawn, len(marks), effective, (0, 1), level=level).ends
        or (np.nan, np.nan)
        for level in sorted({*LEVELS.values(), TWICE_LEVEL})
    }
