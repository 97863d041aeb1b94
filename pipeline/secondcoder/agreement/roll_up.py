"""A sub-construct counting as its construct too: a second reading of the same codings, beside the one as they were made.

It counts one coding twice, and shared constructs come with shared sub-constructs, so it tends to raise agreement. A model that learned
so suggests a construct wherever it suggests one of its sub-constructs; as made, that is one mark.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from secondcoder.agreement.comparison import Comparison
from secondcoder.agreement.pairwise import Agreement
from secondcoder.agreement.results import Result
from secondcoder.codebook.model import Codebook
from secondcoder.domain.grouping import group_by
from secondcoder.domain.records import Coding

AS_MADE, ROLLED_UP = "as made", "with roll-up"
MEANING = "a sub-construct counts as its construct too, so that one coding may count twice"


@dataclass(frozen=True, slots=True)
class Headline:
    """The three figures for a table in a paper: over all pairs of the coders named, on all units that they looked at.

    `pooled_kappa` and `macro_kappa` are means over pairs where there are more than two coders (Light 1971).
    """

    coders: tuple[str, ...]
    pooled_kappa: Result
    macro_kappa: Result
    alpha_masi: Result

    def as_json(self) -> dict[str, Any]:
        """Plain values: the three figures, their intervals, the level at chance, and why one is undefined."""
        plain = {"pooled_kappa": self.pooled_kappa, "macro_kappa": self.macro_kappa, "alpha_masi": self.alpha_masi}
        chance = self.pooled_kappa.at_chance
        return {
            **{name: None if result.value is None else round(result.value, 6) for name, result in plain.items()},
            "pooled_kappa_at_chance": None if chance is None else round(chance, 6),
            "intervals": {
                name: result.interval.as_json() if result.interval else None for name, result in plain.items()
            },
            "reasons": {name: result.reason for name, result in plain.items() if result.reason},
        }


@dataclass(frozen=True, slots=True)
class RolledUp:
    """The figures with roll-up, on all units that the coders looked at.

    Attributes:
        codes: those that someone used, themselves or by a code below them.
        agreements: by coders, in the order of those as made; comparison: the model beside humans, or None.
    """

    codes: tuple[str, ...]
    headline: Headline
    agreements: dict[tuple[str, ...], Agreement]
    comparison: Comparison | None

    def as_json(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "meaning": MEANING,
            "codes": list(self.codes),
            **self.headline.as_json(),
            "pairs": [agreement.as_json() for agreement in self.agreements.values()],
            "model_beside_humans": self.comparison.as_json() if self.comparison else None,
        }


def without_implied(codings: Iterable[Coding], codebook: Codebook) -> list[Coding]:
    """One coder's codings but those of a code above another one that was given to the same span."""
    kept = []
    for on_span in group_by(codings, lambda coding: coding.place).values():
        known = [coding.code for coding in on_span if coding.code in codebook]
        above = {parent for code in known for parent in codebook.ancestors(code)}
        kept += [coding for coding in on_span if coding.code not in above]
    return kept
