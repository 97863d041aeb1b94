"""Spans without units: matching with a tolerance, boundaries apart from codes, unitising."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from secondcoder.agreement.continuum import Reader, alpha_unitised
from secondcoder.agreement.spans import SpanAgreement, match_spans, span_agreement
from secondcoder.domain.records import Coding, CodingPass, Origin
from support.agreement_checks import BOOK, STEADY, coding, interview, segments_of, whole

TALK = interview("t1", ["One is here. Two is here. Three is here. Four is here.", "Five is here. Six is here."])
PASSES = [whole(TALK, "A"), whole(TALK, "B")]

sentence_spans = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 3)).map(lambda one: (one[0], one[0] + one[1])), max_size=5, unique=True
)


def agreement(codings: list[Coding], passes: list[CodingPass] = PASSES) -> SpanAgreement:
    reader = Reader([TALK], segments_of(TALK), codings, passes, BOOK.ids)
    return span_agreement(reader.between("A", "B"), ("A", "B"), rounds=50)


@settings(max_examples=60, deadline=None)
@given(sentence_spans, sentence_spans, st.integers(0, 2))
def test_as_many_as_possible_find_a_partner(
    first: list[tuple[int, int]], second: list[tuple[int, int]], tolerance: int
) -> None:
    pairs = match_spans(first, second, tolerance)
    assert len({a for a, _ in pairs}) == len({b for _, b in pairs}) == len(pairs)
    for a, b in pairs:
        assert all(abs(x - y) <= tolerance for x, y in zip(first[a], second[b], strict=True))
    few, many = sorted((first, second), key=len)
    best = max(
        sum(abs(a[0] - b[0]) <= tolerance and abs(a[1] - b[1]) <= tolerance for a, b in zip(few, order, strict=False))
        for order in permutations(many, len(few))
    )
    assert len(pairs) == best
    assert len(match_spans(second, first, tolerance)) == best


def test_the_nearest_is_taken_where_there_is_choice() -> None:
    assert match_spans([(3, 3)], [(2, 4), (3, 3)], 1) == [(0, 1)]


def test_boundaries_are_judged_apart_from_codes() -> None:
    one = agreement(
        [
            coding(TALK, "One is here. Two is here.", "COH", "A"),
            coding(TALK, "One is here. Two is here. Three is here.", "ACT", "B"),
            coding(TALK, "Five is here.", "MON", "A"),
            coding(TALK, "ive is her", "MON", "B"),
        ]
    )
    assert one.boundaries[0].value == pytest.approx(2 * 1 / 4)
    assert one.boundaries[1].value == 1
    assert dict(one.boundaries[0].counts) == {"both": 1, "first": 1, "second": 1}
    assert one.same_codes[0] == (1, 1)
    assert one.same_codes[1] == (1, 1)
    assert one.codes[1].value is not None
    assert one.codes[1].value < 1


def test_two_codes_on_one_span_are_one_span() -> None:
    one = agreement(
        [
            coding(TALK, "Two is here.", "COH", "A"),
            coding(TALK, "Two is here.", "ACT", "A"),
            coding(TALK, "Two is here.", "ACT", "B"),
        ]
    )
    assert one.boundaries[0].value == 1
    assert one.same_codes[0] == (0, 1)


def test_only_what_both_looked_at_and_only_independent_codings_count() -> None:
    first = TALK.turns[1]
    passes = [CodingPass(TALK.id, "A", first.start, first.end, BOOK.ids), PASSES[1]]
    one = agreement(
        [
            coding(TALK, "Two is here.", "COH", "A"),
            coding(TALK, "Two is here.", "COH", "B"),
            coding(TALK, "Five is here.", "COH", "B"),
            coding(TALK, "One is here.", "COH", "B", origin=Origin.REVIEWED),
        ],
        passes,
    )
    assert one.boundaries[0].value == 1
    assert one.unitised is not None
    assert one.unitised.n == first.end - first.start
    assert one.unitised.value == 1


def test_no_marks_are_undefined_with_the_reason() -> None:
    one = agreement([])
    assert one.boundaries[1].reason == "neither coder marked a span"
    assert one.codes[1].reason == "no spans matched"
    assert one.unitised is not None
    assert one.unitised.reason == "no coder marked anything"
    assert one.as_json()["tolerance_in_sentences"]["1"]["same_codes"] == 0


def test_no_common_text_is_undefined() -> None:
    one = agreement([coding(TALK, "Two is here.", "COH", "A")], PASSES[:1])
    assert one.unitised is not None
    assert "no text that both" in one.unitised.reason


# -- unitising ----------------------------------------------------------------------------------------------------------

marks = st.lists(
    st.tuples(st.integers(0, 55), st.integers(1, 5)).map(lambda one: (one[0], one[0] + one[1])), max_size=5
)


@STEADY
@given(marks, marks)
def test_unitising_is_symmetric_and_one_for_equal_marks(
    first: list[tuple[int, int]], second: list[tuple[int, int]]
) -> None:
    there, back = alpha_unitised({"c": [first, second]}, 60).value, alpha_unitised({"c": [second, first]}, 60).value
    assert there == (pytest.approx(back) if back is not None else None)
    if first:
        assert alpha_unitised({"c": [first, first]}, 60).value == 1
    if there is not None:
        assert there <= 1


def test_a_small_shift_costs_less_than_a_large_one_and_a_miss_most() -> None:
    shifted = [alpha_unitised({"c": [[(10, 30)], [(10 + by, 30 + by)]]}, 200).value or 0.0 for by in (0, 2, 8, 30)]
    assert shifted == sorted(shifted, reverse=True)
    assert shifted[0] == 1
    assert shifted[-1] < 0.2


def test_texts_are_laid_end_to_end_with_a_place_between() -> None:
    other = interview("t2", ["Seven is here."])
    talks, segments = [TALK, other], [*segments_of(TALK), *segments_of(other)]
    codings = [
        coding(talk, words, "COH", coder)
        for coder in "AB"
        for talk, words in ((TALK, "Six is here."), (other, "Seven is here."))
    ]
    passes = [whole(talk, coder) for talk in talks for coder in "AB"]
    found = Reader(talks, segments, codings, passes, BOOK.ids).between("A", "B")
    result = span_agreement(found, ("A", "B"), rounds=20).unitised
    assert result is not None
    assert result.n == sum(one.size for one in found) + 1
    # The last words of one interview and the first of the next do not run together into one mark.
    apart = [(one.size - len("Six is here."), one.size) for one in found[:1]]
    apart.append((found[0].size + 1, found[0].size + 1 + len("Seven is here.")))
    assert result.expected == alpha_unitised({"COH": [apart, apart]}, int(result.n)).expected


def test_a_mark_across_a_question_is_one_run() -> None:
    across = TALK.text[TALK.text.index("Four is here.") : TALK.text.index("Five is here.") + len("Five is here.")]
    (one,) = Reader([TALK], segments_of(TALK), [coding(TALK, across, "COH", "A")], PASSES, BOOK.ids).between("A", "B")
    start = len("One is here. Two is here. Three is here. ")
    turn = start + len("Four is here.")
    assert one.first.runs == {"COH": [(start, turn), (turn, turn + len("Five is here."))]}
    assert one.first.spans == [(3, 4)]
