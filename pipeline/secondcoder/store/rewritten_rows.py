"""The rows of a store with their places moved and their words replaced."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Table, and_, bindparam, delete, insert, select, update

from secondcoder.store import schema
from secondcoder.store.rewriting_rules import Rewriting
from secondcoder.store.rewritten_detail import PAIRS

Row = Mapping[str, Any]
WORDS = {
    schema.cases: ("id", "attributes"),
    schema.transcripts: ("id", "case", "participant", "role", "wave", "source", "attributes", "notes"),
    schema.codings: ("memo",),
    schema.decisions: ("memo", "request"),
    schema.cell_notes: ("row", "summary"),
    schema.models: ("manifest",),
}
"""Columns with words that may name somebody. Coders, codes and versions are no such words."""
REFERRED_TO = {schema.codebooks: "hash", schema.cases: "id", schema.transcripts: "id"}
"""Tables whose rows get a new key before those that name them, and lose the old one after."""
CODEBOOKS = ("codebook", "before", "after")
"""Columns with the hash of a codebook."""
AGAIN = (schema.turns, schema.codings, schema.passes, schema.model_codings, schema.suggestions, schema.cell_notes)
"""Tables whose changed rows are taken out and put in again: one by one, a moved row could meet one that is still to move."""
IN_PLACE = (schema.decisions, schema.code_assignments, schema.codebook_changes, schema.models)


def rewrite_rows(connection: Connection, how: Rewriting) -> None:
    """Rewrite all rows of all tables but the events."""
    gone = [(table, _renew(connection, table, key, how)) for table, key in REFERRED_TO.items()]
    for table in AGAIN:
        changed = _changed(connection, table, how)
        _delete(connection, table, [row for row, _ in changed])
        _insert(connection, table, [now for _, now in changed])
    for table in IN_PLACE:
        _update(connection, table, _changed(connection, table, how))
    for table, rows in reversed(gone):
        _delete(connection, table, rows)


def _renew(connection: Connection, table: Table, key: str, how: Rewriting) -> list[Row]:
    """Rewrite what others refer to; those of before that have another key now, which are still there."""
    changed = _changed(connection, table, how)
    renamed = [(row, now) for row, now in changed if row[key] != now[key]]
    _insert(connection, table, [now for _, now in renamed])
    _update(connection, table, [(row, now) for row, now in changed if row[key] == now[key]])
    return [row for row, _ in renamed]


def _changed(connection: Connection, table: Table, how: Rewriting) -> list[tuple[Row, dict[str, Any]]]:
    """Rows that are others now, each as it was and as it is."""
    rows = [dict(row) for row in connection.execute(select(table)).mappings()]
    pairs = ((row, _rewritten(table, row, how)) for row in rows)
    return [(row, now) for row, now in pairs if now != row]


def _rewritten(table: Table, row: dict[str, Any], how: Rewriting) -> dict[str, Any]:
    now = row | {name: words_of(row[name], how.string) for name in WORDS.get(table, ())}
    now |= {name: how.codebook(row[name]) for name in CODEBOOKS if name in row}
    if table is schema.codebooks and row["hash"] in how.codebooks:
        now["hash"], now["yaml"] = how.codebooks[row["hash"]]
    if table is schema.transcripts:
        now["text"] = how.texts.get(row["id"], row["text"])
    if "transcript" not in row:
        return now
    if "speaker" in row:
        now["speaker"] = how.speaker(row["transcript"], row["speaker"])
    for pair in PAIRS:
        if all(row.get(name) is not None for name in pair):
            now |= dict(zip(pair, how.span(row["transcript"], *(row[name] for name in pair)), strict=True))
    if "evidence" in row:
        now["evidence"] = _evidence(row, how)
    return now | {"transcript": how.string(row["transcript"])}


def _evidence(row: Row, how: Rewriting) -> dict[str, Any]:
    """The sentences that carried a suggestion, and the passages nearest to it with their words."""
    evidence = row["evidence"]
    nearest = [_passage(passage, how) for passage in evidence.get("nearest", ())]
    carrying = [[*how.span(row["transcript"], *span)] for span in evidence.get("carrying", ())]
    return {**evidence, "carrying": carrying, "nearest": nearest}


def _passage(passage: Row, how: Rewriting) -> dict[str, Any]:
    name, start, end = how.place(passage["transcript"], passage["start"], passage["end"])
    text = how.texts.get(passage["transcript"])
    words = passage["text"] if text is None else text[start:end]
    return {**passage, "transcript": name, "start": start, "end": end, "text": words}


def words_of(value: Any, string: Callable[[str], str]) -> Any:
    """A string, or all strings of a JSON value, its keys too."""
    if isinstance(value, str):
        return string(value)
    if isinstance(value, dict):
        return {string(key): words_of(each, string) for key, each in value.items()}
    return [words_of(each, string) for each in value] if isinstance(value, list) else value


def _insert(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), rows)


def _delete(connection: Connection, table: Table, rows: Iterable[Row]) -> None:
    keys = [{f"key {column.name}": row[column.name] for column in table.primary_key.columns} for row in rows]
    if keys:
        connection.execute(delete(table).where(_is_it(table)), keys)


def _update(connection: Connection, table: Table, changed: Iterable[tuple[Row, dict[str, Any]]]) -> None:
    rows = [
        {f"key {column.name}": row[column.name] for column in table.primary_key.columns}
        | {f"now {name}": value for name, value in now.items()}
        for row, now in changed
    ]
    if rows:
        values = {column.name: bindparam(f"now {column.name}", type_=column.type) for column in table.columns}
        connection.execute(update(table).where(_is_it(table)).values(values), rows)


def _is_it(table: Table) -> Any:
    return and_(*(column == bindparam(f"key {column.name}", type_=column.type) for column in table.primary_key.columns))
