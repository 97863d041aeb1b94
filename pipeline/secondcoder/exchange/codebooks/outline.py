"""The codes of a table in their hierarchy: which row is a code, what it is called, and what it stands under.

A row's code stands under another because of a column of themes, a column `parent`, levels in figures, names that are indented, or
names like `Barriers > Time`. A code that others name as theirs and that has no row is made.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from secondcoder.domain.names import folded, name
from secondcoder.exchange.codebooks.columns import Columns
from secondcoder.exchange.tables.rows import Row

STEPS = re.compile(r"\s*[>»→\\]\s*")
"""What stands between names in `Barriers > Time`."""
INDENT = re.compile(r"[\s\u00a0]*(?:[-–—•*·]\s+)?")
TAB = 4
Path = tuple[str, ...]


@dataclass(eq=False)
class Entry:
    """A code as the table has it.

    Attributes:
        path: its names from the top down; rows: those that speak of it, none for one that was made; parent: what its row names so.
        above, id, shown: given by `identities`: its parent, its id, and its name, with the parent's where it needs that.
    """

    path: Path
    rows: list[Row] = field(default_factory=list)
    parent: str = ""
    above: Entry | None = None
    id: str = ""
    shown: str = ""

    @property
    def place(self) -> str:
        """Where a person finds it."""
        return self.rows[0].place if self.rows else f"'{self.name}'"

    @property
    def name(self) -> str:
        """What the code is called."""
        return self.path[-1]


@dataclass
class Outline:
    """The codes, parents first; `faults` name rows that cannot be used."""

    entries: list[Entry] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def made(self) -> list[str]:
        """Names of codes that have no row of their own."""
        return [entry.name for entry in self.entries if not entry.rows]


def outline(rows: Sequence[Row], columns: Columns) -> Outline:
    """The codes that the rows of a table describe. A row without a name, or with the same again, goes on with the code above."""
    result = Outline()
    entries: dict[Path, Entry] = {}
    entry: Entry | None = None
    for row, path in _paths(rows, columns, result.faults):
        parent = name(row[columns.parent]) if columns.parent else ""
        if path:
            before, entry = entry, _entry(entries, path, parent)
            if entry.rows and entry is not before:
                fault = f"{row.place}: code '{entry.name}' stands on {entry.place} already. Put both rows into one."
                result.faults.append(fault)
        if entry is None:
            result.faults.append(f"{row.place}: the row has no name. Fill '{columns.levels[-1]}', or take the row out.")
        else:
            entry.rows.append(row)
            entry.parent = entry.parent or parent
    result.entries = list(entries.values())
    return result


def _entry(entries: dict[Path, Entry], path: Path, parent: str) -> Entry:
    """The entry of a path, made with all above it where it is new; codes of one name under two parents are two."""
    for depth in range(1, len(path)):
        entries.setdefault(tuple(map(folded, path[:depth])), Entry(path[:depth]))
    key = (*map(folded, path), *([f"under {folded(parent)}"] if parent else []))
    return entries.setdefault(key, Entry(path))


def _paths(rows: Sequence[Row], columns: Columns, faults: list[str]) -> Iterator[tuple[Row, Path]]:
    """Each row with the names from the top down to its own code, () for a row without a name."""
    above: list[str] = []
    indents: list[tuple[int, str]] = []
    for row in rows:
        cells = [row[column] for column in columns.levels]
        last = max((at for at, cell in enumerate(cells) if name(cell)), default=None)
        if last is None:
            yield row, ()
            continue
        # A theme that is written once holds for the rows below it.
        above = [
            cell if name(cell) else above[at] if at < len(above) else "" for at, cell in enumerate(cells[: last + 1])
        ]
        if columns.parent is not None:
            yield row, tuple(filter(None, map(name, above)))
            continue
        path = tuple(step for cell in above for step in _steps(cell))
        if len(columns.levels) == 1:
            path = _under(indents, _level(row, columns, faults) if columns.level else _width(cells[0]), path)
        yield row, path


def _steps(cell: str) -> list[str]:
    bare = INDENT.sub("", cell, count=1)
    steps = [name(step) for step in STEPS.split(bare)]
    return steps if all(steps) else [step for step in [name(bare)] if step]


def _width(cell: str) -> int:
    """How far a name is indented, in blanks."""
    found = INDENT.match(cell)
    return len((found[0] if found else "").expandtabs(TAB))


def _level(row: Row, columns: Columns, faults: list[str]) -> int:
    written = row[columns.level or ""].strip()
    figures = re.search(r"\d{1,9}", written)
    if figures is None and written:
        faults.append(f"{row.place}: level '{written}' is no number. The highest level is 1.")
    return int(figures[0]) if figures else 1


def _under(indents: list[tuple[int, str]], depth: int, path: Path) -> Path:
    """The path below the names that are less indented, or of a higher level."""
    while indents and indents[-1][0] >= depth:
        indents.pop()
    whole = (*(above for _, above in indents), *path)
    indents += [(depth, each) for each in path]
    return whole
