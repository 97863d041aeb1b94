"""What a page sends when a researcher decides: read in one place, so that the rest can trust it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from secondcoder.domain.records import Valence, Verdict
from secondcoder.review.errors import DecisionError

LONGEST_REQUEST = 64


@dataclass(frozen=True)
class Word:
    """A researcher's word as the page sent it; `request` is the page's own mark, by which it lands once."""

    verdict: Verdict
    passage: str
    request: str
    suggested: str | None = None
    code: str | None = None
    start: int | None = None
    end: int | None = None
    valence: Valence | None = None
    memo: str = ""
    seconds: float | None = None
    undoes: int | None = None


def read_word(form: Mapping[str, str]) -> Word:
    """A word from a form's fields; DecisionError names the field that cannot be used."""
    request = form.get("request", "")
    if not 1 <= len(request) <= LONGEST_REQUEST:
        raise DecisionError("The page sent a decision without its mark. Reload the page.")
    verdict, valence = form.get("verdict", ""), form.get("valence", "")
    if verdict not in {one.value for one in Verdict}:
        raise DecisionError(f"'{verdict[:40]}' is no decision. Reload the page.")
    if valence and valence not in {one.value for one in Valence}:
        raise DecisionError(f"'{valence[:40]}' is no valence. Nothing was recorded.")
    return Word(
        Verdict(verdict),
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
    if not (written.isascii() and written.isdigit() and len(written) < 12):
        raise DecisionError(f"'{name}' must be a whole number. Nothing was recorded.")
    return int(written)


def read_seconds(written: str) -> float | None:
    """Seconds as a form sends them; None for what is no time."""
    try:
        seconds = float(written)
    except ValueError:
        return None
    return seconds if 0 <= seconds < float("inf") else None
