"""The classifier: learns what can be learned, keeps its head over odd columns, and is the same every time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from secondcoder.embedding.hashed_words import WordHashEmbedder
from secondcoder.labels.label_matrix import LabelMatrix
from secondcoder.learning.features import Features
from secondcoder.learning.stacked_kernels import classifier
from secondcoder.learning.stacked_kernels.classifier import FADE, StackedKernelClassifier, around
from sklearn.base import clone
from sklearn.metrics import average_precision_score
from support.planted import TOPICS, Planted, features_of, planted, segments_of

TALK = planted()
UNSEEN = planted(transcripts=4, seed=9)
SHAPE = TALK.labels.y.shape


def _fit(talk: Planted = TALK, **options: int) -> StackedKernelClassifier:
    return StackedKernelClassifier(**options).fit(talk.features, talk.labels)


@pytest.fixture(scope="module")
def fitted() -> StackedKernelClassifier:
    return _fit()


def _sound(probability: np.ndarray) -> bool:
    return bool(np.isfinite(probability).all() and (probability >= 0).all() and (probability <= 1).all())


def test_a_planted_code_is_learned_for_transcripts_not_seen(fitted):
    probability, y = fitted.predict_proba(UNSEEN.features), UNSEEN.labels.y
    assert _sound(probability)
    for j in range(SHAPE[1]):
        assert average_precision_score(y[:, j], probability[:, j]) > 0.9
        suggested = probability[:, j] >= fitted.thresholds_[j]
        assert (suggested == y[:, j]).mean() > 0.85


def test_probabilities_are_honest_on_average(fitted):
    np.testing.assert_allclose(fitted.out_of_fold_.mean(axis=0), TALK.labels.y.mean(axis=0), atol=0.03)


def test_same_input_and_seed_same_bytes(fitted):
    again = _fit().state()
    assert again.keys() == fitted.state().keys()
    for name, array in fitted.state().items():
        assert array.tobytes() == again[name].tobytes(), name


def test_another_seed_holds_back_other_transcripts_where_they_are_not_held_back_one_by_one(monkeypatch, fitted):
    assert np.array_equal(_fit(seed=1).out_of_fold_, fitted.out_of_fold_)
    monkeypatch.setattr(classifier, "INNER_FOLDS", 2)
    assert not np.array_equal(_fit(seed=1).out_of_fold_, _fit().out_of_fold_)


def test_restored_from_its_arrays_it_gives_the_same_probabilities(fitted):
    restored = StackedKernelClassifier().restore({name: array.copy() for name, array in fitted.state().items()})
    np.testing.assert_allclose(
        restored.predict_proba(UNSEEN.features), fitted.predict_proba(UNSEEN.features), atol=1e-6
    )
    np.testing.assert_array_equal(restored.thresholds_, fitted.thresholds_)
    twice = StackedKernelClassifier().restore(restored.state())
    np.testing.assert_array_equal(twice.predict_proba(UNSEEN.features), restored.predict_proba(UNSEEN.features))


def test_it_is_a_scikit_learn_estimator(fitted):
    copy = clone(StackedKernelClassifier(folds=3, seed=4))
    assert copy.get_params() == {"folds": 3, "seed": 4}
    assert not hasattr(clone(fitted), "thresholds_")


def test_segments_of_other_transcripts_do_not_change_a_probability(fitted):
    alone = UNSEEN.features.take(np.arange(15))
    np.testing.assert_allclose(
        fitted.predict_proba(alone), fitted.predict_proba(UNSEEN.features)[:15], rtol=0, atol=1e-9
    )


def test_neighbours_count_less_with_distance_and_not_beyond_the_transcript():
    features = features_of(segments_of(list("abcdefghij"), "one") + segments_of(list("kl"), "two"))
    values = np.zeros((12, 1))
    values[1] = 1.0
    expected = [1, 0, 1, FADE, FADE**2, FADE**3, FADE**4, FADE**5, 0, 0, 0, 0]
    np.testing.assert_allclose(around(values, features)[:, 0], expected)


def test_neighbours_and_length_inform_a_segment(fitted):
    features = UNSEEN.features
    alone = replace(features, previous=np.full(len(features), -1), following=np.full(len(features), -1))
    longer = replace(features, texts=tuple(f"{text} {'0 ' * 50}" for text in features.texts))
    before = fitted.predict_proba(features)
    assert not np.allclose(fitted.predict_proba(alone), before, atol=1e-3)
    assert not np.allclose(fitted.predict_proba(longer), before, atol=1e-3)


def _all_known(y: np.ndarray) -> LabelMatrix:
    return LabelMatrix(("A",), y, np.ones_like(y))


def test_a_code_that_one_transcript_alone_has_does_not_turn_the_evidence_round():
    """Held back, that transcript meets a model to which the code is rarer; where nothing tells segments apart, nothing may."""
    features = features_of([one for name in "abcdef" for one in segments_of(["the same words again"] * 4, name)])
    y = np.array([[group == "a"] for group in features.groups])
    model = StackedKernelClassifier().fit(features, _all_known(y))
    np.testing.assert_allclose(model.out_of_fold_, model.out_of_fold_[0, 0], atol=1e-9)


def test_code_descriptions_help_where_examples_are_few():
    talk = planted(transcripts=2, length=6)
    code_embeddings = WordHashEmbedder().embed(list(TOPICS))
    alone = StackedKernelClassifier().fit(talk.features, talk.labels).predict_proba(UNSEEN.features)
    model = StackedKernelClassifier().fit(talk.features, talk.labels, code_embeddings)
    with_codebook = model.predict_proba(UNSEEN.features)
    restored = StackedKernelClassifier().restore(model.state())
    np.testing.assert_allclose(restored.predict_proba(UNSEEN.features), with_codebook, atol=1e-6)

    def macro_ap(probability: np.ndarray) -> float:
        return float(
            np.mean([average_precision_score(UNSEEN.labels.y[:, j], probability[:, j]) for j in range(SHAPE[1])])
        )

    assert macro_ap(with_codebook) > macro_ap(alone) + 0.02


def test_no_segments_no_probabilities(fitted):
    assert fitted.predict_proba(features_of([])).shape == (0, SHAPE[1])


def test_what_nobody_looked_for_changes_nothing():
    known = np.random.default_rng(1).random(SHAPE) < 0.7
    one = _fit(TALK.with_labels(TALK.labels.y, known))
    other = _fit(TALK.with_labels(TALK.labels.y ^ ~known, known))
    np.testing.assert_array_equal(one.predict_proba(UNSEEN.features), other.predict_proba(UNSEEN.features))


def test_unknown_read_as_no_gives_another_model():
    known = np.random.default_rng(1).random(SHAPE) < 0.5
    masked, as_zeros = (
        _fit(TALK.with_labels(TALK.labels.y & known, known)),
        _fit(TALK.with_labels(TALK.labels.y & known)),
    )
    gap = masked.predict_proba(UNSEEN.features).mean() - as_zeros.predict_proba(UNSEEN.features).mean()
    assert gap > 0.05


def _column(kind: str) -> np.ndarray:
    column = np.zeros(SHAPE[0], dtype=bool)
    if kind == "all":
        column[:] = True
    elif kind == "one":
        column[20] = True
    elif kind == "one transcript":
        column[15:30] = True
    return column


@pytest.mark.parametrize("kind", ["all", "none", "one", "one transcript"])
@pytest.mark.parametrize("alone", [True, False])
def test_an_odd_column_gives_sound_probabilities_near_its_share(kind, alone):
    column = _column(kind)
    y = column[:, None] if alone else np.column_stack([column, TALK.labels.y[:, :2]])
    model = _fit(TALK.with_labels(y))
    probability = model.predict_proba(UNSEEN.features)
    assert _sound(probability)
    assert _sound(model.thresholds_)
    assert probability[:, 0].mean() == pytest.approx(column.mean(), abs=0.15)


def test_an_unknown_column_gives_sound_probabilities_and_leaves_the_others_learned():
    known = np.ones(SHAPE, dtype=bool)
    known[:, 0] = False
    model = _fit(TALK.with_labels(TALK.labels.y, known))
    probability = model.predict_proba(UNSEEN.features)
    assert _sound(probability)
    assert average_precision_score(UNSEEN.labels.y[:, 1], probability[:, 1]) > 0.9


def _few(texts: list[str]) -> Features:
    half = len(texts) // 2
    return features_of(segments_of(texts[:half], "a") + segments_of(texts[half:], "b"))


@pytest.mark.parametrize(
    "texts",
    [
        ["the same words again"] * 12,
        [f"{chr(97 + number) * 3}" for number in range(12)],  # no word or piece of a word comes twice
        ["...", "?!", "😀", "—"] * 3,
        [""] * 12,
    ],
    ids=["identical", "nothing shared", "no words", "empty"],
)
def test_odd_texts_with_opposite_codes_give_sound_probabilities(texts):
    y = np.arange(12)[:, None] % 2 == 0
    model = StackedKernelClassifier().fit(_few(texts), _all_known(y))
    probability = model.predict_proba(_few(texts))
    assert _sound(probability)
    restored = StackedKernelClassifier().restore(model.state())
    np.testing.assert_allclose(restored.predict_proba(_few(texts)), probability, atol=1e-6)


def test_identical_texts_with_opposite_codes_are_undecided():
    y = np.arange(12)[:, None] % 2 == 0
    features = features_of([one for name in "abcdefghijkl" for one in segments_of(["the same words again"], name)])
    model = StackedKernelClassifier().fit(features, _all_known(y))
    assert np.abs(model.predict_proba(features) - 0.5).max() < 0.2


def _seen_twice(features: Features, views: tuple[int, ...]) -> Features:
    """The same view twice, side by side."""
    vectors, questions = (
        np.hstack([part, part]) / np.float32(2**0.5) for part in (features.vectors, features.questions)
    )
    return replace(features, vectors=vectors, questions=questions, views=views)


def test_the_same_view_twice_tells_what_one_tells(fitted):
    """Each of two equal kernels gets half the prior weight, so that together they start where one does."""
    model = StackedKernelClassifier().fit(_seen_twice(TALK.features, (64, 64)), TALK.labels)
    new = _seen_twice(UNSEEN.features, (64, 64))
    np.testing.assert_allclose(model.predict_proba(new), fitted.predict_proba(UNSEEN.features), atol=0.08)
    np.testing.assert_allclose(model.kernels_[1].out_of_fold_, fitted.kernels_[0].out_of_fold_, atol=1e-6)
    restored = StackedKernelClassifier().restore(model.state())
    np.testing.assert_allclose(restored.predict_proba(new), model.predict_proba(new), atol=1e-6)
    assert restored.describe().startswith("Three kernel ridge regressions")
    assert "views" not in fitted.state()
