"""Coded passages in a sheet of another program: MAXQDA's coded segments, ATLAS.ti's quotations, Dedoose's excerpts, or any other.

Such sheets quote, and say nothing of where in the text the quotation stands. Their rows are put into the columns of a coded table,
and from there on are rows of quotations like any others (`coded_table.data_of`, `quote_places`). Rows without a code or without text
say nothing that can be coded, and are counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path

from secondcoder.codebook.model import Codebook
from secondcoder.domain.names import folded
from secondcoder.domain.records import Transcript
from secondcoder.domain.wording import counted, listed, shorten
from secondcoder.errors import SecondcoderError, TableError, did_you_mean
from secondcoder.exchange.layout import said_layout
from secondcoder.exchange.registry import CodedData, CodedFormat, ImportContext
from secondcoder.exchange.tables.clean_cells import clean_rows
from secondcoder.exchange.tables.code_paths import named_code, new_names, paths_in
from secondcoder.exchange.tables.coded_rows import names_columns
from secondcoder.exchange.tables.coded_table import data_of
from secondcoder.exchange.tables.pdf_rows import is_tall_pdf, pdf_rows
from secondcoder.exchange.tables.quoted_text import QuotedText
from secondcoder.exchange.tables.rows import GUARDED, Row, named_rows, read_table, titles_of
from secondcoder.exchange.tables.sheet_columns import (
    APPLIED,
    NEEDED,
    Columns,
    begin_and_end,
    by_content,
    by_title,
    by_words,
    documents_named,
    looks_coded,
    quoted,
)

NO_TRANSCRIPTS = (
    "line 1: no document is named, and the study has no transcripts whose passages these could be. Import the transcripts first. "
    "Or, where each row is a text of its own, as a comment: title its columns transcript (a number or name of its own in each "
    "row), text, codes and coder, and import the table without --columns."
)
_KEPT = ("text", "coder", "memo", "paragraph", "valence")
_NAMES = {"text": "the passages", "codes": "the codes"}
YES = frozenset(("true", "1", "1.0", "yes", "x"))
FROM_PDF = "a PDF keeps no line ends, and words at its line ends may be divided. Where the list itself is there, export it as .xlsx."
FEWEST_ROWS = 3
"""Of a sheet that is known by its cells alone."""


def sniff(path: Path) -> bool:
    """Does the sheet have the titles of another program's coded passages, or those that the person named, or numbered paragraphs?"""
    with suppress(SecondcoderError):
        if path.suffix.lower() not in GUARDED:
            return is_tall_pdf(path) and any(_is_header(row.cells) for row in pdf_rows(path)[:1])
        titles = [*titles_of(path, _is_header)]
        return not names_columns(titles) and (_is_header(titles) or _numbers_paragraphs(path))
    return False


def codes(path: Path) -> list[str]:
    """Codes by their names, those of one name with the name above; none where only the cells tell the columns."""
    rows, titles, _ = _rows(path)
    columns = by_title(titles) | by_words(said_layout().columns, list(titles))
    paths = dict.fromkeys(each for row in rows for each in _paths(row, columns, titles))
    return list(new_names(paths).values())


def read(path: Path, context: ImportContext) -> CodedData:
    """The codings of a sheet, whose transcripts are in the study or come with it.

    Raises:
        TableError: columns that cannot be told, with the question; or all bad rows together, each with its line.
    """
    rows, titles, notes = _rows(path)
    columns = _columns(path, rows, context)
    canonical = _canonical_rows(rows, columns, titles, context)
    said = [row for row in canonical if row["text"].strip() and row["codes"]]
    if not said:
        raise TableError(path.name, ["has no row with a text and a code."])
    said, faults = _with_transcripts(said, context.known)
    if faults:
        raise TableError(path.name, faults)
    clean, more = clean_rows(said, guarded=True, book=context.book)
    data = data_of(clean, path.name, replace(context, interviewer=()), [*notes, *more])
    data.notes += _not_taken(canonical, columns, titles)
    return data


CODED_FORMAT = CodedFormat("sheet", GUARDED, sniff, read, None, codes, priority=60)


def _is_header(cells: Sequence[str]) -> bool:
    there = {folded(cell) for cell in cells}
    return looks_coded(there) or any(folded(title) in there for title in said_layout().columns.values())


def _numbers_paragraphs(path: Path) -> bool:
    """Whether the cells look like MAXQDA's, whatever the titles: quotations, few codes, and where they begin and end."""
    rows = list(islice(read_table(path).rows, 200))
    if len(rows) < FEWEST_ROWS or not (numbers := begin_and_end(rows, ())):
        return False
    columns = [[row[title] for row in rows] for title in rows[0].cells if title and title not in numbers]
    long = [cells for cells in columns if sum(map(len, cells)) >= 20 * len(rows)]
    few = [cells for cells in columns if all(cells) and len(set(cells)) < len(rows)]
    return bool(long) and len(few) > 1


def _rows(path: Path) -> tuple[list[Row], Mapping[str, str], tuple[str, ...]]:
    """The rows, the titles as they are written by what they are in lower case, and notes."""
    if path.suffix.lower() == ".pdf":
        raw = pdf_rows(path)
        return [*named_rows(path, raw)], {folded(title): title for title in raw[0].cells}, (FROM_PDF,)
    table = read_table(path, _is_header)
    return table.rows, titles_of(path, _is_header), table.notes


def _columns(path: Path, rows: Sequence[Row], context: ImportContext) -> Columns:
    """Which column holds what; TableError with the question where that cannot be told."""
    titles = list(rows[0].cells)
    columns = by_title(titles) | by_words(said_layout().columns, titles)
    applied = any(APPLIED.fullmatch(title) for title in titles)
    missing = [kind for kind in NEEDED if kind not in columns and not (kind == "codes" and applied)]
    columns |= by_content(rows, missing, columns.values(), context.known, context.book)
    if "paragraph" not in columns and (numbers := begin_and_end(rows, columns.values())):
        columns["paragraph"] = numbers[0]
    missing = [kind for kind in missing if kind not in columns and kind != "document"]
    if missing:
        which = f"Which column holds {listed([_NAMES[kind] for kind in missing])}"
        option = ",".join(f"{kind}=COLUMN" for kind in missing)
        raise TableError(path.name, [f'{which}? {quoted(titles)} do not show it. Say it with --columns "{option}".'])
    return columns


def _paths(row: Row, columns: Columns, titles: Mapping[str, str], book: Codebook | None = None) -> Iterator[str]:
    """The codes of a row as they are written: in a cell, or in the titles of Dedoose's columns that say yes."""
    if "codes" in columns:
        yield from paths_in(row[columns["codes"]], book)
    for title, cell in row.cells.items():
        if APPLIED.fullmatch(title) and cell.strip().casefold() in YES:
            yield titles[title][len("Code: ") : -len(" Applied")].strip()


def _canonical_rows(
    rows: Sequence[Row], columns: Columns, titles: Mapping[str, str], context: ImportContext
) -> list[Row]:
    """The rows in the columns of a coded table."""
    paths = [list(_paths(row, columns, titles, context.book)) for row in rows]
    codes = {path: named_code(path, name, context.book) for path, name in new_names(chain(*paths)).items()}
    written = columns.get("document", "")
    named = documents_named(context.known)
    documents = {cell: named(cell) or cell for cell in {row[written].strip() for row in rows}}
    kinds = {title: "transcript" if kind == "document" else kind for kind, title in columns.items()}

    def canonical(row: Row, of_row: Sequence[str]) -> Row:
        cells = {kind: row[columns[kind]] for kind in _KEPT if kind in columns}
        cells |= {
            "codes": "|".join(dict.fromkeys(codes[path] for path in of_row)),
            "transcript": documents[row[written].strip()],
        }
        return Row(row.place, cells, {kinds[title]: why for title, why in row.unclear.items() if title in kinds})

    return [canonical(row, of_row) for row, of_row in zip(rows, paths, strict=True)]


def _with_transcripts(rows: Sequence[Row], known: Mapping[str, Transcript]) -> tuple[list[Row], list[str]]:
    """The rows, those that name no document with the only transcript that holds their text; and the faults of the others."""
    if not known and not any(row["transcript"] for row in rows):
        return [], [NO_TRANSCRIPTS]
    texts = [QuotedText(transcript) for transcript in known.values()]
    placed: list[Row] = []
    faults: list[str] = []
    for row in rows:
        names = [row["transcript"]] if row["transcript"] else _holding(row["text"], texts)
        if len(names) == 1 and names[0] in known:
            placed.append(replace(row, cells={**row.cells, "transcript": names[0]}))
        elif len(names) == 1:
            near = did_you_mean(names[0], known)
            faults.append(
                f"{row.place}: document '{names[0]}' is not in the study.{near} Import it before or with its codes."
            )
        else:
            where = f"stands in {listed(names)}" if names else "stands in no transcript of the study"
            faults.append(
                f"{row.place}: no document is named, and '{shorten(' '.join(row['text'].split()), 40)}' {where}."
            )
    return placed, faults


def _holding(text: str, texts: Sequence[QuotedText]) -> list[str]:
    if len(texts) == 1:
        return [texts[0].transcript.id]
    return [each.transcript.id for each in texts if each.spans(text)]


def _not_taken(rows: Sequence[Row], columns: Columns, titles: Mapping[str, str]) -> list[str]:
    """Notes on rows that say nothing, and on columns that no coding can hold."""
    notes = []
    without = [row for row in rows if not row["codes"] and row["text"].strip()]
    if without:
        notes.append(f"{counted(len(without), 'passage')} without a code passed over ({without[0].place}).")
    empty = [row for row in rows if not row["text"].strip()]
    if empty:
        what = f"{counted(len(empty), 'row')} without text passed over, as of pictures and recordings"
        notes.append(f"{what} ({empty[0].place}).")
    taken = {*columns.values(), *(title for title in titles if title.startswith("code: "))}
    spare = [titles[title] for title in titles if title and title not in taken]
    return [*notes, *[f"columns that were not taken: {quoted(spare)}."] * bool(spare)]
