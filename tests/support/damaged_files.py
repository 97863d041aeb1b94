"""Real files of every format, taken apart into lines, paragraphs or rows, so that they can be damaged and put together again."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

Change = Callable[[str], str]
_PARAGRAPH = re.compile(r"<w:p[ >].*?</w:p>", re.DOTALL)
_RUN = re.compile(r"(<w:t(?: [^>]*)?>)([^<]*)(</w:t>)")


class CannotHoldError(Exception):
    """The format has no way to write this character."""


@dataclass(frozen=True)
class LinesOfText:
    """A text file; its parts are lines."""

    content: bytes

    @property
    def parts(self) -> list[str]:
        return self.content.decode("utf-8-sig").replace("\r\n", "\n").split("\n")

    def shown(self, part: str) -> str:
        return part

    def edited(self, part: str, change: Change, rng: Random) -> str:
        return change(part)

    def written(self, parts: Sequence[str]) -> bytes:
        return "\n".join(parts).encode()


@dataclass(frozen=True)
class Paragraphs:
    """A Word document; its parts are paragraphs as XML."""

    content: bytes

    @property
    def _xml(self) -> str:
        return zipfile.ZipFile(io.BytesIO(self.content)).read("word/document.xml").decode()

    @property
    def parts(self) -> list[str]:
        return _PARAGRAPH.findall(self._xml)

    def shown(self, part: str) -> str:
        return "".join(text for _, text, _ in _RUN.findall(part))

    def edited(self, part: str, change: Change, rng: Random) -> str:
        runs = len(_RUN.findall(part))
        # The label stands in the first run; a change that looks for one leaves every other run as it is.
        at = 0 if runs == 1 else rng.randrange(runs)
        seen = iter(range(runs))
        return _RUN.sub(lambda run: run[1] + change(run[2]) + run[3] if next(seen) == at else run[0], part)

    def written(self, parts: Sequence[str]) -> bytes:
        if any(sign in part for part in parts for sign in "\f\v"):
            raise CannotHoldError
        xml = self._xml
        first, *_, last = _PARAGRAPH.finditer(xml)
        return with_member(self.content, "word/document.xml", xml[: first.start()] + "".join(parts) + xml[last.end() :])


@dataclass(frozen=True)
class Rows:
    """A table; its parts are rows of cells below `columns`, written as CSV, workbook or Parquet."""

    columns: tuple[str, ...]
    cells: tuple[tuple[str, ...], ...]
    form: str = "csv"

    @classmethod
    def of(cls, path: Path, form: str, rows: int | None = None) -> Rows:
        with path.open(encoding="utf-8-sig", newline="") as file:
            header, *cells = csv.reader(file)
        return cls(tuple(header), tuple(map(tuple, cells[:rows])), form)

    @property
    def content(self) -> bytes:
        return self.written(self.parts)

    @property
    def parts(self) -> list[tuple[str, ...]]:
        return list(self.cells)

    def shown(self, part: Sequence[str]) -> str:
        return " ".join(part)

    def edited(self, part: Sequence[str], change: Change, rng: Random) -> tuple[str, ...]:
        at = rng.choice([at for at, cell in enumerate(part) if cell])
        return (*part[:at], change(part[at]), *part[at + 1 :])

    def written(self, parts: Sequence[Sequence[str]], columns: Sequence[str] = ()) -> bytes:
        out = io.BytesIO()
        _WRITERS[self.form](out, columns or self.columns, parts)
        return out.getvalue()


Material = LinesOfText | Paragraphs | Rows


def _write_csv(out: io.BytesIO, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([columns, *rows])
    out.write(text.getvalue().encode())


def _write_workbook(out: io.BytesIO, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from openpyxl import Workbook
    from openpyxl.utils.exceptions import IllegalCharacterError

    book = Workbook()
    try:
        for row in (columns, *rows):
            # Plain cells that hold numbers are numbers, as in a workbook that a person made.
            book.active.append([float(cell) if re.fullmatch(r"\d{1,6}", cell) else cell or None for cell in row])
    except IllegalCharacterError as error:
        raise CannotHoldError from error
    book.save(out)


def _write_parquet(out: io.BytesIO, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    import pyarrow
    import pyarrow.parquet

    table = pyarrow.table([[cell or None for cell in column] for column in zip(*rows, strict=True)], list(columns))
    # With checksums a reader can know that a page is damaged, as in a zip.
    pyarrow.parquet.write_table(table, out, write_page_checksum=True, compression="none")


_WRITERS: dict[str, Callable[[io.BytesIO, Sequence[str], Sequence[Sequence[str]]], Any]] = {
    "csv": _write_csv, "xlsx": _write_workbook, "parquet": _write_parquet,
}  # fmt: skip


def with_member(archive: bytes, name: str, content: str | None) -> bytes:
    """A zip with one member's content changed, or without it."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for member in before.namelist():
            if member != name:
                after.writestr(member, before.read(member))
            elif content is not None:
                after.writestr(member, content)
    return out.getvalue()


def members(archive: bytes) -> list[str]:
    """The names of a zip's members."""
    return zipfile.ZipFile(io.BytesIO(archive)).namelist()
