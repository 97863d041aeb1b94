"""Thresholds that keep a recall target, with a promise that can be stated: conformal risk control over whole transcripts.

What is promised (Angelopoulos, Bates, Fisch, Lei & Schuster 2024, "Conformal risk control", arXiv:2208.02814): for a new transcript
that is exchangeable with the coded ones and contains the code, the share of its marks that would be missed is at most 1 - target on
average. The loss of a transcript is its false-negative rate, which never rises as the threshold falls and is at most 1; with n
transcripts that contain the code, the highest threshold is taken at which (sum of their losses + 1) / (n + 1) <= 1 - target. No
threshold meets that with fewer than 1 / (1 - target) - 1 transcripts: for 0.9, nine. Then nothing is promised, and the threshold
that kept the target on the coded transcripts is given instead, marked as such.

The unit is the transcript (the case, where cases are held back whole) because passages of one interview are alike. Only passages that
people looked at of their own accord count for a promise: in a review they mostly look at what was suggested, so that of the marks
that a model misses few are known. MAPIE's precision-recall control and crepes take single rows
as exchangeable and know no groups, so their promises do not hold here. Learn-then-test (arXiv:2110.01052) would promise with high
probability instead of on average, but needs more transcripts than teams have.

Where the promise is less than exact: the scores of the coded transcripts come from models of the other folds, those of a new one from
the model of all. The latter learned from more, so errors are on the safe side as a rule, though no theorem says so for every case.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from secondcoder.domain.arrays import Bools, Floats, Rows
from secondcoder.learning.out_of_fold import OutOfFold


@dataclass(frozen=True)
class RecallPlan:
    """Thresholds of k codes for a recall target, and what they cost.

    Attributes:
        target: share of a transcript's marks to be found, in (0, 1).
        codes: the k scored codes.
        thresholds: (k,).
        promised: (k,) whether the promise holds; where not, the code is in too few transcripts.
        transcripts: (k,) transcripts that contain the code where people looked of their own accord; `needed` of them make a promise
            possible.
        recall: (k,) mean share of a transcript's marks at or above the threshold, out of fold; nan without any.
        passages: (k,) share of the coded passages at or above the threshold, out of fold.
        read_passages, read_words: shares of the coded passages, and of their words, with a suggestion of any of the codes.
        unit: "transcript", or "participant" or "case" where these were held back whole; then they are meant by transcripts.
    """

    target: float
    codes: tuple[str, ...]
    thresholds: Floats
    promised: Bools
    transcripts: Rows
    needed: int
    recall: Floats
    passages: Floats
    read_passages: float
    read_words: float
    unit: str = "transcript"


def recall_plan(held: OutOfFold, codes: tuple[str, ...], target: float, unit: str = "transcript") -> RecallPlan:
    """Thresholds for k codes from their out-of-fold scores; `target` in (0, 1), `unit` what was held back whole."""
    of_codes = [_for_code(held, j, target) for j in range(len(codes))]
    thresholds = np.array([code.threshold for code in of_codes], dtype=np.float64)
    known = held.known & held.unprompted[:, None] if held.unprompted.any() else held.known
    above = (held.probability >= thresholds) & known
    any_code = above.any(axis=1)
    looked = known.any(axis=1)
    return RecallPlan(
        target=target,
        codes=codes,
        thresholds=thresholds,
        promised=np.array([code.promised for code in of_codes], dtype=bool),
        transcripts=np.array([code.transcripts for code in of_codes], dtype=np.intp),
        needed=transcripts_needed(target),
        recall=np.array([code.recall for code in of_codes], dtype=np.float64),
        passages=above.sum(axis=0) / np.maximum(known.sum(axis=0), 1),
        read_passages=float(any_code.sum() / max(looked.sum(), 1)),
        read_words=float(held.words[any_code].sum() / max(held.words[looked].sum(), 1)),
        unit=unit,
    )


def transcripts_needed(target: float) -> int:
    """The fewest transcripts with a code for which the target can be promised."""
    # In floating point 1 / (1 - 0.9) - 1 is a hair above 9, and would be rounded up to 10.
    return int(np.ceil(1 / (1 - target) - 1 - 1e-9))


def control(score: Floats, group: Rows, target: float) -> tuple[float, bool]:
    """The highest threshold that keeps the target, and whether that is a promise.

    Args:
        score: (m,) out-of-fold scores of the segments that carry the code, m at least 1.
        group: (m,) their transcripts.
        target: in (0, 1).
    """
    names, where = np.unique(group, return_inverse=True)
    # Each mark as a share of its transcript's marks: what is missed then adds up to the sum of the losses.
    n, share = len(names), 1 / np.bincount(where)[where]
    order = np.argsort(score, kind="stable")
    ranked = score[order]
    # At threshold ranked[i] everything strictly below it is missed.
    below = np.concatenate([[0.0], np.cumsum(share[order])])[np.searchsorted(ranked, ranked, side="left")]
    promised = n >= transcripts_needed(target)
    allowed = (1 - target) * (n + 1) - 1 if promised else (1 - target) * n
    # Never empty: at the lowest mark nothing is missed.
    kept = ranked[below <= allowed + 1e-9]
    return float(kept.max()), promised


class _CodePlan(NamedTuple):
    """One code's part of a `RecallPlan`."""

    threshold: float
    promised: bool
    transcripts: int
    recall: float


def _for_code(held: OutOfFold, j: int, target: float) -> _CodePlan:
    rows = np.flatnonzero(held.y[:, j] & held.known[:, j])
    if not len(rows):
        return _CodePlan(float("inf"), False, 0, float("nan"))
    unprompted = rows[held.unprompted[rows]]
    transcripts = len(np.unique(held.group[unprompted]))
    promised = transcripts >= transcripts_needed(target)
    used = unprompted if promised else rows
    threshold, _ = control(held.probability[used, j], held.group[used], target)
    where = np.unique(held.group[used], return_inverse=True)[1].ravel()
    recall = np.bincount(where, held.probability[used, j] >= threshold) / np.bincount(where)
    return _CodePlan(threshold, promised, transcripts, float(recall.mean()))
