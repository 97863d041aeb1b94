"""Percentile intervals of bootstrap rounds over documents, as the pages beside this file print them.

secondcoder itself uses `statistics.cluster_bootstrap`, which covers better with few transcripts (EVALUATE_COVERAGE.md): what the pages
call an interval is shorter than that.
"""

from __future__ import annotations

import numpy as np
from secondcoder.domain.arrays import Floats
from secondcoder.statistics.cluster_bootstrap import draw_clusters


def percentiles(values: Floats) -> Floats:
    """(2, ...) 2.5 and 97.5 % over the first axis; nan where a figure was undefined in more than a tenth of the rounds."""
    undefined = np.isnan(values).mean(axis=0) > 0.1
    filled = np.where(np.isnan(values), np.nanmean(np.where(undefined, 0.0, values), axis=0), values)
    return np.where(undefined, np.nan, np.percentile(filled, [2.5, 97.5], axis=0))


def even_draws(documents: int, rounds: int, seed: int) -> Floats:
    """(rounds, documents): how often each is drawn."""
    return draw_clusters(np.ones(documents), np.ones(documents), rounds, seed).weights[:rounds]
