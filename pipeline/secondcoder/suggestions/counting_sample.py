"""A sample for counting: passages drawn with known probability from all that nobody coded by hand, to correct the model's suggestions.

Half are drawn where the model suggests something, since codes are mostly there, and half where it suggests nothing, since misses
are; each half from every case, in proportion to its passages. Which ones follows from a number that each passage has by the
study's seed, so that a sample of 100 holds the sample of 60 that was drawn before.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from secondcoder.domain.arrays import Bools, Floats, Rows


def drawn_of(
    cases: Sequence[str | None], with_suggestions: Bools, numbers: Floats, size: int, before: Bools
) -> tuple[Bools, Floats]:
    """(n,) which of n passages are drawn, `size` or a few more, and (n,) how likely each was to be.

    Args:
        cases: of each passage; with_suggestions: (n,) the model suggests some code there.
        numbers: (n,) at random in [0, 1): the smallest of each stratum are drawn.
        before: (n,) drawn in an earlier sample; they stay, and with them every passage whose number is smaller.
    """
    drawn, probability = np.zeros(len(numbers), dtype=bool), np.zeros(len(numbers))
    for rows, wanted in zip(*_halves(with_suggestions, size), strict=True):
        case = np.unique([cases[row] or "" for row in rows.tolist()], return_inverse=True)[1]
        for at, share in enumerate(allocated(np.bincount(case), wanted)):
            stratum = rows[case == at]
            ordered = stratum[np.argsort(numbers[stratum], kind="stable")]
            kept = int(np.flatnonzero(before[ordered]).max(initial=-1)) + 1
            drawn[ordered[: max(share, kept)]] = True
            probability[stratum] = max(share, kept) / len(stratum)
    return drawn, probability


def _halves(with_suggestions: Bools, size: int) -> tuple[list[Rows], list[int]]:
    """The passages with and without suggestions, and how many to draw of each; what one is short of, the other gives."""
    halves = [np.flatnonzero(with_suggestions), np.flatnonzero(~with_suggestions)]
    first = min(max(size // 2, size - len(halves[1])), len(halves[0]))
    return halves, [first, min(size - first, len(halves[1]))]


def allocated(sizes: Rows, wanted: int) -> list[int]:
    """Shares of `wanted` in proportion to the strata's sizes, by largest remainders; at least one of each, so that none is unseen."""
    exact = wanted * sizes / max(sizes.sum(), 1)
    shares = np.floor(exact).astype(int)
    shares[np.argsort(shares - exact, kind="stable")[: wanted - shares.sum()]] += 1
    return [int(share) for share in np.minimum(np.maximum(shares, 1), sizes)]
