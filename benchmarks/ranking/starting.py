"""What a starter model and a cold start are compared on: texts with a construct that are not from the demonstration study."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from comparison.sets import load_set
from secondcoder.domain.arrays import Bools, Floats, Vectors
from secondcoder.embedding import Embedder
from secondcoder.learning.features import Features

from ranking.quotations import CONSTRUCT_IDS, load_quotations
from ranking.quotations import FILE as QUOTATIONS
from ranking.themes import FILE as STATEMENTS
from ranking.themes import load_themes

TOOL = "pdpilot_interviews"
OF_THE_TOOL = {"PDPilot General Usage": "CA", "PDPilot improvements": "RM", "Benefits of PDPilot": "RM"}
"""Codes of the interviews on a software tool, and the construct under which they might stand. Fixed before anything was measured."""


@dataclass(frozen=True)
class Texts:
    """n texts that were not learned from.

    Attributes:
        features: as a classifier sees them. y, known: (n, 4) the constructs. clusters: n names of paper, quotation or interview.
    """

    name: str
    features: Features
    y: Bools
    known: Bools
    clusters: tuple[str, ...]

    def take(self, rows: Bools) -> Texts:
        """The same for some of them."""
        kept = np.flatnonzero(rows)
        names = tuple(self.clusters[row] for row in kept)
        return Texts(self.name, self.features.take(kept), self.y[kept], self.known[kept], names)


def all_texts(data: Path, embedder: Embedder) -> Iterator[tuple[Texts, Bools]]:
    """Each set that is there, and which of its texts are measured; the others serve as the study's uncoded rest."""
    import pandas as pd

    if (data / STATEMENTS).is_file():
        themes, table = load_themes(data / STATEMENTS, embedder), pd.read_csv(data / STATEMENTS)
        yield (
            alone("statements of unseen papers", table["text"], themes.vectors, themes.y, table["source"]),
            ~themes.seen,
        )
    quotations, table = load_quotations(embedder), pd.read_csv(QUOTATIONS)
    one = alone("invented quotations", table["text"], quotations.vectors, quotations.y, table.index.astype(str))
    yield one, np.ones(len(table), dtype=bool)
    if (data / TOOL / "units.parquet").is_file():
        found = load_set(data, TOOL, embedder)
        of = [[name for name, construct in OF_THE_TOOL.items() if construct == code] for code in CONSTRUCT_IDS]
        y = np.stack([found.y[:, [found.codes.index(name) for name in names]].any(axis=1) for names in of], axis=1)
        known = np.tile([bool(names) for names in of], (len(y), 1))
        yield Texts("interviews on a software tool", found.features, y, known, found.features.groups), known.any(axis=1)


def alone(name: str, texts: object, vectors: Vectors, y: Bools, clusters: object) -> Texts:
    """Texts without neighbours and questions."""
    told, groups = tuple(map(str, list(texts))), tuple(map(str, list(clusters)))  # type: ignore[call-overload]
    nobody = np.full(len(told), -1)
    features = Features(told, groups, vectors, np.zeros_like(vectors), nobody, nobody)
    return Texts(name, features, y, np.ones_like(y), groups)


def standardised(found: Floats) -> Floats:
    """Each column with mean 0 and standard deviation 1."""
    return np.asarray((found - found.mean(axis=0)) / found.std(axis=0).clip(1e-9))
