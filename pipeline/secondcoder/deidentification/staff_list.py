"""The list of staff and places that a researcher brings: a CSV file with a name in each row.

    name,kind,pseudonym,also
    Dr Sarah Whitlock,person,Dr A,Sal; Dr Witlock
    Hawthorn Surgery,practice,,the Hawthorn

Only `name` is needed: kind is person unless a row says otherwise, `pseudonym` is chosen where it is empty, and `also` holds nicknames
and other names, with semicolons between them.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from secondcoder.deidentification.finding import KINDS, PERSON
from secondcoder.domain.names import name
from secondcoder.errors import ReadError, TableError, did_you_mean

COLUMNS = ("name", "kind", "pseudonym", "also")
LARGEST = 4 * 2**20
"""Bytes of a list that is read at all."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A person or place of the list; `pseudonym` is "" where none was chosen."""

    name: str
    kind: str = PERSON
    pseudonym: str = ""
    also: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """All that it is called."""
        return self.name, *self.also


def read_staff_list(path: Path) -> list[Listed]:
    """The rows of the list.

    Raises:
        ReadError: the file cannot be read, is no UTF-8 text, or has no column `name`.
        TableError: rows without a name or with a kind that there is not, all of them.
    """
    rows = csv.DictReader(_text(path).splitlines(keepends=True), strict=True)
    try:
        columns = [name(column).casefold() for column in rows.fieldnames or ()]
        if "name" not in columns:
            raise ReadError(f"{path.name}: no column is called 'name'. A list has the columns {', '.join(COLUMNS)}.")
        if twice := next((column for column in columns if column and columns.count(column) > 1), ""):
            raise ReadError(f"{path.name}: two columns are called '{twice}'. Nothing was read.")
        rows.fieldnames = columns
        read = [(rows.line_num, row) for row in rows if any(row.values())]
    except csv.Error as error:
        raise ReadError(f"{path.name} line {rows.line_num}: no CSV ({error}). Nothing was read.") from error
    faults = [f"line {line}: {fault}" for line, row in read if (fault := _fault(row))]
    if faults:
        raise TableError(path.name, faults, "Nothing was read.")
    return [_listed(row) for _, row in read]


def _text(path: Path) -> str:
    try:
        if not path.is_file():
            raise ReadError(f"{path}: there is no such file.")
        if path.stat().st_size > LARGEST:
            raise ReadError(f"{path.name}: larger than {LARGEST // 2**20} MiB. Nothing was read.")
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ReadError(f"{path.name}: cannot be read ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise ReadError(f"{path.name}: is no UTF-8 text. Save it as 'CSV UTF-8'. Nothing was read.") from error


def _fault(row: dict[str, str | None]) -> str:
    kind = _kind(row)
    if not name(row.get("name") or ""):
        return "the name is empty."
    return "" if kind in KINDS else f"kind '{kind}' is none of {', '.join(KINDS)}.{did_you_mean(kind, KINDS)}"


def _kind(row: dict[str, str | None]) -> str:
    written = name(row.get("kind") or "") or PERSON
    return next((kind for kind in KINDS if kind.casefold() == written.casefold()), written)


def _listed(row: dict[str, str | None]) -> Listed:
    also = tuple(name(each) for each in (row.get("also") or "").split(";") if name(each))
    return Listed(name(row["name"] or ""), _kind(row), name(row.get("pseudonym") or ""), also)
