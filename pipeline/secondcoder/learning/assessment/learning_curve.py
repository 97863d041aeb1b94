"""How quality grows with coding.

In each fold a classifier learns from a quarter, half and three quarters of the training transcripts, judged on those held back. The
curve is a picture of the past: what a single code gains with more examples does not follow from it (benchmarks/NOTES.md).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from secondcoder.domain.arrays import Bools, Floats, Rows, State, Vectors
from secondcoder.domain.grouping import group_by
from secondcoder.labels.label_matrix import LabelMatrix
from secondcoder.learning.assessment.splits import group_folds, train_and_test
from secondcoder.learning.classifier import SHIPPED, new_classifier
from secondcoder.learning.cross_validation import classifier_content
from secondcoder.learning.features import Features
from secondcoder.learning.kept_results import NOTHING_KEPT, KeptResults
from secondcoder.statistics.classification import average_precision

SHARES = (0.25, 0.5, 0.75)
MOST_SEGMENTS = 3000
"""Shares that hold more are left out: they would take minutes."""
FEWEST_GROUPS = 2


@dataclass(frozen=True)
class LearningCurve:
    """Average precision of k codes at s sizes of training part, ascending.

    Attributes:
        segments: (s,) mean segments learned from.
        examples: (s, k) mean examples of each code among them.
        precision: (s, k) average precision on transcripts that were not learned from; nan where undefined.
    """

    segments: Floats
    examples: Floats
    precision: Floats

    @property
    def macro(self) -> Floats:
        """(s,) mean over the codes that are defined at every size."""
        whole = ~np.isnan(self.precision).any(axis=0)
        return np.asarray(self.precision[:, whole].mean(axis=1)) if whole.any() else np.full(len(self.segments), np.nan)


def learning_curve(
    features: Features,
    labels: LabelMatrix,
    out_of_fold: Floats,
    *,
    folds: int,
    seed: int,
    judging: Bools | None = None,
    code_embeddings: Vectors | None = None,
    classifier: str = SHIPPED,
    progress: Callable[[int, int], None] | None = None,
    kept: KeptResults = NOTHING_KEPT,
) -> LearningCurve:
    """Learn from shares of n coded segments with labels of k codes, always measured on the same folds.

    Args:
        out_of_fold: (n, k) probabilities of the full model; they make the last point.
        judging: (n, k) labels to measure by; None for all that are known.
        code_embeddings: (k, d) vectors of the codes' descriptions; None: they are not used as a feature.
        classifier: its name in the configuration.
        progress: called with (folds done, folds in all).
        kept: what was computed before on the same.
    """
    settings = classifier, folds, seed

    def content() -> object:
        learned_from = classifier_content(classifier, features, labels, code_embeddings)
        return "learning curve", SHARES, MOST_SEGMENTS, settings, learned_from, out_of_fold, judging

    def compute() -> State:
        fold = group_folds(features.groups, folds, seed)
        parts = [part for share in SHARES if (part := _parts(features.groups, fold, share, seed)) is not None]
        fitted = _fitted(parts, features, labels, code_embeddings, settings, progress)
        Y, known, judged = labels.y, labels.known, labels.to_judge_by().y
        # The full model's held-back scores come from all folds but one.
        whole = 1 - 1 / (int(fold.max()) + 1)
        within = known if judging is None else judging
        examples = [np.mean([(Y[rows] & known[rows]).sum(axis=0) for rows, _ in part], axis=0) for part in parts]
        return {
            "segments": np.array(
                [*(float(np.mean([len(rows) for rows, _ in part])) for part in parts), whole * len(Y)]
            ),
            "examples": np.stack([*examples, whole * (Y & known).sum(axis=0)]),
            "precision": np.stack([_average_precision(each, judged, within) for each in (*fitted, out_of_fold)]),
        }

    return LearningCurve(**kept.arrays(content, compute))


class _Part(NamedTuple):
    """Rows to learn from and held-back rows of one fold."""

    rows: Rows
    test: Rows


def _fitted(
    parts: Sequence[Sequence[_Part]],
    features: Features,
    labels: LabelMatrix,
    code_embeddings: Vectors | None,
    settings: tuple[str, int, int],
    progress: Callable[[int, int], None] | None,
) -> list[Floats]:
    """(n, k) probabilities for each share, by what was learned from its parts; `settings` are of `new_classifier`."""
    probability = [np.zeros(labels.y.shape) for _ in parts]
    tasks = [(number, part) for number, folds in enumerate(parts) for part in folds]

    def told(part: _Part) -> LabelMatrix:
        return labels.holding_out({features.groups[row] for row in part.test.tolist()}).take(part.rows)

    # What is learned from the same groups is the same in every fold, unless labels rest on what is held out.
    same = group_by(tasks, lambda task: (task[1].rows.tobytes(), labels.reliance and task[1].test.tobytes()))
    done = 0
    for alike in same.values():
        first = alike[0][1]
        model = new_classifier(*settings).fit(features.take(first.rows), told(first), code_embeddings)
        for number, part in alike:
            probability[number][part.test] = model.predict_proba(features.take(part.test))
            done += 1
            if progress:
                progress(done, len(tasks))
    return probability


def _parts(groups: Sequence[str], fold: Rows, share: float, seed: int) -> list[_Part] | None:
    """One for each fold; None where a fold would have too few groups, or too many rows."""
    names = np.asarray(groups)
    # One drawn order of the groups, so that a larger share holds all of a smaller one.
    order = np.random.default_rng(seed).permutation(np.unique(names))
    parts = []
    for train, test in train_and_test(fold):
        available = order[np.isin(order, names[train])]
        chosen = available[: round(share * len(available))]
        rows = train[np.isin(names[train], chosen)]
        if len(chosen) < FEWEST_GROUPS or len(rows) > MOST_SEGMENTS:
            return None
        parts.append(_Part(rows, test))
    return parts


def _average_precision(probability: Floats, Y: Bools, judging: Bools) -> Floats:
    """(k,) of the labels to judge by."""
    columns = zip(probability.T, Y.T, judging.T, strict=True)
    return np.array([average_precision(score[seen], y[seen]) for score, y, seen in columns], dtype=np.float64)
