"""Proportions over clusters: a share with an interval that allows for passages of one interview being alike.

Twenty passages of one interview say less than twenty of twenty interviews. The exact interval is computed for the effective sample
size, the number of independent passages that the sample is worth (Korn & Graubard 1998, Survey Methodology 24:193-201):

    n* = n / max(deff, 1) · (t(n - 1) / t(G - 1))²

`deff`, the design effect, is the variance of the share between the G interviews (of the ratio, linearised) over that of n independent
passages, t the 97.5% quantile of Student's distribution. Where the share is 0 or 1 no variance can be seen and only the second factor
widens the interval.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

LEVEL = 0.95
TAIL = (1 - LEVEL) / 2


@dataclass(frozen=True)
class Proportion:
    """`part` of `of`, with a 95% interval.

    Attributes:
        clusters: the same of each interview; without them all passages count as independent.
    """

    part: int
    of: int
    clusters: tuple[tuple[int, int], ...] = field(default=(), compare=False)

    @classmethod
    def by_cluster(cls, counts: Sequence[tuple[int, int]]) -> Proportion:
        """A share over interviews, given as (part, of) of each."""
        # An interview without a passage says nothing of how interviews differ, and must not count as one more.
        filled = tuple((part, of) for part, of in counts if of)
        return cls(sum(part for part, _ in filled), sum(of for _, of in filled), filled)

    @property
    def value(self) -> float | None:
        """The share itself; None without any."""
        return self.part / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Lower and upper limit; None without any passage, and for a single interview, which says nothing of how others differ."""
        if not self.of or len(self.clusters) == 1:
            return None
        return _exact(self.part / self.of, self.effective_size)

    @property
    def effective_size(self) -> float:
        """Effective sample size n*, at most `of`."""
        from scipy.special import stdtrit

        groups, n = len(self.clusters), self.of
        if groups < 2 or n < 2:
            return float(n)
        fewer = float(stdtrit(n - 1, 1 - TAIL) / stdtrit(groups - 1, 1 - TAIL)) ** 2
        return min(n, n / max(self._design_effect(), 1.0) * fewer)

    def _design_effect(self) -> float:
        p, groups = self.part / self.of, len(self.clusters)
        if not 0 < p < 1:
            return 1.0
        spread = sum((part - p * of) ** 2 for part, of in self.clusters) * groups / (groups - 1)
        return spread / (self.of * p * (1 - p))


def _exact(p: float, n: float) -> tuple[float, float]:
    """Exact limits (Clopper & Pearson 1934, doi:10.1093/biomet/26.4.404), for a number of passages that need not be whole."""
    from scipy.stats import beta

    # A p of exactly 0 or 1 makes x exactly 0 or n, where the limit is the end itself and beta has no quantile.
    x = p * n
    low = float(beta.ppf(TAIL, x, n - x + 1)) if x > 0 else 0.0
    high = float(beta.ppf(1 - TAIL, x + 1, n - x)) if x < n else 1.0
    return low, high
