"""Texts of like length side by side, as many as a budget of tokens allows: little is computed for nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

MULTIPLE = 8
"""Lengths are padded to a multiple of this, so that few shapes occur and a text's depends on itself alone."""
BUDGET = 4096
"""Tokens of a batch, padding included: enough to keep a core busy."""


def by_length(lengths: Sequence[int], budget: int = BUDGET) -> Iterator[tuple[int, list[int]]]:
    """(padded length, rows) of each batch, shortest first; every row is in one, and one that is longer than the budget by itself."""
    batch: list[int] = []
    width = 0
    for row in sorted(range(len(lengths)), key=lengths.__getitem__):
        padded = padded_length(lengths[row])
        if batch and (padded != width or (len(batch) + 1) * padded > budget):
            yield width, batch
            batch = []
        width = padded
        batch.append(row)
    if batch:
        yield width, batch


def padded_length(length: int) -> int:
    """The next multiple."""
    return -(-length // MULTIPLE) * MULTIPLE
