"""An embedder: counts of letter triples, hashed. It reads 12 words at once, and longer texts in pieces."""

from __future__ import annotations

from collections.abc import Sequence
from zlib import crc32

import numpy as np
from secondcoder.configuration import EmbeddingSettings
from secondcoder.domain.arrays import Vectors
from secondcoder.embedding.windows import embed_in_pieces


class LetterEmbedder:
    id, sha256, width, window = "letters@1", None, 128, 12

    def __init__(self, settings: EmbeddingSettings) -> None:
        self.batch = settings.batch

    def embed(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.empty((0, self.width), dtype=np.float32)
        return embed_in_pieces(
            texts, self.window, lambda pieces: [len(piece.split()) for piece in pieces], self._encode
        )

    def _encode(self, texts: list[str]) -> Vectors:
        vectors = np.zeros((len(texts), self.width), dtype=np.float32)
        for row, text in enumerate(texts):
            for at in range(len(text) - 2):
                vectors[row, crc32(text[at : at + 3].casefold().encode()) % self.width] += 1
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True).clip(1e-12)

    def describe(self) -> str:
        return "Texts were represented by hashed counts of letter triples."
