"""Headings with name and time, as Teams, Word and Otter write them; the same in plain text and in Word."""

from __future__ import annotations

from pathlib import Path

import pytest
from docx import Document
from secondcoder.domain.records import Transcript
from secondcoder.transcripts import read_transcript
from support.transcript_checks import check_invariants, read_content, spoken_turns, times

SPOKEN = [("Jane Doe", "Thanks for joining."), ("P01", "Sure: it was busy.\nVery."), ("Jane Doe", "And now?")]

LAYOUTS = {
    "Teams, one paragraph": (
        "Meeting-20230503_1030-Meeting Recording\nMay 3, 2023, 9:30AM\n30m 12s\nJane Doe started transcription\n\n"
        "Jane Doe   0:03\nThanks for joining.\n\nP01   0:22\nSure: it was busy.\nVery.\n\nJane Doe   1:02:03\nAnd now?\n\n"
        "Jane Doe stopped transcription",
        [(3.0, None), (22.0, None), (3723.0, None)],
    ),
    "one space": (
        "Jane Doe 0:03\nThanks for joining.\nP01 0:22\nSure: it was busy.\nVery.\nJane Doe 1:02:03\nAnd now?",
        [(3.0, None), (22.0, None), (3723.0, None)],
    ),
    "glued": (
        "Jane Doe0:03\nThanks for joining.\n\nP010:22\nSure: it was busy.\nVery.\n\nJane Doe1:02\nAnd now?",
        [(3.0, None), (22.0, None), (62.0, None)],
    ),
    "Trint": (
        "Jane Doe [00:00:03]\nThanks for joining.\nP01 [00:00:22]\nSure: it was busy.\nVery.\nJane Doe [00:01:02]\nAnd now?",
        [(3.0, None), (22.0, None), (62.0, None)],
    ),
    "Word": (
        "Transcript\n\n00:00:03 Jane Doe\nThanks for joining.\n00:00:22 P01\nSure: it was busy.\nVery.\n"
        "00:01:02 Jane Doe\nAnd now?",
        [(3.0, None), (22.0, None), (62.0, None)],
    ),
    "Teams, older": (
        "0:0:3.120 --> 0:0:6.480\nJane Doe\nThanks for joining.\n0:0:10.20 --> 0:0:14.490\nP01\nSure: it was busy.\nVery.\n"
        "0:1:2.0 --> 0:1:3.0\nJane Doe\nAnd now?",
        [(3.12, 6.48), (10.02, 14.49), (62.0, 63.0)],
    ),
    "name, then times": (
        "Jane Doe\n00:00:03 --> 00:00:06\nThanks for joining.\nP01\n00:00:10 --> 00:00:14\nSure: it was busy.\nVery.\n"
        "Jane Doe\n00:01:02 --> 00:01:03\nAnd now?",
        [(3.0, 6.0), (10.0, 14.0), (62.0, 63.0)],
    ),
    "name, then one time": (
        "Jane Doe\n0:03\nThanks for joining.\n\nP01\n0:22\nSure: it was busy.\nVery.\n\nJane Doe\n1:02\nAnd now?",
        [(3.0, None), (22.0, None), (62.0, None)],
    ),
}


def as_docx(folder: Path, text: str, divider: str) -> Transcript:
    """The text in Word, a paragraph for each stretch between dividers and a line break for each other newline."""
    document = Document()
    for paragraph in text.split(divider):
        document.add_paragraph(paragraph)
    document.save(str(folder / "a.docx"))
    transcript = read_transcript(folder / "a.docx")
    check_invariants(transcript)
    return transcript


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("form", ["text", "paragraphs", "line breaks"])
def test_headings_are_found_in_every_layout(tmp_path: Path, layout: str, form: str) -> None:
    text, expected = LAYOUTS[layout]
    dividers = {"paragraphs": "\n", "line breaks": "\n\n"}
    transcript = read_content(tmp_path, text) if form == "text" else as_docx(tmp_path, text, dividers[form])
    assert spoken_turns(transcript) == SPOKEN
    assert times(transcript) == expected


def test_each_speaker_may_head_one_turn(tmp_path: Path) -> None:
    transcript = read_content(tmp_path, "Jane Doe0:03\nHello.\nP01 0:22\nHello.")
    assert spoken_turns(transcript) == [("Jane Doe", "Hello."), ("P01", "Hello.")]


def test_long_names_of_guests(tmp_path: Path) -> None:
    name = "Doe, Jane (EXAMPLE NORTH WEST CARE BOARD - 36X)"
    transcript = read_content(tmp_path, f"{name}   0:03\nHello.\n\nP01   0:22\nHello.\n\n{name}   0:30\nBye.")
    assert [speaker for speaker, _ in spoken_turns(transcript)] == [name, "P01", name]


def test_a_glued_figure_goes_where_the_name_comes_again(tmp_path: Path) -> None:
    transcript = read_content(
        tmp_path, "P010:22\nOne.\nP021:05\nTwo.\nP0110:30\nThree.\nP0211:02\nFour.\nP011:11:40\nFive."
    )
    assert [(turn.speaker, turn.time_start) for turn in transcript.turns] == [
        ("P01", 22.0),
        ("P02", 65.0),
        ("P01", 630.0),
        ("P02", 662.0),
        ("P01", 4300.0),
    ]


@pytest.mark.parametrize(
    ("heading", "speaker", "time"),
    [("Jane Doe10:22", "Jane Doe", 622.0), ("P010:22", "P01", 22.0), ("Jane Doe00:22", "Jane Doe", 22.0)],
)
def test_a_glued_figure_goes_where_the_time_fits(tmp_path: Path, heading: str, speaker: str, time: float) -> None:
    after = {622.0: "11:00", 22.0: "1:00"}[time]
    transcript = read_content(tmp_path, f"Anna 0:03\nHello.\n{heading}\nHello.\nAnna {after}\nBye.")
    assert (transcript.turns[1].speaker, transcript.turns[1].time_start) == (speaker, time)


@pytest.mark.parametrize(
    "text",
    [
        "We began on the 3rd of May 2023  10:30\nand so on.",
        "At eleven it was.\n10:30\nNo, half past ten.",
        "Meet Anna 11:00\nor not.\nMeet Anna 10:30\nwas the plan.",
        "00:12:03 I said so\n00:12:09 and then we left",
    ],
)
def test_prose_with_times_has_no_headings(tmp_path: Path, text: str) -> None:
    assert {speaker for speaker, _ in spoken_turns(read_content(tmp_path, text))} == {None}


def test_labels_win_over_a_few_times_alone_in_a_line(tmp_path: Path) -> None:
    transcript = read_content(tmp_path, "I: How?\n00:05:00\nR: Well\nI: Why?\n00:10:00\nR: So.\nI: Ah.")
    assert spoken_turns(transcript) == [("I", "How?"), ("R", "Well"), ("I", "Why?"), ("R", "So."), ("I", "Ah.")]
