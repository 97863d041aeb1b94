"""After a stopped retraining the advice fits where the new codings came from: a table can be mended, a review is decided again."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest
from secondcoder.training.retrain import _sources

MODEL = {"what": "model", "detail": {"version": "m0001"}}
CANDIDATE = {"what": "model", "detail": {"version": "m0002"}}
IMPORT, DECISION = {"what": "import", "detail": {}}, {"what": "decision", "detail": {}}


@pytest.mark.parametrize(
    ("events", "sources"),
    [
        ([IMPORT, MODEL, DECISION, DECISION], ("reviewed",)),
        ([DECISION, MODEL, IMPORT], ("imported",)),
        ([MODEL, DECISION, CANDIDATE, IMPORT], ("reviewed", "imported")),
        ([IMPORT, MODEL], ()),
    ],
)
def test_what_was_coded_since_the_model_in_use(events: list[dict[str, Any]], sources: tuple[str, ...]) -> None:
    workspace = SimpleNamespace(version="m0001", corpus=SimpleNamespace(events=lambda *what: events))
    assert _sources(cast("Any", workspace)) == sources
