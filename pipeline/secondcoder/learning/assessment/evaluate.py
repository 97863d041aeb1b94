"""How good the present recipe is on the study's own codes, by nested cross-validation.

The figures are of labels that people gave by hand. Those of all labels stand apart: what was accepted in a review repeats what a
model suggested, so that it agrees with the next model whether it is right or not.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from secondcoder.domain.arrays import Bools, Floats
from secondcoder.domain.records import Segment
from secondcoder.labels.coder_marks import CoderMarks
from secondcoder.labels.label_matrix import LabelMatrix
from secondcoder.learning.assessment.coder_kappas import coder_kappas
from secondcoder.learning.assessment.held_out import HoldingOut, hold_out
from secondcoder.learning.assessment.limits.limit import StudyLimits
from secondcoder.learning.assessment.metrics import NAMES, Estimates, LabelledPredictions, estimate
from secondcoder.learning.assessment.reliability import calibration_errors
from secondcoder.learning.assessment.valence_figures import ValenceAssessment
from secondcoder.learning.cross_validation import ticks
from secondcoder.learning.features import Features

if TYPE_CHECKING:
    import pandas as pd

OVERALL = ("macro_f1", "micro_f1", "macro_ap", "pooled_kappa")
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Evaluation:
    """Out-of-fold figures.

    Attributes:
        codes: the scored codes, k of them. too_few: codes with too few examples to be scored, with their number.
        counts: (k,) segments with the code; prevalence: (k,) their share of the known ones.
        point, interval: as in `metrics.Estimates`; `no_interval`: why one is missing.
        without_question: the figures when the interviewer's question is left out; None where no question was known.
        with_reviewed: the figures of all labels; None where all were given by hand.
        n_segments, n_transcripts: that `point` judges by.
        segments, held: all n segments and their out-of-fold results. purpose: of the suggestions in them.
        valence: how well that of a code is told.
        coders: who coded how much (`CoderMarks.summary`), and the suggestions' kappa with each (`coder_kappas`); None without double
            coding.
        scorers: scorer -> (k,) share of the folds in which it was used for a code.
        limits: what would help each code most; None where nobody asked.
        by_speaker: errors by who speaks (`speakers.report.errors_report`); None where nobody asked.
    """

    codes: tuple[str, ...]
    too_few: dict[str, int]
    counts: Floats
    prevalence: Floats
    point: dict[str, Floats]
    interval: dict[str, Floats]
    no_interval: dict[str, tuple[str, ...]]
    without_question: Estimates | None
    with_reviewed: Estimates | None
    n_segments: int
    n_transcripts: int
    grouped_by: str
    segments: tuple[Segment, ...]
    held: LabelledPredictions
    judging: Bools
    purpose: str
    valence: ValenceAssessment | None = None
    coders: dict[str, Any] | None = None
    scorers: Mapping[str, Floats] = field(default_factory=dict)
    limits: StudyLimits | None = None
    by_speaker: dict[str, Any] | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain numbers; an undefined figure is None."""
        report: dict[str, Any] = {name: _plain(self.point[name]) for name in OVERALL}
        report["calibration_error"] = _plain(np.nanmean(self._calibration()))
        report["n_segments"], report["n_transcripts"] = self.n_segments, self.n_transcripts
        report["n_led_by_suggestions"] = len(self.segments) - self.n_segments
        report["codes"] = [self._code(j) for j in range(len(self.codes))] + [
            {"code": code, "n": n, "scored": False} for code, n in self.too_few.items()
        ]
        report["intervals"] = {name: _pair(self.interval[name]) for name in OVERALL}
        report["no_interval"] = {name: self.no_interval[name][0] for name in OVERALL if self.no_interval[name][0]}
        report["grouped_by"] = self.grouped_by
        report["purpose"] = self.purpose
        report["without_question"] = self._without_question()
        report["with_reviewed"] = self.with_reviewed and self._overall(self.with_reviewed)
        report["valence"] = self.valence and self.valence.to_json()
        report["coders"] = self.coders
        report["scorers"] = {
            scorer: {code: _plain(share) for code, share in zip(self.codes, kept, strict=True)}
            for scorer, kept in self.scorers.items()
        }
        report["limits"] = self.limits and self.limits.to_json()
        report["errors_by_speaker"] = self.by_speaker
        return report

    def table(self) -> pd.DataFrame:
        """A row a code, in the codebook's order, then those with too few examples to be scored.

        Columns: code (string), scored (boolean), n (segments with the code; Int64), prevalence (their share of the known ones), then
        precision, recall, f1, average_precision and kappa, each with the ends of its 95% interval (`f1_low`, `f1_high`), and
        calibration_error (Float64). Missing where a code is not scored, a figure undefined, or an interval cannot be said.
        """
        import pandas as pd

        rows = []
        for code in self.to_json()["codes"]:
            intervals = {name: code.get(f"{name}_interval") or (None, None) for name in NAMES}
            ends = {f"{name}_{end}": of[at] for name, of in intervals.items() for at, end in enumerate(("low", "high"))}
            rows.append(code | ends)
        figures = [column for name in NAMES for column in (name, f"{name}_low", f"{name}_high")]
        kinds = {"code": "string", "scored": "boolean", "n": "Int64", "prevalence": "Float64"}
        kinds |= dict.fromkeys([*figures, "calibration_error"], "Float64")
        frame = pd.DataFrame(rows, columns=[*kinds])
        return frame.astype(kinds)

    def _code(self, j: int) -> dict[str, Any]:
        code: dict[str, Any] = {"code": self.codes[j], "n": int(self.counts[j]), "scored": True}
        code["prevalence"] = _plain(self.prevalence[j])
        code["calibration_error"] = _plain(self._calibration()[j])
        for name in NAMES:
            code[name] = _plain(self.point[name][j])
            code[f"{name}_interval"] = _pair(self.interval[name][:, j])
        code["no_interval"] = {name: self.no_interval[name][j] for name in NAMES if self.no_interval[name][j]}
        return code

    def _calibration(self) -> Floats:
        """(k,) expected calibration errors."""
        return calibration_errors(self.held.probability, self.held.y, self.judging)

    def _without_question(self) -> dict[str, Any] | None:
        if self.without_question is None:
            return None
        point = self.without_question.point
        codes = [{"code": code} | {name: _plain(point[name][j]) for name in NAMES} for j, code in enumerate(self.codes)]
        return self._overall(self.without_question) | {"codes": codes}

    @staticmethod
    def _overall(estimates: Estimates) -> dict[str, Any]:
        overall: dict[str, Any] = {name: _plain(estimates.point[name]) for name in OVERALL}
        return overall | {"intervals": {name: _pair(estimates.interval[name]) for name in OVERALL}}


def evaluate(
    features: Features,
    labels: LabelMatrix,
    segments: Sequence[Segment],
    too_few: dict[str, int],
    how: HoldingOut,
    *,
    rounds: int,
    own_marks: CoderMarks | None = None,
    progress: Progress | None = None,
) -> Evaluation:
    """Cross-validate on segments of which something is known.

    Args:
        features: n segments; `features.groups` are kept whole in the folds and drawn whole in the bootstrap.
        labels: of the scored codes, (n, k).
        segments: the n segments.
        too_few: codes left out, with their numbers of examples.
        how: they are held out. rounds: of the bootstrap.
        own_marks: of each coder, (coders, n, k), for kappa between coders; those that were learned from where None.
        progress: called with (folds done, folds in all).

    Raises:
        InputError: too few groups to hold one back inside each training part, or to judge by.
    """
    asked = bool(features.questions.any())
    runs = [features, features.without_question()] if asked else [features]
    tick = ticks(progress, len(runs) * min(how.folds, len(set(features.groups))))
    held = [hold_out(run, labels, how, tick) for run in runs]
    first, judging = held[0].predictions, held[0].judging
    estimates = [estimate(replace(one.predictions, known=judging), rounds, how.seed) for one in held]
    counts = (first.y & judging).sum(axis=0).astype(np.float64)
    rows = np.flatnonzero(judging.any(axis=1))
    return Evaluation(
        codes=labels.codes,
        too_few=too_few,
        counts=counts,
        prevalence=counts / np.maximum(judging.sum(axis=0), 1),
        point=estimates[0].point,
        interval=estimates[0].interval,
        no_interval=estimates[0].reason,
        without_question=estimates[1] if asked else None,
        with_reviewed=estimate(first, rounds, how.seed) if (labels.known & ~judging).any() else None,
        n_segments=len(rows),
        n_transcripts=len({segments[row].transcript for row in rows.tolist()}),
        segments=tuple(segments),
        grouped_by=how.grouped_by,
        held=first,
        judging=judging,
        coders=_coders(labels, own_marks, first.suggested, judging),
        scorers=held[0].scorers,
        purpose=how.purpose,
    )


def _coders(labels: LabelMatrix, own: CoderMarks | None, suggested: Bools, judging: Bools) -> dict[str, Any] | None:
    if labels.coders is None:
        return None
    summary = labels.coders.where(judging).summary()
    return summary and summary | {"kappa": coder_kappas(suggested, (own or labels.coders).where(judging))}


def _plain(value: Any) -> float | None:
    return None if math.isnan(float(value)) else round(float(value), 4)


def _pair(values: Floats) -> list[float] | None:
    return None if np.isnan(values).any() else [round(float(value), 4) for value in values]
