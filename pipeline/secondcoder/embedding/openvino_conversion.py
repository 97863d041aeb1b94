"""From a sentence-transformers folder to a graph of OpenVINO's: traced by torch on this machine, and converted without a file between.

The graph's inputs are token ids, their mask and, where a text's vector is the mean of its tokens', `rows` (texts, g, tokens): the
tokens of which each of g means is taken. Its output is (texts, g, d). So one pass gives the vector of a text and of the text without
each of its sentences, and no token's vector leaves the graph. Other poolings are converted as they are, with g = 1.
"""

from __future__ import annotations

import json
import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from secondcoder.embedding.check_sentences import CHECK_SENTENCES
from secondcoder.embedding.model_folder import ModelFolder
from secondcoder.embedding.openvino_runtime import openvino
from secondcoder.embedding.sentence_transformer import load_with_torch, window_of
from secondcoder.errors import ModelError

GRAPH, TOKENIZER, ABOUT, CHECKED = "graph.xml", "tokenizer.json", "about.json", "checked.npy"


def convert(model: ModelFolder, into: Path) -> None:
    """Write graph, tokenizer, what must be known of both, and the vectors of the check sentences as sentence-transformers has them.

    Raises:
        ModelError: it cannot be converted, or not loaded. OSError: its files cannot be written.
    """
    library = openvino()  # before anything of it is imported otherwise, which would not be silent
    loaded = load_with_torch(model)
    try:
        with _quiet():
            graph = _traced(loaded, model.pools_by_mean)
        backend = loaded.tokenizer.backend_tokenizer
    except Exception as error:  # whatever the libraries say of a model that is made otherwise
        raise not_to_be_converted(model.name, f"{type(error).__name__}: {error}") from error
    backend.no_padding()
    backend.no_truncation()
    try:
        library.save_model(graph, into / GRAPH, compress_to_fp16=False)
        backend.save(str(into / TOKENIZER))
    except Exception as error:  # of a full disk neither library says so as Python does
        raise OSError(f"its files could not be written whole: {error}") from error
    about = {
        "window": window_of(loaded),
        "width": loaded.get_embedding_dimension(),
        "pad": loaded.tokenizer.pad_token_id or 0,
        "pools_by_mean": model.pools_by_mean,
    }
    (into / ABOUT).write_text(json.dumps(about), encoding="utf-8")
    vectors = loaded.encode(CHECK_SENTENCES, prompt="", normalize_embeddings=True, show_progress_bar=False)
    np.save(into / CHECKED, vectors.astype(np.float32))


def not_to_be_converted(name: str, why: str) -> ModelError:
    """The refusal, with what to do instead."""
    return ModelError(f'{name}: OpenVINO cannot compute it ({why}). Set [embedding] runtime = "torch".')


def _traced(loaded: Any, by_mean: bool) -> Any:
    import torch
    from openvino.frontend import FrontEndManager
    from openvino.frontend.pytorch.ts_decoder import TorchScriptPythonDecoder

    # Two texts of unlike length, the shorter one padded: nothing may be taken for constant.
    mask = torch.ones(2, 7, dtype=torch.long)
    mask[1, 5:] = 0
    ids = torch.full((2, 7), loaded.tokenizer.pad_token_id or 0)
    ids[mask == 1] = torch.tensor(loaded.tokenizer.encode("a b c d e f g h i j k l m"))[: int(mask.sum())]
    given = {"input_ids": ids, "attention_mask": mask}
    if by_mean:
        given["rows"] = mask[:, None, :].repeat(1, 3, 1).float()
    with torch.no_grad():
        decoder = TorchScriptPythonDecoder(_as_module(loaded, by_mean), example_input=given)
        frontend = FrontEndManager().load_by_framework("pytorch")
        return frontend.convert(frontend.load(decoder))


def _as_module(loaded: Any, by_mean: bool) -> Any:
    import torch

    class Pooled(torch.nn.Module):
        """Tokens to vectors, through all modules of the folder but the tokenizer."""

        def __init__(self) -> None:
            super().__init__()
            self.transformer, *rest = loaded.eval()
            self.rest = torch.nn.ModuleList(rest[1:] if by_mean and rest else rest)

        def forward(self, input_ids: Any, attention_mask: Any, rows: Any = None) -> Any:
            features = self.transformer({"input_ids": input_ids, "attention_mask": attention_mask})
            if by_mean:
                means = torch.matmul(rows, features["token_embeddings"]) / rows.sum(-1, keepdim=True)
                features["sentence_embedding"] = means.flatten(0, 1)
            for module in self.rest:
                features = module(features)
            vectors = features["sentence_embedding"]
            return vectors.reshape(input_ids.shape[0], -1, vectors.shape[-1])

    return Pooled()


@contextmanager
def _quiet() -> Iterator[None]:
    """Without what tracing remarks on code that is not ours."""
    logger = logging.getLogger("transformers")
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(before)
