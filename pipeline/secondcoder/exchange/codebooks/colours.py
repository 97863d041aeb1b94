"""Colours of codes, as programs write them and as a codebook keeps them."""

from __future__ import annotations

import re


def colour_of(written: str) -> str:
    """`#rrggbb` in lower case; '' for what is no colour.

    Read are `#rgb`, `#rrggbb`, `#rrggbbaa`, the first two without `#`, and `rgba(r, g, b, a)`.
    """
    plain = written.strip().casefold()
    plain = f"#{plain}" if re.fullmatch(r"[0-9a-f]{3}|[0-9a-f]{6}", plain) else plain
    if re.fullmatch(r"#[0-9a-f]{3,4}", plain):
        return "#" + "".join(2 * digit for digit in plain[1:4])
    if re.fullmatch(r"#[0-9a-f]{6}(?:[0-9a-f]{2})?", plain):
        return plain[:7]
    numbers = re.fullmatch(r"rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})\b.*\)", plain)
    if numbers and all(int(number) < 256 for number in numbers.groups()):
        return "#" + "".join(f"{int(number):02x}" for number in numbers.groups())
    return ""
