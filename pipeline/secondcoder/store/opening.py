"""Creating and opening a store: engine, pragmas, schema version.

SQLite runs in write-ahead mode with foreign keys on. A store of an older secondcoder is migrated when it is opened; one of a
newer secondcoder is refused untouched.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.exc import ArgumentError, DatabaseError
from sqlalchemy.pool import NullPool

from secondcoder.errors import StoreError
from secondcoder.store.database_errors import plain_store_error
from secondcoder.store.reading import WRITES, Store
from secondcoder.store.server_url import parsed, server_url

HEAD = "0007"
"""The schema revision that this version writes; a test compares it with the newest migration."""

SERVER_POOL: dict[str, Any] = {"pool_pre_ping": True, "pool_size": 20, "max_overflow": 20}
"""Connections to a database server: enough for a team, each tested before it is used, since servers drop idle ones."""


def create_store(url: str, folder: Path) -> Store:
    """A new, empty store; StoreError when there is one already."""
    engine = _engine(url, folder)
    with _errors_in_words(folder, engine):
        if inspect(engine).get_table_names():
            raise StoreError(f"{folder.name} already holds a study.")
        _write_ahead(engine)
        _upgrade(engine)
    return Store(engine)


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
    if unchanging and path is not None and (store := _unchanging(path, folder)):
        return store
    engine = _engine(url, folder)
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
        if revision != HEAD:
            _upgrade(engine)
    return Store(engine)


def _unchanging(path: Path, folder: Path) -> Store | None:
    """The store as a file that does not change; None where it must be written first: what another process left, or a migration.

    In write-ahead mode, readers too share memory beside the file, which machines cannot (https://sqlite.org/wal.html, section 8).
    """
    ahead = path.with_name(f"{path.name}-wal")
    if ahead.is_file() and ahead.stat().st_size:
        return None
    location = f"{path.as_uri()}?mode=ro&immutable=1"
    engine = create_engine("sqlite://", creator=lambda: sqlite3.connect(location, uri=True), poolclass=NullPool)
    event.listen(engine, "connect", _sqlite_pragmas)
    event.listen(engine, "begin", _begin_at_once)
    with _errors_in_words(folder, engine):
        if _revision(engine) == HEAD:
            return Store(engine)
    engine.dispose()
    return None


def _engine(url: str, folder: Path) -> Engine:
    path = _sqlite_path(url, folder)
    try:
        engine = create_engine(f"sqlite:///{path}" if path else server_url(url), **({} if path else SERVER_POOL))
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
    for pragma in ("foreign_keys=ON", "synchronous=FULL", "busy_timeout=5000"):
        connection.execute(f"PRAGMA {pragma}")


def _write_ahead(engine: Engine) -> None:
    """The mode stays in the file; it is set only once the file is known to be a study's store, and outside a transaction."""
    if engine.dialect.name == "sqlite":
        # A raw one: on the engine's, `_begin_at_once` would begin a transaction, in which the mode cannot change.
        raw = engine.raw_connection()
        raw.cursor().execute("PRAGMA journal_mode=WAL")
        raw.close()


def _begin_at_once(connection: Connection) -> None:
    # Who is to write takes the write lock at once, and waits for it: one that reads first and writes then is refused, without waiting,
    # where somebody else wrote in between. Who reads takes none.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get(WRITES) else "BEGIN")


def _revision(engine: Engine) -> str | None:
    with engine.connect() as connection:
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


def _upgrade(engine: Engine) -> None:
    from alembic import command

    config = _alembic()
    # One transaction for all migrations: where one fails, the store stays at the schema it had.
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


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
