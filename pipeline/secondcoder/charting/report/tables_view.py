"""What the tables beside the page hold."""

from __future__ import annotations

from collections.abc import Iterator

from secondcoder.charting.findings import Findings
from secondcoder.reports.page import Block, Facts

ABOUT = {
    "transcripts": "each transcript with its case, participant, role, wave and words; all counts rest on these first five tables",
    "cases": "each case with its attributes",
    "codes": "each code with its place in the codebook",
    "passages": "every passage with its code, valence, origin and words; `counts` is False for what is only suggested",
    "readings": "how much of each transcript was read for each code",
    "cells": "the framework matrix, a row a cell",
    "quotes": "which passages tell most of each cell, and why",
    "rates": "how often each code occurs, with intervals",
    "by_role": "the same by role",
    "by_wave": "the same by wave",
    "cooccurrence": "every pair of codes",
    "saturation": "codes seen, transcript by transcript",
    "respondents": "a row a respondent, 1, 0 or empty a code, for statistics programs",
    "integration": "each case and construct",
    "profile": "cases in order of their score",
    "levels": "each case, level and wave",
    "level_evidence": "the passages that speak for and against each level",
    "factors": "each case and factor",
    "factors_by_group": "the same counted by group of cases",
    "qca": "crisp sets for qualitative comparative analysis",
    "qca_fuzzy": "fuzzy sets",
    "truth_table": "the configurations that occur",
    "comparison": "groups of cases compared, code by code",
    "corrected": "rates corrected for what the model gets wrong",
    "corrected_differences": "differences of these",
    "occurrence": "in how many cases and transcripts each code occurs",
    "errors_by_speaker": "misses and false suggestions by who speaks",
    "second_coder": "whether the model may be the second coder, code by code",
}


def table_blocks(findings: Findings) -> Iterator[Block]:
    """A line a table."""
    yield "Every figure of this page is in one of these files, or in the workbook's sheet of the same name."
    yield Facts([(f"{name}.csv", ABOUT.get(name, "")) for name in findings.tables])
