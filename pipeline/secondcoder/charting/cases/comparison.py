"""Groups of cases compared, code by code: which way its passages lean, in how many interviews it is spoken of, and how often.

What varies is the case: an interval comes from drawing cases again, a p value from dividing the same cases in other ways (in all,
where these are few). Few cases have few ways: seven, 3 against 4, have 35, and even the most extreme of them has a two-sided p of
2/35. Then there is no 95% interval either, and the sentence says that the figures describe these cases and test nothing.

Two-sided p: twice the smaller of both one-sided ones. A code that is known of some of the cases alone is tested on divisions that
leave each side as many of these. Adjusted: step-down maxT over all codes of a measure (Westfall & Young 1993, algorithm 4.1), in
standard deviations over the divisions, on each side by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from secondcoder.charting.cases.case_groups import CaseGroups, case_groups
from secondcoder.charting.cases.comparison_wording import ALPHA, sentence
from secondcoder.charting.cases.counts import case_counts, names_of, ratio, rows_of, transcript_counts, valenced
from secondcoder.charting.chart_data import ChartData
from secondcoder.domain.arrays import Bools, Floats
from secondcoder.statistics.cluster_bootstrap import SEED, Interval, draw_clusters, interval_of
from secondcoder.statistics.permutation import adjusted_p

if TYPE_CHECKING:
    import pandas as pd

MOST = 20_000
"""Divisions of the cases looked at; where there are more, as many are drawn at random."""
A_THOUSAND = 1000
TIE = 1e-9
COLUMNS = (
    *("code", "name", "measure", "attribute", "first", "second", "first_cases", "second_cases", "first_value"),
    *("second_value", "difference", "low", "high", "p", "p_adjusted", "smallest_p", "sentence", "note"),
)


class Measure(NamedTuple):
    """A figure of a group of cases: the sum of one column over that of another, and the range of a difference of two."""

    name: str
    part: str
    of: str
    bounds: tuple[float, float]


MEASURES = (
    Measure("balance", "leaning", "valenced", (-2.0, 2.0)),
    Measure("share of transcripts", "transcripts", "transcripts_read", (-1.0, 1.0)),
    Measure("passages per 1,000 words", "passages_read", "thousands", (-1000.0, 1000.0)),
)
"""Balance is (promotes - inhibits) / (promotes + inhibits + mixed), from -1 to 1. Passages per 1,000 words are those of transcripts
that were read whole for the code, over the words of these."""


def comparison(data: ChartData, attribute: str, codes: Sequence[str] = ()) -> pd.DataFrame:
    """A row a code, measure and pair of groups: by measure in the order of MEASURES, the largest differences first.

    Columns: code, name, measure, attribute, first, second (groups), first_cases, second_cases (numbers of those in which it is known),
    first_value, second_value, difference, low, high (None where it cannot be said), p, p_adjusted, smallest_p (the smallest two-sided
    p that so many cases can have), sentence, note (why there is no interval, how numbers were cut).

    Args:
        attribute: of cases, as `case_groups` has it. codes: all, unless some are named; the adjustment is over these.

    Raises:
        InputError: no cases, or nothing to tell them apart by.
    """
    import pandas as pd

    groups = case_groups(data, attribute)
    wanted = list(codes) or data.codes["code"].tolist()
    table = case_counts(transcript_counts(data, wanted), groups.of.index, wanted)
    table["leaning"] = table["promotes"] - table["inhibits"]
    table["valenced"] = valenced(table)
    table["thousands"] = table["words"] / A_THOUSAND
    parts = [_part(table, groups, pair, measure) for pair in groups.pairs() for measure in MEASURES]
    result = pd.concat(parts, ignore_index=True)
    result["name"] = result["code"].map(names_of(data))
    result["sentence"] = [sentence(row) for row in rows_of(result)]
    return _by_size(result)[[*COLUMNS]]


def _by_size(table: pd.DataFrame) -> pd.DataFrame:
    order = [measure.name for measure in MEASURES]
    sizes = table.assign(place=table["measure"].map(order.index), size=-table["difference"].abs())
    return sizes.sort_values(["place", "size"], kind="stable", ignore_index=True)


def _part(table: pd.DataFrame, groups: CaseGroups, pair: tuple[str, str], measure: Measure) -> pd.DataFrame:
    """The rows of one measure and pair of groups."""
    import pandas as pd

    first, second = groups.of_pair(*pair)
    codes = list(dict.fromkeys(table["code"]))
    part, of = (
        table.pivot(index="case", columns="code", values=column).loc[[*first, *second], codes].to_numpy(dtype=float)
        for column in (measure.part, measure.of)
    )
    sides, known = Sides(part, of, len(first)), of > 0
    test, values = permutation_test(sides), sides.values
    told = [
        sides.interval(at, measure.bounds) if smallest <= ALPHA else None for at, smallest in enumerate(test.smallest)
    ]
    ends = [interval.ends if interval and interval.ends else (np.nan, np.nan) for interval in told]
    rows = {
        **{"code": codes, "measure": measure.name, "attribute": groups.attribute, "first": pair[0], "second": pair[1]},
        **{"first_cases": known[: len(first)].sum(axis=0), "second_cases": known[len(first) :].sum(axis=0)},
        **{"first_value": values[0], "second_value": values[1], "difference": sides.difference},
        **{"low": [low for low, _ in ends], "high": [high for _, high in ends]},
        **{"p": test.p, "p_adjusted": test.adjusted, "smallest_p": test.smallest},
    }
    notes = [_no_interval(*of_code) for of_code in zip(told, test.smallest, strict=True)]
    return pd.DataFrame(rows).assign(note=[" ".join(filter(None, (note, groups.note))) for note in notes])


def _no_interval(interval: Interval | None, smallest_p: float) -> str:
    if interval is None:
        return "" if np.isnan(smallest_p) else "No 95% interval: too few cases."
    words = (interval.reason or interval.note).replace("transcripts", "cases").replace("cluster", "case")
    return f"No interval: {words}." if interval.reason else f"{words[:1].upper()}{words[1:]}." if words else ""


@dataclass(frozen=True)
class Sides:
    """Two groups of cases, k codes: part and of (cases, k), the first `first` rows are the first group's."""

    part: Floats
    of: Floats
    first: int

    @property
    def values(self) -> Floats:
        """(2, k) each group's figure, nan without anything to divide by."""
        mine = np.arange(len(self.part)) < self.first
        return np.concatenate([ratio(weights[None] @ self.part, weights[None] @ self.of) for weights in (mine, ~mine)])

    @property
    def difference(self) -> Floats:
        """(k,)."""
        return np.asarray(self.values[0] - self.values[1])

    def interval(self, code: int, bounds: tuple[float, float]) -> Interval | None:
        """Of one code's difference, by drawing cases of both groups again; None without a difference."""
        if not np.isfinite(self.difference[code]):
            return None
        part, of = self.part[:, code], self.of[:, code]
        draws = draw_clusters(of, of)
        first = np.arange(len(part)) < self.first
        values = difference_of(draws.weights * first, draws.weights * ~first, part, of)
        # Two means are estimated, not one, which takes another degree of freedom.
        draws = draws._replace(effective=draws.effective - 1)
        return interval_of(float(self.difference[code]), values, draws, bounds)


def difference_of(first: Floats, second: Floats, part: Floats, of: Floats) -> Floats:
    """Figure of the first group less that of the second, by weights (d, cases) of the cases in each."""
    return ratio(first @ part, first @ of) - ratio(second @ part, second @ of)


class PermutationTest(NamedTuple):
    """(k,) two-sided p values, the same for all codes together, and the smallest that can come about."""

    p: Floats
    adjusted: Floats
    smallest: Floats


def permutation_test(sides: Sides) -> PermutationTest:
    """Exact where the divisions are no more than MOST; else p has the observed one among as many at random.

    Codes without a difference have nan.
    """
    first = divisions(len(sides.part), sides.first)
    known = sides.of > 0
    values = difference_of(first, 1 - first, sides.part, sides.of)
    sizes = np.rint(first @ known)
    alike = sizes == sizes[0]  # as many of the cases in which a code is known on each side
    some = np.isfinite(values[0])
    up, down = (_one_sided(side * values, alike) for side in (1, -1))
    smallest = np.array(
        [_smallest(int(of.sum()), int(one), len(first)) for of, one in zip(known.T, sizes[0], strict=True)]
    )
    p = np.where(some, np.minimum(1, 2 * np.minimum(up, down)), np.nan)
    adjusted = np.full(len(p), np.nan)
    if some.any():
        adjusted[some] = np.maximum(p[some], _for_all(values[:, some]))
    return PermutationTest(p, adjusted, np.where(some, smallest, np.nan))


def divisions(cases: int, first: int) -> Floats:
    """(d, cases) of 1 and 0: all ways to put `first` of the cases on one side, or MOST + 1 of them; the observed one, in which
    these are the first, in the first row."""
    if comb(cases, first) <= MOST:
        chosen = np.array(list(combinations(range(cases), first)), dtype=np.intp).reshape(-1, first)
    else:
        rng = np.random.default_rng(SEED)  # seeded anew, so that the same study is always judged alike
        drawn = np.argsort(rng.random((MOST, cases)), axis=1)[:, :first]
        chosen = np.concatenate([np.arange(first)[None], drawn])
    weights = np.zeros((len(chosen), cases))
    np.put_along_axis(weights, chosen, 1, axis=1)
    return weights


def _one_sided(values: Floats, alike: Bools) -> Floats:
    """(k,) share of the divisions that are as alike in which the figure is no smaller than observed."""
    return np.asarray(((values >= values[0] - TIE) & alike).sum(axis=0) / alike.sum(axis=0))


def _smallest(known: int, first: int, looked_at: int) -> float:
    return min(1.0, 2 / min(comb(known, first), looked_at))


def _for_all(values: Floats) -> Floats:
    """(k,) adjusted two-sided p values."""
    spread = np.nanstd(values, axis=0)
    scaled = (values - np.nanmean(values, axis=0)) / np.where(spread > TIE, spread, 1)
    sides = [adjusted_p(np.where(np.isfinite(scaled), side * scaled, -np.inf)) for side in (1, -1)]
    return np.asarray(np.minimum(1, 2 * np.minimum(*sides)))
