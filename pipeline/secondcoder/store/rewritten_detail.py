"""An event's detail with its places moved and its words replaced, whatever kind of event it is.

Places are known by their shape: an object with `start` and `end`; a row under `columns`; a list that begins with a transcript, a start
and an end; a key of what is remembered for an export. Two kinds of events that name no columns are listed here (`LISTS`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from secondcoder.store.rewriting_rules import Rewriting

PAIRS = (("start", "end"), ("code_start", "code_end"))
LISTS = {"hand coding": ("codings", "passes", "unsaid"), "transcript changed": ("turns",)}
"""Kind of event -> where it holds lists that begin with a start and an end, or a start alone."""
NO_WORDS = frozenset(
    {
        *(
            "action",
            "by",
            "code",
            "codebook",
            "coder",
            "codes",
            "columns",
            "format",
            "guid",
            "hash",
            "light",
            "model",
            "origin",
        ),
        *("row_kind", "sample", "steps", "suggested", "to", "user", "valence", "verdict", "version", "who"),
    }
)
"""What is named so is a person who codes, a code, or a word of secondcoder's own, and stays."""
OWN_KEYS = frozenset({"case", "cell", "draw", "head", "heads", "note", "page", "said", "seed", "sheet", "user"})
"""Keys of details that are people's names, too ("Said", "Case"). Other keys may be names of things: transcripts, cases."""
KEY = "\x1f"
"""What joins the parts of a place that is a key (`exchange.refi_qda.memory`)."""


def rewritten_detail(what: str, detail: Any, how: Rewriting) -> Any:
    """The detail as it would be, had the study always been as it is now."""
    rewritten = _Walk(how, LISTS.get(what, ())).value(detail, "")
    if what == "suggestions" and isinstance(rewritten, dict) and "rows" in rewritten:
        rewritten["rows"].sort()  # as they are written; places that move may change their order
    return rewritten


class _Walk:
    """Through a detail; `transcript` is the one that is spoken of, "" where none is."""

    def __init__(self, how: Rewriting, lists: Sequence[str]) -> None:
        self._how, self._lists = how, lists

    def value(self, value: Any, transcript: str) -> Any:
        if isinstance(value, str):
            return self._how.string(value)
        if isinstance(value, dict):
            return self._object(value, transcript)
        return self._list(value, transcript) if isinstance(value, list) else value

    def _object(self, value: dict[str, Any], transcript: str) -> dict[str, Any]:
        named = value.get("transcript")
        transcript = named if isinstance(named, str) else transcript
        columns = value.get("columns")
        inside = {
            self._key(key): self._member(key, each, columns if isinstance(columns, list) else None, transcript)
            for key, each in value.items()
        }
        return inside | _moved(value, transcript, self._how)

    def _member(self, key: str, value: Any, columns: list[str] | None, transcript: str) -> Any:
        if key in NO_WORDS:
            return self._how.codebook(value)
        if isinstance(value, list) and key in self._lists:
            return [self._row_of_place(row, transcript) for row in value]
        if isinstance(value, list) and columns is not None:
            return [self._named_row(row, columns, transcript) for row in value]
        return self.value(value, transcript)

    def _named_row(self, row: Any, columns: list[str], transcript: str) -> Any:
        if not isinstance(row, list) or len(row) != len(columns):
            return self.value(row, transcript)
        changed = self._object(dict(zip(columns, row, strict=True)), transcript)
        return [changed[name] for name in columns]

    def _row_of_place(self, row: list[Any], transcript: str) -> list[Any]:
        alone = not (len(row) > 1 and isinstance(row[1], int))
        start, end = self._how.span(transcript, row[0], row[0] + 1 if alone else row[1])
        return [start, *self.value(row[1:], transcript)] if alone else [start, end, *self.value(row[2:], transcript)]

    def _list(self, value: list[Any], transcript: str) -> list[Any]:
        if len(value) > 2 and isinstance(value[0], str) and type(value[1]) is type(value[2]) is int:
            return [*self._how.place(value[0], value[1], value[2]), *self.value(value[3:], transcript)]
        # `suggestions exported`: an identifier before the place is told by its columns, as all rows that have any.
        return [self.value(each, transcript) for each in value]

    def _key(self, key: str) -> str:
        name, *rest = key.split(KEY)
        if len(rest) > 1 and rest[0].isdecimal() and rest[1].isdecimal():
            name, start, end = self._how.place(name, int(rest[0]), int(rest[1]))
            return KEY.join((name, str(start), str(end), *rest[2:]))
        return key if key in NO_WORDS | OWN_KEYS else self._how.string(key)


def _moved(value: Mapping[str, Any], transcript: str, how: Rewriting) -> dict[str, int]:
    moved: dict[str, int] = {}
    for pair in PAIRS:
        start, end = (value.get(name) for name in pair)
        if type(start) is type(end) is int:
            moved |= dict(zip(pair, how.span(transcript, start, end), strict=True))
    return moved
