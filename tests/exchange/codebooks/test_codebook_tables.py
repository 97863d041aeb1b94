"""Codebooks as researchers have them: Excel, CSV and Word tables in common wordings, read or refused with the mend."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from pathlib import Path
from unicodedata import normalize

import pytest
from docx import Document
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from secondcoder.codebook.model import Code, Codebook, Exclude
from secondcoder.codebook.shipped import SHIPPED
from secondcoder.codebook.yaml_file import dump_codebook, load_codebook, parse_codebook
from secondcoder.errors import CodebookError, InputError
from secondcoder.exchange.codebooks.columns import FIELD_OF, field_of
from secondcoder.exchange.codebooks.files import read_codebook, write_codebook
from secondcoder.exchange.codebooks.naming import slug
from secondcoder.study.study import Study

Table = Sequence[Sequence[str]]
MACQUEEN = (  # the columns of MacQueen et al. 1998, doi:10.1177/1525822X980100020301
    ("Code", "Brief definition", "Full definition", "When to use", "When not to use", "Example"),
    (
        "Time",
        "No time",
        "There is too little of it.",
        "- visits that are short\n- long forms",
        "waiting times",
        "“Ten minutes.”",
    ),
)
THEMES = (
    ("Theme", "Code", "Description", "Remarks"),
    ("Barriers", "Lack of time", "none", "ask Ben"), ("", "Staff", "nobody", ""), ("Enablers", "", "what helps", ""),
    ("", "Leaders", "", ""),
)  # fmt: skip
TREE = [
    ("barriers", None),
    ("lack-of-time", "barriers"),
    ("staff", "barriers"),
    ("enablers", None),
    ("leaders", "enablers"),
]


def as_csv(path: Path, table: Table) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(table)
    return path


def as_xlsx(path: Path, table: Table) -> Path:
    workbook = Workbook()
    workbook.active.append(["Read me first"])
    sheet = workbook.create_sheet("Codes")
    for row in [("Codebook of our study",), *table]:
        sheet.append(row)
    workbook.save(path)
    return path


def as_docx(path: Path, table: Table) -> Path:
    document = Document()
    document.add_paragraph("Our codebook")
    document.add_table(1, 2).rows[0].cells[0].text = "Version"
    grid = document.add_table(len(table), len(table[0]))
    for row, cells in zip(grid.rows, table, strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    document.save(str(path))
    return path


WAYS = {".csv": as_csv, ".xlsx": as_xlsx, ".docx": as_docx}


def tree(book: Codebook) -> list[tuple[str, str | None]]:
    return [(code.id, code.parent) for code in book.codes]


def read(folder: Path, *rows: str) -> Codebook:
    """A codebook from lines of CSV divided by semicolons."""
    path = folder / "own.csv"
    path.write_text("\n".join(rows), encoding="utf-8")
    return read_codebook(path).book


@pytest.mark.parametrize("suffix", WAYS)
def test_the_usual_columns_are_read_from_every_kind_of_file(tmp_path: Path, suffix: str) -> None:
    (code,) = read_codebook(WAYS[suffix](tmp_path / f"own{suffix}", MACQUEEN)).book.codes
    assert (code.id, code.name, code.definition) == ("time", "Time", "No time\nThere is too little of it.")
    assert code.includes == ("visits that are short", "long forms")
    assert (code.excludes, code.examples) == ((Exclude(text="waiting times"),), ("“Ten minutes.”",))


@pytest.mark.parametrize("suffix", WAYS)
def test_themes_are_codes_above_and_what_was_made_or_left_out_is_said(tmp_path: Path, suffix: str) -> None:
    found = read_codebook(WAYS[suffix](tmp_path / f"own{suffix}", THEMES))
    assert tree(found.book) == TREE
    assert found.book["enablers"].definition == "what helps"
    said = "\n".join(found.notes)
    assert "own" + suffix in found.notes[0]
    assert "not kept, as secondcoder knows no such column: 'remarks'" in said
    assert "'Barriers' has no row of its own and became a code" in said
    assert "ids were made from the names: barriers for 'Barriers', lack-of-time for 'Lack of time'" in said


@pytest.mark.parametrize(
    "rows",
    [
        ("code", "Barriers", "  Lack of time", "  Staff", "Enablers", "  Leaders"),
        ("Name", "Barriers", "- Lack of time", "- Staff", "Enablers", "- Leaders"),
        ("code,level", "Barriers,1", "Lack of time,2", "Staff,2", "Enablers,Level 1", "Leaders,2"),
        ("code", "Barriers > Lack of time", "Barriers > Staff", "Enablers", "Enablers→Leaders"),
        (
            "definition,parent,label",
            ",,Barriers",
            ",barriers,Lack of time",
            ",Barriers,Staff",
            ",,Enablers",
            ",Enablers,Leaders",
        ),
        ("label,parent", "Lack of time,Barriers", "Barriers,", "Staff,Barriers", "Enablers,", "Leaders,enablers"),
        ("Code;Sub-code", "Barriers;", ";Lack of time", ";Staff", "Enablers;", "Enablers;Leaders"),
        ("Category,Sub-category", "Barriers,Lack of time", "Barriers,Staff", "Enablers,Leaders"),
    ],
)
def test_every_way_to_write_a_hierarchy_is_the_same_one(tmp_path: Path, rows: Sequence[str]) -> None:
    assert tree(read(tmp_path, *rows)) == TREE


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("code,label,meaning", ("A", "Trust", "m")),
        ("abbreviation,name,definition", ("A", "Trust", "m")),
        ("ID,Code,What it means (short)", ("A", "Trust", "m")),
        ("short name,full name,Details:", ("A", "Trust", "m")),
        ("notes,Name,Code definition", ("trust", "Trust", "m")),
        ("notes,Short-name,description", ("trust", "Trust", "m")),
    ],
)
def test_a_column_of_codes_is_ids_beside_names_and_names_alone(
    tmp_path: Path, header: str, found: tuple[str, ...]
) -> None:
    (code,) = read(tmp_path, header, "A,Trust,m").codes
    assert (code.id, code.name, code.definition) == found


def test_each_wording_means_one_field_however_it_is_written() -> None:
    for wording, name in FIELD_OF.items():
        assert field_of(f" {wording.upper().replace(' ', '-')}: ") == field_of(f"{wording} (optional)") == name


def test_codes_of_one_name_under_two_themes_are_told_apart(tmp_path: Path) -> None:
    rows = ("theme,code", "Barriers,Time", "Enablers,Time", "Enablers,Staff")
    book = read(tmp_path, *rows)
    assert [(code.id, code.name) for code in book.codes if code.parent] == [
        ("barriers.time", "Barriers: Time"), ("enablers.time", "Enablers: Time"), ("staff", "Staff"),
    ]  # fmt: skip
    assert read(tmp_path, "code,parent", "Time,Barriers", "Time,Enablers", "Staff,Enablers").ids == (
        "barriers", "barriers.time", "enablers", "enablers.time", "staff",
    )  # fmt: skip


def test_a_row_without_a_name_goes_on_with_the_code_above(tmp_path: Path) -> None:
    (code,) = read(tmp_path, "code,definition,typical quotes", 'Time,none,"a|b"', ",,c").codes
    assert code.examples == ("a", "b", "c")


def test_cells_merged_over_rows_hold_for_each_of_them(tmp_path: Path) -> None:
    workbook = Workbook()
    sheet = workbook.active
    for row in (
        ("Theme", "Code", "Definition", "Quote"),
        ("Barriers", "Lack of time", "none", "a"), (None, None, None, "b"), (None, "Staff", "none", None),
        ("Enablers", None, None, None), (None, "Leaders", None, None),
    ):  # fmt: skip
        sheet.append(row)
    for cells in ("A2:A4", "B2:B3", "C2:C4", "A5:A6"):
        sheet.merge_cells(cells)
    workbook.save(tmp_path / "own.xlsx")
    book = read_codebook(tmp_path / "own.xlsx").book
    assert tree(book) == TREE
    assert (book["lack-of-time"].examples, book["lack-of-time"].definition, book["staff"].definition) == (
        ("a", "b"),
        "none",
        "none",
    )


def test_a_word_file_may_hold_a_table_for_each_code(tmp_path: Path) -> None:
    document = Document()
    for name in ("Time", "Staff"):
        card = document.add_table(3, 2)
        for row, texts in zip(
            card.rows, (("Code name:", name), ("Definition", f"{name}!"), ("Weight", "3")), strict=True
        ):
            row.cells[0].text, row.cells[1].text = texts
    document.save(str(tmp_path / "own.docx"))
    codes = read_codebook(tmp_path / "own.docx").book.codes
    assert [(code.name, code.definition) for code in codes] == [("Time", "Time!"), ("Staff", "Staff!")]


@pytest.mark.parametrize(
    ("rows", "faults"),
    [
        (
            ("nam,meaning", "Time,x"),
            ["own.csv: no column says what the codes are called", "'nam' and 'meaning'. Did you mean 'name'?"],
        ),
        (
            ("name", "Time", "Staff", "time"),
            ["own.csv: the codebook cannot be read.", "line 4: code 'Time' stands on line 2 already."],
        ),
        (("name,definition", ",x", "Time,"), ["line 2: the row has no name. Fill 'name'"]),
        (
            ("name,parent", "Time,Barierrs", "Barriers,"),
            ["line 2: parent 'Barierrs' is no code. Did you mean 'Barriers'?"],
        ),
        (("name,parent", "A,", "B,", "C,A; B"), ["line 4: parent 'A; B' is several codes; a code has one parent."]),
        (("name,parent", "A,B", "B,A"), ["stands under itself"]),
        (("name,parent", "A,a"), ["line 2: parent 'a' is the code itself."]),
        (("name,level", "A,top"), ["line 2: level 'top' is no number."]),
        (("id,name", "A|B,x"), ["code A|B, id: a code's id may hold no '|'"]),
        (("id,name", "A,x", "A,y"), ["code A stands twice"]),
    ],
)
def test_what_cannot_be_read_is_refused_with_row_field_and_mend(
    tmp_path: Path, rows: Sequence[str], faults: Sequence[str]
) -> None:
    with pytest.raises(CodebookError) as caught:
        read(tmp_path, *rows)
    said = str(caught.value)
    assert said.startswith("own.csv")
    assert said.count("own.csv") == 1
    assert [fault for fault in faults if fault not in said] == []


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("own.xls", b"x", "own.xls: an old Excel workbook. Save it as .xlsx"),
        ("own.qdc", b"<CodeBook/>", "own.qdc: it has no codes"),
        ("own.xlsx", b"no zip", "own.xlsx is not an Excel workbook"),
        ("own.docx", b"no zip", "own.docx: not a Word document"),
        ("own.csv", b"", "own.csv is empty."),
        ("own.csv", b"name\n", "own.csv has no rows."),
        ("own.yml", b"[]", "`secondcoder codebook new own.yml` writes an example"),
        (
            "own.yml",
            b"id: o\ntitle: t\ncodes: [{id: A, name: a, includes: x}]",
            "code A, includes: it is no list. Write a list",
        ),
    ],
)
def test_a_file_that_is_no_codebook_says_what_to_do(tmp_path: Path, name: str, content: bytes, fault: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(CodebookError) as caught:
        read_codebook(tmp_path / name)
    assert fault in str(caught.value)
    assert "Nothing was imported" not in str(caught.value)


@pytest.mark.parametrize("suffix", [".yml", ".csv", ".xlsx"])
@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_codebook_written_as_a_table_comes_back(tmp_path: Path, name: str, suffix: str) -> None:
    book = load_codebook(name)
    write_codebook(book, tmp_path / f"own{suffix}")
    again = read_codebook(tmp_path / f"own{suffix}").book
    assert again.codes == book.codes


# In the one form that names have (domain/names.py).
WORDS = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=8).map(lambda word: normalize("NFC", word))
SENTENCES = st.lists(WORDS, min_size=1, max_size=4).map(" ".join)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    names=st.lists(SENTENCES, min_size=1, max_size=5, unique_by=str.casefold),
    texts=st.lists(SENTENCES, max_size=3).map(tuple),
)
def test_own_to_table_to_yaml_is_the_same(tmp_path: Path, names: list[str], texts: tuple[str, ...]) -> None:
    excludes = tuple(Exclude(text=text, see=("c0",)) for text in texts)
    said = {
        "definition": "\n".join(texts),
        "includes": texts,
        "excludes": excludes,
        "examples": texts,
        "family": "theme",
    }
    codes = tuple(
        Code(
            id=f"c{at}", name=f"{at} {name}", parent=f"c{at - 1}" if at % 2 else None, aliases=(f"alias {at}",), **said
        )
        for at, name in enumerate(names)
    )
    book = Codebook(id="own", title="own", codes=codes)
    write_codebook(book, tmp_path / "own.csv")
    again = read_codebook(tmp_path / "own.csv")
    assert again.book == book
    assert parse_codebook(dump_codebook(again.book), "own.yml") == parse_codebook(again.text, "own.yml") == book


@pytest.mark.parametrize(
    ("written", "short"),
    [
        ("Time pressure (GPs)", "time-pressure-gps"),
        ("Überlastung & Café", "uberlastung-cafe"),
        ("信頼", "信頼"),
        ("???", ""),
    ],
)
def test_an_id_follows_from_the_name(written: str, short: str) -> None:
    assert slug(written) == short
    assert len(slug("a very long name " * 9)) <= 40


def test_codebook_commands_from_an_empty_folder(run_cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("own.yml", "own.csv", "own.xlsx"):
        assert "codebook check own" in run_cli("codebook", "new", name)[2]
        assert run_cli("codebook", "check", name)[:2] == (0, "Codebook 'own' version 1.0: 4 codes, no fault.\n")
        assert run_cli("init", f"study-{name}", "--codebook", name)[0] == 0
    assert "there already" in run_cli("codebook", "new", "own.yml")[2]
    assert "# A codebook to start from." in Path("own.yml").read_text(encoding="utf-8")
    assert read_codebook("own.csv").book == read_codebook("own.xlsx").book
    assert read_codebook("own.yml").book.codes == read_codebook("own.csv").book.codes
    code, out, _ = run_cli("codebook", "show", "npt", "--yaml")
    Path("npt-again.yml").write_text(out, encoding="utf-8")
    assert read_codebook("npt-again.yml").book == load_codebook("npt")
    assert run_cli("codebook", "show", "CO", "--yaml", "-C")[0] == 2
    as_csv(tmp_path / "mine.csv", THEMES)
    code, _, said = run_cli("-C", "study-own.yml", "codebook", "import", "mine.csv")
    assert (code, "ids were made from the names" in said, "5 codes" in said) == (0, True, True)
    assert read_codebook(tmp_path / "study-own.yml" / "codebook.yml").book.ids == tuple(code for code, _ in TREE)
    Path("bad.csv").write_text("name\nA\nB\nA\n", encoding="utf-8")
    for words in (("import", "bad.csv"), ("change", "bad.csv", "--yes"), ("check", "bad.csv"), ("show", "bad.csv")):
        code, _, said = run_cli("-C", "study-own.yml", "codebook", *words)
        assert (code, said.count("bad.csv"), "line 4" in said) == (1, 1, True)


def test_a_codebook_given_to_import_is_told_where_it_belongs(empty_study: Study, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"own\.csv line 1: this reads like a codebook.*codebook import"):
        empty_study.import_files([as_csv(tmp_path / "own.csv", MACQUEEN)])


@pytest.mark.parametrize("word", ["NA", "#N/A", "nan", "NULL"])
@pytest.mark.parametrize("write", [as_csv, as_xlsx])
def test_what_programs_write_into_empty_cells_is_empty_and_said_so(
    tmp_path: Path, word: str, write: Callable[[Path, Table], Path]
) -> None:
    table = (("name", "definition", "includes"), ("Time", word, "waiting"), ("Staff", "too few", word))
    read = read_codebook(write(tmp_path / f"book.{write.__name__[3:]}", table))
    assert [(code.definition, code.includes) for code in read.book.codes] == [("", ("waiting",)), ("too few", ())]
    assert any("taken as empty cells" in note and f"'{word}'" in note for note in read.notes)


def test_a_code_may_be_called_none(tmp_path: Path) -> None:
    read = read_codebook(
        as_csv(tmp_path / "book.csv", (("name", "definition"), ("None", "fits no other"), ("Time", "x")))
    )
    assert [code.name for code in read.book.codes] == ["None", "Time"]
    assert any("'None' is read as the name of a code" in note for note in read.notes)


@pytest.mark.parametrize("word", ["NA", "nan", "#N/A"])
def test_such_a_word_in_a_codebook_of_ones_own_comes_back(tmp_path: Path, word: str) -> None:
    book = Codebook(
        id="b", title="b", codes=(Code(id="a", name="A", definition=word, includes=(word,), examples=(word,)),)
    )
    write_codebook(book, tmp_path / "book.csv")
    assert read_codebook(tmp_path / "book.csv").book.codes == book.codes


def test_an_arrow_to_no_code_is_named(tmp_path: Path) -> None:
    table = (("name", "excludes"), ("Time", "waiting -> Stafff"), ("Staff", "hours -> Time"))
    read = read_codebook(as_csv(tmp_path / "book.csv", table))
    assert read.book.codes[0].excludes == (Exclude(text="waiting -> Stafff"),)
    assert any("1 line of excludes" in note and "'waiting -> Stafff' of 'Time'" in note for note in read.notes)


def test_what_nobody_sees_makes_no_other_family(tmp_path: Path) -> None:
    table = (("name", "family"), ("Time", "factor"), ("Staff", "factor\u2060"), ("Money", " factor\u00a0"))
    read = read_codebook(as_csv(tmp_path / "book.csv", table))
    assert {code.family for code in read.book.codes} == {"factor"}
