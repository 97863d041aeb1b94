"""Damage to a store as a whole: its file, its tables, and rows that do not go together. For damaged cells see `soundness`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, Table, inspect, select, text
from sqlalchemy.exc import DatabaseError

from secondcoder.store import schema
from secondcoder.store.column_rules import UNREADABLE, Unsound, unsound_rows

MOST = 10
"""Faults that SQLite's own check names."""
MAY_BE_EMPTY = ("coding_passes", "decisions")
"""Tables whose spans may be: of a transcript that nobody speaks in."""


def store_faults(connection: Connection) -> Iterator[Unsound]:
    """Every damage of a store that can be reached: file, tables, cells, then rows against each other."""
    tables, whole = [*_tables_there(connection)], True
    for fault in (*_file_faults(connection), *_missing(connection)):
        whole = False
        yield fault
    for table in tables:
        for fault in unsound_rows(connection, table):
            whole = False
            yield fault
    if whole:  # offsets that are none cannot be compared
        yield from misplaced_rows(connection)


def _tables_there(connection: Connection) -> Iterator[Table]:
    try:
        there = set(inspect(connection).get_table_names())
    except (DatabaseError, *UNREADABLE):
        return
    yield from (
        table for table in schema.metadata.sorted_tables if table.name in there and not _lost(connection, table)
    )


def _missing(connection: Connection) -> Iterator[Unsound]:
    try:
        there = set(inspect(connection).get_table_names())
        for table in schema.metadata.sorted_tables:
            if table.name not in there:
                yield Unsound("study.db", "", "", f"the table {table.name} is missing")
            for column in _lost(connection, table) if table.name in there else ():
                yield Unsound("study.db", "", "", f"the column {column} of {table.name} is missing")
    except (DatabaseError, *UNREADABLE) as error:
        yield Unsound("study.db", "", "", f"its list of tables cannot be read ({_words(error)})")


def _lost(connection: Connection, table: Table) -> list[str]:
    there = {column["name"] for column in inspect(connection).get_columns(table.name)}
    return [column.name for column in table.columns if column.name not in there]


def _file_faults(connection: Connection) -> Iterator[Unsound]:
    """What SQLite finds in its own file; a database server keeps its files itself."""
    if connection.dialect.name != "sqlite":
        return
    try:
        for (found,) in connection.execute(text(f"PRAGMA integrity_check({MOST})")):
            if found != "ok":
                yield Unsound("study.db", "", "", f"the database's own check finds: {' '.join(str(found).split())}")
    except (DatabaseError, *UNREADABLE) as error:
        yield Unsound("study.db", "", "", f"the database's own check cannot read it to the end ({_words(error)})")


def _words(error: Exception) -> str:
    return str(getattr(error, "orig", None) or error)


def misplaced_rows(connection: Connection) -> Iterator[Unsound]:
    """Spans outside their text, turns that overlap, and what refers to rows, changes and decisions that are not there."""
    t = schema.transcripts.c
    # Not the database's length(): SQLite counts up to the first NUL.
    lengths = {name: len(words) for name, words in connection.execute(select(t.id, t.text))}
    yield from _turns(connection, lengths)
    changes = set(connection.execute(select(schema.codebook_changes.c.id)).scalars())
    decisions = set(connection.execute(select(schema.decisions.c.id)).scalars())
    for table in schema.metadata.sorted_tables:
        if {"transcript", "start", "end"} <= {*table.c.keys()} and table is not schema.turns:
            yield from _spans(connection, table, lengths)
        yield from _unreferred(connection, table)
        for column, known in (("after_change", {0, *changes}), ("made", {0, *changes}), ("decision", decisions)):
            if column in table.c:
                yield from _unknown(connection, table, column, known)
    yield from _in_use(connection)


def _turns(connection: Connection, lengths: Mapping[str, int]) -> Iterator[Unsound]:
    t = schema.turns.c
    last: tuple[Any, int] = ("", 0)
    query = select(t.transcript, t.position, t.start, t.end).order_by(t.transcript, t.position)
    for transcript, position, start, end in connection.execute(query):
        name = f"'{transcript}' {position}"
        if not 0 <= start < end <= lengths.get(transcript, end):
            yield Unsound("turns", name, "start", f"'{transcript}' has a turn outside its text")
        elif last[0] == transcript and start < last[1]:
            yield Unsound("turns", name, "start", "it begins before the turn before it ends")
        last = transcript, end


def _spans(connection: Connection, table: Table, lengths: Mapping[str, int]) -> Iterator[Unsound]:
    c, least = table.c, 0 if table.name in MAY_BE_EMPTY else 1
    for row, transcript, start, end in connection.execute(select(c.id, c.transcript, c.start, c.end)):
        length = lengths.get(transcript, end)
        if end > length:
            fault = f"it ends at {end}, past the end of '{transcript}' ({length})"
            yield Unsound(table.name, str(row), "end", fault)
        elif start < 0 or end - start < least:
            yield Unsound(table.name, str(row), "end", f"its span ({start} to {end}) is none")


def _unreferred(connection: Connection, table: Table) -> Iterator[Unsound]:
    """By the schema, not by the file's own foreign keys, which whoever edited it may have taken away."""
    for key in table.foreign_keys:
        column, referred = key.parent, key.column
        names = [name for name in table.primary_key.columns if name is not column]
        query = select(column, *names).where(column.is_not(None), column.not_in(select(referred)))
        for value, *row in connection.execute(query):
            fault = f"its {column.name} is '{value}', and there is no such row in {referred.table.name}"
            yield Unsound(table.name, " ".join(map(str, row)) or str(value), column.name, fault)


def _unknown(connection: Connection, table: Table, column: str, known: set[int]) -> Iterator[Unsound]:
    of = "decision" if column == "decision" else "change of the codebook"
    for row, number in connection.execute(select(table.c.id, table.c[column]).where(table.c[column].is_not(None))):
        if number not in known:
            yield Unsound(table.name, str(row), column, f"its {column} is {number}, and there is no such {of}")


def _in_use(connection: Connection) -> Iterator[Unsound]:
    used = connection.execute(select(schema.models.c.version).where(schema.models.c.in_use)).scalars().all()
    if len(used) > 1:
        yield Unsound("models", ", ".join(used), "in_use", "several versions are in use, and only one can be")
