"""The codes of another program's project as a codebook: every code keeps its place and its name, and none is mistaken for another."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from secondcoder.errors import InputError
from secondcoder.exchange.projects.codes import MOST_CODES, carried_codes
from secondcoder.exchange.projects.model import ProjectCode


def tree(*codes: tuple[int, str, int | None]) -> list[ProjectCode]:
    return [ProjectCode(*code) for code in codes]


def test_ids_come_from_names_and_parents_come_first() -> None:
    codes = [
        ProjectCode(2, "Time pressure (GPs)", 1, "Too little time.", "#0Fa"),
        ProjectCode(1, "Barriers", colour="red"),
    ]
    carried = carried_codes(codes, "x.qda", "My project")
    assert [(code.id, code.name, code.parent, code.colour) for code in carried.book.codes] == [
        ("barriers", "Barriers", None, "#ff0000"),
        ("time-pressure-gps", "Time pressure (GPs)", "barriers", "#00ffaa"),
    ]
    assert carried.book.codes[1].definition == "Too little time."
    assert carried.ids == {1: "barriers", 2: "time-pressure-gps"}


def test_the_same_name_in_two_branches_stays_two_codes_at_every_depth() -> None:
    codes = tree((1, "A", None), (2, "B", None), (3, "Other", 1), (4, "Other", 2), (5, "Cost", 3), (6, "Cost", 4))
    book = carried_codes(codes, "x", "x").book
    assert [code.name for code in book.codes] == [
        "A",
        "B",
        "A: Other",
        "B: Other",
        "A: Other: Cost",
        "B: Other: Cost",
    ] or {code.name for code in book.codes} == {"A", "B", "A: Other", "B: Other", "Other: Cost", "B: Other: Cost"}
    assert len({*book.ids}) == 6


def test_a_category_and_a_code_of_one_name_at_one_place_are_one_and_said() -> None:
    carried = carried_codes(tree((1, "Family", None), (2, "family", None), (3, "Needs", 1)), "x", "x")
    assert [code.name for code in carried.book.codes] == ["Family", "Needs"]
    assert carried.ids[1] == carried.ids[2]
    assert carried.notes == ("2 codes are called 'Family', and were taken as one",)


names = st.text(st.sampled_from("aAb .:-()é|\n2"), min_size=1, max_size=6)


@given(st.lists(st.tuples(names, st.integers(0, 30)), min_size=1, max_size=12))
def test_whatever_codes_are_called_they_make_a_codebook_that_finds_each_by_its_name(
    written: list[tuple[str, int]],
) -> None:
    codes = [ProjectCode(at, called, above if above < at else None) for at, (called, above) in enumerate(written)]
    carried = carried_codes(codes, "x", "x")
    assert {*carried.ids} == {*range(len(codes))}
    for code in carried.book.codes:
        assert carried.book.find(code.name) == code.id
        assert carried.book.find(code.id) == code.id
    for code in codes:
        parent = carried.book[carried.ids[code.key]].parent
        assert parent == (None if code.above is None else carried.ids[code.above])


@pytest.mark.parametrize("codes", [tree((1, "A", 1)), tree((1, "A", 2), (2, "B", 3), (3, "C", 1))])
def test_codes_that_stand_under_themselves_are_refused(codes: list[ProjectCode]) -> None:
    with pytest.raises(InputError, match="stands under itself"):
        carried_codes(codes, "x.qda", "x")


def test_more_codes_than_a_codebook_has_are_refused() -> None:
    with pytest.raises(InputError, match="at most 5,000"):
        carried_codes([ProjectCode(at, f"c{at}") for at in range(MOST_CODES + 1)], "x.qda", "x")
