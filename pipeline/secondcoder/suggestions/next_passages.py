"""Which passages to code by hand next: a round of those that teach most, and of some drawn at random.

Most are chosen by weighted k-means (Zhdanov 2019, arXiv:1901.05954): the passages that nobody looked at are divided into as many
clusters as are to be chosen, each passage weighed by its gain to a power, and of each cluster the one nearest the centre is taken.
So a round is useful and does not repeat itself. A passage's gain is how likely it brings examples of codes, an example counting
less the more there are, plus how undecided the model is; without a model, the number of its words. Compared with twenty other ways in
benchmarks/WHAT_NEXT.md.

A tenth are drawn at random, before the others are chosen: the chosen ones are no sample of the talk, so figures rest on these
(`labels.chosen_passages`). A passage that was drawn stays in the next round until somebody looks at it.
"""

from __future__ import annotations

from math import ceil

import numpy as np

from secondcoder.domain.arrays import Floats, Rows, Vectors
from secondcoder.labels.chosen_passages import RANDOM
from secondcoder.suggestions.next_to_code import Pool, PoolPredictions, Proposal, strongest_codes

ROUND = 25
RANDOM_SHARE = 0.1
POWER = 2.0
"""Of the gain, as a weight in k-means: with 1 the clusters follow the talk, with more the useful passages."""


def propose_round(pool: Pool, draws: Floats, size: int = ROUND, seed: int = 0) -> list[Proposal]:
    """Up to `size` passages of the pool, the chosen ones first, each once; the same for the same pool, draws and seed.

    Args:
        draws: (n,) a number for each passage, at random but the same in every round: the smallest ones are drawn.
    """
    drawn = np.argsort(draws, kind="stable")[: ceil(RANDOM_SHARE * size)]
    left = np.setdiff1d(np.arange(len(draws)), drawn)
    worth = gains(pool)
    rows = left[chosen(pool.vectors[left], worth[left], size - len(drawn), seed)]
    best_first = rows[np.argsort(-worth[rows], kind="stable")]
    return [*(_proposal(pool, row) for row in best_first.tolist()), *(Proposal(row, RANDOM) for row in drawn.tolist())]


def gains(pool: Pool) -> Floats:
    """(n,) what each passage is expected to teach, above 0."""
    if pool.predictions is None:
        return np.maximum(pool.words, 1).astype(np.float64)
    examples, doubt = _parts(pool.predictions)
    return np.asarray(examples.sum(axis=1) + doubt.sum(axis=1) + 1e-9)


def _parts(predictions: PoolPredictions) -> tuple[Floats, Floats]:
    """(n, k) gain by examples of each code, and by the model's doubt."""
    examples = np.log1p(predictions.chance / (1 + predictions.examples))
    return np.asarray(examples), np.asarray(predictions.doubt / max(predictions.doubt.shape[1], 1))


def chosen(vectors: Vectors, worth: Floats, size: int, seed: int) -> Rows:
    """Rows of (n, d) vectors, one for each of `size` clusters in which they weigh by their worth (n,); all where there are no more."""
    from sklearn.cluster import KMeans

    if not 0 < size < len(vectors):
        return np.arange(len(vectors))[: max(size, 0)]
    clusters = KMeans(size, n_init=1, max_iter=30, random_state=seed)
    clusters.fit(vectors, sample_weight=(worth / worth.max()) ** POWER)
    return _nearest(clusters.transform(vectors))


def _nearest(distance: Floats) -> Rows:
    """For each column of (n, c) the row nearest to it that no earlier column has."""
    free, rows = np.ones(len(distance), dtype=bool), []
    for column in distance.T:
        row = int(np.argmin(np.where(free, column, np.inf)))
        free[row] = False
        rows.append(row)
    return np.array(rows, dtype=np.intp)


def _proposal(pool: Pool, row: int) -> Proposal:
    """Why it was chosen: for rare codes, by doubt, or because it stands for others."""
    if pool.predictions is None:
        return Proposal(row, "spread")
    examples, doubt = (part[row].sum() for part in _parts(pool.predictions))
    why = "rare" if examples >= doubt else "gain"
    return Proposal(row, why, strongest_codes(pool.predictions, np.array([row]), why))
