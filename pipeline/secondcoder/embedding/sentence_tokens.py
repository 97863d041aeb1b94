"""Which tokens of a text belong to which of its sentences, although it may have been cut into pieces and tidied on the way.

Cutting and tidying change white space alone. So the characters that are none keep their order, and by it a token finds its sentence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from secondcoder.domain.arrays import Bools, Rows, Vectors
from secondcoder.domain.records import Span

ALWAYS, NEVER = -1, -2
"""In place of a sentence's number: the marks of a text's ends and its prompt stay whichever sentence goes; what lies in none goes."""

LAST_SPACE = 0x3000
"""The last code point of white space in Unicode (PropList.txt, White_Space)."""
_IS_LETTER = np.array([not chr(point).isspace() for point in range(LAST_SPACE + 2)])


@dataclass(frozen=True)
class Piece:
    """What is read at once: t tokens of a text, or of a part of it, and the means that are taken of their vectors.

    Attributes:
        text: number of the text. ids: t tokens.
        rows: (g, t) the tokens of each mean: of all, then of all but each sentence's.
        counts: (g,) some token of such a mean is neither a mark nor the prompt's.
    """

    text: int
    ids: Sequence[int]
    rows: Bools
    counts: Bools


def whole_piece(text: int, ids: Sequence[int]) -> Piece:
    """One of which only the mean of all tokens is asked."""
    return Piece(text, ids, np.ones((1, len(ids)), dtype=bool), np.ones(1, dtype=bool))


def piece_without_each(text: int, ids: Sequence[int], sentence_of: Rows, sentences: int) -> Piece:
    """One of which the means without each sentence are asked, too.

    Args:
        sentence_of: (t,) the number of each token's sentence, ALWAYS or NEVER.
    """
    numbers = np.arange(sentences)[:, None]
    own = (sentence_of >= 0) & (sentence_of != numbers)
    rows = np.vstack([np.ones((1, len(ids)), dtype=bool), own | (sentence_of == ALWAYS)])
    return Piece(text, ids, rows, np.r_[True, own.any(axis=1)])


def letters_before(text: str) -> Rows:
    """(len(text) + 1,) how many characters that are no white space stand before each position."""
    # "surrogatepass", as a text may hold a lone surrogate.
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    before = np.zeros(len(points) + 1, dtype=np.intp)
    np.cumsum(_IS_LETTER[np.minimum(points, LAST_SPACE + 1)], out=before[1:])
    return before


def sentences_at(letters: Rows, spans: Sequence[Span], text_letters: Rows) -> Rows:
    """(t,) the number of the sentence in which each token begins, or NEVER.

    Args:
        letters: (t,) how many characters that are no white space stand in the text before each token.
        text_letters: `letters_before` of the text in which the spans lie.
    """
    starts, ends = (text_letters[np.array(spans)[:, side]] for side in (0, 1))
    number = np.searchsorted(starts, letters, side="right") - 1
    inside = (number >= 0) & (letters < ends[number])
    return np.where(inside, number, NEVER)


def joined(parts: Sequence[Piece], vectors: Sequence[Vectors]) -> Vectors:
    """(g, d) unit vectors of a text from those of its pieces: means in which a piece of which nothing is left has no part.

    Where no piece has anything left, it is the vector of the whole text.
    """
    sums = np.sum([of * part.counts[:, None] for part, of in zip(parts, vectors, strict=True)], axis=0)
    empty = ~np.any([part.counts for part in parts], axis=0)
    sums[empty] = sums[0]
    return unit(sums)


def unit(vectors: Vectors) -> Vectors:
    """Rows at length 1."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / lengths.clip(1e-12), dtype=np.float32)
