"""Codings as W3C Web Annotations, and suggestions as those of a program that assesses: one AnnotationCollection with one page.

Every annotation has the passage twice, by position and by its words, as the model recommends where a text may change.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from secondcoder.codebook.model import Codebook
from secondcoder.domain.records import Coding, Origin, Suggestion, Transcript
from secondcoder.exchange.projects.json_out import name_of_code, write_json
from secondcoder.exchange.registry import CodedData

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
AROUND = 32
"""Characters before and after a passage by which it is found again."""


def write(data: CodedData, book: Codebook, path: Path) -> None:
    """All codings, and the suggestions that somebody asked for."""
    transcripts = {transcript.id: transcript for transcript in data.transcripts}
    marks: list[Coding | Suggestion] = [*sorted(data.codings, key=_order), *data.suggestions]
    items = [_annotation(mark, transcripts[mark.transcript], book) for mark in marks]
    last = {"items": items, "type": "AnnotationPage", "startIndex": 0}
    collection = {
        "@context": CONTEXT,
        "id": _urn("collection", book.id),
        "type": "AnnotationCollection",
        "label": book.title,
        "total": len(items),
        "first": {"id": _urn("page", book.id), **last},
    }
    if not items:  # a page of an empty collection would have nothing to hold
        del collection["first"]
    write_json(collection, path)


def _order(coding: Coding) -> tuple[Any, ...]:
    return *coding.place, coding.code, coding.coder, coding.origin


def _urn(*parts: object) -> str:
    """The same for the same parts (UUIDv5), so that the same study gives the same file twice."""
    return uuid5(NAMESPACE_URL, "\x1f".join(("secondcoder", *map(str, parts)))).urn


def _annotation(mark: Coding | Suggestion, transcript: Transcript, book: Codebook) -> dict[str, Any]:
    is_coding = isinstance(mark, Coding)
    own = _of_coding(mark) if isinstance(mark, Coding) else _of_suggestion(mark)
    whose = (mark.coder, mark.origin) if isinstance(mark, Coding) else (mark.model,)
    tag = {
        "type": "SpecificResource",
        "purpose": "tagging",
        "source": {"id": _code_id(mark.code, book), "label": name_of_code(mark.code, book)},
    }
    return {
        "id": _urn("annotation", *mark.place, mark.code, *whose),
        "type": "Annotation",
        "motivation": "tagging" if is_coding else "assessing",
        **own,
        "body": [tag, *_further(mark)],
        "target": {
            "source": {
                "id": _urn("transcript", transcript.id),
                "type": "Text",
                "format": "text/plain",
                "label": transcript.id,
            },
            "selector": [*_selectors(mark, transcript.text)],
        },
    }


def _code_id(code: str, book: Codebook) -> str:
    """By the identifier that the code has in other programs, where it has one."""
    guid = book[code].guid if code in book else ""
    return f"urn:uuid:{guid.lower()}" if guid else _urn("code", book.id, code)


def _of_coding(coding: Coding) -> dict[str, Any]:
    return {"creator": {"id": _urn("coder", coding.coder), "type": "Person", "name": coding.coder}}


def _of_suggestion(suggestion: Suggestion) -> dict[str, Any]:
    model = {"id": _urn("model", suggestion.model), "type": "Software", "name": f"secondcoder {suggestion.model}"}
    return {"creator": model, "generator": model}


def _further(mark: Coding | Suggestion) -> Iterator[dict[str, Any]]:
    """What else is said of a mark, each as a text with its purpose."""
    said: dict[str, str]
    if isinstance(mark, Coding):
        said = {
            "commenting": mark.memo,
            "classifying": mark.valence or "",
            "describing": mark.origin if mark.origin is not Origin.INDEPENDENT else "",
        }
    else:
        what = "probability" if mark.calibrated else "rank among passages, no probability"
        said = {"assessing": f"{mark.score:.4f}", "describing": what}
    for purpose, value in said.items():
        if value:
            yield {"type": "TextualBody", "purpose": purpose, "value": str(value), "format": "text/plain"}


def _selectors(mark: Coding | Suggestion, text: str) -> Iterator[dict[str, Any]]:
    yield {"type": "TextPositionSelector", "start": mark.start, "end": mark.end}
    yield {
        "type": "TextQuoteSelector",
        "prefix": text[max(mark.start - AROUND, 0) : mark.start],
        "exact": text[mark.start : mark.end],
        "suffix": text[mark.end : mark.end + AROUND],
    }
