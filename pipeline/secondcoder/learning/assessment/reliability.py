"""Calibration: of the passages given a probability of 0.3, did people mark three in ten?

The expected calibration error is the mean distance between predicted and observed shares, over ten bins of equal width, weighted
by the passages in them (Naeini, Cooper & Hauskrecht 2015, doi:10.1609/aaai.v29i1.9602). Few passages make it large even for
perfectly calibrated probabilities, so the size that chance alone would give stands beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from secondcoder.domain.arrays import Bools, Floats, Rows

BINS = 10
ROUNDS = 50


@dataclass(frozen=True)
class Reliability:
    """Predicted and observed shares.

    Attributes:
        predicted, observed: (10,) over all codes, the mean probability of the cells in a bin and the share that people marked; nan
            where a bin is empty.
        cells: (10,) segment x code cells in each bin.
        error: (k,) expected calibration error of each code; nan where nothing is known.
        by_chance: mean over codes of the error that perfectly calibrated probabilities of these sizes would show.
    """

    predicted: Floats
    observed: Floats
    cells: Floats
    error: Floats
    by_chance: float

    @property
    def macro(self) -> float:
        """Mean error over the codes; nan without any."""
        return _mean(self.error)


def reliability(probability: Floats, y: Bools, known: Bools, seed: int = 0) -> Reliability:
    """Reliability of (n, k) probabilities against labels, where known."""
    predicted, observed, cells = _bins(probability[known], y[known])
    with np.errstate(invalid="ignore"):
        pooled = predicted / cells, observed / cells
    return Reliability(*pooled, cells, calibration_errors(probability, y, known), _by_chance(probability, known, seed))


def calibration_errors(probability: Floats, y: Bools, known: Bools) -> Floats:
    """(k,) expected calibration error of each code, in [0, 1]; nan where nothing is known."""
    return np.array([_error(probability[rows, j], y[rows, j]) for j, rows in enumerate(known.T)], dtype=np.float64)


def _error(probability: Floats, y: Bools) -> float:
    predicted, observed, _ = _bins(probability, y)
    return _distance(predicted, observed, len(y))


def _bins(probability: Floats, y: Bools) -> tuple[Floats, Floats, Floats]:
    """(10,) sums of the probabilities, of the labels, and numbers, by bin."""
    where = _bin(probability)
    columns = (probability, y.astype(np.float64), np.ones(len(y)))
    predicted, observed, cells = (np.bincount(where, column, BINS).astype(np.float64) for column in columns)
    return predicted, observed, cells


def _by_chance(probability: Floats, known: Bools, seed: int) -> float:
    rng = np.random.default_rng(seed)
    rows = [np.flatnonzero(looked) for looked in known.T]
    shares = [probability[looked, j] for j, looked in enumerate(rows)]
    binned = [(where := _bin(share), np.bincount(where, share, BINS)) for share in shares]
    rounds = []
    for _ in range(ROUNDS):
        drawn = rng.random(probability.shape) < probability
        observed = [
            np.bincount(where, drawn[looked, j], BINS)
            for j, (looked, (where, _)) in enumerate(zip(rows, binned, strict=True))
        ]
        errors = [
            _distance(predicted, seen, len(where)) for (where, predicted), seen in zip(binned, observed, strict=True)
        ]
        rounds.append(_mean(np.array(errors, dtype=np.float64)))
    return float(np.mean(rounds))


def _distance(predicted: npt.NDArray[Any], observed: npt.NDArray[Any], cells: int) -> float:
    return float(np.abs(predicted - observed).sum() / cells) if cells else float("nan")


def _bin(probability: Floats) -> Rows:
    # A probability of exactly 1 belongs to the last bin.
    return np.asarray(np.minimum((probability * BINS).astype(int), BINS - 1))


def _mean(values: Floats) -> float:
    defined = values[~np.isnan(values)]
    return float(defined.mean()) if len(defined) else float("nan")
