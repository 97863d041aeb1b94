"""The classifier of a study too large for the exact kernel: near the exact one, the same every time, and its state is all of it."""

from __future__ import annotations

import numpy as np
import pytest
from secondcoder.learning.stacked_kernels import landmarks
from secondcoder.learning.stacked_kernels.classifier import StackedKernelClassifier
from secondcoder.learning.stacked_kernels.kernels import Folds, NgramKernel
from secondcoder.learning.stacked_kernels.landmarks import choose_landmarks
from sklearn.metrics import average_precision_score
from support.planted import Planted, planted

DRAWN = planted(transcripts=24, length=25, share=0.05)
UNSEEN = planted(transcripts=12, length=25, share=0.05, seed=9)


def _fit(talk: Planted) -> StackedKernelClassifier:
    described = talk.features.vectors[[int(np.flatnonzero(column)[0]) for column in talk.labels.y.T]]
    return StackedKernelClassifier().fit(talk.features, talk.labels, described)


def _macro_ap(model: StackedKernelClassifier, talk: Planted) -> float:
    scores, y = model.predict_proba(talk.features), talk.labels.y
    return float(np.mean([average_precision_score(y[:, j], scores[:, j]) for j in range(y.shape[1])]))


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every study is too large, and a quarter of these segments stand for all."""
    monkeypatch.setattr(landmarks, "MOST_EXACT", 0)
    monkeypatch.setattr(landmarks, "LANDMARKS", 150)


def test_from_a_quarter_of_the_segments_it_does_nearly_as_well_as_from_all(monkeypatch):
    exact = _macro_ap(_fit(DRAWN), UNSEEN)
    monkeypatch.setattr(landmarks, "MOST_EXACT", 0)
    monkeypatch.setattr(landmarks, "LANDMARKS", 150)
    assert _macro_ap(_fit(DRAWN), UNSEEN) > exact - 0.02


def test_from_all_segments_it_is_the_exact_one(monkeypatch):
    exact = _fit(DRAWN)
    monkeypatch.setattr(landmarks, "MOST_EXACT", 0)
    model = _fit(DRAWN)
    np.testing.assert_allclose(model.out_of_fold_, exact.out_of_fold_, atol=1e-4)
    np.testing.assert_allclose(model.predict_proba(UNSEEN.features), exact.predict_proba(UNSEEN.features), atol=1e-4)


@pytest.mark.usefixtures("few")
def test_the_same_every_time_and_all_of_it_in_its_state():
    model, state = _fit(DRAWN), _fit(DRAWN).state()
    for name, array in model.state().items():
        assert array.tobytes() == state[name].tobytes(), name
    restored = StackedKernelClassifier().restore(state)
    np.testing.assert_allclose(restored.predict_proba(UNSEEN.features), model.predict_proba(UNSEEN.features), atol=1e-6)
    assert restored.describe() == model.describe()
    assert len(state["0.dual"]) == 150 + DRAWN.labels.y.shape[1]


def test_methods_say_when_it_learned_from_landmarks(monkeypatch):
    assert "Quinonero" not in _fit(DRAWN).describe()
    monkeypatch.setattr(landmarks, "MOST_EXACT", len(DRAWN.segments) - 1)
    monkeypatch.setattr(landmarks, "LANDMARKS", 150)
    assert "by way of 150 of them" in _fit(DRAWN).describe()
    monkeypatch.setattr(landmarks, "MOST_EXACT", len(DRAWN.segments))
    assert "Quinonero" not in _fit(DRAWN).describe()


@pytest.mark.usefixtures("few")
def test_labels_that_nobody_gave_change_nothing():
    features, y = DRAWN.features, DRAWN.labels.y
    known = np.random.default_rng(1).random(y.shape) < 0.8
    folds = Folds(np.arange(len(y)) // 25 % 6)
    one, other = (NgramKernel().fit(features, labels, known, folds) for labels in (y, y ^ ~known))
    np.testing.assert_array_equal(one.out_of_fold_, other.out_of_fold_)


def test_a_rare_codes_segments_are_among_the_landmarks_and_the_others_lie_everywhere():
    marked = np.random.default_rng(2).random((10_000, 6)) < [0.002, 0.004, 0.1, 0.2, 0.3, 0.4]
    chosen = choose_landmarks(marked, 1000)
    assert len(chosen) == 1000 == len(set(chosen.tolist()))
    assert marked[chosen, :2].sum() == marked[:, :2].sum()
    assert (np.sort(chosen) == chosen).all()
    assert np.diff(chosen).max() < 60
    assert marked[chosen].sum(axis=0)[2:].min() > 150
