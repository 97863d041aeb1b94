"""The cheap stand-in: hashed words. For tests and quick trials; its suggestions are not worth reading."""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import blake2b

import numpy as np

from secondcoder.domain.arrays import Vectors
from secondcoder.domain.plugins import Part

WORD = re.compile(r"\w+")


class WordHashEmbedder:
    """Each word adds a fixed pseudo-random direction; texts that share words are near."""

    id = "words@1"
    sha256 = None
    width = 64
    window = None

    def embed(self, texts: Sequence[str]) -> Vectors:
        """(n, 64) float32 unit vectors."""
        vectors = np.zeros((len(texts), self.width), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in WORD.findall(text.casefold()):
                vectors[row] += _direction(word)
        # Clipped, so that a text without words has the zero vector and not NaN.
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True).clip(1e-12), dtype=np.float32)

    def describe(self) -> str:
        """The sentence for the methods section."""
        return (
            f"Texts were represented by vectors of {self.width} numbers from hashed words ({self.id}), a stand-in for trials "
            "(Weinberger et al. 2009, doi:10.1145/1553374.1553516)."
        )


def _direction(word: str) -> Vectors:
    # Not hash(), which differs from run to run. 8 bytes are 64 signs, the width.
    bits = np.frombuffer(blake2b(word.encode(), digest_size=8).digest(), dtype=np.uint8)
    signs: Vectors = np.unpackbits(bits).astype(np.float32) * 2 - 1
    return signs


PART = Part("words", lambda settings: WordHashEmbedder())
