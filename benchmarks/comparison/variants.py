"""Variants of the learner that learner_trials.py compares: each changes one thing in the classifier that ships."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from secondcoder.domain.arrays import Floats, Rows, Vectors
from secondcoder.labels.label_matrix import LabelMatrix
from secondcoder.learning.code_tree import below_parents, codes_and_above
from secondcoder.learning.features import Features
from secondcoder.learning.stacked_kernels import classifier, kernels, landmarks, stacker, terms
from secondcoder.learning.stacked_kernels.calibration import steepness_and_shift
from secondcoder.learning.stacked_kernels.kernel_ridge import MaskedKernelRidge
from secondcoder.learning.stacked_kernels.parent_codes import parent_scores

from comparison.plain_baseline import _inputs
from comparison.sets import FOLDS

Kernel = tuple[Floats, Floats]
"""(n, n) among training segments, and (m, n) of the held-back with them."""


@dataclass(frozen=True)
class View:
    """What one ridge regression says: deviations from the base rate out of fold (n, k) and held back (m, k); the base rate (k,)."""

    inner: Floats
    held: Floats
    prior: Floats


@dataclass(frozen=True)
class Part:
    """A training part and the held-back one, with the kernels that were computed for one variant and serve another."""

    train: Features
    labels: LabelMatrix
    held: Features
    names: Vectors
    fold: Rows
    kept: dict[object, Kernel | View] = field(default_factory=dict)

    def both(self) -> tuple[Features, Features]:
        """Training and held-back segments."""
        return self.train, self.held


Variant = Callable[[Part], tuple[Floats, Floats]]
"""To log-odds out of fold (n, k) and held back (m, k)."""


def embeddings(part: Part) -> Kernel:
    """As shipped."""
    kernel = kernels.EmbeddingKernel()
    seen, held_seen = (kernel.seen(np.stack([one.vectors, one.questions])) for one in part.both())
    train, held = kernel.between(seen, seen), kernel.between(held_seen, seen)
    return train, held


def ngrams(part: Part) -> Kernel:
    """As shipped."""
    readers = terms.vectorisers(True)
    X = terms.stacked([terms.fit_tfidf(reader, part.train.texts) for reader in readers])
    Z = terms.stacked([terms.tfidf(reader, part.held.texts) for reader in readers])
    return (X @ X.T).toarray(), (Z @ X.T).toarray()


def plain_columns(part: Part) -> Kernel:
    """All inputs side by side, as the plain baseline has them."""
    train, held = _inputs(*part.both())
    return train.similarity(train), held.similarity(train)


def together(part: Part) -> Kernel:
    """The sum of both kernels."""
    pairs = zip(cached(part, embeddings), cached(part, ngrams), strict=True)
    train, held = (first + second for first, second in pairs)
    return train, held


def around_it(part: Part) -> Kernel:
    """The mean vector of the segments before and after."""

    def mean(one: Features) -> Floats:
        vectors = one.vectors.astype(float)
        beside = sum(np.asarray(classifier.neighbours(vectors, rows)) for rows in (one.previous, one.following))
        return np.asarray(beside / np.linalg.norm(beside, axis=1, keepdims=True).clip(1e-9))

    train, held = map(mean, part.both())
    return np.exp(2 * (train @ train.T - 1)), np.exp(2 * (held @ train.T - 1))


def centred(part: Part) -> Kernel:
    """Embeddings less half of their transcript's mean, shrunken by five segments."""

    def less_mean(one: Features) -> Floats:
        vectors, at = one.vectors.astype(float), np.cumsum(one.previous < 0) - 1
        size = np.bincount(at)
        sums = np.stack([np.bincount(at, column) for column in vectors.T], axis=1)
        moved = vectors - 0.5 * (sums / (size + 5)[:, None])[at]
        return np.asarray(moved / np.linalg.norm(moved, axis=1, keepdims=True).clip(1e-9))

    (train, held), asked = map(less_mean, part.both()), part.train.questions.astype(float)
    similar = ((train @ train.T, asked @ asked.T), (held @ train.T, part.held.questions.astype(float) @ asked.T))
    first, second = (np.exp(2 * (own - 1)) + 0.5 * np.exp(2 * (question - 1)) for own, question in similar)
    return first, second


def cached(part: Part, make: Callable[[Part], Kernel]) -> Kernel:
    """A kernel, made once for all variants."""
    if make not in part.kept:
        part.kept[make] = make(part)
    found = part.kept[make]
    assert isinstance(found, tuple)
    return found


def view(
    part: Part, make: Callable[[Part], Kernel], own: float, ridge: float, habit: float = 0.0, described: float = 0.0
) -> View:
    """A ridge regression; within a transcript the kernel counts 1 + `own` times and `habit` more, and a code's description counts as
    `described` segments."""
    key = make, own, ridge, habit, described, len(np.unique(part.fold))
    if key not in part.kept:
        train, held = cached(part, make)
        name = np.unique(np.asarray(part.train.groups), return_inverse=True)[1].ravel()
        gram, n = train + (name[:, None] == name) * (own * train + habit), len(train)
        Y, known, folds = part.labels.target, part.labels.known, kernels.Folds(part.fold, part.labels.weight)
        if described:
            examples = kernels.Descriptions(part.names, codes_and_above(part.labels.parents))
            Y, known, folds = examples.added_to(Y, known, folds)
            # They stand last.
            np.asarray(folds.weight)[n:] = described
            beside, held_beside, each = (
                _with_names(part, one) for one in (part.train.vectors, part.held.vectors, part.names)
            )
            gram, held = np.block([[gram, beside], [beside.T, each]]), np.hstack([held, held_beside])
        model = MaskedKernelRidge(ridge).fit(gram, Y, known, *folds)
        inner = (model.out_of_fold_ - model.out_of_fold_prior_)[:n]
        part.kept[key] = View(inner, held @ model.dual_, model.prior_)
    found = part.kept[key]
    assert isinstance(found, View)
    return found


def _with_names(part: Part, vectors: Vectors) -> Floats:
    """(n, k) the kernel of embeddings with the codes' descriptions, which have no question."""
    return np.exp(2 * (vectors.astype(float) @ part.names.astype(float).T - 1)) + 0.5 * np.exp(-2)


def stacked(
    own: float = landmarks.OWN_SHARE,
    ridge: float = kernels.RIDGE,
    habit: float = 0.0,
    described: float = kernels.DESCRIPTION_WEIGHT,
    makes: Sequence[Callable[[Part], Kernel]] = (embeddings, ngrams),
    usual: Sequence[tuple[float, float]] = ((0.5, 0.1), (0.25, 0.0)),
    scale: Callable[[Floats, Floats, Features], Floats] | None = None,
    five_folds: bool = False,
    less_mean: bool = False,
    slope_spread: float = stacker.SLOPE_SPREAD,
) -> Variant:
    """The classifier with one or another setting; by default as it ships.

    Args:
        scale: scores and their spread to scores in units of their own.
        five_folds: inner folds hold a fifth of the transcripts back.
        less_mean: a code's similarity to a segment less the mean of all codes'.
    """

    def learn(part: Part) -> tuple[Floats, Floats]:
        inner = replace(part, fold=part.fold % FOLDS) if five_folds else part
        views = [
            view(inner, make, own, ridge, habit, described if make in (embeddings, centred) else 0.0) for make in makes
        ]
        evidence = [
            _evidence(one, [getattr(each, name) for each in views], views, part, scale, less_mean)
            for one, name in zip(part.both(), ("inner", "held"), strict=True)
        ]
        prior_means = np.array([*(slope for pair in usual for slope in pair), *classifier.OTHERS])
        Y, known, weight = part.labels.target, part.labels.known, part.labels.weight
        shipped, stacker.SLOPE_SPREAD = stacker.SLOPE_SPREAD, slope_spread
        slopes, intercepts = stacker.fit_stacker(evidence[0], Y, known, prior_means, weight)
        stacker.SLOPE_SPREAD = shipped
        first, second = (parent_scores(one @ slopes + intercepts, part.labels.parents) for one in evidence)
        steepness, shift = steepness_and_shift(first, Y, known, weight)
        parents = part.labels.parents
        return below_parents(steepness * first + shift, parents), below_parents(steepness * second + shift, parents)

    return learn


def _evidence(
    one: Features,
    deviations: Sequence[Floats],
    views: Sequence[View],
    part: Part,
    scale: Callable[[Floats, Floats, Features], Floats] | None,
    less_mean: bool,
) -> Floats:
    parts: list[Floats] = []
    for deviation, whole in zip(deviations, views, strict=True):
        spread = classifier._spread(whole.inner, part.labels.known)
        scores = deviation / spread if scale is None else scale(deviation, spread, one)
        parts += [scores, classifier.around(scores, one)]
    own, reference = _covariates(one, part.names, less_mean), _covariates(part.train, part.names, less_mean)
    spread = reference.std(axis=0)
    covariates = (own - reference.mean(axis=0)) / np.where(spread > 1e-9, spread, 1.0)
    prior = np.clip(views[0].prior, 1e-4, 1 - 1e-4)
    parts += [np.broadcast_to(covariates[:, :1], parts[0].shape), covariates[:, 1:]]
    return np.stack([*parts, np.broadcast_to(np.log(prior / (1 - prior)), parts[0].shape)], axis=2)


def _covariates(one: Features, names: Vectors, less_mean: bool) -> Floats:
    words = np.log1p(np.array([len(text.split()) for text in one.texts], dtype=float))
    cosine = one.vectors.astype(float) @ names.T
    return np.column_stack([words, cosine - less_mean * cosine.mean(axis=1, keepdims=True)])


def by_transcript(prior: float) -> Callable[[Floats, Floats, Features], Floats]:
    """Scores in units of their spread in their own transcript, shrunken to the common one by `prior` segments (empirical Bayes)."""

    def scaled(scores: Floats, spread: Floats, one: Features) -> Floats:
        at = np.cumsum(one.previous < 0) - 1
        size = np.bincount(at)[:, None]

        def mean(values: Floats) -> Floats:
            return np.stack([np.bincount(at, column) for column in values.T], axis=1) / size

        variance = mean((scores - mean(scores)[at]) ** 2)
        return np.asarray(scores / np.sqrt((size * variance + prior * spread**2) / (size + prior))[at])

    return scaled


def by_batch(scores: Floats, spread: Floats, one: Features) -> Floats:
    """Scores in units of their spread among the segments that are scored together."""
    own = scores.std(axis=0)
    return np.asarray(scores / np.where(own > 1e-9, own, spread))


THIRD = ((0.5, 0.1), (0.25, 0.0), (0.1, 0.0))
ONE = ((0.7, 0.1),)
VARIANTS: dict[str, Variant] = {
    "before: ridge 1, no own share, no descriptions": stacked(0.0, 1.0, described=0.0),
    "as it ships": stacked(),
    "no own share": stacked(0.0),
    "no descriptions": stacked(described=0.0),
    **{f"descriptions as {weight} segments": stacked(described=weight) for weight in (3.0, 30.0)},
    **{
        f"own share {own}, ridge {ridge}": stacked(own, ridge)
        for own, ridge in ((0.5, 0.5), (1.0, 1.0), (2.0, 0.5), (4.0, 0.5))
    },
    **{f"ridge {ridge}, neither": stacked(0.0, ridge, described=0.0) for ridge in (0.5, 2.0, 4.0)},
    "an own level instead of an own share": stacked(0.0, habit=0.1),
    "neighbours' vectors as a third kernel": stacked(makes=(embeddings, ngrams, around_it), usual=THIRD),
    "embeddings less half their transcript's mean": stacked(makes=(centred, ngrams)),
    "scores in units of the transcript's spread": stacked(scale=by_transcript(50.0)),
    "scores in units of the batch's spread": stacked(scale=by_batch),
    "five inner folds": stacked(five_folds=True),
    "similarity to a code less that to all": stacked(less_mean=True),
    "slopes free (prior .3)": stacked(slope_spread=0.3),
    "one kernel: the sum of both": stacked(makes=(together,), usual=ONE),
    "one kernel: all inputs side by side": stacked(makes=(plain_columns,), usual=ONE),
    "the same, no own share, ridge 5": stacked(0.0, 5.0, makes=(plain_columns,), usual=ONE),
}
