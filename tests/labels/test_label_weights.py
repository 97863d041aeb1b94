"""What a review's design says of its own bias is taken out of what is learned, and nothing else is."""

from __future__ import annotations

import numpy as np
import pytest
from secondcoder.configuration import OriginWeights
from secondcoder.domain.records import Coding, CodingPass, Decision, Origin, ReviewAction, Sample, Segment
from secondcoder.labels.label_weights import (
    GOOD_FAITH,
    MOST,
    by_hand,
    independent_share,
    origin_weights,
    origins,
    sampling_weights,
    unaided,
    weighted_labels,
    weights_summary,
)
from secondcoder.model_store.card import label_weights_in_words
from secondcoder.review.session import ReviewSession
from secondcoder.study.study import Study
from support.review_checks import small_study, talk, word

SEGMENTS = [Segment("t", at, 10 * at, 10 * at + 10, "x" * 10, at) for at in range(5)]


def test_a_segment_has_the_origins_of_what_was_said_of_it():
    marks = [
        Coding("t", 0, 10, "CO", "ada"),
        Coding("t", 12, 20, "CO", "ada", Origin.REVIEWED),
        CodingPass("t", "ben", 0, 30, ("CO",), Origin.REVIEWED),
        Coding("t", 32, 38, "CO", "ada", Origin.ADJUDICATED),
        Coding("other", 40, 50, "CO", "ada"),
    ]
    found = origins(SEGMENTS, marks, 0.5)
    both = {Origin.INDEPENDENT, Origin.REVIEWED}
    assert found == [both, {Origin.REVIEWED}, {Origin.REVIEWED}, {Origin.ADJUDICATED}, set()]
    assert unaided(found).tolist() == [True, False, False, True, False]
    weights = origin_weights(found, OriginWeights(independent=1, adjudicated=2, reviewed=0.5))
    assert weights.tolist() == [1, 0.5, 0.5, 2, 1]


@pytest.mark.parametrize(("others", "expected"), [(0, 1.0), (2, 3.0), (200, MOST)])
def test_a_drawn_passage_stands_for_those_it_was_drawn_from(others: int, expected: float):
    segments = [Segment("t", at, 10 * at, 10 * at + 10, "x" * 10, at) for at in range(2 + others)]
    decisions = [
        Decision("ada", ReviewAction.LOOKED, "t", 0, 10, sample=Sample.BELOW, shown=False),
        Decision("ada", ReviewAction.LOOKED, "t", 10, 20),
    ]
    found = sampling_weights(segments, decisions, {("t", 10, 20): ["CO"]})
    assert found.tolist() == [expected, *[1.0] * (1 + others)]


def test_without_a_review_labels_stay_as_they_are(coded_study: Study) -> None:
    material = coded_study.workspace().training_data(coded_study.corpus.coded_transcripts)
    assert material.labels.label_weights is None


def _reviewed(study: Study, blind: float, own: bool) -> Study:
    """Every suggestion is accepted; on blind passages the researcher gives the suggested codes before seeing them, or none."""
    review = ReviewSession(small_study(study, blind=blind))
    for name in ("t1", "t2"):
        for at in (0, 1, 3):
            passage = review.passage(word(review, at, "looked", name).passage)
            codes = [suggestion.code for suggestion in passage.suggestions]
            if passage.is_blind:
                for code in codes if own else ():
                    review.decide("ada", word(review, at, "add", name, code=code))
                review.decide("ada", word(review, at, "looked", name))
            if not (passage.is_blind and own):
                for code in codes:
                    review.decide("ada", word(review, at, "accept", name, suggested=code))
    return study


def _own_share(study: Study) -> float:
    suggested: dict[tuple[str, int, int], list[str]] = {}
    for suggestion in study.store.suggestions("m0001"):
        suggested.setdefault((suggestion.transcript, suggestion.start, suggestion.end), []).append(suggestion.code)
    return independent_share(study.corpus, study.codebook, suggested)


def test_accepted_suggestions_are_believed_as_far_as_the_blind_passages_bear_them_out(empty_study: Study) -> None:
    study = _reviewed(empty_study, blind=0.5, own=False)
    blind = sum(
        len(
            [
                suggestion
                for suggestion in study.store.suggestions("m0001")
                if (suggestion.transcript, suggestion.start, suggestion.end) == place
            ]
        )
        for place in {
            (decision.transcript, decision.start, decision.end)
            for decision in study.corpus.decisions
            if decision.sample is Sample.BLIND
        }
    )
    assert blind
    # None of the suggestions on blind passages was the researcher's own; all the others were accepted.
    assert _own_share(study) == pytest.approx(GOOD_FAITH / (blind + GOOD_FAITH))
    material = study.workspace().training_data(study.store.transcripts())
    labels = material.labels
    believed = labels.target[labels.y]
    assert believed.min() == pytest.approx(_own_share(study))
    told = weights_summary(labels)
    assert told is not None
    assert (told["doubted"], told["belief"]) == ((believed < 1).sum(), pytest.approx(_own_share(study), abs=1e-4))
    assert label_weights_in_words(told)[0].startswith(f"{told['doubted']} labels rest on accepted suggestions alone")


def test_how_far_acceptances_are_believed_does_not_depend_on_how_many_suggestions_were_rejected(
    empty_study: Study,
) -> None:
    """Where no blind suggestion was given unasked, the belief is the pseudo-count's share alone, whatever the acceptance rate."""
    study = _reviewed(empty_study, blind=0.5, own=False)
    everything_accepted = _own_share(study)
    review = ReviewSession(study)
    ordinary = [passage for passage in review.passages if passage.suggestions and not passage.is_blind]
    for passage in ordinary[1:]:
        at = passage.segment.order
        for suggestion in passage.suggestions:
            review.decide("ada", word(review, at, "reject", passage.segment.transcript, suggested=suggestion.code))
    assert len(ordinary) > 1
    assert 0 < everything_accepted < 1
    assert _own_share(study) == pytest.approx(everything_accepted)


def test_who_codes_blind_as_with_suggestions_is_believed_in_full(empty_study: Study) -> None:
    study = _reviewed(empty_study, blind=0.5, own=True)
    assert _own_share(study) == 1
    labels = study.workspace().training_data(study.store.transcripts()).labels
    np.testing.assert_array_equal(labels.target, labels.y)
    assert label_weights_in_words(weights_summary(labels)) == []


def test_what_somebody_gave_unasked_is_not_doubted(empty_study: Study) -> None:
    study = _reviewed(empty_study, blind=0.5, own=False)
    segments = study.workspace().segments(study.store.transcripts())
    with study.transaction() as write:
        write.add_codings(
            [Coding(segment.transcript, segment.start, segment.end, "CO", "ben") for segment in segments],
            study.codebook,
        )
    labels = study.workspace().training_data(study.store.transcripts()).labels
    given = labels.columns(["CO"])
    np.testing.assert_array_equal(given.target, given.said)
    assert given.y.all()


def test_weights_of_the_configuration_reach_learning(empty_study: Study) -> None:
    study = _reviewed(empty_study, blind=0.0, own=True)
    learning = study.configuration.learning
    weights = learning.weights.model_copy(update={"reviewed": 0.25})
    study.configuration = study.configuration.model_copy(
        update={"learning": learning.model_copy(update={"weights": weights})}
    )
    material = study.workspace().training_data(study.store.transcripts())
    seen = material.labels.coded_rows
    assert set(material.labels.weight[seen].tolist()) == {0.25}
    told = weights_summary(material.labels)
    assert told is not None
    assert (told["weighted"], told["weights"]) == (seen.sum(), [0.25, 0.25])
    assert label_weights_in_words(told)[-1].startswith(f"{seen.sum()} segments counted by 0.25 to 0.25 in place of 1")
    assert (
        weighted_labels(
            study.corpus, study.codebook, study.configuration, material.segments, material.labels
        ).weight.tolist()
        == material.labels.weight.tolist()
    )


def test_a_blind_coding_that_was_withdrawn_is_not_learned_from(empty_study: Study) -> None:
    review = ReviewSession(small_study(empty_study, blind=1.0))
    for at in (0, 1):
        review.decide("ada", word(review, at, "add", code="RM"))
        review.decide("ada", word(review, at, "looked"))
    review.decide("ada", word(review, 0, "remove", code="RM"))
    labels = empty_study.workspace().training_data(empty_study.corpus.coded_transcripts).labels
    column = labels.codes.index("RM")
    assert labels.known[:2, column].all()
    assert labels.y[:2, column].tolist() == [False, True]
    assert len(empty_study.corpus.codings) == 2


def test_where_a_review_led_people_nobody_looked_of_their_own_accord(empty_study: Study) -> None:
    """Blind or not, a review's passages are chosen by the model; what a coder went through before or since is not."""
    study = _reviewed(empty_study, blind=1.0, own=True)
    segments = study.workspace().segments(study.store.transcripts())
    assert unaided(origins(segments, study.corpus.passes, 0.5)).any()
    assert not by_hand(study.corpus, segments, 0.5).any()
    one = study.store.transcripts()[0]
    with study.transaction() as write:
        write.add_passes([CodingPass(one.id, "ben", 0, len(one.text), study.codebook.ids)])
        write.add_transcripts([talk("t3")])
    segments = study.workspace().segments(study.store.transcripts())
    assert by_hand(study.corpus, segments, 0.5).tolist() == [
        segment.transcript in {one.id, "t3"} for segment in segments
    ]
