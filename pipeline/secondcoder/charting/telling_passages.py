"""The passages that tell most of a cell: like what is said there, unlike each other, from different people, of both valences.

The first is most like all others of its cell (its mean cosine with them). Each further one comes from a side that has not been heard,
"promotes" or "inhibits", where there is one; among these from somebody who has not been quoted; and among these it is the one that is
most like the cell and least like those chosen before (maximal marginal relevance: Carbonell & Goldstein 1998,
doi:10.1145/290941.291025), of half to twice the study's usual length where there is one: half a sentence is unlike all others because
it says little, and a page is like all because it says everything.

Likeness is of words, weighed by how few passages of the study have them (TF-IDF), not of a language model's vectors: those are kept
for the model's segments, which are not people's passages, and the table of passages alone gives the same choice on every machine,
with a model or without.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from secondcoder.charting.chart_data import ChartData, RowKind
from secondcoder.charting.choice import chosen
from secondcoder.domain.arrays import Bools, Floats, Rows

if TYPE_CHECKING:
    import pandas as pd

MOST = 3
SIDES = ("promotes", "inhibits")
QUOTES = ("row", "code", "rank", "passage", "why")
USUAL = 2.0
"""A passage of usual length has at most so many times the characters of the study's middle one, and at least that part of them."""
WORD = r"(?u)[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{2,}"
"""A word; of scripts that set no blanks between words, a character."""
FEATURES = 2**18


def telling_passages(
    data: ChartData, kind: RowKind, most: int = MOST, codes: Iterable[str] = (), cases: Iterable[str] = ()
) -> pd.DataFrame:
    """At most `most` passages of each cell of the matrix; what is only suggested is never among them.

    Returns:
        row, code, rank (from 1), passage (its number in `data.passages`), why (in plain words); rows of the matrix in order, codes in
        the codebook's order. The choice in a cell does not depend on which other cells are asked for.

    Raises:
        InputError: no such code or case.
    """
    import pandas as pd

    part = chosen(data, codes, cases)
    if part.counted.empty or most < 1:
        return pd.DataFrame(columns=list(QUOTES))
    vectors = _vectors(data, part)
    table = part.counted[["passage", "code", "valence"]].reset_index(drop=True)
    table["row"] = part.counted["transcript"].map(part.rows(kind)).to_numpy()
    table["who"] = part.counted["transcript"].map(_speaks(part, kind)).to_numpy()
    table["cell"] = table.groupby(["row", "code"]).ngroup()
    other = "from somebody else" if kind == "case" else "from another interview"
    found = _Choice(table, vectors, _of_usual_length(data, part), other).rounds(most)
    rows = {row: at for at, row in enumerate(part.row_names(kind))}
    order = {code: at for at, code in enumerate(part.codes["code"])}
    places = pd.DataFrame({"row": found["row"].map(rows), "code": found["code"].map(order), "rank": found["rank"]})
    return found.loc[places.sort_values(["row", "code", "rank"]).index, list(QUOTES)].reset_index(drop=True)


class _Choice:
    """Passages chosen round by round, in all cells at once: one column an entry a passage, `best` an entry a cell."""

    def __init__(self, table: pd.DataFrame, vectors: Any, usual: Bools, other: str) -> None:
        self._table, self._vectors, self._usual, self._other = table, vectors, usual, other
        self._cell: Rows = table["cell"].to_numpy(dtype=np.intp)
        self._number = table["passage"].to_numpy(dtype=np.intp)
        self._size = np.bincount(self._cell)[self._cell]
        self._central = self._likeness_to_cell()
        self._nearest = np.zeros(len(table))
        self._new_side = np.zeros(len(table), dtype=bool)
        self._new_person = np.zeros(len(table), dtype=bool)
        self._left = np.ones(len(table), dtype=bool)

    def rounds(self, most: int) -> pd.DataFrame:
        """The passages chosen, with rank and why."""
        import pandas as pd

        picked = []
        for rank in range(1, most + 1):
            best = self._best()
            if not len(best):
                break
            picked.append(
                self._table.loc[best, ["row", "code", "passage"]].assign(rank=rank, why=self._why(best, rank))
            )
            self._take(best)
        return pd.concat(picked, ignore_index=True)

    def _likeness_to_cell(self) -> Floats:
        """Mean cosine of each passage with the others of its cell; 0 where it is alone."""
        entries = self._vectors.tocoo()
        # One number for a word in a cell, whose weights are summed: no cell's sums are copied for each of its passages.
        word_in_cell = self._cell[entries.row] * FEATURES + entries.col
        _, at = np.unique(word_in_cell, return_inverse=True)
        others = np.bincount(at, entries.data)[at] - entries.data
        likeness = np.bincount(entries.row, entries.data * others, minlength=len(self._cell))
        mean: Floats = likeness / np.maximum(self._size - 1, 1)
        return mean

    def _best(self) -> Rows:
        """The best passage that is left of each cell: side first, then person, length and value; the earliest of equals."""
        # Rounded, so that the last digit of a sum, which differs between machines, never decides.
        value = np.round(self._central - self._nearest, 9)
        keys = (self._number, -value, ~self._usual, ~self._new_person, ~self._new_side, self._cell)
        order = np.lexsort(keys)  # the last key counts most
        order = order[self._left[order]]
        _, first = np.unique(self._cell[order], return_index=True)
        return order[first]

    def _take(self, best: Rows) -> None:
        """What was chosen changes what is new, and how like each other passage is to one chosen."""
        chosen_of = np.full(self._cell.max() + 1, -1, dtype=np.intp)
        chosen_of[self._cell[best]] = best
        mine = chosen_of[self._cell]  # -1 where the cell has none left
        self._left[best] = False
        self._nearest = np.maximum(self._nearest, np.where(mine < 0, 0, _cosines(self._vectors, self._vectors[mine])))
        self._new_side = self._not_heard("valence") & np.isin(self._table["valence"], SIDES)
        self._new_person = self._not_heard("who")

    def _not_heard(self, column: str) -> Bools:
        """Whether no passage chosen in its cell has the same value."""
        import pandas as pd

        keys = pd.factorize(pd.MultiIndex.from_arrays([self._cell, self._table[column]]))[0]
        fresh: Bools = ~np.isin(keys, keys[~self._left])
        return fresh

    def _why(self, best: Rows, rank: int) -> list[str]:
        if rank == 1:
            return ["the only one" if alone else "most like the others" for alone in self._size[best] == 1]
        return [self._why_further(at) for at in best]

    def _why_further(self, at: int) -> str:
        side = [f"another side: {self._table['valence'].iat[at]}"] * bool(self._new_side[at])
        person = [self._other] * bool(self._new_person[at])
        return ", ".join([*side, *person]) or "unlike those before"


def _speaks(data: ChartData, kind: RowKind) -> pd.Series[str]:
    """Transcript -> whom to vary within a row: people in a case, interviews of one person."""
    return data.transcripts.set_index("transcript", drop=False)["participant" if kind == "case" else "transcript"]


def _vectors(data: ChartData, part: ChartData) -> Any:
    """TF-IDF unit vectors of the counted passages of a part, sparse (n, FEATURES); weights from all passages of the study."""
    from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer

    # Hashed, since a vocabulary cannot be made of texts without words, as of emoji alone.
    words = HashingVectorizer(n_features=FEATURES, token_pattern=WORD, norm=None, alternate_sign=False)
    places = ["transcript", "start", "end"]
    study = data.counted.drop_duplicates(places)
    weighed = TfidfTransformer(sublinear_tf=True).fit_transform(words.transform(study["text"]))
    at = {place: row for row, place in enumerate(study[places].itertuples(index=False, name=None))}
    return weighed[[at[place] for place in part.counted[places].itertuples(index=False, name=None)]]


def _of_usual_length(data: ChartData, part: ChartData) -> Bools:
    """Whether each passage of a part is about as long as those of the study are."""
    middle = data.counted["text"].str.len().median()
    lengths = part.counted["text"].str.len()
    usual: Bools = lengths.between(middle / USUAL, middle * USUAL).to_numpy(dtype=bool)
    return usual


def _cosines(first: Any, second: Any) -> Floats:
    """Of unit vectors, row by row."""
    return np.asarray(first.multiply(second).sum(axis=1)).ravel()
