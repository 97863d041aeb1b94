"""Human codings as Label Studio's tasks with annotations, and suggestions as predictions beside them.

Label Studio takes an annotator only by the e-mail address of a member of its project, so a coder who is called otherwise stands in
each region's `meta`, with what Label Studio has no field for. Labels are the codes' names.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from secondcoder.codebook.model import Codebook
from secondcoder.domain.grouping import group_by
from secondcoder.domain.records import Coding, Origin, Suggestion, Transcript
from secondcoder.exchange.projects.json_out import name_of_code, write_json
from secondcoder.exchange.registry import CodedData


def write(data: CodedData, book: Codebook, path: Path) -> None:
    """A task for each transcript, an annotation for each coder and way of coding, a prediction for each model version."""
    codings = group_by(sorted(data.codings, key=_order), lambda each: each.transcript)
    suggestions = group_by(data.suggestions, lambda each: each.transcript)
    tasks = [
        _task(number, transcript, codings.get(transcript.id, ()), suggestions.get(transcript.id, ()), book)
        for number, transcript in enumerate(data.transcripts, start=1)
    ]
    write_json(tasks, path)


def _order(coding: Coding) -> tuple[Any, ...]:
    return coding.coder, coding.origin, *coding.place, coding.code, coding.valence or "", coding.memo


def _task(
    number: int, transcript: Transcript, codings: Iterable[Coding], suggestions: Iterable[Suggestion], book: Codebook
) -> dict[str, Any]:
    by_coder = group_by(codings, lambda each: (each.coder, each.origin))
    by_model = group_by(suggestions, lambda each: each.model)
    return {
        "id": number,
        "annotations": [_annotation(coder, own, transcript, book) for (coder, _), own in by_coder.items()],
        "predictions": [_prediction(model, own, transcript, book) for model, own in by_model.items()],
        "data": {"text": transcript.text, "transcript": transcript.id},
    }


def _annotation(coder: str, codings: Sequence[Coding], transcript: Transcript, book: Codebook) -> dict[str, Any]:
    is_address = "@" in coder.strip("@")
    regions = [_region(coding, _meta(coding, "" if is_address else coder), transcript, book) for coding in codings]
    who = {"completed_by": {"email": coder}} if is_address else {}
    return {**who, "was_cancelled": False, "result": regions}


def _meta(coding: Coding, coder: str) -> dict[str, Any]:
    own = {
        "text": [coding.memo] if coding.memo else None,
        "coder": coder,
        "valence": coding.valence,
        "origin": coding.origin if coding.origin is not Origin.INDEPENDENT else None,
    }
    return {field: value for field, value in own.items() if value}


def _prediction(
    model: str, suggestions: Sequence[Suggestion], transcript: Transcript, book: Codebook
) -> dict[str, Any]:
    regions = []
    for each in suggestions:
        rank = {} if each.calibrated else {"text": ["a rank among passages, no probability"]}
        regions.append({**_region(each, rank, transcript, book), "score": round(each.score, 4)})
    mean = sum(each.score for each in suggestions) / len(suggestions)
    return {"model_version": model, "score": round(mean, 4), "result": regions}


def _region(
    mark: Coding | Suggestion, meta: Mapping[str, Any], transcript: Transcript, book: Codebook
) -> dict[str, Any]:
    whose = mark.coder + mark.origin if isinstance(mark, Coding) else mark.model
    key = json.dumps([*mark.place, mark.code, whose])
    words = transcript.text[mark.start : mark.end]
    return {
        "id": sha256(key.encode()).hexdigest()[:10],
        "from_name": "label",
        "to_name": "text",
        "type": "labels",
        "value": {"start": mark.start, "end": mark.end, "text": words, "labels": [name_of_code(mark.code, book)]},
        **({"meta": dict(meta)} if meta else {}),
    }
