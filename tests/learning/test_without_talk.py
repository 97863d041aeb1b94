"""The classifier to give away: it knows no labels by heart, no word of one interview, and is the same after it was kept."""

from __future__ import annotations

import numpy as np
import pytest
from secondcoder.domain.arrays import Floats
from secondcoder.learning.stacked_kernels.classifier import StackedKernelClassifier
from secondcoder.learning.without_talk import VOCABULARIES, WithoutTalkClassifier
from sklearn.metrics import average_precision_score, roc_auc_score
from support.planted import Planted, planted


@pytest.fixture(scope="module")
def talk() -> Planted:
    return planted(transcripts=10, length=16)


@pytest.fixture(scope="module")
def teacher(talk: Planted) -> StackedKernelClassifier:
    return StackedKernelClassifier(seed=1).fit(talk.features, talk.labels)


def told_apart(of_learned: Floats, learned: Planted, of_new: Floats, new: Planted) -> float:
    """Area under the curve by which the labels of what was learned from fit better than those of what is new."""
    fit = []
    for probability, talk in ((of_learned, learned), (of_new, new)):
        p = np.clip(probability, 1e-6, 1 - 1e-6)
        fit.append(np.where(talk.labels.y, np.log(p), np.log(1 - p)).sum(axis=1))
    return float(roc_auc_score(np.repeat([1, 0], [*map(len, fit)]), np.concatenate(fit)))


def test_what_it_learned_from_is_told_less_from_what_is_new(talk: Planted, teacher: StackedKernelClassifier) -> None:
    """Beyond what predictions tell that never saw an interview: the new ones happen to be harder or easier."""
    given_away = WithoutTalkClassifier(seed=1).distil(talk.features, talk.labels, teacher.out_of_fold_)
    new = planted(transcripts=30, length=16, seed=3)
    of_new = teacher.predict_proba(new.features)
    unseen = told_apart(teacher.out_of_fold_, talk, of_new, new)
    as_trained = told_apart(teacher.predict_proba(talk.features), talk, of_new, new)
    without = told_apart(given_away.predict_proba(talk.features), talk, given_away.predict_proba(new.features), new)
    assert as_trained - unseen > 0.1
    assert without - unseen < 0.75 * (as_trained - unseen)


@pytest.mark.parametrize("vocabulary", VOCABULARIES)
def test_it_learned_what_there_is_and_comes_back_as_it_was(
    talk: Planted, teacher: StackedKernelClassifier, vocabulary: str
) -> None:
    made = WithoutTalkClassifier(seed=1, vocabulary=vocabulary).distil(talk.features, talk.labels, teacher.out_of_fold_)
    new = planted(transcripts=4, length=16, seed=9)
    probability = made.predict_proba(new.features)
    chance = new.labels.y.mean()
    assert average_precision_score(new.labels.y, probability, average="macro") > chance + 0.2
    state = {name: np.array(array) for name, array in made.state().items()}
    back = WithoutTalkClassifier().restore(state)
    assert np.array_equal(back.predict_proba(new.features), probability)
    assert back.vocabulary == vocabulary


def test_words_are_those_of_two_interviews_and_no_two_copies_are_alike(
    talk: Planted, teacher: StackedKernelClassifier
) -> None:
    one, other = (
        WithoutTalkClassifier(seed=1).distil(talk.features, talk.labels, teacher.out_of_fold_) for _ in range(2)
    )
    said: dict[str, set[str]] = {word: set() for word in one.terms_}
    for text, group in zip(talk.features.texts, talk.features.groups, strict=True):
        for word in set(text.lower().split()) & said.keys():
            said[word].add(group)
    assert said
    assert min(map(len, said.values())) > 1
    assert not np.array_equal(one.weights_, other.weights_)
    assert one.terms_ == other.terms_
