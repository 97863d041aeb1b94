"""The construct of a quotation of talk, guessed from the codebook, and how often each construct is named.

The quotations beside this file are invented, by voices from many services, in equal parts for the four constructs. The first 64 say
plainly what they mean; the other 40 tell of a day, as published quotations do, and hardly use the theory's words. None of them is
in a codebook, and they were written before the codebooks' texts were revised.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from secondcoder.codebook.model import Codebook
from secondcoder.domain.arrays import Bools, Floats, Vectors
from secondcoder.embedding import Embedder

from ranking.rankers import Ranker, no_passages
from ranking.themes import CONSTRUCTS, by_construct

FILE = Path(__file__).parent / "invented_quotations.csv"
PLAIN = 64
CONSTRUCT_IDS = tuple(CONSTRUCTS.values())


@dataclass(frozen=True)
class Quotations:
    """n quotations: vectors (n, d), whose construct it is (n, 4), and whether it says so plainly (n,)."""

    vectors: Vectors
    y: Bools
    plain: Bools


@dataclass(frozen=True)
class Guesses:
    """Accuracy, share with the right construct among the first two, and how often each construct is named, and is true."""

    accuracy: float
    top2: float
    named: Mapping[str, int]
    true: Mapping[str, int]
    confusion: Floats


def load_quotations(embedder: Embedder) -> Quotations:
    """Read the file that lies beside this module."""
    table = pd.read_csv(FILE)
    y = np.array([[construct == name for name in CONSTRUCT_IDS] for construct in table["construct"]])
    return Quotations(embedder.embed(table["text"].tolist()), y, np.arange(len(table)) < PLAIN)


def strengths(book: Codebook, rank: Ranker, embedder: Embedder, study: Vectors, vectors: Vectors) -> Floats:
    """(n, 4) strengths of the constructs, ranked in a study with nothing coded."""
    found = rank(book, embedder, study, no_passages(book, study.shape[1]))(vectors)
    return by_construct(found, book)


def guesses(found: Floats, y: Bools) -> Guesses:
    """Figures of (n, 4) strengths against the constructs (n, 4), of which one or more hold."""
    order = np.argsort(-found, axis=1, kind="stable")
    hits = np.take_along_axis(y, order, axis=1)
    confusion = np.array([[(order[own, 0] == j).sum() for j in range(y.shape[1])] for own in y.T])
    named, true = np.bincount(order[:, 0], minlength=y.shape[1]).tolist(), y.sum(axis=0).tolist()
    return Guesses(
        float(hits[:, 0].mean()),
        float(hits[:, :2].any(axis=1).mean()),
        dict(zip(CONSTRUCT_IDS, named, strict=True)),
        dict(zip(CONSTRUCT_IDS, true, strict=True)),
        confusion,
    )


def asking(found: Floats, y: Bools, near: float) -> tuple[float, float, float]:
    """Share of passages whose two first constructs are nearer than `near`; accuracy on the others; on these, among the two."""
    order = np.argsort(-found, axis=1, kind="stable")
    hits, sorted_ = np.take_along_axis(y, order, axis=1), np.take_along_axis(found, order, axis=1)
    asked = sorted_[:, 0] - sorted_[:, 1] <= near
    return (
        float(asked.mean()),
        float(hits[~asked, 0].mean()) if (~asked).any() else float("nan"),
        float(hits[asked, :2].any(axis=1).mean()) if asked.any() else float("nan"),
    )
