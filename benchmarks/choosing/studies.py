"""Fully coded studies, divided into transcripts to choose passages from and transcripts to judge by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from asked import tell
from comparison.sets import SETS, load_set
from drifts.talk import DEMONSTRATION, demonstration
from secondcoder.codebook.model import Codebook
from secondcoder.codebook.yaml_file import load_codebook
from secondcoder.domain.arrays import Rows, Vectors
from secondcoder.embedding import Embedder
from secondcoder.labels.label_matrix import LabelMatrix
from secondcoder.learning.features import Features

JUDGED = {"ohd_long1960s": 5, "pdpilot_interviews": 2, DEMONSTRATION: 7}
"""Transcripts held back to judge by."""


@dataclass(frozen=True)
class Coded:
    """n passages, transcript by transcript, all of them coded: labels are the truth that a coder gives when asked."""

    name: str
    book: Codebook
    features: Features
    labels: LabelMatrix
    code_embeddings: Vectors

    def __len__(self) -> int:
        return len(self.features)

    @property
    def transcripts(self) -> Rows:
        """(n,) names."""
        return np.asarray(self.features.groups)

    @property
    def words(self) -> Rows:
        """(n,)."""
        return np.array([len(text.split()) for text in self.features.texts], dtype=np.intp)

    def take(self, rows: Rows) -> Coded:
        """The same for some passages, ascending."""
        return replace(self, features=self.features.take(rows), labels=self.labels.take(rows))

    def divided(self, seed: int) -> tuple[Coded, Coded]:
        """Passages to choose from, and those of other transcripts to judge by."""
        order = np.random.default_rng(seed).permutation(np.unique(self.transcripts))
        judged, rest = order[: JUDGED[self.name]], order[JUDGED[self.name] :]
        pool, held = (np.flatnonzero(np.isin(self.transcripts, names)) for names in (rest, judged))
        return self.take(pool), self.take(held)


def studies(data: Path, embedder: Embedder) -> Iterator[Coded]:
    """Those that are there; a message for each that is not."""
    for name in JUDGED:
        if name == DEMONSTRATION:
            yield _demonstration(embedder)
        elif (data / SETS[name].folder / "units.parquet").is_file():
            yield _public(data, name, embedder)
        else:
            tell(f"skipped {name}: {data / SETS[name].folder} is not there")


def _public(data: Path, name: str, embedder: Embedder) -> Coded:
    found = load_set(data, name, embedder)
    book = Codebook(id=name, title=name, version="1.0", language="en").with_codes(found.codes)
    labels = LabelMatrix(found.codes, found.y, found.known)
    return Coded(name, book, found.features, labels, found.code_embeddings)


def _demonstration(embedder: Embedder) -> Coded:
    talk = demonstration(embedder)
    rows = np.flatnonzero(talk.labels.known.all(axis=1))
    labels, book = talk.labels.take(rows), load_codebook("npt")
    return Coded(DEMONSTRATION, book, talk.features.take(rows), labels, talk.code_embeddings)
