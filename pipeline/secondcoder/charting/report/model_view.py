"""What the model's errors mean for the findings: rates corrected for them, errors by who speaks, and the model as second coder."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from secondcoder.charting.findings import Findings
from secondcoder.charting.report.figures import MOST_ROWS, corrected_figure
from secondcoder.charting.report.matrix_view import ACROSS
from secondcoder.charting.report.places import Places
from secondcoder.charting.report.shown import code_cell, names_of, refusal, rows_of, table_of
from secondcoder.charting.report.wording import DASH, between, decimal, said, share, whole
from secondcoder.reports.page import Block, Box, Cell, Picture, Row, Table

if TYPE_CHECKING:
    import pandas as pd


def corrected_blocks(findings: Findings, places: Places) -> Iterator[Block]:
    """Plain and corrected rates beside each other: of all transcripts, then of groups and cases, and in how many each code occurs."""
    table = table_of(findings, "corrected")
    if table is None:
        yield from refusal(findings, "corrected", "" if findings.question.corrected else NOT_CORRECTED)
        return
    if rests_on := table.attrs.get("rests_on"):
        yield rests_on
    yield CORRECTED
    everywhere = table[table["kind"] == "all"]
    known = everywhere[everywhere["rate"].notna()].head(MOST_ROWS)
    if len(known):
        yield Picture(corrected_figure(known.assign(name=known["code"].map(names_of(findings)))), CORRECTED_CAPTION)
    for kind, part in table.groupby("kind", sort=False):
        if kind != "all" and part["of"].nunique() <= ACROSS:
            yield _corrected_grid(findings, places, part, str(kind))
        else:
            yield _corrected_table(findings, places, part, "all transcripts" if kind == "all" else f"by {kind}")
    yield from _differences(findings, places)
    yield from _occurrence(findings, places)


NOT_CORRECTED = (
    "All counts of this report are of what people coded and accepted. `secondcoder chart --corrected` estimates from all "
    "transcripts, with the model's suggestions corrected by what people say of passages that were drawn at random."
)
CORRECTED = (
    "Rates are shares of segments, the answers or parts of answers that are coded one by one. The plain rate takes the model's "
    "suggestions, where nobody decided, as they are. The corrected rate is estimated from all segments, with what people said of "
    "those that were drawn with known probability (design-based supervised learning: Egami 2023, arXiv:2306.04746). Its 95% "
    "interval is for what people would have coded in these transcripts; the one under “Such transcripts” is for all of which "
    "these are a sample, and therefore wider."
)
CORRECTED_CAPTION = (
    "Hollow points are plain counts, without an interval that holds; filled ones corrected rates with 95% intervals."
)


def _corrected_table(findings: Findings, places: Places, part: pd.DataFrame, of: str) -> Table:
    head = ("Code", "Of", "Segments", "By hand", "Drawn", "Plain rate", "Corrected", "95% interval", "Such transcripts")
    rows: list[Row] = [
        [
            code_cell(row.code, findings, places.code(row.code), said(row.note)),
            said(row.of),
            whole(row.segments),
            whole(row.hand_coded),
            whole(row.drawn),
            _rate(row.plain_rate),
            _rate(row.rate),
            *_intervals(row),
        ]
        for row in rows_of(part)
    ]
    return Table(f"Share of segments with each code, {of}", head, rows, words=frozenset({1}))


def _corrected_grid(findings: Findings, places: Places, part: pd.DataFrame, kind: str) -> Table:
    """Codes by cases or groups: the corrected rate, its interval, and the plain one."""
    by_place = {(row.code, row.of): row for row in rows_of(part)}
    domains = list(dict.fromkeys(part["of"]))
    rows: list[Row] = [
        [code_cell(code, findings, places.code(code)), *(_corrected(by_place.get((code, of))) for of in domains)]
        for code in dict.fromkeys(part["code"])
    ]
    return Table(f"Corrected share of segments with each code, by {kind}", ["Code", *domains], rows, grid=True)


def _corrected(row: Any) -> Cell:
    if row is None:
        return Cell(DASH, empty=True)
    inside = between(row.low, row.high, _rate)
    return Cell(_rate(row.rate), said(row.note), below=[*[inside] * bool(inside), f"plain {_rate(row.plain_rate)}"])


def _rate(value: Any) -> str:
    return DASH if decimal(value) == DASH else f"{100 * float(value):.1f}%".replace("-", "−")


def _intervals(row: Any) -> list[str]:
    """For these transcripts, and for such transcripts."""
    ends = ((row.low, row.high), (row.low_such, row.high_such))
    return [between(low, high, _rate) or DASH for low, high in ends]


def _differences(findings: Findings, places: Places) -> Iterator[Block]:
    table = table_of(findings, "corrected_differences")
    if table is None:
        return
    head = ("Code", "First", "Second", "Plain difference", "Corrected", "95% interval", "Such transcripts")
    rows: list[Row] = [
        [
            code_cell(row.code, findings, places.code(row.code), said(row.note)),
            said(row.first),
            said(row.second),
            _rate(row.plain_difference),
            _rate(row.difference),
            *_intervals(row),
        ]
        for row in rows_of(table)
    ]
    yield Table("Corrected differences", head, rows, words=frozenset({1, 2}))


def _occurrence(findings: Findings, places: Places) -> Iterator[Block]:
    table = table_of(findings, "occurrence")
    if table is None:
        return
    head = ("Code", "Of", "Found in", "Estimated", "95% interval")
    rows: list[Row] = [
        [
            code_cell(row.code, findings, places.code(row.code)),
            f"{whole(row.of)} {row.unit}s",
            whole(row.found),
            decimal(row.estimate, 1),
            between(row.low, row.high, _one_decimal) or DASH,
        ]
        for row in rows_of(table)
    ]
    yield Table("In how many does each code occur?", head, rows, words=frozenset({1}))


def _one_decimal(value: Any) -> str:
    return decimal(value, 1)


def error_blocks(findings: Findings) -> Iterator[Block]:
    """Does the model err by who speaks?"""
    table = table_of(findings, "errors_by_speaker")
    if table is None:
        yield from refusal(findings, "errors_by_speaker")
        return
    yield ERRORS
    head = (
        "Attribute",
        "Value",
        "Participants or cases",
        "Missed",
        "Share",
        "95% interval",
        "False",
        "Share",
        "95% interval",
        "p",
    )
    rows: list[Row] = [
        [
            said(row.attribute),
            Cell(said(row.value), said(row.sentence)),
            whole(row.clusters),
            f"{whole(row.missed)} of {whole(row.marks)}",
            share(row.miss_rate),
            between(row.low, row.high, share) or DASH,
            f"{whole(row.false)} of {whole(row.looked)}",
            _rate(row.false_rate),
            between(row.false_low, row.false_high, _rate) or DASH,
            decimal(row.p, 3),
        ]
        for row in rows_of(table)
    ]
    yield Table("Misses and false suggestions by who speaks, out of fold", head, rows, words=frozenset({1}))


ERRORS = (
    "What the model says of transcripts that it had not learned from (out of fold), beside what people coded there. Missed: codings "
    "of people that it did not suggest. False: passages that people read without giving the code that it suggested. p: how often "
    "values exchanged at random among participants or cases make as large a difference, adjusted for all attributes and both kinds "
    "of error; a dash where so few cannot show one."
)


NOT_ASKED = (
    "This takes a minute or more, and was not asked for: `secondcoder chart --second-coder`, or `secondcoder agree`."
)


def second_coder_blocks(findings: Findings) -> Iterator[Block]:
    """May the model be the second coder? A sentence a code."""
    table = table_of(findings, "second_coder")
    if table is None:
        yield from refusal(findings, "second_coder", "" if findings.question.second_coder else NOT_ASKED)
        return
    yield SECOND_CODER
    rows: list[Row] = [[said(row.code), said(row.answer), said(row.sentence)] for row in rows_of(table)]
    yield Table("The model as second coder, code by code", ("Code", "Answer", "Why"), rows, words=frozenset({1, 2}))
    yield Box("small", ("More figures: secondcoder agree --out agreement.html",))


SECOND_CODER = (
    "Of each code: how well the model agrees with people (Cohen's kappa, 1 in full, 0 as by chance) beside how well they agree with "
    "each other, with 95% intervals in brackets; and the alternative annotator test (Calderon 2025), which asks how often the model "
    "stands in for one of the people at least as well as a colleague would."
)
