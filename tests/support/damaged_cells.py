"""Every column of a store's tables, damaged by every kind of wrong value: from the schema, so that new tables come by themselves."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

from secondcoder.store import schema
from sqlalchemy import JSON, Boolean, Column, Float, Integer

WRONG_JSON = ("{", "null", "5", '"words"', "[]", "{}", "[1]", '{"a": [1]}', '[{"kind": "eaten"}]', "[" * 5000)
NO_UTF8 = b"\xff\xfe\x00"


class Damage(NamedTuple):
    """What is written into one cell of a table's first row."""

    table: str
    column: str
    value: Any

    @property
    def name(self) -> str:
        """For the test's own name."""
        return f"{self.table}.{self.column}={str(self.value)[:12]!r}"


def damages() -> Iterator[Damage]:
    """Each column with each of its wrong values; some of them might be right."""
    for table in schema.metadata.sorted_tables:
        for column in table.columns:
            for value in wrong_values(column):
                yield Damage(table.name, column.name, value)


def surely_wrong(table: str) -> list[Damage]:
    """Every column of a table with a value of another kind than the column's."""
    wrong = []
    for column in schema.metadata.tables[table].columns:
        number = isinstance(column.type, (Integer, Float, Boolean))
        value = "{" if isinstance(column.type, JSON) else "perhaps" if number else NO_UTF8
        wrong.append(Damage(table, column.name, value))
    return wrong


def wrong_values(column: Column[Any]) -> tuple[Any, ...]:
    """Of a kind that the column is not for; and None, bytes that are no UTF-8, numbers out of all bounds."""
    anything: tuple[Any, ...] = (None, NO_UTF8)
    if isinstance(column.type, JSON):
        return (*anything, *WRONG_JSON)
    if isinstance(column.type, Boolean):
        return (*anything, "perhaps", 7)
    if isinstance(column.type, Integer):
        return (*anything, "words", -1, 2**62, 1.5)
    if isinstance(column.type, Float):
        return (*anything, "words", 1e999, -1e999)
    return (*anything, "", "no such word", "\x1b[31m", "2026-02-31")


def write(folder: Path, damages: Iterable[Damage]) -> list[Damage]:
    """Damage a study's store past triggers and constraints, as one with the file in hand could; those that SQLite can hold."""
    path = folder / "study.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("PRAGMA writable_schema=ON")
        connection.execute("UPDATE sqlite_master SET sql = replace(sql, ' NOT NULL', '') WHERE type = 'table'")
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA ignore_check_constraints=ON")
        return [damage for damage in damages if _write(connection, damage)]


def _write(connection: sqlite3.Connection, damage: Damage) -> bool:
    wrong = "CAST(? AS TEXT)" if isinstance(damage.value, bytes) else "?"
    first = f'(SELECT rowid FROM "{damage.table}" ORDER BY rowid LIMIT 1)'
    statement = f'UPDATE "{damage.table}" SET "{damage.column}" = {wrong} WHERE rowid = {first}'
    before = connection.execute(f'SELECT "{damage.column}" FROM "{damage.table}" WHERE rowid = {first}').fetchone()
    if before is None or before[0] == damage.value:  # nothing to damage, or nothing would change
        return False
    try:
        return connection.execute(statement, (damage.value,)).rowcount == 1
    except sqlite3.IntegrityError:  # as of text in an INTEGER PRIMARY KEY
        return False
