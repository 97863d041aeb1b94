"""The adjudication sheet: disagreements out as a spreadsheet, the coders' outcomes back in as codings.

A row is one passage and one code on which coders disagree. They talk and choose an outcome from the drop-down, and where the code
holds its valence and the words that have it; then the sheet is read back. What is left empty there stays as all gave it who coded it.
Settled rows are not written again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from secondcoder.agreement.disagreements import Difference, Disagreement
from secondcoder.codebook.model import Codebook
from secondcoder.domain.grouping import group_by
from secondcoder.domain.records import Coding, CodingPass, Origin, Place, Span, Valence
from secondcoder.domain.spans import intersection
from secondcoder.exchange.tables.rows import read_rows
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
NO_VALENCE = "no valence"
VALENCES = (*map(str, Valence), NO_VALENCE)
WHOLE, ALL_MARKED = "the whole passage", "all that anyone marked"
DIFFERENCES = {Difference.CODE: "code", Difference.VALENCE: "valence", Difference.SPAN: "words"}
SHEET = Spreadsheet(
    title="adjudication",
    fixed=("transcript", "start", "end", "code", "text"),
    filled=("outcome", OTHER_CODE, "memo"),
    source="this sheet's",
    optional=("valence", "words"),
    widths={"question": 40, "text": 70, "name": 28, "outcome": 24, "words": 24, "memo": 40, "memos": 30},
)
SHOWN = ("id", "transcript", "case", "start", "end", "question", "text", "code", "name", "differ in")


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


def write_sheet(path: Path, disagreements: Sequence[Disagreement], codebook: Codebook) -> int:
    """Write the workbook: the rows that are not settled, with drop-downs for what can be settled, and the codebook to look things up.

    Returns how many rows there are.

    Raises:
        InputError: the file is no `.xlsx`; StudyError: it cannot be written.
    """
    unsettled = [disagreement for disagreement in disagreements if disagreement.settled is None]
    coders = list(dict.fromkeys(name for disagreement in unsettled for name in disagreement.marked))
    *filled, memo = SHEET.filled
    columns = (*SHOWN, *map(_coder_column, coders), "memos", *filled, *SHEET.optional, memo)
    rows = [_cells(disagreement, codebook) | _by_coder(disagreement, coders) for disagreement in unsettled]
    choices = [Choice("outcome", OUTCOMES), Choice(OTHER_CODE), Choice("valence", VALENCES), *_word_choices(unsettled)]
    SHEET.write(path, columns, rows, choices, codebook)
    return len(rows)


def _word_choices(disagreements: Sequence[Disagreement]) -> Iterator[Choice]:
    """A drop-down for the rows that have the same choices; what a list in a cell cannot hold, a name with a comma, is typed."""
    options = [tuple(_words(disagreement)) for disagreement in disagreements]
    for offered, rows in group_by(range(len(options)), options.__getitem__).items():
        if not any("," in option for option in offered):
            yield Choice("words", offered, rows)


def _words(disagreement: Disagreement) -> dict[str, Span]:
    """The words that may have the code, by how they are called."""
    by_coder = {f"as {name}": disagreement.words_of(name) for name in disagreement.given}
    return {WHOLE: disagreement.whole, ALL_MARKED: disagreement.all_words, **by_coder}


def _coder_column(name: str) -> str:
    return f"coder {name}"


def _by_coder(disagreement: Disagreement, coders: Sequence[str]) -> dict[str, str | int]:
    words = {True: CODED, False: NOT_CODED, None: NOT_LOOKED}
    return {_coder_column(name): words[disagreement.marked.get(name)] + _given(disagreement, name) for name in coders}


def _given(disagreement: Disagreement, name: str) -> str:
    """The coder's valences, and their words where these are not the whole passage."""
    codings = disagreement.given.get(name, ())
    valences = dict.fromkeys(f", {coding.valence}" for coding in codings if coding.valence)
    if not codings or disagreement.words_of(name) == disagreement.whole:
        return "".join(valences)
    return "".join((*valences, ": ", disagreement.quote(disagreement.words_of(name))))


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
        "differ in": ", ".join(DIFFERENCES[difference] for difference in disagreement.differs),
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
        path,
        rows,
        by_id,
        lambda item: _cells(item, codebook),
        lambda row, item: _outcome_faults(row, item, codebook, adjudicator),
    )
    decided = [(row, by_id[id_of(row)]) for row in rows]
    codings = tuple(
        dict.fromkeys(
            coding
            for row, item in decided
            if not _is_held(row, item)
            for coding in _codings(row, item, codebook, adjudicator)
        )
    )
    outcomes = [_outcome(row) for row in rows]
    held, not_held, replaced = (outcomes.count(outcome) for outcome in OUTCOMES)
    open_before = {each.id for each in disagreements if each.settled is None}
    undecided = len(open_before - {id_of(row) for row in rows if _outcome(row)})
    return Adjudication(codings, _passes(decided, codebook, adjudicator), held, not_held, replaced, undecided)


def _outcome(row: Row) -> str:
    """What was chosen; where only valence or words were, the code holds."""
    return chosen(row, "outcome") or (HOLDS if any(chosen(row, column) for column in SHEET.optional) else "")


def _is_held(row: Row, disagreement: Disagreement) -> bool:
    """The row says again that the code holds."""
    return _outcome(row) == HOLDS and bool(disagreement.settled)


def _outcome_faults(row: Row, disagreement: Disagreement, codebook: Codebook, adjudicator: str) -> Iterator[str]:
    yield from choice_faults(row, "outcome", OUTCOMES)
    yield from choice_faults(row, "valence", VALENCES)
    yield from choice_faults(row, "words", map(str.casefold, _words(disagreement)))
    yield from other_code_faults(row, "outcome", ANOTHER, codebook)
    outcome = _outcome(row)
    if outcome == DOES_NOT_HOLD:
        yield from (
            f"{row.place}: '{column}' is filled, but the code does not hold."
            for column in SHEET.optional
            if chosen(row, column)
        )
        if disagreement.settled:
            start, end = disagreement.whole
            yield (
                f"{disagreement.code} at {start}-{end} of '{disagreement.transcript}' was settled to hold before; the sheet says "
                "it does not."
            )
    elif _is_held(row, disagreement):
        yield from _settled_otherwise(row, disagreement, _codings(row, disagreement, codebook, adjudicator))
    # A sheet of an earlier version has no such column: then no valence is settled.
    elif outcome == HOLDS and Difference.VALENCE in disagreement.differs and row.cells.get("valence") == "":
        yield f"{row.place}: the coders give different valences; choose one, or '{NO_VALENCE}', in the column 'valence'."


def _settled_otherwise(row: Row, disagreement: Disagreement, codings: Iterable[Coding]) -> Iterator[str]:
    """A fault where the row asks for another valence, other words or another memo than were settled."""
    compared = {"valence": "valence", "words": "span", "memo": "memo"}
    asked = [name for column, name in compared.items() if row[column].strip()]

    def values(of: Iterable[Coding]) -> set[tuple[object, ...]]:
        return {tuple(getattr(coding, name) for name in asked) for coding in of}

    if asked and values(codings) != values(disagreement.settled or ()):
        yield f"{row.place}: the code was settled to hold here with another valence, other words or another memo."


def _codings(row: Row, disagreement: Disagreement, codebook: Codebook, adjudicator: str) -> Iterator[Coding]:
    outcome, other = _outcome(row), code_typed(row, codebook)
    if outcome == HOLDS or (outcome == ANOTHER and other):
        code = disagreement.code if outcome == HOLDS else other or ""
        for start, end in intersection(disagreement.pieces, [_words_chosen(row, disagreement)]):
            yield Coding(
                disagreement.transcript,
                start,
                end,
                code,
                adjudicator,
                Origin.ADJUDICATED,
                valence=_valence_chosen(row, disagreement),
                memo=typed(row, "memo"),
            )


def _words_chosen(row: Row, disagreement: Disagreement) -> Span:
    by_name = {name.casefold(): span for name, span in _words(disagreement).items()}
    return by_name.get(chosen(row, "words"), disagreement.agreed_words)


def _valence_chosen(row: Row, disagreement: Disagreement) -> Valence | None:
    choice = chosen(row, "valence")
    if choice == NO_VALENCE:
        return None
    return Valence(choice) if choice in set(Valence) else disagreement.agreed_valence


def _passes(
    decided: Sequence[tuple[Row, Disagreement]], codebook: Codebook, adjudicator: str
) -> tuple[CodingPass, ...]:
    """Where something was settled, one a place, with the codes that were talked about in the codebook's order."""
    settled: dict[Place, set[str]] = {}
    for row, disagreement in decided:
        if _outcome(row):
            codes = {disagreement.code, code_typed(row, codebook) or disagreement.code}
            for start, end in disagreement.pieces:
                settled.setdefault((disagreement.transcript, start, end), set()).update(codes)
    in_order = {place: tuple(code for code in codebook.ids if code in codes) for place, codes in settled.items()}
    return tuple(
        CodingPass(transcript, adjudicator, start, end, codes, Origin.ADJUDICATED)
        for (transcript, start, end), codes in in_order.items()
    )
