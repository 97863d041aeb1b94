"""A stored graph at work: texts to tokens, and pieces of texts to the vectors that are asked of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from secondcoder.domain.arrays import Vectors
from secondcoder.embedding.batches import by_length
from secondcoder.embedding.check_sentences import CHECK_SENTENCES
from secondcoder.embedding.openvino_conversion import not_to_be_converted
from secondcoder.embedding.openvino_graph import StoredGraph
from secondcoder.embedding.openvino_runtime import Inputs, Runtime
from secondcoder.embedding.sentence_tokens import Piece, unit, whole_piece

NEAREST = {"fp32": 0.9999, "bf16": 0.999}
"""The least cosine of a check sentence's vector with the one that sentence-transformers gave it."""


class OpenVinoModel:
    """Tokenizer and compiled graph, compared with sentence-transformers before their first use.

    Raises:
        ModelError: the graph gives other vectors than sentence-transformers gave.
    """

    def __init__(self, name: str, stored: StoredGraph, precision: str) -> None:
        from tokenizers import Tokenizer

        self._stored = stored
        self._tokenizer = Tokenizer.from_file(str(stored.tokenizer))
        self._runtime = Runtime(stored.graph, precision)
        self._compare(name, NEAREST[precision])

    @property
    def longest_word(self) -> int | None:
        """Characters beyond which a word is not known, whatever it is; None where there is no such limit."""
        limit: int | None = getattr(self._tokenizer.model, "max_input_chars_per_word", None)
        return limit

    def tokens(self, texts: Sequence[str]) -> list[Any]:
        """n encodings of the `tokenizers` package, none of them cut."""
        encoded: list[Any] = self._tokenizer.encode_batch(texts)
        return encoded

    def vectors(self, chunks: Iterable[Iterable[Piece]]) -> tuple[list[Piece], list[Vectors]]:
        """All pieces, and (g, d) unit vectors of each; a chunk is asked for while those before it are computed."""
        pieces: list[Piece] = []
        vectors: dict[int, Vectors] = {}

        def keep(numbers: list[int], computed: Vectors) -> None:
            for number, rows in zip(numbers, computed, strict=True):
                vectors[number] = unit(rows[: len(pieces[number].rows)])

        def batches() -> Iterator[tuple[list[int], Inputs]]:
            for chunk in chunks:
                first = len(pieces)
                pieces.extend(chunk)
                for length, rows in by_length([len(piece.ids) for piece in pieces[first:]]):
                    numbers = [first + row for row in rows]
                    yield numbers, self._inputs([pieces[number] for number in numbers], length)

        self._runtime.run(batches(), keep)
        return pieces, [vectors[number] for number in range(len(pieces))]

    def _inputs(self, pieces: Sequence[Piece], length: int) -> Inputs:
        ids = np.full((len(pieces), length), self._stored.pad, dtype=np.int64)
        mask = np.zeros((len(pieces), length), dtype=np.int64)
        for at, piece in enumerate(pieces):
            ids[at, : len(piece.ids)] = piece.ids
            mask[at, : len(piece.ids)] = 1
        inputs: Inputs = {"input_ids": ids, "attention_mask": mask}
        if self._stored.pools_by_mean:
            # A text of fewer sentences has means to spare, of all its tokens: a mean of none would be no number.
            most = max(len(piece.rows) for piece in pieces)
            rows = np.repeat(mask[:, None].astype(np.float32), most, axis=1)
            for at, piece in enumerate(pieces):
                rows[at, : len(piece.rows), : len(piece.ids)] = piece.rows
            inputs["rows"] = rows
        return inputs

    def _compare(self, name: str, nearest: float) -> None:
        if self._stored.window:
            self._tokenizer.enable_truncation(self._stored.window)
        encoded = self.tokens(CHECK_SENTENCES)
        self._tokenizer.no_truncation()
        found = self.vectors([[whole_piece(at, tokens.ids) for at, tokens in enumerate(encoded)]])[1]
        expected = np.load(self._stored.checked, allow_pickle=False)
        least = float((np.vstack(found) * expected).sum(axis=1).min())
        if not least >= nearest:  # nor where it is no number
            why = f"a check sentence's vector has a cosine of {least:.4f} with that of sentence-transformers"
            raise not_to_be_converted(name, why)
