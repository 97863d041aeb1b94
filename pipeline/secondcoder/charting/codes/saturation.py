"""When codes were first met: new codes transcript by transcript, and how that would go in any other order of the transcripts.

The mean over all orders is exact: of T transcripts of which n_i have code i, the first t miss it with probability
C(T - n_i, t) / C(T, t) (sample-based rarefaction: Colwell 2012, doi:10.1093/jpe/rtr044). The interval holds the middle 95% of orders,
all of them where there are few, else drawn ones.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import permutations
from typing import TYPE_CHECKING

import numpy as np

from secondcoder.charting.chart_data import WHOLE, ChartData
from secondcoder.charting.choice import chosen
from secondcoder.domain.arrays import Bools, Floats, Rows
from secondcoder.domain.wording import counted
from secondcoder.statistics.cluster_bootstrap import SEED

if TYPE_CHECKING:
    import pandas as pd

SATURATION = ("step", "transcript", "transcripts", "codes_seen", "new", "expected", "low", "high")
MOST_TO_ENUMERATE = 7
ORDERS = 2000
TAIL = 0.025
NOT_MEANING = (
    "Codes of a given codebook that no longer come anew are not yet understood: meaning went on to grow for 16 to 24 interviews where "
    "codes were met in 9 (Hennink 2017, doi:10.1177/1049732316665344)."
)


def saturation(data: ChartData, codes: Iterable[str] = (), cases: Iterable[str] = ()) -> pd.DataFrame:
    """Codes met after each transcript, in the order of the study; none where no transcript was looked through wholly.

    A code is met where it was given itself; by a code below it only where none of these is charted. Transcripts count that were
    looked through wholly for all codes that most of the transcripts read were looked through for, so that a code that joined the
    codebook late does not leave all others out (`saturation_sentences` says how many).

    Returns:
        step (from 1), transcript, transcripts (so many by then), codes_seen, new, expected (the mean of codes_seen over all orders),
        low, high (95% of orders).

    Raises:
        InputError: no such code or case.
    """
    import pandas as pd

    data = chosen(data, codes, cases)
    talks, there = _met(data)
    steps = np.arange(1, len(talks) + 1)
    seen = np.cumsum(there, axis=0).astype(bool).sum(axis=1)
    low, high = _between(there)
    columns = (steps, talks, steps, seen, np.diff(seen, prepend=0), _expected(there), low, high)
    return pd.DataFrame(dict(zip(SATURATION, columns, strict=True)))


def saturation_sentences(data: ChartData, codes: Iterable[str] = (), cases: Iterable[str] = ()) -> list[str]:
    """What the table says, what it leaves out, and what it does not mean."""
    data = chosen(data, codes, cases)
    table = saturation(data)
    if table.empty:
        return ["No transcript was looked through wholly, so it cannot be said when codes were first met."]
    met, of = int(table["codes_seen"].iloc[-1]), len(table)
    last = int(table.loc[table["new"] > 0, "step"].max()) if met else 0
    told = f"{counted(met, 'code')} {'was' if met == 1 else 'were'} met in {counted(of, 'transcript')}"
    left = len(data.transcripts) - of
    aside = f"{counted(left, 'transcript')} not looked through wholly for these codes {'is' if left == 1 else 'are'} left out."
    return [
        f"{told}, the last new one in transcript {last}." if met else f"{told}.",
        *([aside] if left else []),
        NOT_MEANING,
    ]


def _met(data: ChartData) -> tuple[list[str], Bools]:
    """The transcripts that count, in order, and (t, k) whether a code was given there itself; codes that nobody looked for are out."""
    whole = data.readings[data.readings["read"] == WHOLE]
    by_code = whole.groupby("code")["transcript"].nunique()
    usual = by_code.index[by_code > whole["transcript"].nunique() / 2]
    complete = whole[whole["code"].isin(usual)].groupby("transcript")["code"].nunique()
    fit = set(complete.index[complete == len(usual)])
    talks = [talk for talk in data.transcripts["transcript"] if talk in fit]
    own = data.counted[data.counted["own"] | ~data.counted["code"].isin(data.codes["parent"])]
    given = set(zip(own["transcript"], own["code"], strict=True))
    there = [[(talk, code) in given for code in usual] for talk in talks]
    return talks, np.array(there, dtype=bool).reshape(len(talks), len(usual))


def _expected(there: Bools) -> Floats:
    """(t,) mean number of codes met after 1 to t transcripts, over all orders."""
    count = len(there)
    unmet = count - there.sum(axis=0, keepdims=True)  # transcripts without each code
    drawn = np.arange(count)[:, None]
    # C(unmet, t) / C(count, t), one more drawn at a time: the next also lacks the code.
    missed = np.cumprod(np.maximum(unmet - drawn, 0) / (count - drawn), axis=0)
    expected: Floats = (there.any(axis=0) * (1 - missed)).sum(axis=1)
    return expected


def _between(there: Bools) -> tuple[Floats, Floats]:
    """(t,) and (t,): between which numbers of codes the middle 95% of orders lie after each transcript."""
    count = len(there)
    if not count:
        return np.zeros(0), np.zeros(0)
    places, steps = _orders(count), np.arange(count)
    seen = np.zeros((len(places), count))
    for code in there.T[there.any(axis=0)]:
        first = places[:, code].min(axis=1)
        seen += first[:, None] <= steps
    low, high = np.quantile(seen, [TAIL, 1 - TAIL], axis=0, method="inverted_cdf")
    return low, high


def _orders(count: int) -> Rows:
    """(orders, count): at which place each transcript comes."""
    if count <= MOST_TO_ENUMERATE:
        return np.array(list(permutations(range(count))), dtype=np.intp)
    places = np.tile(np.arange(count), (ORDERS, 1))
    return np.random.default_rng(SEED).permuted(places, axis=1)
