"""What a page sends when a researcher decides: checked here once, so that the rest can rely on it."""

from __future__ import annotations

from collections.abc import Mapping

from secondcoder.domain.records import ReviewAction, Valence
from secondcoder.errors import DecisionError
from secondcoder.labels.new_decision import ActionRequest

LONGEST_REQUEST = 64


def read_action(form: Mapping[str, str]) -> ActionRequest:
    """The request in a form's fields; DecisionError names the field that cannot be used."""
    request = form.get("request", "")
    if not 1 <= len(request) <= LONGEST_REQUEST:
        raise DecisionError("The page sent a decision without its request number. Reload the page.")
    verdict, valence = form.get("verdict", ""), form.get("valence", "")
    if verdict not in set(ReviewAction):
        raise DecisionError(f"'{verdict[:40]}' is not an action. Reload the page.")
    if valence and valence not in set(Valence):
        raise DecisionError(f"'{valence[:40]}' is not a valence. Nothing was recorded.")
    return ActionRequest(
        ReviewAction(verdict),
        form.get("passage", ""),
        request,
        suggested=form.get("suggested") or None,
        code=form.get("code", "").strip() or None,
        start=_number(form, "start"),
        end=_number(form, "end"),
        valence=Valence(valence) if valence else None,
        memo=form.get("memo", ""),
        seconds=read_seconds(form.get("seconds", "")),
        undoes=_number(form, "undoes"),
    )


def _number(form: Mapping[str, str], name: str) -> int | None:
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
