"""The classifier that ships: a kernel ridge regression on each embedder's vectors and one on n-grams, stacked and calibrated.

Each kernel scores every training segment from what the other transcripts have in common; the codebook's descriptions are examples
too. On these out-of-fold scores one logistic regression, with slopes common to all codes, weighs the kernels, the scores of
neighbouring segments, the segment's length, its similarity to the code's description and, where scorers are asked, what they say.
A parent code's score is informed by its children's, and no child is left likelier than its parent. Each code has its own intercept and
calibration, shrunken towards the common ones the more the fewer examples it has. Since the stacker is fitted on out-of-fold scores
only, its probabilities hold for new transcripts (stacked generalisation: Wolpert 1992, doi:10.1016/S0893-6080(05)80023-1).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import count, takewhile
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from secondcoder.domain.arrays import Bools, Floats, State, Vectors, part_of
from secondcoder.labels.label_matrix import LabelMatrix
from secondcoder.labels.suggestion_reliance import unknown_in_folds
from secondcoder.learning.assessment.purposes import AS_PEOPLE_CODE, purpose_thresholds
from secondcoder.learning.assessment.splits import group_folds
from secondcoder.learning.code_tree import below_parents, codes_and_above
from secondcoder.learning.features import Features, neighbours
from secondcoder.learning.stacked_kernels.calibration import steepness_and_shift
from secondcoder.learning.stacked_kernels.kernels import (
    Descriptions,
    EmbeddingKernel,
    Folds,
    Kernel,
    NgramKernel,
    View,
)
from secondcoder.learning.stacked_kernels.landmarks import number_of_landmarks
from secondcoder.learning.stacked_kernels.parent_codes import parent_scores
from secondcoder.learning.stacked_kernels.scorer_evidence import ScorerEvidence, fit_scorers
from secondcoder.learning.stacked_kernels.stacker import fit_stacker

STORED = {
    **{f"{name}_": name for name in ("slopes", "intercepts", "parents", "steepness", "shift", "thresholds", "spread")},
    "covariate_scale_": "plain",
    "code_embeddings_": "told",
    "ordered_": "ordered",
}
"""Fitted attributes, and the names of their arrays in model folders, which stay as they are."""
LARGE = (
    " Since there were many coded passages, the regressions compared passages of different transcripts by way of {:,} of them, about "
    "equally many of each code (partially independent training conditional: Quinonero-Candela & Rasmussen 2005, JMLR 6:1939-1959)."
)
"""What the methods section adds where the kernels learned from landmarks."""
REACH, FADE = 6, 0.7
"""Neighbouring segments on either side that count, each by this factor less than the nearer one: talk stays on a topic for a while."""
EMBEDDINGS, NGRAMS, OTHERS, SCORER = (0.5, 0.1), (0.25, 0.0), (0.25, 0.25, 1.0), (1.0,)
"""Prior means of the stacker's slopes, in the order of the evidence: embeddings (several views share theirs) and their neighbours,
n-grams and theirs; length, description, base rate; each scorer. The base rate counts once; embeddings count more than n-grams or
descriptions, a segment more than its neighbours, and long segments carry more codes than short ones."""
INNER_FOLDS = 20
"""Most transcripts are held back one by one: scores learned from fewer transcripts are nearer to the base rate than those of the whole
model, which would then suggest too often (benchmarks/NOTES.md). Further folds cost next to nothing."""


class StackedKernelClassifier:
    """Calibrated probabilities of k codes for segments, learned from partly known labels.

    Args:
        folds: the fewest inner folds for the stacker, calibration and thresholds (INNER_FOLDS, if these are more); groups stay whole.
        seed: of the inner folds.

    Attributes:
        thresholds_: (k,), chosen on the out-of-fold probabilities to suggest as people code.
        out_of_fold_: (n, k) probabilities of the training segments, each from other groups' segments.
        landmarks_: how many segments the kernels learned from in a study too large for all of them; else 0.
    """

    format = "stacked-kernels/1"

    def __init__(self, folds: int = 5, seed: int = 0) -> None:
        self.folds = folds
        self.seed = seed

    def get_params(self, deep: bool = True) -> dict[str, int]:
        """By which scikit-learn clones it; not a BaseEstimator, whose import takes longer than coding an interview."""
        return {"folds": self.folds, "seed": self.seed}

    def fit(self, features: Features, labels: LabelMatrix, code_embeddings: Vectors | None = None) -> Self:
        """Fit on n segments of two groups at least, and their labels.

        `code_embeddings` are (k, d) unit vectors of the codes' descriptions; None: code descriptions are not used as a feature.
        """
        Y, known, weight = labels.target, labels.known, labels.weight
        fold = group_folds(features.groups, max(self.folds, INNER_FOLDS), self.seed)
        folds = Folds(fold, weight, unknown_in_folds(labels.reliance, features.groups, fold))
        self.views_ = np.array(features.views, dtype=np.int64)
        self.landmarks_ = number_of_landmarks(len(features))
        # A description of a code is an example of it, and of the constructs above it.
        examples = None if code_embeddings is None else Descriptions(code_embeddings, codes_and_above(labels.parents))
        self.kernels_ = [kernel.fit(features, Y, known, folds) for kernel in self._new_kernels(examples)]
        # Each from the base rate of its own training folds, as for a new transcript. From the common rate, evidence
        # for a code that only the held-back transcript has would point the wrong way (benchmarks/NOTES.md).
        deviations = [kernel.out_of_fold_ - kernel.out_of_fold_prior_ for kernel in self.kernels_]
        self.spread_ = np.stack([_spread(deviation, known) for deviation in deviations])
        # Zero vectors have no cosine with any segment, so that the feature is constant.
        absent = np.zeros((Y.shape[1], features.vectors.shape[1]), np.float32)
        self.code_embeddings_ = absent if code_embeddings is None else code_embeddings
        covariates = self._covariates(features)
        scale = np.where(covariates.std(axis=0) > 1e-9, covariates.std(axis=0), 1.0)
        self.covariate_scale_ = np.stack([covariates.mean(axis=0), scale])
        self.scorers_: list[ScorerEvidence] = []
        evidence = self._evidence(deviations, features)
        if features.scorers:
            slopes, intercepts = fit_stacker(evidence, Y, known, self._usual(), weight)
            self.scorers_ = fit_scorers(features, labels, evidence @ slopes + intercepts, fold)
            evidence = self._evidence(deviations, features)
        # In this order: `_log_odds` reads slopes, intercepts and parents, `_combine` steepness and shift too.
        self.slopes_, self.intercepts_ = fit_stacker(evidence, Y, known, self._usual(), weight)
        self.parents_ = labels.parents
        self.steepness_, self.shift_ = steepness_and_shift(self._log_odds(evidence), Y, known, weight)
        self.ordered_ = labels.parents
        self.out_of_fold_ = self._combine(evidence)
        self.thresholds_ = purpose_thresholds(AS_PEOPLE_CODE, self.out_of_fold_, labels, features.groups)
        return self

    def predict_proba(self, features: Features) -> Floats:
        """(n, k) probabilities."""
        known, deviations = getattr(self, "_known", (None, []))
        if features.extended is None or known is not features.extended:
            deviations = [kernel.scores(features) - kernel.prior_ for kernel in self.kernels_]
            self._known = features, deviations  # for variants of these segments, which are scored next
        else:
            # Only what stands behind the known rows is new; neighbours are no part of a kernel.
            new = replace(
                features,
                texts=features.texts[len(known) :],
                vectors=features.vectors[len(known) :],
                questions=features.questions[len(known) :],
            )
            of_new = [kernel.scores(new) - kernel.prior_ for kernel in self.kernels_]
            deviations = [np.concatenate(both) for both in zip(deviations, of_new, strict=True)]
        return self._combine(self._evidence(deviations, features))

    def _evidence(self, deviations: Sequence[Floats], features: Features) -> Floats:
        """(n, k, m): for each kernel the standardised deviation from the base rate and its decaying sum over the neighbours; then
        length, similarity to the code's description, the code's prior log-odds, and the calibrated log-odds of each scorer."""
        parts: list[Floats] = []
        for spread, deviation in zip(self.spread_, deviations, strict=True):
            parts += [deviation / spread, around(deviation / spread, features)]
        mean, scale = self.covariate_scale_
        covariates = (self._covariates(features) - mean) / scale
        parts += [np.broadcast_to(covariates[:, :1], parts[0].shape), covariates[:, 1:]]
        # Base rates of the kernel with the descriptions, which is never 0; a rate of 0 or 1 has no finite log-odds.
        prior = np.clip(self.kernels_[0].prior_, 1e-4, 1 - 1e-4)
        parts.append(np.broadcast_to(np.log(prior / (1 - prior)), parts[0].shape))
        parts += [scorer.evidence(features) for scorer in self.scorers_]
        return np.stack(parts, axis=2)

    def _usual(self) -> Floats:
        """(m,) in the order of `_evidence`."""
        views = len(self.kernels_) - 1
        embeddings = np.array(EMBEDDINGS * views) / views
        return np.concatenate([embeddings, NGRAMS, OTHERS, SCORER * len(self.scorers_)])

    def _covariates(self, features: Features) -> Floats:
        """(n, 1 + k): the logarithm of a segment's words, and its cosine with each code's description."""
        words = np.log1p(np.array([len(text.split()) for text in features.texts], dtype=np.float64))
        return np.column_stack([words, features.vectors.astype(np.float64) @ self.code_embeddings_.T])

    def _log_odds(self, evidence: Floats) -> Floats:
        return parent_scores(evidence @ self.slopes_ + self.intercepts_, self.parents_)

    def _combine(self, evidence: Floats) -> Floats:
        log_odds = below_parents(self.steepness_ * self._log_odds(evidence) + self.shift_, self.ordered_)
        return np.asarray(1.0 / (1.0 + np.exp(-np.clip(log_odds, -35, 35))))

    def state(self) -> State:
        """The fitted arrays; the names of a kernel's begin with its number."""
        state = {name: getattr(self, attribute) for attribute, name in STORED.items()}
        for number, kernel in enumerate(self.kernels_):
            state |= {f"{number}.{name}": array for name, array in kernel.state().items()}
        if len(self.views_):
            state["views"] = self.views_
        if self.landmarks_:
            state["landmarks"] = np.array(self.landmarks_)
        for number, scorer in enumerate(self.scorers_):
            state |= {f"scorer{number}.{name}": array for name, array in scorer.state().items()}
        return state

    def restore(self, state: Mapping[str, npt.NDArray[Any]]) -> Self:
        """Become what `state` was taken from."""
        # A model from before constructs were kept no less likely than their sub-constructs goes on as it was.
        unordered = {"ordered": np.full_like(state["parents"], -1)}
        for attribute, name in STORED.items():
            setattr(self, attribute, (unordered | dict(state))[name])
        self.views_ = state.get("views", np.zeros(0, dtype=np.int64))
        self.landmarks_ = int(state.get("landmarks", 0))
        self.kernels_ = [
            kernel.restore(part_of(state, f"{number}")) for number, kernel in enumerate(self._new_kernels())
        ]
        # Models from before there were scorers have none.
        parts = (part_of(state, f"scorer{number}") for number in count())
        self.scorers_ = [ScorerEvidence.restored(part) for part in takewhile(bool, parts)]
        return self

    def _new_kernels(self, descriptions: Descriptions | None = None) -> list[Kernel]:
        """One for each embedder, and one for n-grams."""
        ends = np.cumsum(self.views_).tolist()
        views = [View(start, end, len(ends)) for start, end in zip([0, *ends], ends, strict=False)]
        return [*(EmbeddingKernel(descriptions=descriptions, view=view) for view in views or (None,)), NgramKernel()]

    def scorers_kept(self) -> dict[str, Bools]:
        """Scorer -> (k,) codes for which it is used; without scorers that none uses."""
        return {scorer.scorer: scorer.kept for scorer in self.scorers_}

    def describe(self) -> str:
        """The sentence for the methods section."""
        two = len(getattr(self, "views_", ())) > 1
        number, vectors = ("Three", "the vectors of each view") if two else ("Two", "these vectors")
        return (
            f"{number} kernel ridge regressions, one on {vectors} and one on word and character n-grams, each with a part of its own "
            "for every transcript (regularised multi-task learning: Evgeniou & Pontil 2004, doi:10.1145/1014052.1014067), were joined "
            "by a logistic regression on their out-of-fold scores, calibrated, and given a threshold for each code (stacked "
            "generalisation: Wolpert 1992, doi:10.1016/S0893-6080(05)80023-1). The codebook's descriptions were examples of their "
            "codes beside the coded passages, and no code was left likelier than the one it counts for."
            + (LARGE.format(self.landmarks_) if getattr(self, "landmarks_", 0) else "")
        )


def around(values: Floats, features: Features) -> Floats:
    """(n, k): sum of the values of up to REACH segments on either side within the transcript, weights decaying with distance."""
    before = after = values
    total, weight = np.zeros_like(values), 1.0
    for _ in range(REACH):
        # Neighbours of neighbours: each round looks one segment further, and past an end finds zeros.
        before = np.asarray(neighbours(before, features.previous))
        after = np.asarray(neighbours(after, features.following))
        total += weight * (before + after)
        weight *= FADE
    return total


def _spread(scores: Floats, known: Bools) -> Floats:
    """(k,) standard deviation of each code's known scores; 1 for a code whose scores do not differ."""
    spread = np.array([scores[rows, j].std() if rows.any() else 0.0 for j, rows in enumerate(known.T)])
    return np.where(spread > 1e-9, spread, 1.0)
