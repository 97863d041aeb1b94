"""What was measured on one set."""

from __future__ import annotations

from dataclasses import dataclass, field

from secondcoder.domain.arrays import Floats

from comparison.equal_numbers import EqualNumbers
from comparison.figures import Figures
from comparison.reading_effort import Effort
from comparison.runs import Curve
from comparison.sets import BenchmarkSet


@dataclass
class Results:
    """What was measured on one set.

    Attributes:
        within: (folds,) of each method: macro-AP in each fold by itself.
        seeds: (seeds, figures of ASKED) of secondcoder with each division into inner folds; its figures are their means.
        missing: why a method has no row.
    """

    data: BenchmarkSet
    baseline: Figures
    figures: dict[str, Figures] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    within: dict[str, Floats] = field(default_factory=dict)
    equal: dict[str, EqualNumbers] = field(default_factory=dict)
    seeds: Floats | None = None
    effort: dict[str, Effort] = field(default_factory=dict)
    curves: dict[str, list[Curve]] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
