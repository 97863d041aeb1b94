"""Valence is learned where words tell it, and nothing is suggested where they do not, where few are known, or from a leak."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from secondcoder.domain.records import Valence
from secondcoder.labels.label_matrix import LabelMatrix, Reliance
from secondcoder.labels.valences import UNKNOWN, VALENCES, Valences
from secondcoder.learning.assessment.splits import group_folds
from secondcoder.learning.assessment.valence_figures import ValenceAssessment, valence_in_words
from secondcoder.learning.code_tree import codes_and_above
from secondcoder.learning.cross_validation import cross_validate_valence
from secondcoder.learning.valence_classifier import ValenceClassifier
from secondcoder.statistics.classification import balanced_accuracy
from sklearn.metrics import balanced_accuracy_score, confusion_matrix
from support.planted import Planted, features_of
from support.planted_valence import Valenced, valenced

SEEDS = range(5)
TOLERANCE = 0.06
"""Of the mean balanced accuracy of five shuffles of about a hundred labels; what the words tell is .4 above chance."""


@pytest.fixture(scope="module")
def talk() -> Valenced:
    return valenced()


def _accuracy(assessment: ValenceAssessment) -> float:
    assert assessment.figures is not None
    return float(balanced_accuracy(assessment.figures.table))


def _probability(given: Valenced, folds: int = 4) -> np.ndarray:
    talk = given.talk
    return cross_validate_valence(talk.features, talk.labels, given.valences, folds=folds, seed=0)


def test_what_words_tell_is_learned_and_suggested(talk: Valenced) -> None:
    assessment = talk.assessed()
    assert _accuracy(assessment) > 0.9
    assert assessment.reason == ""
    assert assessment.learned == (Valence.PROMOTES, Valence.INHIBITS)
    assert assessment.codes == talk.talk.labels.codes
    assert "balanced accuracy" in next(valence_in_words(assessment.to_json()))


def test_shuffled_valences_give_chance_and_no_suggestion(talk: Valenced) -> None:
    dealt = [talk.shuffled(seed).assessed() for seed in SEEDS]
    assert abs(np.mean([_accuracy(one) for one in dealt]) - 0.5) < TOLERANCE
    # By chance one interval in forty lies above.
    assert sum(not one.reason for one in dealt) <= 1
    told = [*valence_in_words(next(one for one in dealt if one.reason).to_json())]
    assert told[0].startswith("Valence is not suggested: ")
    assert "guessing" in told[0]


def test_a_valence_that_follows_the_transcript_alone_is_not_learned() -> None:
    """Each transcript has words of its own, so only a look at the held-out transcript itself could tell."""
    follows = [valenced(transcripts=30, length=6, seed=seed, own_words=True) for seed in SEEDS]
    assert np.mean([_accuracy(one.assessed()) for one in follows]) < 0.6


def test_split_by_segment_such_a_valence_looks_learned() -> None:
    given = valenced(transcripts=30, length=6, own_words=True)
    by_segment = tuple(str(row) for row in range(len(given.talk.segments)))
    features = replace(given.talk.features, groups=by_segment)
    assert _accuracy(replace(given, talk=replace(given.talk, features=features)).assessed()) > 0.8


def test_valences_dealt_out_at_random_look_learned_once_each_segment_stands_in_another_transcript_too(
    talk: Valenced,
) -> None:
    """A leak put in by hand shows."""
    dealt, segments = talk.shuffled(0), talk.talk.segments
    twins = segments + [replace(segment, transcript=f"twin of {segment.transcript}") for segment in segments]
    value = np.concatenate([dealt.valences.value] * 2)
    known = value != UNKNOWN
    labels = LabelMatrix(talk.talk.labels.codes, known, np.ones_like(known))
    leaky = Valenced(Planted(twins, features_of(twins), labels), Valences(value))
    assert _accuracy(leaky.assessed()) > _accuracy(dealt.assessed()) + 0.2


def test_a_held_out_transcripts_valences_do_not_reach_its_own_probabilities(talk: Valenced) -> None:
    """Other valences on the held-out transcripts leave their probabilities as they were, to the last bit."""
    fold = group_folds(talk.talk.features.groups, 4, 0)
    value = talk.valences.value.copy()
    there = (fold == 2)[:, None] & talk.valences.known
    value[there] = 1 - value[there]
    before, after = _probability(talk), _probability(talk.given(value))
    np.testing.assert_array_equal(before[fold == 2], after[fold == 2])
    assert not np.array_equal(before[fold == 0], after[fold == 0])


def _led_by_t00(given: Valenced) -> tuple[Valenced, Valenced, np.ndarray, np.ndarray]:
    """Some valences rest on a model that learned from t00; the same turned round; the rows of t00's fold; those that are led."""
    names, known = np.asarray(given.talk.features.groups), given.valences.known
    fold = group_folds(given.talk.features.groups, 4, 0)
    held_out = fold == fold[names == "t00"][0]
    led = np.isin(names, np.unique(names[~held_out])[:3])
    rests = led[:, None] & known
    reliance = Reliance(rests, (frozenset({"t00"}),) * len(names))
    turned = np.where(rests, 1 - given.valences.value, given.valences.value).astype(np.int8)
    was, now = (replace(given, valences=Valences(value, reliance)) for value in (given.valences.value, turned))
    return was, now, held_out, led


def test_what_rests_on_a_model_of_the_held_out_transcripts_does_not_reach_them(talk: Valenced) -> None:
    was, now, held_out, led = _led_by_t00(talk)
    before, after = _probability(was), _probability(now)
    np.testing.assert_array_equal(before[held_out], after[held_out])
    assert not np.array_equal(before[~held_out & ~led], after[~held_out & ~led])


def test_nor_does_it_inside_the_classifier(talk: Valenced) -> None:
    was, now, held_out, led = _led_by_t00(talk)
    rows = talk.valences.known.any(axis=1)
    before, after = (
        [
            kernel.out_of_fold_
            for kernel in ValenceClassifier(4, 0).fit(x.talk.features, x.talk.labels, x.valences).kernels_
        ]
        for x in (was, now)
    )
    for one, other in zip(before, after, strict=True):
        np.testing.assert_allclose(one[held_out[rows]], other[held_out[rows]], atol=1e-9)
        assert not np.allclose(one[~(held_out | led)[rows]], other[~(held_out | led)[rows]], atol=1e-3)


def test_valences_that_rest_on_suggestions_are_not_judged_by(talk: Valenced) -> None:
    names = np.asarray(talk.talk.features.groups)
    rests = np.isin(names, ["t00", "t01"])[:, None] & talk.valences.known
    given = replace(talk, valences=Valences(talk.valences.value, Reliance(rests, (frozenset(),) * len(names))))
    judged = given.assessed().to_json()["labels"]
    assert judged == (talk.valences.known & ~rests).sum()


@pytest.mark.parametrize("known", [0, 7])
def test_too_few_valences_are_not_learned_from(talk: Valenced, known: int) -> None:
    value = np.full_like(talk.valences.value, UNKNOWN)
    for place in (0, 1):
        some = np.argwhere(talk.valences.value == place)[:: len(talk.talk.segments) // 30][:known]
        value[tuple(some.T)] = place
    assessment = talk.given(value).assessed()
    assert assessment.figures is None
    assert assessment.reason
    if known:
        assert f"{known} promotes, {known} inhibits and 0 mixed" in assessment.reason
    assert [*valence_in_words(assessment.to_json())] == [f"Valence is not suggested: {assessment.reason}."] * bool(
        known
    )


def test_a_rare_valence_is_left_out_and_one_alone_tells_nothing(talk: Valenced) -> None:
    value = talk.valences.value.copy()
    value[tuple(np.argwhere(talk.valences.known)[:3].T)] = VALENCES.index(Valence.MIXED)
    assert talk.given(value).assessed().learned == (Valence.PROMOTES, Valence.INHIBITS)
    value[talk.valences.known] = 0
    assert talk.given(value).assessed().reason.startswith("it takes")


def test_valences_of_two_transcripts_give_no_figures() -> None:
    talk = valenced(transcripts=6, length=40)
    names = np.asarray(talk.talk.features.groups)
    value = np.where(np.isin(names, ["t00", "t01"])[:, None], talk.valences.value, UNKNOWN)
    assessment = talk.given(value).assessed()
    assert (assessment.figures, "too few transcripts" in assessment.reason) == (None, True)


def test_a_code_without_valences_gets_no_hint(talk: Valenced) -> None:
    value = talk.valences.value.copy()
    value[:, 1] = UNKNOWN
    codes = talk.given(value).assessed().codes
    assert codes == tuple(code for at, code in enumerate(talk.talk.labels.codes) if at != 1)


def test_probabilities_are_calibrated_on_what_they_were_not_fitted_on() -> None:
    """Words that lie one time in four: of a hundred said to be 75 in 100, some 75 are so."""
    given, rng = valenced(transcripts=24, length=20, seed=3), np.random.default_rng(0)
    value, known = given.valences.value.copy(), given.valences.known
    lies = known & (rng.random(known.shape) < 0.25)
    value[lies] = 1 - value[lies]
    probability = _probability(given.given(value))[known]
    top, right = probability.max(axis=1), probability.argmax(axis=1) == value[known]
    assert abs(top.mean() - right.mean()) < 0.04
    assert abs(right.mean() - 0.75) < 0.06


def test_without_evidence_a_code_keeps_the_shares_of_its_own_valences_as_far_as_its_offset_may() -> None:
    """One transcript: no out-of-fold score tells anything. Next to no prior gives each code its own share, a tight one that of all."""
    given = valenced(transcripts=1, length=300)
    value = np.full_like(given.valences.value, UNKNOWN)
    value[:100, 0], value[100:200, 1] = np.arange(100) < 90, np.arange(100) < 30
    talk = given.talk
    for spread, shares in ((100.0, (0.9, 0.3)), (1e-4, (0.6, 0.6))):
        model = ValenceClassifier(offset_spread=spread).fit(talk.features, talk.labels, Valences(value))
        probability = model.predict_proba(talk.features)
        np.testing.assert_allclose(probability[:, :2, 1], np.tile(shares, (300, 1)), atol=0.01)
        assert (probability[:, :, 2] == 0).all()


def test_a_fitted_model_comes_back_from_its_arrays_and_keeps_some_codes(talk: Valenced) -> None:
    model = ValenceClassifier(4, 0).fit(talk.talk.features, talk.talk.labels, talk.valences)
    probability = model.predict_proba(talk.talk.features)
    np.testing.assert_allclose(probability.sum(axis=2), 1)
    state = model.keep(("worth", "sense")).state()
    assert all(array.dtype != object for array in state.values())
    restored = ValenceClassifier().restore(state)
    assert restored.codes == ("worth", "sense")
    np.testing.assert_array_equal(restored.predict_proba(talk.talk.features), probability[:, [2, 0]])


def test_nothing_known_in_a_training_part_is_no_knowledge(talk: Valenced) -> None:
    nothing = Valences(np.full_like(talk.valences.value, UNKNOWN))
    model = ValenceClassifier(4, 0).fit(talk.talk.features, talk.talk.labels, nothing)
    np.testing.assert_allclose(model.predict_proba(talk.talk.features), 1 / 3)


def test_a_code_hears_the_constructs_above_it() -> None:
    above = codes_and_above(np.array([-1, 0, 1, -1]))
    assert above.tolist() == [[1, 0, 0, 0], [1, 1, 0, 0], [1, 1, 1, 0], [0, 0, 0, 1]]


def test_balanced_accuracy_is_that_of_scikit_learn() -> None:
    rng = np.random.default_rng(0)
    said, guessed = rng.integers(3, size=(2, 60))
    table = confusion_matrix(said, guessed).astype(float)
    assert float(balanced_accuracy(table)) == pytest.approx(balanced_accuracy_score(said, guessed))
    assert float(balanced_accuracy(confusion_matrix(said, np.zeros(60)).astype(float))) == pytest.approx(1 / 3)
