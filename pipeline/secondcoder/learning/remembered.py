"""What a model keeps of the interviews that it learned from, counted: for its card, so that nobody takes its folder for free of
talk."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import TypedDict

import numpy as np

from secondcoder.domain.arrays import State
from secondcoder.learning.model import Model, model_state
from secondcoder.learning.training_data import TrainingData

WORD = re.compile(r"\w+")


class Memory(TypedDict):
    """Counts of what a version's arrays hold.

    `terms`: words and word pairs, in plain text; `once`: those of them that one transcript alone has; `parts`: pieces of words, of
    3 to 5 characters. `vectors`: rows of vectors of single passages or their questions. `hashes`: words as hashes that anybody can
    compute. `predictions`: passages whose codes and probabilities are kept with their places. `transcripts`: names of transcripts.
    """

    terms: int
    once: int
    parts: int
    vectors: int
    hashes: int
    predictions: int
    transcripts: int


def remembered(model: Model, data: TrainingData) -> Memory:
    """Of a model and the data that it was trained on."""
    state = model_state(model)
    held = [_terms(array) for name, array in state.items() if re.search(r"(^|\.)terms\d*$", name)]
    of_words = set().union(*(terms for terms in held if not _are_parts(terms)))
    parts = set().union(*(terms for terms in held if _are_parts(terms)))
    said_by = _transcripts_of(data)
    return Memory(
        terms=len(of_words),
        once=sum(said_by[term] == 1 for term in of_words),
        parts=len(parts),
        # Beside the passages stand the codebook's descriptions.
        vectors=min(_vectors(state, model), len(data.segments)),
        hashes=0 if model.reference is None else len(model.reference.words),
        predictions=0 if model.out_of_fold is None else len(model.out_of_fold.places),
        transcripts=0 if model.reference is None else len(model.reference),
    )


def _terms(array: np.ndarray) -> set[str]:
    return {*array.tobytes().decode("utf-8", "replace").split("\n")} - {""}


def _are_parts(terms: Iterable[str]) -> bool:
    """Pieces of words are marked by the blanks beside words, which no word or word pair begins or ends with."""
    return any(term != term.strip() for term in terms)


def _transcripts_of(data: TrainingData) -> Counter[str]:
    """How many transcripts say each word and word pair."""
    said: dict[str, set[str]] = {}
    for segment in data.segments:
        words = WORD.findall(segment.text.lower())
        said.setdefault(segment.transcript, set()).update(words, map(" ".join, pairwise(words)))
    return Counter(term for terms in said.values() for term in terms)


def _vectors(state: State, model: Model) -> int:
    """Passages whose vectors stand in one of the arrays."""
    rows: Sequence[int] = [
        len(model.exemplars.vectors),
        *(array.shape[-2] for name, array in state.items() if re.search(r"(^|\.)train$", name)),
    ]
    return max(rows)
