"""The seam: what an embedder is, and which one a configuration names.

`embedding.model` is the name of an embedder (a shipped module's `PART`, or an entry point of the group `secondcoder.embedders`), or
else the folder of a sentence-transformers model. Name and folder alike are given to the embedder in its settings.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from secondcoder.domain.arrays import Vectors
from secondcoder.domain.plugins import check_part, find_part, part_names
from secondcoder.domain.records import Span

if TYPE_CHECKING:
    from secondcoder.configuration import EmbeddingSettings

PACKAGE, GROUP, SETTING = "secondcoder.embedding", "secondcoder.embedders", "embedding.model"
BY_FOLDER = "minilm"
"""The embedder that also takes a folder for a name."""


class Embedder(Protocol):
    """Texts to unit vectors. Equal `id` and `window` give equal vectors. Made from `EmbeddingSettings`."""

    @property
    def id(self) -> str:
        """Name and hash of the weights."""
        ...

    @property
    def sha256(self) -> str | None:
        """SHA-256 of the file of weights; None for one that has none."""
        ...

    @property
    def width(self) -> int:
        """Length d of a vector."""
        ...

    @property
    def window(self) -> int | None:
        """Tokens of a text that are read at once; None where texts of any length are. For longer texts: `windows.embed_in_pieces`."""
        ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """(n, d) float32, each row of length 1; row i belongs to the whole of texts[i], however long."""
        ...

    def describe(self) -> str:
        """A sentence for the methods section, with its reference."""
        ...


@runtime_checkable
class SentenceEmbedder(Embedder, Protocol):
    """An embedder that also tells, from the same pass, what a text would be without each of its sentences."""

    def embed_with_sentences(
        self, texts: Sequence[str], sentences: Sequence[Sequence[Span]]
    ) -> tuple[Vectors, list[Vectors]]:
        """What `embed` gives, and for each text (s, d) unit vectors of the text without each of its s sentences.

        These are means over the contextual vectors of the other sentences' tokens: an approximation, since these tokens have attended
        to the sentence. (0, d) for a text of fewer than two sentences.

        Args:
            sentences: n times the spans of a text's sentences within it, in order.
        """
        ...


def new_embedder(settings: EmbeddingSettings) -> Embedder:
    """The embedder that `settings.model` names.

    Raises:
        ModelError: it names no embedder and no folder, or the weights are not usable.
        PluginError: the embedder of another package cannot be used.
    """
    name = settings.model if settings.model in part_names(PACKAGE, GROUP) else BY_FOLDER
    embedder: Embedder = find_part(name, PACKAGE, GROUP, SETTING)(settings)
    check_part(embedder, Embedder, name, SETTING)
    return embedder
