"""A suggestion's evidence as JSON, and back."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

from secondcoder.domain.records import Passage, Suggestion, Valence

PASSAGE = tuple(each.name for each in fields(Passage))


def write_evidence(suggestion: Suggestion) -> dict[str, Any]:
    """Carrying sentences as offset pairs, nearest passages as objects; valence and alternative where there are."""
    evidence: dict[str, Any] = {
        "carrying": [list(span) for span in suggestion.carrying],
        "nearest": [{name: getattr(passage, name) for name in PASSAGE} for passage in suggestion.nearest],
    }
    if suggestion.valence is not None:
        evidence["valence"] = [suggestion.valence.value, suggestion.valence_probability]
    if suggestion.alternative is not None:
        evidence["alternative"] = suggestion.alternative
    return evidence


def read_evidence(written: str) -> dict[str, Any]:
    """The fields of a Suggestion that `write_evidence` wrote, from their JSON."""
    evidence = json.loads(written)
    valence, probability = evidence.get("valence", (None, None))
    return {
        "carrying": tuple([(start, end) for start, end in evidence["carrying"]]),
        "nearest": tuple([Passage(**passage) for passage in evidence["nearest"]]),
        "valence": valence and Valence(valence),
        "valence_probability": probability,
        "alternative": evidence.get("alternative"),
    }
