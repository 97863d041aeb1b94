"""A coding format, invented: CSV with one coding a row. It says nothing of what was looked through, so that all else is unknown."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from secondcoder.codebook.model import Codebook
from secondcoder.domain.records import Coding, Origin
from secondcoder.errors import TableError
from secondcoder.exchange.registry import CodedData, CodedFormat, ImportContext
from secondcoder.reports.whole_file import write_whole

COLUMNS = ["document", "from", "to", "label", "rater", "origin"]


def sniff(path: Path) -> bool:
    return path.read_bytes().startswith(",".join(COLUMNS).encode())


def codes(path: Path) -> list[str]:
    return [row["label"] for _, row in _rows(path)]


def read(path: Path, context: ImportContext) -> CodedData:
    """All rows; TableError with every row whose document is not in the study or whose label is not in the codebook."""
    faults = [fault for line, row in _rows(path) for fault in _faults(line, row, context)]
    if faults:
        raise TableError(path.name, faults)
    return CodedData(codings=[_coding(row, context.book) for _, row in _rows(path)], notes=["read as CSV-long"])


def write(data: CodedData, book: Codebook, path: Path) -> None:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(
        [each.transcript, each.start, each.end, each.code, each.coder, each.origin] for each in data.codings
    )
    write_whole(path, out.getvalue().encode())


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    return enumerate(csv.DictReader(path.read_text(encoding="utf-8").splitlines()), start=2)


def _faults(line: int, row: dict[str, str], context: ImportContext) -> Iterator[str]:
    if row["document"] not in context.known:
        yield f"line {line}: document '{row['document']}' is not in the study."
    if context.book.find(row["label"]) is None:
        yield f"line {line}: label '{row['label']}' is not in the codebook."


def _coding(row: dict[str, str], book: Codebook) -> Coding:
    code = book.find(row["label"]) or row["label"]
    return Coding(row["document"], int(row["from"]), int(row["to"]), code, row["rater"], Origin(row["origin"]))


CODED_FORMAT = CodedFormat("csv-long", (".csv",), sniff, read, write, codes, priority=60)
