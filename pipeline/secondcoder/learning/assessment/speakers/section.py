"""The section on errors by who speaks, of the model card and of the page of `evaluate`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from secondcoder.learning.assessment.speakers.report import HEAD, HOW, TITLE, WORDS, errors_in_words, errors_rows
from secondcoder.reports.page import Block, Section, Table


def speakers_section(report: Mapping[str, Any]) -> Section:
    """What differs by role, case, wave and other attributes, and the table that it rests on."""
    blocks: list[Block] = [*errors_in_words(report)]
    if rows := errors_rows(report):
        blocks += [HOW, Table("Misses and false suggestions by who speaks, out of fold", HEAD, rows, words=WORDS)]
    return Section(TITLE, blocks)
