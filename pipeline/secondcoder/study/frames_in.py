"""Data frames into a study: written as the files that hold the same, which are then imported by the rules of files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from secondcoder.domain.names import folded
from secondcoder.errors import TableError
from secondcoder.exchange.manifest import COLUMNS
from secondcoder.exchange.tables.code_columns import with_codes_joined
from secondcoder.exchange.tables.coded_rows import missing_columns
from secondcoder.exchange.tables.coded_table import sniff
from secondcoder.exchange.tables.frame_cells import frame_rows, write_frame
from secondcoder.reports.tables import write_table
from secondcoder.reports.whole_file import scratch

if TYPE_CHECKING:
    import pandas as pd

    from secondcoder.exchange.tables.rows import Row

TEXTS = "Interviews without codes come in by `import_transcripts`."
UNSAFE = re.compile(r"[^\w.-]+")


@contextmanager
def as_coded_table(frame: pd.DataFrame, name: str) -> Iterator[Path]:
    """A file with the frame's rows, which is gone afterwards.

    Raises:
        TableError: it is no coded table.
    """
    with scratch() as folder:
        path = folder / f"{_file(name)}.parquet"
        write_frame(frame, path)
        if not sniff(path):
            rows = with_codes_joined(frame_rows(frame, name))
            raise TableError(name, [f"{fault} {TEXTS}" for fault in missing_columns(rows[0])])
        yield path


@contextmanager
def as_transcripts(frame: pd.DataFrame, name: str) -> Iterator[Path]:
    """A folder with a text file a row, and a manifest that describes them; gone afterwards.

    Raises:
        TableError: a column is missing, a row has no text, or a transcript stands twice.
    """
    rows = frame_rows(frame, name)
    _check(rows, name)
    described = [column for column in rows[0].cells if _describes(column)]
    files: dict[str, str] = {}
    with scratch() as folder:
        for row in rows:
            file = _free(_file(row["transcript"]), files)
            files[file] = row["transcript"]
            # With a byte order mark it is UTF-8 beyond doubt.
            (folder / file).write_bytes(b"\xef\xbb\xbf" + row["text"].encode())
        _write_manifest(folder, files, rows, described)
        yield folder


def _check(rows: Sequence[Row], name: str) -> None:
    faults = [
        f"line 1: column '{column}' is missing." for column in ("transcript", "text") if column not in rows[0].cells
    ]
    if faults:
        raise TableError(name, faults)
    first: dict[str, str] = {}
    for row in rows:
        transcript = row["transcript"].strip()
        faults += [f"{row.place}: no transcript is named."] * (not transcript)
        faults += [f"{row.place}: transcript '{transcript}' has no text."] * (not row["text"].strip())
        if first.setdefault(folded(transcript), row.place) != row.place:
            faults.append(
                f"{row.place}: transcript '{transcript}' stands on {first[folded(transcript)]} already. Here a row is a whole "
                f"interview; "
                "a table with a row a turn or unit comes in by `import_table`, with an empty column `codes`."
            )
    if faults:
        raise TableError(name, faults)


def _describes(column: str) -> bool:
    """What the manifest of a folder may have: not what `Study.transcripts` counts, and not the text."""
    return column in COLUMNS or column.startswith(ATTRIBUTE)


ATTRIBUTE = "case_"
"""How the column of a case's attribute begins, in frames in and out."""


def _write_manifest(folder: Path, files: dict[str, str], rows: Sequence[Row], described: Sequence[str]) -> None:
    import pandas as pd

    about = [{column.removeprefix(ATTRIBUTE): row[column] for column in described if column != "file"} for row in rows]
    write_table(
        pd.DataFrame([{"file": file} | of for file, of in zip(files, about, strict=True)]), folder / "manifest.csv"
    )


def _file(name: str) -> str:
    return UNSAFE.sub("_", name).strip("._")[:80] or "table"


def _free(stem: str, taken: dict[str, str]) -> str:
    """A file's name that is not taken, in whichever case."""
    known = {name.casefold() for name in taken}
    names = (f"{stem}{f'_{at}' if at else ''}.txt" for at in range(len(taken) + 2))
    return next(name for name in names if name.casefold() not in known and name.casefold() != "manifest.txt")
