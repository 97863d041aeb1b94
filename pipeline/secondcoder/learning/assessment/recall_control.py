"""How many passages to read for a recall target, with a promise that can be stated: conformal risk control over whole transcripts.

Passages are put in order by the probability that any of the codes applies, and read from the top; whoever reads a passage finds all of
its marks. What is promised: for new transcripts that are like the coded ones, the mean over transcripts of the share of a transcript's
marks that lie in the passages to read is at least the target. The unit is the transcript (the case, where cases are held back whole)
because passages of one interview are alike; the share of all marks taken together is another figure, and stands beside it.

The threshold is the highest at which (sum of the losses + B) / (n + 1) <= 1 - target, where the loss of a transcript is its share of
marks missed, n the number of transcripts and B the most that a transcript may lose (Angelopoulos, Bates, Fisch, Lei & Schuster 2024,
"Conformal risk control", arXiv:2208.02814). With B = 1 that is a theorem, which asks for nine transcripts before it promises 90 % of
anything. B is here the largest loss of a coded transcript at the same threshold. That is no theorem; how far it keeps its word in
simulated and in real studies, and what it spares, is in benchmarks/RECALL.md. Scores of the coded transcripts come from models of the
other folds (as in cross-validation conformal risk control: Cohen, Park, Simeone & Shamai 2024, arXiv:2401.11974), those of a new one
from the model of all.

Only what people coded of their own accord counts: in a review they mostly look at what was suggested, so that few of the marks that
a model misses are known. The promise is for all codes together. One for each code alone would need a threshold of its
own for each, and with a dozen codes nearly every passage is above one of them.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

import numpy as np

from secondcoder.domain.arrays import Floats, Rows
from secondcoder.learning.out_of_fold import OutOfFold
from secondcoder.statistics.classification import ratio

NEEDED = 5
"""Transcripts with marks, coded without suggestions, from which a promise is made: the fewest for which it was tested."""


@dataclass(frozen=True)
class RecallPlan:
    """Which passages to read for a recall target, and what that costs. All figures are out of fold.

    Attributes:
        target: mean share of a transcript's marks to be found, in (0, 1).
        codes: the k scored codes whose marks are meant.
        threshold: passages whose probability that any of the codes applies is at least this are to be read.
        promised: whether the promise is made; where not, `transcripts`, those with marks that people made without suggestions, are
            fewer than `needed`, and the threshold only follows the same rule.
        recall: mean over the coded transcripts of the share of a transcript's marks in the passages to read; nan without marks.
        marks: share of all marks in them. of_codes: (k,) share of each code's marks; nan without any.
        read_passages, read_words: shares of the coded passages, and of their words, that are to be read.
        unit: "transcript", or "participant" or "case" where these were held back whole; then they are meant by transcripts.
    """

    target: float
    codes: tuple[str, ...]
    threshold: float
    promised: bool
    transcripts: int
    needed: int
    recall: float
    marks: float
    of_codes: Floats
    read_passages: float
    read_words: float
    unit: str = "transcript"


def any_code(probability: Floats) -> Floats:
    """(n,) probability that any of the codes applies, as if they were independent: it only orders passages. From (n, k)."""
    return np.asarray(1 - np.prod(1 - probability, axis=1))


def recall_plan(held: OutOfFold, codes: tuple[str, ...], target: float, unit: str = "transcript") -> RecallPlan:
    """What to read for k codes from their out-of-fold scores; `target` in (0, 1), `unit` what was held back whole."""
    given = held.known & held.unprompted[:, None] & (True if held.rests is None else ~held.rests)
    by_hand = bool(given.any())
    known = given if by_hand else held.known
    y, looked, score = held.y & known, known.any(axis=1), any_code(held.probability)
    rows, columns = np.nonzero(y)
    threshold, transcripts = control(score[rows], held.group[rows], target) if len(rows) else (np.inf, 0)
    transcripts *= by_hand
    read = (score >= threshold) & looked
    found, marks = read[rows], np.bincount(columns, minlength=len(codes))
    _, where = np.unique(held.group[rows], return_inverse=True)
    return RecallPlan(
        target=target,
        codes=codes,
        threshold=threshold,
        promised=transcripts >= NEEDED,
        transcripts=transcripts,
        needed=NEEDED,
        recall=float(np.mean(np.bincount(where, found) / np.bincount(where))) if len(rows) else float("nan"),
        marks=float(found.mean()) if len(rows) else float("nan"),
        of_codes=ratio(np.bincount(columns, found, minlength=len(codes)), marks),
        read_passages=float(read.sum() / max(looked.sum(), 1)),
        read_words=float(held.words[read].sum() / max(held.words[looked].sum(), 1)),
        unit=unit,
    )


def control(score: Floats, group: Rows, target: float) -> tuple[float, int]:
    """The highest threshold at which the target is kept with allowance for what a new transcript may lose, and the transcripts.

    Args:
        score: (m,) out-of-fold scores of the passages of the marks, one for each mark, m at least 1.
        group: (m,) their transcripts.
        target: in (0, 1).
    """
    names, where = np.unique(group, return_inverse=True)
    ranked, marks = np.unique(score), np.bincount(where)

    def is_kept(threshold: float) -> bool:
        losses = np.bincount(where[score < threshold], minlength=len(names)) / marks
        # Added up in turn, as sums of other orders may differ in the last digit.
        return bool(np.cumsum(losses)[-1] + losses.max() <= (1 - target) * (len(names) + 1) + 1e-9)

    # Losses only grow with the threshold. Never none: at the lowest mark nothing is missed.
    return float(ranked[bisect_left(ranked, True, key=lambda threshold: not is_kept(threshold)) - 1]), len(names)
