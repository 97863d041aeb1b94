"""Does the model disagree with the humans more for some people, cases or waves than for others?

Errors of a model that depend on who speaks would bias what is concluded from its codes (Ashwin, Chhabra & Rao 2025,
doi:10.1177/00491241251338246). For each attribute and each of its levels: of what humans coded, the share that the model did
not suggest; of what it suggested, the share that the humans did not code; and, as a yardstick, the share of marks that two
humans do not share. Each has an interval, and so has its difference from all other transcripts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from secondcoder.agreement.contingency import Bools, Floats
from secondcoder.agreement.reliability_data import ReliabilityData
from secondcoder.agreement.results import Result
from secondcoder.domain.attributes import MOST_LEVELS
from secondcoder.statistics.classification import ratio
from secondcoder.statistics.cluster_bootstrap import ROUNDS, SEED, Draws, draw_clusters, effective_clusters, interval_of


@dataclass(frozen=True, slots=True)
class Rate:
    """A share of two counts that come from 2x2 tables (model or first human in rows)."""

    name: str
    title: str
    above: Callable[[Floats], Floats]
    below: Callable[[Floats], Floats]
    humans: bool = False


def _both(table: Floats) -> Floats:
    return table[..., 1, 1]


def _row(table: Floats) -> Floats:
    return table[..., 1, 0]


def _column(table: Floats) -> Floats:
    return table[..., 0, 1]


RATES: dict[str, Rate] = {
    rate.name: rate
    for rate in (
        Rate("not_suggested", "coded by a human, not suggested", _column, lambda t: _both(t) + _column(t)),
        Rate("not_coded", "suggested, not coded by the human", _row, lambda t: _both(t) + _row(t)),
        Rate(
            "not_shared",
            "marks that two humans do not share",
            lambda t: _row(t) + _column(t),
            lambda t: 2 * _both(t) + _row(t) + _column(t),
            humans=True,
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Level:
    """One level of one attribute: rates, and each rate's difference from all other transcripts."""

    attribute: str
    level: str
    n_transcripts: int
    rates: dict[str, Result]
    differences: dict[str, Result]

    def as_json(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "attribute": self.attribute,
            "level": self.level,
            "n_transcripts": self.n_transcripts,
            "rates": {name: rate.as_json() for name, rate in self.rates.items()},
            "differences_from_the_others": {
                name: difference.as_json() for name, difference in self.differences.items()
            },
        }


def compare_levels(
    data: ReliabilityData,
    model: str,
    humans: Sequence[str],
    attributes: Mapping[str, Mapping[str, str]],
    *,
    rounds: int = ROUNDS,
    seed: int = SEED,
) -> tuple[list[Level], list[str]]:
    """Rates at every level of every attribute, and notes on the attributes that were left out.

    Args:
        data: with units; attributes: as `attributes_of` gives them.
    """
    levels: list[Level] = []
    notes: list[str] = []
    of_unit = [unit.transcript for unit in data.units]
    for name, by_transcript in attributes.items():
        here = sorted({by_transcript[transcript] for transcript in of_unit if transcript in by_transcript})
        if len(here) < 2:
            continue
        if len(here) > MOST_LEVELS:
            notes.append(f"'{name}' has {len(here)} levels, more than {MOST_LEVELS}, so it was not compared.")
            continue
        for level in here:
            inside = np.array([by_transcript.get(transcript) == level for transcript in of_unit])
            # Not `~inside`: a transcript without the attribute belongs to neither side.
            outside = np.array(
                [transcript in by_transcript and by_transcript[transcript] != level for transcript in of_unit]
            )
            count = len({transcript for transcript, keep in zip(of_unit, inside, strict=True) if keep})
            rates, differences = _rates(data, model, humans, (inside, outside), (rounds, seed))
            levels.append(Level(name, level, count, rates, differences))
    return levels, notes


def _rates(
    data: ReliabilityData, model: str, humans: Sequence[str], halves: tuple[Bools, Bools], how: tuple[int, int]
) -> tuple[dict[str, Result], dict[str, Result]]:
    rates: dict[str, Result] = {}
    differences: dict[str, Result] = {}
    for name, rate in RATES.items():
        pairs = list(combinations(humans, 2)) if rate.humans else [(model, human) for human in humans]
        if not pairs:
            continue
        inside, outside = (_tables(data, pairs, units) for units in halves)
        rates[name] = _rate(rate, inside, data.kind.one, how)
        differences[name] = _difference(rate, inside, outside, data.kind.one, how)
    return rates, differences


def _tables(data: ReliabilityData, pairs: Sequence[tuple[str, str]], units: Bools) -> Floats:
    """Summed over pairs and codes, (groups, 2, 2)."""
    within = np.broadcast_to(units[:, None], (len(units), len(data.codes)))
    tables: Floats = np.sum([data.tables(*pair, within=within).sum(1) for pair in pairs], axis=0)
    return tables


def _share(rate: Rate, tables: Floats) -> Floats:
    return ratio(rate.above(tables), rate.below(tables))


def _drawn(draws: Draws, tables: Floats) -> Floats:
    return np.tensordot(draws.weights, tables, axes=1)


def _rate(rate: Rate, tables: Floats, unit: str, how: tuple[int, int]) -> Result:
    below = rate.below(tables)
    draws = draw_clusters(below, below, *how)
    value = float(_share(rate, tables.sum(0)))
    interval = None if np.isnan(value) else interval_of(value, _share(rate, _drawn(draws, tables)), draws, (0.0, 1.0))
    return _result(rate.name, value, float(below.sum()), unit).with_interval(interval)


def _difference(rate: Rate, inside: Floats, outside: Floats, unit: str, how: tuple[int, int]) -> Result:
    here, there = rate.below(inside), rate.below(outside)
    # One draw for both sides: a case may have transcripts on either.
    draws = draw_clusters(here + there, here + there, *how)
    # Each side's own clusters carry its part of the difference; the smaller side bounds what the interval can rest on.
    least = min(effective_clusters(here), effective_clusters(there))
    draws = draws._replace(effective=max(least, 0.0), clusters=int(min((here > 0).sum(), (there > 0).sum())))
    value = float(_share(rate, inside.sum(0)) - _share(rate, outside.sum(0)))
    drawn = _share(rate, _drawn(draws, inside)) - _share(rate, _drawn(draws, outside))
    interval = None if np.isnan(value) else interval_of(value, drawn, draws)
    return _result("difference", value, float(here.sum()), unit).with_interval(interval)


def _result(name: str, value: float, n: float, unit: str) -> Result:
    if np.isnan(value):
        return Result(name, None, n=n, unit=unit, reason="there are no marks to count")
    return Result(name, value, n=n, unit=unit)
