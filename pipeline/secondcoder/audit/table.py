"""The audit trail as a table: one row per suggestion, decision, coding added or removed, and so on, in order of time."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from secondcoder.audit.verify import EVENTS
from secondcoder.store import Store
from secondcoder.store.chain import REWRITTEN, Row
from secondcoder.store.trail import LATER, read_table

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("event", "at", "who", "what", "version", "transcript", "start", "end", "code", "detail", "hash")
Record = dict[str, Any]
"""Columns of a row, besides those of its event; what is no column goes into the detail."""


def trail_table(store: Store) -> pd.DataFrame:
    """The whole trail.

    `event` and `hash` are the event's; several rows may share them. `version` is the model's for suggestions and
    decisions on them, else the codebook's. `detail` holds the rest as JSON.
    """
    import pandas as pd

    with store.snapshot() as connection:
        events = read_table(connection, "events", EVENTS)
    books: dict[str, str] = {}
    rows = []
    for event in events:
        detail = event["detail"] if isinstance(event["detail"], dict) else {"unreadable": event["detail"]}
        if event["what"] == "codebook" and "hash" in detail and "id" in detail:
            books[detail["hash"]] = f"{detail['id']} {detail['version']}"  # before any event that names the hash
        rows += [_row(event, record, books) for record in RECORDS.get(event["what"], _single)(event["what"], detail)]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    # Most events have no span: pandas would turn offsets beside empty cells into floats.
    return table.astype({"start": "Int64", "end": "Int64"})


def _row(event: Row, record: Record, books: Mapping[str, str]) -> Record:
    rest = dict(record)
    row = {name: event[name] for name in ("at", "who", "hash")} | {"event": event["id"], "what": rest.pop("what")}
    book = rest.get("codebook")
    version = rest.pop("model", None) or rest.pop("version", None) or books.get(str(book), book)
    row |= {name: rest.pop(name, None) for name in ("transcript", "start", "end", "code")}
    filled = {name: value for name, value in rest.items() if value not in (None, "", [], {})}
    return row | {"version": version, "detail": json.dumps(filled, ensure_ascii=False) if filled else ""}


def _single(what: str, detail: Row) -> Iterator[Record]:
    """An event with one record; of the events that it rewrote only their number."""
    rewritten = {REWRITTEN: len(detail[REWRITTEN])} if REWRITTEN in detail else {}
    yield {"what": what, **detail, **rewritten}


def _deidentified(what: str, detail: Row) -> Iterator[Record]:
    """A record for each transcript: its digests, and where words were replaced by how many characters."""
    for name, (before, after) in detail["transcripts"].items():
        moves = detail["moves"].get(name, [])
        yield {"what": what, "transcript": name, "sha256 before": before, "sha256": after, "moves": moves}
    yield {"what": "events rewritten", "events": len(detail[REWRITTEN])}


def _suggestions(what: str, detail: Row) -> Iterator[Record]:
    if "rows" not in detail:
        yield from _single(what, detail)
        return
    place = {"model": detail["model"], "transcript": detail["transcript"]}
    for row in detail["rows"]:
        yield {"what": "suggestion", **place, **dict(zip(detail["columns"], row, strict=True))}
    if not detail["rows"]:
        yield {"what": "nothing suggested", **place}


def _decision(what: str, detail: Row) -> Iterator[Record]:
    """The decided code, else the suggested one."""
    yield {
        "what": what,
        **detail,
        "code": detail.get("code") or detail.get("suggested"),
        "decided code": detail.get("code"),
    }


def _codings_or_passes(name: str) -> Callable[[str, Row], Iterator[Record]]:
    def records(_what: str, detail: Row) -> Iterator[Record]:
        lists = detail.get("codes", [])
        for change, rows in (("added", detail["added"]), ("removed", detail["removed"])):
            for row in rows:
                coding = dict(zip(detail["columns"], row, strict=True))
                codes = {"codes": lists[coding["codes"]]} if "codes" in coding else {}
                yield {"what": f"{name} {change}", **coding, **codes}

    return records


def _assigned(_what: str, detail: Row) -> Iterator[Record]:
    """New codes that people gave to codings of a split code."""
    for row in detail["rows"]:
        yield {"what": "code assigned", "sheet": detail["sheet"], **row}


def _exported(_what: str, detail: Row) -> Iterator[Record]:
    """Suggestions that left the study in a file."""
    about = {name: detail[name] for name in ("format", "model", "user", "sha256")}
    for row in detail["rows"]:
        yield {"what": "suggestion exported", **about, **dict(zip(detail["columns"], row, strict=True))}
    if not detail["rows"]:
        yield {"what": "no suggestion exported", **about}


def _each(key: str, what: str, column: str, field: str) -> Callable[[str, Row], Iterator[Record]]:
    def records(_what: str, detail: Row) -> Iterator[Record]:
        for name, value in detail[key].items():
            yield {"what": what, column: name, field: value}

    return records


RECORDS: Mapping[str, Callable[[str, Row], Iterator[Record]]] = {
    "suggestions": _suggestions,
    "decision": _decision,
    "codings": _codings_or_passes("coding"),
    "coding passes": _codings_or_passes("coding pass"),
    LATER["codings"]: _codings_or_passes("coding after a codebook change"),
    LATER["coding passes"]: _codings_or_passes("coding pass after a codebook change"),
    "model codings": _codings_or_passes("model coding"),
    "codes assigned": _assigned,
    "suggestions exported": _exported,
    "deidentified": _deidentified,
    "transcripts": _each("transcripts", "transcript", "transcript", "sha256"),
    "cases": _each("cases", "case", "case", "attributes"),
}
