"""Do corrected counts cover the truth, and do suggestions make them narrower? Writes CORRECTED_COUNTS.md beside this file.

    OMP_NUM_THREADS=1 python benchmarks/corrected_counts.py [--runs 500]

Every study is simulated (`simulated/counted_studies.py`), so that the truth is known.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

import numpy as np
from asked import HERE, tell
from machine import machine
from secondcoder.domain.arrays import Bools, Rows
from secondcoder.statistics.design_based import DrawnUnits, Limits, corrected_share, jeffreys
from secondcoder.statistics.occurrence import occurrence
from secondcoder.statistics.proportions import Proportion
from simulated.counted_studies import CASES, MODELS, CountedStudy, counted_study

SEED = 20260719
PREVALENCES = (0.03, 0.1, 0.3)
DRAWN = (40, 100, 200)
COUNTED = 100
"""Drawn passages of the studies in which it is also estimated in how many transcripts the code occurs."""
BY_HAND = 3
"""One transcript of so many is coded by hand in the second part."""
LOWEST, HIGHEST = 0.92, 0.98


class Cell(NamedTuple):
    """Studies of one kind."""

    prevalence: float
    transcripts: int
    drawn: int
    model: str
    by_hand: int = 0


class Trials(NamedTuple):
    """Of many studies, the share of each figure's intervals that hold the truth, and their mean width."""

    covered: Mapping[str, float]
    width: Mapping[str, float]


def trials(cell: Cell, runs: int) -> Trials:
    """So many studies; each cell has random numbers of its own."""
    key = [SEED, round(1000 * cell.prevalence), cell.transcripts, cell.drawn, [*MODELS].index(cell.model), cell.by_hand]
    rng = np.random.default_rng(key)
    rows = [intervals(_study(cell, rng), cell.prevalence, cell.drawn == COUNTED) for _ in range(runs)]
    covered = {name: float(np.mean([row[name].holds for row in rows])) for name in rows[0]}
    return Trials(covered, {name: float(np.mean([row[name].width for row in rows])) for name in rows[0]})


def _study(cell: Cell, rng: np.random.Generator) -> CountedStudy:
    return counted_study(rng, cell.transcripts, cell.prevalence, cell.model, cell.drawn, cell.by_hand)


class Interval(NamedTuple):
    """An interval and the truth."""

    limits: Limits
    truth: float

    @property
    def holds(self) -> bool:
        """The truth lies in it, on its ends included."""
        return self.limits.low - 1e-9 <= self.truth <= self.limits.high + 1e-9

    @property
    def width(self) -> float:
        """Upper less lower end."""
        return self.limits.high - self.limits.low


def intervals(study: CountedStudy, prevalence: float, occurs: bool = True) -> dict[str, Interval]:
    """All intervals of one study; that of the number of transcripts, which takes longest, if asked for."""
    units, here, first = study.units, float(study.y.mean()), study.case < study.case_of.max() / 2
    everywhere, one = units.rates(), study.case == 0
    share, alone = corrected_share(units), corrected_share(_without_suggestions(units))
    parts = [corrected_share(units.take(rows), everywhere) for rows in (first, ~first)]
    difference = parts[0].minus(parts[1])
    plain = [_plain(study, rows) for rows in (first | ~first, first, ~first)]
    apart = float(study.y[first].mean() - study.y[~first].mean())
    found = {
        "these": (share.these, here),
        "such": (share.such, prevalence),
        "plain": (_naive(*plain[0]), here),
        "plain such": (_naive(*plain[0], by_transcript=True), prevalence),
        "alone": (alone.these, here),
        "difference": (difference.these, apart),
        "difference such": (difference.such, 0.0),
        "plain difference": (_naive(*plain[1]).minus(_naive(*plain[2])), apart),
        "one case": (corrected_share(units.take(one), everywhere).these, float(study.y[one].mean())),
    }
    if occurs:
        _, limits = occurrence(units, np.arange(len(study.case_of)))
        found["occurs"] = limits, float((np.bincount(units.cluster, study.y) > 0).sum())
    return {name: Interval(limits, truth) for name, (limits, truth) in found.items()}


def _without_suggestions(units: DrawnUnits) -> DrawnUnits:
    """The same passages drawn and coded, and nothing known of what the model suggests."""
    return DrawnUnits(units.cluster, np.zeros_like(units.kind), units.probability, units.y, 1)


def _plain(study: CountedStudy, rows: Bools) -> tuple[Bools, Rows]:
    """Which of some passages are coded by hand or else suggested, and the transcripts in which they lie."""
    units = study.units.take(rows)
    return np.where(units.coded, units.y == 1, study.suggested[rows]), units.cluster


def _naive(counted: Bools, cluster: Rows, by_transcript: bool = False) -> Limits:
    """The share of those counted with the interval that it would have if no suggestion were wrong."""
    rate, size = counted.mean(keepdims=True), float(len(counted))
    if by_transcript:
        pairs = np.column_stack([np.bincount(cluster, counted), np.bincount(cluster)]).astype(int)
        size = Proportion.by_cluster([(part, of) for part, of in pairs.tolist()]).effective_size
    return Limits(*(float(one[0]) for one in (rate, *jeffreys(rate, np.array([size])))))


def report(runs: int, transcripts: Sequence[int], drawn: Sequence[int]) -> Iterator[str]:
    """All lines of CORRECTED_COUNTS.md."""
    cells = [Cell(*one) for one in product(PREVALENCES, transcripts, drawn, MODELS)]
    partly = [Cell(0.1, number, 100, model, number // BY_HAND) for number in transcripts for model in MODELS]
    found = {}
    for cell in [*cells, *partly]:
        began = perf_counter()
        found[cell] = trials(cell, runs)
        tell(f"{cell}: {perf_counter() - began:.1f} s")
    yield from ["# Do corrected counts cover the truth?", ""]
    yield f"Written by `benchmarks/corrected_counts.py`. {machine(('secondcoder', 'numpy', 'scipy'))}"
    yield from ["", *EXPLAINED.format(runs=runs, error=100 * (0.95 * 0.05 / runs) ** 0.5).splitlines(), ""]
    yield from _in_short({cell: found[cell] for cell in cells})
    for prevalence in PREVALENCES:
        yield from ["", f"## The code is on {prevalence:.0%} of the passages"]
        for title, show in TABLES.items():
            yield from _table(title, show, {cell: found[cell] for cell in cells if cell.prevalence == prevalence})
    yield from ["", f"## One transcript of {BY_HAND} is coded by hand, and the code is on 10% of the passages"]
    for title, show in TABLES.items():
        yield from _table(title, show, {cell: found[cell] for cell in partly})


def _in_short(found: Mapping[Cell, Trials]) -> Iterator[str]:
    """How many cells are in the target, and every one that is not."""
    yield f"| intervals of | covered, all cells | lowest | highest | cells within {LOWEST:.0%} to {HIGHEST:.0%} | below | above |"
    yield "|---|---|---|---|---|---|---|"
    for name, words in FIGURES.items():
        shares = np.array([trial.covered[name] for trial in found.values() if name in trial.covered])
        if not len(shares):
            continue
        inside = ((shares >= LOWEST) & (shares <= HIGHEST)).sum()
        below, above = int((shares < LOWEST).sum()), int((shares > HIGHEST).sum())
        ends = f"{shares.min():.1%} | {shares.max():.1%}"
        yield f"| {words} | {shares.mean():.1%} | {ends} | {inside} of {len(shares)} | {below} | {above} |"
    yield from ["", *ABOVE.splitlines(), ""]
    for name in ("these", "such", "difference", "difference such", "one case", "occurs"):
        low = [(cell, trial.covered[name]) for cell, trial in found.items() if trial.covered.get(name, 1) < LOWEST]
        if low:
            named = "; ".join(f"{_named(cell)}: {share:.1%}" for cell, share in low)
            yield f"- Below {LOWEST:.0%}, {FIGURES[name]}: {named}."
    yield from ["", *_narrower(found)]


def _narrower(found: Mapping[Cell, Trials]) -> Iterator[str]:
    yield "How the corrected share's interval compares with that of the sample alone, in mean width over all cells of a model:"
    yield ""
    for model in MODELS:
        ratios = np.array([_ratio(trial) for cell, trial in found.items() if cell.model == model])
        yield (
            f"- {model}: {ratios.mean():.2f} ({ratios.min():.2f} to {ratios.max():.2f}); narrower in {(ratios < 1).sum()} of "
            f"{len(ratios)} cells."
        )


def _named(cell: Cell) -> str:
    return f"{cell.prevalence:.0%}, {cell.transcripts} transcripts, {cell.drawn} drawn, {cell.model}"


def _table(title: str, show: Sequence[str], found: Mapping[Cell, Trials]) -> Iterator[str]:
    yield from [
        "",
        f"### {title}",
        "",
        f"| transcripts, drawn | {' | '.join(MODELS)} |",
        f"|{'---|' * (1 + len(MODELS))}",
    ]
    for transcripts, drawn in dict.fromkeys((cell.transcripts, cell.drawn) for cell in found):
        row = [trial for cell, trial in found.items() if (cell.transcripts, cell.drawn) == (transcripts, drawn)]
        yield f"| {transcripts}, {drawn} | {' | '.join(_shown(trial, show) for trial in row)} |"


def _shown(trial: Trials, show: Sequence[str]) -> str:
    if show == ["ratio"]:
        return f"{_ratio(trial):.2f} ({trial.width['these']:.3f})"
    return " / ".join(f"{100 * trial.covered[name]:.1f}" if name in trial.covered else "–" for name in show)


def _ratio(trial: Trials) -> float:
    return trial.width["these"] / trial.width["alone"]


FIGURES = {
    "these": "corrected share, these transcripts",
    "such": "corrected share, such transcripts",
    "difference": "difference of two groups of cases, these",
    "difference such": "difference of two groups of cases, such",
    "one case": "corrected share of one case, these",
    "occurs": "in how many transcripts",
    "alone": "share by the sample alone, these",
    "plain": "plain count, these",
    "plain such": "plain count, such",
    "plain difference": "difference of plain counts, these",
}
TABLES = {
    "Corrected share, % covered: these / such": ["these", "such"],
    "Plain count, % covered: these / such": ["plain", "plain such"],
    "Mean width, these, as a share of that of the sample alone (and itself)": ["ratio"],
    "Difference of two groups of cases, % covered: corrected, these / such / plain, these": [
        "difference",
        "difference such",
        "plain difference",
    ],
    "One case / in how many transcripts, % covered": ["one case", "occurs"],
}
ABOVE = """\
Intervals that hold the truth more often than 98% are those of rare codes and of good models: of the few misses none is drawn, and what
nobody saw bounds the rate from above only by the number of passages drawn. In a difference this holds for both groups, since neither
borrows from the other (NOTES.md), and a number of transcripts is whole."""
EXPLAINED = """\
{runs} simulated studies a cell, so that a share of 95 % has a standard error of {error:.1f}. Each has 8, 15 or 40 transcripts in
4, 5 or 8 cases, of 30 to 80 passages. Transcripts differ in how common the code is (normal effects of 0.7 on the logit scale),
and in how often the model finds it and suggests it wrongly (0.5). Recall and precision are 0.35 for the weak model, 0.6 for the
fair and 0.85 for the good one; another misses much (recall 0.3, precision 0.9); the useless one suggests at random as often as
the code is there. The model suggests other codes on a third of the passages. The passages are drawn as `sheet make --sample`
draws them.

The truth has two readings. *These*: the share in the study's own transcripts. *Such*: the share among all transcripts of the
kind. The plain count takes every suggestion as a coding; its interval is the one that it would have if no suggestion were wrong,
of passages for *these* and by transcript for *such*. The sample alone is the same passages, drawn and coded, weighed by how
likely each was to be drawn, with nothing known of the suggestions. A case has 2 to 5 transcripts, and a few of the drawn
passages. In how many transcripts the code occurs is estimated by a model (`statistics/occurrence.py`), the rest by the draw."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Simulate and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=500, help="studies a cell")
    parser.add_argument("--transcripts", type=int, nargs="+", default=list(CASES), choices=list(CASES))
    parser.add_argument("--drawn", type=int, nargs="+", default=list(DRAWN))
    parser.add_argument("--out", type=Path, default=HERE / "CORRECTED_COUNTS.md")
    given = parser.parse_args(arguments)
    lines = report(given.runs, given.transcripts, given.drawn)
    given.out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
