"""A draft of a Results section from the tables of `secondcoder chart`, as Markdown: counts, quotations, and gaps for the researcher.

A pure function of tidy tables. Every number is a value of a table, or the sum or count of a column; no sentence claims a cause; and
what only a person can say stands as a gap in square brackets.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from secondcoder.charting.results.of_cases import comparison_lines, factor_lines, integration_lines, saturation_lines
from secondcoder.charting.results.of_codes import code_lines
from secondcoder.charting.results.wording import Tables, one_line
from secondcoder.domain.wording import counted, listed
from secondcoder.labels.code_counts import NO_CASE

if TYPE_CHECKING:
    import pandas as pd

DRAFT = (
    "Draft for the researcher. Written by secondcoder from the study's tables, not from an understanding of the talk. Codings of "
    "people and accepted suggestions count; suggestions that nobody decided on do not. Square brackets mark what only you can say: "
    "none should be left, nor this paragraph."
)
WHO = "[Who took part, who declined, and who coded; secondcoder export --methods has what is recorded.]"
SECTIONS = {
    "Extent of integration": ("integration", integration_lines, "the extent of integration by case"),
    "Factors": ("factors", factor_lines, "the factors by case"),
    "Groups of cases": ("comparison", comparison_lines, "comparisons of groups of cases"),
    "New codes by transcript": ("saturation", saturation_lines, "how many new codes came with each transcript"),
}
"""Heading -> the table that it needs, what writes it, and what is missing without the table."""
REMAINS = (
    "which themes answer the research question, in which order to tell them, and what holds them together",
    "how the cases differ as wholes, and which explanation fits all of them; where so few cases cannot carry a claim, say so",
    "passages and cases that do not fit",
    "whether each quotation stands for others, reads fairly in its context, and reveals nobody",
    "what participants said of these findings, if they saw them",
)


def results_draft(tables: Tables, study_title: str) -> str:
    """The section as Markdown, which `reports.word` makes a Word document of.

    Args:
        tables: by name; any may be missing or empty, and then the draft says so at its end. Read are: cells, quotes, integration,
            factors, comparison, corrected, occurrence, saturation, and, to describe the material and order the codes, transcripts and
            codes.
    """
    tables = {name: table for name, table in tables.items() if len(table)}
    lines = [
        f"# Results of {one_line(study_title)}: a draft",
        "",
        DRAFT,
        "",
        "## Material",
        "",
        " ".join(_material(tables)),
    ]
    missing = [] if "cells" in tables else ["what was said of each code"]
    if "cells" in tables:
        lines += ["", "## What was said", *code_lines(tables)]
    for heading, (name, write, what) in SECTIONS.items():
        if name in tables:
            lines += ["", f"## {heading}", "", *write(tables[name])]
        else:
            missing.append(what)
    lines += ["", "## What remains for you", "", *(f"- [{what}]" for what in REMAINS)]
    if missing:
        lines += ["", f"Not in the tables, so that nothing is said of it here: {'; '.join(missing)}."]
    return "\n".join(lines) + "\n"


def _material(tables: Tables) -> Iterator[str]:
    """Cases, transcripts, roles and waves, as far as the tables tell."""
    cases = _cases(tables)
    of = f"{counted(len(cases), 'case')} ({listed(cases)})" if cases else ""
    if "transcripts" in tables:
        yield f"The material was {counted(len(tables['transcripts']), 'transcript')}" + (f" of {of}." if of else ".")
        yield from _described(tables["transcripts"])
    elif of:
        yield f"The material came from {of}."
    yield WHO


def _described(talks: pd.DataFrame) -> Iterator[str]:
    for what in ("role", "wave"):
        names = talks[what].fillna("")
        counts = names[names != ""].value_counts()
        if len(counts):
            yield f"Transcripts by {what}: {', '.join(f'{one_line(name)} {n}' for name, n in counts.items())}."


def _cases(tables: Tables) -> list[str]:
    if "cells" not in tables:
        return []
    cells = tables["cells"]
    names = cells.loc[(cells["row_kind"] == "case") & (cells["row"] != NO_CASE), "row"]
    return [one_line(name) for name in dict.fromkeys(names)]
