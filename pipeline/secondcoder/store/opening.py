"""Creating and opening a store: engine, pragmas, schema version.

SQLite runs in write-ahead mode with foreign keys on. A store of an older secondcoder is migrated when it is opened, and a copy of it
kept; one of a newer secondcoder is refused untouched. Where nothing can be written, a store is opened to be read.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.exc import ArgumentError, DatabaseError
from sqlalchemy.pool import NullPool

from secondcoder.errors import StoreError
from secondcoder.reports.whole_file import new_file
from secondcoder.store.database_errors import plain_store_error
from secondcoder.store.kept_before import keep_before
from secondcoder.store.reading import WRITES, Store
from secondcoder.store.server_url import parsed, server_url

HEAD = "0007"
"""The schema revision that this version writes; a test compares it with the newest migration."""

BUSY = 30_000
"""Milliseconds that one waits for somebody else's transaction: a large import's is written within seconds."""
BESIDE = 64 * 1024
"""Bytes without which SQLite cannot even read in write-ahead mode: its index of the log takes 32 KiB beside the file."""
UNCHANGING = "it was opened as a file that does not change", "Open it without that."
_MIGRATED = "The store of {} was brought up to date. As it was before, it is kept in {}, which may be deleted."
SERVER_POOL: dict[str, Any] = {"pool_pre_ping": True, "pool_size": 20, "max_overflow": 20}
"""Connections to a database server: enough for a team, each tested before it is used, since servers drop idle ones."""


def create_store(url: str, folder: Path) -> Store:
    """A new, empty store; StoreError when there is one already."""
    engine = _engine(url, folder)
    path = _sqlite_path(url, folder)
    with _errors_in_words(folder, engine):
        if path is not None and path.parent.is_dir():
            new_file(path)  # for its owner alone, before anything is in it
        if inspect(engine).get_table_names():
            raise StoreError(f"{folder.name} already holds a study.")
        _write_ahead(engine)
        _upgrade(engine)
    return Store(engine, path)


def holds_tables(url: str, folder: Path) -> bool:
    """Whether there is anything in the database already; StoreError where it cannot be asked."""
    engine = _engine(url, folder)
    with _errors_in_words(folder, engine):
        found = bool(inspect(engine).get_table_names())
    engine.dispose()
    return found


def open_store(url: str, folder: Path, *, unchanging: bool = False) -> Store:
    """The study's store, migrated to this version if it is older.

    Args:
        unchanging: only to be read, while nobody writes: several machines may then read one SQLite file at once.
    """
    path = _sqlite_path(url, folder)
    if path is not None and not path.is_file():
        raise StoreError(f"{path.name} is missing from {folder.name}. `secondcoder check` says what else is.")
    if path is not None and (why := _only_read(path)):
        return _to_be_read(path, folder, why)
    if unchanging and path is not None and (store := _unchanging(path, folder)):
        return store
    engine, notes = _engine(url, folder), list[str]()
    with _errors_in_words(folder, engine):
        # A server's database is created empty by its administrator, and the tables when a study first opens it. A file is only
        # created by `create_store`.
        if path is None and not inspect(engine).get_table_names():
            _upgrade(engine)
        revision = _revision(engine)
        if revision != HEAD:
            # Before the mode is set, which changes the file: a store that is foreign or too new stays as it is.
            _refuse_unknown(revision, folder)
        _write_ahead(engine)
        if revision != HEAD and (kept := _upgrade(engine, path)):
            notes.append(_MIGRATED.format(folder.name, kept.name))
    return Store(engine, path, notes=notes)


def _only_read(path: Path) -> tuple[str, str] | None:
    """Why nothing can be written to a store, and what to do; None where it can: to the file, and to what SQLite keeps beside it."""
    if not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
        return (
            f"{path.name} or its folder cannot be written by you",
            "To go on with it, copy the folder to where you may write.",
        )
    if shutil.disk_usage(path.parent).free < BESIDE:
        return "the disk is full", "Free some space and run the command again."
    return None


def _to_be_read(path: Path, folder: Path, why: tuple[str, str]) -> Store:
    """The store where nothing can be written: on a disk that is write-protected or full, or another person's."""
    ahead = path.with_name(f"{path.name}-wal")
    # What stands in the log alone is read with the help of its index, where both are there.
    alone = "" if ahead.is_file() and ahead.stat().st_size else "&immutable=1"
    engine = _engine_of(f"{path.as_uri()}?mode=ro{alone}")
    with _errors_in_words(folder, engine):
        try:
            revision = _revision(engine)
        except DatabaseError as error:
            if alone:
                raise
            raise StoreError(
                f"{path.name} was not closed properly, and cannot be mended where it cannot be written ({error.orig}). Copy the "
                "folder to where you may write, and open it there."
            ) from None
        if revision != HEAD:
            _refuse_unknown(revision, folder)
            raise StoreError(
                f"{path.name} is of an older secondcoder, and cannot be brought up to date where it cannot be written. Copy the "
                "folder to where you may write, and open it there."
            )
    return Store(engine, path, only_read=why)


def _unchanging(path: Path, folder: Path) -> Store | None:
    """The store as a file that does not change; None where it must be written first: what another process left, or a migration.

    In write-ahead mode, readers too share memory beside the file, which machines cannot (https://sqlite.org/wal.html, section 8).
    """
    ahead = path.with_name(f"{path.name}-wal")
    if ahead.is_file() and ahead.stat().st_size:
        return None
    engine = _engine_of(f"{path.as_uri()}?mode=ro&immutable=1")
    with _errors_in_words(folder, engine):
        if _revision(engine) == HEAD:
            return Store(engine, path, only_read=UNCHANGING)
    engine.dispose()
    return None


def _engine_of(location: str) -> Engine:
    engine = create_engine("sqlite://", creator=lambda: sqlite3.connect(location, uri=True), poolclass=NullPool)
    event.listen(engine, "connect", _sqlite_pragmas)
    event.listen(engine, "begin", _begin_at_once)
    return engine


def _engine(url: str, folder: Path) -> Engine:
    path = _sqlite_path(url, folder)
    try:
        # From its parts: in a URL, what stands behind a `?` of a folder's name would be no part of the path.
        place = URL.create("sqlite", database=str(path)) if path else server_url(url)
        engine = create_engine(place, **({} if path else SERVER_POOL))
    except ModuleNotFoundError as error:
        raise StoreError(
            f"The setting store.url names a database whose driver is not installed ({error.name}). "
            "For PostgreSQL: pip install 'psycopg[binary]'. Nothing was changed."
        ) from None
    except (ArgumentError, ImportError) as error:
        raise StoreError(f"The setting store.url names a database that cannot be used here ({error}).") from None
    if path:
        event.listen(engine, "connect", _sqlite_pragmas)
        event.listen(engine, "begin", _begin_at_once)
    return engine


def _sqlite_path(url: str, folder: Path) -> Path | None:
    read = parsed(url)
    if read.get_backend_name() != "sqlite":
        return None
    # An absolute path stays as it is: pathlib drops the folder before it.
    return (folder / (read.database or "study.db")).resolve()


def _sqlite_pragmas(connection: Any, _record: Any) -> None:
    # The driver's own transactions would leave DDL outside; SQLAlchemy issues BEGIN itself in `_begin_at_once`.
    connection.isolation_level = None
    # Once a connection: the file keeps none of them. FULL, because NORMAL may lose the last commits at a power cut.
    # What is deleted is overwritten at once: talk that was removed lingers nowhere, also where the process is killed just then.
    for pragma in ("foreign_keys=ON", "synchronous=FULL", f"busy_timeout={BUSY}", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _write_ahead(engine: Engine) -> None:
    """The mode stays in the file; it is set only once the file is known to be a study's store, and outside a transaction."""
    if engine.dialect.name == "sqlite":
        # A raw one: on the engine's, `_begin_at_once` would begin a transaction, in which the mode cannot change.
        with closing(engine.raw_connection()) as raw:
            _waiting(lambda: raw.cursor().execute("PRAGMA journal_mode=WAL"))


def _waiting(change: Callable[[], object]) -> None:
    """Of two who change the mode at the same moment SQLite refuses one at once, whatever its `busy_timeout`."""
    until = monotonic() + BUSY / 1000
    while True:
        try:
            change()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or monotonic() > until:
                raise DatabaseError("PRAGMA journal_mode=WAL", None, error) from error
            sleep(0.02)
        else:
            return


def _begin_at_once(connection: Connection) -> None:
    # Who is to write takes the write lock at once, and waits for it: one that reads first and writes then is refused, without waiting,
    # where somebody else wrote in between. Who reads takes none.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get(WRITES) else "BEGIN")


def _revision(engine: Engine) -> str | None:
    with engine.connect() as connection:
        return _revision_of(connection)


def _revision_of(connection: Connection) -> str | None:
    if "alembic_version" not in inspect(connection).get_table_names():
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _refuse_unknown(revision: str | None, folder: Path) -> None:
    if revision is None:
        raise StoreError(f"The store of {folder.name} is not one of secondcoder. Nothing was changed.")
    known = {script.revision for script in _scripts().walk_revisions()}
    if revision not in known:
        raise StoreError(
            f"The store of {folder.name} has schema {revision}; this secondcoder knows schemas up to {HEAD}. "
            "It was made by a newer version: install that one (pip install -U secondcoder). Nothing was changed."
        )


def _scripts() -> Any:
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(_alembic())


def _alembic() -> Any:
    from alembic.config import Config

    config = Config()
    # PACKAGE:FOLDER, so that the migrations are found in an installed package, without an alembic.ini.
    config.set_main_option("script_location", "secondcoder.store:migrations")
    return config


def _upgrade(engine: Engine, path: Path | None = None) -> Path | None:
    """Bring a store to this version; the copy that is kept of `path` as it was, None where somebody else just did it."""
    from alembic import command

    config, kept = _alembic(), None
    # One transaction for all migrations: where one fails, the store stays at the schema it had. A writer from its beginning: of two
    # who open the study at once, one waits, and finds nothing left to do.
    with engine.execution_options(**{WRITES: True}).begin() as connection:
        if path is not None and _revision_of(connection) != HEAD:
            kept = keep_before(path, HEAD)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return kept


@contextmanager
def _errors_in_words(folder: Path, engine: Engine) -> Iterator[None]:
    """A database's error becomes a sentence with its remedy; whatever the error, the engine lets go of the file."""
    try:
        yield
    except DatabaseError as error:
        engine.dispose()
        raise plain_store_error(error, folder.name) from None
    except BaseException:
        engine.dispose()
        raise
