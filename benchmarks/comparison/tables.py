"""Numbers and tables of the page, in Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from secondcoder.domain.arrays import Floats

ASKED = {"macro_ap": "macro-AP", "macro_f1": "macro-F1", "pooled_kappa": "pooled kappa"}


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Lines of a table, and an empty one."""
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    yield from (f"| {' | '.join(row)} |" for row in rows)
    yield ""


def number(value: float) -> str:
    """Three places, without the zero before them."""
    return f"{value:.3f}".replace("0.", ".", 1) if abs(value) < 1 else f"{value:.2f}"


def with_ends(value: float, ends: Floats) -> str:
    """A figure with its interval, as far as there are any."""
    if np.isnan(value):
        return "undefined"
    low, high = ends.tolist()
    return f"{number(value)} (no interval)" if np.isnan(low) else f"{number(value)} [{number(low)}, {number(high)}]"


def signed(compared: Floats) -> str:
    """A difference with its interval, (3,)."""
    gap, low, high = compared.tolist()
    return f"{gap:+.3f} (no interval)" if np.isnan(low) else f"{gap:+.3f} [{low:+.3f}, {high:+.3f}]"


def in_percent(compared: Floats) -> str:
    """A relative difference with its interval, (3,)."""
    gap, low, high = compared.tolist()
    return f"{gap:+.0%}" + (" (no interval)" if np.isnan(low) else f" [{low:+.0%}, {high:+.0%}]")
