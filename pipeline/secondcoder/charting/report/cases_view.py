"""Case by case: how far each has integrated, with the researcher's lights; levels over waves; factors and their configurations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from secondcoder.charting.cases.qca import condition_names, unsettled
from secondcoder.charting.findings import Findings
from secondcoder.charting.notes import NOT_JUDGED
from secondcoder.charting.report.figures import profile_figure
from secondcoder.charting.report.places import Places
from secondcoder.charting.report.shown import code_name, light_set, names_of, refusal, rows_of, table_of
from secondcoder.charting.report.wording import between, decimal, said, share, unknown, whole
from secondcoder.domain.wording import listed
from secondcoder.reports.page import Block, Box, Cell, Heading, Picture, Row, Table

if TYPE_CHECKING:
    import pandas as pd

MOST_CASES = 40
"""Cases that the figure of the profile holds; the table has all."""


def profile_blocks(findings: Findings, places: Places) -> Iterator[Block]:
    """How the passages of each construct divide, by case; the order that follows from it, and the lights beside."""
    integration, profile = table_of(findings, "integration"), table_of(findings, "profile")
    if integration is None or profile is None:
        yield from refusal(findings, "integration", "There are no cases.")
        return
    yield JUDGEMENT
    names = names_of(findings)
    order = list(profile["case"])[:MOST_CASES]
    caption = (
        "Cases in order of their score. Each bar is all passages of the construct that have a valence, whose number stands behind it."
        f"{'' if len(order) == len(profile) else f' The first {len(order)} of {len(profile)} cases are drawn.'}"
    )
    yield Picture(profile_figure(integration, order, names), caption)
    yield _profile_table(profile)
    by_place = {(row.case, row.construct): row for row in rows_of(integration)}
    constructs = list(dict.fromkeys(integration["construct"]))
    head: Row = ["Case", *(Cell(names.get(code, code), link=places.code(code)) for code in constructs)]
    by_case = findings.question.rows == "case"
    rows: list[Row] = [
        [case, *(_standing(by_place[case, code], places.cell(case, code) if by_case else "") for code in constructs)]
        for case in profile["case"]
    ]
    yield Table("How each case stands with each construct", head, rows, words=frozenset(range(len(head))), grid=True)


JUDGEMENT = (
    "What is computed here is evidence; how far a case has integrated is the researcher's judgement. The score of a case is "
    "the mean over the constructs of the share of its passages that promote, a mixed one counting half; where a case has few "
    "passages, the share is drawn towards that of all cases. In order of the score the cases are parted into the two groups "
    "that are most alike within. Any numbers can be parted so: therefore the transcripts of each case were drawn again many "
    "times, and “In resamplings” says how often the case fell into the same group."
)


def _profile_table(profile: pd.DataFrame) -> Table:
    stated = profile["group_stated"].map(said).ne("").any()
    head: Row = [
        "Case",
        "Order",
        "Score",
        "What the codes suggest",
        "In resamplings",
        *["Stated by the researchers"] * bool(stated),
    ]
    rows: list[Row] = [
        [
            Cell(row.case, below=_why(row.note)),
            whole(row.order),
            decimal(row.score),
            row.group_found or "cannot be said",
            share(row.same_group),
            *[said(row.group_stated)] * bool(stated),
        ]
        for row in rows_of(profile)
    ]
    return Table("Cases in order of their score", head, rows, words=frozenset({3, 5}))


def _why(note: Any) -> list[str]:
    """What is noted of a case beside how often it lay on its side, which has a column."""
    return [each for each in said(note).split("; ") if each and "resamplings" not in each]


def _standing(row: Any, link: str) -> Cell:
    figure = f"{share(row.share_promoting)} promoting" if not unknown(row.share_promoting) else ""
    inside = between(row.low, row.high, share)
    light = light_set(row.light)
    lines = [each for each in (figure, f"95%: {inside}" if inside else "", light or NOT_JUDGED) if each]
    sides = (int(row.promotes), int(row.mixed), int(row.inhibits))
    return Cell(
        row.standing, said(row.note), link=link if row.passages else "", valence=sides, light=light, below=lines
    )


def factor_blocks(findings: Findings, places: Places) -> Iterator[Block]:
    """Where each factor was present, absent or mixed."""
    table = table_of(findings, "factors")
    if table is None:
        yield from refusal(findings, "factors", "There are no factors.")
        return
    yield FACTORS
    names, by_case = names_of(findings), findings.question.rows == "case"
    by_place = {(row.code, row.case): row for row in rows_of(table)}
    cases = list(dict.fromkeys(table["case"]))
    if len(cases) <= 10:
        head: Row = ["Factor", *cases]
        rows: list[Row] = [
            [
                Cell(code_name(code, names), link=places.code(code)),
                *(_presence(by_place[code, case], places, by_case) for case in cases),
            ]
            for code in dict.fromkeys(table["code"])
        ]
    else:
        codes = list(dict.fromkeys(table["code"]))
        head = ["Case", *(Cell(code_name(code, names), link=places.code(code)) for code in codes)]
        rows = [[case, *(_presence(by_place[code, case], places, by_case) for code in codes)] for case in cases]
    yield Table("Factors by case", head, rows, words=frozenset(range(len(head))), grid=True)
    yield from _factors_by_group(findings)
    yield from _truth_table(findings)


FACTORS = (
    "Present where at least three quarters of the passages with a valence promote (mixed ones half), absent where at most a "
    "quarter do, and mixed between. Not spoken of is not absent."
)
SIGNS = {"present": "●", "mixed": "◐", "absent": "○"}


def _presence(row: Any, places: Places, by_case: bool) -> Cell:
    sign = SIGNS.get(row.presence, "")
    link = places.cell(row.case, row.code) if by_case and row.passages else ""
    sides = (int(row.promotes), int(row.mixed), int(row.inhibits))
    return Cell(f"{sign} {row.presence}".strip(), empty=not sign, link=link, valence=sides)


def _factors_by_group(findings: Findings) -> Iterator[Block]:
    table = table_of(findings, "factors_by_group")
    if table is None:
        yield from refusal(findings, "factors_by_group")
        return
    order = list(dict.fromkeys(table["code"]))
    head = ("Factor", "Group", "Cases", "Present in", "Mixed in", "Absent in", "Not known")
    rows: list[Row] = [
        [
            code_name(row.code, names_of(findings)),
            row.group or "not stated",
            whole(row.cases),
            *(_cases(getattr(row, word), getattr(row, f"{word}_in")) for word in ("present", "mixed", "absent")),
            whole(row.unknown),
        ]
        for row in rows_of(table.sort_values("code", key=lambda codes: codes.map(order.index), kind="stable"))
    ]
    yield Table("Factors by group of cases", head, rows, words=frozenset({1, 3, 4, 5}))


def _cases(number: Any, names: Any) -> str:
    return f"{whole(number)}: {names}" if number else "0"


def _truth_table(findings: Findings) -> Iterator[Block]:
    """The configurations of factors that occur."""
    table = table_of(findings, "truth_table")
    if table is None:
        yield from refusal(findings, "truth_table")
        return
    yield Heading("Configurations")
    yield QCA
    if empty := unsettled(findings.tables["factors"]):
        yield Box("small", (empty,))
    conditions = [str(column) for column in table if column not in ("n", "outcome", "consistency", "cases")]
    names = dict.fromkeys(findings.tables["factors"]["name"])
    shown = dict(zip(condition_names({name: name for name in names}), names, strict=True))
    head: Row = [
        "Cases",
        *(shown.get(condition, condition) for condition in conditions),
        "Number",
        "Outcome",
        "Consistency",
    ]
    rows: list[Row] = [
        [
            row["cases"],
            *(whole(row[name]) for name in conditions),
            whole(row["n"]),
            said(row["outcome"]),
            decimal(row["consistency"]),
        ]
        for row in table.to_dict("records")
    ]
    yield Table("Truth table", head, rows)
    if left := table.attrs.get("left_out"):
        yield Box(
            "small",
            (f"In no configuration: {listed(left)}, where a condition is not known or stands just at the crossover.",),
        )


QCA = (
    "For qualitative comparative analysis (QCA): tables/qca.csv has crisp sets (mixed conditions are empty, for you to settle), "
    "tables/qca_fuzzy.csv shares of promoting passages. Both open in R's package QCA and in fsQCA. Each case stands in the "
    "configuration that it belongs to by more than half: 1 where the factor promotes, 0 where it inhibits. Consistency is how far "
    "the cases' membership in the configuration lies within that in the outcome, from 0 to 1."
)
