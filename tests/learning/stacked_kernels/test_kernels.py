"""The two kernels: what each responds to, and that its plain arrays are all of its state."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from secondcoder.learning.assessment.splits import group_folds
from secondcoder.learning.features import neighbours
from secondcoder.learning.stacked_kernels.kernels import (
    DESCRIPTION_WEIGHT,
    Descriptions,
    EmbeddingKernel,
    Folds,
    Kernel,
    NgramKernel,
)
from secondcoder.learning.stacked_kernels.landmarks import OWN_SHARE
from sklearn.kernel_ridge import KernelRidge
from sklearn.linear_model import Ridge
from support.planted import Planted, features_of, planted, segments_of

KERNELS = [EmbeddingKernel, NgramKernel]


@pytest.fixture(scope="module")
def talk() -> Planted:
    return planted()


@pytest.fixture(scope="module")
def unseen() -> Planted:
    return planted(transcripts=3, seed=9)


def _fit(kernel: Kernel, talk: Planted) -> Kernel:
    return kernel.fit(talk.features, talk.labels.y, talk.labels.known, Folds(group_folds(talk.features.groups, 4, 0)))


@pytest.mark.parametrize("kind", KERNELS)
def test_a_restored_view_scores_as_the_fitted_one(kind, talk, unseen):
    fitted = _fit(kind(), talk)
    state = {name: array.copy() for name, array in fitted.state().items()}
    assert not any(array.dtype.hasobject for array in state.values())
    np.testing.assert_allclose(kind().restore(state).scores(unseen.features), fitted.scores(unseen.features), atol=1e-6)


@pytest.mark.parametrize("kind", KERNELS)
def test_segments_with_a_codes_words_score_higher(kind, talk, unseen):
    scores, y = _fit(kind(), talk).scores(unseen.features), unseen.labels.y
    for j in range(y.shape[1]):
        assert scores[y[:, j], j].mean() > scores[~y[:, j], j].mean() + 0.2


@pytest.mark.parametrize("kind", KERNELS)
def test_held_back_scores_are_worse_than_training_scores(kind, talk):
    kernel, y = _fit(kind(), talk), talk.labels.y
    training, held_back = kernel.scores(talk.features), kernel.out_of_fold_
    assert np.abs(y - training).mean() < np.abs(y - held_back).mean()


def test_the_question_counts_for_embeddings_and_not_for_ngrams(talk, unseen):
    asked = replace(unseen.features, questions=unseen.features.vectors[::-1].copy())
    talk = replace(talk, features=replace(talk.features, questions=talk.features.vectors[::-1].copy()))
    embedding, ngrams = _fit(EmbeddingKernel(), talk), _fit(NgramKernel(), talk)
    assert not np.allclose(embedding.scores(asked), embedding.scores(unseen.features))
    np.testing.assert_array_equal(ngrams.scores(asked), ngrams.scores(unseen.features))


@pytest.mark.parametrize("kind", KERNELS)
def test_neighbouring_segments_do_not_enter_a_kernel(kind, talk, unseen):
    alone = replace(
        unseen.features, previous=np.full(len(unseen.segments), -1), following=np.full(len(unseen.segments), -1)
    )
    kernel = _fit(kind(), talk)
    np.testing.assert_array_equal(kernel.scores(alone), kernel.scores(unseen.features))


def test_what_is_learned_is_scikit_learns_regression_common_to_all_transcripts_beside_one_of_each(talk, unseen):
    kernel, y = _fit(NgramKernel(), talk), talk.labels.y
    X = _columns(kernel, talk)
    transcript = np.array(
        [[group == one for one in sorted(set(talk.features.groups))] for group in talk.features.groups]
    )
    # Columns of a transcript's own, which are zero elsewhere: all that is learned of a new one stands in the common columns.
    own = [np.sqrt(OWN_SHARE) * X * member[:, None] for member in transcript.T]
    reference = Ridge(kernel.ridge, fit_intercept=False).fit(np.hstack([X, *own]), y - y.mean(axis=0))
    expected = y.mean(axis=0) + _columns(kernel, unseen) @ reference.coef_[:, : X.shape[1]].T
    np.testing.assert_allclose(kernel.scores(unseen.features), expected, atol=1e-5)


def _columns(kernel: NgramKernel, talk: Planted) -> np.ndarray:
    return np.hstack([one.transform(talk.features.texts).toarray() for one in kernel._vectorisers]) / np.sqrt(2)


@pytest.mark.parametrize("kind", KERNELS)
def test_held_back_scores_are_those_of_a_kernel_fitted_without_the_fold(kind, talk):
    """Of embeddings alone: the vocabulary of n-grams is that of all training texts."""
    fold = group_folds(talk.features.groups, 4, 0)
    kernel, rows, rest = _fit(kind(), talk), np.flatnonzero(fold != 1), np.flatnonzero(fold == 1)
    part = talk.features.take(rows)
    without = kind().fit(part, talk.labels.y[rows], talk.labels.known[rows], Folds(fold[rows]))
    off = np.abs(kernel.out_of_fold_[rest] - without.scores(talk.features.take(rest)))
    assert off.max() < (1e-9 if kind is EmbeddingKernel else 0.1)


def test_a_description_counts_as_so_many_segments_that_carry_its_code(talk, unseen):
    k, n = talk.labels.y.shape[1], len(talk.segments)
    described = unseen.features.vectors[:k]
    known = talk.labels.known.copy()
    known[:20, 0] = False
    hidden = np.zeros((4, *known.shape), dtype=bool)
    hidden[0, -5:, 1] = True
    folds = Folds(group_folds(talk.features.groups, 4, 0), hidden=hidden)
    kernel = EmbeddingKernel(context=0.0, descriptions=Descriptions(described, np.eye(k)))
    kernel.fit(talk.features, talk.labels.y, known, folds)
    rows = np.r_[20:n, n : n + k]
    vectors = np.vstack([talk.features.vectors, described]).astype(float)
    groups = np.array([*talk.features.groups, *map(str, range(k))])
    same = (groups[:, None] == groups) & (np.arange(n + k) < n)
    gram = np.exp(2 * (vectors @ vectors.T - 1)) * (1 + OWN_SHARE * same)
    y, weight = (
        np.append(talk.labels.y[:, 0], np.eye(k)[0])[rows],
        np.append(np.ones(n), np.full(k, DESCRIPTION_WEIGHT))[rows],
    )
    prior = np.average(y, weights=weight)
    reference = KernelRidge(alpha=kernel.ridge, kernel="precomputed").fit(
        gram[np.ix_(rows, rows)], y - prior, sample_weight=weight
    )
    new = np.exp(2 * (unseen.features.vectors.astype(float) @ vectors[rows].T - 1))
    np.testing.assert_allclose(kernel.scores(unseen.features)[:, 0], prior + reference.predict(new), atol=1e-5)
    assert kernel.out_of_fold_.shape == talk.labels.y.shape


def test_terms_from_many_scripts_survive_saving():
    texts = ["Ça va 😀 naïve café", "ça va شكرا لك 😀", "e\u0301te\u0301 \u2028 line\nbreak\x85café"] * 4
    segments = segments_of(texts[:6], "a") + segments_of(texts[6:], "b")
    features = features_of(segments)
    y = np.array([["😀" in text] for text in texts])
    kernel = NgramKernel().fit(features, y, np.ones_like(y), Folds(group_folds(features.groups, 2, 0)))
    np.testing.assert_array_equal(NgramKernel().restore(kernel.state()).scores(features), kernel.scores(features))


def test_neighbours_stay_within_their_transcript():
    features = features_of(segments_of(["a", "b"], "one") + segments_of(["c", "d", "e"], "two"))
    assert features.previous.tolist() == [-1, 0, -1, 2, 3]
    assert features.following.tolist() == [1, -1, 3, 4, -1]
    np.testing.assert_array_equal(neighbours(features.vectors, features.previous)[[0, 2]], 0)


def test_a_neighbour_left_out_is_no_neighbour_any_more():
    taken = features_of(segments_of(list("abcde"), "one")).take(np.array([0, 2, 3]))
    assert taken.texts == ("a", "c", "d")
    assert taken.previous.tolist() == [-1, -1, 1]
    assert taken.following.tolist() == [-1, 2, -1]
