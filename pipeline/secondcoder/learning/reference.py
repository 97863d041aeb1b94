"""The reference sample: figures of a model's training transcripts, kept so that later ones can be compared without the texts.

One row a transcript, and the words as hashes. They are no secret: whoever has the model's folder can hash a name or a word that they
guess, and sees whether a training transcript has it, and which one if it is the only one. No order of words is kept, so no sentence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from secondcoder.domain.arrays import Floats, Rows, State, Vectors


@dataclass(frozen=True)
class Reference:
    """Of n training transcripts with at least one segment.

    Attributes:
        transcripts, cases, roles, waves: (n,) text, '' where not given.
        segments: (n,) number of segments.
        vectors: (n, d) mean of the segments' vectors.
        rates: (n, k) expected number of each scored code a segment, from out-of-fold probabilities; nan where nothing is coded.
        answers: (n,) mean logarithm of the words in an answer.
        asked: (n,) the interviewer's share of the words.
        unseen: (2, n) share of the words that occur in no other transcript, and in none of another case.
        words: (w,) hashes of all words, ascending.
        owner: (2, w) the only transcript and the only case (see `numbered`) with the word; -1 where there are several.
    """

    transcripts: npt.NDArray[np.str_]
    cases: npt.NDArray[np.str_]
    roles: npt.NDArray[np.str_]
    waves: npt.NDArray[np.str_]
    segments: Rows
    vectors: Vectors
    rates: Floats
    answers: Floats
    asked: Floats
    unseen: Floats
    words: npt.NDArray[np.uint64]
    owner: Rows

    def __len__(self) -> int:
        return len(self.transcripts)

    @property
    def case_of(self) -> Rows:
        """(n,) number of each one's case, as `numbered` has it."""
        return numbered(self.cases.tolist())


def numbered(cases: Sequence[str]) -> Rows:
    """(n,) for each transcript the number of the first one of its case; its own where it has none ('')."""
    first: dict[str, int] = {}
    return np.array([first.setdefault(case, i) if case else i for i, case in enumerate(cases)], dtype=np.intp)


def reference_state(seen: Reference) -> State:
    """Its arrays by name."""
    return {f"seen.{field.name}": getattr(seen, field.name) for field in fields(Reference)}


def restore_reference(state: Mapping[str, npt.NDArray[Any]]) -> Reference | None:
    """What `reference_state` was taken from; None for a model from before this was kept."""
    if "seen.vectors" not in state:
        return None
    return Reference(*(state[f"seen.{field.name}"] for field in fields(Reference)))
