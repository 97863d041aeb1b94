"""NPT's codebooks with NoMAD's items as further prototypes; the first two parts of an item's id are its sub-construct's in `npt`."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from secondcoder.codebook.model import Code, Codebook
from secondcoder.codebook.yaml_file import load_codebook
from secondcoder.domain.arrays import Floats
from secondcoder.embedding import Embedder
from secondcoder.learning.assessment.metrics import LabelledPredictions

from ranking.rankers import OWN, PLAIN
from ranking.talk import Talk, ranked
from ranking.themes import Themes, strengths

BOOKS = ("npt", "npt-core")
AS_IT_IS = "as it ships"


def sub_construct(item: Code) -> str:
    """The id in `npt` of the sub-construct that an item asks about."""
    return ".".join(item.id.split(".")[:2])


def with_items(book: Codebook) -> Codebook:
    """The items' prototypes behind those of the code that they ask about: in a book without sub-constructs, of the construct."""
    items = [item for item in load_codebook("nomad").codes if item.family == "item" and item.parent in book]

    def added(code: Code) -> tuple[str, ...]:
        own = [
            item for item in items if code.id == (sub_construct(item) if sub_construct(item) in book else item.parent)
        ]
        return tuple(text for item in own for text in item.prototypes)

    codes = (code.model_copy(update={"prototypes": (*code.prototypes, *added(code))}) for code in book.codes)
    return book.model_copy(update={"codes": tuple(codes)})


def items_alone(book: Codebook) -> Codebook:
    """The items' prototypes in place of a code's own examples and prototypes, where there are items for it."""
    both = with_items(book)
    codes = []
    for own, more in zip(book.codes, both.codes, strict=True):
        items = more.prototypes[len(own.prototypes) :]
        codes.append(own.model_copy(update={"prototypes": items, "examples": ()}) if items else own)
    return book.model_copy(update={"codes": tuple(codes)})


def bare(book: Codebook) -> Codebook:
    """No examples and no prototypes where there are items: names, definitions, includes and excludes."""
    codes = []
    for own, more in zip(book.codes, with_items(book).codes, strict=True):
        told = len(more.prototypes) > len(own.prototypes)
        codes.append(own.model_copy(update={"prototypes": (), "examples": ()}) if told else own)
    return book.model_copy(update={"codes": tuple(codes)})


VARIANTS: dict[str, Callable[[Codebook], Codebook]] = {
    AS_IT_IS: lambda book: book,
    "and NoMAD's items": with_items,
    "without examples and prototypes": bare,
    "NoMAD's items in their place": items_alone,
}


def ranked_with(talk: Talk, change: Callable[[Codebook], Codebook], embedder: Embedder) -> LabelledPredictions:
    """The demonstration study, nothing coded."""
    return ranked(Talk(change(talk.book), talk.vectors, talk.y, talk.known, talk.transcripts), PLAIN[OWN], embedder)


def statements_with(themes: Themes, name: str, change: Callable[[Codebook], Codebook], embedder: Embedder) -> Floats:
    """(n, 4) strengths of the constructs."""
    return np.asarray(strengths(themes, change(load_codebook(name)), PLAIN[OWN], embedder))
