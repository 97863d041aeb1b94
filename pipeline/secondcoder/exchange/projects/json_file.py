"""JSON files of other programs, with bounds on what they may ask of the machine."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from secondcoder.domain.figures import whole_number
from secondcoder.domain.json_text import LONGEST_NUMBER, BrokenJsonError, decoder, nothing, parse_json
from secondcoder.domain.names import file_name
from secondcoder.errors import InputError

MOST_BYTES = 32_000_000
MOST_PARTS = 2_000_000
"""Commas and opening brackets: each stands for a value, which takes about a hundred bytes once it is read."""
_VALUE = re.compile(r"\S")
HEAD = 200_000
"""Bytes by which a format is known."""


def head_of(path: Path) -> str:
    """The beginning of a text file; '' for a folder, or what cannot be read. For sniffing, which never raises."""
    try:
        with path.open("rb") as file:
            return file.read(HEAD).decode("utf-8-sig", "ignore").lstrip()
    except OSError:
        return ""


def text_of(path: Path) -> str:
    """The file as UTF-8 text; InputError for one that is too large, or none."""
    name = file_name(path.name)
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise InputError(
                f"{name}: {size:,} bytes, and from {MOST_BYTES:,} on JSON is not read. Export it in parts. Nothing was imported."
            )
        data = path.read_bytes()
        if data.count(b",") + data.count(b"[") + data.count(b"{") > MOST_PARTS:
            raise InputError(f"{name}: more than {MOST_PARTS:,} values. Export it in parts. Nothing was imported.")
        return data.decode("utf-8-sig")
    except OSError as error:
        raise InputError(f"{name}: cannot be read ({error.strerror}). Nothing was imported.") from None
    except UnicodeDecodeError as error:
        raise InputError(f"{name}: no UTF-8 from byte {error.start} on. Nothing was imported.") from None


def parsed(text: str, name: str, place: str = "") -> Any:
    """The value that JSON holds; InputError with the place for what is none."""
    where = f"{name} {place}" if place else name
    try:
        return parse_json(text, MOST_PARTS, _number, nothing)
    except BrokenJsonError as error:
        raise InputError(f"{where}: no valid JSON ({error}). Nothing was imported.") from None


def stream(text: str, name: str) -> Iterator[Any]:
    """Values one after another, a line each or over several lines, or the items of one list; InputError for what is none."""
    read = decoder(_number, nothing)
    at, number = 0, 0
    while found := _VALUE.search(text, at):
        number += 1
        try:
            value, at = read.raw_decode(text, found.start())
        except RecursionError:
            raise InputError(
                f"{name} record {number}: no valid JSON (nested too deep). Nothing was imported."
            ) from None
        except ValueError as error:
            raise InputError(f"{name} record {number}: no valid JSON ({error}). Nothing was imported.") from None
        yield from value if isinstance(value, list) and number == 1 else [value]


def _number(written: str) -> int | float:
    """A number of 100,000 figures is no position, and takes long to read."""
    whole = whole_number(written.removeprefix("-"))
    if whole is not None:
        return -whole if written.startswith("-") else whole
    return float(written) if len(written) < LONGEST_NUMBER else float("nan")


def dict_of(value: Any) -> dict[str, Any]:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def list_of(value: Any) -> list[Any]:
    """The value if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def text_or(value: Any, other: str = "") -> str:
    """The value if it is text, else `other`."""
    return value if isinstance(value, str) else other
