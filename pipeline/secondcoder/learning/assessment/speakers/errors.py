"""Misses and false suggestions by who speaks, out of fold, with intervals over people and permutation tests.

A miss is a mark of people's that was not suggested, counted by the mark; a false suggestion is a code that was suggested where people
looked and did not give it, counted by the look. So a group that speaks more of a code is not charged for it. Nor is one that speaks of
codes that are hard for everybody: errors are tested against those *expected* if each code was missed, or falsely suggested, as often
whoever speaks. For each attribute and each kind of error the test's figure is

    Σ (errors - expected)² / variance, over the values of the attribute,

with the binomial variance of the expected errors. Its distribution comes from exchanging the values (`attributes`, the ways in
`statistics.permutation`). The figures of all attributes and both kinds are judged together, at one rate of false alarms, each by its
cube root in standard deviations of that distribution (nearly normal: Wilson & Hilferty 1931, doi:10.1073/pnas.17.12.684). An
attribute whose smallest possible p is above the rate takes no part.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from secondcoder.corpus import Corpus
from secondcoder.domain.arrays import Bools, Floats, Rows
from secondcoder.domain.grouping import group_by
from secondcoder.learning.assessment.speakers.attributes import Attribute, attributes_to_compare
from secondcoder.statistics.permutation import MOST, SEED, adjusted_p, count_of_ways, exchange
from secondcoder.statistics.proportions import Proportion

Pair = tuple[float, float]
RATE = 0.05
"""Of false alarms, over all attributes and both kinds of error."""


@dataclass(frozen=True)
class Errors:
    """Errors of one kind: their share with its interval, and how many the codes alone let expect."""

    share: Proportion
    expected: float


@dataclass(frozen=True)
class ValueErrors:
    """Of one value of an attribute: the misses and the false suggestions, in `clusters` cases, participants or transcripts."""

    value: str
    clusters: int
    missed: Errors
    false: Errors


@dataclass(frozen=True)
class AttributeErrors:
    """Of one attribute.

    Attributes:
        unit, units: what was exchanged, and how many of them carry the attribute. cut: its values are halves of numbers.
        least_p: the smallest p that is possible with them.
        p: of misses and of false suggestions, adjusted for all attributes and both kinds; alone: the same of each test by itself;
            None where `least_p` is above RATE.
    """

    name: str
    cut: bool
    unit: str
    units: int
    least_p: float
    p: Pair | None
    alone: Pair | None
    values: tuple[ValueErrors, ...]


@dataclass(frozen=True)
class SpeakerErrors:
    """Of all attributes that can be compared; and why the others cannot, by name."""

    attributes: tuple[AttributeErrors, ...]
    left_out: dict[str, str]


def errors_by_speaker(
    corpus: Corpus, transcripts: Sequence[str], y: Bools, suggested: Bools, judging: Bools
) -> SpeakerErrors:
    """Of out-of-fold suggestions for n segments and k codes.

    Args:
        transcripts: n ids; segments of transcripts that are no longer in the study do not count.
        y, suggested, judging: (n, k) what people gave, what was suggested, and the cells that are judged by.
    """
    here = np.array([one in corpus.by_id for one in transcripts], dtype=bool)
    rows = np.flatnonzero(here & judging.any(axis=1))
    names, number = np.unique(np.asarray(transcripts)[rows], return_inverse=True)
    compared, left_out = attributes_to_compare(corpus, names.tolist())
    looks = np.stack([y & judging, ~y & judging], axis=2)[rows]
    errors = looks & np.stack([~suggested, suggested], axis=2)[rows]
    of_transcript = [_summed(cells.reshape(len(rows), -1), number.ravel(), len(names)) for cells in (looks, errors)]
    shape = (-1, *looks.shape[1:])
    tables = [_Table.of(one, *(_by_row(one, table).reshape(shape) for table in of_transcript)) for one in compared]
    least = {one.name: least_p(one) for one in compared}
    p = _p_values([table for table in tables if least[table.attribute.name] <= RATE], least)
    results = [
        table.result(least[table.attribute.name], *p.get(table.attribute.name, (None, None))) for table in tables
    ]
    return SpeakerErrors(tuple(results), left_out)


def _summed(table: Floats | Bools, group: Rows, groups: int) -> Floats:
    """(groups, c) sums of the rows (n, c) by group (n,)."""
    return np.asarray(
        (group == np.arange(groups)[:, None]).astype(np.float32) @ table.astype(np.float32), dtype=np.float64
    )


def _by_row(attribute: Attribute, table: Floats) -> Floats:
    """(r, c) sums of the transcripts (t, c) that carry the attribute, by its rows."""
    carry = attribute.row >= 0
    return _summed(table[carry], attribute.row[carry], len(attribute.value))


@dataclass(frozen=True)
class _Table:
    """(r, 2) looks, errors, those expected, and the variance of these, of each row and kind of error."""

    attribute: Attribute
    looks: Floats
    errors: Floats
    expected: Floats
    variance: Floats

    @classmethod
    def of(cls, attribute: Attribute, cells: Floats, wrong: Floats) -> _Table:
        rate = wrong.sum(axis=0) / np.maximum(cells.sum(axis=0), 1)
        expected, variance = (cells * rate).sum(axis=1), (cells * rate * (1 - rate)).sum(axis=1)
        return cls(attribute, cells.sum(axis=1), wrong.sum(axis=1), expected, variance)

    def distance(self, value: Rows) -> Floats:
        """(d, 2) how far out each of d ways to deal out the values (d, r) is."""
        return on_one_scale(differences(value, self.errors - self.expected, self.variance))

    def result(self, least: float, p: Pair | None, alone: Pair | None) -> AttributeErrors:
        one = self.attribute
        values = tuple(self._value(number, value) for number, value in enumerate(one.values))
        return AttributeErrors(one.name, one.cut, one.unit, one.units, least, p, alone, values)

    def _value(self, number: int, value: str) -> ValueErrors:
        rows = self.attribute.value == number
        clusters = np.unique(self.attribute.cluster[rows])
        of_cluster = self.attribute.cluster[rows] == clusters[:, None]
        errors, looks = of_cluster @ self.errors[rows], of_cluster @ self.looks[rows]
        shares = [
            Proportion.by_cluster(
                [(int(part), int(of)) for part, of in zip(errors[:, kind], looks[:, kind], strict=True)]
            )
            for kind in (0, 1)
        ]
        missed, false = (Errors(share, float(self.expected[rows, kind].sum())) for kind, share in enumerate(shares))
        return ValueErrors(value, len(clusters), missed, false)


def differences(value: Rows, residual: Floats, variance: Floats) -> Floats:
    """(d, 2) sum over values of squared residuals over their variance.

    Args:
        value: (d, r) of each row in each of d ways. residual, variance: (r, 2).
    """
    figure = np.zeros((len(value), residual.shape[1]))
    for number in range(int(value.max()) + 1):
        total, spread = np.split((value == number) @ np.hstack([residual, variance]), 2, axis=1)
        figure += np.where(spread > 0, total**2 / np.where(spread > 0, spread, 1), 0)
    return figure


def on_one_scale(figure: Floats) -> Floats:
    """(d, c) figures of d ways on a scale on which those of attributes of two values and of eight reach far out as often."""
    root = np.cbrt(figure)
    spread = root.std(axis=0)
    # Rounding alone makes some spread where every way gives the same.
    return np.asarray((root - root.mean(axis=0)) / np.where(spread > 1e-6, spread, np.inf))


def least_p(attribute: Attribute) -> float:
    """The smallest p that is possible: that of the most uneven way to deal out the values, where several may be its mirror images."""
    if count_of_ways(attribute.value, attribute.cluster) > MOST:
        return 1 / (1 + MOST)
    ways = exchange(attribute.value, attribute.cluster)
    # Rows in general position, so that ways are level only where they must be.
    rng = np.random.default_rng(SEED)
    residual = rng.normal(size=(len(attribute.value), 1))
    figure = differences(ways, residual - residual.mean(), rng.uniform(0.5, 1.5, residual.shape))
    return float((figure >= figure.max() * (1 - 1e-9)).mean())


def _p_values(able: Sequence[_Table], least: Mapping[str, float]) -> dict[str, tuple[Pair, Pair]]:
    """Attribute -> its p values, adjusted and alone."""
    if not able:
        return {}
    # Attributes of the same rows are exchanged together.
    families = [
        *group_by(able, lambda table: (table.attribute.row.tobytes(), table.attribute.cluster.tobytes())).values()
    ]
    distances = [_family(family) for family in families]
    alone = np.concatenate([(distance >= distance[0] - 1e-9).mean(axis=0) for distance in distances])
    names = [table.attribute.name for family in families for table in family]
    # Of ways drawn at random fewer may be as uneven than of all there are.
    floor = np.repeat([least[name] for name in names], 2)
    pairs = np.maximum([adjusted_p(*distances), alone], floor).reshape(2, -1, 2)
    return {
        name: ((float(p[0]), float(p[1])), (float(q[0]), float(q[1]))) for name, p, q in zip(names, *pairs, strict=True)
    }


def _family(tables: Sequence[_Table]) -> Floats:
    """(d, 2 per table) distances of attributes whose values are exchanged together."""
    values = np.stack([table.attribute.value for table in tables], axis=1)
    kinds, kind = np.unique(values, axis=0, return_inverse=True)
    ways = exchange(kind.ravel(), tables[0].attribute.cluster)
    return np.concatenate([table.distance(kinds[ways, at]) for at, table in enumerate(tables)], axis=1)
