"""The headline's figures: means over all pairs of coders, with one bootstrap for all pairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from secondcoder.agreement.chance_level import mean_at_chance
from secondcoder.agreement.coefficients import KAPPA, ONE_CATEGORY
from secondcoder.agreement.contingency import Floats
from secondcoder.agreement.formulas import cohen_kappa
from secondcoder.agreement.pairwise import NO_CODE_DEFINED, mean_of_defined
from secondcoder.agreement.reliability_data import ReliabilityData
from secondcoder.agreement.results import Result
from secondcoder.statistics.cluster_bootstrap import ROUNDS, SEED, Draws, draw_clusters, interval_of


def mean_over_pairs(
    data: ReliabilityData, pairs: Sequence[tuple[str, str]], *, rounds: int = ROUNDS, seed: int = SEED
) -> tuple[Result, Result]:
    """Cohen's kappa over all unit x code cells, and as the mean over codes; each the mean over the pairs (Light 1971).

    The same clusters are drawn for all pairs, so that the intervals allow for coders who share transcripts.
    """
    contingencies = [data.contingency(*pair) for pair in pairs]
    paired = np.sum([contingency.paired.sum(1) for contingency in contingencies], axis=0)
    marks = np.sum([contingency.shares[..., 1].sum(1) for contingency in contingencies], axis=0)
    draws = draw_clusters(paired, marks, rounds, seed)
    coders = tuple(dict.fromkeys(name for pair in pairs for name in pair))
    kappas = [cohen_kappa(contingency.total()).value for contingency in contingencies]
    defined = [np.isfinite(of_pair) for of_pair in kappas]
    drawn = [contingency.over(draws.weights) for contingency in contingencies]
    pooled = _mean_result(
        KAPPA,
        [cohen_kappa(contingency.total().total()).value for contingency in contingencies],
        [cohen_kappa(of_pair.total(1)).value for of_pair in drawn],
        ONE_CATEGORY,
        draws,
    )
    macro = _mean_result(
        "macro_kappa",
        [mean_of_defined(of_pair) for of_pair in kappas],
        [mean_of_defined(cohen_kappa(of_pair).value[:, keep]) for of_pair, keep in zip(drawn, defined, strict=True)],
        NO_CODE_DEFINED,
        draws,
    )
    n_codes = float(np.any(defined, axis=0).sum())
    chance = mean_at_chance(contingencies)
    return (
        replace(pooled, n=float(paired.sum()), unit=f"{data.kind.one} x code", coders=coders, at_chance=chance),
        replace(macro, n=n_codes, unit="code", coders=coders),
    )


def _mean_result(
    name: str, estimates: Sequence[Floats], drawn: Sequence[Floats], undefined: str, draws: Draws
) -> Result:
    """The mean over pairs of one figure, with its interval; undefined when it is so for one pair."""
    # Not `nanmean`: a mean over some of the pairs would be another figure.
    mean = float(np.mean(estimates))
    if not np.isfinite(mean):
        return Result(name, None, reason=undefined)
    values: Floats = np.mean(drawn, axis=0)
    return Result(name, mean, interval=interval_of(mean, values, draws))
