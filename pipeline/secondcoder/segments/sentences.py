"""Sentences of a text, by what finds them in its language (sentence_pipelines.py), kept in a folder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import numpy as np

from secondcoder.block_cache.blocks import BlockCache
from secondcoder.block_cache.shards import keys_of
from secondcoder.domain.records import Span
from secondcoder.segments.sentence_pipelines import SentenceFinder

BATCH = 64
"""Texts that the recogniser reads at once."""
CHUNK, LIMIT = 4096, 64 * 2**20
"""Texts that are kept in one file; bytes of all that are kept."""


def split_sentences(texts: Sequence[str], finder: SentenceFinder, kept: Path | None = None) -> list[list[Span]]:
    """Sentence spans of each text, without outer white space; a text always has at least one.

    Args:
        kept: folder that keeps them, which may be deleted at any time; where all are kept, no spaCy is loaded.

    Raises:
        StudyError, ModelError: as `SentenceFinder.find`.
    """
    if kept is None:
        return list(_split(texts, finder))
    spans: list[list[Span]] = [[] for _ in texts]

    def take(n: int, block: memoryview) -> None:
        spans[n] = [(start, end) for start, end in np.frombuffer(block, dtype=np.int32).reshape(-1, 2).tolist()]

    def compute(wanted: list[int]) -> list[bytes]:
        return [np.array(found, dtype=np.int32).tobytes() for found in _split([texts[n] for n in wanted], finder)]

    _cache(kept / finder.language).fill(keys_of(texts, "sentences", *finder.made_of), take, compute, lambda n: n)
    return spans


@cache
def _cache(folder: Path) -> BlockCache:
    # Kept, as it remembers what its files hold.
    return BlockCache(folder, CHUNK, LIMIT)


def _split(texts: Sequence[str], finder: SentenceFinder) -> Iterator[list[Span]]:
    for text, found in zip(texts, finder.find(texts, BATCH), strict=True):
        spans = [_trim(text, start, end) for start, end in found]
        yield [(start, end) for start, end in spans if start < end] or [_trim(text, 0, len(text))]


def _trim(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - (len(piece) - len(piece.rstrip()))
