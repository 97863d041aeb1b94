"""Code by code: how often, by role and by wave, together with which others, and whether new transcripts still bring new ones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from secondcoder.charting.codes.cooccurrence import left_out
from secondcoder.charting.codes.saturation import saturation_sentences
from secondcoder.charting.findings import Findings
from secondcoder.charting.report.figures import heat_map, rate_figure, saturation_figure
from secondcoder.charting.report.places import Places
from secondcoder.charting.report.shown import code_cell, code_name, names_of, refusal, rows_of, table_of
from secondcoder.charting.report.wording import between, decimal, said, share, unknown, whole
from secondcoder.reports.page import Block, Box, Cell, Picture, Row, Table

if TYPE_CHECKING:
    import pandas as pd

FIGURE_CODES = 30
"""Codes that a figure holds; of more, those that stand on top of the codebook."""
PAIRS = 25


def rate_blocks(findings: Findings, places: Places) -> Iterator[Block]:
    """How often each code occurs."""
    rates = table_of(findings, "rates")
    if rates is None:
        yield from refusal(findings, "rates", "There are no codes.")
        return
    shown = rates.assign(name=rates["code"].map(names_of(findings)))
    if not (drawn := _for_figure(findings, shown[shown["share"].notna()])).empty:
        yield Picture(rate_figure(drawn), f"{FIGURE_CAPTION}{_left_out(shown, drawn)}")
    head = ("Code", "Passages", "Transcripts", "Share", "95% interval", "Per 1,000 words", "95% interval", "Cases")
    rows: list[Row] = [
        [
            code_cell(row.code, findings, places.code(row.code), said(row.note)),
            whole(row.passages),
            f"{whole(row.transcripts)} of {whole(row.transcripts_read)}",
            share(row.share),
            between(row.low, row.high, share),
            decimal(row.per_1000_words),
            between(row.low_words, row.high_words),
            f"{whole(row.cases)} of {whole(row.cases_read)}",
        ]
        for row in rows_of(rates)
    ]
    yield Table("Passages, transcripts and rates by code", head, rows)


FIGURE_CAPTION = (
    "Share of the transcripts read for the code that have it. Points are shares, lines 95% intervals; a "
    "hollow point has none that can be said."
)


def _for_figure(findings: Findings, table: pd.DataFrame) -> pd.DataFrame:
    if len(table) <= FIGURE_CODES:
        return table
    top = findings.data.codes.loc[findings.data.codes["depth"] == 0, "code"]
    return table[table["code"].isin(top)].head(FIGURE_CODES)


def _left_out(table: pd.DataFrame, drawn: pd.DataFrame) -> str:
    return "" if len(drawn) == len(table) else f" {len(drawn)} of {len(table)} codes are drawn; the table has all."


def attribute_blocks(findings: Findings) -> Iterator[Block]:
    """Codes by role and by wave."""
    if any(table_of(findings, name) is not None for name in ("by_role", "by_wave")):
        yield GRID_KEY
    for name, what in (("by_role", "role"), ("by_wave", "wave")):
        table = table_of(findings, name)
        if table is None:
            yield from refusal(findings, name, f"No transcript has a {what}.")
            continue
        values = list(dict.fromkeys(table["value"]))
        by_place = {(row.code, row.value): row for row in rows_of(table)}
        rows: list[Row] = [
            [code_cell(code, findings), *(_share_cell(by_place.get((code, value))) for value in values)]
            for code in dict.fromkeys(table["code"])
        ]
        yield Table(
            f"Share of transcripts with each code, by {what}", [Cell("Code"), *map(Cell, values)], rows, grid=True
        )


GRID_KEY = (
    "Share of transcripts with the code among those read for it, their numbers, and the 95% interval. Roles and waves "
    "differ in much else than the code: these shares describe."
)


def _share_cell(row: Any) -> Cell:
    if row is None or not row.transcripts_read:
        return Cell("not read", empty=True)
    of = f"{whole(row.transcripts)} of {whole(row.transcripts_read)}"
    inside = between(row.low, row.high, share)
    return Cell(
        share(row.share),
        said(row.note),
        shade=0.0 if unknown(row.share) else float(row.share),
        below=[of, *[inside] * bool(inside)],
    )


def cooccurrence_blocks(findings: Findings) -> Iterator[Block]:
    """Which codes share words."""
    table = table_of(findings, "cooccurrence")
    if table is None or not (table["passages"] > 0).any():
        yield from refusal(findings, "cooccurrence", "No two codes share words.")
        return
    names = names_of(findings)
    present = set(table["code"]) | set(table["other"])
    codes = [code for code in findings.data.codes["code"] if code in present]
    if len(codes) > FIGURE_CODES:
        top = set(findings.data.codes.loc[findings.data.codes["depth"] == 0, "code"])
        codes = [code for code in codes if code in top] or codes
    title = "Passages of two codes that share words"
    description = f"{len(codes)} by {len(codes)} codes, the darker the more pairs of passages. The largest stand in the table below."
    yield Picture(heat_map(table, codes, "passages", title, description), HEAT_CAPTION)
    most = table[table["passages"] > 0].sort_values(["passages", "jaccard"], ascending=False, kind="stable").head(PAIRS)
    head = ("Code", "Other code", "Pairs of passages", "Transcripts with both", "Expected", "Jaccard")
    rows: list[Row] = [
        [
            Cell(code_name(row.code, names), below=[note] if (note := said(row.note)) else []),
            code_name(row.other, names),
            whole(row.passages),
            whole(row.transcripts),
            decimal(row.expected, 1),
            decimal(row.jaccard),
        ]
        for row in rows_of(most)
    ]
    yield Table(f"The {len(rows)} pairs of codes that share words most often", head, rows, words=frozenset({1}))

    if said_of_pairs := left_out(findings.data):
        yield Box("small", (said_of_pairs,))


HEAT_CAPTION = (
    "Pairs of passages of two codes that share words. A code with its own construct is left out: that is no finding. In the table, "
    "“Expected” is how many such pairs there would be if passages lay anywhere in their transcripts; Jaccard is the share of the "
    "text under either code that is under both."
)


def saturation_blocks(findings: Findings) -> Iterator[Block]:
    """Do new transcripts still bring new codes?"""
    table = table_of(findings, "saturation")
    if table is None:
        yield from refusal(findings, "saturation", "No transcript was read through for all codes.")
        return
    yield from saturation_sentences(findings.data)
    caption = "The line follows the study's order, the band holds 95% of all orders of the transcripts."
    yield Picture(saturation_figure(table), caption)
    head = ("Step", "Transcript", "Codes seen", "New", "Mean of all orders", "95% of orders")
    rows: list[Row] = [
        [
            whole(row.step),
            said(row.transcript),
            whole(row.codes_seen),
            said(row.new),
            decimal(row.expected, 1),
            between(row.low, row.high, whole),
        ]
        for row in rows_of(table)
    ]
    yield Table("Codes seen, transcript by transcript", head, rows, words=frozenset({1, 3}))
