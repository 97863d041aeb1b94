"""What a coding page sends: read and checked here, done by the desk."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pydantic import ValidationError

from secondcoder.codebook.model import Code
from secondcoder.domain.records import Span
from secondcoder.domain.wording import shorten
from secondcoder.errors import DecisionError
from secondcoder.labels.hand_coding import NOTHING, Wanted
from secondcoder.review.action_request import read_number, read_valence
from secondcoder.review.coding.desk import Desk, Done
from secondcoder.review.coding.readings import turns_of

Form = Mapping[str, str]


def do(desk: Desk, form: Form) -> Done:
    """Do what the form asks for; DecisionError names what cannot be done."""
    action = ACTIONS.get(form.get("action", ""))
    if action is None:
        raise DecisionError(f"'{form.get('action', '')[:40]}' is not an action. Reload the page.")
    return action(desk, form)


def new_code(form: Form) -> Code:
    """The code that a form describes; DecisionError where it cannot be one."""
    wanted = form.get("id", "").strip()
    try:
        return Code(
            id=wanted,
            family="code",  # its place in the codebook says which
            name=form.get("name", "").strip() or wanted,
            parent=form.get("parent", "").strip() or None,
            definition=form.get("definition", "").strip(),
        )
    except ValidationError as error:
        fault = error.errors()[0]
        name = {"id": "The code's short name"}.get(str(fault["loc"][0]), str(fault["loc"][0]))
        raise DecisionError(f"{name}: {fault['msg'].removeprefix('Value error, ')}. Nothing was added.") from None


def _code(desk: Desk, form: Form) -> Done:
    span = _span(form) or _quoted(desk, form)
    return desk.code(span, form.get("code", "").strip(), read_valence(form), form.get("memo", ""))


def _change(desk: Desk, form: Form) -> Done:
    valence = (read_valence(form) or "") if "valence" in form else None
    memo = form.get("memo")
    wanted = Wanted(_span(form), form.get("code", "").strip() or None, valence, memo)
    return desk.change(form.get("key", ""), wanted)


def _read(desk: Desk, form: Form) -> Done:
    codes = form.get("*holds", "").split("\n") if form.get("which") == "some" else desk.review.book.ids
    if form.get("part") != "some":
        return desk.read((0, len(desk.transcript.text)), codes)
    span = _span(form)
    if span is not None:
        return desk.read(span, codes)
    turns = turns_of(desk.transcript)
    first, last = (read_number(form, name) or 0 for name in ("from", "to"))
    if not 1 <= first <= last <= len(turns):
        raise DecisionError(
            f"Turns are numbered from 1 to {len(turns)}, and the first stands before the last. {NOTHING}"
        )
    return desk.read((turns[first - 1][0], turns[last - 1][1]), codes)


ACTIONS: Mapping[str, Callable[[Desk, Form], Done]] = {
    "code": _code,
    "change": _change,
    "remove": lambda desk, form: desk.remove(form.get("key", "")),
    "read": _read,
    "unread": lambda desk, form: desk.take_back_reading(form.get("key", "")),
    "undo": lambda desk, form: desk.undo(),
}


def _span(form: Form) -> Span | None:
    start, end = read_number(form, "start"), read_number(form, "end")
    return None if start is None or end is None else (start, end)


def _quoted(desk: Desk, form: Form) -> Span:
    """Without script: words quoted from a turn, or all of it; DecisionError where they are not there, or there twice."""
    at, words = read_number(form, "turn") or 0, form.get("words", "").strip()
    turns = turns_of(desk.transcript)
    if not 1 <= at <= len(turns):
        raise DecisionError(f"Turns are numbered from 1 to {len(turns)}. {NOTHING}")
    start, end = turns[at - 1]
    said = desk.transcript.text[start:end]
    if not words:
        return start, end
    if said.count(words) != 1:
        how = "more than once" if words in said else "not"
        raise DecisionError(f"“{shorten(words, 60)}” is {how} in turn {at}. Copy just the words you mean. {NOTHING}")
    return start + said.index(words), start + said.index(words) + len(words)
