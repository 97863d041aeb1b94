"""Rules that put thresholds: those that ship, and those that were tried."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from secondcoder.domain.arrays import Bools, Floats
from secondcoder.labels.label_matrix import LabelMatrix
from secondcoder.learning.assessment import thresholds
from secondcoder.learning.assessment.purposes import AS_PEOPLE_CODE, BALANCED, purpose_thresholds
from secondcoder.learning.assessment.thresholds import Score, best_thresholds, expected_labels, f1, kappa

Rule = Callable[[Floats, LabelMatrix, Sequence[str]], Floats]
"""(n, k) out-of-fold probabilities, their labels and groups, to (k,) thresholds."""


def of_purpose(purpose: str) -> Rule:
    """As it ships."""
    return lambda probability, labels, groups: purpose_thresholds(purpose, probability, labels, groups)


def each_code(score: Score, most: float) -> Rule:
    """The best of each code by itself, with at most so many suggestions a mark."""

    def rule(probability: Floats, labels: LabelMatrix, groups: Sequence[str]) -> Floats:
        target = expected_labels(probability, labels.target, labels.known)
        columns = zip(probability.T, target.T, labels.known.T, strict=True)
        return np.array(
            [best_thresholds(p[seen], t[seen], np.ones((1, int(seen.sum()))), score, most)[0] for p, t, seen in columns]
        )

    return rule


def common(probability: Floats, labels: LabelMatrix, groups: Sequence[str]) -> Floats:
    """One for all codes, with the best expected pooled kappa."""
    known: Bools = labels.known
    target = expected_labels(probability, labels.target, known)[known]
    best = best_thresholds(probability[known], target, np.ones((1, len(target))), kappa, np.inf)
    return np.full(probability.shape[1], best[0])


def as_many_as_marks(probability: Floats, labels: LabelMatrix, groups: Sequence[str]) -> Floats:
    """As many suggestions of each code as marks are expected."""
    marks = expected_labels(probability, labels.target, labels.known) * labels.known
    columns = zip(probability.T, marks.T, labels.known.T, strict=True)
    return np.array([np.quantile(p[seen], 1 - m.sum() / seen.sum()) for p, m, seen in columns])


def from_prevalence(probability: Floats, labels: LabelMatrix, groups: Sequence[str]) -> Floats:
    """Where a further suggestion would leave kappa as it is: prevalence + kappa (1/2 - prevalence), with the pooled kappa."""
    target = expected_labels(probability, labels.target, labels.known) * labels.known
    chosen = (probability >= common(probability, labels, groups)) & labels.known
    totals = [np.array(part.sum(), dtype=float) for part in (target * chosen, chosen, target, labels.known)]
    prevalence = target.sum(axis=0) / labels.known.sum(axis=0)
    return np.asarray(prevalence + kappa(*totals) * (0.5 - prevalence))


def mixed(rule: Rule, examples: float) -> Rule:
    """Each code's own and the common one as log-odds, the common one weighing as much as so many examples."""

    def between(probability: Floats, labels: LabelMatrix, groups: Sequence[str]) -> Floats:
        pair = np.clip([rule(probability, labels, groups), common(probability, labels, groups)], 0.001, 0.999)
        own, of_all = np.log(pair / (1 - pair))
        marks = (labels.y & labels.known).sum(axis=0)
        return np.asarray(1 / (1 + np.exp(-(marks * own + examples * of_all) / (marks + examples))))

    return between


def with_constant(name: str, value: float) -> Rule:
    """As people code, with another constant of the rule."""

    def rule(probability: Floats, labels: LabelMatrix, groups: Sequence[str]) -> Floats:
        kept = getattr(thresholds, name)
        setattr(thresholds, name, value)
        try:
            return purpose_thresholds(AS_PEOPLE_CODE, probability, labels, groups)
        finally:
            setattr(thresholds, name, kept)

    return rule


SHIPPED = {AS_PEOPLE_CODE: of_purpose(AS_PEOPLE_CODE), BALANCED: of_purpose(BALANCED)}
TRIED: dict[str, Rule] = {
    **{f"F1 of each code, at most {most:g} a mark": each_code(f1, most) for most in (2.0, 1.5, 1.25, 1.0)},
    **{
        f"kappa of each code, at most {most:g} a mark": each_code(kappa, most) for most in (np.inf, 2.0, 1.5, 1.25, 1.0)
    },
    "as many suggestions as marks": as_many_as_marks,
    "one threshold for all codes, best pooled kappa": common,
    "prevalence + kappa (1/2 - prevalence)": from_prevalence,
    **{
        f"kappa of each code, drawn to the common one by {n:g} examples": mixed(each_code(kappa, np.inf), n)
        for n in (10.0, 30.0, 100.0)
    },
    **{f"as people code, own part {share:g}": with_constant("OWN_SHARE", share) for share in (1.0, 2.0, 1e9)},
    **{
        f"as people code, at most {most:g} a mark": with_constant("MOST_FOR_KAPPA", most)
        for most in (1.25, 2.0, np.inf)
    },
    **{f"as people code, prior of {n:g} examples": with_constant("PRIOR_EXAMPLES", n) for n in (5.0, 20.0, 50.0)},
}
