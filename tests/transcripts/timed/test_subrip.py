"""SubRip captions: no number and no time in the speech, whatever is missing or added."""

from __future__ import annotations

from pathlib import Path

import pytest
from secondcoder.errors import ReadError
from support.transcript_checks import INTERVIEWER, PARTICIPANT, read_content, roles, spoken_turns, times

CUES = (
    "Interviewer: How did it\nbegin?",
    "<i>Anna:</i> We sat down.",
    "Interviewer: {\\an8}In which year?",
    "Anna: 1984",
)
SPOKEN = [
    ("Interviewer", "How did it begin?"),
    ("Anna", "We sat down."),
    ("Interviewer", "In which year?"),
    ("Anna", "1984"),
]


def cue(at: int, text: str, point: str = ",") -> str:
    return f"{at}\n00:00:0{at}{point}000 --> 00:00:0{at}{point}900\n{text}\n"


WHOLE = "\n".join(cue(at, text) for at, text in enumerate(CUES, start=1))
SHAPES = {
    "as it should be": WHOLE,
    "Windows": "\ufeff" + WHOLE.replace("\n", "\r\n"),
    "no numbers": "\n".join(line for line in WHOLE.split("\n") if not (len(line) == 1 and line.isdigit())),
    "no empty lines": "\n".join(line for line in WHOLE.split("\n") if line),
    "two empty lines": WHOLE.replace("\n\n", "\n\n\n"),
    "points": "\n".join(cue(at, text, ".") for at, text in enumerate(CUES, start=1)),
    "empty cues": f"{cue(0, '')}\n{WHOLE}\n{cue(9, '')}",
    "blanks before": "\n\n" + WHOLE,
    "placed": WHOLE.replace(",900\n", ",900 X1:100 X2:100 Y1:5 Y2:9\n"),
    "tags": WHOLE.replace("We sat", '<font color="#fff"><b>We</b></font> sat'),
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", ["p01.srt", "p01.SRT", "p01.txt"])
def test_what_is_said_by_whom_and_when(tmp_path: Path, shape: str, name: str) -> None:
    transcript = read_content(tmp_path, SHAPES[shape], name)
    assert (transcript.format, spoken_turns(transcript)) == ("SubRip", SPOKEN)
    assert times(transcript) == [(at, at + 0.9) for at in (1.0, 2.0, 3.0, 4.0)]
    assert roles(transcript) == {"Interviewer": INTERVIEWER, "Anna": PARTICIPANT}
    assert transcript.notes == ()


def test_text_behind_an_empty_line_is_kept_and_said(tmp_path: Path) -> None:
    transcript = read_content(tmp_path, WHOLE.replace("We sat down.", "We sat\n\ndown."), "p01.srt")
    assert (spoken_turns(transcript), len(transcript.notes)) == (SPOKEN, 1)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (WHOLE.replace("00:00:03,000", "00:00:0x,000"), "line 11: '00:00:0x,000' is not a time"),
        ("Hello.\n", "no cue"),
        (f"{WHOLE}\n5\n00:00:08,000 --> 00:00:09,000", "the file is cut off"),
    ],
)
def test_what_is_broken_is_refused_with_its_line(tmp_path: Path, content: str, fault: str) -> None:
    with pytest.raises(ReadError, match=fault):
        read_content(tmp_path, content, "p01.srt")


def test_talk_that_begins_with_a_figure_is_plain_text(tmp_path: Path) -> None:
    assert read_content(tmp_path, "1984\n\nI: When?\nR: Then.\nI: And?\nR: Now.\n").format == "plain text"
