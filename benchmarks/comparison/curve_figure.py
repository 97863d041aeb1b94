"""The learning curves as a picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from secondcoder.reports.figure import panels, style, svg

from comparison.methods import METHODS
from comparison.results import Results
from comparison.runs import Curve


def draw_curves(path: Path, results: Sequence[Results]) -> None:
    """Macro-AP by coded units, a panel for each set; bands are one standard error over folds."""
    drawn = [result for result in results if result.curves]
    figure, axes = panels((4.2 * len(drawn), 3.4), columns=len(drawn))
    for axis, result in zip(axes, drawn, strict=True):
        _draw_panel(axis, result.curves)
        axis.set(title=result.data.name, xlabel="coded units trained on", xscale="log")
    axes[0].set_ylabel("macro-AP, mean over folds")
    axes[0].legend(fontsize=8)
    title = "Learning curves: macro average precision against the coded units trained on"
    path.write_text(svg(figure, title, "Bands are one standard error over folds.") + "\n", encoding="utf-8")


def _draw_panel(axis: Any, curves: Mapping[str, Sequence[Curve]]) -> None:
    for number, (name, points) in enumerate(curves.items()):
        coded = np.array([point.coded for point in points])
        mean = np.array([point.ap.mean() for point in points])
        error = np.array([point.ap.std(ddof=1) / np.sqrt(len(point.ap)) for point in points])
        axis.plot(coded, mean, markersize=4, label=METHODS[name].label, **style(number))
        axis.fill_between(coded, mean - error, mean + error, alpha=0.15, color=style(number)["color"])
