"""A table of codes to a codebook and back: ids from names where there is none, lists from cells, faults with their rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from secondcoder.codebook.model import Codebook, codebook_from
from secondcoder.codebook.yaml_file import dump_codebook
from secondcoder.domain.names import folded, name
from secondcoder.domain.wording import counted, shorten
from secondcoder.errors import CodebookError, ReadError, TableError, did_you_mean
from secondcoder.exchange.codebooks.cells import clean_rows
from secondcoder.exchange.codebooks.colours import colour_of
from secondcoder.exchange.codebooks.columns import Columns, find_columns, quoted
from secondcoder.exchange.codebooks.identities import identify
from secondcoder.exchange.codebooks.naming import slug
from secondcoder.exchange.codebooks.outline import Entry, Outline, outline
from secondcoder.exchange.codebooks.registry import CodebookFile
from secondcoder.exchange.refi_qda.guids import real_guid
from secondcoder.exchange.tables.missing_cells import guarded_word
from secondcoder.exchange.tables.rows import Row

BULLET = re.compile(r"^\s*(?:[-–•*·▪]|\d{1,2}[.)])\s+")
SEE = re.compile(r"\s*(?:->|→)\s*(?:see\s+)?(.+)$", re.IGNORECASE)
EXPORTED = (
    "id",
    "name",
    "family",
    "parent",
    "definition",
    "source",
    "includes",
    "excludes",
    "examples",
    "aliases",
    "prototypes",
)
"""Columns of a codebook that is written as a table."""
ELSEWHERE = ("colour", "guid")
"""Columns of what a code has in other programs."""
SHOWN = 5
MOST_SHOWN = 60  # characters of a line
MOST_FAULTS = 20


def exported(book: Codebook) -> tuple[str, ...]:
    """The columns of a codebook as a table: colours and GUIDs only where a code has one."""
    return (*EXPORTED, *(column for column in ELSEWHERE if any(getattr(code, column) for code in book.codes)))


def codebook_of_table(path: Path, rows_of: Callable[[], tuple[Sequence[Row], Sequence[str]]]) -> CodebookFile:
    """The codebook of a file's rows, read with their notes; CodebookError for whatever is wrong with them."""
    try:
        rows, notes = rows_of()
    except (TableError, ReadError) as error:
        raise CodebookError(str(error).removesuffix("Nothing was imported.").rstrip()) from None
    book, told = codebook_of_rows(rows, path.name, path.stem)
    return CodebookFile(book, dump_codebook(book), tuple(f"{path.name}: {note}" for note in (*notes, *told)))


def codebook_of_rows(rows: Sequence[Row], file: str, stem: str) -> tuple[Codebook, list[str]]:
    """The codebook that a table describes, and notes on how it was read.

    Args:
        file: the file's name, for messages; `stem` becomes id and title.

    Raises:
        CodebookError: every row that cannot be used, each with its place, field and mend.
    """
    columns = find_columns(rows[0].cells)
    if not columns.levels:
        raise CodebookError(_no_names(file, rows[0]))
    rows, taken = clean_rows(rows, (*columns.levels, columns.id or ""))
    codes = outline(rows, columns)
    made = identify(codes, columns)
    refusal = f"{file}: the codebook cannot be read."
    if faults := [*_unclear(rows, columns), *codes.faults]:
        raise CodebookError("\n".join((refusal, *(f"  {fault}" for fault in faults[:MOST_FAULTS]))))
    words = {word: entry.id for entry in codes.entries for word in (folded(entry.id), folded(entry.shown))}
    data: dict[str, Any] = {
        "id": slug(stem) or "own",
        "title": stem,
        "codes": [_code(entry, words, columns) for entry in codes.entries],
    }
    notes = [*taken, *_notes(codes, columns), *made, *_astray(data["codes"]), *_plain_looks(data["codes"])]
    return codebook_from(data, refusal), notes


def _plain_looks(codes: Iterable[dict[str, Any]]) -> list[str]:
    """Colours and GUIDs in the one form that a codebook has; a note on those that are none, which are left out."""
    odd = []
    for code in codes:
        written = code["colour"], code["guid"]
        code |= {"colour": colour_of(code["colour"]), "guid": real_guid(code["guid"])}
        odd += [code["name"]] if tuple(map(bool, written)) != (bool(code["colour"]), bool(code["guid"])) else []
    what = "code has a colour or GUID that is none", "codes have colours or GUIDs that are none"
    return [f"{counted(len(odd), *what)}, and left out: '{odd[0]}'. Colours are written as #1f77b4."] if odd else []


def _astray(codes: Iterable[Mapping[str, Any]]) -> list[str]:
    """A note on what stands behind an arrow in `excludes` and is no code of the table."""
    found = [(code["name"], rule["text"]) for code in codes for rule in code["excludes"] if SEE.search(rule["text"])]
    if not found:
        return []
    what = f"{counted(len(found), 'line')} of excludes with '->' before what is no code of the table, kept as text"
    return [f"{what}: '{shorten(found[0][1], MOST_SHOWN)}' of '{found[0][0]}'."]


def _no_names(file: str, row: Row) -> str:
    titles = [title for title in row.cells if title]
    near = next(
        (hint for title in titles if (hint := did_you_mean(title, ("name", "code", "definition", "theme")))), ""
    )
    shown = quoted(titles[:SHOWN]) or "none"
    return (
        f"{file}: no column says what the codes are called; its columns are {shown}.{near} Call it name or code, and the others "
        "definition, includes, excludes, examples, parent. `secondcoder codebook new example.csv` writes an example."
    )


def _unclear(rows: Sequence[Row], columns: Columns) -> Iterator[str]:
    return (
        f"{row.place}: column '{title}' {why}."
        for row in rows
        for title, why in row.unclear.items()
        if title and title not in columns.unknown
    )


def _notes(codes: Outline, columns: Columns) -> list[str]:
    notes = [f"read {told}." for told in [columns.described()] if told]
    if columns.unknown:
        notes.append(f"not kept, as secondcoder knows no such column: {quoted(columns.unknown)}.")
    if codes.made:
        verb = (
            "has no row of its own and became a code, above"
            if len(codes.made) == 1
            else "have no rows of their own and became codes, above"
        )
        notes.append(f"{quoted(codes.made)} {verb} the rows that name {'it' if len(codes.made) == 1 else 'them'}.")
    return notes


def _code(entry: Entry, words: Mapping[str, str], columns: Columns) -> dict[str, Any]:
    """The code as plain data, in the codebook's fields."""

    def text(field_name: str) -> str:
        cells = (row[title].strip() for row in entry.rows for title in columns.texts.get(field_name, ()))
        return "\n".join(dict.fromkeys(filter(None, cells)))

    return {
        "id": entry.id,
        "name": entry.shown,
        "family": name(text("family")) or "code",
        "parent": entry.above.id if entry.above else None,
        "excludes": [_exclude(line, words) for line in _lines(text("excludes"))],
        **{each: text(each) for each in ("definition", "source", *ELSEWHERE)},
        **{each: _lines(text(each)) for each in ("includes", "examples", "aliases", "prototypes")},
    }


def _lines(cell: str) -> list[str]:
    """The items of a cell: one a line, or divided by `|`; bullets are taken off."""
    items = (BULLET.sub("", line).strip() for line in re.split(r"[\r\n|]+", cell))
    return [item for item in items if item]


def _exclude(line: str, words: Mapping[str, str]) -> dict[str, Any]:
    """`Doing it gladly -> CP`: what does not count, and where it goes instead, where codes of the table stand behind the arrow."""
    found = SEE.search(line)
    see = [words.get(folded(part)) for part in re.split(r"\s*[,;]\s*", found[1])] if found else []
    if found and line[: found.start()].strip() and all(see):
        return {"text": line[: found.start()].strip(), "see": see}
    return {"text": line}


def table_of_codebook(book: Codebook) -> list[Mapping[str, str]]:
    """A row a code, which `codebook_of_rows` reads back: lists one item a line, `-> CODE` behind what goes elsewhere."""
    lists = ("includes", "examples", "aliases", "prototypes")
    return [
        {
            **{
                column: guarded_word(getattr(code, column) or "")
                for column in exported(book)
                if column not in (*lists, "excludes")
            },
            "excludes": guarded_word("\n".join(rule.line for rule in code.excludes)),
            **{column: guarded_word("\n".join(getattr(code, column))) for column in lists},
        }
        for code in book.codes
    ]
