"""Who asks: named, said in the header, said by a label, or clear from the questions."""

from __future__ import annotations

from pathlib import Path

import pytest
from secondcoder.errors import ReadError
from support.transcript_checks import INTERVIEWER, PARTICIPANT, read_content, roles

OPEN = "nothing says who is the interviewer among 'Anna', 'Bertil': roles stay open; name one with --interviewer LABEL"


def dialogue(*labels: str, times: int = 2) -> str:
    return "\n\n".join(f"{label}: Well, that is how it is." for _ in range(times) for label in labels)


@pytest.mark.parametrize(
    ("labels", "asking"),
    [
        (("I", "R"), {"I"}),
        (("INT", "P1"), {"INT"}),
        (("Int1", "INT2", "P1"), {"Int1", "INT2"}),
        (("Interviewer", "Anna"), {"Interviewer"}),
        (("Interviewer 1", "Interviewer 2", "Interviewee"), {"Interviewer 1", "Interviewer 2"}),
        (("Jane (Interviewer)", "Anna"), {"Jane (Interviewer)"}),
        (("Interviewer, Jane", "Doe, Anna"), {"Interviewer, Jane"}),
        (("Q", "A"), {"Q"}),
        (("Moderator", "P1", "P2"), {"Moderator"}),
        (("Facilitator", "F1"), {"Facilitator"}),
        (("Researcher", "P1"), {"Researcher"}),
        (("Interviewer", "Researcher"), {"Interviewer"}),
        (("Int", "I"), {"Int"}),
        (("R", "P1"), set()),
        (("R", "Anna"), set()),
        (("Researcher A", "Researcher B"), set()),
        (("Interviewee", "Anna"), set()),
        (("Anna", "Bertil"), set()),
    ],
)
def test_label_words(tmp_path: Path, labels: tuple[str, ...], asking: set[str]) -> None:
    transcript = read_content(tmp_path, dialogue(*labels))
    others = PARTICIPANT if asking else None
    assert roles(transcript) == {label: INTERVIEWER if label in asking else others for label in labels}
    assert bool(transcript.notes) is not bool(asking)


@pytest.mark.parametrize(
    "header",
    [
        "Interviewer = Anna",
        "Interviewer: Anna",
        "INTERVIEWER:   anna",
        "Date: 3 May\nInterviewer = Anna\nPlace: Leeds",
        "**Interviewer:** Anna",
        "Anna = Interviewer",
        "Anna: Interviewer\nBertil: Respondent",
        "Interviewer: Jane Doe (Anna)",
        "Interviewer: Anna Smith",
    ],
)
def test_header(tmp_path: Path, header: str) -> None:
    transcript = read_content(tmp_path, f"{header}\n\n{dialogue('Anna', 'Bertil')}")
    assert len(transcript.turns) == 4
    assert roles(transcript) == {"Anna": INTERVIEWER, "Bertil": PARTICIPANT}
    assert transcript.text[: transcript.turns[0].start] == f"{header}\n\nAnna: "
    assert not transcript.notes


def test_a_header_may_spell_out_initials(tmp_path: Path) -> None:
    transcript = read_content(tmp_path, f"Interviewer: Jane Doe\nParticipant: GP, 45\n\n{dialogue('JD', 'GP')}")
    assert roles(transcript) == {"JD": INTERVIEWER, "GP": PARTICIPANT}


def test_a_header_may_name_two(tmp_path: Path) -> None:
    transcript = read_content(tmp_path, f"Interviewers = S00, S02\n\n{dialogue('S00', 'S01', 'S02')}")
    assert roles(transcript) == {"S00": INTERVIEWER, "S01": PARTICIPANT, "S02": INTERVIEWER}


def test_a_header_that_names_nobody_who_speaks_is_noted(tmp_path: Path) -> None:
    transcript = read_content(tmp_path, f"Interviewer = Jane\n\n{dialogue('Anna', 'Bertil')}")
    assert transcript.notes == ("the header names 'Jane' as interviewer, and no speaker is called so", OPEN)


def test_a_single_question_by_an_interviewer_is_no_header(tmp_path: Path) -> None:
    transcript = read_content(tmp_path, "Interviewer: What happened?\n\nAnna: Much.\n\nAnna: And more.")
    assert roles(transcript) == {"Interviewer": INTERVIEWER, "Anna": PARTICIPANT}


def test_the_person_overrules_header_and_label(tmp_path: Path) -> None:
    transcript = read_content(tmp_path, f"Interviewer = I\n\n{dialogue('I', 'R')}", "a.txt", "r")
    assert roles(transcript) == {"I": PARTICIPANT, "R": INTERVIEWER}


def test_several_may_be_named(tmp_path: Path) -> None:
    transcript = read_content(tmp_path, dialogue("Anna", "Bertil", "Cecil"), "a.txt", "Anna", "Cecil")
    assert roles(transcript) == {"Anna": INTERVIEWER, "Bertil": PARTICIPANT, "Cecil": INTERVIEWER}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            dialogue("Anna", "Bertil"),
            "a.txt: 'Annna' is no speaker of this transcript, which has 'Anna', 'Bertil'. Did you mean 'Anna'? "
            "Nothing was imported.",
        ),
        ("Nobody speaks here.", "a.txt: 'Annna' cannot be the interviewer: no speakers found. Nothing was imported."),
    ],
)
def test_a_named_interviewer_must_speak(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ReadError) as refusal:
        read_content(tmp_path, text, "a.txt", "Annna")
    assert str(refusal.value) == message


def test_questions_say_who_asks_when_it_is_clear(tmp_path: Path) -> None:
    text = "Anna: How was that?\n\nBertil: It was long and dull, and cold as well, right?\n\n" * 1 + (
        "Anna: And then?\n\nBertil: Then it went on, for days and days, and nobody came.\n\n" * 4
    )
    transcript = read_content(tmp_path, text)
    assert roles(transcript) == {"Anna": INTERVIEWER, "Bertil": PARTICIPANT}
    assert transcript.notes == (
        "interviewer taken to be 'Anna', who asks 5 of 6 questions in 11 of 65 words; "
        "if not, name the interviewer with --interviewer LABEL",
    )


@pytest.mark.parametrize(
    "text",
    [
        "Anna: And then?\n\nBertil: Then it went on for days.\n\n" * 2,
        "Anna: And then?\n\nBertil: Then it went on, did it not?\n\n" * 5,
        "Anna: And then it went on for days and days and nobody came?\n\nBertil: Yes.\n\n" * 5,
    ],
    ids=["too few questions", "both ask", "who asks says most"],
)
def test_questions_leave_roles_open_when_it_is_not(tmp_path: Path, text: str) -> None:
    transcript = read_content(tmp_path, text)
    assert set(roles(transcript).values()) == {None}
    assert transcript.notes == (OPEN,)


def test_a_question_within_an_answer_is_not_asked(tmp_path: Path) -> None:
    text = "Anna: And then?\n\nBertil: Who was to do it? Nobody, so it went on for days and days.\n\n" * 4
    assert roles(read_content(tmp_path, text)) == {"Anna": INTERVIEWER, "Bertil": PARTICIPANT}
