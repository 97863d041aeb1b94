"""A text without one of its sentences, by which evidence is found (occlusion), and which embedders give its vector in one pass."""

from __future__ import annotations

from collections.abc import Sequence
from inspect import getattr_static
from typing import TypeGuard

from secondcoder.domain.records import Span
from secondcoder.embedding.embedder import Embedder, SentenceEmbedder


def gives_sentences(embedder: Embedder) -> TypeGuard[SentenceEmbedder]:
    """Whether the embedder is a `SentenceEmbedder`; unlike isinstance, without reading a property, which may load the model."""
    return getattr_static(embedder, "embed_with_sentences", None) is not None


def without_sentence(text: str, sentences: Sequence[Span], at: int) -> str:
    """The other sentences of a text, joined by blanks."""
    return " ".join(text[start:end] for start, end in (*sentences[:at], *sentences[at + 1 :]))
