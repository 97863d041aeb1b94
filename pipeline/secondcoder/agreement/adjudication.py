"""The adjudication sheet: disagreements out as a spreadsheet, the coders' decisions back in as codings.

A row is one passage and one code on which coders parted. They talk, choose an outcome from the drop-down, and the sheet is
read back. A row whose text, place or code no longer reads as it was written is refused, all faults are reported together,
and then nothing is taken in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from secondcoder.agreement.disagreements import Disagreement
from secondcoder.codebook.model import Codebook
from secondcoder.domain.records import Coding, CodingPass, Origin
from secondcoder.errors import TableError, did_you_mean
from secondcoder.exchange.rows import Row, ids_twice, read_rows, squeezed

HOLDS, DOES_NOT_HOLD, ANOTHER = "the code holds", "the code does not hold", "another code"
OUTCOMES = (HOLDS, DOES_NOT_HOLD, ANOTHER)
FIXED = ("id", "transcript", "case", "start", "end", "question", "text", "code", "name")
FILLED = ("outcome", "other code", "memo")
CODED, NOT_CODED, NOT_LOOKED = "coded", "not coded", "did not look"
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
LONGEST_CELL = 32_000
WIDTHS = {"question": 40, "text": 70, "name": 28, "outcome": 24, "other code": 14, "memo": 40, "memos": 30}
NOTHING_TAKEN = "Nothing was taken in."


@dataclass(frozen=True, slots=True)
class Adjudication:
    """What came back: codings and passes of origin `adjudicated`, and the rows by outcome.

    A pass holds for the codes that were settled there: without a coding of its own a code does not hold, whoever gave it.
    """

    codings: tuple[Coding, ...]
    passes: tuple[CodingPass, ...]
    held: int
    not_held: int
    replaced: int
    undecided: int


def cell_text(text: str) -> str:
    """Text that a spreadsheet shows as text: no control characters, not too long, never read as a formula."""
    plain = "".join(sign for sign in text if sign in "\n\t" or sign.isprintable())[:LONGEST_CELL]
    return f"'{plain}" if plain.startswith(FORMULA_SIGNS) else plain


def write_sheet(path: Path, found: Sequence[Disagreement], codebook: Codebook) -> None:
    """Write the workbook: the rows, with drop-downs for outcome and other code, and the codebook to look things up."""
    from openpyxl import Workbook

    coders = list(dict.fromkeys(name for one in found for name in one.marked))
    columns = [*FIXED, *(_coder_column(name) for name in coders), "memos", *FILLED]
    book = Workbook()
    sheet = book.active
    sheet.title = "adjudication"
    sheet.append(columns)
    for one in found:
        cells = _cells(one, coders, codebook)
        sheet.append([cells[column] for column in columns])
    codes = book.create_sheet("codes")
    codes.append(["code", "name", "definition"])
    for code in codebook.codes:
        codes.append([cell_text(word) for word in (code.id, code.name, code.definition)])
    _add_choices(sheet, columns, len(found) + 1, len(codebook.codes) + 1)
    _lay_out(sheet, columns)
    book.save(path)


def _coder_column(name: str) -> str:
    return f"coder {name}"


def _cells(one: Disagreement, coders: Sequence[str], codebook: Codebook) -> dict[str, str | int]:
    said = {True: CODED, False: NOT_CODED, None: NOT_LOOKED}
    by_coder = {_coder_column(name): said[one.marked.get(name)] for name in coders}
    memos = "\n".join(f"{name}: {memo}" for name, memo in one.memos.items())
    name = codebook[one.code].name if one.code in codebook else ""
    texts = {"transcript": one.transcript, "case": one.case, "question": one.question, "text": one.text}
    texts |= {"code": one.code, "name": name, "memos": memos, "id": one.id}
    blank = dict.fromkeys(FILLED, "")
    places = {"start": one.pieces[0][0], "end": one.pieces[-1][1]}
    return {**{column: cell_text(text) for column, text in texts.items()}, **by_coder, **blank, **places}


def _add_choices(sheet: Any, columns: Sequence[str], rows: int, codes: int) -> None:
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    choices = {"outcome": '"' + ",".join(OUTCOMES) + '"', "other code": f"codes!$A$2:$A${codes}"}
    for column, formula in choices.items():
        letter = get_column_letter(columns.index(column) + 1)
        choice = DataValidation(type="list", formula1=formula, allow_blank=True, showErrorMessage=True)
        choice.error = "Choose one of the list, or leave the cell empty."
        sheet.add_data_validation(choice)
        choice.add(f"{letter}2:{letter}{max(rows, 2)}")


def _lay_out(sheet: Any, columns: Sequence[str]) -> None:
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    sheet.freeze_panes = "B2"
    for at, column in enumerate(columns, start=1):
        sheet.cell(1, at).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(at)].width = WIDTHS.get(column, 14)
    for row in sheet.iter_rows(min_row=2):
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if isinstance(cell.value, str):
                cell.data_type = "s"


def read_sheet(path: Path, found: Sequence[Disagreement], codebook: Codebook, adjudicator: str) -> Adjudication:
    """Decisions as codings.

    Args:
        found: the disagreements as the sheet was written from; rows may be sorted, and rows may be missing.
        adjudicator: whose name the codings bear, such as "consensus".

    Raises:
        TableError: every row that was changed, stands twice, is unknown, or has an outcome that cannot be used.
    """
    rows = read_rows(path)
    missing = [f"row 1: column '{name}' is missing." for name in (*FIXED, *FILLED) if name not in rows[0].cells]
    if missing:
        raise TableError(path.name, missing, NOTHING_TAKEN)
    by_id = {one.id: one for one in found}
    faults = [fault for row in rows for fault in _faults(row, by_id, codebook)]
    faults += ids_twice(rows)
    if faults:
        raise TableError(path.name, faults, NOTHING_TAKEN)
    codings = tuple(dict.fromkeys(coding for row in rows for coding in _codings(row, by_id, codebook, adjudicator)))
    outcomes = [_word(row, "outcome") for row in rows]
    held, not_held, replaced = (outcomes.count(word) for word in OUTCOMES)
    passes = _passes(rows, by_id, codebook, adjudicator)
    return Adjudication(codings, passes, held, not_held, replaced, len(found) - held - not_held - replaced)


def _word(row: Row, column: str) -> str:
    return row[column].strip().casefold()


def _other_code(row: Row) -> str:
    return row["other code"].strip().removeprefix("'")


def _faults(row: Row, by_id: Mapping[str, Disagreement], codebook: Codebook) -> Iterator[str]:
    one = by_id.get(row["id"].strip())
    if one is None:
        yield f"{row.place}: id '{row['id']}' is none of this sheet's.{did_you_mean(row['id'], by_id)}"
        return
    written = _cells(one, (), codebook)
    for column in ("transcript", "start", "end", "code", "text"):
        if squeezed(row[column]) != squeezed(str(written[column])):
            shown = " ".join(str(written[column]).split())[:60]
            yield f"{row.place}: the {column} was changed; it read '{shown}'."
    yield from _outcome_faults(row, codebook)


def _outcome_faults(row: Row, codebook: Codebook) -> Iterator[str]:
    outcome, other = _word(row, "outcome"), _other_code(row)
    if outcome and outcome not in OUTCOMES:
        yield f"{row.place}: outcome '{row['outcome']}' is none of {', '.join(OUTCOMES)}.{did_you_mean(outcome, OUTCOMES)}"
    if other and codebook.find(other) is None:
        yield f"{row.place}: {codebook.lacks(other)}"
    if outcome == ANOTHER and not other:
        yield f"{row.place}: the outcome is '{ANOTHER}', but 'other code' is empty."
    if other and outcome != ANOTHER:
        yield f"{row.place}: 'other code' is filled, but the outcome is '{row['outcome'].strip()}', not '{ANOTHER}'."


def _codings(row: Row, by_id: Mapping[str, Disagreement], codebook: Codebook, adjudicator: str) -> Iterator[Coding]:
    outcome = _word(row, "outcome")
    one = by_id[row["id"].strip()]
    code = one.code if outcome == HOLDS else codebook.find(_other_code(row)) if outcome == ANOTHER else None
    if code is not None:
        for start, end in one.pieces:
            yield Coding(one.transcript, start, end, code, adjudicator, Origin.ADJUDICATED, memo=row["memo"].strip())


def _passes(
    rows: Sequence[Row], by_id: Mapping[str, Disagreement], codebook: Codebook, adjudicator: str
) -> tuple[CodingPass, ...]:
    """Where something was settled, one a place with the codes that were talked about."""
    settled: dict[tuple[str, int, int], set[str]] = {}
    for row in rows:
        if _word(row, "outcome"):
            one = by_id[row["id"].strip()]
            codes = {one.code, codebook.find(_other_code(row)) or one.code}
            for start, end in one.pieces:
                settled.setdefault((one.transcript, start, end), set()).update(codes)
    made = []
    for (transcript, start, end), codes in settled.items():
        ordered = tuple(code for code in codebook.ids if code in codes)
        made.append(CodingPass(transcript, adjudicator, start, end, ordered, Origin.ADJUDICATED))
    return tuple(made)
