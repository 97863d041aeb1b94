"""All methods at equal numbers of suggestions: how well each ranks, whatever its thresholds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from intervals import documents, paired
from secondcoder.domain.arrays import Bools, Floats
from secondcoder.learning.assessment.metrics import BOUNDS, LabelledPredictions, point_and_draws

from comparison.sets import SEED
from comparison.tables import number, signed, table


@dataclass(frozen=True)
class EqualNumbers:
    """With each code's likeliest units suggested, as many as people marked: pooled kappa, macro-F1, and kappa's bootstrap rounds; and
    kappa with the likeliest cells of all codes together, as many as people's marks."""

    kappa: float
    macro_f1: float
    draws: Floats
    of_all: float
    documents: tuple[int, float]


def at_equal_numbers(held: LabelledPredictions, rounds: int) -> EqualNumbers:
    """Of held-back scores."""
    each, drawn = point_and_draws(replace(held, suggested=likeliest_of_each(held.probability, held.y)), rounds, SEED)
    together, _ = point_and_draws(replace(held, suggested=likeliest_of_all(held.probability, held.y)), 0, SEED)
    return EqualNumbers(
        float(each["pooled_kappa"]),
        float(each["macro_f1"]),
        drawn["pooled_kappa"],
        float(together["pooled_kappa"]),
        documents(held),
    )


def likeliest_of_each(score: Floats, y: Bools) -> Bools:
    """(n, k) the highest scores of each code, as many as it has marks."""
    columns = [likeliest_of_all(score[:, j : j + 1], y[:, j : j + 1]) for j in range(y.shape[1])]
    return np.hstack(columns)


def likeliest_of_all(score: Floats, y: Bools) -> Bools:
    """(n, k) the highest scores, as many as there are marks."""
    suggested = np.zeros(y.size, dtype=bool)
    suggested[np.argsort(-score.ravel(), kind="stable")[: int(y.sum())]] = True
    return suggested.reshape(y.shape)


def equal_table(named: Sequence[tuple[str, EqualNumbers]], own: EqualNumbers) -> Iterator[str]:
    """A row a method, by its label; the difference is `own` less it."""
    heads = ("method", "pooled kappa", "(d) less it", "macro-F1", "pooled kappa, likeliest of all codes together")
    yield from table(heads, [_row(label, one, own) for label, one in named])


def _row(label: str, one: EqualNumbers, own: EqualNumbers) -> tuple[str, ...]:
    lead = (
        ""
        if one is own
        else signed(
            paired((own.kappa, own.draws), (one.kappa, one.draws), *own.documents, bounds=BOUNDS["pooled_kappa"])
        )
    )
    return (label, number(one.kappa), lead, number(one.macro_f1), number(one.of_all))
