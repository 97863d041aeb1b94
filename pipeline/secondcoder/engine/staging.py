"""A table of any length and kind, read once from top to bottom into rows that parts can be taken from.

Its rows become a Parquet file in the run's folder, a row group a part, with the columns that are needed and each row's own place. No
transcript is cut: its rows stand in one part. Nothing is kept in memory but one part, and eight bytes a transcript.
"""

from __future__ import annotations

from array import array
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from secondcoder.domain.names import folded
from secondcoder.engine.parts import PART_CHARACTERS, PART_ROWS, Part
from secondcoder.errors import InputError, did_you_mean
from secondcoder.exchange.tables.clean_cells import clean_rows
from secondcoder.exchange.tables.coded_rows import is_span, unit_faults
from secondcoder.exchange.tables.raw_rows import RawRow
from secondcoder.exchange.tables.rows import GUARDED, Row, named_rows
from secondcoder.exchange.tables.streamed_rows import Unreadable, streamed_rows
from secondcoder.transcripts.registry import MOST_CHARACTERS

if TYPE_CHECKING:
    import pyarrow

KINDS = ("text", "transcript", "id", "order", "speaker", "role", "case", "participant", "wave")
"""What a column may hold, by its title or by what the person says."""
MARKS = ("start", "end")
"""Columns of spans, of which nothing is coded."""
MOST_ROWS = 20_000
"""Of one transcript, which is held in memory."""
AT_ONCE = 500


@dataclass(frozen=True)
class StagedRow:
    """A row of a table.

    Attributes:
        number: among the table's rows, from 1, empty lines not counted.
        fault: why it cannot be coded, '' where it can.
    """

    number: int
    row: Row
    fault: str = ""


def stage(path: Path, name: str, said: Mapping[str, str], into: Path, staged: str, first: int) -> list[Part]:
    """Write the rows of a table to a file and give its parts.

    Args:
        name: of the table, in results. said: what is in a column of which title, by KINDS.
        into, staged: the file, and its name in parts. first: number of the first part.

    Raises:
        InputError: no table with a text, or rows of one transcript stand apart.
    """

    parts: list[Part] = []
    with closing(_transcripts_whole(path, _rows(path, said))) as rows, _writer(into) as writer:
        for rows_of_part in rows:
            table = _arrow(rows_of_part)
            writer.write_table(table, row_group_size=len(rows_of_part))
            size = sum(len(each.row["text"]) for each in rows_of_part)
            parts.append(
                Part(
                    first + len(parts),
                    size,
                    _digest(rows_of_part),
                    table=name,
                    staged=staged,
                    group=len(parts),
                    rows=len(rows_of_part),
                )
            )
    if not parts:
        raise InputError(f"{path.name} has no rows.")
    return parts


def staged_rows(path: Path, group: int) -> list[StagedRow]:
    """The rows of a part."""
    import pyarrow.parquet

    with pyarrow.parquet.ParquetFile(path, page_checksum_verification=True) as file:
        records = file.read_row_group(group).to_pylist()
    return [
        StagedRow(
            record["number"],
            Row(record["place"], {kind: record[kind] for kind in KINDS if record[kind] is not None}),
            record["fault"],
        )
        for record in records
    ]


def _rows(path: Path, said: Mapping[str, str]) -> Iterator[StagedRow]:
    stream = streamed_rows(path, lambda cells: _text_title(said) in map(folded, cells))
    header = next(stream, None)
    if not isinstance(header, RawRow):
        raise InputError(f"{path.name} is empty.")
    kinds = _kinds(path, header, said)
    number = 0
    while chunk := list(islice(stream, AT_ONCE)):
        for staged in _named(path, header, chunk, kinds):
            number += 1
            yield replace(staged, number=number)


def _text_title(said: Mapping[str, str]) -> str:
    return folded(said.get("text", "text"))


def _kinds(path: Path, header: RawRow, said: Mapping[str, str]) -> dict[str, str]:
    """Folded title -> what the column holds; InputError where none holds the text, or a title is not there."""
    titles = {folded(cell): cell.strip() for cell in header.cells if cell.strip()}
    kinds = {title: title for title in titles if title in (*KINDS, *MARKS)}
    for kind, title in said.items():
        if folded(title) not in titles:
            shown = ", ".join(titles.values())
            near = did_you_mean(title, titles.values())
            raise InputError(f"{path.name} has no column '{title}'; its columns: {shown}.{near}")
        kinds = {known: of for known, of in kinds.items() if of != kind} | {folded(title): kind}
    if "text" not in kinds.values():
        raise InputError(
            f"{path.name} has no column 'text'; its columns: {', '.join(titles.values())}. Say which holds what was said: "
            "--columns text=TITLE."
        )
    return kinds


def _named(
    path: Path, header: RawRow, chunk: Sequence[RawRow | Unreadable], kinds: Mapping[str, str]
) -> Iterator[StagedRow]:
    readable = [each for each in chunk if isinstance(each, RawRow) and not _too_wide(header, each)]
    named = [
        replace(row, cells={kinds[title]: cell for title, cell in row.cells.items() if title in kinds})
        for row in named_rows(path, [header, *readable])
    ]
    clean, _ = clean_rows(named, guarded=path.suffix.lower() in GUARDED)
    rows = iter(clean)
    for each in chunk:
        if isinstance(each, Unreadable):
            yield StagedRow(0, Row(each.place, {}), each.why)
        elif wide := _too_wide(header, each):
            yield StagedRow(0, Row(each.place, {}), wide)
        else:
            row = next(rows)
            yield StagedRow(0, row, _fault(row))


def _too_wide(header: RawRow, row: RawRow) -> str:
    if any(map(str.strip, row.cells[len(header.cells) :])):
        return f"{len(row.cells)} cells, but the header has {len(header.cells)} columns"
    return ""


def _fault(row: Row) -> str:
    unclear = [f"column '{name}' {why}" for name, why in row.unclear.items() if name in KINDS]
    if is_span(row):
        return "marks a span of a transcript, and is no unit of one"
    if "transcript" in row.cells and not row["transcript"]:
        return "no transcript is named"
    faults = (fault.removeprefix(f"{row.place}: ").rstrip(".") for fault in unit_faults(row, {}))
    return next(iter([*unclear, *faults]), "")


def _transcripts_whole(path: Path, rows: Iterator[StagedRow]) -> Generator[list[StagedRow]]:
    """The rows of each part; InputError where a transcript is longer than any talk, or begins anew after another."""
    part: list[StagedRow] = []
    seen = array("q")
    last: str | None = None
    since = characters = of_part = 0
    for each in rows:
        # A row that cannot be read stands where its neighbours do.
        key = last if each.fault else folded(each.row["transcript"]) or None
        begins = key is None or key != last
        if begins and (len(part) >= PART_ROWS or of_part >= PART_CHARACTERS):
            yield part
            part, of_part = [], 0
        if begins and key is not None:
            seen.append(hash_of(key))
            since, characters = 0, 0
        since, characters = since + 1, characters + len(each.row["text"])
        of_part += len(each.row["text"])
        if key is not None and (since > MOST_ROWS or characters > MOST_CHARACTERS):
            raise InputError(
                f"{path.name} {each.row.place}: transcript '{each.row['transcript']}' has more than {MOST_ROWS:,} rows or "
                f"{MOST_CHARACTERS:,} characters, and one is coded as a whole. If each row stands for itself, give the column "
                "'transcript' another name."
            )
        part.append(each)
        last = key
    if part:
        yield part
    _refuse_apart(path, seen)


def hash_of(key: str) -> int:
    """Eight bytes of a name's hash, the same in every process."""
    return int.from_bytes(sha256(key.encode("utf-8", "surrogatepass")).digest()[:8], "big", signed=True)


def _refuse_apart(path: Path, seen: array[int]) -> None:
    import numpy as np

    _, counts = np.unique(np.array(seen), return_counts=True)
    if apart := int((counts > 1).sum()):
        raise InputError(
            f"{path.name}: the rows of {apart:,} transcripts stand apart, with others between them. Sort the table by the column "
            "'transcript', and each transcript's rows as they were said."
        )


def _writer(path: Path) -> pyarrow.parquet.ParquetWriter:
    import pyarrow.parquet

    return pyarrow.parquet.ParquetWriter(path, _schema(), compression="zstd", write_page_checksum=True)


def _schema() -> pyarrow.Schema:
    import pyarrow

    texts = [(name, pyarrow.string()) for name in ("place", "fault", *KINDS)]
    return pyarrow.schema([("number", pyarrow.int64()), *texts])


def _arrow(rows: Sequence[StagedRow]) -> pyarrow.Table:
    import pyarrow

    records = [
        {
            "number": each.number,
            "place": each.row.place,
            "fault": each.fault,
            **{kind: each.row.cells.get(kind) for kind in KINDS},
        }
        for each in rows
    ]
    return pyarrow.Table.from_pylist(records, schema=_schema())


def _digest(rows: Sequence[StagedRow]) -> str:
    digest = sha256()
    for each in rows:
        digest.update(
            repr((each.number, each.row.place, each.fault, sorted(each.row.cells.items()))).encode(
                "utf-8", "surrogatepass"
            )
        )
    return digest.hexdigest()
