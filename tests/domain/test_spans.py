"""Arithmetic on spans is set arithmetic on characters; learning and agreement use the same overlap rule and coverage rule."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from secondcoder.agreement.reliability_data import build_reliability_data
from secondcoder.agreement.units import KINDS, make_units
from secondcoder.domain.records import Coding, CodingPass
from secondcoder.domain.spans import (
    carries,
    covers,
    cut,
    difference,
    intersection,
    length,
    looked_for,
    merged,
    overlapping,
    share_text,
    within,
)
from secondcoder.labels.label_matrix import label_matrix
from support.agreement_checks import BOOK, STEADY, interview, segments_of
from support.planted import settings

SPAN = st.tuples(st.integers(0, 40), st.integers(0, 40)).map(lambda s: (min(s), max(s)))
SPANS = st.lists(SPAN, max_size=8)
TALK = interview("t", ["We had no idea. It came one day. Nobody asked.", "She sat there.", "It works. I like it."])
SEGMENTS = segments_of(TALK)
CODES = BOOK.ids[2:]  # two that stand side by side


def characters(spans: list[tuple[int, int]]) -> set[int]:
    return {at for start, end in spans for at in range(start, end)}


@STEADY
@given(SPANS, SPANS)
def test_span_arithmetic_is_set_arithmetic(first: list[tuple[int, int]], second: list[tuple[int, int]]) -> None:
    one, other = merged(first), merged(second)
    assert characters(one) == characters(first)
    assert length(one) == len(characters(first))
    assert all(a[1] < b[0] for a, b in zip(one, one[1:], strict=False))
    assert characters(intersection(one, other)) == characters(one) & characters(other)
    for piece in other:
        assert characters(difference(piece, one)) == characters([piece]) - characters(one)
        assert set(overlapping(one, *piece)) == {span for span in one if characters([span]) & characters([piece])}


@STEADY
@given(SPAN, SPAN)
def test_spans_share_text_when_they_have_a_character_in_common(first: tuple[int, int], second: tuple[int, int]) -> None:
    if characters([first]) and characters([second]):
        assert share_text(first, second) == bool(characters([first]) & characters([second]))


@STEADY
@given(SPANS, st.lists(st.integers(0, 40)))
def test_cut_keeps_the_text_and_ends_at_the_edges(first: list[tuple[int, int]], edges: list[int]) -> None:
    one = merged(first)
    pieces = cut(one, edges)
    inside = {edge for edge in edges if edge in characters(one) and edge - 1 in characters(one)}
    assert characters(pieces) == characters(one)
    assert len(pieces) == len(one) + len(inside)


@STEADY
@given(SPANS.map(merged).filter(bool), SPAN, st.sampled_from([0.1, 0.5, 0.75, 1.0]))
def test_the_overlap_rule_counts_characters_against_the_shorter(
    unit: list[tuple[int, int]], coding: tuple[int, int], overlap: float
) -> None:
    here, there = characters(unit), characters([coding])
    enough = len(here & there) >= overlap * min(len(here), len(there))
    assert carries(unit, coding, overlap) == (bool(here & there) and enough)


@pytest.mark.parametrize(
    ("start", "end", "carried"),
    [
        (10, 20, True),  # the same span
        (0, 100, True),  # all of the unit
        (12, 14, True),  # all of the coding
        (5, 15, True),  # half of both
        (4, 14, False),  # less than half of both
        (18, 23, False),
        (18, 22, True),  # half of the coding
        (0, 10, False),  # they only touch
        (20, 30, False),
    ],
)
def test_overlap_counts_against_the_shorter_of_unit_and_coding(start: int, end: int, carried: bool) -> None:
    assert carries([(10, 20)], (start, end), 0.5) is carried


QUESTION = (100, 160)
ANSWERS = [(0, 100), (160, 300)]


@STEADY
@given(st.integers(0, 99), st.integers(161, 300), st.sampled_from([0.2, 0.5]))
def test_a_coding_across_the_question_marks_the_answers_as_its_two_halves_would(
    start: int, end: int, overlap: float
) -> None:
    for segment in ((0, 40), (40, 100), (160, 230), (230, 300)):
        both = any(carries([segment], half, overlap) for half in ((start, 100), (160, end)))
        assert carries([segment], (start, end), overlap, ANSWERS) == both


def test_a_question_alone_is_no_answer() -> None:
    assert within(QUESTION, ANSWERS) == []
    assert not any(carries([answer], QUESTION, 0.5, ANSWERS) for answer in ANSWERS)


@STEADY
@given(st.lists(SPAN.filter(lambda s: s[0] < s[1]), min_size=1, max_size=6).map(merged), SPAN)
def test_a_coding_that_touches_a_turn_marks_one_of_them(turns: list[tuple[int, int]], coding: tuple[int, int]) -> None:
    marked = [turn for turn in turns if carries([turn], coding, 0.5, turns)]
    assert bool(marked) == bool(within(coding, turns))
    before = [turn for turn in turns if carries([turn], coding, 0.5)]
    assert set(before) <= set(marked)  # nothing is lost by cutting


@STEADY
@given(SPANS.map(merged).filter(bool), SPAN, st.sampled_from([0.1, 0.5, 1.0]))
def test_within_one_turn_nothing_changes(unit: list[tuple[int, int]], coding: tuple[int, int], overlap: float) -> None:
    assert carries(unit, coding, overlap, [(0, 50)]) == carries(unit, coding, overlap)


def test_a_higher_overlap_asks_for_more() -> None:
    assert carries([(10, 20)], (0, 16), 0.6)
    assert not carries([(10, 20)], (0, 16), 0.7)


def test_all_of_a_unit_must_be_covered_but_for_white_space() -> None:
    assert covers([(0, 3), (5, 8)], [(0, 8)], "abc  def")
    assert not covers([(0, 3), (5, 8)], [(0, 8)], "abc. def")
    assert covers([(100, 103), (105, 108)], [(100, 108)], "abc  def", text_start=100)
    assert not covers([(100, 103), (105, 108)], [(100, 108)], "abc. def", text_start=100)


@STEADY
@given(
    st.lists(
        st.builds(CodingPass, st.just("t"), st.just("A"), *[st.integers(0, 40)] * 2, st.sets(st.sampled_from("xyz")))
    )
)
def test_passes_come_to_what_each_code_was_looked_for_in(passes: list[CodingPass]) -> None:
    found = looked_for(passes)
    for code in "xyz":
        covered = characters(
            [(coding_pass.start, coding_pass.end) for coding_pass in passes if code in coding_pass.codes]
        )
        assert characters([span for cover, codes in found.items() if code in codes for span in cover]) == covered
    assert sum(map(len, found.values())) == len({code for coding_pass in passes for code in coding_pass.codes})


PLACES = st.tuples(st.integers(0, len(TALK.text)), st.integers(1, 60)).map(
    lambda s: (s[0], min(s[0] + s[1], len(TALK.text)))
)
PASSES = st.lists(
    st.builds(
        lambda span, codes, who: CodingPass("t", who, *span, codes),
        st.one_of(PLACES, st.sampled_from([(s.start, s.end) for s in SEGMENTS]), st.just((0, len(TALK.text)))),
        st.sampled_from([CODES[:1], CODES]),
        st.sampled_from("AB"),
    ),
    max_size=6,
)
CODINGS = st.lists(
    st.builds(
        lambda span, code, who: Coding("t", *span, code, who), PLACES, st.sampled_from(CODES), st.sampled_from("AB")
    ),
    max_size=6,
)


@STEADY
@given(CODINGS, PASSES)
def test_learning_and_agreement_judge_the_same_passes_and_codings_alike(
    codings: list[Coding], passes: list[CodingPass]
) -> None:
    """A silence that agreement takes for a "no", and only that, is one for learning; a code given is a "yes" for both."""
    units = make_units(KINDS["segment"], [TALK], SEGMENTS)
    both = build_reliability_data(
        [TALK], units, codings, passes, coders=("A", "B"), codes=BOOK.ids, kind=KINDS["segment"]
    )
    for at, coder in enumerate("AB"):
        own = (
            [coding for coding in codings if coding.coder == coder],
            [coding_pass for coding_pass in passes if coding_pass.coder == coder],
        )
        learned = label_matrix(SEGMENTS, *own, BOOK, settings(), 0.5)
        looked, marks = both.known[:, at], both.marks[:, at]
        np.testing.assert_array_equal(learned.known & ~learned.y, looked & ~marks)
        np.testing.assert_array_equal(learned.y & looked, marks)


def test_silence_on_a_segment_that_was_half_read_is_unknown_and_a_code_given_there_is_a_yes() -> None:
    segment = SEGMENTS[0]
    half = CodingPass("t", "A", 0, (segment.start + segment.end) // 2 + 2, CODES)
    labels = label_matrix(SEGMENTS, [], [half], BOOK, settings(), 0.5)
    assert not labels.known.any()
    given_there = Coding("t", segment.start, segment.start + 6, CODES[0], "A")
    labels = label_matrix(SEGMENTS, [given_there], [half], BOOK, settings(), 0.5)
    assert np.argwhere(labels.known).tolist() == np.argwhere(labels.y).tolist() == [[0, BOOK.ids.index(CODES[0])]]
