"""What an embedder gives that embeds every shortened text: the definition that quicker ways are compared with."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from secondcoder.domain.arrays import Vectors
from secondcoder.domain.records import Span
from secondcoder.embedding.embedder import Embedder
from secondcoder.embedding.occlusion import without_sentence


def embed_shortened(
    embedder: Embedder, texts: Sequence[str], sentences: Sequence[Sequence[Span]]
) -> tuple[Vectors, list[Vectors]]:
    """As `SentenceEmbedder.embed_with_sentences` says."""
    several = [spans if len(spans) > 1 else () for spans in sentences]
    shortened = [
        without_sentence(text, spans, at)
        for text, spans in zip(texts, several, strict=True)
        for at in range(len(spans))
    ]
    ends = np.cumsum([len(spans) for spans in several])[:-1]
    return embedder.embed(texts), np.split(embedder.embed(shortened), ends)
