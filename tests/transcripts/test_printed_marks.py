"""What printing and other tools leave in the talk is named with its count, or left out: page and line numbers, CHAT's tiers."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.transcript_checks import read_content, spoken_turns


@pytest.mark.parametrize("number", ["{}", "Page {} of 9", "- {} -", "{}/9", "Seite {}", "Rowan study, interview {}"])
def test_page_numbers_and_running_titles_are_counted(tmp_path: Path, number: str) -> None:
    pages = "\n\f".join(f"I: How?\nR: We sat\ndown {at}.\n{number.format(at)}" for at in range(1, 4))
    (note,) = [note for note in read_content(tmp_path, pages).notes if "beside page breaks" in note]
    assert note.startswith("2 lines")  # the last page has no break below it
    assert number.format(1) in note


def test_a_page_number_below_a_break_is_counted(tmp_path: Path) -> None:
    transcript = read_content(tmp_path, "I: How?\nR: We sat\n\f2\ndown.\nI: And?\nR: So.\n")
    assert any(note.startswith("1 line beside page breaks") for note in transcript.notes)


@pytest.mark.parametrize("number", ["p. {}", "P. {}", "p. {} of 9", "S. {}"])
@pytest.mark.parametrize("printed", ["{}\n\f", "\n{}\n\f\n", "\f{}\n"])
def test_a_page_number_is_nobodys_label(tmp_path: Path, number: str, printed: str) -> None:
    who = number[0].upper()
    pages = "".join(f"I: How?\n{who}: We sat\ndown.\n{printed.format(number.format(at))}" for at in range(1, 4))
    transcript = read_content(tmp_path, pages + f"I: And?\n{who}. 12\nI: So?\n")
    assert [speaker for speaker, _ in spoken_turns(transcript)] == ["I", who] * 4 + ["I"]
    assert spoken_turns(transcript)[-2][1] == "12"
    assert any("beside page breaks" in note for note in transcript.notes)


@pytest.mark.parametrize("said", ["So.\n\f", "At\n\fnine of them.\n", "42\n\f"])
def test_speech_beside_a_page_break_is_not(tmp_path: Path, said: str) -> None:
    transcript = read_content(tmp_path, f"I: How?\nR: {said}I: And?\nR: No.\n")
    assert not any("page breaks" in note for note in transcript.notes)


@pytest.mark.parametrize(("form", "step"), [("{} {}", 1), ("{}. {}", 1), ("  {}\t{}", 5)])
def test_line_numbers_within_turns_are_counted(tmp_path: Path, form: str, step: int) -> None:
    lines = ["I: How?", "R: We sat", "down there", "I: And?", "R: So it", "was and", "stayed."]
    numbered = "\n".join(form.format(at * step, line) for at, line in enumerate(lines, start=1))
    transcript = read_content(tmp_path, numbered)
    assert [who for who, _ in spoken_turns(transcript)] == ["I", "R", "I", "R"]
    assert any(note.startswith("3 lines within turns begin with a line number") for note in transcript.notes)


def test_numbers_that_do_not_count_lines_are_speech(tmp_path: Path) -> None:
    transcript = read_content(tmp_path, "I: How?\nR: We were\n12 people and\n3 dogs and\n40 hens\nI: And?\nR: So.\n")
    assert transcript.notes == ()


@pytest.mark.parametrize(
    "tier", ["%com:\tlaughs\n\tand coughs", "%act:\tnods", "%mor:\tdet|the n|ward", "%xyz: own tier"]
)
def test_tiers_of_chat_are_no_speech(tmp_path: Path, tier: str) -> None:
    content = f"@Begin\n*INV:\thow are you ?\n*PAR:\twell .\n{tier}\n*INV:\tgood .\n{tier}\n*PAR:\tyes .\n@End\n"
    transcript = read_content(tmp_path, content)
    assert [said for _, said in spoken_turns(transcript)] == ["how are you ?", "well .", "good .", "yes ."]
    kind = tier.split(maxsplit=1)[0]
    assert f"2 lines beginning {kind} left out: what CHAT adds to the talk" in transcript.notes


def test_a_share_and_an_address_are_speech(tmp_path: Path) -> None:
    transcript = read_content(tmp_path, "I: How?\nR: Some\n% of us, or\n@home we\nI: And?\nR: So.\n")
    assert spoken_turns(transcript)[1][1] == "Some\n% of us, or\n@home we"
