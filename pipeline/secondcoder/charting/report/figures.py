"""The report's figures, drawn from its tables; each says in words what it shows, and stands beside the table with the same figures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from secondcoder.charting.report.shown import rows_of
from secondcoder.charting.report.wording import DASH, decimal, share, unknown, whole
from secondcoder.domain.wording import shorten
from secondcoder.reports.figure import INK, SOFT, Estimate, Series, dot_plot, panels, svg

if TYPE_CHECKING:
    import pandas as pd

PROMOTES, MIXED, INHIBITS = "#1f6fb2", "#b9b9b9", "#d55e00"
"""Blue and orange are told apart with every kind of colour vision; what inhibits is hatched besides."""
SIDES = (("promotes", PROMOTES, ""), ("mixed", MIXED, ""), ("inhibits", INHIBITS, "////"))
LONGEST = 30
MOST_ROWS = 30
"""Rows of a dot plot; the table has the others."""


def profile_figure(integration: pd.DataFrame, order: Sequence[str], names: dict[str, str]) -> str:
    """Per case and construct the shares of passages that promote, are mixed and inhibit; cases in `order`."""
    constructs = list(dict.fromkeys(integration["construct"]))
    by_place = {(row.case, row.construct): row for row in rows_of(integration)}
    figure, axes = panels((7.4, 0.95 + 0.3 * len(order)), 1, len(constructs))
    texts: dict[str, str] = {}
    for at, (axis, construct) in enumerate(zip(axes, constructs, strict=True)):
        axis.set(xlim=(0, 1), ylim=(len(order) - 0.5, -0.5), xticks=[0, 0.5, 1], xticklabels=["0", "50%", "100%"])
        axis.set_yticks(range(len(order)), [shorten(case, LONGEST) for case in order] if not at else [""] * len(order))
        axis.tick_params(left=False)
        axis.spines["left"].set_visible(False)
        axis.set_title(f"{names.get(construct, construct)}", fontsize=9, loc="left")
        for y, case in enumerate(order):
            _draw_sides(axis, by_place.get((case, construct)), y, f"side-{at}-{y}", texts)
    from matplotlib.patches import Patch

    keys = [Patch(facecolor=colour, hatch=hatch, edgecolor="white", label=side) for side, colour, hatch in SIDES]
    figure.legend(handles=keys, loc="outside lower left", ncols=3, frameon=False, fontsize=9)
    description = (
        f"A bar for each of {len(order)} cases and {len(constructs)} constructs: how its passages with a valence divide. The figures "
        "stand in the table below."
    )
    return svg(figure, "How the passages of each construct divide, by case", description, texts)


def _draw_sides(axis: Any, row: Any, y: int, gid: str, texts: dict[str, str]) -> None:
    numbers = [0 if row is None else int(getattr(row, side)) for side, _, _ in SIDES]
    total = sum(numbers)
    if not total:
        axis.text(
            0.02,
            y,
            "no valence" if row is not None and row.passages else "no passage",
            fontsize=7,
            color=SOFT,
            va="center",
        )
        return
    left = 0.0
    for number, (side, colour, hatch) in zip(numbers, SIDES, strict=True):
        if number:
            (bar,) = axis.barh(
                y, number / total, 0.62, left, color=colour, hatch=hatch, edgecolor="white", linewidth=0.6
            )
            bar.set_gid(f"{gid}-{side}")
            texts[f"{gid}-{side}"] = f"{row.case}, {row.construct}: {number} of {total} {side}"
        left += number / total
    axis.text(1.01, y, f" {total}", fontsize=7, color=SOFT, va="center")


def difference_figure(compared: pd.DataFrame, measure: str, groups: tuple[str, str]) -> str:
    """Differences between two groups of cases with their intervals; where none can be said, both groups' values beside each other."""
    rows, series = [(row.code, _label(row)) for row in rows_of(compared)], []
    if compared["low"].notna().any():
        axis = f"{measure}: {groups[0]} minus {groups[1]}"
        series = [Series(axis, {row.code: _estimate(row, "difference") for row in rows_of(compared)})]
    else:
        axis = measure
        for group, column in zip(groups, ("first_value", "second_value"), strict=True):
            values = {row.code: getattr(row, column) for row in rows_of(compared)}
            series.append(Series(group, {code: _point(code, value) for code, value in values.items()}))
    title = f"{measure[:1].upper()}{measure[1:]}, {groups[0]} and {groups[1]}"
    return dot_plot(rows, series, axis=axis, title=title, description=f"{title}, one row a code. {BELOW}")


BELOW = "The figures stand in the table below."


def _point(code: str, value: float) -> Estimate:
    # Filled: an interval of no width, since none is meant.
    return Estimate(value, value, value, f"{code} {decimal(value)}")


def rate_figure(rates: pd.DataFrame) -> str:
    """Share of transcripts with each code, with its interval."""
    rows = [(row.code, _label(row)) for row in rows_of(rates)]
    estimates = {row.code: _estimate(row, "share") for row in rows_of(rates)}
    axis = "Share of transcripts with the code"
    return dot_plot(
        rows,
        [Series(axis, estimates)],
        axis=axis,
        title=axis,
        description="One row a code, with 95% intervals. The figures stand in the table below.",
        limits=(-0.02, 1.02),
        percent=True,
    )


def corrected_figure(prevalence: pd.DataFrame) -> str:
    """Plain and corrected rates of each code, over all transcripts."""
    rows = [(row.code, _label(row)) for row in rows_of(prevalence)]
    plain = {
        row.code: Estimate(
            None if unknown(row.plain_rate) else row.plain_rate, None, None, f"{row.code} {share(row.plain_rate)}"
        )
        for row in rows_of(prevalence)
    }
    corrected = {row.code: _estimate(row, "rate", 3) for row in rows_of(prevalence)}
    return dot_plot(
        rows,
        [Series("plain count", plain), Series("corrected, with 95% interval", corrected)],
        axis="Share of segments with the code",
        title="Plain and corrected rates by code",
        description="Two points a code: as counted, without an interval, and corrected for what the model gets wrong, with one. "
        "The figures stand in the table below.",
        percent=True,
    )


def heat_map(table: pd.DataFrame, codes: Sequence[str], value: str, title: str, description: str) -> str:
    """Pairs of codes, the darker the more; the lower half, since the other says the same."""
    places = {code: at for at, code in enumerate(codes)}
    grid = np.full((len(codes), len(codes)), np.nan)
    for row in rows_of(table):
        if row.code in places and row.other in places:
            first, second = sorted((places[row.code], places[row.other]))
            grid[second, first] = getattr(row, value)
    size = min(7.4, 2.2 + 0.27 * len(codes))
    figure, (axis,) = panels((size, size - 0.6))
    most = float(np.nanmax(grid)) if np.isfinite(grid).any() else 1.0
    font = 7.5 if len(codes) <= 30 else 5
    for second, first in zip(*np.nonzero(np.isfinite(grid)), strict=True):
        depth = grid[second, first] / (most or 1)
        axis.add_patch(_square(first, second, depth))
        if len(codes) <= 30 and grid[second, first]:
            colour = "white" if depth > 0.6 else "#1b1b1b"
            axis.text(first, second, whole(grid[second, first]), ha="center", va="center", fontsize=6.5, color=colour)
    labels = [shorten(code, 14) for code in codes]
    axis.set(xlim=(-0.5, len(codes) - 0.5), ylim=(len(codes) - 0.5, -0.5))
    axis.set_xticks(range(len(codes)), labels, rotation=90, fontsize=font)
    axis.set_yticks(range(len(codes)), labels, fontsize=font)
    axis.tick_params(length=0)
    for side in axis.spines.values():
        side.set_visible(False)
    return svg(figure, title, description)


def _square(x: int, y: int, depth: float) -> Any:
    from matplotlib.patches import Rectangle

    # One hue from light to dark: read by lightness alone.
    light, dark = np.array((0.93, 0.95, 0.97)), np.array((0.12, 0.31, 0.47))
    return Rectangle((x - 0.48, y - 0.48), 0.96, 0.96, facecolor=tuple(light + depth * (dark - light)), linewidth=0)


def saturation_figure(saturation: pd.DataFrame) -> str:
    """Codes seen after each transcript, in the order of the study, and over all orders."""
    from matplotlib.ticker import MaxNLocator

    steps = saturation["step"].to_numpy(dtype=float)
    figure, (axis,) = panels((6.4, 2.9))
    axis.fill_between(
        steps, saturation["low"].astype(float), saturation["high"].astype(float), color="#c9d9e8", linewidth=0
    )
    axis.plot(steps, saturation["codes_seen"].astype(float), color=INK, linewidth=1.6, marker="o", markersize=3)
    axis.set(xlabel="Transcripts read", ylabel="Codes seen", ylim=(0, None))
    axis.xaxis.set_major_locator(MaxNLocator(integer=True))
    axis.yaxis.set_major_locator(MaxNLocator(integer=True))
    last = saturation.iloc[-1]
    description = (
        f"After {whole(last['step'])} transcripts {whole(last['codes_seen'])} codes had been seen. The line follows the study's "
        "order, the band holds 95% of all orders. The figures stand in the table below."
    )
    return svg(figure, "Codes seen by transcripts read", description)


def _estimate(row: Any, value: str, digits: int = 2) -> Estimate:
    point, low, high = (getattr(row, name) for name in (value, "low", "high"))
    text = f"{row.code} {decimal(point, digits)} ({decimal(low, digits)} to {decimal(high, digits)})".replace(
        f"({DASH} to {DASH})", ""
    )
    known = [None if unknown(each) else float(each) for each in (point, low, high)]
    return Estimate(known[0], known[1], known[2], text.strip())


def _label(row: Any) -> str:
    name = getattr(row, "name", "")
    return row.code if name in ("", row.code) else f"{row.code}  {name}"
