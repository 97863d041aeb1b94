"""A codebook's entries as labelled texts: definitions, includes, examples and prototypes positive for a code, excludes negative."""

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
"""Words in a row that make a quotation; a shorter text counts as quoted when all of it occurs, if it has at least FEWEST words."""


@dataclass(frozen=True)
class CodebookTexts:
    """m texts and their labels for the k codes, in the codebook's order.

    Attributes:
        texts: m texts.
        y: (m, k), the text is a positive example of the code.
        known: (m, k), the label is known; where this is False, `y` means nothing.
    """

    texts: tuple[str, ...]
    y: Bools
    known: Bools


def quoted(texts: Iterable[str], talk: Sequence[Segment]) -> set[str]:
    """The texts that quote the segments: RUN words in a row occur in a transcript, or, if the text is shorter, all of it.

    A text of under FEWEST words quotes nothing. The segments of one transcript stand together.
    """
    # The codebook is short and the talk long: the codebook's runs are indexed, the talk is read once for each length.
    owners: dict[tuple[str, ...], set[str]] = {}
    for text in texts:
        words = _words(text)
        for run in _runs(words, min(RUN, len(words))) if len(words) >= FEWEST else ():
            owners.setdefault(run, set()).add(text)
    lengths, quotations = {len(run) for run in owners}, set[str]()
    for _, segments in groupby(talk, key=lambda segment: segment.transcript):
        # The transcript as one text: a quotation may run over the edge of a segment.
        spoken = [word for segment in segments for word in _words(segment.text)]
        for length in lengths:
            for run in _runs(spoken, length):
                quotations |= owners.get(run, set())
    return quotations


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _runs(words: Sequence[str], length: int) -> Iterator[tuple[str, ...]]:
    return (tuple(words[at : at + length]) for at in range(len(words) - length + 1))


def codebook_texts(book: Codebook) -> CodebookTexts:
    """The texts of every code, and of its excludes.

    A text of a code is positive for it and its ancestors and negative for all other codes; for the code's descendants it is unknown,
    since a construct's example may belong to any of its sub-constructs. An exclude is negative for its code, and positive for the
    codes that the codebook refers it to.
    """
    column = {code: j for j, code in enumerate(book.ids)}
    lineage = {code: {column[ancestor] for ancestor in (code, *book.ancestors(code))} for code in book.ids}
    texts: list[str] = []
    rows: list[tuple[set[int], set[int]]] = []
    for code in book.codes:
        positive = lineage[code.id]
        for text in described(code):
            texts.append(text)
            rows.append((positive, _below(positive, column[code.id], lineage, column)))
        for exclude in code.excludes:
            texts.append(exclude.text)
            rows.append(_excluded(code, exclude.see, lineage, column))
    return _matrix(texts, rows, len(column))


def described(code: Code) -> Iterator[str]:
    """Name with definition, includes, examples and prototypes; the name alone where there is nothing else."""
    yield f"{code.name}: {code.definition}" if code.definition else code.name
    yield from (*code.includes, *code.examples, *code.prototypes)


def code_vectors(codes: Sequence[Code], embedder: Embedder, talk: Sequence[Segment] = ()) -> Vectors:
    """(k, d) unit vectors: for each code the mean of the vectors of its texts.

    Texts that quote `talk` are left out, name and definition never: an example taken from a coded transcript would leak the label of
    its own passage, also while the transcript is held back, and bias every figure upwards.
    """
    quotations = quoted((text for code in codes for text in described(code)), talk)
    texts = [[first, *(text for text in rest if text not in quotations)] for first, *rest in map(described, codes)]
    vectors = embedder.embed([text for of_code in texts for text in of_code])
    ends = np.cumsum([len(of_code) for of_code in texts])
    # Without the last end, after which np.split would add an empty part.
    means = np.stack([part.mean(axis=0) for part in np.split(vectors, ends[:-1])])
    return np.asarray(means / np.linalg.norm(means, axis=1, keepdims=True).clip(1e-12), dtype=np.float32)


def _below(positive: set[int], place: int, lineage: dict[str, set[int]], column: dict[str, int]) -> set[int]:
    """Descendants of the code at `place`, for which a text of that code is unknown."""
    return {column[code] for code, chain in lineage.items() if place in chain} - positive


def _excluded(
    code: Code, see: Sequence[str], lineage: dict[str, set[int]], column: dict[str, int]
) -> tuple[set[int], set[int]]:
    place = column[code.id]
    if not see:
        # It says what does not belong to the code, and nothing of the other codes.
        return set(), set(column.values()) - {place}
    # Less the code itself, which is in the lineage of a sub-construct that `see` may name.
    positive: set[int] = set().union(*(lineage[target] for target in see)) - {place}
    below: set[int] = set().union(*(_below(lineage[target], column[target], lineage, column) for target in see))
    return positive, below - positive - {place}


def _matrix(texts: list[str], rows: list[tuple[set[int], set[int]]], k: int) -> CodebookTexts:
    y, known = np.zeros((len(rows), k), dtype=bool), np.ones((len(rows), k), dtype=bool)
    for row, (positive, unknown) in enumerate(rows):
        y[row, list(positive)] = True
        known[row, list(unknown)] = False
    return CodebookTexts(tuple(texts), y, known)
