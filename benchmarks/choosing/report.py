"""The page WHAT_NEXT.md and its picture."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from comparison.tables import table
from machine import machine
from secondcoder.reports.figure import panels, style, svg

from choosing.needed import Needed, figure, needed
from choosing.rounds import FEWEST, ROUND, Point
from choosing.studies import JUDGED, Coded
from choosing.ways import WAYS

GOALS = (100, 150, 200)
SHOWN = (25, 50, 100, 150, 200)
DRAWN = ("random", "transcripts", "clusters", "rare codes", "before", "ours")
TARGET = 0.6


@dataclass(frozen=True)
class Played:
    """A study and, for each way, its curves, one a division."""

    study: Coded
    curves: Mapping[str, list[list[Point]]]


def report(played: Sequence[Played]) -> Iterator[str]:
    """The page, line by line."""
    divisions = len(next(iter(played[0].curves.values())))
    yield "# What to code next"
    yield ""
    yield f"Written by `benchmarks/what_next.py`. {machine()}"
    yield ""
    held = ", ".join(
        f"{JUDGED[one.study.name]} of {len(set(one.study.transcripts.tolist()))} in {one.study.name}" for one in played
    )
    yield (
        "How many hand-coded passages does a model need, depending on how they are chosen? Fully coded sets play the coder: from "
        f"nothing, {ROUND} passages a round, a model learned anew after each as `train` does (the codebook's ranker for codes with "
        f"few examples, the classifier for the others). Judged on whole transcripts that are never chosen from ({held}), by "
        f"macro average precision over the codes with {FEWEST} marks there. Means over {divisions} divisions into transcripts to "
        "choose from and to judge by, the same for every way. Of the demonstration study the codebook has definitions, of the others "
        "names alone. The absence of a code is weak evidence in all sets."
    )
    yield ""
    yield from (f"- **{name}**: {(way.__doc__ or '').strip()}" for name, way in WAYS.items())
    yield ""
    yield "![Macro-AP against passages coded, a panel for each set](what-next-curves.svg)"
    yield ""
    yield from _shares(played)
    for one in played:
        yield from _curves(one)
    yield from _honest(played)


def _shares(played: Sequence[Played]) -> Iterator[str]:
    """The passages that each way needs, in the order of their mean."""
    yield "## Passages needed for the quality of random choice"
    yield ""
    yield (
        "As a share of the passages, and of the words, with which random choice reaches the same mean macro-AP; linear between "
        f"rounds. The target was {TARGET}. Intervals (95 %) are percentiles of resampled divisions, which share transcripts, so they "
        "are somewhat too short. A way that prefers long passages saves fewer words than passages; -: not reached."
    )
    yield ""
    goals = [(one, goal) for one in played for goal in GOALS[::2]]
    found = {
        way: [needed(one.curves[way], one.curves["random"], goal) for one, goal in goals]
        for way in WAYS
        if way != "random"
    }
    heads = ("way", *(f"{one.study.name}, as {goal}" for one, goal in goals), "mean", "mean in words")
    rows = [
        (
            way,
            *map(_cell, cells),
            _share(np.mean([c.passages for c in cells])),
            _share(np.mean([c.words for c in cells])),
        )
        for way, cells in sorted(found.items(), key=lambda item: np.mean([cell.passages for cell in item[1]]))
    ]
    yield from table(heads, rows)
    for way, what in (
        ("ours", "`status --next`"),
        ("weighted clusters", "Its chosen part alone"),
        ("before", "What it did before"),
    ):
        by_goal = {
            goal: [cell for (_, at), cell in zip(goals, found[way], strict=True) if at == goal] for goal in GOALS[::2]
        }
        told = ", ".join(
            f"{_share(np.mean([cell.passages for cell in cells]))} of the passages and "
            f"{_share(np.mean([cell.words for cell in cells]))} of the words for the quality of {goal} random ones"
            for goal, cells in by_goal.items()
        )
        yield f"- {what} needs, mean over the sets, {told}."
    yield ""


def _curves(one: Played) -> Iterator[str]:
    yield f"## {one.study.name}"
    yield ""
    yield "Macro-AP after so many passages; the mean gain on random choice over all rounds, with its standard error over divisions."
    yield ""
    random = figure(one.curves["random"], "macro_ap")
    rows = []
    for way, curves in one.curves.items():
        values, passages = figure(curves, "macro_ap"), figure(curves, "passages").mean(axis=0)
        gain = (values - random)[:, 1:].mean(axis=1)
        error = gain.std(ddof=1) / np.sqrt(len(gain)) if len(gain) > 1 else np.nan
        cells = [f"{np.interp(at, passages, values.mean(axis=0)):.3f}" for at in SHOWN if at <= passages[-1]]
        words, marks = (figure(curves, name)[:, -1].mean() for name in ("words", "marks"))
        rows.append(
            (
                way,
                *cells,
                "" if way == "random" else f"{gain.mean():+.3f} ± {error:.3f}",
                f"{words:.0f}",
                f"{marks:.0f}",
            )
        )
    shown = [f"{at}" for at in SHOWN if at <= one.curves["random"][0][-1].passages]
    yield from table(("way", *shown, "gain", "words coded", "marks"), rows)


def _honest(played: Sequence[Played]) -> Iterator[str]:
    """What a choice does to what is learned and measured."""
    yield "## What choosing does to figures"
    yield ""
    more = ", ".join(
        f"{figure(one.curves['ours'], 'marks')[:, -1].mean() / figure(one.curves['random'], 'marks')[:, -1].mean():.2f} times on "
        f"{one.study.name}"
        for one in played
    )
    yield (
        f"Passages that `status --next` proposed carry more marks than passages at random: {more}. Read as a sample they would tell "
        "of codes that are more frequent than they are; so figures rest on those drawn at random, and on interviews read whole. On "
        "the judged transcripts, what is learned from them has, after the last round, this pooled kappa and so many suggestions "
        "per human mark:"
    )
    yield ""
    heads = ("way", *(f"{one.study.name}, {what}" for one in played for what in ("kappa", "per mark")))
    yield from table(
        heads,
        [
            (
                way,
                *(
                    f"{figure(one.curves[way], name)[:, -1].mean():.2f}"
                    for one in played
                    for name in ("kappa", "per_mark")
                ),
            )
            for way in WAYS
        ],
    )


def _cell(found: Needed) -> str:
    return f"{_share(found.passages)} ({_share(found.passages_ends[0])} to {_share(found.passages_ends[1])})"


def _share(value: float) -> str:
    return f"{value:.2f}" if np.isfinite(value) else "-"


def draw_curves(path: Path, played: Sequence[Played]) -> None:
    """Macro-AP by passages coded, a panel for each set; bands are one standard error over divisions."""
    drawn, axes = panels((4.2 * len(played), 3.6), columns=len(played))
    for axis, one in zip(np.atleast_1d(axes), played, strict=True):
        for number, way in enumerate(DRAWN):
            values, passages = figure(one.curves[way], "macro_ap"), figure(one.curves[way], "passages").mean(axis=0)
            mean, error = values.mean(axis=0), values.std(axis=0) / np.sqrt(max(len(values) - 1, 1))
            axis.plot(passages, mean, markersize=3, label=way, **style(number))
            axis.fill_between(passages, mean - error, mean + error, alpha=0.12, color=style(number)["color"])
        axis.set(title=one.study.name, xlabel="passages coded by hand")
    np.atleast_1d(axes)[0].set_ylabel("macro-AP on other transcripts")
    np.atleast_1d(axes)[0].legend(fontsize=8)
    title = "Macro average precision against passages coded by hand, for ways of choosing them"
    path.write_text(svg(drawn, title, "Bands are one standard error over divisions.") + "\n", encoding="utf-8")
