"""How often do the intervals of `secondcoder evaluate` cover the truth? Writes EVALUATE_COVERAGE.md beside this file.

    OMP_NUM_THREADS=1 python benchmarks/evaluate_coverage.py [--runs 1000] [--transcripts 5 8 15 21] [--data ../shared/data]

Studies are drawn from populations of which every figure is known (`simulated/designs.py`): two simulated ones and, with --data, one
resampled from the scores of a real set.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import numpy as np
from asked import HERE, tell
from machine import machine
from secondcoder.configuration import load_configuration
from secondcoder.domain.arrays import Floats, Rows
from secondcoder.learning.assessment.metrics import Estimates, LabelledPredictions, estimate
from simulated.designs import (
    HISTORIES,
    PLAIN,
    POPULATION,
    SEED,
    UNEVEN,
    Design,
    Figure,
    Truth,
    figures,
    histories,
    truth,
)

TRANSCRIPTS = (5, 8, 15, 21)
SETTINGS = load_configuration().learning
REAL_RUNS = 0.25
"""Share of the runs for real scores, whose studies have three times the codes."""


def scored_codes(held: LabelledPredictions) -> Rows:
    """Codes with examples enough to be scored in a study of the default configuration."""
    names = np.asarray(held.clusters)
    carriers = np.array([len(set(names[column])) for column in held.y.T])
    return np.flatnonzero((held.y.sum(axis=0) >= SETTINGS.min_examples) & (carriers >= SETTINGS.min_transcripts))


@dataclass(frozen=True)
class Trials:
    """Of each study (row) and each figure (column): estimate less truth, nan where the code is not scored; truth less the lower end,
    upper end less truth, both nan without an interval."""

    error: Floats
    above_low: Floats
    below_high: Floats

    @property
    def stated(self) -> Floats:
        """How many intervals there are of each figure."""
        return np.asarray((~np.isnan(self.above_low)).sum(axis=0))

    @property
    def flattering(self) -> Floats:
        """Share of the intervals that lie above the truth."""
        return _share(self.above_low < 0, self.stated)

    @property
    def modest(self) -> Floats:
        """Share that lie below it."""
        return _share(self.below_high < 0, self.stated)

    @property
    def covered(self) -> Floats:
        """Share that hold it."""
        return 1 - self.flattering - self.modest

    @property
    def scored(self) -> Floats:
        """In how many studies the figure is reported."""
        return np.asarray((~np.isnan(self.error)).sum(axis=0))


def _share(part: Floats, of: Floats) -> Floats:
    return np.asarray(part.sum(axis=0) / np.where(of > 0, of, np.nan))


def trials(design: Design, known: Truth, transcripts: int, runs: int, rounds: int) -> Trials:
    """So many studies of so many transcripts."""
    rng = np.random.default_rng([SEED, transcripts])
    looked_at = figures(design, known)
    studies = (design.study(transcripts, rng, known.thresholds) for _ in range(runs))
    rows = [[*_trial(held, rounds, run, known, looked_at)] for run, held in enumerate(studies)]
    return Trials(*np.moveaxis(np.array(rows), 2, 0))


def _trial(
    held: LabelledPredictions, rounds: int, seed: int, known: Truth, looked_at: Sequence[Figure]
) -> Iterator[tuple[float, float, float]]:
    scored = scored_codes(held)
    if not len(scored):
        yield from [(np.nan, np.nan, np.nan)] * len(looked_at)
        return
    tables = (table[:, scored] for table in (held.probability, held.suggested, held.y, held.known))
    estimates = estimate(LabelledPredictions(*tables, held.clusters), rounds, seed)
    for figure in looked_at:
        point, (low, high) = _found(estimates, figure, scored)
        real = known.of(figure, scored)
        yield point - real, real - low, high - real


def _found(estimates: Estimates, figure: Figure, scored: Rows) -> tuple[float, Floats]:
    if figure.code is None:
        return float(estimates.point[figure.name]), estimates.interval[figure.name]
    if figure.of_code is None or figure.code not in scored:
        return np.nan, np.full(2, np.nan)
    at = int(np.searchsorted(scored, figure.code))
    return float(estimates.point[figure.of_code][at]), estimates.interval[figure.of_code][:, at]


def report(designs: Sequence[Design], transcripts: Sequence[int], runs: int, rounds: int) -> Iterator[str]:
    """All lines of EVALUATE_COVERAGE.md."""
    yield from ["# How often the intervals of `evaluate` cover", ""]
    yield f"Written by `benchmarks/evaluate_coverage.py`. {machine(('secondcoder', 'numpy', 'scipy', 'scikit-learn'))}"
    yield from ["", *EXPLAINED.format(rounds=rounds, population=POPULATION).splitlines()]
    for design in designs:
        yield from _section(
            design, transcripts, round(runs * (REAL_RUNS if design.name == "Real scores" else 1)), rounds
        )


def _section(design: Design, transcripts: Sequence[int], runs: int, rounds: int) -> Iterator[str]:
    known = truth(design)
    looked_at = figures(design, known)
    everything = np.arange(len(known.prevalence))
    yield from ["", f"## {design.name}", "", design.says]
    yield f"Truth: {', '.join(f'{figure.name} {known.of(figure, everything):.3f}' for figure in looked_at)}."
    found = {}
    for number in transcripts:
        began = perf_counter()
        # The smallest studies seldom state an interval for a rare code.
        found[number] = trials(design, known, number, runs * (2 if number <= 5 else 1), rounds)
        tell(f"{design.name}, {number} transcripts: {perf_counter() - began:.0f} s")
    names = [figure.name for figure in looked_at]
    for title, cells in TABLES.items():
        rows = (f"| {number} | {' | '.join(cells(one))} |" for number, one in found.items())
        yield from [
            "",
            f"### {title}",
            "",
            f"| transcripts | {' | '.join(names)} |",
            f"|{'---|' * (len(names) + 1)}",
            *rows,
        ]


def _covered(found: Trials) -> list[str]:
    columns = zip(found.covered, found.flattering, found.modest, found.stated, strict=True)
    return [
        f"{100 * share:.1f} ({100 * above:.1f} / {100 * below:.1f}) ±{100 * (0.95 * 0.05 / max(n, 1)) ** 0.5:.1f}"
        for share, above, below, n in columns
    ]


def _unsaid(found: Trials) -> list[str]:
    columns = zip(found.stated, found.scored, strict=True)
    return [f"{100 * (1 - stated / max(n, 1)):.1f} of {n}" for stated, n in columns]


def _width_and_bias(found: Trials) -> list[str]:
    width, bias = (np.nanmean(part, axis=0) for part in (found.above_low + found.below_high, found.error))
    return [f"{one:.2f}, {other:+.3f}" for one, other in zip(width, bias, strict=True)]


TABLES = {
    "Covered, % (flattering / modest misses)": _covered,
    "Cannot be said, % of the studies that report the figure": _unsaid,
    "Mean width, and bias of the estimate": _width_and_bias,
}
EXPLAINED = """\
95 % intervals from {rounds} bootstrap rounds over transcripts and the jackknife. A flattering miss is an interval that lies above the
truth, a modest one lies below it. After ±, the standard error of a share of 95 % among so many intervals. Of a code, its average
precision, F1 and Cohen's kappa; the per cent are how often it is marked.

The truth is the figure over {population} transcripts of the same kind, scored by the same scorer. It is thus what the measured
suggestions would reach on more transcripts like these. That another sample of transcripts would also have trained another
model is not in it, here or in `evaluate`: the intervals do not cover that. Average precision depends on how many passages it is
measured on: little where scores separate well, but where many codes are found hardly better than by chance, as by words alone in
the real scores, small studies put it too high, and its misses flatter. The bias is in the last table of each section.

A code that a study would not score (fewer than 8 examples) is left out of that study, and out of the mean that is its truth. Where a
rare code has come up often enough by chance, its figures lie above those of the population, and so do their intervals: this is the
choice of the codes, which no interval can see."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Simulate and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=1000, help="studies a row, twice as many of five transcripts")
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--transcripts", type=int, nargs="+", default=list(TRANSCRIPTS))
    parser.add_argument("--data", type=Path, help="folder with the benchmark sets, for real scores")
    parser.add_argument("--out", type=Path, default=HERE / "EVALUATE_COVERAGE.md")
    given = parser.parse_args(arguments)
    designs = [PLAIN, UNEVEN]
    if given.data and (given.data / HISTORIES).is_dir():
        designs.append(histories(given.data))
    else:
        tell(f"without real scores: {HISTORIES} is not there")
    lines = report(designs, given.transcripts, given.runs, given.rounds)
    given.out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
