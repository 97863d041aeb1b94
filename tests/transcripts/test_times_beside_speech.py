"""Times that programs write into running text: none is in the speech, in whatever way it is written and wherever it stands."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.transcript_checks import INTERVIEWER, PARTICIPANT, read_content, roles, spoken_turns, times

SPOKEN = [
    ("I", "How did it begin?"),
    ("R", "We sat down."),
    ("R", "All of us."),
    ("I", "And then?"),
    ("R", "It stayed."),
]
STAMPS = [
    ("#00:00:0{}-0#", "f4, MAXQDA"),
    ("[00:00:0{}.00]", "Trint"),
    ("(00:0{})", "minutes"),
    ("[00:0{} --> 00:0{}]", "Whisper"),
    ("#00:00:0{}#", "hashes"),
    ("<00:00:0{}>", "angles"),
    ("{{00:00:0{},5}}", "braces"),
    ("*00:00:0{}*", "emphasis of Markdown"),
    ("(0m0{}s)", "minutes and seconds"),
    ("[0m 0{}s]", "the same apart"),
    ("[00:00:0{}:12]", "frames"),
]


def stamped(form: str, at: int) -> str:
    return form.format(at, at + 1)


@pytest.mark.parametrize("form", [*(form for form, _ in STAMPS), " 00:00:0{}"])
@pytest.mark.parametrize("divider", ["\n", "\n\n", "\r\n"])
def test_behind_each_paragraph(tmp_path: Path, form: str, divider: str) -> None:
    """f4 ends every paragraph with its time, also those within an answer."""
    lines = ["I: How did it begin? {}", "R: We sat down. {}", "All of us. {}", "I: And then? {}", "R: It stayed. {}"]
    content = divider.join(line.format(stamped(form, at)) for at, line in enumerate(lines))
    transcript = read_content(tmp_path, content)
    assert spoken_turns(transcript) == SPOKEN
    assert [int(until or 0) for _, until in times(transcript)] == [0, 1, 2, 3, 4]
    assert roles(transcript) == {"I": INTERVIEWER, "R": PARTICIPANT}
    assert transcript.text == content.replace("\r\n", "\n")


@pytest.mark.parametrize("form", [*(form for form, _ in STAMPS), "00:00:0{}"])
def test_before_each_paragraph(tmp_path: Path, form: str) -> None:
    lines = ["{} I: How did it begin?", "{} R: We sat down.", "{} All of us.", "{} I: And then?", "{} R: It stayed."]
    content = "\n".join(line.format(stamped(form, at)) for at, line in enumerate(lines))
    transcript = read_content(tmp_path, content)
    assert spoken_turns(transcript) == SPOKEN
    assert [int(since or 0) for since, _ in times(transcript)] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("form", [form for form, _ in STAMPS])
def test_in_a_text_without_speakers(tmp_path: Path, form: str) -> None:
    content = "\n".join(f"{stamped(form, at)} {speech}" for at, (_, speech) in enumerate(SPOKEN))
    assert [speech for _, speech in spoken_turns(read_content(tmp_path, content))] == [speech for _, speech in SPOKEN]


@pytest.mark.parametrize(
    "when", ["[12/03/2024, 10:15:3{}]", "3/12/24, 2:1{} PM -", "2024-03-12 10:1{}", "12.03.24, 9:1{} -"]
)
def test_a_chat_with_dates_has_speakers_and_no_times_since_its_beginning(tmp_path: Path, when: str) -> None:
    talk = [("Ana", "How did it begin?"), ("Ben", "We sat down."), ("Ana", "And then?"), ("Ben", "It stayed.")]
    content = "\n".join(f"{when.format(at)} {label}: {speech}" for at, (label, speech) in enumerate(talk))
    transcript = read_content(tmp_path, content)
    assert spoken_turns(transcript) == talk
    assert times(transcript) == [(None, None)] * 4


def test_a_time_that_is_a_link_as_rev_writes_it(tmp_path: Path) -> None:
    link = "Speaker {} ([00:0{}](https://www.rev.com/editor/x?ts={}.5)):\n{}"
    talk = [(1, 1, 1, "How did it begin?"), (2, 5, 5, "We sat down."), (1, 9, 9, "And then?"), (2, 9, 9, "It stayed.")]
    transcript = read_content(tmp_path, "\n\n".join(link.format(*part) for part in talk), "p01.md")
    assert spoken_turns(transcript) == [(f"Speaker {part[0]}", part[3]) for part in talk]


@pytest.mark.parametrize("speech", ["10:30 we open", "At 10:30.", "3:1 was the ratio", "12:00: lunch", "from 9:00"])
def test_a_time_that_somebody_says_is_speech(tmp_path: Path, speech: str) -> None:
    transcript = read_content(tmp_path, f"I: When?\nR: Well,\n{speech}\nI: And?\nR: {speech}\n")
    assert spoken_turns(transcript)[1] == ("R", f"Well,\n{speech}")
    assert spoken_turns(transcript)[3] == ("R", speech)
    assert transcript.notes == ()


@pytest.mark.parametrize("form", ["00:0{}", "0:0{}", "00:00:0{}", "0:0{} -", "00:00:0{}:12", "0:0{}-0:0{}"])
def test_behind_the_colon_of_each_label(tmp_path: Path, form: str) -> None:
    talk = [turn for at, turn in enumerate(SPOKEN) if at != 2]
    content = "\n".join(f"{label}: {stamped(form, at)} {speech}" for at, (label, speech) in enumerate(talk))
    transcript = read_content(tmp_path, content)
    assert spoken_turns(transcript) == talk
    assert [since for since, _ in times(transcript)] == [0, 1, 2, 3]


@pytest.mark.parametrize("said", [["9:30 at best", "10:00 then", "8:15 or so"], ["9:30", "no", "10:30 maybe"]])
def test_times_of_day_behind_labels_are_speech(tmp_path: Path, said: list[str]) -> None:
    content = "\n".join(f"I: When?\nR: {speech}" for speech in said)
    assert [speech for label, speech in spoken_turns(read_content(tmp_path, content)) if label == "R"] == said


@pytest.mark.parametrize("time", ["0 minutes {} seconds", "00:00:0{}:12", "0m 0{}s", "*00:00:0{}*"])
@pytest.mark.parametrize("name", ["{}", "{}:"])
def test_alone_in_a_line_below_a_name(tmp_path: Path, time: str, name: str) -> None:
    talk = [
        ("Ana Ek", "How did it begin?"),
        ("Bo Dal", "We sat down."),
        ("Ana Ek", "And then?"),
        ("Bo Dal", "It stayed."),
    ]
    blocks = (f"{name.format(who)}\n{time.format(at)}\n{said}" for at, (who, said) in enumerate(talk, start=1))
    assert spoken_turns(read_content(tmp_path, "\n\n".join(blocks))) == talk
