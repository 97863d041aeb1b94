"""Tables of what the model is worth, where they cannot be made."""

from __future__ import annotations

import pytest
from secondcoder.charting import model_tables
from secondcoder.charting.chart_data import chart_data
from secondcoder.charting.corrected import CorrectedCounts
from secondcoder.charting.question import ChartQuestion
from secondcoder.errors import InputError
from secondcoder.study.study import Study


def test_counts_that_are_refused_are_worked_out_once(coded_study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def refused(*question: object) -> CorrectedCounts:
        asked.append(question)
        raise InputError("Nothing was drawn.")

    monkeypatch.setattr(model_tables, "corrected_counts", refused)
    workspace = coded_study.workspace()
    tables = model_tables.model_tables(workspace, ChartQuestion(corrected=True), chart_data(workspace), None)
    for name in ("corrected", "corrected_differences", "occurrence"):
        with pytest.raises(InputError, match="Nothing was drawn"):
            tables[name]()
    assert len(asked) == 1
