"""Rules that say what to read for a recall target, beside the one that ships; each gives what to read of new transcripts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from secondcoder.domain.arrays import Bools, Floats, Rows
from secondcoder.learning.assessment.recall_control import any_code, control


@dataclass(frozen=True)
class Scored:
    """n passages: probabilities (n, k), marks (n, k), transcript (n,) as a number from 0."""

    probability: Floats
    y: Bools
    group: Rows


Allowance = Callable[[Floats], Floats]
"""From the losses (g, t) of g transcripts at t thresholds what a new transcript may lose at most, (t,)."""
ONE: Allowance = lambda losses: np.ones(losses.shape[1])  # noqa: E731
NONE: Allowance = lambda losses: losses.mean(axis=0)  # noqa: E731
"""The mean loss itself, so that (sum + mean) / (n + 1) is the mean."""


def threshold(score: Floats, group: Rows, target: float, allowance: Allowance) -> float:
    """The highest at which (sum of losses + allowance) / (n + 1) <= 1 - target; minus infinity where there is none."""
    names, ranked = np.unique(group), np.unique(score)
    losses = np.stack([_below(score[group == name], ranked) for name in names])
    kept = losses.sum(axis=0) + allowance(losses) <= (1 - target) * (len(names) + 1) + 1e-9
    return float(ranked[kept].max()) if kept.any() else -np.inf


def _below(score: Floats, ranked: Floats) -> Floats:
    return np.asarray(np.searchsorted(np.sort(score), ranked, side="left") / len(score))


def each_code(allowance: Allowance) -> Callable[[Scored, float, Scored], Bools]:
    """A threshold for each code alone; a mark is found where its own code is suggested."""

    def found(study: Scored, target: float, new: Scored) -> Bools:
        limits = np.full(study.y.shape[1], -np.inf)
        for j, marked in enumerate(study.y.T):
            if marked.any():
                limits[j] = threshold(study.probability[marked, j], study.group[marked], target, allowance)
        return np.asarray(new.probability >= limits)

    return found


def codes_together(allowance: Allowance) -> Callable[[Scored, float, Scored], Bools]:
    """One threshold for all codes; a mark is found where its own code is suggested."""

    def found(study: Scored, target: float, new: Scored) -> Bools:
        rows, columns = np.nonzero(study.y)
        return np.asarray(
            new.probability >= threshold(study.probability[rows, columns], study.group[rows], target, allowance)
        )

    return found


def passages(allowance: Allowance | None) -> Callable[[Scored, float, Scored], Bools]:
    """A threshold for passages; a mark is found where its passage is read. None: the rule that ships."""

    def found(study: Scored, target: float, new: Scored) -> Bools:
        rows, score = np.nonzero(study.y)[0], any_code(study.probability)
        limit = (
            control(score[rows], study.group[rows], target)[0]
            if allowance is None
            else threshold(score[rows], study.group[rows], target, allowance)
        )
        return np.broadcast_to((any_code(new.probability) >= limit)[:, None], new.y.shape)

    return found


LARGEST: Allowance = lambda losses: losses.max(axis=0)  # noqa: E731
RULES: Mapping[str, Callable[[Scored, float, Scored], Bools]] = {
    "each code alone, B = 1 (as before)": each_code(ONE),
    "each code alone, no allowance": each_code(NONE),
    "codes together, B = 1": codes_together(ONE),
    "codes together, B the largest loss": codes_together(LARGEST),
    "passages, B = 1": passages(ONE),
    "passages, no allowance": passages(NONE),
    "**passages, B the largest loss (shipped)**": passages(None),
}


def stop_by_test(new: Scored, target: float, confidence: float = 0.95, step: int = 10) -> Bools:
    """Read in order until a hypergeometric test, after every `step` passages, rejects that recall is below the target.

    Of passages with any mark (Callaghan & Müller-Hansen 2020, doi:10.1186/s13643-020-01521-4): what was read since an earlier place,
    each in turn, is taken for a random sample of what was left there.
    """
    from scipy.stats import hypergeom

    order = np.argsort(-any_code(new.probability), kind="stable")
    relevant = np.concatenate([[0], np.cumsum(new.y.any(axis=1)[order])])
    total, last = len(order), len(order)
    for end in range(step, total, step):
        starts = np.arange(0, end, step)
        # Marked passages that would be left at each start if recall were just below the target.
        left = np.floor(relevant[end] / target - relevant[starts]).astype(int) + 1
        p = hypergeom.cdf(relevant[end] - relevant[starts], total - starts, left, end - starts)
        # More than are left at all cannot be.
        if np.nanmin(np.where(left <= total - starts, p, 0.0)) < 1 - confidence:
            last = end
            break
    read = np.zeros(total, dtype=bool)
    read[order[:last]] = True
    return np.broadcast_to(read[:, None], new.y.shape)


def figures(found: Bools, new: Scored) -> tuple[float, float, float, float]:
    """Mean of the transcripts' shares, share of all marks, mean of the codes' shares, share of passages to read."""
    hits = new.y & found
    marks, hit = (np.bincount(new.group, table.sum(axis=1)) for table in (new.y, hits))
    of_code = hits.sum(axis=0)[new.y.any(axis=0)] / new.y.sum(axis=0)[new.y.any(axis=0)]
    shares = hit[marks > 0] / marks[marks > 0]
    return float(shares.mean()), float(hit.sum() / marks.sum()), float(of_code.mean()), float(found.any(axis=1).mean())
