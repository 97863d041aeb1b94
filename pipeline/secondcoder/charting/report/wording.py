"""Figures as they are written in the report; what cannot be said is a dash."""

from __future__ import annotations

import math
from typing import Any

DASH = "–"


def unknown(value: Any) -> bool:
    """It cannot be said: None, NaN or pandas' own."""
    return value is None or (isinstance(value, float) and math.isnan(value)) or str(value) in ("<NA>", "NaT")


def whole(value: Any) -> str:
    """'1,204'."""
    return DASH if unknown(value) else f"{int(value):,}"


def decimal(value: Any, digits: int = 2) -> str:
    """'0.31', '−0.20'."""
    if unknown(value):
        return DASH
    return f"{float(value):.{digits}f}".replace("-", "−")


def share(value: Any) -> str:
    """'45%'."""
    return DASH if unknown(value) else f"{float(value):.0%}".replace("-", "−")


def between(low: Any, high: Any, written: Any = decimal) -> str:
    """'0.10 to 0.52', '' without an interval."""
    return "" if unknown(low) or unknown(high) else f"{written(low)} to {written(high)}"


def said(value: Any) -> str:
    """A text of a table, '' for none."""
    return "" if unknown(value) else str(value)
