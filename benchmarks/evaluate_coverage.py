"""How often do the intervals of `secondcoder evaluate` cover the truth? Writes EVALUATE_COVERAGE.md beside this file.

    OMP_NUM_THREADS=1 python benchmarks/evaluate_coverage.py [--runs 500] [--transcripts 5 8 ...] [--rounds 200] [--out FILE]

A simulated study is G transcripts of unequal length with scores, suggestions and labels for six codes from rare to common. How
frequent a code is, how well its scores separate and how high they are vary from transcript to transcript. There is no learning: one
fixed scorer and fixed thresholds. The truth is the same figure over all passages of a very large number of such transcripts.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import numpy as np
from machine import machine
from secondcoder.configuration import load_configuration
from secondcoder.domain.arrays import Floats, Rows
from secondcoder.learning.assessment.metrics import Estimates, LabelledPredictions, estimate, point_and_draws

SEED = 20260101
PREVALENCE = np.array([0.03, 0.05, 0.08, 0.12, 0.18, 0.28])
SEPARATION = np.array([2.2, 1.2, 1.8, 1.4, 2.0, 1.1])
"""Mean difference of the scores of marked and other passages, in standard deviations of the scores within a transcript."""
VARIES = {"prevalence": 0.7, "separation": 0.4, "level": 0.3, "level with prevalence": 0.3}
"""Standard deviations between transcripts; the last is a slope: the level of the scores rises with the log-odds of the code."""
SUGGESTED = 1.3
"""Suggestions for each mark, in the population."""
POPULATION = 20_000
TRANSCRIPTS = (5, 8, 12, 15, 21, 30, 40)
FIGURES = ("macro_ap", "macro_f1", "pooled_kappa", "AP, 12 %", "AP, 3 %", "F1, 12 %", "kappa, 12 %")
OF_CODE = {
    "AP, 12 %": ("average_precision", 3),
    "AP, 3 %": ("average_precision", 0),
    "F1, 12 %": ("f1", 3),
    "kappa, 12 %": ("kappa", 3),
}
SETTINGS = load_configuration().learning


def study(transcripts: int, rng: np.random.Generator, thresholds: Floats | None = None) -> LabelledPredictions:
    """Scores, suggestions and labels; without thresholds they are set for SUGGESTED suggestions a mark."""
    shape = (transcripts, len(PREVALENCE))
    size = 15 + rng.negative_binomial(4, 4 / 34, transcripts)
    of = np.repeat(np.arange(transcripts), size)
    frequency = VARIES["prevalence"] * rng.standard_normal(shape)
    odds = np.log(PREVALENCE / (1 - PREVALENCE)) + frequency
    y = rng.random((len(of), shape[1])) < (1 / (1 + np.exp(-odds)))[of]
    separation = SEPARATION + VARIES["separation"] * rng.standard_normal(shape)
    level = VARIES["level with prevalence"] * frequency + VARIES["level"] * rng.standard_normal(shape)
    score = level[of] + separation[of] * y + rng.standard_normal(y.shape)
    if thresholds is None:
        thresholds = _thresholds(score, y.mean(axis=0))
    names = [f"t{number:06d}" for number in of.tolist()]
    return LabelledPredictions(score, score >= thresholds, y, np.ones_like(y), names)


def _thresholds(score: Floats, prevalence: Floats) -> Floats:
    return np.array([np.quantile(column, 1 - SUGGESTED * p) for column, p in zip(score.T, prevalence, strict=True)])


@dataclass(frozen=True)
class Truth:
    """Figures of the population, and the thresholds that every study uses."""

    figures: dict[str, Floats]
    thresholds: Floats

    def of(self, name: str, scored: Rows) -> float:
        """Of one of FIGURES; a macro figure is the mean over the codes that a study scores."""
        if name in OF_CODE:
            figure, j = OF_CODE[name]
            return float(self.figures[figure][j])
        single = {"macro_ap": "average_precision", "macro_f1": "f1"}.get(name)
        return float(self.figures[single][scored].mean() if single else self.figures[name])


def truth(transcripts: int = POPULATION) -> Truth:
    """From a very large number of transcripts, taken together."""
    held = study(transcripts, np.random.default_rng(SEED))
    together = LabelledPredictions(held.probability, held.suggested, held.y, held.known, ["all"] * len(held.y))
    return Truth(point_and_draws(together, 1, SEED)[0], _thresholds(held.probability, held.y.mean(axis=0)))


def scored_codes(held: LabelledPredictions) -> Rows:
    """Codes with examples enough to be scored in a study of the default configuration."""
    names = np.asarray(held.clusters)
    carriers = np.array([len(set(names[column])) for column in held.y.T])
    return np.flatnonzero((held.y.sum(axis=0) >= SETTINGS.min_examples) & (carriers >= SETTINGS.min_transcripts))


@dataclass(frozen=True)
class Trials:
    """Of each study (row) and each of FIGURES (column): estimate less truth, whether covered, width; nan without an interval."""

    error: Floats
    covered: Floats
    width: Floats


def trials(transcripts: int, runs: int, rounds: int, known: Truth) -> Trials:
    """So many studies of so many transcripts."""
    rng = np.random.default_rng([SEED, transcripts])
    rows = [list(_trial(study(transcripts, rng, known.thresholds), rounds, run, known)) for run in range(runs)]
    error, covered, width = np.moveaxis(np.array(rows), 2, 0)
    return Trials(error, covered, width)


def _trial(held: LabelledPredictions, rounds: int, seed: int, known: Truth) -> Iterator[tuple[float, float, float]]:
    scored = scored_codes(held)
    tables = (table[:, scored] for table in (held.probability, held.suggested, held.y, held.known))
    estimates = estimate(LabelledPredictions(*tables, held.clusters), rounds, seed)
    for name in FIGURES:
        point, (low, high) = _figure(estimates, name, scored)
        real = known.of(name, scored)
        yield point - real, np.nan if np.isnan(low) else float(low <= real <= high), high - low


def _figure(estimates: Estimates, name: str, scored: Rows) -> tuple[float, Floats]:
    if name not in OF_CODE:
        return float(estimates.point[name]), estimates.interval[name]
    figure, j = OF_CODE[name]
    if j not in scored:
        return np.nan, np.full(2, np.nan)
    at = int(np.searchsorted(scored, j))
    return float(estimates.point[figure][at]), estimates.interval[figure][:, at]


def report(transcripts: Sequence[int], runs: int, rounds: int) -> Iterator[str]:
    """All lines of EVALUATE_COVERAGE.md."""
    known = truth()
    yield from ["# How often the intervals of `evaluate` cover", ""]
    yield f"Written by `benchmarks/evaluate_coverage.py`. {machine(('secondcoder', 'numpy', 'scipy'))}"
    yield from [
        "",
        *EXPLAINED.format(
            runs=runs, rounds=rounds, population=POPULATION, error=100 * (0.95 * 0.05 / runs) ** 0.5
        ).splitlines(),
        "",
    ]
    everything = np.arange(len(PREVALENCE))
    yield f"Truth: {', '.join(f'{name} {known.of(name, everything):.3f}' for name in FIGURES)}."
    tables: dict[str, list[str]] = {
        "Covered, %": [],
        "Mean width": [],
        "Bias of the estimate": [],
        "Without an interval, %": [],
    }
    for number in transcripts:
        began = perf_counter()
        found = trials(number, runs, rounds, known)
        print(f"{number} transcripts: {perf_counter() - began:.0f} s", file=sys.stderr, flush=True)
        cells = (
            [f"{100 * share:.1f}" for share in np.nanmean(found.covered, axis=0)],
            [f"{width:.2f}" for width in np.nanmean(found.width, axis=0)],
            [f"{error:+.3f}" for error in np.nanmean(found.error, axis=0)],
            [f"{100 * share:.1f}" for share in np.isnan(found.covered).mean(axis=0)],
        )
        for rows, row in zip(tables.values(), cells, strict=True):
            rows.append(f"| {number} | {' | '.join(row)} |")
    for title, rows in tables.items():
        yield from [
            "",
            f"## {title}",
            "",
            f"| transcripts | {' | '.join(FIGURES)} |",
            f"|{'---|' * (len(FIGURES) + 1)}",
            *rows,
        ]


EXPLAINED = """\
{runs} simulated studies a row, 95 % intervals from {rounds} bootstrap rounds over transcripts. The standard error of a share of 95 %
is {error:.1f} points. Of a code, its average precision, F1 and Cohen's kappa; the per cent are how often it is marked.

The truth is the figure over {population} transcripts of the same kind, scored by the same scorer. It is thus what the measured
suggestions would reach on more transcripts like these. That another sample of transcripts would also have trained another
model is not in it, here or in `evaluate`: the intervals do not cover that. A code that a study would not score (fewer than 8 examples)
is left out of that study, and out of the mean that is its truth."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Simulate and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--transcripts", type=int, nargs="+", default=list(TRANSCRIPTS))
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "EVALUATE_COVERAGE.md")
    given = parser.parse_args(arguments)
    lines = report(given.transcripts, given.runs, given.rounds)
    given.out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
