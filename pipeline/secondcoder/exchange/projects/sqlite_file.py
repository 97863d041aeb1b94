"""SQLite files of other programs, read without trust: never written, no view or trigger run, and no more work than a study is.

A file that another program still has open may keep its last changes beside it (`-wal`). It is then read from a copy, since taking
them in would write to it.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from secondcoder.domain.names import file_name
from secondcoder.errors import InputError
from secondcoder.reports.whole_file import scratch

MAGIC = b"SQLite format 3\x00"
LONGEST = 32_000_000
"""Bytes of one value; a transcript of 5 million characters has at most 20 million."""
MOST_CHARACTERS = 60_000_000
"""Of all values that are read, each of which counts `EACH` more; 200 long interviews with 20,000 codings come to 25 million."""
EACH = 30
MOST_STEPS = 1000  # of the handler below: a study of 20,000 codings takes about 20
STEP = 100_000
"""Instructions of SQLite's virtual machine between two looks at whether the file takes more work than a study is."""
MOST_COPIED = 2_000_000_000  # bytes
Record = Mapping[str, Any]


class Tables:
    """The tables of one open file; every fault in it is an InputError that names it."""

    def __init__(self, connection: sqlite3.Connection, file: str) -> None:
        self._connection, self._file = connection, file
        self._characters = 0
        self.columns = self._columns()

    def has(self, table: str, *columns: str) -> bool:
        """Whether there is such a table, with such columns."""
        return table in self.columns and set(columns) <= self.columns[table]

    def rows(self, table: str, columns: Sequence[str], optional: Sequence[str] = ()) -> Iterator[Record]:
        """The rows of a table in the order of their numbers; text is text, and '' where an optional column is missing."""
        if not self.has(table, *columns):
            lacking = ", ".join(sorted({*columns} - self.columns.get(table, set())))
            raise InputError(f"{self._file}: its table '{table}' has no {lacking}. Nothing was imported.")
        there = [*columns, *(column for column in optional if column in self.columns[table])]
        asked = ", ".join(f'"{column}"' for column in there)
        with _faults(self._file):
            for values in self._connection.execute(f'SELECT {asked} FROM "{table}"'):  # noqa: S608 - names of tables that are there
                record = dict.fromkeys(optional, "") | dict(zip(there, map(self._value, values), strict=True))
                yield record

    def count(self, table: str) -> int:
        """Rows of a table, 0 where there is none."""
        if table not in self.columns:
            return 0
        with _faults(self._file):
            return int(self._connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0])  # noqa: S608 - as above

    def _columns(self) -> dict[str, set[str]]:
        """Ordinary tables alone: a view may never end, and a virtual table may run anything."""
        asked = "SELECT name, sql FROM sqlite_master WHERE type = 'table' LIMIT 1000"
        with _faults(self._file):
            made = {name: str(sql) for name, sql in self._connection.execute(asked) if isinstance(name, str)}
            plain = [
                name for name, sql in made.items() if "virtual" not in sql.lower().split("(")[0] and '"' not in name
            ]
            return {
                table: {str(row[1]) for row in self._connection.execute(f'PRAGMA table_info("{table}")')}
                for table in plain
            }

    def _value(self, value: Any) -> Any:
        """A text as it is, a missing value as ''; InputError for what is too much, and for bytes in the place of a text."""
        if isinstance(value, bytes):
            raise InputError(f"{self._file}: bytes stand where a text is to be. Nothing was imported.")
        self._characters += EACH + (len(value) if isinstance(value, str) else 0)
        if self._characters > MOST_CHARACTERS:
            raise InputError(f"{self._file}: more than {MOST_CHARACTERS:,} characters of text. Nothing was imported.")
        return "" if value is None else value


def is_sqlite(path: Path) -> bool:
    """Whether a file begins as SQLite's do."""
    try:
        with path.open("rb") as file:
            return file.read(len(MAGIC)) == MAGIC
    except OSError:
        return False


def tables_in(path: Path) -> Mapping[str, set[str]]:
    """The tables of a file with their columns; {} for what is no SQLite file that can be read. For sniffing, which never raises."""
    if not is_sqlite(path):
        return {}
    try:
        with open_tables(path) as tables:
            return tables.columns
    except InputError:
        return {}


@contextmanager
def open_tables(path: Path, called: str = "") -> Iterator[Tables]:
    """The file's tables; InputError, with what the file is called, where it is damaged or no SQLite file."""
    file = file_name(called or path.name)
    if not is_sqlite(path):
        raise InputError(f"{file}: no SQLite database, which it is to be. Nothing was imported.")
    beside = [path.with_name(path.name + suffix) for suffix in ("-wal", "-journal")]
    unsaved = [each for each in beside if each.is_file() and each.stat().st_size]
    with scratch() as folder:
        if unsaved:
            if sum(each.stat().st_size for each in (path, *unsaved)) > MOST_COPIED:
                raise InputError(f"{file}: it is open in another program. Close it there first. Nothing was imported.")
            for each in (path, *unsaved):
                shutil.copyfile(each, Path(folder, f"copy{each.name.removeprefix(path.name)}"))
        with _faults(file):
            place, how = (Path(folder, "copy"), "mode=rw") if unsaved else (path, "mode=ro&immutable=1")
            connection = sqlite3.connect(f"file:{quote(str(place.absolute()))}?{how}", uri=True)
        try:
            with _faults(file):
                _guard(connection)
            yield Tables(connection, file)
        finally:
            connection.close()


def _guard(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA mmap_size = 0")
    connection.execute("PRAGMA cell_size_check = ON")
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST)
    steps = iter(range(MOST_STEPS))
    connection.set_progress_handler(lambda: next(steps, None) is None, STEP)


@contextmanager
def _faults(file: str) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, UnicodeDecodeError, OverflowError) as error:
        why = "it holds bytes that are no text" if "decode" in str(error).lower() else str(error)
        raise InputError(f"{file}: the database cannot be read ({why}). Nothing was imported.") from None
