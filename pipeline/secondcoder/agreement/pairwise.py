"""Agreement of two coders, and of a group of them, code by code and over all codes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np

from secondcoder.agreement.chance_level import pooled_kappa_at_chance, pooled_kappa_at_chance_where_coded
from secondcoder.agreement.coefficients import KAPPA, Coefficient, coefficients_for
from secondcoder.agreement.contingency import Bools, Contingency, Floats, contingency_of_group
from secondcoder.agreement.formulas import cohen_kappa
from secondcoder.agreement.ratings import result_of
from secondcoder.agreement.reliability_data import ReliabilityData
from secondcoder.agreement.results import Result
from secondcoder.agreement.set_alpha import SetSums
from secondcoder.agreement.set_similarity import DISTANCES
from secondcoder.statistics.classification import lowest_kappa, ratio
from secondcoder.statistics.cluster_bootstrap import (
    ROUNDS,
    SEED,
    Draws,
    Interval,
    draw_clusters,
    effective_clusters,
    interval_of,
)

ALL, CODED = "all", "coded"
SCOPES = {ALL: "all units that the coders looked at", CODED: "units that at least one of the coders coded"}
NEVER_SHARED = "the two never gave the code to the same unit, so resampling cannot show how far the figure may rise"
EVERY_UNIT_MARKED = (
    "on units chosen because one of the two gave them the code, no unit is left that both left alone, so the figure cannot exceed 0, "
    "however well they agree"
)
NO_CODE_DEFINED = "kappa is undefined for every code"


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement of some coders on the units of one scope.

    Attributes:
        coders: two or more; `scope` a key of SCOPES.
        n_units: units (or characters) that two of them looked at for some code; `n_clusters` the transcripts (or cases).
        codes: code -> coefficient -> result.
        pooled: coefficient -> result over all unit x code cells; kappa with what it would be at chance.
        macro_kappa: mean over the codes whose kappa is defined; None for more than two coders.
        sets: distance -> alpha over sets of codes.
    """

    coders: tuple[str, ...]
    scope: str
    n_units: float
    n_clusters: int
    codes: dict[str, dict[str, Result]]
    pooled: dict[str, Result]
    macro_kappa: Result | None
    sets: dict[str, Result]

    def as_json(self) -> dict[str, Any]:
        """Plain values for JSON."""
        macro = {"macro_kappa": self.macro_kappa.as_json()} if self.macro_kappa else {}
        return {
            "coders": list(self.coders),
            "scope": self.scope,
            "n_units": int(self.n_units),
            "n_clusters": self.n_clusters,
            "pooled": {name: result.as_json() for name, result in self.pooled.items()},
            **macro,
            **{f"alpha_{name}": result.as_json() for name, result in self.sets.items()},
            "codes": {
                code: {name: result.as_json() for name, result in results.items()}
                for code, results in self.codes.items()
            },
        }


def agreement_of(
    data: ReliabilityData,
    coders: Sequence[str],
    sums: SetSums,
    *,
    scope: str = ALL,
    rounds: int = ROUNDS,
    seed: int = SEED,
) -> Agreement:
    """Agreement of two or more of the data's coders on one scope, with intervals.

    Args:
        sums: `SetSums` of the same data, for alpha over sets.
    """
    compared = data.of(coders)
    within = compared.looked_at() if scope == ALL else compared.coded()
    contingency = _contingency(compared, within)
    # Drawn once for all codes and coefficients, so that pooled figures come from the same rounds.
    draws = draw_clusters(contingency.paired.sum(1), _marks(contingency).sum(1), rounds, seed)
    unit = compared.kind.one
    at = [data.coders.index(coder) for coder in coders]
    agreement = Agreement(
        coders=tuple(coders),
        scope=scope,
        n_units=float(compared.weights[within].sum()),
        n_clusters=draws.clusters,
        codes=_by_code(contingency, draws, compared, unit),
        pooled=_pooled(contingency, draws, compared.coders, f"{unit} x code"),
        macro_kappa=macro_kappa(contingency, draws, compared.coders, unit) if len(coders) == 2 else None,
        sets={name: sums.result(name, at, compared.coders, unit, only=within, draws=draws) for name in DISTANCES},
    )
    if len(coders) != 2:
        return agreement
    agreement.pooled[KAPPA] = _with_chance(agreement.pooled[KAPPA], compared, scope)
    return _without_misleading(agreement) if scope == CODED else agreement


def _with_chance(kappa: Result, compared: ReliabilityData, scope: str) -> Result:
    """Pooled kappa of two coders with its level at chance, by their rates on all units that both looked at."""
    first, second = compared.coders
    tables = compared.tables(first, second).sum(0)
    known: Bools = np.asarray(compared.known.all(1))
    at_chance = (
        pooled_kappa_at_chance(tables)
        if scope == ALL
        else pooled_kappa_at_chance_where_coded(tables, known, compared.weights)
    )
    return replace(kappa, at_chance=at_chance) if kappa.value is not None and np.isfinite(at_chance) else kappa


def _without_misleading(agreement: Agreement) -> Agreement:
    """Without the figures that the choice of units alone keeps at 0 or below."""

    def kept(results: dict[str, Result]) -> dict[str, Result]:
        known = {coefficient.name: coefficient for coefficient in coefficients_for(2)}
        return {name: _unless_bound(result, known[name]) for name, result in results.items()}

    codes = {code: kept(results) for code, results in agreement.codes.items()}
    agreement = replace(agreement, codes=codes, pooled=kept(agreement.pooled))
    if len(codes) > 1 or agreement.macro_kappa is None:
        return agreement
    sets = {name: result.withheld(EVERY_UNIT_MARKED) for name, result in agreement.sets.items()}
    return replace(agreement, macro_kappa=agreement.macro_kappa.withheld(EVERY_UNIT_MARKED), sets=sets)


def _unless_bound(result: Result, coefficient: Coefficient) -> Result:
    bound = coefficient.needs_unmarked and result.counts.get("neither") == 0
    return result.withheld(EVERY_UNIT_MARKED) if bound else result


def _contingency(data: ReliabilityData, within: Bools) -> Contingency:
    kept = data.where(within)
    # Kappa and others for two coders need to know who marked what, which a group's counts do not hold.
    if len(data.coders) == 2:
        return kept.contingency(*data.coders)
    return contingency_of_group(
        kept.marks, kept.known, clusters=kept.clusters, groups=kept.groups, weights=kept.weights
    )


def _marks(contingency: Contingency) -> Floats:
    """How many marks each cluster holds of each code, (groups, k)."""
    return contingency.shares[..., 1]


def _by_code(contingency: Contingency, draws: Draws, data: ReliabilityData, unit: str) -> dict[str, dict[str, Result]]:
    total, drawn = contingency.total(), contingency.over(draws.weights)
    draws_by_code = [
        draws_for(draws, contingency.paired[:, at], _marks(contingency)[:, at]) for at in range(len(data.codes))
    ]
    results: dict[str, dict[str, Result]] = {code: {} for code in data.codes}
    for coefficient in coefficients_for(len(data.coders)):
        parts, values = coefficient.compute(total), coefficient.compute(drawn).value
        for at, code in enumerate(data.codes):
            result = result_of(coefficient, total, parts, coders=data.coders, unit=unit, at=(at,))
            interval = interval_of(result.value, values[:, at], draws_by_code[at], _range(coefficient, total, at))
            # Of a group there are no counts of shared marks.
            enough = not coefficient.rests_on_shared or result.counts.get("both", 1.0) > 0
            results[code][coefficient.name] = result.with_interval(only_if_shared(interval, enough))
    return results


def _range(coefficient: Coefficient, total: Contingency, at: int) -> tuple[float, float]:
    """What the coefficient can be of one code: kappa of a rare one barely falls below 0."""
    if coefficient.name != KAPPA or total.table is None:
        return coefficient.low, 1.0
    lowest = float(lowest_kappa(total.table[at]))
    return (coefficient.low if np.isnan(lowest) else lowest), 1.0


def only_if_shared(interval: Interval | None, enough: bool) -> Interval | None:
    """No interval for a figure that rests on shared marks where there are none: it would be far too narrow."""
    if interval is None or enough:
        return interval
    return replace(interval, low=None, high=None, note="", reason=NEVER_SHARED)


def draws_for(draws: Draws, size: Floats, marks: Floats) -> Draws:
    """The same draws, judged by the clusters that hold something of one code."""
    return draws._replace(clusters=int((size > 0).sum()), effective=effective_clusters(marks))


def _pooled(contingency: Contingency, draws: Draws, coders: tuple[str, ...], unit: str) -> dict[str, Result]:
    over_codes = contingency.total(1)
    total, drawn = over_codes.total(), over_codes.over(draws.weights)
    results: dict[str, Result] = {}
    for coefficient in coefficients_for(len(coders)):
        result = result_of(coefficient, total, coefficient.compute(total), coders=coders, unit=unit)
        values = coefficient.compute(drawn).value
        interval = interval_of(result.value, values, draws, (coefficient.low, 1.0))
        results[coefficient.name] = result.with_interval(interval)
    return results


def macro_kappa(contingency: Contingency, draws: Draws, coders: tuple[str, ...], unit: str) -> Result:
    """Mean of the codes' kappas, each code counting once; codes whose kappa is undefined are left out, and counted."""
    kappas = cohen_kappa(contingency.total()).value
    defined = np.isfinite(kappas)
    counts = {"codes": float(defined.sum()), "codes_undefined": float((~defined).sum())}
    value = float(kappas[defined].mean()) if defined.any() else None
    # The estimate's codes in every round, so that rounds differ by clusters and not by codes.
    values = mean_of_defined(cohen_kappa(contingency.over(draws.weights)).value[:, defined])
    return Result(
        "macro_kappa",
        value,
        n=float(defined.sum()),
        counts=counts,
        coders=coders,
        unit=f"code ({unit}s)",
        reason="" if defined.any() else NO_CODE_DEFINED,
        interval=interval_of(value, values, draws),
    )


def mean_of_defined(values: Floats) -> Floats:
    """Mean over the last axis of what is not nan; nan where nothing is left."""
    defined = np.isfinite(values)
    return ratio(np.where(defined, values, 0).sum(-1), defined.sum(-1))


def pairs_that_overlap(data: ReliabilityData, coders: Sequence[str]) -> list[tuple[str, str]]:
    """Pairs of coders who looked for the same code in the same unit at least once."""

    def meet(first: str, second: str) -> bool:
        left, right = data.coders.index(first), data.coders.index(second)
        return bool((data.known[:, left] & data.known[:, right]).any())

    return [pair for pair in combinations(coders, 2) if meet(*pair)]
