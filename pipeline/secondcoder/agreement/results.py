"""Results as objects: a value with all that it stands on, or no value with the reason why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from secondcoder.statistics.cluster_bootstrap import Interval


@dataclass(frozen=True, slots=True)
class Result:
    """One coefficient.

    Attributes:
        name: its name in `coefficients()`.
        value: the coefficient, or None where it is undefined; then `reason` says why.
        observed, expected: observed agreement and the agreement expected by chance, None where the coefficient has none.
        n: units (characters, where the unit is the character) that entered.
        counts: for two coders on one code: both, only the first, only the second, neither.
        coders: names, in the order of `counts`.
        unit: what was counted, in words.
        is_withheld: there is a value, but it would mislead; `reason` says why.
        at_chance: what coders at random, each with their own rate of each code, would reach; None where that was not computed.
    """

    name: str
    value: float | None
    observed: float | None = None
    expected: float | None = None
    n: float = 0
    counts: Mapping[str, float] = field(default_factory=dict)
    coders: tuple[str, ...] = ()
    unit: str = "unit"
    reason: str = ""
    interval: Interval | None = None
    at_chance: float | None = None
    is_withheld: bool = False

    def __post_init__(self) -> None:
        if (self.value is None) != bool(self.reason):
            raise ValueError("A result has a value, or none and the reason.")

    def with_interval(self, interval: Interval | None) -> Result:
        """The same result with an interval."""
        return replace(self, interval=interval)

    def withheld(self, reason: str) -> Result:
        """The same result without the value, which would mislead."""
        if self.value is None:
            return self
        return replace(self, value=None, reason=reason, interval=None, at_chance=None, is_withheld=True)

    @property
    def missing(self) -> str:
        """In a word why there is no value."""
        return "withheld" if self.is_withheld else "undefined"

    def as_json(self) -> dict[str, Any]:
        """Plain values for JSON; figures to six places."""
        values = {name: _rounded(getattr(self, name)) for name in ("value", "observed", "expected")}
        interval = {"interval": self.interval.as_json()} if self.interval else {}
        reason = {"reason": self.reason} if self.reason else {}
        chance = {} if self.at_chance is None else {"at_chance": _rounded(self.at_chance)}
        withheld = {"withheld": True} if self.is_withheld else {}
        return {**values, "n": _whole(self.n), **_counts(self.counts), **interval, **chance, **reason, **withheld}


def _counts(counts: Mapping[str, float]) -> dict[str, Any]:
    return {"counts": {name: _whole(count) for name, count in counts.items()}} if counts else {}


def _whole(value: float) -> float | int:
    return int(value) if float(value).is_integer() else round(float(value), 6)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(float(value), 6)
