"""Formats of coded data: found by content, read and written; the faults of one from outside. One that works: tests/outside_package."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from secondcoder.errors import InputError, SecondcoderError
from secondcoder.exchange.registry import coded_formats, find_coded_format
from secondcoder.exchange.tables.coded_table import CODED_FORMAT
from secondcoder.study.study import Study
from support.installed import OUTSIDE, install_module
from support.study_checks import TALK, everything, write_csv

CSV_LONG = (OUTSIDE / "outside_parts" / "csv_long.py").read_text(encoding="utf-8")
Put = Callable[[str], None]


@pytest.fixture
def put(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, plug_ins_end: None) -> Put:
    """Installs a package with this format."""
    entries = {"csv-long": "outside:CODED_FORMAT"}
    return lambda content: install_module(monkeypatch, tmp_path / "site", content, "coding_formats", entries)


def test_the_coded_table_is_a_format_among_others(tmp_path: Path) -> None:
    assert "table" in [coded_format.name for coded_format in coded_formats()]
    assert find_coded_format(TALK) is CODED_FORMAT
    other = write_csv(tmp_path / "other.csv", [{"a": 1, "b": 2}])
    assert find_coded_format(other) is CODED_FORMAT, "what is wrong with a table is to be told"
    assert find_coded_format(other, {".csv"}) is None, "unless transcripts come as .csv"
    assert find_coded_format(tmp_path / "talk.txt") is None


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("import no_such_module", r"cannot be loaded \(ModuleNotFoundError"),
        (CSV_LONG.replace("CODED_FORMAT = ", 'CODED_FORMAT = "no format"  # '), "is str and not CodedFormat"),
        (CSV_LONG.replace(".encode())", ")"), r"failed \(TypeError"),
        (CSV_LONG.replace('int(row["from"])', "int(code)"), r"failed \(ValueError"),
        (CSV_LONG.replace("return CodedData(", "CodedData("), "gave NoneType where CodedData is due"),
    ],
)
def test_a_faulty_plug_in_is_named_and_changes_nothing(
    put: Put, coded_study: Study, tmp_path: Path, code: str, fault: str
) -> None:
    put(code)
    path = tmp_path / "codings.csv"
    path.write_text("document,from,to,label,rater,origin\nash_gp,0,5,CO,anna,independent\n")
    before = everything(coded_study.folder)
    with pytest.raises(
        SecondcoderError,
        match=rf"The plug-in 'csv-long' of outside 1\.0 \(secondcoder\.coding_formats: \S+\) .*{fault}",
    ):
        coded_study.import_files([path])
    assert everything(coded_study.folder) == before


def test_a_fault_in_codes_that_come_one_by_one_names_the_plug_in(put: Put, tmp_path: Path) -> None:
    put(
        CSV_LONG.replace(
            'return [row["label"] for _, row in _rows(path)]', 'yield from (row["code"] for _, row in _rows(path))'
        )
    )
    path = tmp_path / "codings.csv"
    path.write_text("document,from,to,label,rater,origin\nash_gp,0,5,CO,anna,independent\n")
    codes = next(coded_format.codes for coded_format in coded_formats() if coded_format.name == "csv-long")
    assert codes
    with pytest.raises(SecondcoderError, match=r"The plug-in 'csv-long' of outside 1\.0 .* failed \(KeyError"):
        list(codes(path))


def test_two_formats_of_one_name_are_refused(put: Put) -> None:
    put(CSV_LONG.replace('"csv-long"', '"table"'))
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
        InputError, match=r"'tabel' is no format .* \(.*table.*\)\. Did you mean 'table'\? Nothing was written"
    ):
        coded_study.export(form="tabel")
    put(CSV_LONG.replace("sniff, read, write, codes", "sniff, read, None, codes"))
    with pytest.raises(InputError, match=r"'csv-long' is no format that secondcoder writes \(.*table.*\)"):
        coded_study.export(form="csv-long")


def test_a_format_without_text_needs_a_file(put: Put, coded_study: Study, tmp_path: Path) -> None:
    put(CSV_LONG.replace("out.getvalue().encode()", 'b"\\xff\\x00"'))
    coded_study.export(tmp_path / "out.csv", "csv-long")
    assert (tmp_path / "out.csv").read_bytes() == b"\xff\x00"
    with pytest.raises(
        InputError, match=r"'csv-long' is written to a file and not to the screen: name one with --out\."
    ):
        coded_study.export(form="csv-long")
