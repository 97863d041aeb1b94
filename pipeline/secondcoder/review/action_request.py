"""What a page sends when a researcher decides: checked here once, so that the rest can rely on it."""

from __future__ import annotations

from collections.abc import Mapping

from secondcoder.domain.records import ReviewAction, Valence
from secondcoder.errors import DecisionError
from secondcoder.labels.new_decision import ActionRequest
from secondcoder.labels.passage_act import PassageAct, Takes

LONGEST_REQUEST = 64
TICK, ROW = "tick ", "row "
"""Before a code, the names of its box and of the field that says that its suggestion was on screen."""


def read_action(form: Mapping[str, str]) -> ActionRequest:
    """The request in a form's fields for a single decision; DecisionError names the field that cannot be used."""
    verdict = form.get("verdict", "")
    if verdict not in set(ReviewAction):
        raise DecisionError(f"'{verdict[:40]}' is not an action. Reload the page.")
    return ActionRequest(
        ReviewAction(verdict),
        form.get("passage", ""),
        _request(form),
        suggested=form.get("suggested") or None,
        code=form.get("code", "").strip() or None,
        start=read_number(form, "start"),
        end=read_number(form, "end"),
        valence=read_valence(form),
        memo=form.get("memo", ""),
        seconds=read_seconds(form.get("seconds", "")),
        undoes=read_number(form, "undoes"),
    )


def read_act(form: Mapping[str, str]) -> ActionRequest | PassageAct:
    """The same, or what is said of the whole passage."""
    verdict = form.get("verdict", "")
    if verdict not in set(Takes):
        return read_action(form)
    return PassageAct(
        Takes(verdict),
        form.get("passage", ""),
        _request(form),
        ticked=frozenset(name.removeprefix(TICK) for name in form if name.startswith(TICK)),
        on_screen=frozenset(name.removeprefix(ROW) for name in form if name.startswith(ROW)),
        no_other=bool(form.get("no_other")),
        start=read_number(form, "start"),
        end=read_number(form, "end"),
        valence=read_valence(form),
        keeps_valence="valence" not in form,
        memo=form.get("memo", ""),
        seconds=read_seconds(form.get("seconds", "")),
    )


def _request(form: Mapping[str, str]) -> str:
    request = form.get("request", "")
    if not 1 <= len(request) <= LONGEST_REQUEST:
        raise DecisionError("The page sent a decision without its request number. Reload the page.")
    return request


def read_valence(form: Mapping[str, str]) -> Valence | None:
    """The valence that a form names, None for none; DecisionError where there is no such valence."""
    valence = form.get("valence", "")
    if valence and valence not in set(Valence):
        raise DecisionError(f"'{valence[:40]}' is not a valence. Nothing was recorded.")
    return Valence(valence) if valence else None


def read_number(form: Mapping[str, str], name: str) -> int | None:
    """A field as a whole number, None where it is empty; DecisionError where it is no such number."""
    written = form.get(name, "").strip()
    if not written:
        return None
    # isdigit alone is true of '²', which int() refuses.
    if not (written.isascii() and written.isdigit() and len(written) < 12):
        raise DecisionError(f"'{name}' must be a whole number. Nothing was recorded.")
    return int(written)


def read_seconds(written: str) -> float | None:
    """Seconds as a form sends them; None for what is not a duration."""
    try:
        seconds = float(written)
    except ValueError:
        return None
    # float() reads 'inf' too, and 'nan', which fails every comparison.
    return seconds if 0 <= seconds < float("inf") else None
