"""Where two coders part: how many of their differences each way of choosing passages for double coding finds."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import numpy as np
import secondcoder
from comparison.runs import RECIPE
from comparison.tables import table
from secondcoder.corpus import of_coder
from secondcoder.domain.arrays import Floats
from secondcoder.embedding import Embedder
from secondcoder.labels.label_matrix import LabelMatrix, label_matrix
from secondcoder.learning.codebook_texts import code_vectors
from secondcoder.learning.cross_validation import cross_validate
from secondcoder.learning.features import Features, build_features
from secondcoder.study.study import Study
from secondcoder.suggestions.slip_probability import doubt

FEWEST = 8
SEEDS = 5
SHARES = (0.05, 0.12, 0.25)
OURS = "doubt (`sheet make --twice`)"


def kept_lines(folder: Path, embedder: Embedder) -> list[str]:
    """The section, from disk where it was made before with the same code."""
    room, digest = Path(str(secondcoder.__file__)).parent, hashlib.sha256(Path(__file__).read_bytes())
    for name in (*RECIPE, "suggestions/slip_probability.py"):
        digest.update((room / name).read_bytes())
    path = folder / f"twice-{digest.hexdigest()[:12]}.md"
    if not path.exists():
        path.write_text("\n".join(double_coding(embedder)) + "\n", encoding="utf-8")
    return path.read_text(encoding="utf-8").splitlines()


def double_coding(embedder: Embedder) -> Iterator[str]:
    """The section: the demonstration study, each of its coders as the first one in turn."""
    shipped = resources.files("secondcoder.corpora").joinpath("demo")
    with tempfile.TemporaryDirectory() as folder, resources.as_file(shipped) as corpus:
        study = Study.create(Path(folder) / "study", "npt")
        study.import_files([corpus])
        segments, coders, book = (
            study.workspace().segments(study.store.transcripts()),
            study.corpus.coders,
            study.codebook,
        )
        settings = study.configuration
        marks = {name: (of_coder(study.corpus.codings, name), of_coder(study.corpus.passes, name)) for name in coders}
        study.close()
    features = build_features(segments, [segment.transcript for segment in segments], embedder)
    both = {
        name: label_matrix(segments, *of, book, settings.learning, settings.segments.overlap)
        for name, of in marks.items()
    }
    embedded = dict(zip(book.ids, code_vectors(book.codes, embedder, segments), strict=True))
    found: list[dict[str, Floats]] = []
    for first, second in (coders[:2], coders[1::-1]):
        found += [_found(features, both[first], both[second], embedded, seed) for seed in range(SEEDS)]
    yield "## Passages for double coding"
    yield ""
    shared = int((both[coders[0]].known & both[coders[1]].known).any(axis=1).sum())
    yield (
        f"Two coders of the demonstration study, whose parts are played by a model, looked at the same {shared} passages. The model "
        f"learns from one of them and says, out of fold, which passages the other should code too. How many of their differences are "
        f"found in so many of the passages, as a multiple of what chance finds; means of {len(found)} (each coder first, "
        f"{SEEDS} divisions into folds), standard deviations in brackets. That passages with many codes hold many differences is "
        "told by the row `most marks`."
    )
    yield ""
    rows = []
    for way in sorted(found[0], key=lambda way: -np.mean([one[way] for one in found])):
        values = np.array([one[way] for one in found])
        rows.append(
            (way, *(f"{mean:.2f} ({sd:.2f})" for mean, sd in zip(values.mean(axis=0), values.std(axis=0), strict=True)))
        )
    yield from table(("way", *(f"{share:.0%} of the passages" for share in SHARES)), rows)


def _found(
    features: Features, first: LabelMatrix, second: LabelMatrix, embedded: dict[str, Floats], seed: int
) -> dict[str, Floats]:
    """Way -> multiples of chance, one a share of SHARES."""
    rows = np.flatnonzero(first.known.all(axis=1))
    own, other = first.take(rows), second.take(rows)
    codes = [code for code, marks in zip(own.codes, own.y.sum(axis=0), strict=True) if marks >= FEWEST]
    part = own.columns(codes)
    vectors = np.stack([embedded[code] for code in codes]).astype(np.float32)
    p = cross_validate(features.take(rows), part, vectors, folds=5, seed=seed).probability
    twice = other.columns(codes).known.all(axis=1)
    differ = (part.y != other.columns(codes).y).sum(axis=1)[twice]
    words = np.array([len(features.texts[row].split()) for row in rows], dtype=np.float64)
    worth = {
        OURS: doubt(p, part.y, part.known).max(axis=1),
        "expected differences": np.abs(part.y - p).sum(axis=1),
        "undecided model": np.minimum(p, 1 - p).sum(axis=1),
        "most marks": part.y.sum(axis=1),
        "longest": words,
    }
    return {way: _multiples(value[twice], differ) for way, value in worth.items()}


def _multiples(worth: Floats, differ: Floats) -> Floats:
    best = differ[np.argsort(-worth, kind="stable")]
    return np.array([best[: round(share * len(best))].mean() / differ.mean() for share in SHARES])
