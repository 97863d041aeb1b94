"""The adjudication sheet: disagreements out as a spreadsheet, the coders' outcomes back in as codings.

A row is one passage and one code on which coders disagree. They talk and choose an outcome from the drop-down; then the sheet is read
back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from secondcoder.agreement.disagreements import Disagreement
from secondcoder.codebook.model import Codebook
from secondcoder.domain.records import Coding, CodingPass, Origin, Place
from secondcoder.exchange.rows import read_rows
from secondcoder.reports.spreadsheet import (
    OTHER_CODE,
    Choice,
    Row,
    Spreadsheet,
    choice_faults,
    chosen,
    code_typed,
    id_of,
    other_code_faults,
    typed,
)

HOLDS, DOES_NOT_HOLD, ANOTHER = "the code holds", "the code does not hold", "another code"
OUTCOMES = (HOLDS, DOES_NOT_HOLD, ANOTHER)
CODED, NOT_CODED, NOT_LOOKED = "coded", "not coded", "did not look"
SHEET = Spreadsheet(
    title="adjudication",
    fixed=("transcript", "start", "end", "code", "text"),
    filled=("outcome", OTHER_CODE, "memo"),
    source="this sheet's",
    widths={"question": 40, "text": 70, "name": 28, "outcome": 24, "memo": 40, "memos": 30},
)
SHOWN = ("id", "transcript", "case", "start", "end", "question", "text", "code", "name")


@dataclass(frozen=True, slots=True)
class Adjudication:
    """What came back: codings and passes of origin `adjudicated`, and the rows by outcome.

    A pass holds for the codes that were settled there: without a coding beside it a code does not hold, whoever gave it.
    """

    codings: tuple[Coding, ...]
    passes: tuple[CodingPass, ...]
    held: int
    not_held: int
    replaced: int
    undecided: int


def write_sheet(path: Path, disagreements: Sequence[Disagreement], codebook: Codebook) -> None:
    """Write the workbook: the rows, with drop-downs for outcome and other code, and the codebook to look things up.

    Raises:
        InputError: the file is no `.xlsx`; StudyError: it cannot be written.
    """
    coders = list(dict.fromkeys(name for disagreement in disagreements for name in disagreement.marked))
    columns = (*SHOWN, *map(_coder_column, coders), "memos", *SHEET.filled)
    rows = [_cells(disagreement, codebook) | _by_coder(disagreement, coders) for disagreement in disagreements]
    SHEET.write(path, columns, rows, [Choice("outcome", OUTCOMES), Choice(OTHER_CODE)], codebook)


def _coder_column(name: str) -> str:
    return f"coder {name}"


def _by_coder(disagreement: Disagreement, coders: Sequence[str]) -> dict[str, str | int]:
    words = {True: CODED, False: NOT_CODED, None: NOT_LOOKED}
    return {_coder_column(name): words[disagreement.marked.get(name)] for name in coders}


def _cells(disagreement: Disagreement, codebook: Codebook) -> dict[str, str | int]:
    code = disagreement.code
    return {
        "id": disagreement.id,
        "transcript": disagreement.transcript,
        "case": disagreement.case,
        "start": disagreement.pieces[0][0],
        "end": disagreement.pieces[-1][1],
        "question": disagreement.question,
        "text": disagreement.text,
        "code": code,
        "name": codebook[code].name if code in codebook else "",
        "memos": "\n".join(f"{name}: {memo}" for name, memo in disagreement.memos.items()),
    }


def read_sheet(path: Path, disagreements: Sequence[Disagreement], codebook: Codebook, adjudicator: str) -> Adjudication:
    """Outcomes as codings and passes.

    Args:
        disagreements: as the sheet was written from; rows may be sorted, and rows may be missing.
        adjudicator: whose name the codings bear, such as "consensus".

    Raises:
        TableError: every row that was changed, stands twice, is unknown, or has an outcome that cannot be used.
    """
    rows = read_rows(path)
    by_id = {disagreement.id: disagreement for disagreement in disagreements}
    SHEET.check(
        path, rows, by_id, lambda item: _cells(item, codebook), lambda row, item: _outcome_faults(row, codebook)
    )
    decided = [(row, by_id[id_of(row)]) for row in rows]
    codings = tuple(dict.fromkeys(coding for row in decided for coding in _codings(*row, codebook, adjudicator)))
    outcomes = [chosen(row, "outcome") for row in rows]
    held, not_held, replaced = (outcomes.count(outcome) for outcome in OUTCOMES)
    undecided = len(disagreements) - held - not_held - replaced
    return Adjudication(codings, _passes(decided, codebook, adjudicator), held, not_held, replaced, undecided)


def _outcome_faults(row: Row, codebook: Codebook) -> Iterator[str]:
    yield from choice_faults(row, "outcome", OUTCOMES)
    yield from other_code_faults(row, "outcome", ANOTHER, codebook)


def _codings(row: Row, disagreement: Disagreement, codebook: Codebook, adjudicator: str) -> Iterator[Coding]:
    by_outcome: Mapping[str, str | None] = {HOLDS: disagreement.code, ANOTHER: code_typed(row, codebook)}
    code = by_outcome.get(chosen(row, "outcome"))
    if code is not None:
        for start, end in disagreement.pieces:
            yield Coding(
                disagreement.transcript, start, end, code, adjudicator, Origin.ADJUDICATED, memo=typed(row, "memo")
            )


def _passes(
    decided: Sequence[tuple[Row, Disagreement]], codebook: Codebook, adjudicator: str
) -> tuple[CodingPass, ...]:
    """Where something was settled, one a place, with the codes that were talked about in the codebook's order."""
    settled: dict[Place, set[str]] = {}
    for row, disagreement in decided:
        if chosen(row, "outcome"):
            codes = {disagreement.code, code_typed(row, codebook) or disagreement.code}
            for start, end in disagreement.pieces:
                settled.setdefault((disagreement.transcript, start, end), set()).update(codes)
    in_order = {place: tuple(code for code in codebook.ids if code in codes) for place, codes in settled.items()}
    return tuple(
        CodingPass(transcript, adjudicator, start, end, codes, Origin.ADJUDICATED)
        for (transcript, start, end), codes in in_order.items()
    )
