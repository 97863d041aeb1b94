"""A model folder that brings Python of its own: whatever its settings ask for, none of it is run, here or by the libraries."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from secondcoder.configuration import EmbeddingSettings
from secondcoder.embedding import open_embedder
from secondcoder.embedding.model_folder import ModelFolder
from secondcoder.embedding.sentence_transformer import load_with_torch
from secondcoder.errors import ModelError
from support.tiny_encoders import edit_json, transformer_folder

KNOWN = "sentence_transformers.models."
OWN = """
from pathlib import Path
Path({mark!r}).touch()
from sentence_transformers.models import Transformer as Module
"""


def _module_of_its_own(folder: Path) -> None:
    modules = json.loads((folder / "modules.json").read_text())
    modules[0]["type"] = "own.Module"
    (folder / "modules.json").write_text(json.dumps(modules))


def _route_to_its_own(folder: Path) -> None:
    """A module of the library's that leads to others, which its own settings name."""
    inner = folder / "query_0_Module"
    shutil.copytree(folder, inner)
    settings = {"types": {inner.name: "own.Module"}, "structure": {"query": [inner.name]}, "parameters": {}}
    (folder / "router_config.json").write_text(json.dumps(settings))
    kind = {"idx": 0, "name": "0", "path": "", "type": f"{KNOWN}Router"}
    (folder / "modules.json").write_text(json.dumps([kind]))


def _model_of_its_own(folder: Path) -> None:
    edit_json(folder / "config.json", auto_map={"AutoModel": "own.Module"}, model_type="own")


def _model_of_its_own_trusted_by_itself(folder: Path) -> None:
    """Below another name than the one that is looked at first, and with the trust asked for in its own settings."""
    _model_of_its_own(folder)
    trusted = {"model_args": {"trust_remote_code": True}, "config_args": {"trust_remote_code": True}}
    edit_json(folder / "sentence_bert_config.json", **trusted)


def _tokenizer_of_its_own(folder: Path) -> None:
    edit_json(
        folder / "tokenizer_config.json", auto_map={"AutoTokenizer": ["own.Module", None]}, tokenizer_class="Module"
    )


def _activation_of_its_own(folder: Path) -> None:
    edit_json(folder / "2_Dense" / "config.json", activation_function="own.Module")


TRICKS = [
    _module_of_its_own,
    _route_to_its_own,
    _model_of_its_own,
    _model_of_its_own_trusted_by_itself,
    _tokenizer_of_its_own,
    _activation_of_its_own,
]


REPLACED = {_tokenizer_of_its_own, _activation_of_its_own}
"""Here the library takes a part of its own instead."""


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return transformer_folder(tmp_path_factory.mktemp("encoders") / "plain")


@pytest.mark.parametrize("trick", TRICKS, ids=lambda trick: trick.__name__.strip("_"))
def test_a_model_folder_s_own_python_is_never_run(trick: Callable[[Path], None], plain: Path, tmp_path: Path) -> None:
    """Not where secondcoder looks first, nor in the library behind it, which is asked past that look."""
    folder, mark = tmp_path / "model", tmp_path / "ran"
    shutil.copytree(plain, folder)
    for place in (folder, folder / "2_Dense"):
        (place / "own.py").write_text(OWN.format(mark=str(mark)))
    trick(folder)
    for load in (
        lambda: open_embedder(EmbeddingSettings(model=str(folder), batch=4, runtime="torch")).embed(["the desk"]),
        lambda: load_with_torch(ModelFolder(folder, "it")).encode(["the desk"]),
    ):
        try:
            load()
        except ModelError:
            refused = True
        else:
            refused = False
        assert not mark.exists()
        assert refused or trick in REPLACED
