"""Groups of cases compared in simulated studies: how often a difference is claimed that is not there, and how often intervals hold the
true one; writes CASE_COMPARISON.md beside this file.

    python benchmarks/case_comparison.py [--studies N]
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from machine import machine
from secondcoder.charting.cases.comparison import MEASURES, Sides, permutation_test
from secondcoder.charting.cases.comparison_wording import ALPHA
from secondcoder.domain.arrays import Floats

CODES, PASSAGES, UNEVEN = 5, 6.0, 0.6
COMMON, OWN = 0.5, 0.5
"""Standard deviation, in log-odds, of how far a case leans over all codes, and on each code beside that."""
BOUNDS = MEASURES[0].bounds


@dataclass(frozen=True)
class Design:
    """Cases on each side, and the difference of their leaning in log-odds."""

    first: int
    second: int
    shift: float

    @property
    def truth(self) -> float:
        """The difference of both balances in the populations that the cases are drawn from."""
        effects = np.random.default_rng(0).normal(0, np.hypot(COMMON, OWN), 400_000)
        return float(np.mean(_balance(effects + self.shift) - _balance(effects)))


def _balance(log_odds: Floats) -> Floats:
    return np.tanh(log_odds / 2)  # twice the share that promotes, less 1


def studies(design: Design, count: int) -> Iterator[Sides]:
    """Promoting less inhibiting passages, and all, of each case and code."""
    rng = np.random.default_rng(7)
    cases = design.first + design.second
    for _ in range(count):
        talk = rng.lognormal(np.log(PASSAGES) - UNEVEN**2 / 2, UNEVEN, (cases, 1))  # some cases say more on everything
        of = rng.poisson(talk, (cases, CODES))
        lean = rng.normal(0, COMMON, (cases, 1)) + rng.normal(0, OWN, (cases, CODES))
        lean[: design.first] += design.shift
        promotes = rng.binomial(of, (1 + _balance(lean)) / 2)
        yield Sides((2.0 * promotes - of), of.astype(float), design.first)


def measured(design: Design, count: int) -> str:
    """A row of the table."""
    raw, adjusted, held, widths, said, of_them = [], [], [], [], 0, 0
    truth = design.truth
    for sides in studies(design, count):
        test = permutation_test(sides)
        raw.extend(test.p <= ALPHA)
        adjusted.append(bool((test.adjusted <= ALPHA).any()))
        for code in range(2):  # two of the five, for time
            interval = sides.interval(code, BOUNDS) if test.smallest[code] <= ALPHA else None
            of_them += 1
            if interval and interval.ends:
                said += 1
                held.append(interval.ends[0] <= truth <= interval.ends[1])
                widths.append(interval.ends[1] - interval.ends[0])
    coverage = f"{np.mean(held):.1%} | {np.mean(widths):.2f}" if held else "– | –"
    return (
        f"| {design.first} against {design.second} | {truth:+.2f} | {np.nanmin(test.smallest):.4f} | {np.mean(raw):.1%} | "
        f"{np.mean(adjusted):.1%} | {said / of_them:.0%} | {coverage} |"
    )


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--studies", type=int, default=500)
    count = parser.parse_args().studies
    sizes = ((3, 4), (4, 5), (6, 8), (10, 15))
    rows = [measured(Design(*size, shift), count) for shift in (0.0, 1.0) for size in sizes]
    page = f"""# Groups of cases compared

{count} simulated studies a row: {CODES} codes, about {PASSAGES:.0f} passages a case and code (some cases say far more than
others), each promoting or inhibiting; cases lean by {COMMON} in log-odds over all codes and by {OWN} on each. Figures are of the
balance, (promotes - inhibits) / all. *Any code* is the share of studies in which some of the {CODES} codes has an adjusted p of at
most {ALPHA}; where the true difference is 0 both shares should be at most {ALPHA:.0%}. Intervals are given where the smallest possible
p is at most {ALPHA} and they are no wider than three quarters of the range; they should hold the true difference in 95%.

| cases | true difference | smallest p | p <= {ALPHA} | any code, adjusted | intervals given | hold the truth | mean width |
| --- | --- | --- | --- | --- | --- | --- | --- |
{chr(10).join(rows)}

{machine(("secondcoder", "numpy", "scipy"))}

    python benchmarks/case_comparison.py
"""
    Path(__file__).with_name("CASE_COMPARISON.md").write_text(page, encoding="utf-8")
    print(page)


if __name__ == "__main__":
    main()
