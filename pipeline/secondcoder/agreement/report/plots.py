"""The figure: agreement code by code, as a dot plot in SVG, drawn without any library so that equal input gives equal bytes.

Series differ in shape and in colour, and the picture has a title and a description for those who cannot see it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from secondcoder.agreement.report.wording import between, number
from secondcoder.agreement.results import Result

LEFT, RIGHT, TOP, ROW = 250, 60, 46, 30
WIDTH = 860
INK, GRID, ZERO = "#1b1b1b", "#d9d9d9", "#6b6b6b"
COLOURS = ("#1f4e79", "#b34700", "#3d7317", "#6f3a8c", "#5c5c00", "#8a1f4b")
LONGEST_LABEL = 34
MOST_SERIES = len(COLOURS)


@dataclass(frozen=True, slots=True)
class Series:
    """One set of points: a label, and a result for each row's key."""

    label: str
    results: Mapping[str, Result]


def dot_plot(
    rows: Sequence[tuple[str, str]], series: Sequence[Series], *, title: str, description: str, axis: str, key: str
) -> str:
    """The picture as an SVG element.

    Args:
        rows: key and label, from top to bottom.
        series: at most six; an undefined result is drawn as the word "undefined".
        axis: what the horizontal axis shows, from `low` to 1.
        key: makes the element's ids its own on a page with several pictures.
    """
    shown = list(series)[:MOST_SERIES]
    low = _least(shown)
    height = TOP + ROW * len(rows) + 46
    parts = [_grid(low, len(rows), axis), _legend(shown)]
    for at, (row, label) in enumerate(rows):
        y = TOP + ROW * at + ROW / 2
        parts.append(_label(label, y))
        offsets = [(place - (len(shown) - 1) / 2) * min(9.0, 20 / max(1, len(shown))) for place in range(len(shown))]
        for place, one in enumerate(shown):
            if row in one.results:
                parts.append(_point(one.results[row], place, y + offsets[place], low, one.label))
    names = f'<title id="{key}-t">{escape(title)}</title><desc id="{key}-d">{escape(description)}</desc>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="{key}-t {key}-d" viewBox="0 0 {WIDTH} {height:g}" '
        f'font-family="system-ui, sans-serif" font-size="13" fill="{INK}">{names}{"".join(parts)}</svg>'
    )


def _least(series: Sequence[Series]) -> float:
    """Where the axis begins: below every estimate, however far down an interval reaches."""
    least = min([0.0, *(result.value for one in series for result in one.results.values() if result.value is not None)])
    return -0.2 if least >= -0.15 else -0.4 if least >= -0.35 else -1.0


def _x(value: float, low: float) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * (max(low, min(1.0, value)) - low) / (1 - low)


def _grid(low: float, rows: int, axis: str) -> str:
    bottom = TOP + ROW * rows
    parts = []
    for step in range(round(low * 5), 6):
        x = _x(step / 5, low)
        colour, width = (ZERO, 1.5) if step == 0 else (GRID, 1)
        parts.append(
            f'<line x1="{x:.1f}" y1="{TOP}" x2="{x:.1f}" y2="{bottom}" stroke="{colour}" stroke-width="{width}"/>'
        )
        parts.append(f'<text x="{x:.1f}" y="{bottom + 18}" text-anchor="middle">{number(step / 5, 1)}</text>')
    middle = (LEFT + WIDTH - RIGHT) / 2
    parts.append(f'<text x="{middle:.1f}" y="{bottom + 38}" text-anchor="middle">{escape(axis)}</text>')
    return "".join(parts)


def _legend(series: Sequence[Series]) -> str:
    parts = []
    x = float(LEFT)
    for place, one in enumerate(series):
        parts.append(_shape(place, x, 18))
        parts.append(f'<text x="{x + 12:.1f}" y="22">{escape(one.label)}</text>')
        x += 44 + 8.2 * len(one.label)
    return "".join(parts)


def _label(label: str, y: float) -> str:
    short = label if len(label) <= LONGEST_LABEL else label[: LONGEST_LABEL - 1] + "…"
    whole = f"<title>{escape(label)}</title>" if short != label else ""
    return f'<text x="{LEFT - 12}" y="{y + 4:.1f}" text-anchor="end">{whole}{escape(short)}</text>'


def _point(result: Result, place: int, y: float, low: float, label: str) -> str:
    colour = COLOURS[place]
    if result.value is None:
        x = _x(0, low) + 6
        return f'<text x="{x:.1f}" y="{y + 4:.1f}" font-size="11" fill="{colour}">undefined</text>'
    inside = between(result.interval)
    told = f"{label}: {number(result.value)}" + (f" ({inside})" if inside else " (no interval)")
    line = ""
    if result.interval and result.interval.low is not None and result.interval.high is not None:
        first, last = _x(result.interval.low, low), _x(result.interval.high, low)
        line = _beyond(result.interval.low, low, y, colour)
        line += f'<line x1="{first:.1f}" y1="{y:.1f}" x2="{last:.1f}" y2="{y:.1f}" stroke="{colour}" stroke-width="2"/>'
    return f"<g><title>{escape(told)}</title>{line}{_shape(place, _x(result.value, low), y, hollow=not inside)}</g>"


def _beyond(end: float, low: float, y: float, colour: str) -> str:
    """An arrowhead where an interval runs off the axis."""
    if end >= low:
        return ""
    return f'<polygon points="{LEFT - 6},{y:.1f} {LEFT + 2},{y - 4:.1f} {LEFT + 2},{y + 4:.1f}" fill="{colour}"/>'


def _shape(place: int, x: float, y: float, *, hollow: bool = False) -> str:
    """Circle, diamond, square, triangle in turn; hollow where there is no interval."""
    colour = COLOURS[place]
    paint = f'fill="{"#ffffff" if hollow else colour}" stroke="{colour}" stroke-width="2"'
    if place % 4 == 0:
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5" {paint}/>'
    corners = {
        1: ((0, -5.5), (5.5, 0), (0, 5.5), (-5.5, 0)),
        2: ((-4, -4), (4, -4), (4, 4), (-4, 4)),
        3: ((0, -5), (5, 4), (-5, 4)),
    }[place % 4]
    points = " ".join(f"{x + right:.1f},{y + down:.1f}" for right, down in corners)
    return f'<polygon points="{points}" {paint}/>'
