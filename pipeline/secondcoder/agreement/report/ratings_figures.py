"""The figures on plain units: as a table, in words, as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from secondcoder.agreement.coefficients import ALPHA, KAPPA, PERCENT, coefficient_named
from secondcoder.agreement.disagreements import Confusion
from secondcoder.agreement.pairwise import ALL, Agreement
from secondcoder.agreement.results import Result
from secondcoder.agreement.roll_up import Headline
from secondcoder.domain.wording import counted, listed

if TYPE_CHECKING:
    import pandas as pd

FORMAT = "secondcoder-ratings/1"
ALL_CATEGORIES, ALL_CODES = "all categories", "all codes"
COLUMNS = {
    **{"coders": "str", "over": "str", "code": "str", "coefficient": "str"},
    **{"value": "float64", "low": "float64", "high": "float64", "observed": "float64", "expected": "float64"},
    **{"n": "float64", "clusters": "Int64", "resampled": "str", "reason": "str"},
}
"""Columns of `RatingsFigures.table` and their types."""


@dataclass(frozen=True, slots=True)
class RatingsFigures:
    """Agreement on plain units.

    Attributes:
        coders: those compared; codes: all that they could choose from.
        n_units: units that two of them looked at.
        clustered_by: what intervals resample, in a word: "unit" where nothing else was named.
        rounds, seed: of the bootstrap.
        one_each: coders -> coefficient -> result over all categories, where every coder put each unit into one; empty otherwise.
        headline: pooled kappa, mean kappa and alpha over sets of codes, for codes of which a unit may have several.
        agreements: each pair of coders, and all together where there are more than two, code by code.
        confusions: of each pair, what one gave where the other gave another code.
        notes: what a reader must know to read the figures.
    """

    coders: tuple[str, ...]
    codes: tuple[str, ...]
    n_units: int
    clustered_by: str
    rounds: int
    seed: int
    one_each: Mapping[tuple[str, ...], Mapping[str, Result]]
    headline: Headline
    agreements: tuple[Agreement, ...]
    confusions: tuple[Confusion, ...]
    notes: tuple[str, ...] = ()

    @property
    def kappa(self) -> Result:
        """Cohen's kappa of two coders: over the categories, or pooled over the codes of which a unit may have several.

        Of more than two coders the mean over pairs where units may have several codes, and Krippendorff's alpha otherwise.
        """
        first = self.one_each.get(self.coders)
        return self.headline.pooled_kappa if first is None else first.get(KAPPA) or first[ALPHA]

    @property
    def alpha(self) -> Result:
        """Krippendorff's alpha of all coders: over the categories, or over sets of codes with MASI distance."""
        first = self.one_each.get(self.coders)
        return self.headline.alpha_masi if first is None else first[ALPHA]

    def table(self) -> pd.DataFrame:
        """A row a coefficient of a pair or group of coders, over all codes and then for each, in a fixed order.

        Columns: coders (joined by " | "), over ("all" units that they looked at, or those that at least one of them "coded"), code
        ("all categories", "all codes" or one of them against all others), coefficient, value, low and high (ends of its 95% interval),
        observed and expected agreement, n (units, or units by codes), clusters (how many were resampled), resampled (what they
        are), reason (why there is no value, or no interval). Figures are float64, missing where undefined; clusters is Int64.
        """
        import pandas as pd

        frame = pd.DataFrame([*self._rows()], columns=[*COLUMNS])
        return frame.astype({name: kind for name, kind in COLUMNS.items() if kind != "str"})

    def _rows(self) -> Iterator[tuple[Any, ...]]:
        for agreement in self.agreements:
            overall = [(ALL_CODES, result) for result in self.overall(agreement)]
            if agreement.coders in self.one_each:
                overall = [(ALL_CATEGORIES, result) for result in self.one_each[agreement.coders].values()]
            by_code = [(code, result) for code, of in agreement.codes.items() for result in of.values()]
            for code, result in [*overall, *by_code]:
                yield (" | ".join(agreement.coders), agreement.scope, code, *self._figures(result))

    @staticmethod
    def overall(agreement: Agreement) -> list[Result]:
        """The figures over all codes, of which a unit may have several."""
        macro = [agreement.macro_kappa] if agreement.macro_kappa else []
        return [*agreement.pooled.values(), *macro, *agreement.sets.values()]

    def _figures(self, result: Result) -> tuple[Any, ...]:
        interval = result.interval
        ends = (interval.low, interval.high) if interval else (None, None)
        reason = result.reason or (interval.reason if interval else "")
        clusters = interval.clusters if interval else None
        measured = (result.observed, result.expected, result.n)
        return (result.name, result.value, *ends, *measured, clusters, self.clustered_by if interval else "", reason)

    @property
    def summary(self) -> list[str]:
        """What the figures say, a sentence each."""
        from secondcoder.agreement.report.wording import with_interval

        who = f"{listed(self.coders)} looked at {counted(self.n_units, 'unit')} together"
        if self.one_each:
            sentences = [f"{who}, and put each into one of {len(self.codes)} categories."]
            sentences += [
                f"{coefficient_named(name).title}: {with_interval(result)}." for name, result in self._main().items()
            ]
        else:
            head = self.headline
            mean = "" if len(head.coders) == 2 else ", the mean over pairs"
            sentences = [
                f"{who}, for {counted(len(self.codes), 'code')}, of which a unit may have several.",
                f"{coefficient_named(KAPPA).title} over all judgements of a code on a unit{mean}: {with_interval(head.pooled_kappa)}.",
                f"The mean of the codes' kappas: {with_interval(head.macro_kappa)}.",
                f"Krippendorff's alpha over sets of codes (MASI distance): {with_interval(head.alpha_masi)}.",
            ]
        return [
            *sentences,
            f"Intervals: 95%, {self.rounds:,} bootstrap rounds over {self.clustered_by}s, seed {self.seed}.",
        ]

    def _main(self) -> Mapping[str, Result]:
        """The coefficients over all categories that people ask for first, of all coders together."""
        return {name: result for name, result in self.one_each[self.coders].items() if name in (PERCENT, KAPPA, ALPHA)}

    def to_json(self) -> dict[str, Any]:
        """Plain values: figures to six places, None where undefined, with the reason."""
        return {
            "format": FORMAT,
            "coders": list(self.coders),
            "codes": list(self.codes),
            "n_units": self.n_units,
            "clusters": self.clustered_by,
            "rounds": self.rounds,
            "seed": self.seed,
            "one_category_a_unit": [
                {"coders": list(coders), **{name: result.as_json() for name, result in of.items()}}
                for coders, of in self.one_each.items()
            ],
            "several_codes_a_unit": None if self.one_each else self.headline.as_json(),
            "pairs": [agreement.as_json() for agreement in self.agreements],
            "confusion": [confusion.as_json() for confusion in self.confusions],
            "notes": list(self.notes),
        }

    def __str__(self) -> str:
        return "\n".join([*self.summary, *self.notes])

    def first_agreement(self) -> Agreement:
        """All coders together, on all units that they looked at."""
        return next(each for each in self.agreements if each.coders == self.coders and each.scope == ALL)
