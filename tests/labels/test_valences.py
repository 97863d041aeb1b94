"""Which valence a label has: from what people gave, the most trusted first; and what of it rests on suggestions."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count

import numpy as np
import pytest
from secondcoder.codebook.model import Code, Codebook
from secondcoder.configuration import load_configuration
from secondcoder.domain.records import Coding, Origin, ReviewAction, Valence
from secondcoder.labels.label_matrix import LabelMatrix, Reliance, label_matrix
from secondcoder.labels.new_decision import ActionRequest
from secondcoder.labels.valences import UNKNOWN, VALENCES, Valences, valences_of
from secondcoder.review.session import ReviewSession
from secondcoder.study.study import Study
from support.planted import segments_of
from support.study_checks import UNCODED

BOOK = Codebook(id="b", title="t", codes=(Code(id="A", name="A"), Code(id="B", name="B")))
SEGMENTS = segments_of(["one two three four", "five six seven eight"], "t")
PROMOTES, INHIBITS, MIXED = Valence.PROMOTES, Valence.INHIBITS, Valence.MIXED


def _coding(valence: Valence | None, coder: str = "ada", origin: Origin = Origin.INDEPENDENT, half: int = 0) -> Coding:
    """Of code A on the first half of segment one, or on the second."""
    start, end = ((0, 9), (9, 18))[half]
    return Coding("t", start, end, "A", coder, origin, valence)


def _labels(codings: Sequence[Coding]) -> LabelMatrix:
    return label_matrix(SEGMENTS, codings, [], BOOK, load_configuration().learning, 0.5)


def _valence(*codings: Coding) -> Valence | None:
    """That of code A on segment one."""
    given = valences_of(SEGMENTS, codings, _labels(codings), 0.5)
    assert (given.value[1] == UNKNOWN).all()
    assert given.value[0, 1] == UNKNOWN
    place = int(given.value[0, 0])
    return None if place == UNKNOWN else VALENCES[place]


@pytest.mark.parametrize(
    ("codings", "valence"),
    [
        ([_coding(PROMOTES)], PROMOTES),
        ([_coding(None)], None),
        ([_coding(None), _coding(INHIBITS, "ben")], INHIBITS),
        ([_coding(PROMOTES), _coding(PROMOTES, "ben")], PROMOTES),
        ([_coding(PROMOTES), _coding(INHIBITS, "ben")], None),
        ([_coding(PROMOTES), _coding(INHIBITS, half=1)], MIXED),
        ([_coding(PROMOTES), _coding(INHIBITS, half=1), _coding(MIXED, "ben")], MIXED),
        ([_coding(PROMOTES), _coding(INHIBITS, "both", Origin.ADJUDICATED)], INHIBITS),
        ([_coding(PROMOTES), _coding(INHIBITS, "ben", Origin.REVIEWED)], PROMOTES),
        ([_coding(None), _coding(INHIBITS, "ben", Origin.REVIEWED)], INHIBITS),
    ],
)
def test_the_most_trusted_word_goes_first_and_who_differ_leave_it_open(
    codings: list[Coding], valence: Valence | None
) -> None:
    assert _valence(*codings) == valence
    assert _valence(*reversed(codings)) == valence


def test_where_the_code_does_not_stand_there_is_no_valence() -> None:
    codings = [_coding(PROMOTES)]
    nothing = LabelMatrix(BOOK.ids, np.zeros((2, 2), dtype=bool), np.ones((2, 2), dtype=bool))
    assert not valences_of(SEGMENTS, codings, nothing, 0.5).known.any()


def test_what_a_review_gave_is_unknown_while_the_models_transcripts_are_held_out() -> None:
    """The code itself was given by hand, its valence only with a hint on screen."""
    codings = [_coding(None), _coding(INHIBITS, "ben", Origin.REVIEWED)]
    labels = _labels(codings)
    reliance = Reliance(np.zeros_like(labels.known), (frozenset({"other"}),) * 2)
    given = valences_of(SEGMENTS, codings, LabelMatrix(labels.codes, labels.y, labels.known, reliance=reliance), 0.5)
    assert given.known[0, 0]
    assert given.rests[0, 0]
    assert not given.holding_out({"other"}).known.any()
    assert given.holding_out({"t"}).known[0, 0]
    assert given.take(np.array([0])).rests.tolist() == [[True, False]]


def test_a_valence_of_a_label_that_rests_on_suggestions_rests_on_them_too() -> None:
    labels = _labels([_coding(PROMOTES)])
    reliance = Reliance(labels.y, (frozenset({"other"}),) * 2)
    settled = [_coding(PROMOTES, "both", Origin.ADJUDICATED)]
    given = valences_of(SEGMENTS, settled, LabelMatrix(labels.codes, labels.y, labels.known, reliance=reliance), 0.5)
    assert given.rests[0, 0]


def test_shares_are_of_the_known_valences_of_a_segment() -> None:
    given = Valences(np.array([[0, 0, 1, UNKNOWN], [UNKNOWN] * 4, [2] * 4], dtype=np.int8))
    np.testing.assert_allclose(given.shares, [[2 / 3, 1 / 3, 0], [0, 0, 0], [0, 0, 1]])
    assert given.only([PROMOTES, MIXED]).known.sum() == 6


def test_a_valence_chosen_in_a_review_reaches_the_training_data_and_rests_on_the_model(trained_study: Study) -> None:
    trained_study.code()
    session, requests = ReviewSession(trained_study), count()
    passage = next(p for p in session.interviews[UNCODED].in_review if p.suggestions and not p.is_blind)
    code = passage.suggestions[0].code
    session.decide(
        "ada",
        ActionRequest(ReviewAction.ACCEPT, passage.key, str(next(requests)), suggested=code, valence=PROMOTES),
    )
    workspace = trained_study.workspace()
    data = workspace.training_data(workspace.corpus.coded_transcripts)
    row = [segment.place for segment in data.segments].index(passage.place)
    column = data.labels.codes.index(code)
    assert VALENCES[data.valences.value[row, column]] is PROMOTES
    assert data.valences.rests[row, column]
    learned = sorted(data.valences.reliance.learned_from[row])
    assert not data.valences.holding_out(learned[:1]).known[row, column]
