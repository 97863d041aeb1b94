"""From reliability data to the figures of all pairs and groups of coders, the model beside the humans, and the headline."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from secondcoder.agreement.comparison import Comparison, compare_with_model
from secondcoder.agreement.contingency import Bools
from secondcoder.agreement.material import ComparedData
from secondcoder.agreement.non_inferiority import MarginRecord
from secondcoder.agreement.pair_means import mean_over_pairs
from secondcoder.agreement.pairwise import ALL, Agreement, agreement_of, pairs_that_overlap
from secondcoder.agreement.precision_plan import CodePlan, plan_double_coding
from secondcoder.agreement.reliability_data import ReliabilityData
from secondcoder.agreement.roll_up import Headline
from secondcoder.agreement.second_coder import SecondCoder, second_coder
from secondcoder.agreement.set_alpha import MOST_CLUSTERS, SetSums

Pair = tuple[str, str]


class Settings(NamedTuple):
    """How to compute, as the caller asked; the names are those of `agree`, where `record` is what is known of the margin."""

    rounds: int
    seed: int
    margin: float | None
    record: MarginRecord | None
    clustered_by: str
    cost_benefit: float
    plan_within: float | None


@dataclass(frozen=True, slots=True)
class Figures:
    """Figures on one reading of the codings.

    Attributes:
        pairs: of coders who overlap; human_pairs: those without a model.
        coders: the headline's; a model is among them only where no two people overlap.
        agreements: each pair on each scope, then all of `coders` where they are more than two.
        comparisons: scope -> the model beside humans; empty without a model or without two humans.
        others: the same of each further model, by name.
    """

    pairs: tuple[Pair, ...]
    human_pairs: tuple[Pair, ...]
    coders: tuple[str, ...]
    headline: Headline
    agreements: tuple[Agreement, ...]
    comparisons: dict[str, Comparison]
    others: dict[str, dict[str, Comparison]]


def figures_of(data: ReliabilityData, material: ComparedData, scopes: Sequence[str], settings: Settings) -> Figures:
    """All figures on these scopes, of which `all` is one."""
    pairs = pairs_that_overlap(data, material.coders)
    human_pairs = [pair for pair in pairs if set(pair) <= set(material.humans)]
    main = human_pairs or _with_a_model(pairs, material)
    coders = tuple(name for name in material.coders if any(name in pair for pair in main))
    agreements = _agreements(data, pairs, coders, scopes, settings)
    over_all = next(result for result in agreements if result.coders == coders and result.scope == ALL)
    pooled, macro = mean_over_pairs(data, main, rounds=settings.rounds, seed=settings.seed)
    return Figures(
        tuple(pairs),
        tuple(human_pairs),
        coders,
        Headline(coders, pooled, macro, over_all.sets["masi"]),
        tuple(agreements),
        _comparisons(data, material.model, human_pairs, scopes, settings),
        {other: _comparisons(data, other, human_pairs, scopes, settings) for other in material.others},
    )


def _with_a_model(pairs: Sequence[Pair], material: ComparedData) -> list[Pair]:
    """Where no two people overlap: people with the model, or else with other models, or else what there is."""
    of_humans = [pair for pair in pairs if set(pair) & set(material.humans)]
    return [pair for pair in of_humans if material.model in pair] or of_humans or list(pairs)


def _agreements(
    data: ReliabilityData, pairs: Sequence[Pair], coders: tuple[str, ...], scopes: Iterable[str], settings: Settings
) -> list[Agreement]:
    # Counted once for all coders together: any pair's alpha over sets follows from the same sums.
    complete: Bools = np.asarray(data.known.all(2))
    few = data.groups <= MOST_CLUSTERS
    clusters, counted = (data.clusters, data.groups) if few else (np.zeros_like(data.clusters), 1)
    sums = SetSums.of(data.marks, complete, clusters=clusters, groups=counted, weights=data.weights)
    groups: list[tuple[str, ...]] = [*pairs, coders] if len(coders) > 2 else list(pairs)
    return [
        agreement_of(data, group, sums, scope=scope, rounds=settings.rounds, seed=settings.seed)
        for group in groups
        for scope in scopes
    ]


def _comparisons(
    data: ReliabilityData,
    model: str | None,
    human_pairs: Sequence[Pair],
    scopes: Iterable[str],
    settings: Settings,
) -> dict[str, Comparison]:
    if model is None:
        return {}
    by_scope = {
        scope: compare_with_model(
            data,
            model,
            human_pairs,
            margin=settings.margin,
            record=settings.record,
            scope=scope,
            rounds=settings.rounds,
            seed=settings.seed,
        )
        # For a single code, units chosen by that code cannot show more than chance.
        for scope in (scopes if len(data.codes) > 1 else (ALL,))
    }
    return {scope: comparison for scope, comparison in by_scope.items() if comparison is not None}


def second_coders(data: ReliabilityData, figures: Figures, settings: Settings) -> dict[str, dict[str, SecondCoder]]:
    """Model -> code -> whether it may be the second coder, of each model that could be set beside two people."""
    of_models = [figures.comparisons, *figures.others.values()]
    comparisons = [scopes[ALL] for scopes in of_models if ALL in scopes]
    return {
        comparison.model: second_coder(
            data, comparison, cost_benefit=settings.cost_benefit, rounds=settings.rounds, seed=settings.seed
        )
        for comparison in comparisons
    }


def precision_plan(
    data: ReliabilityData, figures: Figures, material: ComparedData, settings: Settings
) -> tuple[CodePlan, ...]:
    """What each code needs before its kappa among people is known as well as asked for; empty where that was not asked."""
    if settings.plan_within is None:
        return ()
    return tuple(plan_double_coding(data, figures.human_pairs, material.humans, settings.plan_within))
