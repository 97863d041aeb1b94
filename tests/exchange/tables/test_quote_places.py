"""Quotations find their one place: by what they say, by paragraphs, and by the order of the rows where that is the text's."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from secondcoder.domain.records import Transcript
from secondcoder.exchange.tables.quote_places import FEWEST_IN_ORDER, difference_notes, placed_quotes
from secondcoder.exchange.tables.rows import Row

LINES = [
    "Yes.",
    "We began in May.",
    "Yes.",
    "It was hard.",
    "Nobody came.",
    "Yes.",
    "We stopped.",
    "No more.",
    "Well.",
    "That is all.",
]
TALK = Transcript("t", "\n".join(LINES), ())


def line_of(row: Row) -> int:
    return TALK.text.count("\n", 0, int(row["start"])) + 1


def placed(*quotes: tuple[str, object], shift: int = 0) -> tuple[list[int], list[str]]:
    """Lines that were found, and what was refused."""
    rows = [Row(f"row {at}", {"text": text, "paragraph": str(key)}) for at, (text, key) in enumerate(quotes, start=2)]
    found = placed_quotes(rows, TALK, lambda row: True)
    return [line_of(row) for row in found.rows], [fault.partition(":")[0] for fault in found.faults]


@pytest.mark.parametrize("number", [1, 3, 6])
@pytest.mark.parametrize("shift", [0, 1, 40])
def test_a_paragraph_says_which_of_several_however_the_first_is_called(number: int, shift: int) -> None:
    quotes: Sequence[tuple[str, object]] = [
        ("We began in May.", 2 + shift),
        ("Yes.", number + shift),
        ("We stopped.", 7 + shift),
    ]
    assert placed(*quotes) == ([2, number, 7], [])


def test_paragraphs_that_count_otherwise_still_say_what_lies_between() -> None:
    """MAXQDA counts paragraphs that a transcript may have lost."""
    assert placed(("We began in May.", 20), ("Yes.", 25), ("Nobody came.", 31)) == ([2, 3, 5], [])
    assert placed(("We began in May.", 20), ("Yes.", 31), ("Nobody came.", 25)) == ([2, 6, 5], [])


def test_paragraphs_that_contradict_the_text_say_nothing() -> None:
    assert placed(("We stopped.", 3), ("Yes.", 5), ("We began in May.", 20)) == ([7, 2], ["row 3"])


def test_the_order_of_many_rows_says_which_of_several() -> None:
    once = [(line, "") for line in LINES if line != "Yes."]
    assert len(once) >= FEWEST_IN_ORDER
    assert placed(once[0], ("Yes.", ""), *once[1:]) == ([2, 3, 4, 5, 7, 8, 9, 10], [])
    assert placed(*once, ("Yes.", ""))[1] == ["row 9"], "nothing behind the last says yes"
    assert placed(once[-1], once[0], ("Yes.", ""), *once[1:-1])[1] == ["row 4"], "this table is in another order"


def test_a_few_rows_in_order_say_nothing() -> None:
    assert placed((LINES[1], ""), ("Yes.", ""), (LINES[3], ""))[1] == ["row 3"]


@given(st.permutations([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]))
def test_with_paragraphs_every_row_finds_its_line_in_any_order(order: list[int]) -> None:
    assert placed(*[(LINES[number - 1], number) for number in order]) == (order, [])


def test_differences_are_told_with_their_number() -> None:
    rows = [
        Row(f"row {at}", {"text": text})
        for at, text in enumerate(["“We began” in May", "it was very hard for us then", "We begun in May."], 2)
    ]
    talk = Transcript("t", "'We began' in May.\nIt was so very hard for us then.", ())
    found = placed_quotes(rows, talk, lambda row: True)
    assert [(row.place, row["start"]) for row in found.rows] == [("row 2", "0"), ("row 3", "19")]
    assert found.faults[0].startswith("row 4: 'We begun in May.' does not stand in 't'.")
    assert difference_notes(found.in_signs, found.in_words) == [
        "1 passage found with other quotation marks, dashes, hyphens or accents than in the transcripts.",
        "1 passage found though some words differ or are left out. Check: row 3: 'it was very hard for us then' is taken for "
        "'It was so very hard for us then'.",
    ]
    assert placed_quotes(rows[1:2], talk, lambda row: True, alike=False).rows == []
