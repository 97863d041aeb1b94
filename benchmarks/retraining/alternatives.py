"""Two other ways to keep suggestions from telling on the transcripts that judge them, on the rounds of `following`.

*Cross-fitted suggestions*: each new transcript is suggested on by a model that had not seen one part of the old ones, and only that
part is judged by what was learned from it. *A reusable holdout* (Dwork et al. 2015, doi:10.1126/science.aaa9375): some old transcripts
are never learned from, and the others' figure is given unless it differs from theirs by more than a noisy threshold.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from secondcoder.domain.arrays import Bools, Rows
from secondcoder.labels.label_matrix import LabelMatrix
from secondcoder.learning.assessment.splits import group_folds

from retraining.following import FOLDS, SEED, Round, macro_ap

ASIDE = 3
THRESHOLD, NOISE = 0.02, 0.005
"""Of macro-AP; the noise is Laplace's, by this scale."""


@dataclass(frozen=True)
class Gain:
    """What a round changed in macro-AP: as it was seen, and on untouched transcripts; and where the candidate stands there."""

    seen: float
    true: float
    reached: float


def cross_fitted(one: Round, follows: float) -> Gain:
    """Suggestions on each new transcript from a model without one fold of the old ones."""
    data, old = one.data, np.flatnonzero(one.old)
    fold = group_folds(data.groups[old].tolist(), FOLDS, SEED)
    names = np.unique(data.groups[one.new])
    part_of = {name: number % FOLDS for number, name in enumerate(names.tolist())}
    part = np.array([part_of[name] for name in data.groups[one.new].tolist()])
    fresh = np.flatnonzero(one.new)
    suggested = np.zeros(data.y[fresh].shape, dtype=bool)
    for number in np.unique(part):
        rows = old[fold != number]
        model = one.fit(rows, one.matrix(data.y[rows]))
        here = fresh[part == number]
        suggested[part == number] = model.predict_proba(data.features.take(here)) >= model.thresholds_
    review = one.reviewed(suggested, follows)
    y, known = review.y, review.known
    before, after = np.zeros(data.y[old].shape), np.zeros(data.y[old].shape)
    for number in range(fold.max() + 1):
        held, kept = old[fold == number], old[fold != number]
        own = part == number
        rows, labels = _together(one, kept, fresh[own], y[own], known[own])
        before[fold == number] = one.fit(kept, one.matrix(data.y[kept])).predict_proba(data.features.take(held))
        after[fold == number] = one.fit(rows, labels).predict_proba(data.features.take(held))
    truth = data.y[old], data.groups[old]
    return _gain(one, old, fresh, y, known, macro_ap(after, *truth) - macro_ap(before, *truth))


def reusable_holdout(one: Round, follows: float) -> Gain:
    """Some old transcripts are kept aside for ever."""
    data, names = one.data, np.unique(one.data.groups[one.old])
    aside = np.isin(data.groups, names[:ASIDE])
    old, fresh, judged = np.flatnonzero(one.old & ~aside), np.flatnonzero(one.new), np.flatnonzero(aside)
    in_use = one.fit(old, one.matrix(data.y[old]))
    suggested = in_use.predict_proba(data.features.take(fresh)) >= in_use.thresholds_
    review = one.reviewed(suggested, follows)
    y, known = review.y, review.known
    rows, labels = _together(one, old, fresh, y, known)
    candidate = one.fit(rows, labels)
    truth = data.y[judged], data.groups[judged]
    here = macro_ap(candidate.predict_proba(data.features.take(judged)), *truth) - macro_ap(
        in_use.predict_proba(data.features.take(judged)), *truth
    )
    on_old = np.isin(rows[labels.coded_rows], old)
    there = macro_ap(candidate.out_of_fold_[on_old], data.y[old], data.groups[old]) - macro_ap(
        in_use.out_of_fold_, data.y[old], data.groups[old]
    )
    differs = abs(there - here) > THRESHOLD + one.rng.laplace(0, NOISE)
    return _gain(one, old, fresh, y, known, here + one.rng.laplace(0, NOISE) if differs else there)


def _together(one: Round, old: Rows, fresh: Rows, y: Bools, known: Bools) -> tuple[Rows, LabelMatrix]:
    both = np.concatenate([old, fresh])
    order = np.argsort(both)
    labels_y = np.concatenate([one.data.y[old], y])[order]
    labels_known = np.concatenate([np.ones_like(one.data.y[old]), known])[order]
    return both[order], one.matrix(labels_y, labels_known)


def _gain(one: Round, old: Rows, fresh: Rows, y: Bools, known: Bools, seen: float) -> Gain:
    rest = np.flatnonzero(~one.old & ~one.new)
    truth = one.data.y[rest], one.data.groups[rest]
    models = one.fit(old, one.matrix(one.data.y[old])), one.fit(*_together(one, old, fresh, y, known))
    before, after = (macro_ap(model.predict_proba(one.data.features.take(rest)), *truth) for model in models)
    return Gain(seen, after - before, after)
