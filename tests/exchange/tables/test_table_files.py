"""Shapes in which tables leave other programs: read right, or refused with what to do."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from openpyxl import load_workbook
from secondcoder.errors import TableError
from secondcoder.exchange.tables.rows import read_table
from support.table_checks import HEADER, ROWS, codes_of, read, refusal, rewritten, workbook


def text_file(path: Path, text: str) -> Path:
    path.write_bytes(text.encode())
    return path


def lines(*above: str, delimiter: str = ",", trailing: int = 0, trailing_header: int = 0, end: str = "\n") -> str:
    quoted = [delimiter.join(f'"{cell}"' for cell in row) + delimiter * trailing for row in ROWS]
    return end.join([*above, delimiter.join(HEADER) + delimiter * trailing_header, *quoted, ""])


def row(**cells: Any) -> list[Any]:
    return [cells.get(column, value) for column, value in zip(HEADER, ROWS[0], strict=True)]


@pytest.mark.parametrize(
    "text",
    [
        lines("", "", end="\r\n"), lines(" , ,", ""), lines("sep=,"), lines('"sep=;"', delimiter=";"), lines("SEP=\t", delimiter="\t"),
        lines("sep=;", "", delimiter=";"), lines("sep=|", delimiter="|"),
        lines(trailing=3), lines(trailing=3, trailing_header=3), lines(trailing_header=2), lines(delimiter="\t", trailing=1),
        lines(end="\r"), "\ufeff" + lines("sep=;", delimiter=";"),
    ],
)  # fmt: skip
def test_a_text_table_is_read_in_every_shape_that_a_spreadsheet_saves(tmp_path: Path, text: str) -> None:
    data = read(text_file(tmp_path / "t.csv", text))
    assert codes_of(data) == [("t1", "hope", "Ada"), ("t1", "fear", "Ada")]
    assert len(data.transcripts[0].turns) == 2
    assert data.notes == []


def test_more_columns_than_a_sheet_has_are_refused(tmp_path: Path) -> None:
    path = text_file(tmp_path / "wide.csv", ",".join(f"c{number}" for number in range(20_000)) + "\n1\n")
    with pytest.raises(TableError, match="20,000 columns, and at most 16,384 are read"):
        read_table(path)


def test_a_title_above_the_column_names_is_passed_over_and_named(tmp_path: Path) -> None:
    for text in (lines("Coding of June"), lines("Coding; of June,,", "", "v2")):
        data = read(text_file(tmp_path / "t.csv", text))
        assert len(data.codings) == 2
        assert "line 1: 'Coding" in data.notes[0]
    data = read(workbook(tmp_path / "t.xlsx", [["Coding of June"], [], HEADER, *ROWS]))
    assert len(data.codings) == 2
    assert data.notes == ["row 1: 'Coding of June' above the column names was passed over."]


def test_what_lies_beyond_the_header_is_refused_unless_it_is_empty(tmp_path: Path) -> None:
    said = refusal(text_file(tmp_path / "t.csv", lines() + "t1,3,A,Right.,,Ada,,see p. 3\n"))
    assert "line 4: 8 cells, but the header has 6 columns." in said
    said = refusal(workbook(tmp_path / "t.xlsx", [HEADER, *ROWS, [*ROWS[0], None, "see p. 3"]]))
    assert "row 4: 8 cells, but the header has 6 columns." in said


def test_a_column_without_a_name_is_named_unless_it_counts_the_rows(tmp_path: Path) -> None:
    body = [f"{mark}," + ",".join(f'"{cell}"' for cell in cells) for mark, cells in zip(("ask", ""), ROWS, strict=True)]
    data = read(text_file(tmp_path / "t.csv", "\n".join(["," + ",".join(HEADER), *body])))
    assert data.notes == ["a column without a name was not kept (line 2: 'ask')."]
    numbered = pd.DataFrame(ROWS, columns=list(HEADER))
    numbered.to_csv(tmp_path / "pandas.csv")
    assert read(tmp_path / "pandas.csv").notes == []


@pytest.mark.parametrize(
    ("value", "number_format", "code"),
    [
        (1.1, "0.00", "1.10"),
        (1.1, "General", "1.1"),
        (1.1, "0.0", "1.1"),
        ("1.10", "General", "1.10"),
        (1.096, "0.00_", None),
    ],
)
def test_a_code_is_the_number_that_the_workbook_shows(
    tmp_path: Path, value: object, number_format: str, code: str | None
) -> None:
    path = workbook(tmp_path / "t.xlsx", [HEADER, row(codes=value)], formats={"E2": number_format})
    if code is None:
        assert "row 2: column 'codes' holds 1.096 in the format '0.00_'. Format the column as text" in refusal(path)
    else:
        assert codes_of(read(path)) == [("t1", code, "Ada")]


@pytest.mark.parametrize(
    ("value", "number_format", "name"),
    [
        (7, "000", "007"), (7, '"P"000', "P007"), (7, "\\P00", "P07"), (7, "General", "7"), (7.0, "@", "7"), (True, "General", "TRUE"),
        (123456789012, "General", "123456789012"), (date(2024, 5, 1), "yyyy-mm-dd", "2024-05-01"),
        (datetime(2024, 5, 1, 9, 5), "dd/mm/yyyy hh:mm", "01/05/2024 09:05"), (date(2024, 5, 1), "d.m.yy", "1.5.24"),
    ],
)  # fmt: skip
def test_an_id_is_what_the_workbook_shows(tmp_path: Path, value: object, number_format: str, name: str) -> None:
    path = workbook(tmp_path / "t.xlsx", [HEADER, row(transcript=value)], formats={"A2": number_format})
    assert read(path).transcripts[0].id == name


@pytest.mark.parametrize(
    ("value", "number_format"),
    [
        (0.5, "0%"), (1234, "#,##0"), (7, "0.00E+00"), (date(2024, 1, 2), "d-mmm"), (date(2024, 5, 1), "mm-dd-yy"), (-7, "000"),
        (1234567890123456789, "General"),
    ],
)  # fmt: skip
@pytest.mark.parametrize(("column", "letter"), [("transcript", "A"), ("codes", "E"), ("coder", "F")])
def test_what_a_workbook_shows_in_a_format_of_its_own_is_refused(
    tmp_path: Path, value: object, number_format: str, column: str, letter: str
) -> None:
    path = workbook(tmp_path / "t.xlsx", [HEADER, row(**{column: value})], formats={f"{letter}2": number_format})
    assert f"row 2: column '{column}' holds" in refusal(path)


def test_numbers_that_count_are_read_in_any_format(tmp_path: Path) -> None:
    rows = [row(order=1.25, text="First."), row(order=1.5, text="Second.")]
    path = workbook(tmp_path / "t.xlsx", [HEADER, *rows], formats={"B2": "0", "B3": "#,##0"})
    assert [turn.speaker for turn in read(path).transcripts[0].turns] == ["A", "A"]


def test_a_date_of_a_case_is_read_as_a_date_and_said(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "t.xlsx",
        [[*HEADER, "case", "began"], [*ROWS[0], "Ash", date(2024, 5, 1)]],
        formats={"H2": "mm-dd-yy"},
    )
    data = read(path)
    assert [dict(case.attributes) for case in data.cases] == [{"began": "2024-05-01"}]
    assert "column 'began' holds 2024-05-01" in data.notes[0]


@pytest.mark.parametrize(("column", "letter"), [("codes", "E"), ("text", "D"), ("transcript", "A"), ("order", "B")])
def test_a_formula_without_a_value_is_refused(tmp_path: Path, column: str, letter: str) -> None:
    """openpyxl writes none, as every program does that does not compute."""
    path = workbook(tmp_path / "t.xlsx", [HEADER, row(**{column: "=A1"})])
    assert f"row 2: column '{column}' holds a formula without a value." in refusal(path)


def test_a_formula_with_a_value_is_its_value(tmp_path: Path) -> None:
    path = workbook(tmp_path / "t.xlsx", [HEADER, row(codes="=A1"), row(order="2", codes="=B1")])

    def computed(sheet: bytes) -> bytes:
        first = sheet.replace(b"<f>A1</f><v></v>", b"<f>A1</f><v>hope</v>").replace(
            b"<f>A1</f><v />", b"<f>A1</f><v>hope</v>"
        )
        return first.replace(b'<c r="E2">', b'<c r="E2" t="str">').replace(b'<c r="E3">', b'<c r="E3" t="str">')

    assert codes_of(read(rewritten(path, "xl/worksheets/sheet1.xml", computed))) == [("t1", "hope", "Ada")]


def test_a_wrong_size_in_the_sheet_hides_nothing(tmp_path: Path) -> None:
    path = workbook(tmp_path / "t.xlsx", [HEADER, *ROWS])
    data = read(rewritten(path, "xl/worksheets/sheet1.xml", lambda sheet: sheet.replace(b"A1:F3", b"A1:B2")))
    assert len(data.transcripts[0].turns) == 2


def test_the_sheet_with_the_table_is_read_and_others_are_named(tmp_path: Path) -> None:
    notes, table = [["What we did"], ["in June"]], [HEADER, *ROWS]
    for sheets in ([table, notes], [notes, table], [[], table, notes], [notes, [["Coded"], HEADER, *ROWS]]):
        data = read(workbook(tmp_path / "t.xlsx", *sheets))
        assert len(data.codings) == 2
        assert "not read: 'Sheet" in data.notes[0]


@pytest.mark.parametrize("second", [[HEADER, *ROWS], [["Bea's"], HEADER, *ROWS], [[*HEADER, "memo"], row(coder="Bea")]])
def test_two_sheets_with_tables_are_refused(tmp_path: Path, second: Sequence[Sequence[Any]]) -> None:
    said = refusal(workbook(tmp_path / "t.xlsx", [HEADER, *ROWS], second))
    assert "sheets 'Sheet 1' and 'Sheet 2' each hold a table. Put them into one sheet, or each into a file." in said


@pytest.mark.parametrize("cells", ["F2:F3", "A2:A3", "E2:F3"])
def test_merged_cells_are_refused(tmp_path: Path, cells: str) -> None:
    path = workbook(tmp_path / "t.xlsx", [HEADER, *ROWS])
    book = load_workbook(path)
    book.active.merge_cells(cells)
    book.save(path)
    assert f"row 2: cells {cells} of sheet 'Sheet 1' are merged." in refusal(path)


def test_signs_that_a_workbook_escapes_are_read_as_what_they_are(tmp_path: Path) -> None:
    path = workbook(tmp_path / "t.xlsx", [HEADER, row(text="One_x000D_\nTwo_x005F_x000C_ _x00e9_")])
    assert "One\r\nTwo_x000C_ é" in read(path).transcripts[0].text


def test_a_table_of_json_lines_is_read_as_it_is_written(tmp_path: Path) -> None:
    records = [dict(zip(HEADER, cells, strict=True)) for cells in ROWS]
    records[0] |= {"codes": ["hope", "fear"], "text": "A\u2028B"}
    text = "\n".join(json.dumps(record, ensure_ascii=False) for record in records)
    assert codes_of(read(text_file(tmp_path / "t.jsonl", text))) == [("t1", "hope", "Ada"), ("t1", "fear", "Ada")]
    numbers = '{"transcript": 7, "order": 1, "text": "Yes.", "codes": 1.10, "coder": "Ada"}\n'
    numbers += '{"transcript": 7, "order": 2.0, "text": "No.", "codes": null, "coder": "Ada"}\n'
    assert codes_of(read(text_file(tmp_path / "n.jsonl", numbers))) == [("7", "1.10", "Ada")]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ('{"transcript": ', "line 2: not a JSON object"), ("[1, 2]", "line 2: not a JSON object"),
        ('{"text": "a", "text": "b"}', "line 2: not a JSON object ('text' stands twice)"),
        ('{"transcript": "t1", "text": {"a": 1}}', "further values with names"),
    ],
)  # fmt: skip
def test_json_lines_that_are_no_table_are_refused(tmp_path: Path, line: str, fault: str) -> None:
    good = json.dumps(dict(zip(HEADER, ROWS[0], strict=True)))
    assert fault in refusal(text_file(tmp_path / "t.jsonl", f"{good}\n{line}\n"))


def test_a_cell_longer_than_the_csv_module_allows_is_read_whole(tmp_path: Path) -> None:
    said = "word " * 40_000
    path = text_file(tmp_path / "t.csv", f'transcript,text,codes,coder\nt1,"{said}",hope,Ada\n')
    assert read_table(path).rows[0]["text"] == said


@pytest.mark.parametrize("kept", [1, 3, 5])
def test_a_row_that_ends_early_is_named(tmp_path: Path, kept: int) -> None:
    path = text_file(tmp_path / "t.csv", lines() + ",".join(("t1", "3", "A", "So.", "hope", "Ada")[:kept]) + "\n")
    (note,) = read_table(path, HEADER).notes
    assert note.startswith(f"line 4 has {kept} cell")
    assert "for 6 columns" in note


@pytest.mark.parametrize("name", ["\u200bTranscript", "transcript\ufeff", "Trans\xadcript", "transcript\u2060 "])
def test_column_names_are_names(tmp_path: Path, name: str) -> None:
    """What nobody sees in a column's name makes no other column of it."""
    path = tmp_path / "codes.csv"
    path.write_text(",".join([name, *HEADER[1:]]) + "\nt1,1,A,We hoped.,hope,Ada\n", encoding="utf-8")
    assert [coding.transcript for coding in read(path).codings] == ["t1"]


@pytest.mark.parametrize("row", ["t1,1,I,How?", "t1,1,I,How?,", "t1,1,I,How?,,"])
def test_a_first_row_may_end_before_its_columns_do(tmp_path: Path, row: str) -> None:
    path = tmp_path / "codes.csv"
    path.write_text(",".join(HEADER) + f"\n{row}\nt1,2,R,We hoped.,hope,Ada\n", encoding="utf-8")
    assert [coding.code for coding in read(path).codings] == ["hope"]


@pytest.mark.parametrize("column", ["text", "transcript", "coder", "codes"])
@pytest.mark.parametrize("half", ["\\ud83d", "\\ude00"])
def test_half_a_character_in_json_is_refused_with_its_line(tmp_path: Path, column: str, half: str) -> None:
    path = tmp_path / "codes.jsonl"
    cells = {**dict(zip(HEADER, ROWS[0], strict=True)), column: "HERE"}
    path.write_text(json.dumps(cells).replace("HERE", f"a {half} b") + "\n", encoding="utf-8")
    assert "codes.jsonl line 1: half a character" in refusal(path)


def test_a_day_in_a_parquet_file_is_a_day(tmp_path: Path) -> None:
    path = tmp_path / "codes.parquet"
    row = dict(zip(HEADER, ROWS[0], strict=True)) | {"transcript": pd.Timestamp("2024-01-02")}
    pd.DataFrame([row]).to_parquet(path)
    assert {coding.transcript for coding in read(path).codings} == {"2024-01-02"}
