"""The learning curves as a picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from comparison.peers import METHODS
from comparison.results import Results
from comparison.runs import Curve


def draw_curves(path: Path, results: Sequence[Results]) -> None:
    """Macro-AP by coded units, a panel for each set; bands are one standard error over folds."""
    import matplotlib as mpl

    mpl.use("Agg")
    mpl.rcParams["svg.hashsalt"] = "secondcoder"
    from matplotlib import pyplot as plt

    drawn = [one for one in results if one.curves]
    figure, axes = plt.subplots(1, len(drawn), figsize=(4.2 * len(drawn), 3.4), squeeze=False, layout="constrained")
    for axis, one in zip(axes[0], drawn, strict=True):
        _panel(axis, one.curves)
        axis.set(title=one.data.name, xlabel="coded units trained on", xscale="log")
    axes[0][0].set_ylabel("macro-AP, mean over folds")
    axes[0][0].legend(fontsize=8)
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)


def _panel(axis: Any, curves: Mapping[str, Sequence[Curve]]) -> None:
    for name, points in curves.items():
        at = np.array([point.coded for point in points])
        mean = np.array([point.ap.mean() for point in points])
        error = np.array([point.ap.std(ddof=1) / np.sqrt(len(point.ap)) for point in points])
        (line,) = axis.plot(at, mean, marker="o", label=METHODS[name].label)
        axis.fill_between(at, mean - error, mean + error, alpha=0.15, color=line.get_color())
