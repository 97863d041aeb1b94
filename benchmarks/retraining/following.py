"""A round of review by somebody who follows suggestions, on sets whose human codes are known; learning and gate are secondcoder's own.

A model learns from some transcripts and suggests on others; a played researcher decides on every passage with a suggestion and on a
sample of the rest, coding a tenth of the former blind. `follows` is the chance that a wrong suggestion is accepted, and that nothing is
added beside suggestions where a code is missing: 0 decides as the human codes say, 1 is a rubber stamp.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from secondcoder.configuration import load_configuration
from secondcoder.domain.arrays import Bools, Floats, Rows, Vectors
from secondcoder.labels.label_matrix import LabelMatrix, Reliance
from secondcoder.learning.assessment.metrics import LabelledPredictions, point_and_draws
from secondcoder.learning.cross_validation import cross_validate
from secondcoder.learning.features import Features
from secondcoder.learning.stacked_kernels.classifier import StackedKernelClassifier
from secondcoder.training.automation_bias import automation_bias
from secondcoder.training.gate import decide
from secondcoder.training.label_consistency import label_consistency
from secondcoder.training.paired_comparison import PairedScores, compare_with_model_in_use

FOLDS, SEED = 5, 20260101
FEWEST, SPREAD = 8, 2
ERROR, BLIND, BELOW = 0.05, 0.10, 0.05
"""Of the played researcher's decisions, this share is wrong; shares of passages coded blind, and sampled from those without suggestion."""


@dataclass(frozen=True)
class Coded:
    """A fully coded set: features of n segments, labels (n, k), vectors of the codes' descriptions, parents of the codes or None."""

    features: Features
    y: Bools
    code_embeddings: Vectors
    parents: Rows | None = None

    @property
    def groups(self) -> np.ndarray:
        """(n,) names of the transcripts."""
        return np.asarray(self.features.groups)

    def codes(self, columns: Rows) -> Coded:
        """The same for some codes, without parents."""
        return Coded(self.features, self.y[:, columns], self.code_embeddings[columns])


@dataclass(frozen=True)
class Outcome:
    """A round at the gate.

    Attributes:
        closed: labels that rest on suggestions were unknown while the model's transcripts were held out.
        seen_before, seen: macro-AP of both models on the hand-coded transcripts, as cross-validation has it.
        true_before, true: on transcripts that neither touched.
        reasons: what the gate has against the candidate: "worse", "contradicting", "following".
    """

    follows: float
    closed: bool
    seen_before: float
    seen: float
    true_before: float
    true: float
    reasons: tuple[str, ...]


def rounds(
    data: Coded, first: int, fresh: int, number: int, follows: tuple[float, ...], opened: bool = False
) -> Iterator[Outcome]:
    """Rounds of drawn transcripts, each for every kind of researcher; `opened` also with the path open, as before 0.2."""
    for seed in range(number):
        rng = np.random.default_rng(seed)
        order = rng.permutation(np.unique(data.groups))
        old, new = (np.isin(data.groups, part) for part in (order[:first], order[first : first + fresh]))
        spread = np.array([len(set(data.groups[old][column])) for column in data.y[old].T])
        columns = np.flatnonzero((data.y[old].sum(axis=0) >= FEWEST) & (spread >= SPREAD))
        if len(columns):
            yield from Round(data.codes(columns), old, new, rng).outcomes(follows, opened)


class Round:
    """One draw of transcripts: `old` (n,) are coded by hand, `new` (n,) are reviewed, the rest is never touched."""

    def __init__(self, data: Coded, old: Bools, new: Bools, rng: np.random.Generator) -> None:
        self.data, self.old, self.new, self.rng = data, old, new, rng
        self.labels = self._matrix(data.y, np.ones_like(data.y)).take(np.flatnonzero(old))
        self.in_use = self._fit(np.flatnonzero(old), self.labels)
        self.before = self._cross_validated(np.flatnonzero(old), self.labels)

    def outcomes(self, follows: tuple[float, ...], opened: bool) -> Iterator[Outcome]:
        """With the path closed, and open if asked for."""
        rows = np.flatnonzero(self.new)
        probability = self.in_use.predict_proba(self.data.features.take(rows))
        suggested = probability >= self.in_use.thresholds_
        for share in follows:
            y, known, blind = self.reviewed(suggested, share)
            for closed in (True, False) if opened else (True,):
                yield self._outcome(share, closed, probability, suggested, y, known, blind)

    def reviewed(self, suggested: Bools, follows: float) -> tuple[Bools, Bools, Bools]:
        """(m, k) labels of the new rows and what is known of them, and (m,) those that were coded blind."""
        rng, truth = self.rng, self.data.y[self.new]
        shown = suggested.any(axis=1)
        blind = shown & (rng.random(len(truth)) < BLIND)
        seen = shown | (rng.random(len(truth)) < BELOW)
        wrong = rng.random(truth.shape) < ERROR * np.where(suggested | truth, 1.0, 0.0)
        follow = rng.random(truth.shape) < follows
        led = np.where(suggested, True, truth & ~shown[:, None])
        y = np.where(follow & ~blind[:, None], led, truth ^ wrong)
        return y & seen[:, None], np.broadcast_to(seen[:, None], truth.shape).copy(), blind

    def _outcome(
        self, follows: float, closed: bool, plain: Floats, suggested: Bools, y: Bools, known: Bools, blind: Bools
    ) -> Outcome:
        data, old = self.data, np.flatnonzero(self.old)
        both, fresh = np.flatnonzero(self.old | self.new), self.new[self.old | self.new]
        labels_y, labels_known = data.y[both].copy(), np.ones_like(data.y[both])
        labels_y[fresh], labels_known[fresh] = y, known
        rests = np.zeros_like(labels_known)
        rests[fresh] = known & ~blind[:, None]
        learned = frozenset(data.groups[old].tolist())
        sources = tuple(learned if is_new else frozenset[str]() for is_new in fresh.tolist())
        labels = replace(
            self._matrix(labels_y, labels_known), reliance=Reliance(rests, sources) if closed else None
        )
        candidate = self._fit(both, labels)
        after = self._cross_validated(both, labels)
        before, would = np.zeros(labels_y.shape), np.zeros_like(labels_y)
        before[~fresh], before[fresh] = self.before.probability, plain
        would[~fresh], would[fresh] = self.before.suggested, suggested
        unaided = ~fresh
        unaided[fresh] = blind
        unseen = PairedScores(
            labels.codes, before, after.probability, labels_y, labels_known, tuple(data.groups[both].tolist()), unaided, fresh, would, rests
        )
        rest = np.flatnonzero(~self.old & ~self.new)
        return Outcome(
            follows,
            closed,
            _macro_ap(self.before.probability, data.y[old], data.groups[old]),
            _macro_ap(after.probability[~fresh], data.y[old], data.groups[old]),
            *(self._true(model, rest) for model in (self.in_use, candidate)),
            tuple(_reasons(unseen)),
        )

    def _true(self, model: StackedKernelClassifier, rest: Rows) -> float:
        return _macro_ap(model.predict_proba(self.data.features.take(rest)), self.data.y[rest], self.data.groups[rest])

    def _matrix(self, y: Bools, known: Bools) -> LabelMatrix:
        return LabelMatrix(tuple(map(str, range(y.shape[1]))), y & known, known)

    def _fit(self, rows: Rows, labels: LabelMatrix) -> StackedKernelClassifier:
        known = labels.coded_rows
        features = self.data.features.take(rows[known])
        return StackedKernelClassifier(FOLDS, SEED).fit(features, labels.take(known), self.data.code_embeddings)

    def _cross_validated(self, rows: Rows, labels: LabelMatrix):  # noqa: ANN202
        known = np.flatnonzero(labels.coded_rows)
        made = cross_validate(
            self.data.features.take(rows[known]), labels.take(known), self.data.code_embeddings, folds=FOLDS, seed=SEED
        )
        probability, suggested = np.zeros(labels.y.shape), np.zeros_like(labels.y)
        probability[known], suggested[known] = made.probability, made.suggested
        return replace(made, probability=probability, suggested=suggested)


def _reasons(unseen: PairedScores) -> Iterator[str]:
    settings = load_configuration().retraining
    comparison, consistency = compare_with_model_in_use(unseen, SEED), label_consistency(unseen, settings.alarm)
    bias = automation_bias(unseen, settings.alarm)
    if not decide(comparison, None, (), settings).passed:
        yield "worse"
    if not decide(None, consistency, (), settings).passed:
        yield "contradicting"
    if not decide(None, None, (), settings, bias).passed:
        yield "following"


def _macro_ap(probability: Floats, y: Bools, groups: np.ndarray) -> float:
    nothing = np.zeros(probability.shape, dtype=bool)
    held = LabelledPredictions(probability, nothing, y, ~nothing, groups.tolist())
    return float(point_and_draws(held, 1, 0)[0]["macro_ap"])
