"""What a row of a coded table says, and all that can be wrong with one. Its cells were cleaned before (`clean_cells`)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from secondcoder.domain.figures import number, whole_number
from secondcoder.domain.names import folded
from secondcoder.domain.records import Origin, Transcript, Valence
from secondcoder.domain.wording import listed
from secondcoder.errors import did_you_mean
from secondcoder.exchange.codebooks.columns import is_header
from secondcoder.exchange.registry import ImportContext
from secondcoder.exchange.tables.missing_cells import error_in
from secondcoder.exchange.tables.rows import Row
from secondcoder.exchange.tables.unit_places import number_of
from secondcoder.reports.tables import plain_cell

NEEDED = ("transcript", "text", "codes")
PLACING = frozenset(("start", "end"))
"""Where a row lies: enough without its text."""
OPTIONAL = ("order", "number", "speaker", "role", "coder", "case", "wave", "participant")
OF_SPANS = ("paragraph", "start", "end", "valence", "memo", "origin", "looked_for", "read")
SCORE = "score"
"""Of a model's codings: the probability that the row's codes are there."""
READ_WHOLE = "whole"
"""In the column `read`: the row's coder read all of the transcript, whatever they coded."""
READ_YES = ("yes", "y", "x", "true", "1")
"""The coder looked for every code in the row's own text."""
READ_NO = ("no", "n", "false", "0")
LONGEST_CELL = 32_767
KNOWN = (*NEEDED, *OPTIONAL, *OF_SPANS)


def names_columns(cells: Iterable[str]) -> bool:
    """Whether this is the line of the column names; codes may be in `codes`, in `code`, or in several columns."""
    names = {folded(cell) for cell in cells}
    return "transcript" in names and ("text" in names or names >= PLACING)


def faults_of(rows: Sequence[Row], context: ImportContext) -> Iterator[str]:
    """Everything that is wrong with a coded table, each with its line; with a column missing, that alone."""
    missing = missing_columns(rows[0])
    if missing:
        yield from missing
        return
    for row in rows:
        yield from _row_faults(row, context)
        yield from _score_faults(row) if has_scores(rows, context) else ()
    yield from _repeated(rows, context.coder, by_code=has_scores(rows, context))
    yield from _order_missing(rows, context)
    yield from _misnamed(rows, context.known)


def missing_columns(first: Row) -> list[str]:
    """What a table lacks to be a coded table, a sentence each."""
    placed = first.cells.keys() >= PLACING
    missing = [column for column in NEEDED if column not in first.cells and not (placed and column == "text")]
    if not {"transcript", "text"} & first.cells.keys() and is_header(list(first.cells)):
        return ["line 1: this reads like a codebook. Take it in with: secondcoder codebook import FILE."]
    spare = [column for column in first.cells if column not in KNOWN]
    if missing == list(NEEDED):
        return [
            f"line 1: no columns {listed(NEEDED)}. Of another program's sheet, say what is in its columns: "
            '--columns "text=TITLE,document=TITLE,codes=TITLE". What an interview says stands in a text or Word file.'
        ]
    return [f"line 1: column '{column}' is missing.{did_you_mean(column, spare)}" for column in missing]


def codes_of(row: Row, column: str = "codes") -> list[str]:
    """The codes that the row names, each once."""
    return list(dict.fromkeys(code.strip() for code in row[column].split("|") if code.strip()))


def looked_for(row: Row) -> list[str]:
    """The codes that the row says were looked for, and no others."""
    return codes_of(row, "looked_for")


def coder_of(row: Row, default: str | None) -> str | None:
    """Whose row it is."""
    return row["coder"] or default


def origin_word(row: Row) -> str:
    """The origin that the row names, in lower case; a row that names none is an independent coder's."""
    return row["origin"].strip().casefold() or Origin.INDEPENDENT.value


def has_scores(rows: Sequence[Row], context: ImportContext) -> bool:
    """The rows are a model's, with a probability for each code that they name."""
    return context.of_model and bool(rows) and SCORE in rows[0].cells


def score_of(row: Row) -> float | None:
    """The row's probability, 0.93 or 93%; None for what is none."""
    written, percent, _ = row[SCORE].strip().partition("%")
    value = number(written)
    if value is None:
        return None
    value /= 100 if percent else 1
    return value if 0 <= value <= 1 else None


def _score_faults(row: Row) -> Iterator[str]:
    yield from (f"{row.place}: column '{name}' {why}." for name, why in row.unclear.items() if name == SCORE)
    if codes_of(row) and not row[SCORE]:
        yield f"{row.place}: codes, but no score. Where the model did not say, leave the row out."
    elif row[SCORE] and score_of(row) is None:
        yield f"{row.place}: score '{row[SCORE]}' is no probability from 0 to 1."
    elif row[SCORE] and not codes_of(row):
        yield f"{row.place}: a score, but no code that it is of."


def is_span(row: Row) -> bool:
    """The row marks a span of a transcript and is not itself a unit of one."""
    return bool(row["start"].strip() or row["end"].strip())


def offset(cell: str) -> int | None:
    """A place in a text; None for what is none. 7.0 is one: so pandas writes it in a column with gaps; 7.000 may be 7,000."""
    match = re.fullmatch(r"([0-9]+)(?:\.00?)?", cell.strip())
    return whole_number(match[1]) if match else None


def is_reading(row: Row) -> bool:
    """The row only says that its coder read the whole of a transcript."""
    return bool(row["read"]) and not is_span(row) and not row["text"].strip()


def reads_whole(row: Row) -> bool:
    """The row says that its coder read all of the transcript."""
    return _read_word(row) == READ_WHOLE


def is_look(row: Row) -> bool:
    """The row's coder looked for codes in its text: they gave some, or say so in the column `read`; without that column, always."""
    return bool(codes_of(row)) or "read" not in row.cells or _read_word(row) in (READ_WHOLE, *READ_YES)


def _read_word(row: Row) -> str:
    return row["read"].strip().casefold()


def _row_faults(row: Row, context: ImportContext) -> Iterator[str]:
    yield from (f"{row.place}: column '{name}' {why}." for name, why in row.unclear.items() if name in KNOWN)
    if not row["transcript"]:
        yield f"{row.place}: no transcript is named."
    yield from _code_faults(row, context)
    for column, words in (("valence", tuple(Valence)), ("origin", tuple(Origin))):
        word = row[column].strip().casefold()
        if word and word not in words:
            yield f"{row.place}: {column} '{row[column]}' is none of {', '.join(words)}.{did_you_mean(word, words)}"
    if _read_word(row) not in ("", READ_WHOLE, *READ_YES, *READ_NO):
        yield f"{row.place}: read '{row['read']}' is none of yes, no, {READ_WHOLE}."
    if codes_of(row) and _read_word(row) in READ_NO:
        yield f"{row.place}: codes, but read '{row['read']}'. A row with codes is a look at its text: leave read empty."
    if is_reading(row):
        yield from _reading_faults(row, context)
    else:
        yield from _span_faults(row, context.known) if is_span(row) else unit_faults(row, context.known)


def _reading_faults(row: Row, context: ImportContext) -> Iterator[str]:
    if not reads_whole(row):
        yield f"{row.place}: read '{row['read']}', but neither text nor start and end say what. Of a whole transcript: {READ_WHOLE}."
    if codes_of(row) or looked_for(row):
        yield f"{row.place}: codes, but neither text nor start and end say where."
    if coder_of(row, context.coder) is None:
        yield f"{row.place}: read, but no coder. Fill the column 'coder' or give --coder NAME."
    if row["transcript"] not in context.known:
        yield _unknown_transcript(row, context.known)


def _unknown_transcript(row: Row, known: Mapping[str, Transcript]) -> str:
    near = did_you_mean(row["transcript"], known)
    return f"{row.place}: transcript '{row['transcript']}' is not in the study.{near} Import it before its codes."


def _code_faults(row: Row, context: ImportContext) -> Iterator[str]:
    for code in (*codes_of(row), *looked_for(row)):
        if context.find(code) is None:
            yield f"{row.place}: {context.book.missing_code_message(code)}"
    if looked_for(row) and codes_of(row):
        yield f"{row.place}: looked_for stands beside codes. What was looked for goes in a row of its own, with empty codes."
    if codes_of(row) and coder_of(row, context.coder) is None:
        yield f"{row.place}: codes, but no coder. Fill the column 'coder' or give --coder NAME."


def unit_faults(row: Row, known: Mapping[str, Transcript]) -> Iterator[str]:
    """What is wrong with a row that is a unit of a transcript, each with its place."""
    if not row["text"].strip():
        yield f"{row.place}: the row has no text."
    if failed := error_in(row["text"]):
        yield f"{row.place}: column 'text' {failed}."
    if "order" in row.cells and number(row["order"]) is None:
        yield f"{row.place}: order '{row['order']}' is not a number."
    elif re.fullmatch(r"[1-9]\d{0,2}(?:\.\d{3})+", row["order"].strip()):
        yield f"{row.place}: order '{row['order']}' may be a number with its thousands marked. Write it without the point."
    if row["number"].strip() and number_of(row["number"]) is None:
        yield f"{row.place}: number '{row['number']}' is none: turn 12 is 12, its second segment 12b."
    if "number" in row.cells and row["transcript"] and row["transcript"] not in known:
        yield _unknown_transcript(row, known)


def _span_faults(row: Row, known: Mapping[str, Transcript]) -> Iterator[str]:
    transcript = known.get(row["transcript"])
    if transcript is None:
        yield _unknown_transcript(row, known)
        return
    start, end = offset(row["start"]), offset(row["end"])
    if start is None or end is None:
        yield f"{row.place}: start '{row['start']}' and end '{row['end']}' must be whole numbers."
        return
    if not start < end <= len(transcript.text):
        yield f"{row.place}: span {start}-{end} does not lie in '{transcript.id}' (0-{len(transcript.text)})."
    elif not _same_text(row["text"], transcript.text[start:end]):
        yield (
            f"{row.place}: the text differs from '{transcript.id}' at {start}-{end}, where it reads "
            f"'{transcript.text[start : min(end, start + 40)]}'."
        )


def _same_text(cell: str, text: str) -> bool:
    """White space and control characters aside, which spreadsheets change; tables of older versions cut long texts."""
    if not cell.strip():
        return True
    # Tables written by secondcoder put an apostrophe before text that a spreadsheet would take for a formula.
    read, there = {_visible(cell), _visible(plain_cell(cell))}, _visible(text)
    return there in read or (len(cell) >= LONGEST_CELL and any(there.startswith(each) for each in read))


def _visible(text: str) -> str:
    # U+FFFD is what older versions wrote for a control character.
    return "".join(sign for sign in text if sign.isprintable() and not sign.isspace() and sign != "\ufffd")


def _repeated(rows: Sequence[Row], coder: str | None, by_code: bool = False) -> Iterator[str]:
    """The same unit twice for one coder, or with `by_code` for one of its codes, and units whose rows differ in text or speaker."""
    seen: dict[tuple[str, ...], Row] = {}
    texts: dict[tuple[str, float], Row] = {}
    for row in rows:
        name, who = row["transcript"], coder_of(row, coder) or ""
        if is_reading(row) or (not is_span(row) and not _has_order(row)):
            continue  # such a row is a unit of its own
        if not is_span(row):
            first = texts.setdefault((name, float(row["order"])), row)
            if (first["text"], first["speaker"]) != (row["text"], row["speaker"]):
                yield f"{row.place}: unit {row['order']} of '{name}' has another text or speaker than on {first.place}."
        codes = ("|".join(codes_of(row)),) if by_code else ()
        first = seen.setdefault((name, who, *_identity(row), *codes), row)
        if first is not row:
            by_whom = f" by {who}" if who else ""
            yield f"{row.place}: the same unit of '{name}'{by_whom} stands on {first.place} already."


def _identity(row: Row) -> tuple[str, ...]:
    """What tells a row from others of the same transcript and coder."""
    if not is_span(row):
        return (str(float(row["order"])),)  # 7 and 7.0 are one unit
    span = str(offset(row["start"])), str(offset(row["end"]))
    # An export gives a span a row for each of its codes, so the codes tell rows apart too.
    return (*span, origin_word(row), "|".join(codes_of(row)), "|".join(looked_for(row)))


def _has_order(row: Row) -> bool:
    return "order" in row.cells and number(row["order"]) is not None


def _order_missing(rows: Sequence[Row], context: ImportContext) -> Iterator[str]:
    """Without `order`, nothing says which rows of two coders are the same unit of a transcript that the study does not have."""
    if "order" in rows[0].cells:
        return
    coders: dict[str, set[str]] = {}
    for row in rows:
        who = coder_of(row, context.coder)
        if who is not None and row["transcript"] not in context.known and not is_span(row) and not is_reading(row):
            coders.setdefault(row["transcript"], set()).add(who)
    for name, names in coders.items():
        if len(names) > 1:
            yield (
                f"line 1: column 'order' is missing. '{name}' has codes by {', '.join(sorted(names))}, and only `order` can say "
                "which of their rows are the same unit."
            )


def _misnamed(rows: Sequence[Row], known: Mapping[str, Transcript]) -> Iterator[str]:
    """Quotations of transcripts that the study lacks, in a table of quotations: some are of transcripts that it has."""
    first = {row["transcript"]: row for row in reversed(rows) if quotes_alone(row)}
    if any(name in known for name in first):
        yield from (_unknown_transcript(row, known) for name, row in first.items() if name and name not in known)


def quotes_alone(row: Row) -> bool:
    """The row has a text, and nothing that says which unit of a transcript it is."""
    return not (is_span(row) or is_reading(row) or {"order", "number", "speaker"} & row.cells.keys())
