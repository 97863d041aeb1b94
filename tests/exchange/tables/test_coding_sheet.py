"""The coding sheet: what is made of transcripts, coded by a person and taken back."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook
from secondcoder.codebook.model import Code, Codebook
from secondcoder.domain.records import Coding, Origin, Valence
from secondcoder.errors import InputError
from secondcoder.exchange.importing import ImportOptions
from secondcoder.exchange.tables.unit_places import Number, number_of
from secondcoder.reports.spreadsheet import Choice, Spreadsheet
from secondcoder.study.study import Study
from support.sheet_checks import Cells, fill, saved_by_libreoffice, sheet_rows, write_rows

LONG = (
    "We all sat down and agreed what it was for. Then somebody made a list of who would do what, and we put it on the wall. It took a "
    "while, and not everybody was happy with it, but by the summer people knew. My own part was small at first: I only had to send "
    "people on. The rest came later when the money ran out and we had to think about whether it was worth the time. I would say it "
    "was, most days. Ask the receptionist and you may hear another story, since she takes the calls and writes the letters."
)
TALK = f"I: How did it start?\nR: {LONG}\nI: Yes?\nR: Yes.\nI: Go on.\nR: - Yes.\nR: =1+1 is two.\n"


@pytest.fixture
def study(empty_study: Study, tmp_path: Path) -> Study:
    for name in ("gp1", "gp2"):
        (tmp_path / f"{name}.txt").write_text(TALK, encoding="utf-8")
    empty_study.import_files([tmp_path / "gp1.txt"])
    empty_study.import_files([tmp_path / "gp2.txt"], ImportOptions(same_interview="keep"))
    return empty_study


def marks(study: Study) -> list[tuple[str, str, str, str | None, str]]:
    texts = study.corpus.by_id
    codings = study.corpus.codings
    return [(c.transcript, texts[c.transcript].text[c.start : c.end], c.code, c.valence, c.memo) for c in codings]


def read_texts(study: Study) -> list[tuple[str, str]]:
    return [
        (each.transcript, study.corpus.by_id[each.transcript].text[slice(*each.span)]) for each in study.corpus.passes
    ]


def code(row: Cells) -> Cells:
    if row["number"] == "2a":
        return {"code 1": "CO", "code 2": "reflexive monitoring | F2", "valence": "promotes", "memo": "first"}
    return {"read": "yes"} if row["number"] == "6" else {}


CODED = [("CO", Valence.PROMOTES, "first"), ("RM", Valence.PROMOTES, "first"), ("F2", Valence.PROMOTES, "first")]


@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
@pytest.mark.parametrize("order", ["as it was", "moved", "without other rows"])
def test_a_sheet_comes_back_in_any_order(study: Study, tmp_path: Path, suffix: str, order: str) -> None:
    counts = study.write_coding_sheet(sheet := tmp_path / f"sheet{suffix}", ["gp1"], "Ana")
    rows = [row | code(row) for row in sheet_rows(sheet)]
    assert (counts.transcripts, counts.segments + counts.context) == (1, len(rows))
    if order == "moved":
        random.Random(3).shuffle(rows)
    elif order == "without other rows":
        rows = [row for row in rows if row["read"] or row["code 1"]]
    imported = study.import_files([write_rows(sheet, rows)])
    (first,) = [row["text"] for row in rows if row["number"] == "2a"]
    assert sorted(marks(study)) == sorted(("gp1", first, *coded) for coded in CODED)
    assert read_texts(study) == [("gp1", first), ("gp1", "- Yes.")]
    assert imported.reading[0].startswith("read in part by Ana for all 9 codes: ")


@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
@pytest.mark.parametrize("name", ["=1+1", "'=1+1", "@home"])
def test_a_transcript_whose_name_reads_like_a_formula_comes_back(
    empty_study: Study, tmp_path: Path, name: str, suffix: str
) -> None:
    (tmp_path / f"{name}.txt").write_text(TALK, encoding="utf-8")
    empty_study.import_files([tmp_path / f"{name}.txt"])
    empty_study.write_coding_sheet(sheet := tmp_path / f"sheet{suffix}", coder=name)
    empty_study.import_files([fill(sheet, code)])
    assert {(one.transcript, one.coder) for one in empty_study.corpus.codings} == {(name, name)}


def test_a_sheet_that_nobody_filled_says_nothing(study: Study, tmp_path: Path) -> None:
    study.write_coding_sheet(sheet := tmp_path / "sheet.xlsx", coder="Ana")
    imported = study.import_files([sheet])
    assert (imported.codings, imported.passes, imported.transcripts) == ([], [], [])


def test_rows_are_segments_and_what_the_interviewer_says(study: Study, tmp_path: Path) -> None:
    study.write_coding_sheet(sheet := tmp_path / "sheet.xlsx", ["gp1"])
    rows = sheet_rows(sheet)
    assert [row["number"] for row in rows] == ["1", "2a", "2b", "3", "4", "5", "6", "7"]
    assert " ".join(row["text"] for row in rows if row["number"].startswith("2")) == LONG
    page = load_workbook(sheet)["coding"]
    grey = {row[1].value for row in page.iter_rows(min_row=2) if row[1].fill.fgColor.rgb.endswith("EDEDED")}
    assert grey == {"1", "3", "5"}
    assert {cell.data_type for cell in page["D"]} == {"s"}


def test_existing_codings_are_filled_in_and_come_back_as_nothing_new(study: Study, tmp_path: Path) -> None:
    text = study.corpus.by_id["gp1"].text
    segment = next(row for row in _rows(study, tmp_path) if row["number"] == "2a")["text"]
    start = text.index(segment)
    whole = Coding("gp1", start, start + len(segment), "CO", "Ana", valence=Valence.MIXED)
    yes = text.index("R: Yes.") + 3
    given = [
        whole,
        replace(whole, code="CA", valence=None, memo="other"),
        replace(
            whole, start=text.index("it on the wall"), end=text.index(" on the wall")
        ),  # one of several in the turn
        Coding("gp1", text.index("Yes?"), yes + 4, "F1", "Ana"),  # over the question and the answer
        replace(whole, code="RM", origin=Origin.REVIEWED),
        replace(whole, code="F3", coder="Ben"),
    ]
    with study.transaction() as write:
        write.add_codings(given, study.codebook)
    before = study.corpus.codings
    study.write_coding_sheet(sheet := tmp_path / "again.xlsx", coder=" ANA")
    assert [row["code 1"] for row in sheet_rows(sheet) if row["code 1"]] == ["CA", "CO", "CO", "F1"]
    imported = study.import_files([sheet])
    assert (imported.codings, study.corpus.codings) == ([], before)
    assert not any("this sheet lacks" in note for note in imported.notes)


def _rows(study: Study, folder: Path) -> list[Cells]:
    study.write_coding_sheet(folder / "look.xlsx", ["gp1"])
    return sheet_rows(folder / "look.xlsx")


def test_what_was_read_is_filled_in(study: Study, tmp_path: Path) -> None:
    study.write_coding_sheet(sheet := tmp_path / "sheet.xlsx", ["gp1"], "Ana")
    study.import_files([fill(sheet, code)])
    study.write_coding_sheet(sheet, ["gp1"], "Ana")
    assert [row["number"] for row in sheet_rows(sheet) if row["read"] == "yes"] == ["6"]


def test_codes_taken_out_of_a_sheet_are_named_and_withdrawn_with_replace(study: Study, tmp_path: Path) -> None:
    study.write_coding_sheet(sheet := tmp_path / "sheet.xlsx", ["gp1"], "Ana")
    study.import_files([fill(sheet, code)])
    study.write_coding_sheet(sheet, ["gp1"], "Ana")
    fill(sheet, lambda row: {"code 2": ""} if row["number"] == "2a" else {})
    notes = study.import_files([sheet]).notes
    assert any("1 coding of the study that this sheet lacks stay" in note and "--replace" in note for note in notes)
    assert len(marks(study)) == 3
    assert study.import_files([sheet], ImportOptions(replace=True)).withdrawn == 3
    assert [mark[2] for mark in marks(study)] == ["CO", "RM"]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"text": "We all sat down.", "code 1": "CO"}, "row 3: the text was changed: it is not in turn 2a of 'gp1', which reads 'We"),
        ({"number": "4", "code 1": "CO"}, "row 3: the text was changed: it is not in turn 4 of 'gp1', which reads 'Yes.'"),
        ({"number": "99", "read": "yes"}, "row 3: the text was changed: it is not in turn 99 of 'gp1', and 'gp1' has 7 turns"),
        ({"number": "2-a", "code 1": "CO"}, "row 3: number '2-a' is none"),
        ({"transcript": "gp9", "code 1": "CO"}, "row 3: transcript 'gp9' is not in the study. Did you mean 'gp"),
        ({"code 1": "CO, RM"}, "row 3: 'CO, RM' is not one code. Divide codes with |: CO|RM"),
        ({"code 2": "Coherens"}, "row 3: code 'Coherens' is not in the codebook. Did you mean"),
        ({"code 1": "CO", "valence": "good"}, "row 3: valence 'good' is none of"),
        ({"read": "mostly"}, "row 3: read 'mostly' is none of yes, no, whole."),
        ({"code 1": "CO", "coder": ""}, "row 3: codes, but no coder."),
    ],
)  # fmt: skip
def test_a_row_that_was_changed_is_refused_and_nothing_lands(
    study: Study, tmp_path: Path, change: Cells, fault: str
) -> None:
    study.write_coding_sheet(sheet := tmp_path / "sheet.xlsx", ["gp1"], "Ana")
    fill(sheet, lambda row: change if row["number"] == "2a" else {"read": "yes"} if row["number"] == "4" else {})
    with pytest.raises(InputError) as caught:
        study.import_files([sheet])
    assert fault in str(caught.value)
    assert marks(study) == read_texts(study) == []


def test_a_memo_without_a_code_is_named(study: Study, tmp_path: Path) -> None:
    study.write_coding_sheet(sheet := tmp_path / "sheet.xlsx", ["gp1"], "Ana")
    notes = study.import_files([fill(sheet, lambda row: {"memo": "hm"} if row["number"] == "4" else {})]).notes
    assert any("1 valence or memo in rows without a code were not kept (row 6: memo)" in note for note in notes)


def test_segments_of_one_text_in_one_turn_are_told_apart(empty_study: Study, tmp_path: Path) -> None:
    table = (
        "transcript,text,codes,coder,number,read\nt,No.,CO,Ana,2b,\nt,Well.,,,2c,\nt,No.,,Ana,2a,\nt,No.,CA,Ana,4,\n"
    )
    (tmp_path / "t.txt").write_text("I: Is it?\nR: No. No. Well.\nI: So?\nR: No.\n", encoding="utf-8")
    (tmp_path / "codes.csv").write_text(table, encoding="utf-8")
    empty_study.import_files([tmp_path / "t.txt", tmp_path / "codes.csv"])
    text = empty_study.corpus.by_id["t"].text
    assert [(coding.code, coding.start) for coding in empty_study.corpus.codings] == [
        ("CO", text.index("No. Well")), ("CA", text.rindex("No.")),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "number"),
    [("12", (12, 0)), ("12.0", (12, 0)), (" 3b ", (3, 2)), ("7AA", (7, 27)), ("x", None), ("", None)],
)
def test_numbers_of_turns_and_their_parts(cell: str, number: tuple[int, int] | None) -> None:
    assert number_of(cell) == (number and Number(*number))


@pytest.mark.parametrize("part", [0, 1, 26, 27, 52, 53, 702, 703])
def test_every_number_is_read_as_it_is_written(part: int) -> None:
    assert number_of(str(Number(4, part))) == Number(4, part)


def test_a_drop_down_of_many_codes_refers_to_the_codebook_sheet(tmp_path: Path) -> None:
    codes = tuple(Code(id=f"a-code-with-a-long-id-{n}", name=f"Name {n}", includes=("a", "b")) for n in range(80))
    book = Codebook(id="b", title="B", codes=codes)
    Spreadsheet("coding", (), (), "").write(
        tmp_path / "s.xlsx", ["text", "code 1"], [{"text": "x"}], [Choice("code 1")], book
    )
    workbook = load_workbook(tmp_path / "s.xlsx")
    (choice,) = workbook["coding"].data_validations.dataValidation
    assert choice.formula1 == "codes!$A$2:$A$81"
    offered = [cell.value for (cell,) in workbook["codes"][choice.formula1.partition("!")[2].replace("$", "")]]
    assert offered == [code.id for code in codes]
    assert [cell.value for cell in workbook["codes"][1]] == [
        "code",
        "name",
        "definition",
        "includes",
        "excludes",
        "examples",
    ]
    assert workbook["codes"]["D2"].value == "a\nb"


@pytest.mark.parametrize(
    ("names", "out", "fault"),
    [(["gp7"], "s.xlsx", "transcript 'gp7' is not in the study"), ([], "s.ods", "written as .xlsx or .csv")],
)
def test_a_sheet_that_cannot_be_made_is_refused(
    study: Study, tmp_path: Path, names: list[str], out: str, fault: str
) -> None:
    with pytest.raises(InputError, match=fault):
        study.write_coding_sheet(tmp_path / out, names)
    assert not (tmp_path / out).exists()


@pytest.mark.slow
def test_a_sheet_saved_by_libreoffice_comes_back(study: Study, tmp_path: Path) -> None:
    study.write_coding_sheet(sheet := tmp_path / "sheet.xlsx", ["gp1"], "Ana")
    study.import_files([saved_by_libreoffice(fill(sheet, code))])
    assert sorted(mark[2:] for mark in marks(study)) == sorted(CODED)
    assert len(read_texts(study)) == 2


def test_sheet_make_tells_how_to_go_on_and_writes_over_nothing(run_cli, study: Study, tmp_path: Path) -> None:
    out = tmp_path / "my coding.xlsx"
    code, _, said = run_cli("-C", study.folder, "sheet", "make", out, "--transcript", "GP1")
    assert (code, "of 1 transcript," in said, f"import --coder NAME '{out}'" in said) == (0, True, True)
    before = out.read_bytes()
    code, _, said = run_cli("-C", study.folder, "sheet", "make", out)
    assert (code, "is there already" in said, out.read_bytes() == before) == (1, True, True)
