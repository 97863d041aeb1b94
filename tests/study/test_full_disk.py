"""A full disk, played by a store that may not grow and by writes that fail: one clear error, and nothing is changed."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from secondcoder.errors import ModelError, SecondcoderError, StoreError, StudyError
from secondcoder.exchange.importing import ImportOptions
from secondcoder.reports.tables import write_table
from secondcoder.store import opening
from secondcoder.study.study import Study
from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from support.study_checks import everything, limit_pages, write_csv

LONG = [
    {"transcript": f"long{n}", "order": n, "text": "It went on and on. " * 2000, "codes": "Length", "coder": "anna"}
    for n in range(5)
]
ADDING = ImportOptions(add_codes=True)


def no_space(*_arguments: Any, **_options: Any) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.fixture
def long(tmp_path: Path) -> Path:
    return write_csv(tmp_path / "long.csv", LONG)


@pytest.fixture
def files_fail(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    return lambda method: monkeypatch.setattr(Path, method, no_space)


@pytest.fixture
def failing_commit(coded_study: Study) -> Iterator[None]:
    def fail(_connection: object) -> None:
        raise OperationalError("COMMIT", {}, Exception("database or disk is full"))

    event.listen(coded_study.store._engine, "commit", fail)
    yield
    event.remove(coded_study.store._engine, "commit", fail)


def test_an_import_into_a_full_store_changes_nothing(coded_study: Study, long: Path) -> None:
    before, book = everything(coded_study.folder), coded_study.codebook
    limit_pages(coded_study.store._engine, spare=3)
    with pytest.raises(StoreError, match=r"The disk is full\. .* Nothing was changed\."):
        coded_study.import_files([long], ADDING)
    assert everything(coded_study.folder) == before
    assert coded_study.codebook == book


@pytest.mark.usefixtures("failing_commit")
def test_a_commit_that_fails_takes_the_codebook_back_too(coded_study: Study, long: Path) -> None:
    before, book = everything(coded_study.folder), coded_study.codebook
    with pytest.raises(StoreError, match="The disk is full"):
        coded_study.import_files([long], ADDING)
    with pytest.raises(StoreError, match="The disk is full"):
        coded_study.codebook_import("npt")
    assert everything(coded_study.folder) == before
    assert coded_study.codebook == book


def test_a_codebook_that_cannot_be_written_keeps_codes_out(coded_study: Study, long: Path, files_fail) -> None:
    before = everything(coded_study.folder)
    files_fail("write_bytes")
    with pytest.raises(StudyError, match=r"codebook\.yml could not be written \(No space left on device\)"):
        coded_study.import_files([long], ADDING)
    assert everything(coded_study.folder) == before


@pytest.mark.usefixtures("quick_training")
@pytest.mark.parametrize("method", ["write_bytes", "rename"])
def test_a_model_that_cannot_be_written_is_not_there(trained_study: Study, files_fail, method: str) -> None:
    before = everything(trained_study.folder)
    files_fail(method)
    with pytest.raises(ModelError, match=r"m0002 could not be written .* The model in use is unchanged\."):
        trained_study.train()
    assert everything(trained_study.folder) == before


@pytest.mark.usefixtures("failing_commit", "quick_training")
def test_a_model_that_cannot_be_recorded_is_taken_away(coded_study: Study) -> None:
    before = everything(coded_study.folder)
    with pytest.raises(StoreError, match="The disk is full"):
        coded_study.train()
    assert everything(coded_study.folder) == before


@pytest.mark.usefixtures("quick_training")
def test_a_model_folder_without_a_record_does_not_stop_training(trained_study: Study) -> None:
    (trained_study.folder / "models" / "m0002").mkdir()
    assert trained_study.train()["version"] == "m0003"


@pytest.mark.parametrize("stood", [False, True])
@pytest.mark.parametrize("method", ["write_text", "mkdir"])
def test_a_study_that_cannot_be_made_leaves_nothing(tmp_path: Path, files_fail, method: str, stood: bool) -> None:
    folder = tmp_path / "new"
    if stood:
        folder.mkdir()
    files_fail(method)
    with pytest.raises(StudyError, match="No space left on device"):
        Study.create(folder)
    assert folder.exists() == stood
    assert not stood or [path.name for path in folder.iterdir()] == []


def test_a_study_whose_store_cannot_be_made_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(engine: object) -> None:
        limit_pages(engine, spare=2)
        upgrade(engine)

    upgrade = opening._upgrade
    monkeypatch.setattr(opening, "_upgrade", full)
    with pytest.raises(StudyError, match="The disk is full"):
        Study.create(tmp_path / "new")
    assert list(tmp_path.iterdir()) == []
    monkeypatch.setattr(opening, "_upgrade", upgrade)
    Study.create(tmp_path / "new").close()


@pytest.mark.parametrize("method", ["write_bytes", "replace"])
@pytest.mark.parametrize("suffix", ["csv", "xlsx", "parquet", "jsonl"])
def test_a_table_that_cannot_be_written_leaves_the_old_one(
    tmp_path: Path, files_fail, method: str, suffix: str
) -> None:
    path = tmp_path / f"out.{suffix}"
    write_table(pd.DataFrame({"text": ["old"]}), path)
    before = path.read_bytes()
    files_fail(method)
    with pytest.raises(StudyError, match=r"out\.\w+ could not be written .* What stood there before is unchanged\."):
        write_table(pd.DataFrame({"text": ["new"]}), path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_place_that_is_no_folder_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SecondcoderError, match=r"out\.csv could not be written"):
        write_table(pd.DataFrame({"text": ["new"]}), tmp_path / "file" / "out.csv")
