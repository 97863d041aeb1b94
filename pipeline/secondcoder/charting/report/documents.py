"""What goes into a paper: the matrix with its quotations as an appendix, and the draft of a Results section, for Word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from secondcoder.charting.findings import Findings
from secondcoder.charting.notes import NOT_JUDGED
from secondcoder.charting.report.shown import code_name, names_of, rows_of
from secondcoder.charting.report.wording import said, whole
from secondcoder.charting.results.draft import results_draft
from secondcoder.labels.code_counts import NO_CASE
from secondcoder.reports.word import INDENT, plain_markdown, word_document

if TYPE_CHECKING:
    import pandas as pd

LONGEST_QUOTE = 700
COUNTS = ("passages", "transcripts", "promotes", "mixed", "inhibits")


def appendix(findings: Findings) -> bytes:
    """Matrix and quotations for a paper's appendix: a table of counts, then a table a code, a row a case; landscape.

    Names of participants stay out: role, case and wave say where a quotation comes from.
    """
    return word_document("\n".join(_appendix(findings)), landscape=True)


def _appendix(findings: Findings) -> Iterator[str]:
    yield f"# {_plain(findings.title)}: framework matrix with quotations"
    yield from (_plain(sentence) for sentence in findings.sentences)
    cells = {(cell.row, cell.code): cell for cell in rows_of(findings.tables["cells"])}
    charted = [
        code
        for code in findings.codes
        if any(cells[row, code].passages for row in findings.rows if cells[row, code].transcripts_read)
    ]
    if not charted:
        yield "No passage counts yet."
        return
    yield f"## Passages by code and {findings.question.rows}"
    yield KEY
    yield from _counts(findings, cells)
    quotes = _quotes(findings)
    yield "## Quotations"
    yield CHOSEN
    for code in _told(findings, charted):
        yield f"### {_plain(code_name(code, names_of(findings)))}"
        if definition := findings.codes[code].definition:
            yield _plain(definition)
        yield from _code_table(findings, cells, quotes, code)


KEY = (
    "Number of passages, and in brackets in how many of the transcripts that were read for the code it occurs; below, how many "
    "passages promote (+), are mixed (±) and inhibit (−), where that was coded. A dash: no passage in what was read for the code. "
    "Suggestions of the model that nobody has decided on do not count."
)
CHOSEN = (
    "Quotations were chosen by secondcoder: of each cell the passage most like the others with the code, then others unlike it, from "
    "different people and of different valence where there are any. Who speaks stands in brackets."
)


def _told(findings: Findings, charted: list[str]) -> list[str]:
    """Codes with a table of their own: those asked for by name, or else those that stand on top of the codebook."""
    if findings.question.codes:
        return charted
    tops = [code for code in charted if not findings.codes[code].depth]
    return tops or charted


def _counts(findings: Findings, cells: Mapping[tuple[str, str], Any]) -> Iterator[str]:
    names, across = names_of(findings), 8
    for at in range(0, len(findings.rows), across):
        rows = findings.rows[at : at + across]
        yield ""
        yield f"| Code | {' | '.join(map(_plain, rows))} |"
        yield f"|{'-' * 24}|{'|'.join(['-' * 12] * len(rows))}|"
        for code, of in findings.codes.items():
            name = INDENT * int(of.depth) + _plain(code_name(code, names))
            yield f"| {name} | {' | '.join(_count(cells[row, code]) for row in rows)} |"
        yield ""


def _count(cell: Any) -> str:
    if not cell.transcripts_read:
        return said(cell.note)
    if not cell.passages:
        return "–"
    return f"{whole(cell.passages)} ({whole(cell.transcripts)} of {whole(cell.transcripts_read)})<br>{_sides(cell)}"


def _sides(cell: Any) -> str:
    return " ".join(
        f"{sign}{whole(n)}" for sign, n in (("+", cell.promotes), ("±", cell.mixed), ("−", cell.inhibits)) if n
    )


def _code_table(
    findings: Findings, cells: Mapping[tuple[str, str], Any], quotes: Mapping[tuple[str, str], list[str]], code: str
) -> Iterator[str]:
    kind = findings.question.rows.capitalize()
    summed = any(said(cells[row, code].summary) for row in findings.rows)
    summary, dashes = ("Summary | ", f"{'-' * 30}|") if summed else ("", "")
    yield ""
    yield f"| {kind} | Passages | {summary}Quotations |"
    yield f"|{'-' * 14}|{'-' * 16}|{dashes}{'-' * 70}|"
    for row in findings.rows:
        cell = cells[row, code]
        light = f"{cell.light}<br>" if cell.light else ""
        words = f"{light}{_plain(said(cell.summary))} | " if summed else ""
        yield f"| {_plain(row)} | {_count(cell)} | {words}{'<br>'.join(quotes.get((row, code), []))} |"
    yield ""


def _quotes(findings: Findings) -> dict[tuple[str, str], list[str]]:
    """(row, code) -> its telling passages, each with its role, case and wave."""
    talks = {talk.transcript: talk for talk in rows_of(findings.data.transcripts)}
    found: dict[tuple[str, str], list[str]] = {}
    for quote in rows_of(findings.tables["quotes"]):
        passage = findings.passages[quote.passage]
        talk = talks[passage.transcript]
        case = "" if talk.case == NO_CASE else talk.case
        who = ", ".join(filter(None, (talk.role, case, talk.wave))) or passage.transcript
        sign = {"promotes": "+ ", "mixed": "± ", "inhibits": "− "}.get(passage.valence, "")
        found.setdefault((quote.row, quote.code), []).append(f"{sign}“{_plain(_cut(passage.text))}” ({_plain(who)})")
    return found


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_QUOTE else f"{text[: LONGEST_QUOTE - 1].rsplit(' ', 1)[0]} …"


def _plain(text: str) -> str:
    return plain_markdown(" ".join(str(text).split()))


def results(findings: Findings) -> bytes:
    """The draft of a Results section."""
    return word_document(results_draft(results_tables(findings), findings.title))


def results_tables(findings: Findings) -> dict[str, pd.DataFrame]:
    """The tables that a draft is written from, with the columns that it asks for beside their own."""
    tables, names = dict(findings.tables), names_of(findings)
    cells = tables["cells"].assign(row_kind=findings.question.rows, code_name=tables["cells"]["code"].map(names))
    tables["cells"] = _plain_numbers(cells.rename(columns={"suggested": "suggested_only"}))
    passages = findings.data.passages[["passage", "transcript", "text", "valence"]]
    talks = findings.data.transcripts[["transcript", "participant", "role", "wave", "case"]]
    tables["quotes"] = (
        tables["quotes"].merge(passages, on="passage", how="left").merge(talks, on="transcript", how="left")
    )
    for name, table in tables.items():
        if "light" in table:
            tables[name] = table.assign(light=table["light"].replace(NOT_JUDGED, ""))
    for name, column in (("factors", "code_name"), ("comparison", "code_name"), ("integration", "construct")):
        if name in tables:
            tables[name] = tables[name].assign(**{column: tables[name]["name"]})
    return tables


def _plain_numbers(table: pd.DataFrame) -> pd.DataFrame:
    """Counts that may be missing as floats, NaN where they are."""
    counts = table.select_dtypes("Int64").columns
    return table.astype(dict.fromkeys(counts, float))
