"""A quotation finds its passage however its blanks, quotation marks and dashes are written, and no other."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from secondcoder.domain.records import Transcript, Turn
from secondcoder.exchange.tables.quoted_text import QuotedText

TEXT = (
    "I: Why?\nGP: It’s “worth it” – we can't stop… now, the café is efﬁcient.\nGP: The no-show rate — well, "
    "it fell. The no-show list did not."
)
TURNS = tuple(
    Turn(start, end, "GP") for start, end in ((12, TEXT.index("\nGP: The")), (TEXT.index("The no"), len(TEXT)))
)
TALK = QuotedText(Transcript("t", TEXT, TURNS))


def found(quoted: str) -> list[str]:
    return [TEXT[slice(*span)] for span in TALK.spans(quoted)]


@pytest.mark.parametrize(
    ("quoted", "passage"),
    [
        ("we can't stop", "we can't stop"),
        ("we  can\u2019t\nstop...", "we can't stop…"),
        ('It\'s "worth it" - we', "It’s “worth it” – we"),
        ("It's ''worth it'' -- we", "It’s “worth it” – we"),
        ("the cafe\u0301 is efficient.", "the café is efﬁcient."),
        ("rate -- well, it fell", "rate — well, it fell"),
        ("“the café is efﬁcient”", "the café is efﬁcient"),
        ("[...] well, it\u00a0fell. [...]", "well, it fell."),
        ("… we can't stop", "we can't stop"),
        ("no\u2011show list", "no-show list"),
    ],
)
def test_a_quotation_written_otherwise_is_found(quoted: str, passage: str) -> None:
    assert found(quoted) == [passage]


@pytest.mark.parametrize(
    "quoted", ["we can stop", "the cafe is", "ell, it", "no show list", "We Can't stop", "", " ", "[...]"]
)
def test_other_words_are_not_found(quoted: str) -> None:
    assert found(quoted) == []


def test_what_stands_as_it_is_goes_before_what_is_written_otherwise() -> None:
    text = QuotedText(Transcript("t", 'He said "no" and “no” and "no"', ()))
    assert text.spans("“no”") == [(17, 21)]
    assert len(text.spans("«no»")) == 3


@given(st.lists(st.sampled_from(["ja", "«nein»", "e\u0301té", "a–b", "x", "..."]), min_size=1, max_size=8), st.data())
def test_a_piece_of_the_text_is_found_in_its_composed_and_decomposed_form(
    words: list[str], data: st.DataObject
) -> None:
    text = " ".join(words)
    quoted = QuotedText(Transcript("t", text, ()))
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first + 1, len(words)))
    start = len(" ".join([*words[:first], ""])) if first else 0
    piece = " ".join(words[first:last])
    for form in ("NFC", "NFD"):
        assert (start, start + len(piece)) in quoted.spans(unicodedata.normalize(form, piece))


def test_the_nearest_passage_shares_most_words_in_a_row() -> None:
    near = TALK.nearest("the no-show rate fell last year")
    assert near is not None
    assert TEXT[slice(*near)].startswith("The no-show rate — well")
    assert TALK.nearest("entirely other words here") is None
    assert TALK.nearest("") is None


def test_a_place_is_described_by_turn_and_speaker_or_by_line() -> None:
    span = TEXT.index("no-show list"), len(TEXT)
    assert TALK.described(span).startswith("turn 2, GP: 'The no-show rate — well, it fell.")
    assert QuotedText(Transcript("t", TEXT, ())).described(span) == "line 3: 'no-show list did not.'"


MOST = "The nurses did most of the work"
SPEECH = (
    "I: Why?\nGP: The nurses did most of the work, because the doctors had no time for it at all. Then it stopped.\n"
    "GP: Nobody in the team had been asked whether the new form was of any use to them.\nI: And the doctors?\n"
    "GP: The doctors had no time at all, then or now."
)


@pytest.mark.parametrize(
    ("quoted", "passage"),
    [
        ("The nurses did most of the work ... no time for it", f"{MOST}, because the doctors had no time for it"),
        ("The nurses did most […] Then it stopped", f"{MOST}, because the doctors had no time for it at all. Then it stopped"),
        ("the nurses did most of work", "The nurses did most of the work"),
        ("The nurses did nearly most of the work, because the doctors", "The nurses did most of the work, because the doctors"),
        ("Noboddy in the team had been asked whether the new form", "Nobody in the team had been asked whether the new form"),
        ("had been asked whether the new form was of any uze", "had been asked whether the new form was of any use"),
        ("THEN IT STOPPED", "Then it stopped"),
        ("because the doc\u00adtors had no time for it at al\u00adl", "because the doctors had no time for it at all"),
    ],
)  # fmt: skip
def test_small_differences_are_found_when_asked_for(quoted: str, passage: str) -> None:
    text = QuotedText(Transcript("t", SPEECH, ()))
    assert [SPEECH[slice(*span)] for span in text.spans(quoted) or text.alike(quoted)] == [passage]


@pytest.mark.parametrize(
    "quoted",
    [
        "The nurses did all of their work", "Then it ... Why", "doctors", "", "...", "entirely other words that nobody said there",
        "And the doctors ... Nobody in the team",
    ],
)  # fmt: skip
def test_what_differs_more_is_not_found(quoted: str) -> None:
    assert QuotedText(Transcript("t", SPEECH, ())).alike(quoted) == []


def test_what_is_alike_in_two_places_gives_both() -> None:
    text = QuotedText(Transcript("t", "The new form took us a long time. The new form took us a long time!", ()))
    assert text.alike("the new form took uz a long time") == [(0, 32), (34, 66)]


@given(st.lists(st.integers(0, 400), min_size=30, max_size=80, unique=True), st.data())
def test_a_passage_with_one_word_changed_is_found(numbers: list[int], data: st.DataObject) -> None:
    words = [f"w{number}" for number in numbers]
    text = QuotedText(Transcript("t", " ".join(words), ()))
    first = data.draw(st.integers(0, len(words) - 10))
    quoted = words[first : first + 10]
    at = data.draw(st.integers(1, 8))
    quoted[at : at + 1] = data.draw(st.sampled_from([[], ["other"], [quoted[at], "more"]]))
    start = len(" ".join([*words[:first], ""]))
    assert text.alike(" ".join(quoted)) == [(start, start + len(" ".join(words[first : first + 10])))]
