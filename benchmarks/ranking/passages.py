"""Invented passages for the codebooks that have none of the older sets, and where the right code stands for each.

They lie in tests/codebook/passages, two or three for each code that has none below it. They were written before the codebooks, and
before any of them was ranked. A passage of a part is one of its dimension as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from secondcoder.codebook.model import Codebook
from secondcoder.codebook.yaml_file import load_codebook
from secondcoder.domain.arrays import Floats, Rows, Vectors
from secondcoder.embedding import Embedder

from ranking.rankers import Ranker, no_passages

FOLDER = Path(__file__).parents[2] / "tests" / "codebook" / "passages"
BOOKS = ("tdf", "com-b", "re-aim", "nomad")
FIRST = 3


@dataclass(frozen=True)
class Passages:
    """n passages of a codebook: vectors (n, d), the column of the right code, and the columns between which is chosen."""

    book: Codebook
    vectors: Vectors
    code: Rows
    choice: Rows

    @property
    def chance(self) -> float:
        """Share right among the first three when codes are drawn by lot."""
        return min(1.0, FIRST / len(self.choice))

    @property
    def upper(self) -> Rows:
        """(k,) column of the uppermost code above each, or its own."""
        return np.array([self.book.ids.index((code, *self.book.ancestors(code))[-1]) for code in self.book.ids])


def load_passages(name: str, embedder: Embedder) -> Passages:
    """Those of a shipped codebook."""
    book, table = load_codebook(name), pd.read_csv(FOLDER / f"{name}.csv")
    code = np.array([book.ids.index(one) for one in table["code"]], dtype=np.intp)
    above = {one.parent for one in book.codes}
    choice = np.array([j for j, one in enumerate(book.ids) if one not in above], dtype=np.intp)
    return Passages(book, embedder.embed(table["text"].tolist()), code, choice)


def strengths(passages: Passages, rank: Ranker, embedder: Embedder) -> Floats:
    """(n, k) with nothing coded; the passages are the whole study."""
    nothing = no_passages(passages.book, passages.vectors.shape[1])
    return rank(passages.book, embedder, passages.vectors, nothing)(passages.vectors)


def places(passages: Passages, found: Floats) -> Rows:
    """(n,) place of the right code among the codes without codes below, from 0."""
    own = found[np.arange(len(found)), passages.code]
    return np.asarray((found[:, passages.choice] > own[:, None]).sum(axis=1))


def upper_right(passages: Passages, found: Floats) -> Rows:
    """(n,) is the first code below the right uppermost one?"""
    first = passages.choice[found[:, passages.choice].argmax(axis=1)]
    return np.asarray(passages.upper[first] == passages.upper[passages.code])
