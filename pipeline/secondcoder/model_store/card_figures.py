"""The card's two figures."""

from __future__ import annotations

import numpy as np

from secondcoder.learning.assessment.learning_curve import LearningCurve
from secondcoder.learning.assessment.reliability import BINS, Reliability
from secondcoder.reports.figure import GRID, INK, SOFT, panels, svg

FEWEST = 0.5
"""Where the axis of counts begins: it is logarithmic."""


def reliability_figure(reliability: Reliability) -> str:
    """Predicted against observed: on the diagonal, probabilities are calibrated; below, how often each was predicted."""
    figure, (upper, lower) = panels((4.2, 4.6), rows=2, heights=(3, 1))
    full = reliability.cells > 0
    upper.plot([0, 1], [0, 1], color=SOFT, linestyle="--", linewidth=1)
    upper.plot(reliability.predicted[full], reliability.observed[full], color=INK, marker="o", markersize=4)
    upper.set(xlim=(0, 1), ylim=(0, 1), ylabel="share that people marked")
    middles = (np.arange(BINS) + 0.5) / BINS
    lower.bar(middles[full], reliability.cells[full] - FEWEST, bottom=FEWEST, width=0.09, color=GRID, edgecolor=SOFT)
    lower.set(xlim=(0, 1), yscale="log", xlabel="probability", ylabel="cells")
    lower.set_ylim(bottom=FEWEST)
    title = "Reliability: the probability given, against the share of passages that people marked"
    return svg(figure, title, "The dashed diagonal is perfect calibration. The same figures stand in the table below.")


def curve_figure(curve: LearningCurve) -> str:
    """Macro average precision against the number of segments learned from."""
    figure, (axes,) = panels((4.2, 2.8))
    axes.plot(curve.segments, curve.macro, color=INK, marker="o", markersize=4)
    axes.set(xlim=(0, None), ylim=(0, 1), xlabel="coded segments learned from", ylabel="macro average precision")
    title = "Learning curve: macro average precision against the coded segments learned from"
    return svg(figure, title, "The same figures stand in the table below.")
