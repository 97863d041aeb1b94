"""The audit trail as a table: one row a thing (a suggestion, a decision, a coding that came or went), as it happened."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from secondcoder.audit.verify import EVENTS
from secondcoder.store import Store
from secondcoder.store.chain import Row
from secondcoder.store.trail import LATER, read_table

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("event", "at", "who", "what", "version", "transcript", "start", "end", "code", "detail", "hash")
Thing = dict[str, Any]
"""Columns of a row, besides those of its event; what has no column of its own goes into the detail."""


def trail_table(store: Store) -> pd.DataFrame:
    """The whole trail.

    `event` and `hash` are the event's; several rows may share them. `version` is the model's where a model spoke or was decided
    on, else the codebook's. `detail` holds the rest as JSON.
    """
    import pandas as pd

    with store.snapshot() as connection:
        events = read_table(connection, "events", EVENTS)
    books: dict[str, str] = {}
    rows = []
    for event in events:
        detail = event["detail"] if isinstance(event["detail"], dict) else {"unreadable": event["detail"]}
        if event["what"] == "codebook" and "hash" in detail and "id" in detail:
            books[detail["hash"]] = f"{detail['id']} {detail['version']}"
        for thing in THINGS.get(event["what"], _whole)(event["what"], detail):
            rows.append(_row(event, thing, books))
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return table.astype({"start": "Int64", "end": "Int64"})


def _row(event: Row, thing: Thing, books: Mapping[str, str]) -> Thing:
    own = dict(thing)
    row = {name: event[name] for name in ("at", "who", "hash")} | {"event": event["id"], "what": own.pop("what")}
    book = own.get("codebook")
    version = own.pop("model", None) or own.pop("version", None) or books.get(str(book), book)
    row |= {name: own.pop(name, None) for name in ("transcript", "start", "end", "code")}
    rest = {name: value for name, value in own.items() if value not in (None, "", [], {})}
    return row | {"version": version, "detail": json.dumps(rest, ensure_ascii=False) if rest else ""}


def _whole(what: str, detail: Row) -> Iterator[Thing]:
    """An event that is one thing."""
    yield {"what": what, **detail}


def _suggestions(what: str, detail: Row) -> Iterator[Thing]:
    if "rows" not in detail:
        yield from _whole(what, detail)
        return
    place = {"model": detail["model"], "transcript": detail["transcript"]}
    for row in detail["rows"]:
        yield {"what": "suggestion", **place, **dict(zip(detail["columns"], row, strict=True))}
    if not detail["rows"]:
        yield {"what": "nothing suggested", **place}


def _decision(what: str, detail: Row) -> Iterator[Thing]:
    """The code after the decision where one holds, else the one that was suggested."""
    yield {
        "what": what,
        **detail,
        "code": detail.get("code") or detail.get("suggested"),
        "decided code": detail.get("code"),
    }


def _marks(one: str) -> Callable[[str, Row], Iterator[Thing]]:
    def things(_what: str, detail: Row) -> Iterator[Thing]:
        lists = detail.get("codes", [])
        for word, rows in (("added", detail["added"]), ("removed", detail["removed"])):
            for row in rows:
                mark = dict(zip(detail["columns"], row, strict=True))
                codes = {"codes": lists[mark["codes"]]} if "codes" in mark else {}
                yield {"what": f"{one} {word}", **mark, **codes}

    return things


def _assigned(_what: str, detail: Row) -> Iterator[Thing]:
    """Codes that people gave anew, coding by coding, after one was split."""
    for row in detail["rows"]:
        yield {"what": "code assigned", "sheet": detail["sheet"], **row}


def _each(key: str, one: str, column: str, value: str) -> Callable[[str, Row], Iterator[Thing]]:
    def things(_what: str, detail: Row) -> Iterator[Thing]:
        for name, told in detail[key].items():
            yield {"what": one, column: name, value: told}

    return things


THINGS: Mapping[str, Callable[[str, Row], Iterator[Thing]]] = {
    "suggestions": _suggestions,
    "decision": _decision,
    "codings": _marks("coding"),
    "coding passes": _marks("coding pass"),
    LATER["codings"]: _marks("coding after a codebook change"),
    LATER["coding passes"]: _marks("coding pass after a codebook change"),
    "codes assigned": _assigned,
    "transcripts": _each("transcripts", "transcript", "transcript", "sha256"),
    "cases": _each("cases", "case", "case", "attributes"),
}
