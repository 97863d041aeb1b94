"""The card's two figures, as SVG text that is the same for the same numbers."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import numpy as np

from secondcoder.learning.assessment.learning_curve import LearningCurve
from secondcoder.learning.assessment.reliability import BINS, Reliability

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, SOFT = "#0b6e6e", "#9aa3ad"
SETTINGS = {"svg.hashsalt": "secondcoder", "svg.fonttype": "none", "font.family": "sans-serif", "font.size": 9}


def reliability_figure(found: Reliability) -> str:
    """Said against seen: on the diagonal, probabilities mean what they say; below, how often each was said."""
    figure, (upper, lower) = stacked_axes(2, (4.2, 4.6), [3, 1])
    full = found.cells > 0
    upper.plot([0, 1], [0, 1], color=SOFT, linestyle="--", linewidth=1)
    upper.plot(found.said[full], found.seen[full], color=INK, marker="o", markersize=4)
    upper.set(xlim=(0, 1), ylim=(0, 1), ylabel="share that people marked")
    lower.bar((np.arange(BINS) + 0.5) / BINS, np.maximum(found.cells, 0.5), width=0.09, color=SOFT)
    lower.set(xlim=(0, 1), yscale="log", xlabel="probability", ylabel="cells")
    return as_svg(figure, "Reliability: the probability given, against the share of passages that people marked")


def curve_figure(curve: LearningCurve) -> str:
    """Macro average precision against the number of segments learned from."""
    figure, (axes,) = stacked_axes(1, (4.2, 2.8), [1])
    axes.plot(curve.segments, curve.macro, color=INK, marker="o", markersize=4)
    axes.set(xlim=(0, None), ylim=(0, 1), xlabel="coded segments learned from", ylabel="macro average precision")
    return as_svg(figure, "Learning curve: macro average precision against the coded segments learned from")


def stacked_axes(rows: int, size: tuple[float, float], heights: list[int]) -> tuple[Figure, list[Axes]]:
    """A figure with axes below each other; `size` in inches, `heights` relative."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context(SETTINGS):
        figure = Figure(figsize=size, layout="constrained")
        axes = figure.subplots(rows, 1, squeeze=False, height_ratios=heights)[:, 0]
        for one in axes:
            one.spines[["top", "right"]].set_visible(False)
    return figure, list(axes)


def as_svg(figure: Figure, says: str) -> str:
    """One <svg> element that names nothing outside itself."""
    from matplotlib import rc_context

    out = io.StringIO()
    with rc_context(SETTINGS):
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None}, transparent=True)
    text = out.getvalue()
    text = re.sub(r"<metadata>.*?</metadata>\s*", "", text[text.index("<svg") :], flags=re.DOTALL)
    return text.replace("<svg", f'<svg role="img" aria-label="{says}"', 1).strip()
