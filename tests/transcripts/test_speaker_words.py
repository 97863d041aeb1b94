"""One list of speaker words: the same labels get the same roles in a table, in captions, in Word and in text."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from docx import Document
from secondcoder.codebook.yaml_file import load_codebook
from secondcoder.domain.records import Transcript
from secondcoder.exchange.registry import ImportContext
from secondcoder.exchange.tables import coded_table
from support.study_checks import write_csv
from support.transcript_checks import INTERVIEWER, PARTICIPANT, read_content, roles

SPEECH = "Well, that is how it is."


def text(folder: Path, labels: Sequence[str]) -> Transcript:
    return read_content(folder, "\n\n".join(f"{label}: {SPEECH}" for label in labels))


def captions(folder: Path, labels: Sequence[str]) -> Transcript:
    cues = [f"00:{at:02}:00.000 --> 00:{at:02}:09.000\n<v {label}>{SPEECH}</v>" for at, label in enumerate(labels)]
    return read_content(folder, "WEBVTT\n\n" + "\n\n".join(cues) + "\n", "p01.vtt")


def word(folder: Path, labels: Sequence[str]) -> Transcript:
    document, file = Document(), io.BytesIO()
    for label in labels:
        document.add_paragraph(f"{label}: {SPEECH}")
    document.save(file)
    return read_content(folder, file.getvalue(), "p01.docx")


def word_table(folder: Path, labels: Sequence[str]) -> Transcript:
    document, file = Document(), io.BytesIO()
    table = document.add_table(0, 2)
    for label in labels:
        cells = table.add_row().cells
        cells[0].text, cells[1].text = label, SPEECH
    document.save(file)
    return read_content(folder, file.getvalue(), "p01.docx")


def units(folder: Path, labels: Sequence[str]) -> Transcript:
    rows = [
        {"transcript": "p01", "order": order, "speaker": label, "text": SPEECH, "codes": "", "coder": "ada"}
        for order, label in enumerate(labels)
    ]
    path = write_csv(folder / "codes.csv", rows)
    (transcript,) = coded_table.read(path, ImportContext(load_codebook("npt-core"))).transcripts
    return transcript


@pytest.mark.parametrize("form", [text, captions, word, word_table, units])
@pytest.mark.parametrize(
    ("labels", "asking"),
    [
        (("Interviewer 1", "Interviewer 2", "Anna"), {"Interviewer 1", "Interviewer 2"}),
        (("INTERVIEWERS", "Anna"), {"INTERVIEWERS"}),
        (("Jane (Interviewer)", "Anna"), {"Jane (Interviewer)"}),
        (("Int2", "P1"), {"Int2"}),
        (("INT 1", "P1"), {"INT 1"}),
        (("I1", "R1"), {"I1"}),
        (("I", "R"), {"I"}),
        (("Question", "Answer"), {"Question"}),
        (("Q", "A"), {"Q"}),
        (("Researcher 2", "P1"), {"Researcher 2"}),
        (("Moderator 1", "P1", "P2"), {"Moderator 1"}),
        (("Facilitator", "F1"), {"Facilitator"}),
        (("Interviewer", "Researcher"), {"Interviewer"}),
        (("Moderator", "Interviewer", "Anna"), {"Interviewer"}),
        (("Int", "I"), {"Int"}),
        (("R", "P1"), set()),
        (("Interviewee", "Anna"), set()),
        (("Researcher A", "Researcher B"), set()),
        (("Ian", "Quentin", "Inti"), set()),
    ],
)
def test_the_same_labels_get_the_same_roles(
    tmp_path: Path, labels: tuple[str, ...], asking: set[str], form: Callable[[Path, Sequence[str]], Transcript]
) -> None:
    others = PARTICIPANT if asking else None
    assert roles(form(tmp_path, labels * 2)) == {label: INTERVIEWER if label in asking else others for label in labels}
