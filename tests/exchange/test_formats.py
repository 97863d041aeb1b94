"""Formats of coded data: found by content, read, written, and added by an outside package with one module."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from secondcoder.errors import InputError, SecondcoderError
from secondcoder.exchange.importing import ImportOptions
from secondcoder.exchange.registry import coded_formats, find_coded_format
from secondcoder.study.study import Study
from support.plug_ins import forget_plug_ins, put_package
from support.study_checks import TALK, everything, write_csv

# One coding a line: transcript, span, code and coder divided by spaces, below a title.
LINES = """
from secondcoder.domain.records import Coding, CodingPass
from secondcoder.exchange.registry import CodedData, CodedFormat

def sniff(path):
    return path.read_bytes().startswith(b"#codings")

def records(path):
    return [line.split() for line in path.read_text().splitlines()[1:]]

def read(path, context):
    codings = [
        Coding(name, int(start), int(end), context.book.find(code), coder) for name, start, end, code, coder in records(path)
    ]
    return CodedData(codings=codings, notes=["read line by line"])

def write(data, book, path):
    lines = [f"{each.transcript} {each.start} {each.end} {each.code} {each.coder}" for each in data.codings]
    path.write_text("\\n".join(["#codings", *lines]))

def codes(path):
    return [record[3] for record in records(path)]

CODED_FORMAT = CodedFormat("lines", (".lines",), sniff, read, write, codes)
"""
ENTRY = "lines = outside:CODED_FORMAT"
Put = Callable[..., None]


@pytest.fixture
def put(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Put]:
    """Puts the package where Python finds it."""

    def package(code: str = LINES, entry: str = ENTRY) -> None:
        put_package(monkeypatch, tmp_path / "site", "outside", code, coding_formats=entry)

    yield package
    monkeypatch.undo()
    forget_plug_ins()


def test_the_coded_table_is_a_format_among_others(tmp_path: Path) -> None:
    assert [coded_format.name for coded_format in coded_formats()] == ["table"]
    assert find_coded_format(TALK) is coded_formats()[0]
    other = write_csv(tmp_path / "other.csv", [{"a": 1, "b": 2}])
    assert find_coded_format(other) is coded_formats()[0], "what is wrong with a table is to be told"
    assert find_coded_format(other, {".csv"}) is None, "unless transcripts come as .csv"
    assert find_coded_format(tmp_path / "talk.txt") is None


def test_one_module_adds_a_format_that_import_and_export_know(
    put: Put, coded_study: Study, tmp_path: Path, run_cli
) -> None:
    put()
    out = tmp_path / "codings.lines"
    before = coded_study.store.codings()
    assert run_cli("-C", coded_study.folder, "export", "--format", "lines", "--out", out)[:2] == (0, "")
    assert len(out.read_text().splitlines()) == 1 + len(before)
    assert run_cli("-C", coded_study.folder, "export", "--format", "lines")[1] == out.read_text()
    imported = coded_study.import_files([out])
    assert (imported.codings, imported.notes) == ([], ["codings.lines: read line by line"])
    text = out.read_text().replace(" CO ", " Courage ", 1)
    (tmp_path / "more.txt").write_text(text)  # by its content: the name says plain text
    imported = coded_study.import_files([tmp_path / "more.txt"], ImportOptions(add_codes=True))
    assert (imported.added_codes, len(imported.codings)) == (["Courage"], 1)


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("import no_such_module", r"cannot be loaded \(ModuleNotFoundError"),
        (LINES.replace("CODED_FORMAT = ", 'CODED_FORMAT = "no format"  # '), "is str and not CodedFormat"),
        (LINES.replace('b"#codings"', '"#codings"'), r"failed \(TypeError"),
        (LINES.replace("int(start)", "int(code)"), r"failed \(ValueError"),
        (LINES.replace("return CodedData", "CodedData"), "gave NoneType where CodedData is due"),
    ],
)
def test_a_faulty_plug_in_is_named_and_changes_nothing(
    put: Put, coded_study: Study, tmp_path: Path, code: str, fault: str
) -> None:
    put(code)
    (tmp_path / "codings.lines").write_text("#codings\nash_gp 0 5 CO anna")
    before = everything(coded_study.folder)
    with pytest.raises(
        SecondcoderError, match=rf"The plug-in 'lines' of outside 1\.0 \(secondcoder\.coding_formats: \S+\) .*{fault}"
    ):
        coded_study.import_files([tmp_path / "codings.lines"])
    assert everything(coded_study.folder) == before


def test_a_fault_in_codes_that_come_one_by_one_names_the_plug_in(put: Put, tmp_path: Path) -> None:
    put(
        LINES.replace(
            "return [record[3] for record in records(path)]", "yield from (each[9] for each in records(path))"
        )
    )
    (tmp_path / "codings.lines").write_text("#codings\nash_gp 0 5 CO anna")
    codes = next(coded_format.codes for coded_format in coded_formats() if coded_format.name == "lines")
    assert codes
    with pytest.raises(SecondcoderError, match=r"The plug-in 'lines' of outside 1\.0 .* failed \(IndexError"):
        list(codes(tmp_path / "codings.lines"))


def test_two_formats_of_one_name_are_refused(put: Put) -> None:
    put(LINES.replace('"lines"', '"table"'))
    with pytest.raises(SecondcoderError, match="Two formats of coded data are called 'table'"):
        coded_formats()


def test_export_without_a_file_gives_the_text_of_the_file(coded_study: Study, tmp_path: Path, run_cli) -> None:
    code, out, message = run_cli("-C", coded_study.folder, "export")
    assert code == 0
    assert run_cli("-C", coded_study.folder, "export", "--format", "table", "--out", tmp_path / "out.csv")[0] == 0
    assert (tmp_path / "out.csv").read_bytes().decode("utf-8-sig") == out
    counts = len(coded_study.store.codings()), len(coded_study.store.passes())
    assert message == "{} codings, {} coding passes.\n".format(*counts)


def test_a_format_that_is_not_written_is_refused(put: Put, coded_study: Study) -> None:
    with pytest.raises(
        InputError, match=r"'tabel' is no format .* \(table\)\. Did you mean 'table'\? Nothing was written"
    ):
        coded_study.export(form="tabel")
    put(LINES.replace("sniff, read, write, codes", "sniff, read"))
    with pytest.raises(InputError, match=r"'lines' is no format that secondcoder writes \(table\)"):
        coded_study.export(form="lines")


def test_a_format_without_text_needs_a_file(put: Put, coded_study: Study, tmp_path: Path) -> None:
    put(LINES.replace('path.write_text("', 'path.write_bytes(b"\\xff\\x00") or ("'))
    coded_study.export(tmp_path / "out.lines", "lines")
    assert (tmp_path / "out.lines").read_bytes() == b"\xff\x00"
    with pytest.raises(InputError, match=r"'lines' is written to a file and not to the screen: name one with --out\."):
        coded_study.export(form="lines")
