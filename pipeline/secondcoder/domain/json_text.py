"""JSON that somebody sent, read with bounds: nothing that would fill the memory, stand twice, or be no JSON by RFC 8259."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

MOST_VALUES = 2_000_000
"""Each takes about a hundred bytes once it is read."""
LONGEST_NUMBER = 400
"""Figures: a double has 309 before its point at most."""


class BrokenJsonError(ValueError):
    """What is no JSON, or more of it than anybody means; the text says why and where."""


def parse_json(
    content: str | bytes,
    most: int = MOST_VALUES,
    number: Callable[[str], Any] | None = None,
    constant: Callable[[str], Any] | None = None,
) -> Any:
    """The value that a JSON text holds.

    Args:
        content: text, or bytes of it in UTF-8; a byte order mark is passed over.
        most: values that it may hold.
        number: reads whole numbers and others alike; by default they are int and float.
        constant: reads NaN and Infinity, which JSON lacks and some programs write; by default they are refused.

    Raises:
        BrokenJsonError: it is none; it holds too much, or is nested too deep; a name stands twice in an object.
    """
    text = _text(content)
    # Counted before they fill the memory: of each value a bracket or a comma tells.
    if sum(map(text.count, "{[,")) > most:
        raise BrokenJsonError(f"more than {most:,} values")
    try:
        return decoder(number, constant).decode(text)
    except BrokenJsonError:
        raise
    except RecursionError:
        raise BrokenJsonError("nested too deep") from None
    except ValueError as error:
        raise BrokenJsonError(str(error)) from None


def decoder(
    number: Callable[[str], Any] | None = None, constant: Callable[[str], Any] | None = None
) -> json.JSONDecoder:
    """What `parse_json` reads by, for values that follow one another; it raises ValueError and RecursionError."""
    return json.JSONDecoder(
        object_pairs_hook=_once,
        parse_int=number or _whole,
        parse_float=number or _fraction,
        parse_constant=constant or _refuse,
    )


def holds_half(value: Any) -> bool:
    """Whether a text in it has half of a pair of surrogates, as `\\ud83d` alone, which no file and no database can hold."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    return False


def nothing(_constant: str) -> None:
    """What NaN and Infinity are where no number is meant."""


def _text(content: str | bytes) -> str:
    if isinstance(content, str):
        return content.removeprefix("\ufeff")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BrokenJsonError(f"no UTF-8 from byte {error.start} on") from None


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) < len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise BrokenJsonError(f"'{twice[:40]}' stands twice")
    return read


def _whole(figures: str) -> int:
    if len(figures) > LONGEST_NUMBER:
        raise BrokenJsonError(f"a number of {len(figures):,} figures")
    return int(figures)


def _fraction(figures: str) -> float:
    value = float(figures)
    if value in (float("inf"), float("-inf")):
        raise BrokenJsonError(f"the number {figures[:40]} is too large")
    return value


def _refuse(constant: str) -> NoReturn:
    raise BrokenJsonError(f"{constant} is no number, and JSON has none such")
