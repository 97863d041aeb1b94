"""Numbers as people and programs write them, read without what Python alone would take for one, or fail on."""

from __future__ import annotations

from math import isfinite

MOST_FIGURES = 18
"""Of a whole number: what is longer numbers nothing, and Python reads none of over 4,300."""


def whole_number(written: str) -> int | None:
    """A whole number in figures of any script; None for what is none, or too long to be one."""
    return int(written) if written.isdecimal() and len(written) <= MOST_FIGURES else None


def number(written: str) -> float | None:
    """A finite number; None for what is none, such as `1_000`, which only Python reads."""
    try:
        value = float(written)
    except ValueError:
        return None
    return value if isfinite(value) and "_" not in written else None
