"""A workbook's cell as Excel shows it: 1.10 is not 1.1, and 007 is not 7.

Numbers are shown in formats of digits with text around them, dates in formats of figures. Any other format (percent, thousands, names
of months, the short date of whoever opens the file) is not guessed: the cell is unclear. Formats: ECMA-376 part 1, 18.8.31.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

EXACT_DIGITS = 15
"""Digits of a number that a workbook keeps."""
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
"""A character that XML cannot hold (ECMA-376 part 1, 22.9.2.19, ST_Xstring)."""
LITERAL = r'((?:"[^"]*"|\\.)*)'
DIGITS = re.compile(rf"{LITERAL}(0+)(?:\.(0+))?{LITERAL}")
DATE_PARTS = re.compile(r"y+|m+|d+|h+|s+|[-/. :,t]")
LONGEST_PART = 2
"""`mmm` and `ddd` are names, in the language of whoever opens the file."""
LOCAL_DATES = ("mm-dd-yy", "m/d/yy h:mm")
"""Formats 14 and 22, which each Excel shows in its country's way."""


class Shown(NamedTuple):
    """`text` as the cell shows it, `value` without the format, and why the text cannot be known, '' where it can."""

    text: str
    value: str
    unclear: str = ""


def shown(value: Any, number_format: str) -> Shown:
    """What a cell with this value and number format shows."""
    if isinstance(value, str):
        text = ESCAPED.sub(lambda escape: chr(int(escape[1], 16)), value)
        return Shown(text, text)
    if isinstance(value, bool):
        return Shown(str(value).upper(), str(value).upper())
    if isinstance(value, int | float):
        return _number(value, number_format)
    return _date(value, number_format)


def _number(value: float, number_format: str) -> Shown:
    plain = str(int(value)) if value == int(value) else format(value, f".{EXACT_DIGITS}g")
    # What negative numbers look like stands after the first semicolon.
    form = DIGITS.fullmatch(number_format.split(";", maxsplit=1)[0])
    if len(plain.lstrip("-").replace(".", "")) > EXACT_DIGITS or "e" in plain:
        why = f"holds a number of more than {EXACT_DIGITS} digits, of which a workbook keeps no more"
        return Shown(plain, plain, f"{why}. Format the column as text and write the number again")
    if number_format.casefold() in ("general", "@"):
        return Shown(plain, plain)
    if form is None or value < 0:
        return Shown(plain, plain, _refusal(plain, number_format))
    before, whole, after, behind = form.groups()
    digits = Decimal(repr(value)).quantize(Decimal(1).scaleb(-len(after or "")), ROUND_HALF_UP)
    width = len(whole) + (len(after) + 1 if after else 0)
    return Shown(f"{_plain(before)}{str(digits).zfill(width)}{_plain(behind)}", plain)


def _date(value: Any, number_format: str) -> Shown:
    plain = str(value).removesuffix(" 00:00:00")
    form = re.sub(r'\[\$[^\]]*\]|[\\"]', "", number_format.split(";", maxsplit=1)[0]).casefold()
    parts = DATE_PARTS.findall(form)
    if not isinstance(value, date) or form in LOCAL_DATES or "".join(parts) != form or not all(map(_in_figures, parts)):
        return Shown(plain, plain, _refusal(plain, number_format))
    return Shown("".join(_date_part(value, parts, at) for at in range(len(parts))), plain)


def _in_figures(part: str) -> bool:
    return part == "yyyy" or len(part) <= LONGEST_PART


def _date_part(value: date, parts: list[str], at: int) -> str:
    part, clock = parts[at], value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
    fields = [piece[0] for piece in parts if piece[0] in "ymdhs"]
    here = len([piece for piece in parts[:at] if piece[0] in "ymdhs"])
    # `m` is the minute beside hours or seconds.
    minute = part[0] == "m" and ("h" in fields[max(here - 1, 0) : here] or "s" in fields[here + 1 : here + 2])
    number = {"d": value.day, "m": value.month, "h": clock.hour, "s": clock.second}
    if part[0] == "y":
        return str(value.year)[-len(part) :]
    if part[0] not in number:
        return part.upper()
    return str(clock.minute if minute else number[part[0]]).zfill(len(part))


def _refusal(plain: str, number_format: str) -> str:
    return f"holds {plain} in the format '{number_format}'. Format the column as text, and write what is meant"


def _plain(literal: str) -> str:
    return re.sub(r'\\(.)|"', r"\1", literal)
