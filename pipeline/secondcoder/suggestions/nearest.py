"""The human-coded passages most like a suggested one: evidence beside the sentences that carry it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from secondcoder.domain.arrays import Bools, Rows, Vectors
from secondcoder.domain.records import Passage, Transcript
from secondcoder.learning.model import Exemplars

NEAREST = 3
ALIKE = 7
"""Decimals to which cosines are compared: of passages that are equally near the first in the study's order comes first."""
ROUGH = 1e-5
"""More than single precision errs in a cosine."""
SHOWN = 4
"""Decimals that are shown."""


class NearestPassages:
    """A model's exemplars, looked up for many segments at once.

    Args:
        transcripts: by id. One that the model learned from may have been removed since: it is passed over.
    """

    def __init__(self, exemplars: Exemplars, transcripts: Mapping[str, Transcript]) -> None:
        self._exemplars, self._transcripts = exemplars, transcripts
        names = np.array([place[0] for place in exemplars.places], dtype=object)
        self._there = np.array([name in transcripts for name in names], dtype=bool)
        self._numbers = {name: number for number, name in enumerate(dict.fromkeys(names.tolist()))}
        self._owner = np.array([self._numbers[name] for name in names.tolist()], dtype=np.intp)
        self._said: dict[int, str] = {}

    def of(
        self, vectors: Vectors, transcripts: Sequence[str], wanted: Bools
    ) -> dict[tuple[int, int], tuple[Passage, ...]]:
        """(Row, column) -> the most similar segments that humans gave this code, from other transcripts, the most alike first.

        Args:
            vectors: (n, d) of n segments. transcripts: n ids of theirs. wanted: (n, k) for which codes.
        """
        owner = np.array([self._numbers.get(name, -1) for name in transcripts], dtype=np.intp)
        found: dict[tuple[int, int], tuple[Passage, ...]] = {}
        for column in np.flatnonzero(wanted.any(axis=0)).tolist():
            exemplars = np.flatnonzero(self._exemplars.carries[:, column] & self._there)
            rows = np.flatnonzero(wanted[:, column])
            found.update(dict.fromkeys(((row, column) for row in rows.tolist()), ()))
            of_others = owner[rows][:, None] != self._owner[exemplars]
            for at, passages in self._best(vectors[rows], exemplars, of_others).items():
                found[int(rows[at]), column] = passages
        return found

    def _best(self, vectors: Vectors, exemplars: Rows, allowed: Bools) -> dict[int, tuple[Passage, ...]]:
        if not len(exemplars):
            return {}
        kept = self._exemplars.vectors[exemplars]
        rough = np.where(allowed, vectors @ kept.T, -np.inf)
        last = np.partition(rough, -min(NEAREST, len(exemplars)), axis=1)[:, -min(NEAREST, len(exemplars))]
        # What single precision cannot tell apart from the last is compared in double: the same on every machine and in every batch.
        row, which = np.nonzero((rough >= last[:, None] - ROUGH) & allowed)
        cosine = np.einsum("ij,ij->i", vectors[row].astype(np.float64), kept[which].astype(np.float64))
        best: dict[int, list[Passage]] = {}
        for at in np.lexsort((which, -np.round(cosine, ALIKE), row)).tolist():
            passages = best.setdefault(int(row[at]), [])
            if len(passages) < NEAREST:
                passages.append(self._passage(int(exemplars[which[at]]), float(cosine[at])))
        return {at: tuple(passages) for at, passages in best.items()}

    def _passage(self, exemplar: int, cosine: float) -> Passage:
        transcript, start, end = self._exemplars.places[exemplar]
        # One string for all suggestions that show it.
        if exemplar not in self._said:
            self._said[exemplar] = self._transcripts[transcript].text[start:end]
        return Passage(transcript, start, end, self._said[exemplar], round(cosine, SHOWN))
