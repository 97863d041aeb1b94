"""In how many transcripts, or cases, does a code occur at all, where people coded only passages that were drawn?

Where they found it, it occurs. Elsewhere it may stand in passages that nobody looked at. How likely that is follows from the
rates of the code among passages of each kind (`design_based`) and from how much transcripts differ, both as uncertain as the
draws leave them:

    y_gk of n_gk drawn in transcript g ~ beta-binomial, with mean r_k and variance σ² r_k² (1 - r_k)² between transcripts

r_k has Jeffreys' prior, σ, about the standard deviation on the logit scale, is as likely to be any of a few values. From the
posterior distribution rates are drawn, then whether the code occurs in what nobody looked at, and the numbers counted; their 2.5%
and 97.5% quantiles are the interval. It rests on this model, while the shares of `design_based` rest on the draw alone.
"""

from __future__ import annotations

import numpy as np

from secondcoder.domain.arrays import Bools, Floats, Rows
from secondcoder.statistics.design_based import DrawnUnits, Limits
from secondcoder.statistics.proportions import TAIL

ROUNDS = 250
RATES = 80
SPREADS = np.array([0.1, 0.3, 0.5, 0.75, 1.0, 1.5, 2.0])


def occurrence(units: DrawnUnits, group: Rows, seed: int = 0) -> tuple[int, Limits]:
    """In how many groups people found the code, and in how many it is estimated to occur.

    Args:
        group: (clusters,) number of the group, such as a case, of each transcript.
    """
    clusters, groups = len(group), int(group.max()) + 1
    found_in = np.bincount(group[units.cluster], np.nan_to_num(units.y), groups) > 0
    found = int(found_in.sum())
    unseen = _table(units, np.isnan(units.y), clusters)
    open_clusters = ~found_in[group] & (unseen.sum(axis=1) > 0)
    if not open_clusters.any():
        return found, Limits(found, found, found)
    rng = np.random.default_rng(seed)
    yes, no = (_table(units, units.drawn & (units.y == value), clusters) for value in (1, 0))
    a, b = _posterior(yes, no, rng)
    absent = _log_absent(a, b, no[open_clusters], unseen[open_clusters])
    absent_in = np.zeros((ROUNDS, groups))
    np.add.at(absent_in.T, group[open_clusters], absent.T)
    occurs = found_in | (rng.random(absent_in.shape) >= np.exp(absent_in))
    counts = occurs.sum(axis=1)
    low, high = np.quantile(counts, (TAIL, 1 - TAIL), method="closest_observation")
    return found, Limits(float(counts.mean()), float(low), float(high))


def _table(units: DrawnUnits, rows: Bools, clusters: int) -> Floats:
    """(clusters, kinds) passages."""
    flat = np.bincount(units.cluster[rows] * units.kinds + units.kind[rows], minlength=clusters * units.kinds)
    return flat.reshape(clusters, units.kinds).astype(np.float64)


def _posterior(yes: Floats, no: Floats, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """(rounds, kinds) each: the parameters of the rates' beta distribution over transcripts, drawn from the posterior."""
    # Equal steps of the arcsine of the root are equally likely under Jeffreys' prior.
    rate = np.sin((np.arange(RATES) + 0.5) / RATES * np.pi / 2) ** 2
    size = np.maximum(1 / (SPREADS[:, None] ** 2 * rate * (1 - rate)) - 1, 0.5)
    a, b = rate * size, (1 - rate) * size
    likely = np.stack([_log_likelihood(a, b, *pair) for pair in zip(yes.T, no.T, strict=True)])
    peak = likely.max(axis=(1, 2), keepdims=True)
    share = np.exp(likely - peak).cumsum(axis=2)
    of_spread = share[:, :, -1].prod(axis=0)
    spread = rng.choice(len(SPREADS), ROUNDS, p=of_spread / of_spread.sum())
    pick = (share[:, spread] < rng.random((len(likely), ROUNDS, 1)) * share[:, spread, -1:]).sum(axis=2)
    return a[spread, pick].T, b[spread, pick].T


def _log_likelihood(a: Floats, b: Floats, yes: Floats, no: Floats) -> Floats:
    """(spreads, rates) of one kind's numbers in each transcript, under beta-binomial distributions (spreads, rates)."""
    from scipy.special import betaln

    (yes, no), times = np.unique(np.stack([yes, no]), axis=1, return_counts=True)
    return np.asarray((betaln(a[..., None] + yes, b[..., None] + no) - betaln(a, b)[..., None]) @ times)


def _log_absent(a: Floats, b: Floats, no: Floats, unseen: Floats) -> Floats:
    """(rounds, clusters) log probability that none of the unseen passages carries the code where none of the drawn ones did."""
    from scipy.special import gammaln

    b, total = b[:, None] + no, (a + b)[:, None] + no
    return np.asarray((gammaln(b + unseen) - gammaln(b) - gammaln(total + unseen) + gammaln(total)).sum(axis=2))
