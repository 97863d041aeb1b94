"""The gate's figure: the difference in average precision, code by code."""

from __future__ import annotations

import numpy as np

from secondcoder.model_store.card_figures import INK, SOFT, as_svg, stacked_axes
from secondcoder.training.paired_comparison import Comparison


def differences_figure(found: Comparison) -> str:
    """Each code's difference with its interval; left of the line the candidate does worse."""
    names, rows = list(found.codes), np.arange(len(found.codes))
    values = np.array([one.value for one in found.codes.values()])
    low, high = np.array([one.interval.ends or (np.nan, np.nan) for one in found.codes.values()]).T
    figure, (axes,) = stacked_axes(1, (4.2, 0.9 + 0.22 * len(names)), [1])
    axes.axvline(0, color=SOFT, linestyle="--", linewidth=1)
    axes.hlines(rows, low, high, color=SOFT, linewidth=2)
    axes.plot(values, rows, "o", color=INK, markersize=4)
    axes.set(yticks=rows, yticklabels=names, xlabel="average precision, candidate minus in use")
    axes.invert_yaxis()
    return as_svg(figure, "Difference in average precision for each code, with 95 % intervals")
