"""A store of schema 0001 becomes one of today with all that was in it, chained."""

from __future__ import annotations

import ast
import errno
import os
import shutil
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from secondcoder.audit import verify
from secondcoder.codebook.yaml_file import load_codebook
from secondcoder.corpus import Corpus
from secondcoder.domain.records import Coding, CodingPass, Origin, Transcript, Turn
from secondcoder.errors import StoreError
from secondcoder.store import kept_before, migrations, opening
from secondcoder.store.transcript_changes import remove_transcript
from sqlalchemy import Connection, create_engine, inspect, text
from sqlalchemy.exc import IntegrityError

URL = "sqlite:///study.db"
BOOK = load_codebook("npt-core")
MIGRATIONS = sorted(Path(migrations.__file__).parent.rglob("*.py"))


def old_store(folder: Path) -> None:
    """As the first release made it, with a transcript, a coding and a pass."""
    from alembic import command

    engine = create_engine(f"sqlite:///{folder / 'study.db'}")
    with engine.begin() as connection:
        config = opening._alembic()
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        fill(connection)
    engine.dispose()


def fill(connection: Connection) -> None:
    rows = (
        "INSERT INTO codebooks VALUES (:hash, 'yaml', '2026-01-01')",
        "INSERT INTO transcripts (id, text, unitised, source, format, attributes, notes) "
        "VALUES ('t1', 'R: It was cold.', 0, '', '', '{}', '[]')",
        "INSERT INTO turns (transcript, position, start, \"end\", speaker) VALUES ('t1', 0, 3, 15, 'R')",
        'INSERT INTO codings (transcript, start, "end", code, coder, origin, valence, memo, codebook) '
        "VALUES ('t1', 3, 9, 'CO', 'maria', 'independent', NULL, 'old', :hash)",
        "INSERT INTO coding_passes (transcript, coder, start, \"end\", codes) VALUES ('t1', 'maria', 0, 15, '[\"CO\"]')",
        "INSERT INTO events (at, who, what, detail) VALUES ('2026-01-01', 'maria', 'study made', '{}')",
    )
    for row in rows:
        connection.execute(text(row), {"hash": BOOK.hash} if ":hash" in row else {})


def test_everything_is_kept(tmp_path: Path) -> None:
    old_store(tmp_path)
    store = opening.open_store(URL, tmp_path)
    assert store.transcripts() == [Transcript("t1", "R: It was cold.", (Turn(3, 15, "R"),))]
    assert store.codings() == Corpus(store).imported_codings == [Coding("t1", 3, 9, "CO", "maria", memo="old")]
    assert store.passes() == [CodingPass("t1", "maria", 0, 15, ("CO",), Origin.INDEPENDENT)]
    assert store.decisions() == []
    assert [event["what"] for event in store.events()] == [
        "study made", "transcripts", "codebook", "codings", "coding passes",
    ]  # fmt: skip
    assert verify(store).faults == ()
    store.close()


def test_the_checks_of_the_codings_hold_afterwards(tmp_path: Path) -> None:
    old_store(tmp_path)
    store = opening.open_store(URL, tmp_path)
    checks = inspect(store._engine).get_check_constraints("codings")
    assert [check["name"] for check in checks] == ["ck_codings_span"]
    store.close()


def test_the_log_is_closed_again_afterwards(tmp_path: Path) -> None:
    old_store(tmp_path)
    store = opening.open_store(URL, tmp_path)
    for statement in ("UPDATE events SET who = 'x'", "DELETE FROM events"):
        with pytest.raises(IntegrityError, match="append-only"), store._engine.begin() as connection:
            connection.execute(text(statement))
    store.close()


@pytest.mark.parametrize("path", MIGRATIONS, ids=lambda path: path.stem)
def test_a_migration_imports_nothing_of_secondcoder(path: Path) -> None:
    """What secondcoder's modules do may change; what a migration did to old studies may not."""
    imported = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            imported += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            imported.append(f"{'.' * node.level}{node.module or ''}")
    assert [name for name in imported if name.startswith(("secondcoder", "."))] == []


def test_a_store_is_kept_as_it_was_before_it_is_migrated(tmp_path: Path) -> None:
    old_store(tmp_path)
    with sqlite3.connect(tmp_path / "study.db") as before:
        content = "\n".join(before.iterdump())
    store = opening.open_store(URL, tmp_path)
    (kept,) = tmp_path.glob("study.before-*.db")
    assert kept.name == f"study.before-{opening.HEAD}.db"
    assert [kept.name in note for note in store.notes] == [True]
    with sqlite3.connect(kept) as copy:
        assert "\n".join(copy.iterdump()) == content
    if os.name == "posix":
        assert kept.stat().st_mode & 0o077 == 0
    store.close()
    # Opened again there is nothing to do, and to restore it is to copy it back.
    assert opening.open_store(URL, tmp_path).notes == []
    shutil.copyfile(kept, tmp_path / "study.db")
    opening.open_store(URL, tmp_path).close()
    assert len(list(tmp_path.glob("study.before-*.db"))) == 2  # none takes the place of another


def test_a_removed_transcript_is_in_no_kept_copy(tmp_path: Path) -> None:
    old_store(tmp_path)
    store = opening.open_store(URL, tmp_path)
    with store.transaction("maria") as write:
        remove_transcript(write, "t1")
    store.erase_deleted()
    store.close()
    assert [path.name for path in tmp_path.iterdir() if b"It was cold" in path.read_bytes()] == []


@pytest.mark.skipif(os.name != "posix", reason="a process is forked, so that it can end anywhere")
@pytest.mark.parametrize("step", range(1, 4))
def test_killed_while_it_is_migrated_it_is_as_it_was(tmp_path: Path, step: int) -> None:
    """At every step, the last one the moment before the commit."""
    from alembic import command
    from alembic.operations import Operations

    old_store(tmp_path)
    with sqlite3.connect(tmp_path / "study.db") as before:
        content = "\n".join(before.iterdump())
    child = os.fork()
    if not child:
        upgrade, work, calls = command.upgrade, Operations.create_table, iter(range(1, 1000))

        def end(*arguments: object, **options: object) -> object:
            if next(calls) == step:
                os._exit(9)
            return work(*arguments, **options)  # type: ignore[arg-type]

        def upgraded(*arguments: object) -> None:
            upgrade(*arguments)  # type: ignore[arg-type]
            os._exit(9)

        Operations.create_table, command.upgrade = end, upgraded  # type: ignore[assignment, method-assign]
        opening.open_store(URL, tmp_path)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    with sqlite3.connect(tmp_path / "study.db") as after:
        assert "\n".join(after.iterdump()) == content
    store = opening.open_store(URL, tmp_path)
    assert [transcript.id for transcript in store.transcripts()] == ["t1"]
    assert verify(store).faults == ()
    store.close()


def test_of_two_who_open_an_older_store_at_once_both_can(tmp_path: Path) -> None:
    old_store(tmp_path)
    with ThreadPoolExecutor(4) as threads:
        stores = list(threads.map(lambda _: opening.open_store(URL, tmp_path), range(4)))
    assert [[each.id for each in store.transcripts()] for store in stores] == [["t1"]] * 4
    assert verify(stores[0]).faults == ()
    for store in stores:
        store.close()


def test_a_mode_that_cannot_be_changed_just_now_is_changed_as_soon_as_it_can(tmp_path: Path) -> None:
    """SQLite refuses one of two who change the mode at once, without waiting; a connection that does not wait stands for it."""
    with closing(sqlite3.connect(tmp_path / "a.db", isolation_level=None)) as other:
        other.execute("CREATE TABLE t (a)")
        other.execute("BEGIN EXCLUSIVE")
        refused = list[str]()

        def change() -> None:
            with closing(sqlite3.connect(tmp_path / "a.db", timeout=0)) as connection:
                try:
                    connection.execute("PRAGMA journal_mode=WAL")
                except sqlite3.OperationalError as error:
                    refused.append(str(error))
                    if len(refused) == 2:
                        other.execute("COMMIT")
                    raise

        opening._waiting(change)
    assert refused == ["database is locked"] * 2
    with closing(sqlite3.connect(tmp_path / "a.db")) as after:
        assert after.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_without_room_for_the_copy_nothing_is_migrated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old_store(tmp_path)
    with sqlite3.connect(tmp_path / "study.db") as before:
        content = "\n".join(before.iterdump())

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(kept_before, "copy_database", full)
    with pytest.raises(StoreError, match=r"could not be made \(.*No space left on device\)\. Nothing was changed"):
        opening.open_store(URL, tmp_path)
    with sqlite3.connect(tmp_path / "study.db") as after:
        assert "\n".join(after.iterdump()) == content
    assert not list(tmp_path.glob("*before*"))


def test_one_of_a_newer_secondcoder_is_refused_untouched(tmp_path: Path) -> None:
    opening.create_store(URL, tmp_path).close()
    with sqlite3.connect(tmp_path / "study.db") as store:
        store.execute("UPDATE alembic_version SET version_num = '9999'")
    before = (tmp_path / "study.db").read_bytes()
    with pytest.raises(StoreError, match=r"made by a newer version: .* Nothing was changed"):
        opening.open_store(URL, tmp_path)
    assert (tmp_path / "study.db").read_bytes() == before
    assert not list(tmp_path.glob("study.before-*"))
