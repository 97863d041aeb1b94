"""How codings become passages, against an oracle that joins codings two by two."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from secondcoder.charting.passages import SUGGESTED, ChartedPassage, charted_passages
from secondcoder.domain.records import Coding, Origin, Suggestion, Valence

ABOVE = {"A1": ("A",), "A1a": ("A1", "A")}
CODES = ("A", "A1", "A1a", "B")


@st.composite
def codings(draw: st.DrawFn) -> list[Coding]:
    start = st.integers(0, 30)
    return [
        Coding(
            draw(st.sampled_from(["t1", "t2"])),
            at := draw(start),
            at + draw(st.integers(1, 12)),
            draw(st.sampled_from(CODES)),
            draw(st.sampled_from(["Ana", "Ben"])),
            draw(st.sampled_from(list(Origin))),
            draw(st.sampled_from([None, *Valence])),
        )
        for _ in range(draw(st.integers(0, 14)))
    ]


def suggestion(
    transcript: str, start: int, end: int, code: str, score: float = 0.5, calibrated: bool = True
) -> Suggestion:
    return Suggestion(transcript, start, end, code, score, 0.5, calibrated, "v1")


def counting(code: str, marks: list[Coding], above: dict[str, tuple[str, ...]]) -> list[Coding]:
    return [mark for mark in marks if code in (mark.code, *above.get(mark.code, ()))]


def components(marks: list[Coding]) -> list[list[Coding]]:
    """Groups of codings that share a character, directly or by others between them."""
    groups = [[mark] for mark in marks]
    while True:
        for one, other in combinations(groups, 2):
            if any({*range(*a.span)} & {*range(*b.span)} for a in one for b in other if a.transcript == b.transcript):
                groups = [group for group in groups if group is not one and group is not other] + [one + other]
                break
        else:
            return groups


@pytest.mark.parametrize("above", [ABOVE, {}], ids=["rolled up", "not rolled up"])
@given(marks=codings())
def test_a_passage_is_what_shares_text_directly_or_by_others(
    above: dict[str, tuple[str, ...]], marks: list[Coding]
) -> None:
    passages = charted_passages(marks, (), above)
    for code in CODES:
        expected = {
            (group[0].transcript, min(mark.start for mark in group), max(mark.end for mark in group)): group
            for group in components(counting(code, marks, above))
        }
        found = {passage.place: passage for passage in passages if passage.code == code}
        assert found.keys() == expected.keys()
        for place, group in expected.items():
            given_there = {mark.valence for mark in group} - {None}
            common = (given_there.pop() if len(given_there) == 1 else Valence.MIXED) if given_there else None
            assert found[place].valence == common
            assert found[place].own == any(mark.code == code for mark in group)
            assert found[place].coders == tuple(sorted({mark.coder for mark in group}))
            trusted = [Origin.ADJUDICATED, Origin.INDEPENDENT, Origin.REVIEWED]
            assert found[place].origin == min((mark.origin for mark in group), key=trusted.index)


@given(marks=codings())
def test_every_coding_lies_in_exactly_one_passage_and_counts_never_exceed_codings(marks: list[Coding]) -> None:
    passages = charted_passages(marks, (), ABOVE)
    for mark in marks:
        for code in (mark.code, *ABOVE.get(mark.code, ())):
            holding = [each for each in passages if each.code == code and each.transcript == mark.transcript]
            assert sum(each.start <= mark.start and mark.end <= each.end for each in holding) == 1
    for code in CODES:
        assert sum(passage.code == code for passage in passages) <= len(counting(code, marks, ABOVE))


@given(marks=codings(), more=st.randoms())
def test_the_order_of_codings_changes_nothing(marks: list[Coding], more: object) -> None:
    mixed = list(marks)
    more.shuffle(mixed)  # type: ignore[attr-defined]
    assert charted_passages(mixed, (), ABOVE) == charted_passages(marks, (), ABOVE)


def test_codings_that_only_touch_are_two_passages() -> None:
    touching = [Coding("t1", 0, 5, "A", "Ana"), Coding("t1", 5, 9, "A", "Ana")]
    assert [passage.span for passage in charted_passages(touching, (), {})] == [(0, 5), (5, 9)]


def test_a_suggestion_stands_apart_and_only_where_its_code_was_not_given() -> None:
    marks = [Coding("t1", 0, 5, "A1", "Ana")]
    open_ = [
        suggestion("t1", 4, 9, "A"),  # of the construct that was given there by its sub-construct
        suggestion("t1", 5, 9, "A1", 0.7),
        suggestion("t1", 8, 12, "A1", 0.9),
        suggestion("t1", 0, 5, "B", 0.6, calibrated=False),
    ]
    found = charted_passages(marks, open_, ABOVE)
    assert [(each.span, each.code, each.own, each.probability) for each in found if each.origin == SUGGESTED] == [
        ((0, 5), "B", True, None),
        # What is suggested for the construct touches the coding once it is joined, so that it is not shown for the construct.
        ((5, 12), "A1", True, 0.9),
    ]
    assert ChartedPassage("t1", 0, 5, "A", False, None, "independent", ("Ana",)) in found
