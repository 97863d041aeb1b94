"""The drift comparisons that the audit trail keeps, and the sentences in them; what was compared, and how, is `comparison`'s."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from secondcoder.corpus import Corpus

DRIFT = "drift"
"""The event that keeps a comparison."""


def reports_by(corpus: Corpus, version: str | None) -> list[dict[str, Any]]:
    """The comparisons by a model version, oldest first."""
    details = [event["detail"] for event in corpus.events(DRIFT)]
    return [detail for detail in details if detail["model"] == version]


def latest(corpus: Corpus) -> dict[str, Any] | None:
    """The last comparison by the model in use; None where it has coded nothing yet."""
    return next(iter(reversed(reports_by(corpus, corpus.model_in_use))), None)


def in_words(report: Mapping[str, Any] | None, *, only: bool = False) -> list[str]:
    """A comparison in sentences; with `only`, those on the transcripts that it was made for.

    Transcripts of a case that differs as a whole are not reported one by one.
    """
    if report is None:
        return []
    chosen = set(report["coded"]) if only else None
    # Earlier comparisons left nothing undecided.
    found = [*report["findings"], *(item for item in report.get("undecided", ()) if item["words"])]
    findings = [item for item in found if chosen is None or chosen & set(item["transcripts"])]
    inside = {name for item in findings if item["what"] == "case" for name in item["transcripts"]}
    # One sentence on the case says what several on its transcripts would repeat.
    lines = [item["words"] for item in findings if item["what"] != "transcript" or item["name"] not in inside]
    skipped = [why for name, why in report["not_compared"].items() if chosen is None or name in chosen]
    return [line for line in (*lines, *skipped, *report["notes"], report["summary"]) if line]
