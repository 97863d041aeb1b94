"""Bytes to text: what is known, what is guessed and marked so, what is refused."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from secondcoder.errors import ReadError
from secondcoder.transcripts.encoding import decode
from support.transcript_checks import read_content, spoken_turns

ACCENTS = "I: How was it?\nR: It’s been “busy” at the café – really.\n"
# Without what spoilt accents begin with, which is remarked on.
LETTERS = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffd\ufeffÃÂÄÅâÐÑ")


def guess(encoding: str, word: str) -> str:
    return f"read as {encoding}, a guess ('{word}'): check that accents look right; if not, import with --encoding NAME"


@given(st.text(LETTERS))
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_comes_back_as_it_was(encoding: str, text: str) -> None:
    decoded = decode(text.encode(encoding), "a.txt")
    assert decoded.text == text
    assert not decoded.notes


@pytest.mark.parametrize(("mark", "encoding"), [(codecs.BOM_UTF16_BE, "utf-16-be"), (codecs.BOM_UTF16_LE, "utf-16-le")])
def test_utf16_with_a_mark_of_either_order(mark: bytes, encoding: str) -> None:
    assert decode(mark + ACCENTS.encode(encoding), "a.txt").text == ACCENTS


@pytest.mark.parametrize("times", [1, 40])
def test_cp1252_is_read_and_marked_as_a_guess(times: int) -> None:
    decoded = decode(ACCENTS.encode("cp1252") * times, "a.txt")
    assert decoded.text == ACCENTS * times
    assert decoded.notes == (guess("cp1252", "It’s"),)


@pytest.mark.parametrize(
    ("text", "encoding", "shown"),
    [
        ("И: Как дела? Всё хорошо, спасибо. Мы работали каждый день.\n", "cp1251", "cp1251"),
        ("I: How was it?\nR: It’s been “busy” at the café.\n", "mac_roman", "mac_roman"),
        ("I: Jak było? Źle, później się zmieniło, dziękuję, łóżko.\n", "cp1250", "cp1250"),
    ],
)
def test_other_code_pages_are_found_and_marked(text: str, encoding: str, shown: str) -> None:
    decoded = decode((text * 5).encode(encoding), "a.txt")
    assert (decoded.text, decoded.encoding) == (text * 5, shown)
    assert decoded.notes[0].startswith(f"read as {shown}, a guess")
    assert decoded.notes[0].endswith("check that accents look right; if not, import with --encoding NAME")


def test_the_guess_reaches_the_transcript(tmp_path: Path) -> None:
    transcript = read_content(tmp_path, ACCENTS.encode("cp1252"))
    assert guess("cp1252", "It’s") in transcript.notes
    assert spoken_turns(transcript)[1] == ("R", "It’s been “busy” at the café – really.")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (bytes(range(256)), "control characters as in a binary file"),
        (b"I: hello\n" * 1000 + b"\x00\x01", "line 1001: the control character U+0000"),
        (b"I: Hello\nR: a bell \x07 rang\n", "control characters"),
        ("I: Hello\nR: caf\ufffd\n".encode(), "line 2: a replacement character"),
        ("I: Hello.\nR: Élodie était très".encode() + b"\xe9 l\xe0", "line 2: UTF-8 with damaged bytes"),
        (codecs.BOM_UTF16_LE + b"I\x00:\x00 ", "begins as UTF-16 and breaks off at byte"),
        (codecs.BOM_UTF8 + b"I: caf\xe9", "begins as UTF-8 and breaks off at byte"),
        (("質問: 今日はどうでしたか。忙しかったです。\n" * 5).encode("shift_jis"), "not text in an encoding"),
    ],
)
def test_what_is_no_text_is_refused_with_the_mend(data: bytes, message: str) -> None:
    with pytest.raises(ReadError) as refusal:
        decode(data, "a.txt")
    assert str(refusal.value).startswith("a.txt")
    assert message in str(refusal.value)
    assert "not text in an encoding that secondcoder knows. Save it as UTF-8 and import it again." in str(refusal.value)


def test_white_space_that_word_and_old_printers_leave_is_text() -> None:
    assert decode(b"I: one\x0bline\x0c\tmore", "a.txt").text == "I: one\x0bline\x0c\tmore"


@pytest.mark.parametrize("half", [b"\xed\xa0\x80", b"\xed\xbf\xbf", b"\xed\xa0\xbd\xed\xb8\x80"])
def test_half_a_character_written_as_one_is_refused_and_not_taken_for_accents(half: bytes) -> None:
    """CESU-8 and lone surrogates: as cp1252 they read as letters that nobody wrote."""
    with pytest.raises(ReadError, match=r"t\.txt line 2: half a character \(U\+D"):
        decode("I: Où?\nR: Là ".encode() + half, "t.txt")
