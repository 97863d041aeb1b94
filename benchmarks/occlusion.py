"""Evidence from one pass, against evidence from a pass for each shortened text: writes benchmarks/OCCLUSION.md.

    python benchmarks/occlusion.py [--data ../shared/data]

The sentences that carry a suggestion are those without which its score falls most. Exactly, each passage is embedded again without
each of its sentences. From one pass, its vector without a sentence is the mean over the other sentences' tokens, as they stood in the
whole. On half of each set's interviews the classifier is fitted, on the others both falls are computed for whatever it suggests.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import numpy as np
from comparison.sets import SEED, load_set, there
from corpus_figures import FIRST, read_corpus
from machine import machine
from scipy.stats import spearmanr
from secondcoder.configuration import load_configuration
from secondcoder.domain.arrays import Bools, Floats, Rows, Vectors
from secondcoder.domain.records import Segment, Span
from secondcoder.embedding import Embedder, open_embedder
from secondcoder.embedding.occlusion import gives_sentences
from secondcoder.labels.label_matrix import LabelMatrix
from secondcoder.learning.assessment.splits import group_folds
from secondcoder.learning.codebook_texts import code_vectors
from secondcoder.learning.features import Features, build_features
from secondcoder.learning.stacked_kernels.classifier import StackedKernelClassifier
from secondcoder.segments.sentence_pipelines import SentenceFinder
from secondcoder.suggestions.carrying import carrying_sentences, scores_without, sentences_within, shortened

PAGE = Path(__file__).with_name("OCCLUSION.md")


@dataclass(frozen=True)
class Compared:
    """One set: n passages with labels.

    Attributes:
        code_embeddings: (k, d) vectors of the codes' descriptions.
    """

    name: str
    segments: Sequence[Segment]
    features: Features
    labels: LabelMatrix
    code_embeddings: Vectors


def demonstration(embedder: Embedder) -> Compared:
    """The invented study: the first coder's codes."""
    corpus = read_corpus()
    within = corpus.coded_by(FIRST)
    segments = [segment for segment in corpus.segments if segment.transcript in within]
    labels = corpus.matrix(FIRST, within, roll_up=True)
    scored = [code for code, column in zip(labels.codes, labels.y.T, strict=True) if column.sum() >= 8]
    features = build_features(segments, [segment.transcript for segment in segments], embedder)
    vectors = code_vectors([corpus.book[code] for code in scored], embedder)
    return Compared("demonstration study", segments, features, labels.columns(scored), vectors)


def human_coded(data: Path, name: str, embedder: Embedder) -> Compared:
    """A set of real interviews, whose units are turns."""
    of = load_set(data, name, embedder)
    segments = [
        Segment(group, at, 0, len(text), text, at)
        for at, (group, text) in enumerate(zip(of.features.groups, of.features.texts, strict=True))
    ]
    return Compared(name, segments, of.features, LabelMatrix(of.codes, of.y, of.known), of.code_embeddings)


def rows_of(compared: Compared, embedder: Embedder) -> str:
    """A line of the table."""
    test = np.flatnonzero(group_folds(compared.features.groups, 2, SEED) == 0)
    train = np.setdiff1d(np.arange(len(compared.segments)), test)
    classifier = StackedKernelClassifier().fit(
        compared.features.take(train), compared.labels.take(train), compared.code_embeddings
    )
    model, features = SimpleNamespace(scores=classifier.predict_proba), compared.features.take(test)
    segments = [compared.segments[row] for row in test.tolist()]
    scores = classifier.predict_proba(features)
    above = scores >= classifier.thresholds_
    rows = np.flatnonzero(above.any(axis=1)).tolist()
    spans = dict(zip(rows, sentences_within([segments[row] for row in rows], SentenceFinder()), strict=True))
    exact = shortened(segments, spans, embedder)
    assert gives_sentences(embedder)
    texts = [segment.text for segment in segments]
    pooled = embedder.embed_with_sentences(texts, [spans.get(row, ()) for row in range(len(segments))])[1]
    quick = exact._replace(vectors=np.concatenate([pooled[row] for row in rows if len(spans[row]) > 1]))
    falls = [scores[exact.owners] - scores_without(model, features, each) for each in (exact, quick)]
    named = [carrying_sentences(model, features, scores, above, spans, each) for each in (exact, quick)]
    return _line(compared.name, above, exact.owners, falls, named, spans)


def _line(
    name: str,
    above: Bools,
    owners: Rows,
    falls: Sequence[Floats],
    named: Sequence[dict[tuple[int, int], tuple[Span, ...]]],
    spans: dict[int, Sequence[Span]],
) -> str:
    several = [(row, column) for row, column in np.argwhere(above).tolist() if len(spans[row]) > 1]
    same = np.mean([named[0][place][:1] == named[1][place][:1] for place in several])
    equal = np.mean([named[0][place] == named[1][place] for place in several])
    chance = np.mean([1 / len(spans[row]) for row, _ in several])
    left = list(_lost(several, owners, falls, spans))
    ranks = [
        spearmanr(*(fall[owners == row, column] for fall in falls)).statistic
        for row, column in several
        if len(spans[row]) > 2
    ]
    cells = (
        f"{len(several):,}",
        f"{same:.1%}",
        f"{equal:.1%}",
        f"{chance:.0%}",
        f"{np.nanmean(ranks):.3f}",
        f"{np.mean(left):.1%}",
    )
    return f"| {name} | " + " | ".join(cells) + " |"


def _lost(
    several: Sequence[tuple[int, int]], owners: Rows, falls: Sequence[Floats], spans: dict[int, Sequence[Span]]
) -> Iterator[float]:
    """Of the largest exact fall, what the sentence named from one pass makes the score fall."""
    for row, column in several:
        exact, quick = (fall[owners == row, column] for fall in falls)
        if exact.max() > 0:
            yield max(exact[quick.argmax()] / exact.max(), 0.0)


def main() -> None:
    """Compare and write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(__file__).parents[2] / "shared" / "data")
    data = parser.parse_args().data
    embedder = open_embedder(load_configuration().embedding)
    lines = [rows_of(demonstration(embedder), embedder)]
    lines += [rows_of(human_coded(data, name, embedder), embedder) for name in there(data, ["ohd_long1960s"])]
    header = (
        "| set | suggestions on passages of several sentences | the same sentence named first | the same sentences named | by chance "
        "| rank correlation of the falls | exact fall of the sentence named, of the largest |",
        "|---|---|---|---|---|---|---|",
    )
    parts = [
        "# Evidence from one pass",
        "Written by `python benchmarks/occlusion.py`.",
        (__doc__ or "").split("\n\n", 2)[2].replace("\n", " ").strip(),
        "\n".join((*header, *lines)),
        "By chance: one over the number of sentences. Rank correlation (Spearman): mean over suggestions on passages of three or "
        f"more sentences. Embedder: {embedder.id}.",
        machine(),
    ]
    PAGE.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
