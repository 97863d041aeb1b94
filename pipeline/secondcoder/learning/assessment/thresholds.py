"""Thresholds: the probability from which a passage is suggested, by what suggestions are for (see `purposes`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from secondcoder.domain.arrays import Bools, Floats, Rows, weights
from secondcoder.learning.code_tree import below_parents
from secondcoder.statistics.classification import ratio

PRIOR_EXAMPLES = 10.0
"""With this many positives, the observed labels weigh as much as the probabilities themselves."""
MOST_FOR_F1, MOST_FOR_KAPPA = 2.0, 1.5
"""Suggestions expected for each passage that people mark. A code that is hard to tell has its best F1 where nearly everything is
suggested; nobody reads that, and nobody codes so."""
OWN_SHARE = 4.0
"""A code with as many marks as the mean code takes this many parts of its own threshold to one of the common one."""
ROUNDS = 30
SURE = 1e-3
"""Thresholds are averaged as log-odds, none nearer to 0 or 1 than this."""
Score = Callable[[Floats, Floats, Floats, Floats], Floats]


def f1_thresholds(probability: Floats, Y: Floats, known: Bools, weight: Floats | None = None) -> Floats:
    """(k,) thresholds for the highest expected F1 of each code, with at most MOST_FOR_F1 suggestions for each mark.

    A rare code's own labels would give a threshold that fits only them. So each label is drawn towards its calibrated
    probability, the more the fewer positives the code has; for a code without any, the probabilities alone decide.

    Args:
        probability: (n, k), out of fold.
        Y, known: (n, k) targets and mask.
        weight: (n,) of the segments.
    """
    w, target = weights(weight, len(Y)), expected_labels(probability, Y, known)
    columns = zip(probability.T, target.T, known.T, strict=True)
    # 0.5 for a code that nobody looked for.
    return np.array(
        [
            best_thresholds(p[seen], t[seen], w[None, seen], f1, MOST_FOR_F1)[0] if seen.any() else 0.5
            for p, t, seen in columns
        ]
    )


def kappa_thresholds(
    probability: Floats, Y: Floats, known: Bools, groups: Sequence[str], weight: Floats | None = None
) -> Floats:
    """(k,) thresholds for agreement with people: the highest expected kappa, with at most MOST_FOR_KAPPA suggestions a mark.

    Kappa pooled over codes is highest at one common threshold, since each further suggestion counts alike whatever its code; a code's
    own kappa at the code's. In the best sum of both, the common one weighs the more the more marks a code has. Either is the
    mean, as log-odds, over draws of the transcripts' weights (Bayesian bootstrap: Rubin 1981, doi:10.1214/aos/1176345338), because a
    single best place hangs on few passages. Labels are drawn towards probabilities as in `f1_thresholds`.

    Args:
        probability, Y, known, weight: as there.
        groups: n names of what is held out whole.
    """
    drawn = _drawn_weights(groups) * weights(weight, len(Y))
    target = expected_labels(probability, Y, known)
    # Log-odds of 0.5 where nobody looked for any code.
    of_labels = (weight[np.nonzero(known)[0]] for weight in drawn)
    common = _steady(probability[known], target[known], of_labels, np.inf) if known.any() else 0.0
    own = [
        _steady(p[seen], t[seen], drawn[:, seen], MOST_FOR_KAPPA) if seen.any() else common
        for p, t, seen in zip(probability.T, target.T, known.T, strict=True)
    ]
    marks = (Y * known).sum(axis=0)
    share = marks / np.maximum(marks + OWN_SHARE * marks.mean(), 1e-9)
    return np.asarray(1 / (1 + np.exp(-(share * common + (1 - share) * np.array(own)))))


def with_parents(thresholds: Floats, parent: Rows, marks: Floats) -> Floats:
    """(k,) the nearest thresholds of which no code's is below its parent's: where a code is no likelier than its parent, it is then
    suggested only with it. Nearest in log-odds, codes weighed by their (k,) marks."""
    if (parent < 0).all():
        return thresholds
    held = np.clip(thresholds, SURE**2, 1 - SURE**2)
    ease = below_parents(np.log((1 - held) / held)[None], parent, marks + 1)
    return np.asarray(1 / (1 + np.exp(ease[0])))


def expected_labels(probability: Floats, Y: Floats, known: Bools) -> Floats:
    """(n, k) each label drawn towards its probability, the more the fewer positives its code has."""
    marks = (Y * known).sum(axis=0)
    share = marks / (marks + PRIOR_EXAMPLES)
    return np.asarray(share * Y + (1 - share) * probability)


def best_thresholds(probability: Floats, target: Floats, drawn: Iterable[Floats], score: Score, most: float) -> Floats:
    """(r,) thresholds with the highest score that suggest at most `most` times as often as the target has marks, for r weightings.

    Args:
        probability, target: (n,), n > 0. drawn: r weightings (n,), one at a time: those of a large study would take gigabytes.
    """
    order = np.argsort(-probability, kind="stable")
    ranked, below = probability[order], np.append(probability[order][1:], 0.0)
    # A threshold lies halfway to the next lower probability; only places where the probability really drops count.
    drops = np.append(ranked[:-1] > ranked[1:], True)
    between = (ranked + below) / 2

    def best(weight: Floats) -> float:
        hits, suggested = np.cumsum(weight * target[order]), np.cumsum(weight)
        allowed = drops & (suggested <= most * hits[-1])
        # Else the likeliest are too many to tell apart, or all too unlikely: nothing is suggested.
        if not allowed.any():
            return float((1 + ranked[0]) / 2)
        return float(between[np.where(allowed, score(hits, suggested, hits[-1], suggested[-1]), -np.inf).argmax()])

    return np.array([best(weight[order]) for weight in drawn])


def f1(hits: Floats, suggested: Floats, marks: Floats, everything: Floats) -> Floats:
    """F1 of suggestions among marks, both out of everything."""
    return np.asarray(2 * hits / (suggested + marks))


def kappa(hits: Floats, suggested: Floats, marks: Floats, everything: Floats) -> Floats:
    """Cohen's kappa of suggestions and marks, out of everything; 0 where both are everything."""
    by_chance = suggested * marks / everything
    return np.asarray(np.nan_to_num(ratio(2 * (hits - by_chance), suggested + marks - 2 * by_chance)))


def _steady(probability: Floats, target: Floats, drawn: Iterable[Floats], most: float) -> float:
    """The mean log-odds of the best thresholds for kappa over the draws."""
    found = np.clip(best_thresholds(probability, target, drawn, kappa, most), SURE, 1 - SURE)
    return float(np.mean(np.log(found / (1 - found))))


def _drawn_weights(groups: Sequence[str]) -> Floats:
    """(ROUNDS, n) weights, the same for all rows of a group."""
    names, group = np.unique(np.asarray(groups), return_inverse=True)
    return np.asarray(np.random.default_rng(0).exponential(size=(ROUNDS, len(names)))[:, group.ravel()])
