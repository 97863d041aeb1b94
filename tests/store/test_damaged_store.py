"""A store that cannot be used is named, with its mend, and stays byte for byte as it is."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from secondcoder.study.study import Study
from support.study_checks import TALK


def _stamp(revision: str) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        with sqlite3.connect(path) as connection:
            connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))
        connection.close()

    return change


def _foreign(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")
    connection.close()


def _hole(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096:-4096] = b"\x5a" * (len(content) - 8192)
    path.write_bytes(content)


def _lost_page(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        (page,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'transcripts'").fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    connection.close()
    content = bytearray(path.read_bytes())
    content[(page - 1) * size : page * size] = b"\x5a" * size
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (_stamp("9999"), "was made by a newer version"),
        (_foreign, "is not one of secondcoder"),
        (lambda path: path.write_bytes(b"words, and no database at all" * 99), "damaged or not a store"),
        (_hole, "damaged"),
        (_lost_page, "damaged"),
        (Path.unlink, "study.db is missing"),
    ],
)
@pytest.mark.parametrize("command", [("status",), ("import", TALK)])
def test_a_store_that_cannot_be_used_is_left_as_it_is(
    change, message: str, command, coded_study: Study, run_cli, tmp_path: Path
) -> None:
    coded_study.close()
    path = coded_study.folder / "study.db"
    change(path)
    before = path.read_bytes() if path.exists() else None
    code, out, said = run_cli("-C", coded_study.folder, *command)
    assert (code, out) == (1, "")
    assert message in said
    assert "Traceback" not in said
    assert (path.read_bytes() if path.exists() else None) == before
    checked, found, _ = run_cli("-C", coded_study.folder, "check")
    assert (checked, message in found) == (1, True)


@pytest.mark.parametrize(
    "url", ["sqlite:///no/such/folder/study.db", "nonsense", "nosuchdb://host/study", "sqlite:///."]
)
def test_a_store_that_cannot_be_reached_is_one_message(url: str, coded_study: Study, run_cli) -> None:
    (coded_study.folder / "secondcoder.toml").write_text(f'[store]\nurl = "{url}"\n')
    code, _, said = run_cli("-C", coded_study.folder, "status")
    assert code == 1
    assert "Traceback" not in said
