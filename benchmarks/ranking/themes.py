"""The construct under which authors placed a theme statement, guessed from the codebook; whole sources are left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from intervals import even_draws
from secondcoder.codebook.model import Codebook
from secondcoder.domain.arrays import Bools, Floats, Rows, Vectors
from secondcoder.embedding import Embedder
from secondcoder.learning.description_ranker import CodedPassages
from secondcoder.statistics.cluster_bootstrap import effective_clusters

from ranking.rankers import Ranker, no_passages

FILE = "theme_labels.csv"
CONSTRUCTS = {
    "coherence": "CO",
    "cognitive_participation": "CP",
    "collective_action": "CA",
    "reflexive_monitoring": "RM",
}
NAMES = ("accuracy", "macro_f1", "mrr", "top2")
SEED = 20260101
SEEN = {
    "10.1186/s13012-017-0659-8",
    "10.1186/s12913-016-1834-3",
    "10.1186/s12913-014-0549-6",
    "10.1186/s13756-020-00767-w",
}
"""Papers whose tables are paraphrased in the notes from which the codebooks were written."""
Figures = tuple[dict[str, float], dict[str, Floats], dict[str, Floats]]
"""Each figure once, in every draw of sources, and with each source left out."""


@dataclass(frozen=True)
class Themes:
    """n statements.

    Attributes:
        vectors: (n, d). y: (n, 4) the constructs that hold. source: (n,) number of the paper, from 0.
        seen: (n,) the codebooks' author knew a paraphrase of the paper's table.
    """

    vectors: Vectors
    y: Bools
    source: Rows
    seen: Bools

    @property
    def sources(self) -> tuple[int, float]:
        """How many papers, and how many of equal size they are worth."""
        statements = np.bincount(self.source).astype(float)
        return len(statements), effective_clusters(statements)

    def take(self, rows: Rows) -> Themes:
        """The same for some statements, their papers numbered anew."""
        source = np.unique(self.source[rows], return_inverse=True)[1].ravel()
        return Themes(self.vectors[rows], self.y[rows], source, self.seen[rows])


def load_themes(path: Path, embedder: Embedder) -> Themes:
    """Read the table; a statement may stand under two constructs."""
    table = pd.read_csv(path)
    y = np.array([[name in cell.split("|") for name in CONSTRUCTS] for cell in table["construct"]])
    source = np.unique(table["source"], return_inverse=True)[1].ravel()
    return Themes(embedder.embed(table["text"].tolist()), y, source, table["doi_or_url"].isin(SEEN).to_numpy())


def strengths(
    themes: Themes, book: Codebook, rank: Ranker, embedder: Embedder, examples: int = 0, seed: int = 0
) -> Floats:
    """(n, 4): each source's statements, ranked with what the other sources alone give.

    From the other sources come the mean vector, without labels, and `examples` statements a construct, drawn by `seed`.
    """
    rng = np.random.default_rng(seed)
    found = np.zeros(themes.y.shape)
    for source in range(themes.sources[0]):
        rest, own = np.flatnonzero(themes.source != source), themes.source == source
        drawn = [row for j in range(4) for row in rng.permutation(rest[themes.y[rest, j]])[:examples].tolist()]
        passages = _passages(themes, book, sorted(set(drawn)))
        found[own] = by_construct(rank(book, embedder, themes.vectors[rest], passages)(themes.vectors[own]), book)
    return found


def _passages(themes: Themes, book: Codebook, rows: Sequence[int]) -> CodedPassages:
    """Statements as human-coded passages: of a construct's sub-constructs nothing is known."""
    nothing = no_passages(book, themes.vectors.shape[1])
    if not rows:
        return nothing
    y, known = (np.zeros((len(rows), len(book.ids)), dtype=bool) for _ in range(2))
    columns = [book.ids.index(code) for code in CONSTRUCTS.values()]
    y[:, columns], known[:, columns] = themes.y[rows], True
    return CodedPassages(themes.vectors[rows], y, known)


def by_construct(found: Floats, book: Codebook) -> Floats:
    """(n, k) -> (n, 4): a construct is as strong as the strongest of its codes."""
    columns = [
        [j for j, code in enumerate(book.ids) if construct in (code, *book.ancestors(code))]
        for construct in CONSTRUCTS.values()
    ]
    return np.stack([found[:, own].max(axis=1) for own in columns], axis=1)


def figures(themes: Themes, found: Floats, rounds: int) -> Figures:
    """Each of NAMES on the statements as they are, in `rounds` draws of whole sources, (rounds,), and without each, (sources,)."""
    sources, _ = themes.sources
    weights = (np.ones((1, sources)), even_draws(sources, rounds, SEED), 1 - np.eye(sources))
    once, drawn, left_out = (_figures(themes, found, rows) for rows in weights)
    return {name: float(values[0]) for name, values in once.items()}, drawn, left_out


def _figures(themes: Themes, found: Floats, weights: Floats) -> dict[str, Floats]:
    order = np.argsort(-found, axis=1, kind="stable")
    hits = np.take_along_axis(themes.y, order, axis=1)
    first, place = order[:, 0], hits.argmax(axis=1)
    # A statement with two constructs counts for the one that is guessed, and otherwise for the first of them.
    truth = np.where(hits[:, 0], first, themes.y.argmax(axis=1))
    w = weights[:, themes.source]
    total = w.sum(axis=1)
    f1 = []
    for construct in range(themes.y.shape[1]):
        said, true = first == construct, truth == construct
        sides = w @ said + w @ true
        f1.append(np.divide(2 * (w @ (said & true)), sides, out=np.zeros(len(w)), where=sides > 0))
    return {
        "accuracy": w @ hits[:, 0] / total,
        "macro_f1": np.mean(f1, axis=0),
        "mrr": w @ (1 / (1 + place)) / total,
        "top2": w @ (place < 2) / total,
    }
