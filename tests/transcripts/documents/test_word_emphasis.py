"""Questions and names set off in Word by bold or italics alone: read as they stand, and named with their count."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import pytest
from docx import Document
from support.transcript_checks import read_content, spoken_turns

Paragraph = Sequence[tuple[str, str]]
"""Runs: their text, and how they are set off."""


def word(folder: Path, *paragraphs: Paragraph) -> tuple[list[tuple[str | None, str]], tuple[str, ...]]:
    document, out = Document(), io.BytesIO()
    for runs in paragraphs:
        paragraph = document.add_paragraph()
        for text, how in runs:
            run = paragraph.add_run(text)
            if how:
                setattr(run, how, True)
    document.save(out)
    transcript = read_content(folder, out.getvalue(), "p01.docx")
    return spoken_turns(transcript), tuple(note for note in transcript.notes if "in bold" in note)


@pytest.mark.parametrize("how", ["bold", "italic", "underline"])
def test_questions_without_a_label_are_named(tmp_path: Path, how: str) -> None:
    turns, (note,) = word(
        tmp_path,
        [("I: How?", "")],
        [("P: Well.", "")],
        [("And then?", how)],
        [("P: So.", "")],
        [("Yes", how), ("?", how)],
    )
    assert turns[1:] == [("P", "Well.\nAnd then?"), ("P", "So.\nYes?")]
    assert note.startswith("2 paragraphs in bold, italics or underlined throughout")
    assert "'And then?'" in note


def test_names_in_bold_alone_are_named(tmp_path: Path) -> None:
    talk = [("Ana", "How?"), ("Ben", "Well."), ("Ana", "And?"), ("Ben", "So.")]
    turns, (note,) = word(tmp_path, *([(who, "bold"), (f" {said}", "")] for who, said in talk))
    assert turns == [(None, f"{who} {said}") for who, said in talk]
    assert note.startswith("4 paragraphs beginning in bold")
    assert "'Ana', 'Ben'" in note


@pytest.mark.parametrize(
    "paragraphs",
    [
        [[("I: ", "bold"), ("How?", "")], [("P: ", "bold"), ("Well.", "")], [("I: And?", "bold")], [("P: So.", "")]],
        [[("I: How?", "italic")], [("P: Well.", "italic")], [("I: And?", "italic")], [("P: So.", "italic")]],
        [
            [("I: How?", "")],
            [("P: It was ", ""), ("very", "bold"), (" good.", "")],
            [("I: And?", "")],
            [("P: So.", "")],
        ],
    ],
    ids=["labels", "all of it", "a word"],
)
def test_other_emphasis_is_not(tmp_path: Path, paragraphs: list[Paragraph]) -> None:
    turns, notes = word(tmp_path, *paragraphs)
    assert [who for who, _ in turns] == ["I", "P", "I", "P"]
    assert notes == ()
