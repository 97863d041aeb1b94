"""What a codebook says of its codes, as labelled texts: definitions, includes, examples and prototypes, and excludes against them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from secondcoder.codebook.model import Code, Codebook
from secondcoder.domain.arrays import Bools, Vectors
from secondcoder.domain.records import Segment
from secondcoder.embedding import Embedder

RUN, FEWEST = 10, 4
"""So many words in a row are a quotation; a text of fewer is one as a whole, down to the second number."""


@dataclass(frozen=True)
class CodebookTexts:
    """m texts and what they say of the k codes, in the codebook's order.

    Attributes:
        texts: m texts.
        y: (m, k), the text speaks for the code.
        known: (m, k), it says anything of the code; where this is False, `y` means nothing.
    """

    texts: tuple[str, ...]
    y: Bools
    known: Bools


def quoted(texts: Iterable[str], talk: Sequence[Segment]) -> set[str]:
    """The texts that quote the talk: ten words in a row were said, or, if the text is shorter, all of it.

    A text of under four words quotes nothing. The talk stands transcript by transcript.
    """
    owners: dict[tuple[str, ...], set[str]] = {}
    for text in texts:
        words = _words(text)
        for run in _runs(words, min(RUN, len(words))) if len(words) >= FEWEST else ():
            owners.setdefault(run, set()).add(text)
    lengths, found = {len(run) for run in owners}, set[str]()
    for _, own in groupby(talk, key=lambda segment: segment.transcript):
        spoken = [word for segment in own for word in _words(segment.text)]
        for length in lengths:
            for run in _runs(spoken, length):
                found |= owners.get(run, set())
    return found


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _runs(words: Sequence[str], length: int) -> Iterator[tuple[str, ...]]:
    return (tuple(words[at : at + length]) for at in range(len(words) - length + 1))


def codebook_texts(book: Codebook) -> CodebookTexts:
    """The texts of every code, and of its excludes.

    A text of a code speaks for it and for its ancestors, and against all other codes; of the code's descendants it says nothing,
    since a construct's example may belong to any of its sub-constructs. What a code excludes speaks against it, and, where the
    codebook tells where it goes instead, for those codes.
    """
    column = {code: j for j, code in enumerate(book.ids)}
    lineage = {code: {column[one] for one in (code, *book.ancestors(code))} for code in book.ids}
    texts: list[str] = []
    rows: list[tuple[set[int], set[int]]] = []
    for code in book.codes:
        own = lineage[code.id]
        for text in described(code):
            texts.append(text)
            rows.append((own, _below(own, column[code.id], lineage, column)))
        for exclude in code.excludes:
            texts.append(exclude.text)
            rows.append(_excluded(code, exclude.see, lineage, column))
    return _matrix(texts, rows, len(column))


def described(code: Code) -> Iterator[str]:
    """Name with definition, includes, examples and prototypes; the name alone where there is nothing else."""
    yield f"{code.name}: {code.definition}" if code.definition else code.name
    yield from (*code.includes, *code.examples, *code.prototypes)


def code_vectors(codes: Sequence[Code], embedder: Embedder, talk: Sequence[Segment] = ()) -> Vectors:
    """(k, d) unit vectors: of each code the mean of what the codebook says for it.

    What it quotes from `talk` is left out, name and definition never: an example taken from a coded transcript would tell the
    answer for its own passage, also while the transcript is held back, and make every figure too good.
    """
    said = quoted((text for code in codes for text in described(code)), talk)
    texts = [[first, *(text for text in rest if text not in said)] for first, *rest in map(described, codes)]
    vectors = embedder.embed([text for own in texts for text in own])
    ends = np.cumsum([len(own) for own in texts])
    means = np.stack([part.mean(axis=0) for part in np.split(vectors, ends[:-1])])
    return np.asarray(means / np.linalg.norm(means, axis=1, keepdims=True).clip(1e-12), dtype=np.float32)


def _below(own: set[int], place: int, lineage: dict[str, set[int]], column: dict[str, int]) -> set[int]:
    """Descendants of the code at `place`: a text of that code says nothing of them."""
    return {column[code] for code, chain in lineage.items() if place in chain} - own


def _excluded(
    code: Code, see: Sequence[str], lineage: dict[str, set[int]], column: dict[str, int]
) -> tuple[set[int], set[int]]:
    place = column[code.id]
    if not see:
        return set(), set(column.values()) - {place}
    spoken_for: set[int] = set().union(*(lineage[target] for target in see)) - {place}
    below: set[int] = set().union(*(_below(lineage[target], column[target], lineage, column) for target in see))
    return spoken_for, below - spoken_for - {place}


def _matrix(texts: list[str], rows: list[tuple[set[int], set[int]]], k: int) -> CodebookTexts:
    y, known = np.zeros((len(rows), k), dtype=bool), np.ones((len(rows), k), dtype=bool)
    for row, (spoken_for, unknown) in enumerate(rows):
        y[row, list(spoken_for)] = True
        known[row, list(unknown)] = False
    return CodebookTexts(tuple(texts), y, known)
