"""What a text would be without each of its sentences: as vectors, by which evidence is found (occlusion)."""

from __future__ import annotations

from collections.abc import Sequence
from inspect import getattr_static
from typing import TypeGuard

import numpy as np

from secondcoder.domain.arrays import Vectors
from secondcoder.domain.records import Span
from secondcoder.embedding.embedder import Embedder, SentenceEmbedder


def embed_with_sentences(
    embedder: Embedder, texts: Sequence[str], sentences: Sequence[Sequence[Span]]
) -> tuple[Vectors, list[Vectors]]:
    """(n, d) vectors of n texts, and for each text (s, d) of it without each of its s sentences, (0, d) for fewer than two.

    In one pass where the embedder can (`SentenceEmbedder`); else every shortened text is embedded.

    Args:
        sentences: n times the spans of a text's sentences within it, in order.
    """
    if gives_sentences(embedder):
        return embedder.embed_with_sentences(texts, sentences)
    several = [spans if len(spans) > 1 else () for spans in sentences]
    shortened = [
        without_sentence(text, spans, at)
        for text, spans in zip(texts, several, strict=True)
        for at in range(len(spans))
    ]
    ends = np.cumsum([len(spans) for spans in several])[:-1]
    # All in one go, as embedders work in batches.
    return embedder.embed(texts), np.split(embedder.embed(shortened), ends)


def gives_sentences(embedder: Embedder) -> TypeGuard[SentenceEmbedder]:
    """Whether the embedder is a `SentenceEmbedder`; unlike isinstance, without reading a property, which may load the model."""
    return getattr_static(embedder, "embed_with_sentences", None) is not None


def without_sentence(text: str, sentences: Sequence[Span], at: int) -> str:
    """The other sentences of a text, joined by blanks."""
    return " ".join(text[start:end] for start, end in (*sentences[:at], *sentences[at + 1 :]))
