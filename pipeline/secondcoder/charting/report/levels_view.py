"""Levels of the programme by case and wave: the researcher's light, and the passages that speak for and against each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from secondcoder.charting.cases.component_levels import NO_TALK
from secondcoder.charting.findings import Findings
from secondcoder.charting.notes import NOT_JUDGED
from secondcoder.charting.report.shown import light_set, refusal, rows_of, table_of
from secondcoder.charting.report.wording import said, unknown, whole
from secondcoder.domain.grouping import group_by
from secondcoder.domain.wording import counted
from secondcoder.reports.page import Block, Box, Cell, Heading, Quotation, Quotations, Row, Table

SIDES = {"for": "+", "against": "−", "either": "±"}
MOST = 4
"""Passages of a cell that stand on the page, those most like the definition."""
Place = tuple[str, str, str]
"""Case, level, wave."""


def level_blocks(findings: Findings) -> Iterator[Block]:
    """The section's blocks."""
    levels = table_of(findings, "levels")
    if levels is None:
        yield from refusal(findings, "levels", "There are no cases or no levels.")
        return
    yield LEVELS
    how = dict.fromkeys(said(note) for note in levels["note"] if said(note) not in ("", NO_TALK))
    yield from (Box("note", (f"Evidence: {note}.",)) for note in how)
    anchors = _anchors(_evidence(findings))
    cells = {(row.case, row.level, row.wave): row for row in rows_of(levels)}
    places = list(dict.fromkeys((row.level, row.wave) for row in cells.values()))
    head: Row = ["Case", *(f"{level}, {wave}" if wave else level for level, wave in places)]
    rows: list[Row] = [
        [case, *(_level(cells[case, level, wave], anchors.get((case, level, wave), "")) for level, wave in places)]
        for case in dict.fromkeys(levels["case"])
    ]
    yield Table("Levels of the programme by wave", head, rows, words=frozenset(range(1, len(head))), grid=True)


LEVELS = (
    "The light is the researcher's alone. Beside it stands how many passages speak for work at that level going on (+), "
    "against it (−) and for either (±); the number leads to them."
)


def level_evidence_blocks(findings: Findings) -> Iterator[Block]:
    """The passages behind the levels: a heading a case, and below it a folded line a level and wave."""
    evidence = _evidence(findings)
    if not evidence:
        return
    yield EVIDENCE
    anchors = _anchors(evidence)
    for case, places in group_by(evidence, lambda place: place[0]).items():
        yield Heading(case)
        yield from (_quotations(findings, place, evidence[place], anchors[place]) for place in places)


EVIDENCE = (
    "What speaks for (+), against (−) or for either side (±) of work going on at a level, those most like the level's definition "
    "first. All of it is in tables/level_evidence.csv."
)


def _anchors(evidence: Mapping[Place, Sequence[Any]]) -> dict[Place, str]:
    """The id of each place's passages."""
    return {place: f"level-{number}" for number, place in enumerate(evidence, start=1)}


def _level(row: Any, anchor: str) -> Cell:
    figures = [
        f"{sign}{whole(getattr(row, f'evidence_{side}'))}"
        for side, sign in SIDES.items()
        if getattr(row, f"evidence_{side}")
    ]
    light = light_set(row.light)
    if not figures:
        return Cell(
            light or (NO_TALK if said(row.note) == NO_TALK else "no evidence found"),
            light=light,
            empty=not light,
        )
    return Cell(" ".join(figures), link=anchor, light=light, below=[light or NOT_JUDGED])


def _evidence(findings: Findings) -> Mapping[Place, Sequence[Any]]:
    table = table_of(findings, "level_evidence")
    return {} if table is None else group_by(rows_of(table), lambda row: (row.case, row.level, row.wave))


def _quotations(findings: Findings, place: Place, rows: Sequence[Any], anchor: str) -> Quotations:
    passages = findings.passages
    shown = [
        Quotation(
            passages[row.passage].text, passages[row.passage].where, SIDES.get(row.side, ""), _likeness(row.likeness)
        )
        for row in rows[:MOST]
    ]
    left = len(rows) - len(shown)
    rest = f"{counted(left, 'more passage')} in level_evidence.csv." if left else ""
    return Quotations(anchor, ", ".join(filter(None, place[1:])), counted(len(rows), "passage"), (), shown, rest)


def _likeness(value: Any) -> str:
    return "" if unknown(value) else f"likeness {value:.2f}"
