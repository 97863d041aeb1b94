"""Marks: units x coders x codes, with a mask of what each coder looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from secondcoder.agreement.contingency import Bools, Floats, Ints, Tally, pair_tables
from secondcoder.agreement.errors import RatingsError
from secondcoder.agreement.units import Kind, Unit


@dataclass(frozen=True, slots=True)
class Cube:
    """Who marked what, and who looked where.

    Attributes:
        marks: the coder gave the unit the code, (n units, m coders, k codes).
        known: the coder looked for the code in all of the unit, (n, m, k).
        weights: 1 a unit, or its characters, (n,).
        clusters: index into `cluster_names`, (n,).
        units: n of them; empty when the cube was built from arrays.
        unplaced: coder -> independent codings that no unit carries.
    """

    marks: Bools
    known: Bools
    weights: Floats
    clusters: Ints
    coders: tuple[str, ...]
    codes: tuple[str, ...]
    cluster_names: tuple[str, ...]
    kind: Kind
    units: tuple[Unit, ...] = ()
    unplaced: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        n, m, k = self.marks.shape
        if (m, k) != (len(self.coders), len(self.codes)) or self.known.shape != (n, m, k):
            raise RatingsError(
                f"Marks must be (units, {len(self.coders)} coders, {len(self.codes)} codes), and known the same. "
                f"Got {self.marks.shape} and {self.known.shape}."
            )
        if self.weights.shape != (n,) or self.clusters.shape != (n,) or (self.units and len(self.units) != n):
            raise RatingsError(f"There are {n} units, but weights, clusters or units are not as many.")

    @property
    def groups(self) -> int:
        """How many clusters."""
        return len(self.cluster_names)

    def of(self, coders: Sequence[str]) -> Cube:
        """The same for some of the coders, in the order given."""
        at = [self.coders.index(coder) for coder in coders]
        return replace(self, marks=self.marks[:, at], known=self.known[:, at], coders=tuple(coders))

    def where(self, units: Bools) -> Cube:
        """The same for some of the units, (n,)."""
        kept = tuple(unit for unit, keep in zip(self.units, units, strict=True) if keep) if self.units else ()
        arrays = {name: getattr(self, name)[units] for name in ("marks", "known", "weights", "clusters")}
        return replace(self, units=kept, **arrays)

    def looked_at(self) -> Bools:
        """Units that two coders looked at for at least one code, (n,)."""
        units: Bools = (self.known.sum(1) > 1).any(1)
        return units

    def with_codes(self, codes: Sequence[str]) -> Cube:
        """The same for some of the codes, in the order given."""
        at = [self.codes.index(code) for code in codes]
        return replace(self, marks=self.marks[:, :, at], known=self.known[:, :, at], codes=tuple(codes))

    def coded(self) -> Bools:
        """Units that at least one coder coded with at least one code that another coder looked for too, (n,)."""
        units: Bools = (self.marks & self.known & (self.known.sum(1) > 1)[:, None]).any((1, 2))
        return units

    def tables(self, first: str, second: str, within: Bools | None = None) -> Floats:
        """2x2 tables of two coders by cluster and code, (groups, k, 2, 2); `within`: cells to keep, (n, k)."""
        one, other = self.coders.index(first), self.coders.index(second)
        known = self.known[:, one] & self.known[:, other]
        known = known if within is None else known & within
        first_marks, second_marks = self.marks[:, one], self.marks[:, other]
        return pair_tables(
            first_marks, second_marks, known, clusters=self.clusters, groups=self.groups, weights=self.weights
        )

    def tally(self, first: str, second: str, within: Bools | None = None) -> Tally:
        """The tally of two coders, leading axes (groups, k)."""
        return Tally.of_table(self.tables(first, second, within))
