"""Shares of a run's parts, one for each task of a job array: disjoint, complete, about as large as each other."""

from __future__ import annotations

import heapq
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from secondcoder.errors import InputError

WRITTEN = re.compile(r"\s*(\d+)\s*/\s*(\d+)\s*", re.ASCII)


@dataclass(frozen=True, order=True)
class Shard:
    """Share `number` of `count`, counted from 1."""

    number: int
    count: int

    @classmethod
    def parse(cls, written: str) -> Shard:
        """The share that `3/40` names; InputError for anything else."""
        match = WRITTEN.fullmatch(written)
        if match is None:
            raise InputError(f"A shard is written NUMBER/COUNT, as in 3/40. Got '{written}' instead.")
        number, count = map(int, match.groups())
        if not 1 <= number <= count:
            raise InputError(
                f"Shards are counted from 1, and there is no shard {number} of {count}. For a Slurm array: "
                f"sbatch --array=1-{max(count, 1)}"
            )
        return cls(number, count)

    def __str__(self) -> str:
        return f"{self.number}/{self.count}"

    def of(self, sizes: Sequence[int]) -> list[int]:
        """The indices of this share's parts, ascending, of all parts' sizes; what a share holds depends on nothing else."""
        return shares(sizes, self.count)[self.number - 1]


def shares_missing(sizes: Sequence[int], missing: Collection[int], count: int) -> list[Shard]:
    """Which of `count` shares the parts of these indices belong to."""
    held = shares(sizes, count)
    return [Shard(number, count) for number, share in enumerate(held, 1) if not set(missing).isdisjoint(share)]


def shares(sizes: Sequence[int], count: int) -> list[list[int]]:
    """The indices of the parts in each of `count` shares.

    The largest part first, each to the share that holds least so far (R. L. Graham, Bounds on multiprocessing timing anomalies,
    SIAM J. Appl. Math. 17, 1969): the largest share is at most 4/3 of the best possible one. Equal parts go round in their order.
    """
    held: list[list[int]] = [[] for _ in range(count)]
    least = [(0, share) for share in range(count)]
    for part in sorted(range(len(sizes)), key=lambda index: -sizes[index]):
        size, share = heapq.heappop(least)
        held[share].append(part)
        heapq.heappush(least, (size + sizes[part], share))
    return [sorted(share) for share in held]
