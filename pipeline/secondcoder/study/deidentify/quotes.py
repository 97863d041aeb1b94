"""Every place in the store must quote afterwards what it quoted before, but for the pseudonyms: looked up in the rows themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select

from secondcoder.deidentification.moves import Replacement
from secondcoder.errors import StudyError
from secondcoder.store import schema
from secondcoder.store.rewritten_detail import PAIRS

TABLES = (
    *(schema.turns, schema.codings, schema.passes, schema.model_codings, schema.suggestions, schema.decisions),
    schema.code_assignments,
)
Quotes = Mapping[tuple[Any, ...], str]
"""Table, row and which of its places -> the words there."""


def quotes(
    connection: Connection, replaced: Mapping[str, Sequence[Replacement]], named: Callable[[str], str] = str
) -> Quotes:
    """What every place quotes now, with these replacements applied.

    Args:
        named: what a transcript will be called.
    """
    texts = dict(connection.execute(select(schema.transcripts.c.id, schema.transcripts.c.text)).tuples().all())
    return {
        (table, *(named(part) if isinstance(part, str) else part for part in row), which): _quoted(
            texts[transcript], start, end, replaced.get(transcript, ())
        )
        for table, row, which, transcript, start, end in _places(connection)
    }


def check_quotes(before: Quotes, after: Quotes) -> None:
    """StudyError where a place quotes other words; then nothing must be committed."""
    wrong = [key for key in before.keys() | after.keys() if before.get(key) != after.get(key)]
    if wrong:
        table, *row = min(wrong, key=str)
        raise StudyError(
            f"A place of {table} (row {row}) would no longer quote what it quoted. This is a fault of secondcoder: please report it. "
            "Nothing was changed."
        )


def _places(connection: Connection) -> Iterator[tuple[str, tuple[Any, ...], str, str, int, int]]:
    """Table, primary key, which place of the row, transcript, start, end."""
    for table in TABLES:
        for row in connection.execute(select(table)).mappings():
            for pair in PAIRS:
                start, end = (row.get(name) for name in pair)
                if start is not None and end is not None:
                    key = tuple(row[column.name] for column in table.primary_key.columns)
                    yield table.name, key, pair[0], row["transcript"], start, end


def _quoted(text: str, start: int, end: int, replaced: Sequence[Replacement]) -> str:
    """By another road than `Moves.span`: the span is widened to whole words, which are replaced from the last to the first."""
    if end <= start:
        return ""
    inside = [each for each in replaced if each.start < end and start < each.end]
    low = min([start, *(each.start for each in inside)])
    words = text[low : max([end, *(each.end for each in inside)])]
    for each in sorted(inside, reverse=True):
        words = words[: each.start - low] + each.words + words[each.end - low :]
    return words
