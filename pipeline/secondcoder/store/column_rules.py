"""What each column of a store may hold, and the rows that hold something else: one rule for reading and for `secondcoder check`.

A cell that was damaged or edited by other means may hold anything: SQLite keeps text in a column of whole numbers.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from math import isfinite
from typing import Any, NamedTuple

from sqlalchemy import JSON, Boolean, Column, Connection, Float, Integer, Table, Text, cast, select, type_coerce
from sqlalchemy.exc import DatabaseError
from sqlalchemy.types import NullType

from secondcoder.codebook.history import Step
from secondcoder.domain.records import Light, Origin, ReviewAction, Sample, SpeakerRole, Valence
from secondcoder.errors import StoreError
from secondcoder.store import schema
from secondcoder.store.evidence import evidence_of

UNREADABLE = (ValueError, TypeError, LookupError, AttributeError, OverflowError, RecursionError)
"""What Python raises for a value that is none of those it is read as."""
BATCH = 1000
WORDS: Mapping[tuple[str, str], Iterable[str]] = {
    ("turns", "role"): SpeakerRole,
    ("codings", "origin"): Origin,
    ("codings", "valence"): Valence,
    ("coding_passes", "origin"): Origin,
    ("decisions", "verdict"): ReviewAction,
    ("decisions", "origin"): Origin,
    ("decisions", "sample"): Sample,
    ("decisions", "valence"): Valence,
    ("code_assignments", "origin"): Origin,
    ("cell_notes", "row_kind"): ("case", "participant", "transcript"),
    ("cell_notes", "light"): ("", *Light),
}
"""(table, column) -> the words that it may hold."""
DATES = ("at", "since")
"""Columns that hold a time, as text."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What a column may hold.

    Attributes:
        wanted: in words, as "a whole number".
        types: of the values, as they are read; None's where the column may be empty.
        fits: whether a value of the right type will do; None where any will.
        told: the value may stand in a message: it is no talk.
    """

    wanted: str
    types: frozenset[type]
    fits: Callable[[Any], bool] | None = None
    told: bool = True

    def holds(self, values: list[Any]) -> bool:
        """Whether all these values will do; a few instructions a value, since rows come by the hundred thousand."""
        if not set(map(type, values)) <= self.types:
            return False
        if self.fits is None:
            return True
        different = values if self.types & {list, dict} else set(values)
        return all(self.fits(value) for value in different if value is not None)


PLAIN: Mapping[type, Rule] = {
    Boolean: Rule("yes or no", frozenset({bool, int}), lambda value: value in (0, 1)),
    Integer: Rule("a whole number", frozenset({int})),
    Float: Rule("a number", frozenset({int, float}), isfinite),
}
"""Type of a column -> its rule, where nothing else is known of it."""


class Unsound(NamedTuple):
    """A row that holds what cannot be there."""

    table: str
    row: str
    column: str
    fault: str

    def __str__(self) -> str:
        return f"{self.table} row {self.row}: {self.fault}"


# -- the rules ---------------------------------------------------------------------------------------------------------------------


@cache
def rule_of(column: Column[Any]) -> Rule:
    """The rule of a column of the schema."""
    rule = _rule(column)
    types = rule.types | {type(None)} if column.nullable else rule.types
    return Rule(rule.wanted, types, rule.fits, rule.told)


def _rule(column: Column[Any]) -> Rule:
    kind, place = column.type, (column.table.name, column.name)
    if place in WORDS:
        words = frozenset(map(str, WORDS[place]))
        named = ", ".join(sorted(filter(None, words)))
        return Rule(f"one of {named}", frozenset({str}), words.__contains__)
    if isinstance(kind, JSON):
        return SHAPES[place]
    if column.name in DATES:
        return Rule("a date and time", frozenset({str}), _reads(datetime.fromisoformat))
    plain = next((rule for of, rule in PLAIN.items() if isinstance(kind, of)), None)
    return plain or Rule("text", frozenset({str}), told=not isinstance(kind, Text))


def _reads(read: Callable[[Any], object]) -> Callable[[Any], bool]:
    """Whether `read` takes a value."""

    def fits(value: Any) -> bool:
        try:
            read(value)
        except UNREADABLE:
            return False
        return True

    return fits


def _is_list_of_text(value: Any) -> bool:
    return type(value) is list and all(type(each) is str for each in value)


def _is_attributes(value: Any) -> bool:
    return type(value) is dict and all(type(each) is str for each in value.values())


def _is_scores(value: Any) -> bool:
    return type(value) is dict and all(type(each) in (int, float) and isfinite(each) for each in value.values())


def _is_steps(value: Any) -> bool:
    return type(value) is list and all(map(_is_step, value))


def _is_step(value: Any) -> bool:
    codes = [value.get(name, []) for name in ("old", "new", "above")] if type(value) is dict else [None]
    return all(map(_is_list_of_text, codes)) and type(value.get("of", 0)) is int and _reads(Step.from_json)(value)


_CODES = Rule("a list of codes", frozenset({list}), _is_list_of_text)
_ATTRIBUTES = Rule("attributes, a text each", frozenset({dict}), _is_attributes, told=False)
SHAPES: Mapping[tuple[str, str], Rule] = {
    ("cases", "attributes"): _ATTRIBUTES,
    ("transcripts", "attributes"): _ATTRIBUTES,
    ("transcripts", "notes"): Rule("a list of texts", frozenset({list}), _is_list_of_text, told=False),
    ("coding_passes", "codes"): _CODES,
    ("model_codings", "codes"): _CODES,
    ("model_codings", "scores"): Rule("a number a code", frozenset({dict}), _is_scores),
    ("models", "manifest"): Rule("a model's manifest", frozenset({dict}), told=False),
    ("suggestions", "evidence"): Rule("a suggestion's evidence", frozenset({dict}), _reads(evidence_of), told=False),
    ("codebook_changes", "steps"): Rule("the steps of a change", frozenset({list}), _is_steps),
    ("code_assignments", "codes"): _CODES,
    ("events", "detail"): Rule("an event's detail", frozenset({dict}), told=False),
}
"""(table, column) -> what its JSON must be; a test holds that every column of JSON is here."""


# -- the rows of a store -----------------------------------------------------------------------------------------------------------


def unsound_rows(connection: Connection, table: Table) -> Iterator[Unsound]:
    """Every cell of a table that holds what its column may not; whatever is in the file, nothing but this comes of it."""
    columns = [*table.columns]
    try:
        with _any_text(connection):
            rows = connection.execution_options(yield_per=BATCH).execute(select(*map(_as_written, columns)))
            for row in rows:
                yield from _unsound_cells(table, dict(zip(columns, row, strict=True)))
    except DatabaseError as error:
        yield Unsound(table.name, "?", "", f"the table cannot be read to its end ({error.orig})")


def _as_written(column: Column[Any]) -> Any:
    """The column without SQLAlchemy's reading of it, which would raise; JSON as its text."""
    return cast(column, Text) if isinstance(column.type, JSON) else type_coerce(column, NullType())


@contextmanager
def _any_text(connection: Connection) -> Iterator[None]:
    """Inside, SQLite gives text that is no UTF-8 too, with surrogates in it."""
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name != "sqlite":
        yield
        return
    driver.text_factory = lambda written: written.decode("utf-8", "surrogateescape")
    try:
        yield
    finally:
        driver.text_factory = str


def _unsound_cells(table: Table, row: Mapping[Column[Any], Any]) -> Iterator[Unsound]:
    for column, value in row.items():
        if fault := _fault(column, value):
            name = " ".join(_short(row[key]) for key in table.primary_key.columns)
            yield Unsound(table.name, name, column.name, fault)


def _fault(column: Column[Any], value: Any) -> str:
    """What is wrong with a cell, as it is written in the file; "" where nothing is."""
    rule, read = rule_of(column), value
    if value is None:
        return "" if column.nullable else f"its {column.name} is missing"
    if isinstance(column.type, JSON):
        try:
            read = json.loads(value)
        except UNREADABLE:
            return f"its {column.name} holds no JSON"
    if isinstance(value, str) and not _is_utf8(value):
        return f"its {column.name} holds no text that can be read (UTF-8)"
    if rule.holds([read]):
        return ""
    shown = f"is {_short(value)}, which" if rule.told else "holds something that"
    return f"its {column.name} {shown} is not {rule.wanted}"


def _is_utf8(text: str) -> bool:
    return text.isascii() or _reads(str.encode)(text)


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else repr(value)
    shown = text.encode("utf-8", "replace").decode()[:60]
    return f"'{shown}…'" if len(text) > 60 else f"'{shown}'"


# -- reading -----------------------------------------------------------------------------------------------------------------------


def sound_rows(connection: Connection, query: Any) -> list[Any]:
    """The rows that a query gives; StoreError, naming table and row, where one of its tables' columns holds what it may not."""
    try:
        rows = [*connection.execute(query).all()]
    except UNREADABLE:  # as of JSON that is none
        raise _damaged(connection, query) from None
    for at, column in enumerate(query.selected_columns):
        if isinstance(column, Column) and not rule_of(column).holds([row[at] for row in rows]):
            raise _damaged(connection, query)
    return rows


def _damaged(connection: Connection, query: Any) -> StoreError:
    tables = {column.table.name for column in query.selected_columns if isinstance(column, Column)}
    found = (fault for name in sorted(tables) for fault in unsound_rows(connection, schema.metadata.tables[name]))
    first = next(found, "a row cannot be read")
    return StoreError(
        f"The store of this study is damaged: {first}. `secondcoder check` lists every damage. Nothing was changed."
    )
