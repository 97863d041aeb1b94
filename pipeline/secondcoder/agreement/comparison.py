"""The model beside humans: model-human and human-human agreement on the same units, and whether the model is inferior.

For two humans and the model, only cells that all three looked at count. Model-human agreement is the mean over the two
humans; with more humans, both figures are means over all pairs of humans. The difference has an interval by paired bootstrap:
the same clusters are drawn for both figures. The verdict on it is that of `non_inferiority`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np

from secondcoder.agreement.chance_level import mean_at_chance
from secondcoder.agreement.coefficients import KAPPA, Coefficient, coefficient_named
from secondcoder.agreement.contingency import Bools, Contingency, Floats
from secondcoder.agreement.non_inferiority import MarginRecord, NonInferiority, check_margin, judge_non_inferiority
from secondcoder.agreement.pairwise import ALL, CODED, draws_for, mean_of_defined, only_if_shared
from secondcoder.agreement.reliability_data import ReliabilityData
from secondcoder.agreement.results import Result
from secondcoder.statistics.cluster_bootstrap import ROUNDS, SEED, Draws, draw_clusters, interval_of

UNDEFINED = "undefined for one of the pairs of coders"


@dataclass(frozen=True, slots=True)
class Beside:
    """Model-human agreement, human-human agreement and their difference (the first minus the second)."""

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
    verdict: NonInferiority

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
            "codes": {code: beside.as_json() for code, beside in self.codes.items()},
            "non_inferiority": self.verdict.as_json(),
        }


class _Contingencies(NamedTuple):
    """Stacked over pairs of humans: human-human (p, groups, k), model-human (2 p, groups, k)."""

    humans: list[Contingency]
    model: list[Contingency]


def compare_with_model(
    data: ReliabilityData,
    model: str,
    pairs: Sequence[tuple[str, str]],
    *,
    margin: float | None = None,
    record: MarginRecord | None = None,
    coefficient: str = KAPPA,
    scope: str = ALL,
    rounds: int = ROUNDS,
    seed: int = SEED,
) -> Comparison | None:
    """Compare; None when the model and two humans never looked at the same cell.

    Args:
        pairs: pairs of humans who overlap.
        margin: above 0; None for no verdict; `record` what the audit trail holds of it.
        coefficient: any of `coefficients()` for two coders.
    """
    check_margin(margin)
    chosen = coefficient_named(coefficient)
    cells = {pair: _cells(data, model, pair, scope) for pair in pairs}
    cells = {pair: within for pair, within in cells.items() if within.any()}
    if not cells:
        return None
    contingencies = _contingencies_of(data, model, cells)
    size = np.sum([contingency.paired for contingency in contingencies.humans], axis=0)
    marks = np.sum(
        [contingency.shares[..., 1] for contingency in (*contingencies.humans, *contingencies.model)], axis=0
    )
    draws = draw_clusters(size.sum(1), marks.sum(1), rounds, seed)
    codes, macro = _code_by_code(contingencies, chosen, draws, data=data, size=size, marks=marks)
    pooled = _pooled(contingencies, chosen, draws, f"{data.kind.one} x code")
    if (chosen.name, scope) == (KAPPA, ALL):
        pooled = _with_chance(pooled, contingencies)
    humans = tuple(dict.fromkeys(name for pair in cells for name in pair))
    verdict = judge_non_inferiority(pooled.difference, margin, chosen, record)
    return Comparison(
        model, humans, chosen.name, scope, float(size.sum()), draws.clusters, pooled, macro, codes, verdict
    )


def _cells(data: ReliabilityData, model: str, pair: tuple[str, str], scope: str) -> Bools:
    three = data.of([*pair, model])
    known: Bools = np.asarray(three.known.all(1))
    if scope == CODED:
        coded: Bools = np.asarray((three.marks & known[:, None]).any((1, 2)))
        known = known & coded[:, None]
    return known


def _contingencies_of(data: ReliabilityData, model: str, cells: dict[tuple[str, str], Bools]) -> _Contingencies:
    humans = [data.contingency(*pair, within=within) for pair, within in cells.items()]
    beside = [data.contingency(model, human, within=within) for pair, within in cells.items() for human in pair]
    return _Contingencies(humans, beside)


def _mean(contingencies: Sequence[Contingency], coefficient: Coefficient) -> Floats:
    """Mean of the coefficient over pairs of coders; nan where it is undefined for one of them."""
    values: Floats = np.mean([coefficient.compute(contingency).value for contingency in contingencies], axis=0)
    return values


def _shared(contingency: Contingency) -> Floats:
    """How often both coders gave each code, (k,)."""
    table = contingency.total().table
    if table is None:
        raise TypeError("Only contingencies of two coders can be compared.")
    return table[..., 1, 1]


class _Figures(NamedTuple):
    """Model-human and human-human, estimates (...,) and rounds (rounds, ...)."""

    model: Floats
    humans: Floats
    model_drawn: Floats
    humans_drawn: Floats


def _figures(contingencies: _Contingencies, coefficient: Coefficient, draws: Draws) -> _Figures:
    return _Figures(
        _mean([contingency.total() for contingency in contingencies.model], coefficient),
        _mean([contingency.total() for contingency in contingencies.humans], coefficient),
        _mean([contingency.over(draws.weights) for contingency in contingencies.model], coefficient),
        _mean([contingency.over(draws.weights) for contingency in contingencies.humans], coefficient),
    )


def _beside(
    figures: _Figures,
    coefficient: Coefficient,
    draws: Draws,
    *,
    n: float,
    unit: str,
    shared: tuple[bool, bool] = (True, True),
) -> Beside:
    """From figures without leading axes; `shared`: did the model and a human, did two humans, ever share a mark?"""
    drawn = (figures.model_drawn, figures.humans_drawn, figures.model_drawn - figures.humans_drawn)
    values = (float(figures.model), float(figures.humans), float(figures.model - figures.humans))
    bounds = ((coefficient.low, 1.0), (coefficient.low, 1.0), (coefficient.low - 1, 1 - coefficient.low))
    ever_shared = (*shared, all(shared))
    results = []
    for name, value, rounds, span, enough in zip(
        (coefficient.name, coefficient.name, "difference"), values, drawn, bounds, ever_shared, strict=True
    ):
        if not np.isfinite(value):
            results.append(Result(name, None, n=n, unit=unit, reason=UNDEFINED))
            continue
        interval = only_if_shared(interval_of(value, rounds, draws, span), enough or not coefficient.rests_on_shared)
        results.append(Result(name, value, n=n, unit=unit, interval=interval))
    return Beside(*results)


def _pooled(contingencies: _Contingencies, coefficient: Coefficient, draws: Draws, unit: str) -> Beside:
    over_codes = _Contingencies(*([contingency.total(1) for contingency in pairs] for pairs in contingencies))
    n = sum(float(contingency.paired.sum()) for contingency in contingencies.humans)
    return _beside(_figures(over_codes, coefficient, draws), coefficient, draws, n=n, unit=unit)


def _with_chance(pooled: Beside, contingencies: _Contingencies) -> Beside:
    return replace(
        pooled,
        model_human=replace(pooled.model_human, at_chance=mean_at_chance(contingencies.model)),
        human_human=replace(pooled.human_human, at_chance=mean_at_chance(contingencies.humans)),
    )


def _code_by_code(
    contingencies: _Contingencies,
    coefficient: Coefficient,
    draws: Draws,
    *,
    data: ReliabilityData,
    size: Floats,
    marks: Floats,
) -> tuple[dict[str, Beside], Beside]:
    figures = _figures(contingencies, coefficient, draws)
    shared = [
        np.sum([_shared(contingency) for contingency in pairs], axis=0) > 0
        for pairs in (contingencies.model, contingencies.humans)
    ]
    codes = {
        code: _beside(
            _Figures(*(array[..., at] for array in figures)),
            coefficient,
            draws_for(draws, size[:, at], marks[:, at]),
            n=float(size[:, at].sum()),
            unit=data.kind.one,
            shared=(bool(shared[0][at]), bool(shared[1][at])),
        )
        for at, code in enumerate(data.codes)
    }
    both = np.isfinite(figures.model) & np.isfinite(figures.humans)
    means = _Figures(*(mean_of_defined(np.asarray(array)[..., both]) for array in figures))
    return codes, _beside(means, coefficient, draws, n=float(both.sum()), unit="code")
