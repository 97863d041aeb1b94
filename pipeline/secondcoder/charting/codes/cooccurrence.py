"""Which codes are given to the same words: pairs of passages that share text, beside how many chance alone would bring together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from secondcoder.charting.chart_data import ChartData
from secondcoder.charting.choice import chosen
from secondcoder.charting.matrix import NOBODY_READ, with_code_or_read
from secondcoder.domain.arrays import Floats, Rows
from secondcoder.domain.wording import counted

if TYPE_CHECKING:
    import pandas as pd

COOCCURRENCE = ("code", "other", "passages", "transcripts", "expected", "jaccard", "note")
FEW = 5
"""With fewer passages of a code, one more or less changes everything."""


def cooccurrence(data: ChartData, codes: Iterable[str] = (), cases: Iterable[str] = ()) -> pd.DataFrame:
    """Each pair of codes, those that share most passages first; no construct with its own sub-constructs (`left_out`).

    Returns:
        code, other, passages (pairs of passages that share text), transcripts (with both codes), expected (such pairs if each passage
        lay anywhere in its transcript, whatever the other code: of a and b words in L they share one with probability
        (a + b - 1) / L, ends joined), jaccard (characters under both codes / under either, in [0, 1]), note. Numbers are missing where
        no transcript is known for both codes.

    Raises:
        InputError: no such code or case.
    """
    import pandas as pd

    part = chosen(data, codes, cases)
    names = list(part.codes["code"])
    counts = _Counts(part)
    related = _related(data)
    pairs = [(a, b) for a, b in combinations(range(len(names)), 2) if frozenset((names[a], names[b])) not in related]
    first, second = np.array(pairs, dtype=np.intp).reshape(-1, 2).T
    either = counts.length[first] + counts.length[second] - counts.shared[first, second]
    table = pd.DataFrame(
        {
            "code": [names[at] for at in first],
            "other": [names[at] for at in second],
            "passages": pd.array(counts.pairs[first, second], dtype="Int64"),
            "transcripts": pd.array(counts.both[first, second], dtype="Int64"),
            "expected": counts.expected[first, second],
            "jaccard": np.divide(
                counts.shared[first, second], either, out=np.full(len(either), np.nan), where=either > 0
            ),
            "note": [_note(names, counts, *pair) for pair in pairs],
        },
        columns=list(COOCCURRENCE),
    )
    table.loc[table["note"] == NOBODY_READ, ["passages", "transcripts", "expected", "jaccard"]] = None
    return table.sort_values(["passages", "jaccard"], ascending=False, kind="stable").reset_index(drop=True)


def left_out(data: ChartData, codes: Iterable[str] = (), cases: Iterable[str] = ()) -> str:
    """Which pairs do not stand in the table, in a sentence; "" where all do."""
    there = set(chosen(data, codes, cases).codes["code"])
    pairs = sum(pair <= there for pair in _related(data))
    if not pairs:
        return ""
    are = "is" if pairs == 1 else "are"
    return (
        f"{counted(pairs, 'pair')} of a construct and a code below it {are} left out: "
        "passages of the lower code are passages of the upper one too, so that they always meet."
    )


class _Counts:
    """Of k codes in t transcripts: `number` of passages (k, t), characters under each code (`length`, (k,)), and symmetric (k, k)
    matrices: transcripts with `both` codes and `known` for both, `pairs` of passages that share text, characters `shared`, and the
    number of pairs `expected`."""

    def __init__(self, data: ChartData) -> None:
        self._data = data
        self._codes, self._talks = list(data.codes["code"]), list(data.transcripts["transcript"])
        self.number = self._by_transcript(data.counted, np.ones(len(data.counted)))
        known = with_code_or_read(data)
        looked, there = self._by_transcript(known, np.ones(len(known))), (self.number > 0).astype(float)
        self.known, self.both = looked @ looked.T, (there @ there.T).astype(int)
        self.expected = self._expected()
        self.length, self.pairs, self.shared = self._shared()

    def _by_transcript(self, table: pd.DataFrame, values: Floats) -> Floats:
        places = _places(table["code"], self._codes), _places(table["transcript"], self._talks)
        return _sums(*places, values, (len(self._codes), len(self._talks)))

    def _expected(self) -> Floats:
        """Sum of (a + b - 1) / L over the pairs of passages of each transcript; at most all pairs."""
        passages, there = self._data.counted, self._data.transcripts["words"].to_numpy(dtype=float)
        words = self._by_transcript(passages, np.array([len(text.split()) for text in passages["text"]], dtype=float))
        per_word = self.number / np.where(there > 0, there, np.inf)
        crossed = per_word @ words.T
        expected: Floats = np.minimum(crossed + crossed.T - per_word @ self.number.T, self.number @ self.number.T)
        return expected

    def _shared(self) -> tuple[Floats, Rows, Floats]:
        """`length`, `pairs`, `shared`."""
        passages, shape = self._data.counted, (len(self._codes), len(self._codes))
        start, end = (passages[name].to_numpy(dtype=np.int64) for name in ("start", "end"))
        # All transcripts one after another on a line, so that one sorted search finds whom each passage reaches.
        after = _places(passages["transcript"], self._talks) * (int(end.max(initial=0)) + 1)
        order = np.argsort(after + start, kind="stable")
        begins, ends = (after + start)[order], (after + end)[order]
        code = _places(passages["code"], self._codes)[order]
        reach = np.searchsorted(begins, ends) - np.arange(1, len(begins) + 1)
        left = np.repeat(np.arange(len(begins)), reach)
        right = left + 1 + np.arange(len(left)) - np.repeat(np.cumsum(reach) - reach, reach)
        size = (np.minimum(ends[left], ends[right]) - begins[right]).astype(float)
        pairs, shared = (_sums(code[left], code[right], of, shape) for of in (np.ones(len(left)), size))
        length = _sums(code, np.zeros_like(code), (ends - begins).astype(float), (len(self._codes), 1))[:, 0]
        return length, (pairs + pairs.T).astype(np.intp), shared + shared.T


def _places(values: pd.Series[str], order: list[str]) -> Rows:
    at = {value: place for place, value in enumerate(order)}
    return np.array([at[value] for value in values], dtype=np.intp)


def _sums(rows: Rows, columns: Rows, values: Floats, shape: tuple[int, int]) -> Floats:
    """A matrix of sums of values by row and column."""
    sums: Floats = (
        np.bincount(rows * shape[1] + columns, values, minlength=shape[0] * shape[1]).astype(float).reshape(shape)
    )
    return sums


def _related(data: ChartData) -> set[frozenset[str]]:
    """Pairs of a code and one above it, where passages of the one are the other's too."""
    if not data.roll_up:
        return set()
    parents = dict(zip(data.codes["code"], data.codes["parent"], strict=True))
    return {frozenset((code, above)) for code in parents for above in _above(code, parents)}


def _above(code: str, parents: dict[str, str]) -> Iterator[str]:
    while code := parents.get(code, ""):
        yield code


def _note(names: list[str], counts: _Counts, first: int, second: int) -> str:
    if not counts.known[first, second]:
        return NOBODY_READ
    few = [at for at in (first, second) if counts.number[at].sum() < FEW]
    return "; ".join(f"{names[at]} has {counted(counts.number[at].sum(), 'passage')}" for at in few)
