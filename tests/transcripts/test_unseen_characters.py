"""What nobody sees makes no difference: in every reader, the turns are those of the text without it."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from docx import Document
from secondcoder.domain.records import Transcript
from secondcoder.transcripts.visible import clean, visible
from support.transcript_checks import read_content, roles, spoken_turns

TALK = ("How did it begin?", "With a list on the door.", "Who wrote it?", "Nobody knows.", "And then?", "It stayed.")
ZERO_WIDTH = "\u200b\u200f\u202b\u2060\ufeff\xad\ufe0f\u3164\U000e0020"
BLANKS = "\u3000\xa0\u202f"
LINE_ENDS = "\x0b\x0c\x85\u2028\u2029"


def text(folder: Path, lines: Sequence[str]) -> Transcript:
    return read_content(folder, "\n".join(lines))


def windows_markdown(folder: Path, lines: Sequence[str]) -> Transcript:
    return read_content(folder, "\r\n\r\n".join(lines), "p01.md")


def captions(folder: Path, lines: Sequence[str]) -> Transcript:
    cues = [f"00:0{at}:00.000 --> 00:0{at}:09.000\n{line}" for at, line in enumerate(lines)]
    return read_content(folder, "WEBVTT\n\n" + "\n\n".join(cues) + "\n", "p01.vtt")


def word(folder: Path, lines: Sequence[str]) -> Transcript:
    document, file = Document(), io.BytesIO()
    for line in lines:
        # A line break within the paragraph, which python-docx would make of these two, is another thing.
        document.add_paragraph(line.replace("\x0b", "\u2028").replace("\x0c", "\u2029"))
    document.save(file)
    return read_content(folder, file.getvalue(), "p01.docx")


READERS = [text, windows_markdown, captions, word]
PLACES: dict[str, Callable[[str, str, str], str]] = {
    "before": lambda unseen, label, speech: f"{unseen}{label}: {speech}",
    "before the colon": lambda unseen, label, speech: f"{label}{unseen}: {speech}",
    "behind the colon": lambda unseen, label, speech: f"{label}:{unseen} {speech}",
    "at the end": lambda unseen, label, speech: f"{label}: {speech}{unseen}",
    "with a blank": lambda unseen, label, speech: f" {unseen} {label}: {unseen} {speech}",
}


def lines(labels: tuple[str, str], place: str, unseen: str) -> list[str]:
    """The talk with the character in every line but the first two, so that label and line above it stand beside plain ones."""
    plain = PLACES["before"]
    return [
        (PLACES[place] if at > 1 else plain)(unseen if at > 1 else "", labels[at % 2], speech)
        for at, speech in enumerate(TALK)
    ]


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("unseen", ZERO_WIDTH + BLANKS + LINE_ENDS, ids=ascii)
def test_turns_are_those_without_it(tmp_path: Path, reader, place: str, unseen: str) -> None:
    for labels in (("I", "R"), ("聞き手", "Анна Берг")):
        found = reader(tmp_path, lines(labels, place, unseen))
        expected = reader(tmp_path, lines(labels, "before", ""))
        assert spoken_turns(found) == spoken_turns(expected) == list(zip(labels * 3, TALK, strict=True))
        assert roles(found) == roles(expected)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("unseen", ZERO_WIDTH, ids=ascii)
def test_a_label_is_one_with_it_and_without(tmp_path: Path, reader, unseen: str) -> None:
    written = [f"Jo{unseen}an", "Max", "Joan", f"M{unseen}ax", f"Joa{unseen}n", "Max"]
    found = reader(tmp_path, [f"{label}: {speech}" for label, speech in zip(written, TALK, strict=True)])
    assert [speaker for speaker, _ in spoken_turns(found)] == ["Joan", "Max"] * 3


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("colon", ["：", "﹕", " ：", "：\u3000", "\u200b:"])
def test_colons_of_other_widths(tmp_path: Path, reader, colon: str) -> None:
    """Behind a full-width colon Chinese and Japanese put no space."""
    gap = " " if colon.endswith(":") else ""
    found = reader(
        tmp_path, [f"{label}{colon}{gap}{speech}" for label, speech in zip(["主持人", "嘉宾"] * 3, TALK, strict=True)]
    )
    assert spoken_turns(found) == list(zip(["主持人", "嘉宾"] * 3, TALK, strict=True))


@pytest.mark.parametrize("end", LINE_ENDS, ids=ascii)
def test_line_ends_of_other_kinds_divide_turns(tmp_path: Path, end: str) -> None:
    content = end.join(f"{label}: {speech}" for label, speech in zip("IR" * 3, TALK, strict=True))
    transcript = read_content(tmp_path, content)
    assert spoken_turns(transcript) == list(zip("IR" * 3, TALK, strict=True))
    assert transcript.text == content


def test_a_label_keeps_the_joiners_that_its_script_is_spelt_with(tmp_path: Path) -> None:
    persian, hindi, nurse = "مصاحبه\u200cگر", "क्\u200dष", "\N{WOMAN}\u200d\N{STAFF OF AESCULAPIUS}\ufe0f Ana"
    assert [clean(label) for label in (persian, hindi, nurse)] == [persian, hindi, nurse]
    transcript = read_content(tmp_path, f"{persian}: چگونه؟\nسارا: بله\n{persian}: بعد؟\nسارا: نه\n")
    assert [speaker for speaker, _ in spoken_turns(transcript)] == [persian, "سارا"] * 2


@pytest.mark.parametrize("colon", "ː˸∶꞉")
def test_signs_that_look_like_a_colon(tmp_path: Path, colon: str) -> None:
    content = "\n".join(f"{label}{colon} {speech}" for label, speech in zip("IR" * 3, TALK, strict=True))
    assert spoken_turns(read_content(tmp_path, content)) == list(zip("IR" * 3, TALK, strict=True))


def test_a_variation_at_the_end_of_speech_is_part_of_it(tmp_path: Path) -> None:
    heart = "I love it \N{HEAVY BLACK HEART}\ufe0f"
    transcript = read_content(tmp_path, f"I: How?\nR: {heart}\nI: And?\nR: Yes.\n")
    assert spoken_turns(transcript)[1] == ("R", heart)


def test_pages_of_pdftotext(tmp_path: Path) -> None:
    pages = ["I: How was it?\nR: Long, and the page\n", "\x0cends here.\n\n", "\x0cI: And now?\n", "\x0cR: Over.\n\x0c"]
    transcript = read_content(tmp_path, "".join(pages))
    assert [speaker for speaker, _ in spoken_turns(transcript)] == ["I", "R", "I", "R"]
    assert spoken_turns(transcript)[1][1].split() == ["Long,", "and", "the", "page", "ends", "here."]


def test_a_form_feed_makes_no_paragraph_of_a_text_without_speakers(tmp_path: Path) -> None:
    plain, paged = "One.\nTwo.\nThree.\n", "One.\n\x0cTwo.\nThree.\n\x0c"
    assert spoken_turns(read_content(tmp_path, paged)) == spoken_turns(read_content(tmp_path, plain))


@pytest.mark.parametrize(
    "line",
    [
        "<u>{}:</u>\t{}",
        "<b>{}</b>: {}<br>",
        "<p><strong>{}:</strong> {}</p>",
        '<span style="color: red">{}:</span>&nbsp;{}',
        "<div>{}:&#160;{}</div><!-- page 3 -->",
    ],
)
@pytest.mark.parametrize("divider", ["\n", "\n\n"])
def test_html_left_overs_around_labels(tmp_path: Path, line: str, divider: str) -> None:
    names = ["Jane Roe", "Max Doe"] * 3
    content = divider.join(line.format(name, speech) for name, speech in zip(names, TALK, strict=True))
    transcript = read_content(tmp_path, content, "p01.md")
    assert spoken_turns(transcript) == list(zip(names, TALK, strict=True))
    assert transcript.text == content


def test_paragraphs_of_html_in_one_line(tmp_path: Path) -> None:
    content = "<p>I: How?</p><p>R: So.</p><p>I: Why?<br/>R: Well &lt; that.</p>"
    assert spoken_turns(read_content(tmp_path, content)) == [
        ("I", "How?"), ("R", "So."), ("I", "Why?"), ("R", "Well &lt; that.")
    ]  # fmt: skip


def test_words_in_angle_brackets_are_no_tags(tmp_path: Path) -> None:
    found = read_content(tmp_path, "<I>: How?\n<R>: So <inaudible>\n<I>: Why?\n<R>: Well.")
    assert spoken_turns(found) == [("I", "How?"), ("R", "So <inaudible>"), ("I", "Why?"), ("R", "Well.")]


@pytest.mark.parametrize("unseen", ZERO_WIDTH + BLANKS + LINE_ENDS + "\r", ids=ascii)
def test_what_shows_is_as_long_as_the_text(unseen: str) -> None:
    text = f"{unseen}I{unseen}:{unseen}x<br>{unseen}\n{unseen}<p>y</p>&nbsp;\\[z\\]{unseen}"
    assert len(visible(text)) == len(text)
    assert visible("plain: text\n\tkept (so)") == "plain: text\n\tkept (so)"
    assert clean(f"Jo{'' if unseen in BLANKS + LINE_ENDS + chr(13) else unseen}an") == "Joan"
