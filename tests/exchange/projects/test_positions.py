"""Positions in every unit come to the same code points, by what each unit is defined as."""

from __future__ import annotations

import html

import pytest
from hypothesis import assume, given
from secondcoder.exchange.projects.positions import (
    CODE_POINTS,
    GRAPHEMES,
    HTML,
    SHOWN_CODE_POINTS,
    SHOWN_UTF_16,
    UTF_8,
    UTF_16,
    StoredText,
    Unit,
    nearest,
    occurrences,
    plain,
    unit_of_edges,
    unit_of_quotes,
    whole_number,
)
from support.native_projects import marked_talks, utf16

Talk = tuple[list[str], list[tuple[int, int]]]


def length(text: str, unit: Unit) -> int:
    """How long a text is, by the definition of the unit."""
    lengths = {
        CODE_POINTS.name: lambda: len(text),
        SHOWN_CODE_POINTS.name: lambda: len(plain(text)),
        UTF_16.name: lambda: len(text.encode("utf-16-le")) // 2,
        SHOWN_UTF_16.name: lambda: len(plain(text).encode("utf-16-le")) // 2,
        UTF_8.name: lambda: len(text.encode()),
        HTML.name: lambda: len(html.escape(text)),
    }
    return lengths[unit.name]()


@pytest.mark.parametrize("unit", [CODE_POINTS, SHOWN_CODE_POINTS, UTF_16, SHOWN_UTF_16, UTF_8, HTML])
@given(talk=marked_talks())
def test_spans_of_a_file_with_a_mark_and_windows_line_ends(unit: Unit, talk: Talk) -> None:
    text = "".join(talk[0])
    raw = "\ufeff" + text.replace("\n", "\r\n")
    stored = StoredText(raw)
    assert stored.text == text
    for span in talk[1]:
        before = ["\ufeff" + text[:place].replace("\n", "\r\n") for place in span]
        start, end = (length(part, unit) for part in before)
        assert stored.span(start, end, unit) == span


@given(talk=marked_talks())
def test_user_perceived_characters_are_those_that_the_text_was_made_of(talk: Talk) -> None:
    signs = talk[0]
    stored = StoredText("".join(signs))
    for first in range(len(signs)):
        span = stored.span(first, first + 1, GRAPHEMES)
        assert span is not None
        assert stored.text[slice(*span)] == signs[first]
        assert span[0] == len("".join(signs[:first]))


def test_a_position_within_a_character_or_beyond_the_text_is_none() -> None:
    stored = StoredText("a😀b")
    assert stored.span(1, 3, UTF_16) == (1, 2)
    assert stored.span(1, 2, UTF_16) is None
    assert stored.span(0, 2, UTF_8) is None
    assert stored.span(0, 3, CODE_POINTS) == (0, 3)
    assert stored.span(0, 4, CODE_POINTS) is None
    assert stored.span(-1, 2, CODE_POINTS) is None


@given(talk=marked_talks())
def test_quotations_tell_the_unit(talk: Talk) -> None:
    text = "😀😀 " + "".join(talk[0])
    stored = StoredText(text)
    spans = [(start + 3, end + 3) for start, end in talk[1]]
    quoted = [(utf16(text, start), utf16(text, end), text[start:end]) for start, end in spans]
    assume(any(text[start:end] != quote for start, end, quote in quoted))  # else they fit both units
    unit = unit_of_quotes(stored, quoted, (CODE_POINTS, UTF_16))
    assert [stored.span(start, end, unit) for start, end, _ in quoted] == spans


def test_ends_of_words_tell_the_unit_where_nothing_is_quoted() -> None:
    text = "👨\u200d👩\u200d👧 my family wanted quiet"
    stored = StoredText(text)
    assert unit_of_edges([(stored, [(2, 11), (19, 24)])], (CODE_POINTS, GRAPHEMES, UTF_16)) is GRAPHEMES
    assert unit_of_edges([(stored, [(6, 15)])], (CODE_POINTS, GRAPHEMES, UTF_16)) is CODE_POINTS


def test_the_nearest_of_several_occurrences() -> None:
    text = "no yes no yes no"
    found = [*occurrences(text, "no")]
    assert [nearest(found, "no", place) for place in (0, 6, 8, 16)] == [(0, 2), (7, 9), (7, 9), (14, 16)]
    assert nearest([], "maybe", 3) is None
    assert [*occurrences(text, "maybe")] == [*occurrences(text, "")] == []


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (3, 3),
        (3.0, 3),
        ("3", 3),
        ("3.0", 3),
        (3.5, None),
        (True, None),
        (None, None),
        ("x", None),
        (1e300, None),
        (float("nan"), None),
        (10**400, None),
    ],
)
def test_what_is_a_position(value: object, number: int | None) -> None:
    assert whole_number(value) == number
