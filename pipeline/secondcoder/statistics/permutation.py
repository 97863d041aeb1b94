"""Permutation tests: values are exchanged among the people or cases that carry them, and many figures are judged together.

If a value, such as a role, has nothing to do with a figure, every way to deal the values out is as likely as the observed one,
whatever the figure's distribution. So the rate of false alarms holds without normal tails (Lehmann & Romano 2005, Testing statistical
hypotheses, 15.2). Where there are few ways, all are looked at and p is exact; else as many are drawn at random, the observed one
among them, so that p is never 0 (Phipson & Smyth 2010, doi:10.2202/1544-6115.1585).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from itertools import chain, product
from math import factorial, prod
from typing import TypeVar

import numpy as np

from secondcoder.domain.arrays import Floats, Rows

T = TypeVar("T", bound=Hashable)
MOST = factorial(7)
"""Ways looked at, as many as seven cases that are all unlike can stand in; where there are more, as many are drawn at random."""
SEED = 20260101


def exchange(value: Rows, unit: Rows) -> Rows:
    """(d, n) values of n rows in each way to deal them out, the observed one first; of more than MOST ways, in MOST + 1 of them.

    Units with as many rows change places, and the rows of a unit change places among themselves (whole blocks and within blocks:
    Winkler et al 2015, doi:10.1016/j.neuroimage.2015.05.092). Where each row is a unit of its own, all change places.

    Args:
        value: (n,) numbers of the values. unit: (n,) number of the unit that each row belongs to.
    """
    blocks = _blocks(unit)
    if (count := count_of_ways(value, unit)) > MOST:
        return _at_random(value, blocks)
    ways = np.tile(value, (count, 1))
    place = np.concatenate([block.ravel() for block in blocks])
    ways[:, place] = [[*chain.from_iterable(way)] for way in product(*(_orders_of(value[block]) for block in blocks))]
    observed = np.flatnonzero((ways == value).all(axis=1))[0]
    ways[[0, observed]] = ways[[observed, 0]]
    return ways


def count_of_ways(value: Rows, unit: Rows) -> int:
    """In how many ways the values can be dealt out, as `exchange` does."""
    bags = [[tuple(sorted(bag)) for bag in value[block].tolist()] for block in _blocks(unit)]
    return prod(_multinomial(block) * prod(map(_multinomial, block)) for block in bags)


def _blocks(unit: Rows) -> list[Rows]:
    """(units, rows each) row numbers of the units of each size."""
    members = [np.flatnonzero(unit == one) for one in np.unique(unit)]
    return [np.array([own for own in members if len(own) == size]) for size in sorted({len(own) for own in members})]


def adjusted_p(*families: Floats) -> Floats:
    """(k,) p values for the figures of all families together (step-down maxT: Westfall & Young 1993, algorithm 4.1).

    Figures of one family come from the same ways to exchange, so that what they have in common is taken into account. Between
    families, whose ways have nothing to do with each other, the probabilities are added up (Bonferroni).

    Args:
        families: (d, k_f) distances of k_f figures, the observed ones in the first row.
    """
    observed = np.concatenate([family[0] for family in families])
    order, p, start = np.argsort(-observed, kind="stable"), np.zeros(len(observed)), 0
    for family in families:
        distance = np.full((len(family), len(observed)), -np.inf)
        distance[:, start : (start := start + family.shape[1])] = family
        # The largest of a figure and of all that are less striking.
        largest = np.maximum.accumulate(distance[:, order[::-1]], axis=1)[:, ::-1]
        p += (largest >= observed[order] - 1e-9).mean(axis=0)
    return np.asarray(np.minimum(np.maximum.accumulate(p), 1)[np.argsort(order)])


def distinct_orders(items: Sequence[T]) -> Iterator[tuple[T, ...]]:
    """Every order of the items once; equal ones are not told apart."""
    if not items:
        yield ()
    for first in dict.fromkeys(items):
        at = items.index(first)
        yield from ((first, *rest) for rest in distinct_orders([*items[:at], *items[at + 1 :]]))


def _orders_of(block: Rows) -> Iterator[tuple[int, ...]]:
    """The ways to deal out the values (units, rows each) of units of one size."""
    for bags in distinct_orders([tuple(sorted(bag)) for bag in block.tolist()]):
        for rows in product(*(distinct_orders(bag) for bag in bags)):
            yield tuple(chain.from_iterable(rows))


def _multinomial(items: Sequence[Hashable]) -> int:
    return factorial(len(items)) // prod(factorial(n) for n in Counter(items).values())


def _at_random(value: Rows, blocks: Sequence[Rows]) -> Rows:
    # Seeded anew, so that the same study is always judged alike.
    rng, ways = np.random.default_rng(SEED), np.tile(value, (1 + MOST, 1))
    for block in blocks:
        units, size = block.shape
        places = np.argsort(rng.random((MOST, units)), axis=1)
        within = np.argsort(rng.random((MOST, units, size)), axis=2)
        ways[1:, block] = np.take_along_axis(value[block][places], within, axis=2)
    return ways
