"""The report as one page that needs nothing else: what it rests on, the matrix, the analyses, and the passages behind every number."""

from __future__ import annotations

from collections.abc import Iterator

from secondcoder.charting.findings import Findings
from secondcoder.charting.report.basis_view import basis_blocks
from secondcoder.charting.report.cases_view import factor_blocks, profile_blocks
from secondcoder.charting.report.codes_view import attribute_blocks, cooccurrence_blocks, rate_blocks, saturation_blocks
from secondcoder.charting.report.comparison_view import comparison_blocks
from secondcoder.charting.report.levels_view import level_blocks, level_evidence_blocks
from secondcoder.charting.report.matrix_view import matrix_blocks
from secondcoder.charting.report.model_view import corrected_blocks, error_blocks, second_coder_blocks
from secondcoder.charting.report.passages_view import ShownPassages, passage_blocks
from secondcoder.charting.report.places import Places
from secondcoder.charting.report.tables_view import table_blocks
from secondcoder.reports import page as pages
from secondcoder.reports.page import Section


def page(findings: Findings) -> str:
    """The whole page."""
    shown = ShownPassages(findings)
    places = Places(list(findings.data.codes["code"]), findings.rows, shown.cells)
    about = "Made by secondcoder. Every figure is in the tables beside this page; each count of passages leads to them."
    sections = list(_sections(findings, shown, places))
    return pages.page(f"Findings of {findings.title}", sections, about, searchable=True, spoken=findings.spoken)


def _sections(findings: Findings, shown: ShownPassages, places: Places) -> Iterator[Section]:
    yield Section("", list(basis_blocks(findings)))
    yield Section("Framework matrix", list(matrix_blocks(findings, places)), "matrix")
    yield Section("Extent of integration", list(profile_blocks(findings, places)), "integration")
    yield Section("Levels of the programme over time", list(level_blocks(findings)), "levels")
    yield Section("Factors", list(factor_blocks(findings, places)), "factors")
    yield Section("Groups of cases compared", list(comparison_blocks(findings, places)), "comparison")
    yield Section("How often each code occurs", list(rate_blocks(findings, places)), "rates")
    yield Section(
        "Rates corrected for what the model gets wrong", list(corrected_blocks(findings, places)), "corrected"
    )
    yield Section("By role and by wave", list(attribute_blocks(findings)), "attributes")
    yield Section("Which codes go together", list(cooccurrence_blocks(findings)), "cooccurrence")
    yield Section("Do new transcripts still bring new codes?", list(saturation_blocks(findings)), "saturation")
    yield Section("Does the model err by who speaks?", list(error_blocks(findings)), "errors")
    yield Section("May the model be the second coder?", list(second_coder_blocks(findings)), "second-coder")
    yield Section("The tables", list(table_blocks(findings)), "tables")
    yield Section("Passages behind the levels", list(level_evidence_blocks(findings)), "level-evidence")
    yield Section("Passages", list(passage_blocks(findings, shown, places)), "passages")
