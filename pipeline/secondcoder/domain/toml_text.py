"""TOML that somebody wrote, read with bounds."""

from __future__ import annotations

import re
import tomllib
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

MOST_BYTES = 1_000_000
DEEPEST, MOST_DOTS = 10, 200
_LINE = re.compile(r"line (\d+)")
PATHS = r"Write a path of Windows in single quotation marks, 'C:\models', or with /"
LARGEST = 2**63
"""What a whole number of TOML 1.0 must lie below; Python would read any."""


class BrokenTomlError(ValueError):
    """What is no TOML, or none that is read; the text says why and, where it is known, where."""


def read_toml(path: Path) -> dict[str, Any]:
    """The tables of a file in UTF-8; a byte order mark, as Notepad writes it, is passed over.

    Raises:
        BrokenTomlError: the file is none, or too large, or holds a number that TOML has not.
        OSError: it cannot be read.
    """
    if path.stat().st_size > MOST_BYTES:
        raise BrokenTomlError(f"over {MOST_BYTES:,} bytes")
    try:
        text = path.read_text(encoding="utf-8-sig")
        _refuse_dots(text)
        values = tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise BrokenTomlError(f"no UTF-8 from byte {error.start} on") from None
    except RecursionError:
        raise BrokenTomlError("nested too deep") from None
    except ValueError as error:  # also a number of thousands of figures
        why = str(error).partition(";")[0]
        raise BrokenTomlError(f"{why}{_about_backslash(text, why)}") from None
    _refuse_odd(values, ())
    return values


def _refuse_dots(text: str) -> None:
    """tomllib takes time by the square of the parts of a dotted key: minutes for one that fills the file."""
    for number, line in enumerate(text.split("\n"), start=1):
        if line.count(".") > MOST_DOTS:
            raise BrokenTomlError(f"line {number} has over {MOST_DOTS:,} dots, so it may be nested too deep")


def _about_backslash(text: str, why: str) -> str:
    """How a path of Windows is written, where the faulty line holds a backslash; "" elsewhere."""
    found = _LINE.search(why)
    lines = text.splitlines()
    line = lines[int(found[1]) - 1] if found and int(found[1]) <= len(lines) else ""
    return f". {PATHS}" if "\\" in line else ""


def _refuse_odd(value: Any, place: tuple[str, ...]) -> None:
    """What no setting is: a date, a number beyond TOML's, tables within tables without end."""
    named = ".".join(place)
    if len(place) > DEEPEST:
        raise BrokenTomlError(f"{named[:60]}...: nested too deep")
    if isinstance(value, dict):
        for key, inner in value.items():
            _refuse_odd(inner, (*place, key))
    elif isinstance(value, list):
        for at, inner in enumerate(value, start=1):
            _refuse_odd(inner, (*place, str(at)))
    elif isinstance(value, date | datetime | time):
        raise BrokenTomlError(f"{named}: a date or time, and no setting is one; put quotation marks around a text")
    elif isinstance(value, int) and not -LARGEST <= value < LARGEST:
        raise BrokenTomlError(f"{named}: a number of more than 64 bits")
