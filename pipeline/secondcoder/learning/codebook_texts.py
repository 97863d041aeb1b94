"""A codebook's entries as labelled texts: definitions, includes, examples and prototypes positive for a code, excludes negative."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from secondcoder.codebook.model import Code, Codebook
from secondcoder.domain.arrays import Bools, Vectors
from secondcoder.domain.records import Segment
from secondcoder.embedding import Embedder
from secondcoder.learning.quotations import Span, cut, quotations


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

    Texts that quote `talk` are left out, and quotations within a definition; the name stays. An example taken from a coded transcript
    would leak the label of its own passage, also while the transcript is held back, and bias every figure upwards.
    """
    spans = quotations((text for code in codes for text in (code.definition, *described(code))), talk)
    texts = [[*_unquoted(code, spans)] for code in codes]
    vectors = embedder.embed([text for of_code in texts for text in of_code])
    ends = np.cumsum([len(of_code) for of_code in texts])
    # Without the last end, after which np.split would add an empty part.
    means = np.stack([part.mean(axis=0) for part in np.split(vectors, ends[:-1])])
    return np.asarray(means / np.linalg.norm(means, axis=1, keepdims=True).clip(1e-12), dtype=np.float32)


def code_definitions(codes: Sequence[Code], talk: Sequence[Segment] = ()) -> dict[str, str]:
    """Code -> its definition for a model that reads: name and definition, then what it includes and excludes, a line each.

    What quotes `talk` is left out, as in `code_vectors`.
    """
    limits = {code.id: [*_limits(code)] for code in codes}
    stated = (text for code in codes for text in (code.definition, *(text for _, text in limits[code.id])))
    spans = quotations(stated, talk)

    def told(code: Code) -> Iterator[str]:
        definition = cut(code.definition, spans.get(code.definition, ())).strip()
        yield f"{code.name}: {definition}" if definition else code.name
        yield from (f"{kind}: {text}" for kind, text in limits[code.id] if text not in spans)

    return {code.id: "\n".join(told(code)) for code in codes}


def _limits(code: Code) -> Iterator[tuple[str, str]]:
    yield from (("Includes", text) for text in code.includes)
    yield from (("Excludes", exclude.text) for exclude in code.excludes)


def _unquoted(code: Code, spans: Mapping[str, Sequence[Span]]) -> Iterator[str]:
    """The code's texts less the quotations at these spans."""
    definition = cut(code.definition, spans.get(code.definition, ())).strip()
    first, *rest = described(code.model_copy(update={"definition": definition}))
    yield first
    yield from (text for text in rest if text not in spans)


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
