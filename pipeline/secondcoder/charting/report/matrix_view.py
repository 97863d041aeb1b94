"""The framework matrix on the page: a row a code and a column a case, or the other way round where there are many cases.

Each figure leads to the passages that it counts. A cell that nobody read for the code says so: it is never an empty one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from secondcoder.charting.findings import Findings
from secondcoder.charting.report.places import Places
from secondcoder.charting.report.shown import code_cell, rows_of
from secondcoder.charting.report.wording import said, unknown, whole
from secondcoder.domain.wording import counted
from secondcoder.reports.page import Block, Box, Cell, Heading, Row, Table

ACROSS = 10
"""Columns of the matrix that fit a page; of more rows than these, rows go down and codes across."""


def matrix_blocks(findings: Findings, places: Places) -> Iterator[Block]:
    """The section's blocks."""
    if "cells" not in findings.tables or findings.tables["cells"].empty:
        yield "There is nothing to chart: the study has no codes or no transcripts."
        return
    cells = {(cell.row, cell.code): cell for cell in rows_of(findings.tables["cells"])}
    kind, rows = findings.question.rows, findings.rows
    yield KEY
    codes = rows_of(findings.data.codes)
    if len(rows) <= ACROSS:
        lines: list[Row] = [
            [code_cell(code.code, findings), *(_cell(cells, row, code.code, places) for row in rows)] for code in codes
        ]
        yield Table(f"Passages by code and {kind}", ["Code", *rows], lines, grid=True)
    else:
        for panel in _panels(codes):
            head: Row = [
                kind.capitalize(),
                *(Cell(code.code, code.name, link=places.code(code.code)) for code in panel),
            ]
            lines = [[row, *(_cell(cells, row, code.code, places) for code in panel)] for row in rows]
            yield Table(f"Passages by {kind}: {panel[0].name}", head, lines, grid=True)
    yield from _summaries(findings, cells)


KEY = (
    "The number counts passages and leads to them; codings of one code that share words are one passage. Below it stands in "
    "how many of the transcripts that somebody read for the code it occurs: the darker, the larger the share. The bar shows "
    "passages that promote (blue), are mixed (grey) and inhibit (orange, hatched), with their numbers as +, ± and −. "
    "Suggestions that nobody has decided on do not count and are given apart."
)


def _cell(cells: Mapping[tuple[str, str], Any], row: str, code: str, places: Places) -> Cell:
    cell = cells.get((row, code))
    if cell is None:
        return Cell("not charted", empty=True)
    open_ = [f"{whole(cell.suggested)} suggested"] if cell.suggested else []
    if not cell.transcripts_read:  # its counts are unknown
        return Cell(cell.note, empty=True, below=open_)
    valence = (int(cell.promotes), int(cell.mixed), int(cell.inhibits))
    return Cell(
        whole(cell.passages),
        said(cell.summary),
        shade=0.0 if unknown(cell.share) else float(cell.share),
        link=places.cell(row, code) if cell.passages else "",
        valence=valence,
        light=cell.light,
        below=[
            f"{whole(cell.transcripts)} of {whole(cell.transcripts_read)}",
            *open_,
            *[cell.light] * bool(cell.light),
        ],
    )


def _panels(codes: Sequence[Any]) -> Iterator[list[Any]]:
    """Constructs with what is below them, as many in a panel as fit."""
    panel: list[Any] = []
    for group in _groups(codes):
        if panel and len(panel) + len(group) > ACROSS:
            yield panel
            panel = []
        panel += group
    if panel:
        yield panel


def _groups(codes: Sequence[Any]) -> Iterator[list[Any]]:
    group: list[Any] = []
    for code in codes:
        if group and (not code.depth or len(group) >= ACROSS):
            yield group
            group = []
        group.append(code)
    if group:
        yield group


def _summaries(findings: Findings, cells: Mapping[tuple[str, str], Any]) -> Iterator[Block]:
    """What the researcher wrote, as a matrix of words."""
    written = {key: cell for key, cell in cells.items() if said(cell.summary)}
    yield Heading("In the researcher's words")
    if not written:
        yield Box("small", (NO_SUMMARIES,))
        return
    names = dict(zip(findings.data.codes["code"], findings.data.codes["name"], strict=True))
    rows: list[Row] = [
        [row, f"{code} {names.get(code, '')}", Cell(cell.summary, light=cell.light)]
        for (row, code), cell in written.items()
    ]
    caption = f"{counted(len(rows), 'summary', 'summaries')} of {counted(len(cells), 'cell')}"
    yield Table(caption, [findings.question.rows.capitalize(), "Code", "Summary"], rows, words=frozenset({1, 2}))


NO_SUMMARIES = (
    "Nobody has written a summary yet. Summaries and lights are written in the review application (Chart), or into the sheet "
    "'summaries' of matrix.xlsx and taken back with `secondcoder chart --notes matrix.xlsx`."
)
