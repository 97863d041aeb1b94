"""Texts longer than an embedder's window: embedded in pieces whose vectors are averaged, so that nothing is cut off.

A transformer reads a fixed number of tokens, its window, and ignores the rest without a word
(https://sbert.net/examples/sentence_transformer/applications/computing-embeddings/README.html#input-sequence-length).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from secondcoder.domain.arrays import Vectors

WORDS_PER_TOKEN = 5 / 8
"""Words of a piece for each token of the window: 160 for 256. Talk takes about 1.2 tokens a word, so most pieces fit at once."""

CountTokens = Callable[[Sequence[str]], Sequence[int]]


def embed_in_pieces(
    texts: Sequence[str], window: int | None, count_tokens: CountTokens, encode: Callable[[list[str]], Vectors]
) -> Vectors:
    """(n, d) float32 unit vectors; a text's is the mean of its pieces'.

    Args:
        texts: n texts, at least one.
        window: tokens that `encode` reads of a text; None where it reads all.
        count_tokens: tokens of each text, those that mark its ends included.
        encode: m pieces to (m, d) unit vectors.
    """
    pieces = [[text] if window is None else split_to_fit(text, window, count_tokens) for text in texts]
    vectors = encode([piece for parts in pieces for piece in parts]).astype(np.float32)
    starts = np.cumsum([0, *(len(parts) for parts in pieces[:-1])])
    # Sums, which point where the means do. Every text has a piece; for one without, reduceat gives a neighbour's.
    means = np.add.reduceat(vectors, starts, axis=0)
    return np.asarray(means / np.linalg.norm(means, axis=1, keepdims=True).clip(1e-12), dtype=np.float32)


def split_to_fit(text: str, window: int, count_tokens: CountTokens) -> list[str]:
    """The text in the fewest pieces of about equal length that all fit the window; the text itself where it fits.

    Pieces are runs of words; of characters where there are fewer words than pieces (a script without spaces, one endless word).
    """
    count = _least_pieces(text, window)
    while True:
        pieces = _equal_pieces(text, count)
        longest = max(count_tokens(pieces))
        if longest <= window or count >= len(text):  # pieces of one character cannot be cut
            return pieces
        count = min(len(text), -(-count * longest // window))  # grows, as longest > window


def fits(text: str, window: int | None, tokens: int) -> bool:
    """A text of so many tokens is read at once."""
    return window is None or (tokens <= window and _least_pieces(text, window) == 1)


def _least_pieces(text: str, window: int) -> int:
    return max(1, -(-len(text.split()) // max(1, int(window * WORDS_PER_TOKEN))))


def _equal_pieces(text: str, count: int) -> list[str]:
    if count == 1:
        return [text]
    words = text.split()
    units, glue = (words, " ") if len(words) >= count else (list(text), "")
    size = -(-len(units) // count)
    return [glue.join(units[at : at + size]) for at in range(0, len(units), size)]
