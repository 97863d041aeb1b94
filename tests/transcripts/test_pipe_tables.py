"""Transcripts in tables of Markdown: the rows are turns, the header and the dividers are no speech."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.transcript_checks import INTERVIEWER, PARTICIPANT, read_content, roles, spoken_turns, times

TALK = [("INT", "How did it begin?"), ("Ana", "We sat down."), ("INT", "And then?"), ("Ana", "It stayed.")]


def rows(form: str) -> str:
    return "\n".join(form.format(who, said, f"00:0{at}") for at, (who, said) in enumerate(TALK))


@pytest.mark.parametrize(
    "table",
    [
        f"| Speaker | Text |\n|---|---|\n{rows('| {0} | {1} |')}",
        f"# Talk\n\n| Who | What |\n| :-- | --: |\n{rows('| **{0}:** | {1} |')}\n\n",
        f"Speaker | Text | Time\n--- | --- | ---\n{rows('{0} | {1} | {2}')}",
        rows("|{0}|{1}|"),
    ],
    ids=["header", "title and bold", "no outer dividers", "no header"],
)
@pytest.mark.parametrize("name", ["p01.md", "p01.txt"])
def test_rows_are_turns(tmp_path: Path, table: str, name: str) -> None:
    transcript = read_content(tmp_path, table, name)
    assert spoken_turns(transcript) == TALK
    assert roles(transcript) == {"INT": INTERVIEWER, "Ana": PARTICIPANT}
    assert transcript.text == table


def test_times_stand_in_a_column(tmp_path: Path) -> None:
    table = f"| Speaker | Text | Time |\n|---|---|---|\n{rows('| {0} | {1} | {2} |')}"
    assert [since for since, _ in times(read_content(tmp_path, table))] == [0, 1, 2, 3]


def test_a_divider_in_speech_is_escaped_or_in_the_last_cell(tmp_path: Path) -> None:
    table = (
        "| Speaker | Text |\n|-|-|\n| INT | Tea \\| coffee? |\n| Ana | Tea | please |\n| INT | Yes? |\n| Ana | So. |\n"
    )
    assert [said for _, said in spoken_turns(read_content(tmp_path, table))] == [
        "Tea \\| coffee?",
        "Tea | please",
        "Yes?",
        "So.",
    ]


def test_what_is_no_speech_is_named(tmp_path: Path) -> None:
    table = f"| Speaker | Text | Memo |\n|-|-|-|\n{rows('| {0} | {1} | see {2} |')}\n"
    transcript = read_content(tmp_path, table)
    assert spoken_turns(transcript) == TALK
    assert "column 'Memo' of a table is in the text, as nobody's speech" in transcript.notes


def test_a_row_without_a_speaker_goes_on(tmp_path: Path) -> None:
    table = "| Speaker | Text |\n|-|-|\n| INT | How? |\n| Ana | So. |\n| | And so. |\n| INT | Yes? |\n| Ana | No. |\n"
    assert spoken_turns(read_content(tmp_path, table))[1:3] == [("Ana", "So."), ("Ana", "And so.")]


def test_another_table_stays_and_is_named(tmp_path: Path) -> None:
    front = "| Age | Site |\n|---|---|\n| 33 | Rowan |\n\n"
    transcript = read_content(tmp_path, front + "\n".join(f"{who}: {said}" for who, said in TALK))
    assert spoken_turns(transcript) == TALK
    assert any("no column of speakers" in note for note in transcript.notes)


@pytest.mark.parametrize(
    ("table", "note"),
    [
        (f"| Wer | Was |\n|---|---|\n{rows('| {0} | {1} |')}", "titles: 'Wer' and 'Was'"),
        ("| I | R |\n|---|---|\n| How was it? | We sat down. |\n", "the speakers of its columns: 'I' and 'R'"),
    ],
)
def test_what_the_first_row_was_taken_for_is_told(tmp_path: Path, table: str, note: str) -> None:
    assert f"first row of a table taken for {note}" in read_content(tmp_path, table).notes
