"""The two kernels: what each responds to, and that its plain arrays are all of its state."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from secondcoder.learning.assessment.splits import group_folds
from secondcoder.learning.features import neighbours
from secondcoder.learning.stacked_kernels.kernels import EmbeddingKernel, Folds, Kernel, NgramKernel
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
