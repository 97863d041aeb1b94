"""How long the default training and evaluation of a study take, with all vectors cached: invented words, random vectors."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import numpy as np
from secondcoder.domain.arrays import Vectors
from secondcoder.embedding import Embedder, open_embedder
from secondcoder.embedding.cache import cached
from secondcoder.embedding.cache_folder import VECTORS
from secondcoder.exchange.importing import ImportOptions
from secondcoder.study.study import Study
from secondcoder.workspace import CACHE

from comparison.sets import SEED

VOCABULARY, LONGEST = 8000, 120
QUESTION = "How did that go over the last months, would you say?"


@dataclass(frozen=True)
class Timing:
    """Seconds on this machine: everything that `secondcoder train` and `secondcoder evaluate` do after a start."""

    segments: int
    codes: int
    training: float
    evaluation: float


class RandomVectors:
    """Stands for an embedder whose work is done: `id` and `window` are those of the real one, so that its cache can be filled."""

    def __init__(self, real: Embedder) -> None:
        self.id, self.width, self.window = real.id, real.width, real.window

    def embed(self, texts: Sequence[str]) -> Vectors:
        """(n, d) random unit vectors."""
        vectors = np.random.default_rng(SEED).standard_normal((len(texts), self.width)).astype(np.float32)
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))


def time_a_study(segments: int = 2500, codes: int = 20, transcripts: int = 25) -> Timing:
    """Train and evaluate once in a study folder made for it; each answer follows a question, as in an interview."""
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "invented.csv"
        rows = list(invented_rows(segments, codes, transcripts))
        with table.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        study = Study.create(Path(folder) / "study", "npt-core")
        study.import_files([table], ImportOptions(add_codes=True))
        _fill_cache(study, [row["text"] for row in rows])
        start = perf_counter()
        study.train()
        trained = perf_counter()
        study.evaluate()
        done = perf_counter()
        study.close()
    return Timing(segments, codes, trained - start, done - trained)


def invented_rows(segments: int, codes: int, transcripts: int) -> Iterator[dict[str, str]]:
    """A coded table of word salad: words as frequent as in talk (Zipf), and some that go with a code."""
    rng = np.random.default_rng(SEED)
    share = rng.uniform(0.02, 0.15, codes)
    for number in range(segments):
        place = {"transcript": f"t{number * transcripts // segments:03}", "coder": "invented"}
        carried = np.flatnonzero(rng.random(codes) < share).tolist()
        common = np.minimum(rng.zipf(1.3, int(rng.integers(10, LONGEST))), VOCABULARY).tolist()
        words = [f"w{word}" for word in common] + [f"c{code}w{rng.integers(5)}" for code in carried]
        marks = "|".join(f"CODE{code:02}" for code in carried)
        yield place | {"order": str(2 * number), "speaker": "Interviewer", "text": QUESTION, "codes": ""}
        yield place | {"order": str(2 * number + 1), "speaker": "P", "text": " ".join(words), "codes": marks}


def _fill_cache(study: Study, texts: Sequence[str]) -> None:
    real = open_embedder(study.configuration.embedding)
    random = RandomVectors(real)
    cached(random, study.folder / CACHE / VECTORS).embed(sorted(set(texts)))
