"""A suggestion's evidence as JSON, and back."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

from secondcoder.domain.records import Passage, Suggestion, Valence
from secondcoder.errors import StoreError

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
    """The fields of a Suggestion that `write_evidence` wrote, from their JSON; StoreError where that is none."""
    try:
        return evidence_of(json.loads(written))
    # It is read when somebody looks at it: long after the row.
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        raise StoreError(
            "The store of this study is damaged: the evidence of a suggestion cannot be read. `secondcoder check` says of which. "
            "Nothing was changed."
        ) from None


def evidence_of(evidence: Any) -> dict[str, Any]:
    """The same from what the JSON holds; ValueError, TypeError, LookupError or AttributeError where it is of another shape."""
    valence, probability = evidence.get("valence", (None, None))
    return {
        "carrying": tuple([(int(start), int(end)) for start, end in evidence["carrying"]]),
        "nearest": tuple([_passage(**passage) for passage in evidence["nearest"]]),
        "valence": valence and Valence(valence),
        "valence_probability": None if probability is None else float(probability),
        "alternative": evidence.get("alternative"),
    }


def _passage(transcript: str, start: int, end: int, text: str, similarity: float) -> Passage:
    if not isinstance(transcript, str) or not isinstance(text, str):
        raise TypeError
    return Passage(transcript, int(start), int(end), text, float(similarity))
