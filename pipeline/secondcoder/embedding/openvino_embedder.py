"""Vectors of a sentence-transformers folder computed by OpenVINO: several times as fast on a processor, with neither torch nor
transformers loaded once the model has been converted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import groupby
from typing import Any

import numpy as np

from secondcoder.domain.arrays import Vectors
from secondcoder.domain.records import Span
from secondcoder.embedding.folder_embedder import FolderEmbedder, legible
from secondcoder.embedding.model_folder import TRANSFORMER
from secondcoder.embedding.openvino_conversion import not_to_be_converted
from secondcoder.embedding.openvino_graph import StoredGraph, stored_graph
from secondcoder.embedding.openvino_model import OpenVinoModel
from secondcoder.embedding.openvino_runtime import chosen_precision
from secondcoder.embedding.sentence_tokens import (
    ALWAYS,
    Piece,
    joined,
    letters_before,
    piece_without_each,
    sentences_at,
    whole_piece,
)
from secondcoder.embedding.windows import fits, split_to_fit

CHUNK = 2048
"""Texts that are tokenised at once, while those before are computed."""


class OpenVinoEmbedder(FolderEmbedder):
    """A folder of a transformer with any pooling.

    Args:
        prompt: as for every folder. precision: "auto", "fp32", "bf16" or "int8".

    Raises:
        ModelError: as for every folder; or the model cannot be converted, or the processor has no bf16.
    """

    def __init__(self, model: str, prompt: str = "", precision: str = "auto") -> None:
        super().__init__(model, prompt)
        if self._folder.first != TRANSFORMER:
            raise not_to_be_converted(model, f"it begins with {self._folder.first}, not with a transformer")
        if self._prompt and self._folder.leaves_prompt_out:
            raise not_to_be_converted(model, "its prompt is read, but no part of the vector")
        self._wanted = precision

    @cached_property
    def precision(self) -> str:
        """ "fp32", "bf16" or "int8"."""
        return chosen_precision(self._wanted)

    @property
    def computed_by(self) -> str:
        """OpenVINO, and how precisely."""
        return f"openvino-{self.precision}"

    @property
    def width(self) -> int:
        """Length of a vector."""
        return self._stored.width

    @property
    def window(self) -> int | None:
        """Tokens that the model reads of a text (`max_seq_length`); None where it sets no limit."""
        return self._folder.window or self._stored.window

    def embed(self, texts: Sequence[str]) -> Vectors:
        """(n, d) float32 unit vectors, each the same to the bit whatever else is embedded; a long text is embedded in pieces."""
        return self._computed(texts, [()] * len(texts))[0]

    def _computed(self, texts: Sequence[str], sentences: Sequence[Sequence[Span]]) -> tuple[Vectors, list[Vectors]]:
        """As `embed_with_sentences`; no text has sentences where a text's vector is no mean."""
        vectors = np.empty((len(texts), self.width), dtype=np.float32)
        without: list[Vectors] = []
        if texts:
            pieces, of_pieces = self._model.vectors(self._chunks(texts, sentences))
            for text, numbers in groupby(range(len(pieces)), key=lambda number: pieces[number].text):
                parts = list(numbers)
                rows = joined([pieces[part] for part in parts], [of_pieces[part] for part in parts])
                vectors[text] = rows[0]
                without.append(rows[1:])
        return vectors, without

    def _chunks(self, texts: Sequence[str], sentences: Sequence[Sequence[Span]]) -> Iterator[Iterator[Piece]]:
        for start in range(0, len(texts), CHUNK):
            chunk = range(start, min(start + CHUNK, len(texts)))
            read = [legible(texts[text], self._model.longest_word) for text in chunk]
            whole = self._tokens(read)
            yield (
                piece
                for text, as_read, tokens in zip(chunk, read, whole, strict=True)
                for piece in self._pieces(text, texts[text], sentences[text], as_read, tokens)
            )

    def _pieces(self, number: int, text: str, spans: Sequence[Span], as_read: str, whole: Any) -> Iterator[Piece]:
        parts, encoded = [as_read], [whole]
        if not fits(as_read, self.window, len(whole)):
            parts = split_to_fit(as_read, self.window or 0, lambda texts: [len(of) for of in self._tokens(texts)])
            encoded = self._tokens(parts)
        if len(spans) < 2:
            yield from (whole_piece(number, tokens.ids[: self.window]) for tokens in encoded)
            return
        in_text, passed = letters_before(text), 0
        for part, tokens in zip(parts, encoded, strict=True):
            letters = letters_before(self._prompt + part)
            prompt = letters[len(self._prompt)]
            at = letters[[begin for begin, _ in tokens.offsets]]
            sentence_of = sentences_at(passed + at - prompt, spans, in_text)
            sentence_of[(at < prompt) | np.array(tokens.special_tokens_mask, dtype=bool)] = ALWAYS
            yield piece_without_each(number, tokens.ids[: self.window], sentence_of[: self.window], len(spans))
            passed += letters[-1] - prompt

    def _tokens(self, texts: Sequence[str]) -> list[Any]:
        return self._model.tokens([self._prompt + text for text in texts])

    @cached_property
    def _stored(self) -> StoredGraph:
        _ = self.sha256  # verified before anything is loaded
        return stored_graph(self._folder)

    @cached_property
    def _model(self) -> OpenVinoModel:
        return OpenVinoModel(self._name, self._stored, self.precision)


class OpenVinoMeanEmbedder(OpenVinoEmbedder):
    """A folder whose vectors are means of tokens' vectors: it also tells what a text would be without each of its sentences."""

    def embed_with_sentences(
        self, texts: Sequence[str], sentences: Sequence[Sequence[Span]]
    ) -> tuple[Vectors, list[Vectors]]:
        """As `SentenceEmbedder.embed_with_sentences`. What marks the ends of a text and its prompt count with the other sentences."""
        return self._computed(texts, sentences)
