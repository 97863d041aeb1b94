"""What an estimator is given as X: talk, as texts or as a table of segments, or numbers, as an array of vectors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from secondcoder.domain.arrays import Floats, Rows, Vectors
from secondcoder.domain.records import Segment
from secondcoder.embedding import Embedder
from secondcoder.errors import did_you_mean
from secondcoder.learning.features import Features, build_features

TEXT, QUESTION, TRANSCRIPT, SEGMENT = "text", "question", "transcript", "segment"
"""Columns of a table of segments, named as in the tables that secondcoder writes; all but the first may be missing."""
ROUNDING = 1e-5
"""A row whose length is so near to 1 is a unit vector already, and stays as it is."""


@dataclass(frozen=True)
class Talk:
    """n segments in words.

    Attributes:
        texts: n texts. questions: n questions of the interviewer, "" where there is none.
        transcripts: n names; None where each text stands for itself. places: (n,) of the segments in their transcripts; None where
            rows of one transcript stand one after the other.
    """

    texts: tuple[str, ...]
    questions: tuple[str, ...]
    transcripts: tuple[str, ...] | None = None
    places: Rows | None = None

    def __len__(self) -> int:
        return len(self.texts)

    @property
    def segments(self) -> list[Segment]:
        """The same as the study's records."""
        names = self.transcripts or tuple(f"row {row}" for row in range(len(self)))
        return [
            Segment(name, row, 0, len(text), text, row, question=question)
            for row, (name, text, question) in enumerate(zip(names, self.texts, self.questions, strict=True))
        ]

    def features(self, groups: Sequence[str], embedder: TransformerEmbedder) -> Features:
        """The classifier's features; `groups` are n names of what is held out whole."""
        # `build_features` asks an embedder for vectors, and for nothing else.
        features = build_features(self.segments, groups, cast(Embedder, embedder))
        if self.places is None or self.transcripts is None:
            return features
        row = {place: row for row, place in enumerate(zip(self.transcripts, self.places.tolist(), strict=True))}
        beside = [[row.get((name, at + step), -1) for name, at in row] for step in (-1, 1)]
        return replace(features, previous=np.array(beside[0]), following=np.array(beside[1]))


class TransformerEmbedder:
    """A fitted transformer of texts, asked as the study's embedders are."""

    def __init__(self, transformer: Any) -> None:
        self._transformer = transformer
        # Only our own may have several views of a text.
        self.views: tuple[int, ...] = getattr(transformer, "views_", ())

    def embed(self, texts: Sequence[str]) -> Vectors:
        """(n, d) float32 unit vectors."""
        if not len(texts):
            return np.zeros((0, 0), dtype=np.float32)
        return unit_vectors(as_dense(self._transformer.transform(list(texts))))


def talk_of(X: Any) -> Talk | None:
    """What X says in words; None where it is numbers.

    Raises:
        ValueError: X is a single text, or some of it is text and some is not.
    """
    if isinstance(X, str):
        raise ValueError("X is one text, and a list of texts is needed: [text]")
    if hasattr(X, "columns") and hasattr(X, "dtypes"):
        return _of_table(X)
    if not (hasattr(X, "__getitem__") and hasattr(X, "__len__")) or hasattr(X, "nnz") or not len(X):
        return None
    if getattr(X, "ndim", 1) == 2:
        return _of_column(X) if X.shape[1] == 1 and isinstance(X[0, 0], str) else None
    if getattr(X, "ndim", 1) != 1:
        return None
    rows = list(X)
    return Talk(_texts(rows, "X"), ("",) * len(rows)) if any(isinstance(row, str) for row in rows) else None


def _of_column(X: Any) -> Talk:
    texts = _texts(X[:, 0], "X")
    return Talk(texts, ("",) * len(texts))


def _of_table(X: Any) -> Talk | None:
    names = [str(name) for name in X.columns]
    if TEXT not in names:
        if len(names) == 1 and len(X) and isinstance(X.iloc[0, 0], str):
            return _of_column(X.to_numpy())
        if words := [str(name) for name in X.columns if X[name].map(lambda cell: isinstance(cell, str)).any()]:
            near = did_you_mean(TEXT, names)
            raise ValueError(
                f"X has words in column '{words[0]}', but no column '{TEXT}'.{near} A table of segments has the columns '{TEXT}' and, "
                f"where they are known, '{QUESTION}', '{TRANSCRIPT}' and '{SEGMENT}'; an array of vectors has numbers alone."
            )
        return None
    texts, n = _texts(X[TEXT], TEXT), len(X)
    asked = X[QUESTION].fillna("").tolist() if QUESTION in names else [""] * n
    transcripts = tuple(map(str, X[TRANSCRIPT])) if TRANSCRIPT in names else None
    places = X[SEGMENT].to_numpy(dtype=np.intp) if SEGMENT in names and transcripts else None
    if places is not None and len(set(zip(transcripts or (), places.tolist(), strict=True))) < n:
        raise ValueError(
            f"X: two rows have the same '{TRANSCRIPT}' and '{SEGMENT}'. Number the segments of each transcript."
        )
    return Talk(texts, _texts(asked, QUESTION), transcripts, places)


def _texts(cells: Any, column: str) -> tuple[str, ...]:
    texts = tuple(cells)
    for row, text in enumerate(texts):
        if not isinstance(text, str):
            raise ValueError(
                f"{column}, row {row}: {text!r} is no text. Leave the row out, or give '' where nothing is said."
            )
    return texts


def as_dense(X: Any) -> npt.NDArray[Any]:
    """A sparse matrix as an array."""
    return np.asarray(X.toarray() if hasattr(X, "toarray") else X)


def unit_vectors(X: npt.NDArray[Any]) -> Vectors:
    """(n, d) float32: rows divided by their length, as the kernel compares directions; a row of zeros stays."""
    rows: Floats = np.asarray(X, dtype=np.float64)
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    divisor = np.where((np.abs(length - 1) < ROUNDING) | (length == 0), 1.0, length)
    return np.asarray(rows / divisor, dtype=np.float32)


def features_of_numbers(X: npt.NDArray[Any], groups: Sequence[str]) -> Features:
    """Features of (n, d) vectors alone: without words the n-gram kernel, length and neighbours have nothing to say."""
    vectors, nowhere = unit_vectors(X), np.full(len(X), -1)
    return Features(("",) * len(X), tuple(groups), vectors, np.zeros_like(vectors), nowhere, nowhere)
