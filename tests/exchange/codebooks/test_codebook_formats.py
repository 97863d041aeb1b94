"""Codebooks of other programs: Word outlines, MAXQDA's workbook, colours and GUIDs, and formats that a plug-in adds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from docx import Document
from openpyxl import Workbook, load_workbook
from secondcoder.codebook.model import Code, Codebook
from secondcoder.codebook.yaml_file import load_codebook
from secondcoder.errors import InputError, SecondcoderError
from secondcoder.exchange.codebooks.files import read_codebook, write_codebook
from secondcoder.exchange.codebooks.registry import codebook_formats
from secondcoder.study.study import Study
from support.installed import install_module

TREE = [
    ("Barriers", None, "What hinders."),
    ("Time", "Barriers", "Too little of it.\nNot waiting."),
    ("Help", None, ""),
]
OUTSIDE = (Path(__file__).parents[2] / "outside_package" / "outside_parts" / "code_list.py").read_text(encoding="utf-8")
GUID = "0F0E0D0C-0B0A-0908-0706-050403020100"
Lines = Sequence[tuple[str, str]]
"""(style, text)"""


def document(path: Path, lines: Lines) -> Path:
    document = Document()
    for style, line in lines:
        document.add_paragraph(line, style=style)
    document.save(str(path))
    return path


def tree(book: Codebook) -> list[tuple[str, str | None, str]]:
    names = {code.id: code.name for code in book.codes}
    return [(code.name, names.get(code.parent or ""), code.definition) for code in book.codes]


COVER: Lines = [("Title", "Codebuch"), ("Normal", "Our project"), ("Normal", "28.11.2026")]
BELOW: Lines = [("Normal", "Too little of it."), ("Normal", "Not waiting.")]


HINDERS = ("Normal", "What hinders.")
ROOT: Lines = [("Heading 1", "Code System"), ("Heading 2", "1 Barriers"), HINDERS]
LIST: Lines = [("List Bullet", "Barriers: What hinders."), ("List Bullet 2", "Time – Too little of it."), BELOW[1]]


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (
            [*COVER, ("Heading 1", "Barriers"), HINDERS, ("Heading 2", "Time"), *BELOW, ("Heading 1", "Help")],
            "headings",
        ),
        ([*ROOT, ("Heading 3", "1.1 Time"), *BELOW, ("Heading 2", "2 Help")], "headings"),
        (
            [*COVER, ("Normal", "1 Barriers"), HINDERS, ("Normal", "1.1 Time"), *BELOW, ("Normal", "2. Help")],
            "the numbers before their names",
        ),
        ([*COVER, *LIST, ("List Bullet", "Help")], "the levels of a list"),
    ],
)
def test_a_word_document_lists_codes_by_headings_numbers_or_a_list(tmp_path: Path, lines: Lines, found: str) -> None:
    read = read_codebook(document(tmp_path / "Codebuch.docx", lines))
    assert tree(read.book) == TREE
    assert read.notes[0] == f"Codebuch.docx: 3 codes found by {found}."


def test_headings_below_a_code_say_what_their_lines_are(tmp_path: Path) -> None:
    lines = [("Heading 1", "Time"), ("Heading 2", "Definition"), ("Normal", "Too little."), ("Heading 2", "Examples")]
    path = document(tmp_path / "own.docx", [*lines, ("Normal", "“Ten minutes.”"), ("Heading 1", "Help")])
    codes = read_codebook(path).book.codes
    assert [(code.name, code.definition, code.examples) for code in codes] == [
        ("Time", "Too little.", ("“Ten minutes.”",)),
        ("Help", "", ()),
    ]


def test_figures_in_definitions_are_no_codes_and_one_name_under_two_parents_is_two(tmp_path: Path) -> None:
    lines = ["1 Barriers", "3 people said so", "1.1 Time", "10 minutes", "2 Enablers", "2.1 Time"]
    book = read_codebook(document(tmp_path / "own.docx", [("Normal", line) for line in lines])).book
    assert [code.name for code in book.codes] == ["Barriers", "Barriers: Time", "Enablers", "Enablers: Time"]
    assert [code.definition for code in book.codes] == ["3 people said so", "10 minutes", "", ""]


def test_running_text_is_no_codebook(tmp_path: Path) -> None:
    path = document(tmp_path / "talk.docx", [("Normal", "I: How is it?"), ("Normal", "P: It is fine, since 2020.")])
    with pytest.raises(InputError, match="no headings, numbers or list name them"):
        read_codebook(path)


def workbook(path: Path, *rows: Sequence[str]) -> Path:
    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    book.save(path)
    return path


def test_a_code_system_of_maxqda_with_paths_of_parents(tmp_path: Path) -> None:
    rows = [
        ("Color", "Parent code", "Code", "Cod. seg. (all documents)", "Memo"),
        ("●", "", "Barriers", "3", "What hinders."),
    ]
    rows += [("●", "Barriers", "Staff", "1", ""), ("●", "", "Enablers", "0", ""), ("●", "Enablers", "Staff", "2", "")]
    rows += [("●", r"Enablers\Staff", "Nurses", "2", ""), ("●", "Barriers > Staff", "Doctors", "2", "")]
    read = read_codebook(workbook(tmp_path / "codes.xlsx", *rows))
    assert tree(read.book) == [
        ("Barriers", None, "What hinders."),
        ("Barriers: Staff", "Barriers", ""),
        ("Enablers", None, ""),
        ("Enablers: Staff", "Enablers", ""),
        ("Nurses", "Enablers: Staff", ""),
        ("Doctors", "Barriers: Staff", ""),
    ]
    assert any("6 codes have colours or GUIDs that are none" in note for note in read.notes)


def test_a_workbook_for_maxqda_has_paths_and_memos_and_is_read_back(tmp_path: Path) -> None:
    codes = (
        Code(id="A", name="Barriers", definition="What hinders.", includes=("short visits",)),
        Code(id="B", name="Time", parent="A", examples=("“Ten minutes.”",)),
    )
    write_codebook(Codebook(id="own", title="own", codes=codes), tmp_path / "m.xlsx", form="maxqda")
    sheet = load_workbook(tmp_path / "m.xlsx").active
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["Code", "Memo"],
        ["Barriers", "What hinders.\n\nCounts:\n- short visits"],
        ["Barriers > Time", "Examples:\n- “Ten minutes.”"],
    ]
    assert [(code.name, code.parent) for code in read_codebook(tmp_path / "m.xlsx").book.codes] == [
        ("Barriers", None),
        ("Time", "barriers"),
    ]
    long = Codebook(id="own", title="own", codes=(Code(id="A", name="a" * 64),))
    with pytest.raises(InputError, match="MAXQDA cuts names off after 63 characters"):
        write_codebook(long, tmp_path / "long.xlsx", form="maxqda")


@pytest.mark.parametrize("suffix", [".yml", ".csv", ".xlsx"])
def test_colours_and_guids_go_both_ways_and_have_columns_only_where_there_are_any(tmp_path: Path, suffix: str) -> None:
    plain = Codebook(id="own", title="own", codes=(Code(id="A", name="Aa"), Code(id="B", name="Bb")))
    seen = plain.model_copy(update={"codes": (Code(id="A", name="Aa", colour="#1f77b4", guid=GUID), plain.codes[1])})
    write_codebook(seen, tmp_path / f"own{suffix}")
    assert read_codebook(tmp_path / f"own{suffix}").book.codes == seen.codes
    write_codebook(plain, tmp_path / "plain.csv")
    assert "guid" not in (tmp_path / "plain.csv").read_text(encoding="utf-8")


def test_colours_and_guids_are_read_as_other_programs_write_them(tmp_path: Path) -> None:
    rows = ("name", "Color", "GUID"), ("Aa", "1F77B4", f"{{{GUID.lower()}}}"), ("Bb", "red", "7")
    read = read_codebook(workbook(tmp_path / "own.xlsx", *rows))
    assert [(code.colour, code.guid) for code in read.book.codes] == [("#1f77b4", GUID), ("", "")]
    assert "own.xlsx: 1 code has a colour or GUID that is none, and left out: 'Bb'." in read.notes[-1]


def test_importing_other_colours_changes_the_file_and_no_code(empty_study: Study, tmp_path: Path) -> None:
    book = load_codebook(empty_study.folder / "codebook.yml")
    coloured = book.model_copy(
        update={"codes": (book.codes[0].model_copy(update={"colour": "#00ff00"}), *book.codes[1:])}
    )
    write_codebook(coloured, tmp_path / "own.yml")
    before = empty_study.store.last_event()
    empty_study.codebook_import(tmp_path / "own.yml")
    assert empty_study.codebook == coloured
    assert empty_study.codebook.hash == book.hash
    assert empty_study.store.last_event() == before


@pytest.fixture
def put(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, plug_ins_end: None) -> Callable[[str], None]:
    entries = {"list": "outside:CODEBOOK_FORMAT"}
    return lambda content: install_module(monkeypatch, tmp_path / "site", content, "codebook_formats", entries)


def test_a_failing_format_from_outside_is_named(put: Callable[[str], None], tmp_path: Path) -> None:
    put(OUTSIDE.replace('path.read_text(encoding="utf-8").splitlines()', "1 / 0"))
    (tmp_path / "own.list").write_text("Aa")
    with pytest.raises(SecondcoderError, match=r"The plug-in 'list' of outside 1\.0 .* failed \(ZeroDivisionError"):
        read_codebook(tmp_path / "own.list")


def test_two_formats_of_one_name_are_refused(put: Callable[[str], None]) -> None:
    put(OUTSIDE.replace('"list",', '"yaml",'))
    with pytest.raises(SecondcoderError, match="Two formats of codebooks are called 'yaml'"):
        codebook_formats()


def test_a_name_of_a_format_that_is_not_written_is_refused(tmp_path: Path) -> None:
    book = Codebook(id="own", title="own", codes=(Code(id="A", name="Aa"),))
    with pytest.raises(InputError, match=r"'maxqd' is no format of codebooks .* Did you mean 'maxqda'"):
        write_codebook(book, tmp_path / "own.xlsx", form="maxqd")
    with pytest.raises(InputError, match=r"a codebook is written as \.yml, .*\.csv, \.xlsx"):
        write_codebook(book, tmp_path / "own.pdf")
