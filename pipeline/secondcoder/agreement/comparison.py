"""The model beside humans: model-human and human-human agreement on the same units, and whether the model is inferior.

For two humans and the model, only cells that all three looked at count. Model-human agreement is the mean over the two
humans; with more humans, both figures are means over all pairs of humans. The difference has an interval by paired bootstrap:
the same clusters are drawn for both figures. The verdict on it is `verdict`'s.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from secondcoder.agreement.coefficients import KAPPA, Coefficient, coefficient_named
from secondcoder.agreement.contingency import Bools, Floats, Tally
from secondcoder.agreement.non_inferiority import Verdict, check_margin, judge
from secondcoder.agreement.pairwise import ALL, CODED, draws_for, mean_of_defined, only_if_shared
from secondcoder.agreement.reliability_data import Cube
from secondcoder.agreement.results import Result
from secondcoder.statistics.cluster_bootstrap import ROUNDS, SEED, Draws, draw_clusters, interval_of

UNDEFINED = "undefined for one of the pairs of coders"


@dataclass(frozen=True, slots=True)
class Beside:
    """Model-human agreement, human-human agreement and their difference (model-human minus human-human)."""

    model_human: Result
    human_human: Result
    difference: Result

    def as_json(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {name: getattr(self, name).as_json() for name in ("model_human", "human_human", "difference")}


@dataclass(frozen=True, slots=True)
class Comparison:
    """The model beside humans on the same units.

    Attributes:
        model, humans: names; `coefficient` the name of what is compared.
        scope: which units; n_cells: unit x code cells that all looked at, summed over pairs of humans.
        pooled, macro: over all cells, and as the mean over codes; codes: code by code.
        verdict: on the pooled figure.
    """

    model: str
    humans: tuple[str, ...]
    coefficient: str
    scope: str
    n_cells: float
    n_clusters: int
    pooled: Beside
    macro: Beside
    codes: dict[str, Beside]
    verdict: Verdict

    def as_json(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "model": self.model,
            "humans": list(self.humans),
            "coefficient": self.coefficient,
            "scope": self.scope,
            "n_cells": int(self.n_cells),
            "n_clusters": self.n_clusters,
            "pooled": self.pooled.as_json(),
            "macro": self.macro.as_json(),
            "codes": {code: one.as_json() for code, one in self.codes.items()},
            "non_inferiority": self.verdict.as_json(),
        }


class _Tallies(NamedTuple):
    """Stacked over pairs of humans: human-human (p, groups, k), model-human (2 p, groups, k)."""

    humans: list[Tally]
    model: list[Tally]


def compare_with_model(
    cube: Cube,
    model: str,
    pairs: Sequence[tuple[str, str]],
    *,
    margin: float | None = None,
    coefficient: str = KAPPA,
    scope: str = ALL,
    rounds: int = ROUNDS,
    seed: int = SEED,
) -> Comparison | None:
    """Compare; None when the model and two humans never looked at the same cell.

    Args:
        pairs: pairs of humans who overlap.
        margin: above 0, stated before; None for no verdict.
        coefficient: any of `coefficients()` for two coders.
    """
    check_margin(margin)
    one = coefficient_named(coefficient)
    cells = {pair: _cells(cube, model, pair, scope) for pair in pairs}
    cells = {pair: within for pair, within in cells.items() if within.any()}
    if not cells:
        return None
    tallies = _tallies(cube, model, cells)
    size = np.sum([tally.paired for tally in tallies.humans], axis=0)
    marks = np.sum([tally.shares[..., 1] for tally in (*tallies.humans, *tallies.model)], axis=0)
    draws = draw_clusters(size.sum(1), marks.sum(1), rounds, seed)
    codes, macro = _code_by_code(tallies, one, draws, cube=cube, size=size, marks=marks)
    pooled = _pooled(tallies, one, draws, f"{cube.kind.one} x code")
    humans = tuple(dict.fromkeys(name for pair in cells for name in pair))
    verdict = judge(pooled.difference, margin, one)
    return Comparison(model, humans, one.name, scope, float(size.sum()), draws.clusters, pooled, macro, codes, verdict)


def _cells(cube: Cube, model: str, pair: tuple[str, str], scope: str) -> Bools:
    three = cube.of([*pair, model])
    known: Bools = np.asarray(three.known.all(1))
    if scope == CODED:
        coded: Bools = np.asarray((three.marks & known[:, None]).any((1, 2)))
        known = known & coded[:, None]
    return known


def _tallies(cube: Cube, model: str, cells: dict[tuple[str, str], Bools]) -> _Tallies:
    humans = [cube.tally(*pair, within=within) for pair, within in cells.items()]
    beside = [cube.tally(model, human, within=within) for pair, within in cells.items() for human in pair]
    return _Tallies(humans, beside)


def _mean(tallies: Sequence[Tally], one: Coefficient) -> Floats:
    """Mean of the coefficient over pairs of coders; nan where it is undefined for one of them."""
    values: Floats = np.mean([one.compute(tally).value for tally in tallies], axis=0)
    return values


def _shared(tally: Tally) -> Floats:
    """How often both coders gave each code, (k,)."""
    table = tally.total().table
    if table is None:
        raise TypeError("Only tallies of two coders can be compared.")
    return table[..., 1, 1]


class _Figures(NamedTuple):
    """Model-human and human-human, estimates (...,) and rounds (rounds, ...)."""

    model: Floats
    humans: Floats
    model_drawn: Floats
    humans_drawn: Floats


def _figures(tallies: _Tallies, one: Coefficient, draws: Draws) -> _Figures:
    return _Figures(
        _mean([tally.total() for tally in tallies.model], one),
        _mean([tally.total() for tally in tallies.humans], one),
        _mean([tally.over(draws.weights) for tally in tallies.model], one),
        _mean([tally.over(draws.weights) for tally in tallies.humans], one),
    )


def _beside(
    figures: _Figures, one: Coefficient, draws: Draws, *, n: float, unit: str, shared: tuple[bool, bool] = (True, True)
) -> Beside:
    """From figures without leading axes; `shared`: did the model and a human, did two humans, ever share a mark?"""
    drawn = (figures.model_drawn, figures.humans_drawn, figures.model_drawn - figures.humans_drawn)
    values = (float(figures.model), float(figures.humans), float(figures.model - figures.humans))
    bounds = ((one.low, 1.0), (one.low, 1.0), (one.low - 1, 1 - one.low))
    rests = (*shared, all(shared))
    results = []
    for name, value, rounds, span, enough in zip(
        (one.name, one.name, "difference"), values, drawn, bounds, rests, strict=True
    ):
        if not np.isfinite(value):
            results.append(Result(name, None, n=n, unit=unit, reason=UNDEFINED))
            continue
        interval = only_if_shared(interval_of(value, rounds, draws, span), enough or not one.rests_on_shared)
        results.append(Result(name, value, n=n, unit=unit, interval=interval))
    return Beside(*results)


def _pooled(tallies: _Tallies, one: Coefficient, draws: Draws, unit: str) -> Beside:
    over_codes = _Tallies(*([tally.total(1) for tally in own] for own in tallies))
    n = sum(float(tally.paired.sum()) for tally in tallies.humans)
    return _beside(_figures(over_codes, one, draws), one, draws, n=n, unit=unit)


def _code_by_code(
    tallies: _Tallies, one: Coefficient, draws: Draws, *, cube: Cube, size: Floats, marks: Floats
) -> tuple[dict[str, Beside], Beside]:
    figures = _figures(tallies, one, draws)
    shared = [np.sum([_shared(tally) for tally in own], axis=0) > 0 for own in (tallies.model, tallies.humans)]
    codes = {
        code: _beside(
            _Figures(*(array[..., at] for array in figures)),
            one,
            draws_for(draws, size[:, at], marks[:, at]),
            n=float(size[:, at].sum()),
            unit=cube.kind.one,
            shared=(bool(shared[0][at]), bool(shared[1][at])),
        )
        for at, code in enumerate(cube.codes)
    }
    both = np.isfinite(figures.model) & np.isfinite(figures.humans)
    means = _Figures(*(mean_of_defined(np.asarray(array)[..., both]) for array in figures))
    return codes, _beside(means, one, draws, n=float(both.sum()), unit="code")
