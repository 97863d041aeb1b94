"""A suggestion's evidence as JSON, and back."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from secondcoder.domain.records import Passage, Suggestion


def write_evidence(suggestion: Suggestion) -> dict[str, Any]:
    """Carrying sentences as offset pairs, nearest passages as objects."""
    return {
        "carrying": [list(span) for span in suggestion.carrying],
        "nearest": [asdict(passage) for passage in suggestion.nearest],
    }


def read_evidence(evidence: dict[str, Any]) -> dict[str, Any]:
    """The fields of a Suggestion that `write_evidence` wrote."""
    return {
        "carrying": tuple((start, end) for start, end in evidence["carrying"]),
        "nearest": tuple(Passage(**passage) for passage in evidence["nearest"]),
    }
