"""Which beginnings of lines are labels."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from secondcoder.transcripts.interviewer import fold
from secondcoder.transcripts.speaker_labels import find_labels, name_shaped
from secondcoder.transcripts.turns import lines_of
from support.transcript_checks import INTERVIEWER, read_content, roles, spoken_turns


def speakers(text: str, named: Iterable[str] = (), sure_names: bool = False) -> list[str]:
    labels = find_labels(text, lines_of(text), named, sure_names=sure_names)
    return [labels.name(line) for line in labels.lines]


@pytest.mark.parametrize(
    ("asks", "answers"),
    [
        ("I:", "R:"),
        ("INT:", "P1:"),
        ("INT1:", "INT2:"),
        ("S00:", "S01:"),
        ("Interviewer:", "Lecturer D:"),
        ("Jane O'Neil:", "Åsa Öberg-Smith:"),
        ("M1:", "F2:"),
        ("Interviewer\t:", "Dr. Smith:"),
        ("SPEAKER_00:", "SPEAKER_01:"),
        ("[SPEAKER_00]:", "[SPEAKER_01]:"),
        ("**Interviewer:**", "**Anna**:"),
        ("[00:00:05] I:", "00:00:09 R:"),
        ("I (00:05):", "R [00:00:09]:"),
        ("1:", "2:"),
        ("Interviewer：", "Zoë van der Berg："),
        ("Jose\u0301:", "Anna:"),
        ("Question:", "Answer:"),
        ("Q.", "A."),
        ("I.", "R."),
    ],
)
@pytest.mark.parametrize("space", [" ", "\t", "   ", "\n"])
def test_labels_are_found(asks: str, answers: str, space: str) -> None:
    text = (
        f"{asks}{space}How was it?\n\n{answers}{space}Busy. Very busy.\n\n{asks}{space}Why?\n{answers}{space}No idea."
    )
    found = speakers(text)
    assert len(found) == 4
    assert found[:2] == found[2:]
    assert all(name in label for name, label in zip(found, [asks, answers, asks, answers], strict=True))


@pytest.mark.parametrize(
    "line",
    [
        "Sure: it was busy.",
        "Three things: time, money, people.",
        "So: no.",
        "For example: the rota.",
        "at 10: we start",
        "Basically: it failed.",
        "http://example.org is where: there.",
        "He said: go on.",
        "10:30 was the time.",
        "What I would really like to say is: no.",
        "Wait! Anna: stop.",
    ],
)
@pytest.mark.parametrize("times", [1, 2])
def test_a_colon_in_speech_is_no_label(line: str, times: int) -> None:
    text = "I: How was it?\nR: Busy.\n" + f"{line}\n" * times + "I: Why?\nR: No idea."
    assert speakers(text) == ["I", "R", "I", "R"]


def test_a_role_in_lower_case_is_a_label_when_it_comes_often() -> None:
    assert speakers("I: How?\nPractice nurse: So.\n" * 3) == ["I", "Practice nurse"] * 3
    assert speakers("I: How?\nPractice nurse: So.\n" * 2) == ["I"] * 2


@pytest.mark.parametrize(
    ("variants", "shown"),
    [
        (["E:", "e:", "E.", "E :"], "E"),
        (["e:", "E.", "e:"], "E"),
        (["INT 1:", "Int1:", "INT 1:"], "INT 1"),
        (["Interviewer:", "INTERVIEWER:", "interviewer:", "Interviewer:"], "Interviewer"),
        (["Dr. Smith:", "Dr Smith:", "Dr. Smith:"], "Dr. Smith"),
    ],
)
def test_variants_of_a_label_are_one_speaker(variants: list[str], shown: str) -> None:
    text = "\n".join(f"{variant} Well, yes.\nP1: Really?" for variant in variants)
    assert speakers(text) == [shown, "P1"] * len(variants)


def test_an_enumeration_is_not_folded_into_a_label() -> None:
    text = "Q: What do you do?\nA: Much:\na. the rota\nb. the letters\nc. the tea\nQ: And?\nA: That is all."
    assert speakers(text) == ["Q", "A", "Q", "A"]
    assert speakers("Q. Who?\nA. Two of them.\nB. Smith and\nC. Jones.\nQ. And?\nA. Nobody.") == ["Q", "A", "Q", "A"]


def test_line_numbers_are_no_labels() -> None:
    assert speakers("1 I: How?\n2 R: So.\n3 I: Why?\n4 R: Well.") == ["I", "R"] * 2


def test_a_known_label_may_stand_without_a_space_but_not_before_a_figure() -> None:
    assert speakers("P1: Yes.\nP2: No.\nP1:Quite.\nP2:30 of them came.\nP2: Right.") == ["P1", "P2", "P1", "P2"]


def test_a_numbered_label_stands_once_where_its_like_recurs() -> None:
    assert speakers("P1: Yes.\nP2: No.\nP1: Quite.\nX9: Hm.") == ["P1", "P2", "P1"]


def test_names_of_few_lines_count_beside_a_well_known_label_when_they_cover_the_text() -> None:
    assert speakers("I: How are you?\n\nBertil: Fine.") == ["I", "Bertil"]
    assert speakers("I: How are you?\nIt rained.\nIt was cold.\nBertil: Fine.") == ["I"]
    assert speakers("Introduction: what we did.\nMethods: we asked.\nResults: they spoke.") == []
    assert speakers("Sure: it was busy.\nThree things: time and money.") == []


def test_a_named_label_counts_once() -> None:
    text = "I: Hello.\nR: Hello.\nNurse: Tea?\nI: Yes.\nR: No."
    assert speakers(text) == ["I", "R", "I", "R"]
    assert speakers(text, named=["nurse"]) == ["I", "R", "Nurse", "I", "R"]


def test_two_capitalised_words_are_a_name_where_the_form_promises_names() -> None:
    text = "Jane O'Neil: Hello.\nP01: Hello.\nSure: it was busy.\nJane O'Neil: Good."
    assert speakers(text, sure_names=True) == ["Jane O'Neil", "P01", "Jane O'Neil"]
    assert speakers("One.\nTwo.\nThree.\nNew York: lovely.\nFive.", sure_names=True) == []


def test_a_name_that_stands_once_is_noted(tmp_path: Path) -> None:
    transcript = read_content(tmp_path, "I: Hello?\nR: Hello.\nNurse: Tea?\nI: Yes.\nR: No.")
    assert spoken_turns(transcript)[1] == ("R", "Hello.\nNurse: Tea?")
    assert transcript.notes == (
        "before a colon, as a speaker would stand, and only once, so read as speech: 'Nurse' (line 3)",
    )


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("Jane", True),
        ("Anna van der Berg", True),
        ("P01 (guest)", True),
        ("Doe, Jane", True),
        ("Three things", False),
        ("jane", False),
        ("", False),
        ("李 明", True),
    ],
)
def test_name_shaped(label: str, expected: bool) -> None:
    assert name_shaped(label) is expected


def test_fold_keeps_what_tells_speakers_apart() -> None:
    assert fold("INT 1") == fold("Int1:") == "int1"
    assert len({fold("P1"), fold("P-1"), fold("P1+"), fold("P2")}) == 4


@pytest.mark.parametrize(
    ("one", "other"),
    [("I", "\u0406"), ("P", "\u0420"), ("P1", "\u03a11"), ("INT", "\u0406N\u0422"), ("MA", "\u041c\u0410")],
)
def test_a_label_in_letters_of_another_script_that_look_the_same(tmp_path: Path, one: str, other: str) -> None:
    """A keyboard left in Ukrainian, Russian or Greek: nobody sees it, and the speaker is the same."""
    content = f"{one}: How?\nB2: Well.\n{one}: And?\nB2: So.\n{other}: Yes?\nB2: No.\n"
    transcript = read_content(tmp_path, content)
    assert [who for who, _ in spoken_turns(transcript)] == [one, "B2"] * 3
    assert any(f"'{other}' stands 1 time in letters of another script" in note for note in transcript.notes)


@pytest.mark.parametrize("remark", ["(laughing)", "[translated]", "(off)"])
def test_a_label_with_a_remark_is_no_speech_of_the_other(tmp_path: Path, remark: str) -> None:
    transcript = read_content(tmp_path, f"I: How?\nP: Well.\nI {remark}: And?\nP: So.\n")
    assert spoken_turns(transcript)[2] == (f"I {remark}", "And?")
    assert roles(transcript)[f"I {remark}"] is INTERVIEWER
