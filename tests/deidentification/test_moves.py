"""Replaced words move text and spans together, whatever is replaced by whatever."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from secondcoder.deidentification.moves import Moves

TEXT = "Dr Whitlock said no. Ask Sarah."


def test_words_are_replaced_and_spans_quote_them_whole() -> None:
    moves = Moves([(3, 11, "Alder"), (25, 30, "Baobab 2")])
    assert moves.text(TEXT) == "Dr Alder said no. Ask Baobab 2."
    quoted = {
        span: moves.text(TEXT)[slice(*moves.span(*span))] for span in ((0, 11), (5, 8), (0, 7), (6, 20), (11, 25))
    }
    assert quoted == {
        (0, 11): "Dr Alder",
        (5, 8): "Alder",
        (0, 7): "Dr Alder",
        (6, 20): "Alder said no.",
        (11, 25): " said no. Ask ",
    }


@pytest.mark.parametrize("wrong", [[(3, 11, "")], [(3, 3, "x")], [(3, 11, "a"), (10, 12, "b")]])
def test_nothing_is_replaced_twice_or_by_nothing(wrong: list[tuple[int, int, str]]) -> None:
    with pytest.raises(ValueError, match=r"replacement|overlap"):
        Moves(wrong)


@st.composite
def texts(draw: st.DrawFn) -> tuple[str, list[tuple[int, int, str]]]:
    """A text and replacements in it: pieces that stay in lower case and pieces that go in upper case, new words in digits."""
    text, replacements = "", []
    for stays, goes, new in draw(
        st.lists(
            st.tuples(st.text("abc ", max_size=4), st.text("XY", min_size=1, max_size=4), st.text("12", min_size=1))
        )
    ):
        text += stays
        replacements.append((len(text), len(text) + len(goes), new))
        text += goes
    return text + draw(st.text("abc ", min_size=1, max_size=4)), draw(st.permutations(replacements))


@given(texts(), st.data())
def test_spans_quote_the_same_words_but_for_what_was_replaced(
    given_text: tuple[str, list[tuple[int, int, str]]], data: st.DataObject
) -> None:
    text, replacements = given_text
    moves = Moves(replacements)
    new = moves.text(text)
    assert "".join(sign for sign in new if sign not in "12") == "".join(sign for sign in text if sign not in "XY")
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    # By another road: the span is widened to whole words, and these are replaced from the last to the first.
    low = min([start, *(at for at, to, _ in replacements if at < start < to)])
    high = max([end, *(to for at, to, _ in replacements if at < end < to)])
    expected = text[low:high]
    for at, to, words in sorted(replacements, reverse=True):
        if low <= at and to <= high:
            expected = expected[: at - low] + words + expected[to - low :]
    assert new[slice(*moves.span(start, end))] == expected != ""


@given(texts(), st.data())
def test_order_and_overlap_stay(given_text: tuple[str, list[tuple[int, int, str]]], data: st.DataObject) -> None:
    text, replacements = given_text
    moves = Moves(replacements)
    ends = st.integers(0, len(text))
    first, second = (tuple(sorted(data.draw(st.lists(ends, min_size=2, max_size=2, unique=True)))) for _ in range(2))
    moved = moves.span(*first), moves.span(*second)
    if first[0] <= second[0]:
        assert moved[0][0] <= moved[1][0]
    if first[1] <= second[1]:
        assert moved[0][1] <= moved[1][1]
    if first[0] < second[1] and second[0] < first[1]:
        assert moved[0][0] < moved[1][1]
        assert moved[1][0] < moved[0][1]
