"""Figures: drawn by matplotlib as SVG, the same bytes for the same numbers, with a title and a description for screen readers.

Series differ in shape and in colour. Nothing in a picture refers to anything outside it, and nothing is clipped: what is drawn lies
within its axes.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any, NamedTuple
from warnings import catch_warnings, filterwarnings

import numpy as np

from secondcoder.domain.wording import shorten

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, SOFT, GRID = "#1f4e79", "#6b6b6b", "#d9d9d9"
COLOURS = (INK, "#b34700", "#3d7317", "#6f3a8c", "#5c5c00", "#8a1f4b")
SHAPES = ("o", "D", "s", "^", "v", "P")
MOST_SERIES = len(COLOURS)
LONGEST_LABEL = 34
MINUS = "\N{MINUS SIGN}"
SETTINGS = {
    # Without it matplotlib's ids are random, and no two files the same.
    "svg.hashsalt": "secondcoder",
    # Text stays text, for search and for screen readers.
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.unicode_minus": True,
}


class Estimate(NamedTuple):
    """A point with its interval: None for a value that is undefined, or for ends where there is no interval; `text` on pointing."""

    value: float | None
    low: float | None
    high: float | None
    text: str


@dataclass(frozen=True)
class Series:
    """One set of points: a label for the key, and an estimate for each row's key."""

    label: str
    estimates: Mapping[str, Estimate]


def panels(
    size: tuple[float, float], rows: int = 1, columns: int = 1, heights: Sequence[float] = (1,)
) -> tuple[Figure, list[Axes]]:
    """A figure of `size` inches with its axes, row by row; `heights` are relative."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context(SETTINGS):
        # Not by pyplot, which keeps figures alive and is not made for threads.
        figure = Figure(figsize=size, layout="constrained")
        axes = figure.subplots(rows, columns, squeeze=False, height_ratios=heights)
    return figure, list(axes.flat)


def style(number: int) -> dict[str, Any]:
    """Shape and colour of series `number`, for `plot`."""
    return {"marker": SHAPES[number % len(SHAPES)], "color": COLOURS[number % len(COLOURS)]}


def dot_plot(
    rows: Sequence[tuple[str, str]],
    series: Sequence[Series],
    *,
    axis: str,
    title: str,
    description: str,
    limits: tuple[float, float] | None = None,
    percent: bool = False,
) -> str:
    """Points with intervals, one row for each key, as an SVG element.

    A hollow point has no interval, an arrowhead shows that an interval goes on beyond the axis, and an undefined value is a word.

    Args:
        rows: key and label, from top to bottom.
        series: at most MOST_SERIES; with one there is no key to them.
        axis: what the horizontal axis shows; `limits` its ends, by default as wide as the data; `percent`: its figures are shares.
    """
    shown = list(series)[:MOST_SERIES]
    labels = [shorten(label, LONGEST_LABEL) for _, label in rows]
    step = max(0.3, 0.14 * len(shown) + 0.08)
    figure, (axes,) = panels((6.9, 0.8 + 0.25 * (len(shown) > 1) + step * len(rows)))
    _frame(axes, labels, limits or _limits(shown), axis)
    if percent:
        from matplotlib.ticker import PercentFormatter

        axes.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    texts: dict[str, str] = {f"label-{at}": label for at, (_, label) in enumerate(rows) if labels[at] != label}
    for tick, at in zip(axes.get_yticklabels(), range(len(rows)), strict=True):
        tick.set_gid(f"label-{at}")
    for number, points in enumerate(shown):
        offset = (number - (len(shown) - 1) / 2) * 0.8 / max(len(shown), 2)
        for at, (key, _) in enumerate(rows):
            if key in points.estimates:
                _draw_estimate(axes, points.estimates[key], at + offset, number, f"point-{number}-{at}")
                texts[f"point-{number}-{at}"] = f"{points.label}: {points.estimates[key].text}"
        # For the key alone: estimates are drawn one by one, and may be lacking.
        axes.plot([], [], linestyle="", label=points.label, **style(number))
    if len(shown) > 1:
        figure.legend(loc="outside upper left", ncols=3, frameon=False, handletextpad=0.1, fontsize=9)
    found = (_extremes(rows, points, percent) for points in shown)
    return svg(figure, title, " ".join([description, *filter(None, found)]), texts)


def _extremes(rows: Sequence[tuple[str, str]], points: Series, percent: bool) -> str:
    """What a look at the points tells first, for who does not see them: the highest and the lowest, with their rows."""
    known = [(points.estimates[key].value, label) for key, label in rows if key in points.estimates]
    values = sorted((value, label) for value, label in known if value is not None)
    if not values:
        return f"{points.label}: no value."
    told = [
        f"{label} {value:.0%}" if percent else f"{label} {value:.2f}".replace("-", MINUS) for value, label in values
    ]
    if len(told) == 1:
        return f"{points.label}: {told[0]}."
    return f"{points.label}: highest {told[-1]}, lowest {told[0]}, of {len(told)}."


def _limits(series: Sequence[Series]) -> tuple[float, float]:
    """As wide as points and intervals, chance or no difference included, with a margin."""
    ends = [0.0]
    for points in series:
        for value, low, high, _ in points.estimates.values():
            ends += [end for end in (value, low, high) if end is not None]
    margin = 0.05 * (max(ends) - min(ends) or 1)
    return min(ends) - margin, max(ends) + margin


def _frame(axes: Axes, labels: Sequence[str], limits: tuple[float, float], axis: str) -> None:
    # Upside down, so that the first row is on top.
    axes.set(xlim=limits, ylim=(len(labels) - 0.5, -0.5), yticks=range(len(labels)), yticklabels=labels, xlabel=axis)
    axes.grid(axis="x", color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.axvline(0, color=SOFT, linewidth=1.2)
    axes.tick_params(left=False)
    axes.spines["left"].set_visible(False)


def _draw_estimate(axes: Axes, estimate: Estimate, y: float, number: int, gid: str) -> None:
    low, high = axes.get_xlim()
    look, known = style(number), estimate.low is not None and estimate.high is not None
    if estimate.value is None:
        # Within the axis, also where it begins above 0.
        axes.text(max(0.0, low), y, " undefined", color=look["color"], fontsize=7, va="center").set_gid(gid)
        return
    if estimate.low is not None and estimate.high is not None:
        ends = np.clip([estimate.low, estimate.high], low, high)
        axes.plot(ends, [y, y], color=look["color"], linewidth=1.6)
        for edge, marker, beyond in ((low, "<", estimate.low < low), (high, ">", estimate.high > high)):
            if beyond:
                (head,) = axes.plot([edge], [y], color=look["color"], marker=marker, markersize=4)
                head.set_gid(f"{gid}-beyond")
    face = look["color"] if known else "white"
    (point,) = axes.plot([estimate.value], [y], markersize=5, markerfacecolor=face, **look)
    point.set_gid(gid)


def svg(figure: Figure, title: str, description: str, texts: Mapping[str, str] | None = None) -> str:
    """The figure as one <svg> element; `texts` are shown on pointing at the part with that group id.

    Every id is made the picture's own, so that several pictures can stand on one page.
    """
    from matplotlib import rc_context
    from matplotlib.text import Text

    out = io.StringIO()
    for words in figure.findobj(Text):
        words.set_parse_math(False)  # a name with two dollar signs is no formula
    with rc_context(SETTINGS), catch_warnings():
        # Of the font that measures; the browser's draws, and has others for what this one lacks.
        filterwarnings("ignore", "Glyph .* missing from font")
        figure.draw_without_rendering()
        figure.set_layout_engine("none")  # the layout stays as it is for what was clipped
        for artist in figure.findobj():
            artist.set_clip_on(False)
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None}, transparent=True)
    drawn = out.getvalue()
    drawn = re.sub(r"<metadata>.*?</metadata>\s*", "", drawn[drawn.index("<svg") :], flags=re.DOTALL)
    # A style element would hold for the whole page; what it says of lines is put on the <svg> below.
    drawn = re.sub(r"<style[^>]*>.*?</style>", "", drawn, flags=re.DOTALL)
    for gid, text in (texts or {}).items():
        drawn = drawn.replace(f'<g id="{gid}">', f'<g id="{gid}"><title>{escape(text)}</title>', 1)
    # From the content, so that it is the same for the same picture and another for any other.
    key = "f" + hashlib.sha256(f"{title}\n{drawn}".encode()).hexdigest()[:8]
    drawn = re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>{key}-", drawn)
    named = f'<title id="{key}-title">{escape(title)}</title><desc id="{key}-text">{escape(description)}</desc>'
    head = f'<svg role="img" aria-labelledby="{key}-title {key}-text" stroke-linejoin="round"'
    return re.sub(r"<svg([^>]*)>", lambda tag: f"{head}{tag[1]}>{named}", drawn, count=1).strip()
