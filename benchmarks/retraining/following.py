"""A round of review by somebody who follows suggestions, on sets whose human codes are known; learning and gate are secondcoder's own.

A model learns from some transcripts and suggests on others; a played researcher decides on every passage with a suggestion and on a
sample of the rest, coding a tenth of the former blind. `follows` is the chance that a wrong suggestion is accepted, and that nothing
is added beside suggestions where a code is missing: 0 decides as the human codes say, 1 is a rubber stamp.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from secondcoder.configuration import load_configuration
from secondcoder.domain.arrays import Bools, Floats, Rows, Vectors
from secondcoder.labels.label_matrix import LabelMatrix, Reliance
from secondcoder.learning.assessment.metrics import LabelledPredictions, point_and_draws
from secondcoder.learning.cross_validation import NestedPredictions, cross_validate
from secondcoder.learning.features import Features
from secondcoder.learning.stacked_kernels.classifier import StackedKernelClassifier
from secondcoder.training.automation_bias import automation_bias
from secondcoder.training.gate import decide
from secondcoder.training.label_consistency import label_consistency
from secondcoder.training.paired_comparison import PairedScores, compare_with_model_in_use

FOLDS, SEED = 5, 20260101
FEWEST, SPREAD = 8, 2
ERROR, BLIND, BELOW = 0.05, 0.10, 0.05
"""Shares of decisions that are wrong, of passages with suggestions that are coded blind, and of the others that are sampled."""


@dataclass(frozen=True)
class Coded:
    """A fully coded set: features of n segments, labels (n, k), vectors (k, d) of the codes' descriptions."""

    features: Features
    y: Bools
    code_embeddings: Vectors

    @property
    def groups(self) -> np.ndarray:
        """(n,) names of the transcripts."""
        return np.asarray(self.features.groups)

    def codes(self, columns: Rows) -> Coded:
        """The same for some codes."""
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


@dataclass(frozen=True)
class Reviewed:
    """Labels of the m new rows and what is known of them, (m, k), and the rows (m,) that were coded blind."""

    y: Bools
    known: Bools
    blind: Bools

    @property
    def rests(self) -> Bools:
        """(m, k) labels that rest on suggestions."""
        return self.known & ~self.blind[:, None]


def drawn(data: Coded, first: int, fresh: int, number: int, most: int | None = None) -> Iterator[Round]:
    """Draws of transcripts; `most` keeps that many codes, the most frequent of those that can be learned."""
    for seed in range(number):
        rng = np.random.default_rng(seed)
        order = rng.permutation(np.unique(data.groups))
        old, new = (np.isin(data.groups, part) for part in (order[:first], order[first : first + fresh]))
        spread = np.array([len(set(data.groups[old][column])) for column in data.y[old].T])
        counts = data.y[old].sum(axis=0)
        columns = np.flatnonzero((counts >= FEWEST) & (spread >= SPREAD))
        if len(columns):
            kept = np.sort(columns[np.argsort(-counts[columns], kind="stable")][:most])
            yield Round(data.codes(kept), old, new, rng)


class Round:
    """One draw of transcripts: `old` (n,) are coded by hand, `new` (n,) are reviewed, the rest is never touched."""

    def __init__(self, data: Coded, old: Bools, new: Bools, rng: np.random.Generator) -> None:
        self.data, self.old, self.new, self.rng = data, old, new, rng
        self.labels = self.matrix(data.y[old])
        self.in_use = self.fit(np.flatnonzero(old), self.labels)
        self.before = self._cross_validated(np.flatnonzero(old), self.labels)

    def outcomes(self, follows: tuple[float, ...], opened: bool = False) -> Iterator[Outcome]:
        """For each kind of researcher, with the path closed; `opened` with it open too, as it was in 0.1.0."""
        rows = np.flatnonzero(self.new)
        probability = self.in_use.predict_proba(self.data.features.take(rows))
        suggested = probability >= self.in_use.thresholds_
        for share in follows:
            review = self.reviewed(suggested, share)
            for closed in (True, False) if opened else (True,):
                yield self._outcome(share, closed, probability, suggested, review)

    def reviewed(self, suggested: Bools, follows: float) -> Reviewed:
        """What somebody decides on the new rows, shown what is suggested, (m, k)."""
        rng, truth = self.rng, self.data.y[self.new]
        shown = suggested.any(axis=1)
        blind = shown & (rng.random(len(truth)) < BLIND)
        seen = shown | (rng.random(len(truth)) < BELOW)
        wrong = rng.random(truth.shape) < ERROR * np.where(suggested | truth, 1.0, 0.0)
        follow = rng.random(truth.shape) < follows
        led = np.where(suggested, True, truth & ~shown[:, None])
        y = np.where(follow & ~blind[:, None], led, truth ^ wrong)
        return Reviewed(y & seen[:, None], np.broadcast_to(seen[:, None], truth.shape).copy(), blind)

    def _outcome(self, follows: float, closed: bool, plain: Floats, suggested: Bools, review: Reviewed) -> Outcome:
        data, old, rest = self.data, np.flatnonzero(self.old), np.flatnonzero(~self.old & ~self.new)
        both, labels = self._labels(review, closed)
        candidate, after = self.fit(both, labels), self._cross_validated(both, labels)
        fresh = self.new[both]
        judged = data.y[old], data.groups[old]
        return Outcome(
            follows,
            closed,
            macro_ap(self.before.probability, *judged),
            macro_ap(after.probability[~fresh], *judged),
            *(self._true(model, rest) for model in (self.in_use, candidate)),
            tuple(reasons_against(self._paired(labels, plain, after.probability, suggested, review))),
        )

    def _labels(self, review: Reviewed, closed: bool) -> tuple[Rows, LabelMatrix]:
        """Old and new rows with their labels; what rests on suggestions is recorded if `closed`."""
        both = np.flatnonzero(self.old | self.new)
        fresh = self.new[both]
        y, known, rests = self.data.y[both].copy(), np.ones_like(self.data.y[both]), np.zeros_like(self.data.y[both])
        y[fresh], known[fresh], rests[fresh] = review.y, review.known, review.rests
        learned = frozenset(self.data.groups[self.old].tolist())
        sources = tuple(learned if is_new else frozenset[str]() for is_new in fresh.tolist())
        return both, replace(self.matrix(y, known), reliance=Reliance(rests, sources) if closed else None)

    def _paired(
        self, labels: LabelMatrix, plain: Floats, after: Floats, suggested: Bools, review: Reviewed
    ) -> PairedScores:
        both = np.flatnonzero(self.old | self.new)
        fresh = self.new[both]
        before, would = np.zeros(labels.y.shape), np.zeros_like(labels.y)
        before[~fresh], before[fresh] = self.before.probability, plain
        would[~fresh], would[fresh] = self.before.suggested, suggested
        rests = np.zeros_like(labels.y)
        rests[fresh] = review.rests
        unaided = ~fresh
        unaided[fresh] = review.blind
        names = tuple(self.data.groups[both].tolist())
        return PairedScores(labels.codes, before, after, labels.y, labels.known, names, unaided, fresh, would, rests)

    def _true(self, model: StackedKernelClassifier, rest: Rows) -> float:
        return macro_ap(model.predict_proba(self.data.features.take(rest)), self.data.y[rest], self.data.groups[rest])

    def matrix(self, y: Bools, known: Bools | None = None) -> LabelMatrix:
        """Labels of some rows; all known without a mask."""
        mask = np.ones_like(y) if known is None else known
        return LabelMatrix(tuple(map(str, range(y.shape[1]))), y & mask, mask)

    def fit(self, rows: Rows, labels: LabelMatrix) -> StackedKernelClassifier:
        """Learn from rows, ascending; those of which nothing is known are left out."""
        known = labels.coded_rows
        features = self.data.features.take(rows[known])
        return StackedKernelClassifier(FOLDS, SEED).fit(features, labels.take(known), self.data.code_embeddings)

    def _cross_validated(self, rows: Rows, labels: LabelMatrix) -> NestedPredictions:
        known = np.flatnonzero(labels.coded_rows)
        made = cross_validate(
            self.data.features.take(rows[known]), labels.take(known), self.data.code_embeddings, folds=FOLDS, seed=SEED
        )
        probability, suggested = np.zeros(labels.y.shape), np.zeros_like(labels.y)
        probability[known], suggested[known] = made.probability, made.suggested
        return replace(made, probability=probability, suggested=suggested)


def reasons_against(unseen: PairedScores) -> Iterator[str]:
    """What the gate has against a candidate, at its shipped settings."""
    settings = load_configuration().retraining
    if not decide(compare_with_model_in_use(unseen, SEED), None, (), settings).passed:
        yield "worse"
    if not decide(None, label_consistency(unseen, settings.alarm), (), settings).passed:
        yield "contradicting"
    if not decide(None, None, (), settings, automation_bias(unseen, settings.alarm)).passed:
        yield "following"


def macro_ap(probability: Floats, y: Bools, groups: np.ndarray) -> float:
    """Macro average precision over the codes that these segments have."""
    nothing = np.zeros(probability.shape, dtype=bool)
    held = LabelledPredictions(probability, nothing, y, ~nothing, groups.tolist())
    return float(point_and_draws(held, 1, 0)[0]["macro_ap"])
