"""Names for the arrays that learning passes around."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Vectors = npt.NDArray[np.float32]
Rows = npt.NDArray[np.intp]
State = dict[str, npt.NDArray[Any]]
"""Fitted arrays by name: what a model version keeps on disk, without pickle."""


def part_of(state: Mapping[str, npt.NDArray[Any]], name: str) -> State:
    """The arrays whose names begin with `name.`, without it."""
    return {key.removeprefix(f"{name}."): array for key, array in state.items() if key.startswith(f"{name}.")}


def weights(given: Floats | None, rows: int) -> Floats:
    """(rows,) the weights that were given; without any, every row counts alike."""
    return np.ones(rows) if given is None else given
