"""Files of people are written whole or not at all, for their owner alone, never in a study's own place, and leave nothing behind."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from openpyxl import Workbook
from secondcoder.errors import InputError, StudyError
from secondcoder.reports import whole_file
from secondcoder.reports.tables import write_table
from secondcoder.reports.whole_file import scratch, write_whole
from secondcoder.reports.workbook_memory import add_sheet, workbook_in_memory

pytestmark = pytest.mark.skipif(os.name != "posix", reason="permissions and forks of POSIX")
TABLE = pd.DataFrame({"text": ["It went on.", "=SUM(A1)"], "n": [1, 2]})


@pytest.fixture(autouse=True)
def usual_umask() -> Any:
    before = os.umask(0o022)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def ends_at(place: Any, name: str) -> None:
    def end(*_: Any, **__: Any) -> None:
        os._exit(9)

    setattr(place, name, end)


@pytest.mark.parametrize(
    ("place", "name"),
    [(Path, "write_bytes"), (whole_file, "to_disk"), (Path, "replace"), (whole_file, "folder_to_disk")],
    ids=["an empty draft", "a draft", "a draft on the disk", "the file"],
)
def test_a_killed_write_leaves_the_old_file_or_the_new_one_and_the_next_clears_up(
    tmp_path: Path, place: Any, name: str
) -> None:
    path = tmp_path / "talk.csv"
    write_whole(path, b"old")
    child = os.fork()
    if not child:
        ends_at(place, name)
        write_whole(path, b"new")
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    assert path.read_bytes() == (b"new" if name == "folder_to_disk" else b"old")
    # What a killed process left is hidden, and its owner's alone.
    assert all(left.name.startswith(".") and mode(left) == 0o600 for left in tmp_path.iterdir() if left != path)
    write_whole(path, b"newer")
    assert [left.name for left in tmp_path.iterdir()] == ["talk.csv"]
    assert path.read_bytes() == b"newer"


def test_a_draft_of_a_living_process_stays(tmp_path: Path) -> None:
    draft = tmp_path / f".talk.csv.{os.getppid()}-0.part"
    draft.write_bytes(b"half")
    write_whole(tmp_path / "talk.csv", b"new")
    assert draft.read_bytes() == b"half"


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".parquet", ".jsonl"])
def test_a_new_file_is_its_owner_s_and_an_old_one_keeps_its_mode(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"talk{suffix}"
    write_table(TABLE, path)
    assert mode(path) == 0o600
    path.chmod(0o640)
    write_table(TABLE, path)
    assert mode(path) == 0o640


def test_in_a_group_s_folder_it_is_the_group_s(tmp_path: Path) -> None:
    tmp_path.chmod(0o2770)
    write_whole(tmp_path / "talk.csv", b"new")
    assert mode(tmp_path / "talk.csv") == 0o660


def test_a_name_as_long_as_a_disk_takes_is_written(tmp_path: Path) -> None:
    path = tmp_path / ("é" * 125 + ".csv")
    write_whole(path, b"new")
    assert path.read_bytes() == b"new"


@pytest.mark.parametrize(
    "name",
    [
        "secondcoder.toml",
        "codebook.yml",
        "study.db",
        "study.db-wal",
        "mine.sqlite",
        "models/m0001/card.html",
        ".cache/x.csv",
    ],
)
@pytest.mark.parametrize("roundabout", [False, True], ids=["named", "by a link"])
def test_a_study_s_own_file_is_never_written_over(tmp_path: Path, name: str, roundabout: bool) -> None:
    (tmp_path / "study" / "models" / "m0001").mkdir(parents=True)
    (tmp_path / "study" / "secondcoder.toml").touch()
    (tmp_path / "study" / "mine.sqlite").write_bytes(b"SQLite format 3\0...")
    (tmp_path / "other").symlink_to("study")
    path = tmp_path / ("other" if roundabout else "study") / name
    before = path.read_bytes() if path.exists() else None
    with pytest.raises(InputError, match=r"is a part of the study in study, .* Nothing was written"):
        write_whole(path, b"new")
    assert (path.read_bytes() if path.exists() else None) == before
    write_whole(tmp_path / "study" / "export.csv", b"new")


@pytest.mark.parametrize("out", ["secondcoder.toml", "codebook.yml"])
@pytest.mark.parametrize(
    "command",
    [("review", "summary"), ("export", "--methods"), ("codebook", "export")],
    ids=" ".join,
)
def test_no_command_writes_over_the_settings_or_the_codebook(
    trained_study: Any, run_cli: Any, command: tuple[str, ...], out: str
) -> None:
    own = trained_study.folder / out
    before = own.read_bytes()
    option = ["--out"] if command == ("review", "summary") else []
    code, _, err = run_cli("-C", trained_study.folder, *command, *option, own)
    assert code, err
    assert own.read_bytes() == before


@pytest.mark.parametrize("command", [("code",), ("chart", "--notes")], ids=" ".join)
def test_what_is_read_is_not_written_over(
    trained_study: Any, run_cli: Any, tmp_path: Path, command: tuple[str, ...]
) -> None:
    path = tmp_path / ("talk.csv" if command == ("code",) else "notes.xlsx")
    path.write_bytes(b"mine")
    code, _, err = run_cli("-C", trained_study.folder, *command, path, "--out", path)
    assert code == 1
    assert "is read here, and would be lost" in err
    assert path.read_bytes() == b"mine"


def test_no_sheet_lies_in_the_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it would stay if the process were killed."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr("openpyxl.worksheet._writer.create_temporary_file", refuse)
    write_table(TABLE, tmp_path / "talk.xlsx")
    assert pd.read_excel(tmp_path / "talk.xlsx")["n"].tolist() == [1, 2]
    book = Workbook(write_only=True)
    for name in ("one", "none"):
        sheet = add_sheet(book, name)
        for row in [["n"], [1], [2]] if name == "one" else []:
            sheet.append(row)
    (tmp_path / "rows.xlsx").write_bytes(workbook_in_memory(book))
    sheets = pd.read_excel(tmp_path / "rows.xlsx", sheet_name=None)
    assert {name: table.to_dict("list") for name, table in sheets.items()} == {"one": {"n": [1, 2]}, "none": {}}


def test_a_killed_process_s_scratch_folder_goes_with_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    child = os.fork()
    if not child:
        with scratch() as folder:
            (folder / "export.csv").write_text("It went on.", encoding="utf-8")
            os._exit(9)
    os.waitpid(child, 0)
    (left,) = tmp_path.iterdir()
    assert mode(left) == 0o700
    with scratch() as folder:
        assert [*tmp_path.iterdir()] == [folder]
    assert [*tmp_path.iterdir()] == []


def test_a_link_that_somebody_laid_is_not_written_through(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a temporary folder of everybody, where the draft's name can be guessed."""
    (tmp_path / "theirs").write_bytes(b"before")
    draft = tmp_path / ".talk.csv.1-0.part"
    draft.symlink_to("theirs")
    monkeypatch.setattr(whole_file, "_draft", lambda _: draft)
    write_whole(tmp_path / "talk.csv", b"new")
    assert (tmp_path / "theirs").read_bytes() == b"before"
    assert (tmp_path / "talk.csv").read_bytes() == b"new"
    assert not (tmp_path / "talk.csv").is_symlink()


def test_a_pipe_is_not_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(StudyError, match="is a device or a pipe"):
        write_whole(tmp_path / "pipe.csv", b"new")
    assert (tmp_path / "pipe.csv").is_fifo()


def test_a_folder_that_takes_nothing_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(
        StudyError,
        match=r"talk\.csv could not be written \((Not a directory|File exists)",
    ):
        write_whole(tmp_path / "file" / "talk.csv", b"new")
