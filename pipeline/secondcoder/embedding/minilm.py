"""The embedder "minilm", and any sentence-transformers folder: which runtime computes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from secondcoder.domain.plugins import Part
from secondcoder.embedding.folder_embedder import PACKAGED, FolderEmbedder, model_folder
from secondcoder.embedding.openvino_embedder import OpenVinoEmbedder, OpenVinoMeanEmbedder
from secondcoder.embedding.sentence_transformer import SentenceTransformerEmbedder
from secondcoder.errors import ModelError

if TYPE_CHECKING:
    from secondcoder.configuration import EmbeddingSettings

WITHOUT_TRANSFORMER = ("StaticEmbedding", "WordEmbeddings", "BoW")
"""First modules that look vectors up: there is no network that OpenVINO could compute, and torch takes no time."""


def folder_embedder(settings: EmbeddingSettings) -> FolderEmbedder:
    """The embedder of a folder, by the runtime that the settings name. Nothing falls back from one to the other by itself; only a
    model without a transformer is computed by torch whatever they name, as there is no other way.

    Raises:
        ModelError: the settings contradict each other, or the model is not usable.
    """
    folder = model_folder(settings.model)
    if settings.runtime == "torch" or folder.first in WITHOUT_TRANSFORMER:
        if settings.precision == "bf16":
            raise ModelError(
                'embedding.precision is "bf16", but torch computes in fp32 here. Set runtime = "openvino", or precision = "auto".'
            )
        return SentenceTransformerEmbedder(settings.model, settings.batch, settings.prompt, settings.device)
    if settings.device != "cpu":
        raise ModelError(
            f"embedding.device is '{settings.device}', but OpenVINO computes on the processor alone here. Set runtime = \"torch\", or "
            'device = "cpu".'
        )
    kind = OpenVinoMeanEmbedder if folder.pools_by_mean else OpenVinoEmbedder
    return kind(settings.model, settings.prompt, settings.precision)


PART = Part(PACKAGED, folder_embedder)
