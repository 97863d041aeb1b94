"""Notes on cells of the matrix: written, replaced, refused when somebody wrote meanwhile, through codebook changes, in the trail."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from openpyxl import Workbook
from secondcoder.charting.notes import Note, notes_of, write_note
from secondcoder.charting.notes_sheet import COLUMNS, notes_rows, read_notes
from secondcoder.domain.records import CellNote
from secondcoder.errors import DecisionError, InputError, TableError
from secondcoder.store import schema
from secondcoder.study.study import Study
from sqlalchemy import select, update
from support.change_checks import changed, with_ids

LEVELS = ("patient", "practice")


def write(study: Study, note: CellNote, seen: tuple[int, ...] = ()) -> CellNote:
    workspace = study.workspace()
    with workspace.write() as writing:
        return write_note(writing, workspace.corpus, workspace.codebook, LEVELS, note, seen)


def notes(study: Study) -> dict[tuple[str, ...], Note]:
    return dict(notes_of(study.workspace().corpus))


def a_case(study: Study) -> str:
    return study.workspace().corpus.cases[0].id


def digests(study: Study) -> list[Any]:
    return [event["detail"]["note"] for event in study.store.events("cell note")]


def test_a_later_note_takes_the_place_of_the_one_that_was_seen_and_the_trail_holds(coded_study: Study) -> None:
    case = a_case(coded_study)
    first = write(
        coded_study, CellNote("case", case, "CO", summary="They <b>all</b> know | what it is.", light="green")
    )
    second = write(coded_study, CellNote("case", case, "CO", summary="Fewer did.", light="amber"), (first.id,))
    [note] = notes(coded_study).values()
    assert (note.summary, note.light, note.ids) == ("Fewer did.", "amber", (second.id,))
    assert coded_study.check_audit().faults == ()
    written = str(digests(coded_study))
    assert "Fewer" not in written  # the words by their digest alone
    assert "green" in written


def test_who_has_not_read_what_stands_there_does_not_overwrite_it(coded_study: Study) -> None:
    case = a_case(coded_study)
    first = write(coded_study, CellNote("case", case, "CO", summary="one"))
    with pytest.raises(DecisionError, match="Somebody else has written"):
        write(coded_study, CellNote("case", case, "CO", summary="two"))
    write(coded_study, CellNote("case", case, "CO"), (first.id,))  # taken away
    assert notes(coded_study) == {}
    with pytest.raises(DecisionError, match="Somebody else has written"):
        write(coded_study, CellNote("case", case, "CO", summary="two"), (first.id,))
    third = write(coded_study, CellNote("case", case, "CO", summary="three"))
    assert third.id > first.id  # an id never comes again: a page may still hold the old one
    assert coded_study.check_audit().faults == ()


@pytest.mark.parametrize(
    ("note", "said"),
    [
        (CellNote("case", "nowhere", "CO", summary="x"), "There is no row 'nowhere'"),
        (CellNote("case", "{case}", "CX", summary="x"), "There is no code 'CX'"),
        (CellNote("case", "{case}", "CO", "next year", "x"), "There is no wave 'next year'"),
        (CellNote("case", "{case}", "CO", light="blue"), "There is no light 'blue'. Lights are green, amber and red"),
        (CellNote("case", "{case}", "level:planet", light="red"), "There is no code 'level:planet'"),
        (CellNote("site", "{case}", "CO", light="red"), "There is no row kind 'site'"),
        (CellNote("case", "{case}", "CO", summary="x" * 20_001), "20,000 fit"),
    ],
)
def test_a_note_on_nothing_is_refused(coded_study: Study, note: CellNote, said: str) -> None:
    note = CellNote(
        note.row_kind, note.row.format(case=a_case(coded_study)), note.code, note.wave, note.summary, note.light
    )
    with pytest.raises(InputError, match=said):
        write(coded_study, note)
    assert notes(coded_study) == {}


def test_a_note_follows_its_code_through_a_merge_and_a_split(coded_study: Study) -> None:
    case = a_case(coded_study)
    write(coded_study, CellNote("case", case, "CO", summary="of CO", light="green"))
    write(coded_study, CellNote("case", case, "CP", summary="of CP", light="red"))
    write(coded_study, CellNote("case", case, "level:practice", "", "huddle on Mondays"))
    below = {"CO": None, "CP": None}
    changed(coded_study, with_ids(coded_study.codebook_file, below, "BOTH"), merge=[(("CO", "CP"), "BOTH")])
    note = notes(coded_study)["case", case, "BOTH", ""]
    assert note.summary.split("\n\n") == ["of CO", "of CP"]
    assert note.light == ""  # green and red are no judgement together
    assert ("case", case, "level:practice", "") in notes(coded_study)
    write(coded_study, CellNote("case", case, "BOTH", summary="of both"), note.ids)
    assert notes(coded_study)["case", case, "BOTH", ""].summary == "of both"
    parts = with_ids(coded_study.codebook_file, {"BOTH": None}, "P1", "P2")
    changed(coded_study, parts, split={"BOTH": ("P1", "P2")})
    stands = notes(coded_study)
    assert stands["case", case, "P1", ""].summary == stands["case", case, "P2", ""].summary == "of both"
    write(coded_study, CellNote("case", case, "P1", summary="of the first"), stands["case", case, "P1", ""].ids)
    assert notes(coded_study)["case", case, "P2", ""].summary == "of both"  # not lost with the other part
    assert coded_study.check_audit().faults == ()


def test_what_was_changed_by_other_means_is_found(coded_study: Study) -> None:
    write(coded_study, CellNote("case", a_case(coded_study), "CO", summary="as it was"))
    with coded_study.transaction() as writing:
        writing.connection.execute(update(schema.cell_notes).values(summary="as it was not"))
    assert [fault.place.split()[0] for fault in coded_study.check_audit().faults] == ["cell_notes"]


def test_notes_on_a_transcript_and_on_its_participant_go_with_it(coded_study: Study) -> None:
    talk = coded_study.workspace().corpus.transcripts[0]
    for kind, row in (("transcript", talk.id), ("participant", talk.participant or talk.id)):
        write(coded_study, CellNote(kind, row, "CO", summary=f"on the {kind}"))
    coded_study.transcript_remove(talk.id)
    others = {each.participant for each in coded_study.workspace().corpus.transcripts}
    left = [note.cell[0] for note in notes(coded_study).values()]
    assert left == (["participant"] if talk.participant and talk.participant in others else [])
    with coded_study.store.snapshot() as connection:
        rows = connection.execute(select(schema.cell_notes.c.summary)).scalars().all()
    assert "on the transcript" not in rows
    assert coded_study.check_audit().faults == ()


# -- the sheet ------------------------------------------------------------------------------------------------------------------


def filled(study: Study, cells: list[tuple[str, str, str, str]]) -> list[dict[str, str]]:
    return [dict(zip(COLUMNS, row, strict=True)) for row in notes_rows(notes_of(study.workspace().corpus), cells)]


def sheet(path: Path, rows: list[dict[str, str]]) -> Path:
    if path.suffix == ".csv":
        pd.DataFrame(rows, columns=list(COLUMNS)).to_csv(path, index=False)
        return path
    book = Workbook()
    book.active.append(["cells of another sheet"])
    summaries = book.create_sheet("summaries")
    summaries.append(list(COLUMNS))
    for row in rows:
        summaries.append([row[column] for column in COLUMNS])
    book.save(path)
    return path


@pytest.mark.parametrize("name", ["notes.xlsx", "notes.csv"])
def test_a_sheet_comes_back_all_or_nothing(coded_study: Study, tmp_path: Path, name: str) -> None:
    case = a_case(coded_study)
    write(coded_study, CellNote("case", case, "CP", summary="kept", light="red"))
    cells = [("case", case, code, "") for code in ("CO", "CP", "level:patient")]
    rows = filled(coded_study, cells)
    rows[0] |= {"summary": "a | b\nand 日本 🙂", "light": "Green"}
    rows[2] |= {"light": "amber"}
    taken = read_notes(coded_study.workspace(), sheet(tmp_path / name, rows), LEVELS)
    assert (taken.written, taken.taken_away, taken.unchanged) == (2, 0, 1)
    assert notes(coded_study)["case", case, "CO", ""].summary == "a | b\nand 日本 🙂"
    again = read_notes(coded_study.workspace(), tmp_path / name, LEVELS)
    assert (again.written, again.taken_away, again.unchanged) == (0, 0, 3)
    rows[1] |= {"summary": "", "light": ""}
    gone = read_notes(coded_study.workspace(), sheet(tmp_path / name, rows), LEVELS)
    assert (gone.written, gone.taken_away) == (0, 1)


def test_what_somebody_wrote_since_is_not_overwritten_by_a_sheet(coded_study: Study, tmp_path: Path) -> None:
    case = a_case(coded_study)
    rows = filled(coded_study, [("case", case, code, "") for code in ("CO", "CP")])
    write(coded_study, CellNote("case", case, "CP", summary="written in the browser"))
    rows[0] |= {"summary": "new"}
    rows[1] |= {"summary": "in the sheet", "light": "blue"}
    with pytest.raises(TableError, match="no light 'blue'"):
        read_notes(coded_study.workspace(), sheet(tmp_path / "notes.xlsx", rows), LEVELS)
    rows[1] |= {"light": ""}
    with pytest.raises(TableError, match=r"somebody wrote of this cell.*written in the browser"):
        read_notes(coded_study.workspace(), sheet(tmp_path / "notes.xlsx", rows), LEVELS)
    assert [note.summary for note in notes(coded_study).values()] == ["written in the browser"]
    with pytest.raises(TableError, match="the same cell stands in row 2 already"):
        read_notes(coded_study.workspace(), sheet(tmp_path / "notes.xlsx", [rows[0], rows[0]]), LEVELS)
