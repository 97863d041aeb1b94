"""What a folder says of itself is read without running anything of it, and what must not be loaded is refused."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from secondcoder.embedding.model_folder import ModelFolder
from secondcoder.errors import ModelError

KNOWN = "sentence_transformers.models."


def _folder(path: Path, files: dict[str, Any]) -> ModelFolder:
    for name, content in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return ModelFolder(path, "it")


def _modules(*parts: tuple[str, str]) -> list[dict[str, Any]]:
    return [{"idx": at, "name": str(at), "path": path, "type": kind} for at, (path, kind) in enumerate(parts)]


def test_the_weights_of_the_first_module_wherever_it_lies(tmp_path: Path) -> None:
    modules = _modules(("0_Transformer", f"{KNOWN}Transformer"), ("1_Pooling", f"{KNOWN}Pooling"))
    folder = _folder(tmp_path, {"modules.json": modules, "0_Transformer/model.safetensors": b"weights"})
    assert folder.sha256 == sha256(b"weights").hexdigest()


@pytest.mark.parametrize("place", ["", "2_Dense"])
def test_pickled_weights_of_any_module_are_refused(tmp_path: Path, place: str) -> None:
    modules = _modules(("", f"{KNOWN}Transformer"), ("2_Dense", f"{KNOWN}Dense"))
    files = {f"{other}/model.safetensors".lstrip("/"): b"w" for other in {"", "2_Dense"} - {place}} | {
        f"{place}/pytorch_model.bin".lstrip("/"): b"\x80\x04."
    }
    with pytest.raises(ModelError, match=r"it: no model\.safetensors.*without pickle"):
        _ = _folder(tmp_path, {"modules.json": modules, **files}).weights


@pytest.mark.parametrize(
    "files",
    [
        {"modules.json": _modules(("", "custom_st.Transformer"))},
        {"modules.json": _modules(("", f"{KNOWN}Transformer"), ("", "os.system"))},
        {"modules.json": _modules(("", f"{KNOWN}Transformer")), "config.json": {"auto_map": {"AutoModel": "x--y.Z"}}},
        {"config.json": {"auto_map": {"AutoModel": "modeling.Z"}}},
    ],
)
def test_code_of_its_own_is_never_run(tmp_path: Path, files: dict[str, Any]) -> None:
    with pytest.raises(ModelError, match=r"brings code of its own.*never run"):
        _ = _folder(tmp_path, {"model.safetensors": b"w", **files}).weights


def test_whatever_makes_a_vector_is_told_apart_and_nothing_else(tmp_path: Path) -> None:
    modules = _modules(("", f"{KNOWN}Transformer"), ("1_Pooling", f"{KNOWN}Pooling"), ("2_Dense", f"{KNOWN}Dense"))
    whole: dict[str, Any] = {
        "modules.json": modules, "model.safetensors": b"w", "1_Pooling/config.json": {"pooling_mode": "mean"},
        "2_Dense/model.safetensors": b"d", "vocab.txt": b"the desk",
    }  # fmt: skip
    before = _folder(tmp_path / "a", whole).rest
    assert _folder(tmp_path / "b", {**whole, "README.md": b"about", "onnx/model.onnx": b"x"}).rest == before
    changes = (
        {"1_Pooling/config.json": {"pooling_mode": "cls"}},
        {"2_Dense/model.safetensors": b"e"},
        {"vocab.txt": b"desk the"},
    )
    others = [_folder(tmp_path / str(at), {**whole, **change}).rest for at, change in enumerate(changes)]
    assert len({before, *others}) == 4


def test_prompts_are_the_folders(tmp_path: Path) -> None:
    prompts = {"prompts": {"query": "query: ", "classification": "classify: "}, "default_prompt_name": "query"}
    folder = _folder(tmp_path, {"config_sentence_transformers.json": prompts})
    assert (folder.prompt(), folder.prompt("classification")) == ("query: ", "classify: ")
    with pytest.raises(
        ModelError, match=r"no prompt 'clasification'\. Did you mean 'classification'\? Known: query, classification"
    ):
        folder.prompt("clasification")


@pytest.mark.parametrize("content", [b"", b"[1]", b"{", b'{"prompts": null}', b"\xff"])
def test_a_damaged_file_of_settings_says_nothing(tmp_path: Path, content: bytes) -> None:
    names = ("config_sentence_transformers.json", "sentence_bert_config.json", "config.json", "modules.json")
    folder = _folder(tmp_path, {**dict.fromkeys(names, content), "model.safetensors": b"w"})
    assert (folder.prompt(), folder.window) == ("", None)


@pytest.mark.parametrize(
    "modules",
    [
        [1],
        ["x"],
        [None],
        [[]],
        [{"path": 7}],
        [{"path": "", "type": 7}],
        [{"path": "../../elsewhere"}],
        [{"path": "/etc"}],
        [{"path": "a\0b"}],
    ],
    ids=repr,
)
def test_a_list_of_modules_that_is_none_or_leads_out_of_the_folder_is_refused(
    tmp_path: Path, modules: list[Any]
) -> None:
    folder = _folder(tmp_path, {"modules.json": modules, "model.safetensors": b"w"})
    with pytest.raises(ModelError, match=r"^it: "):
        _ = folder.weights


@pytest.mark.parametrize("prompts", [["x"], {"a": 7}, {"a": ["x"]}, 7, "x"], ids=repr)
def test_prompts_that_are_none_are_refused(tmp_path: Path, prompts: Any) -> None:
    folder = _folder(tmp_path, {"config_sentence_transformers.json": {"prompts": prompts, "default_prompt_name": "a"}})
    with pytest.raises(ModelError, match="does not say what its prompts are"):
        folder.prompt()


@pytest.mark.parametrize(
    "content", [b"[" * 100_000, b"{" * 9, b'{"max_seq_length": 1e999}', b'{"a": 1, "a": 2}', b"\xff", b"NaN"]
)
def test_settings_that_are_no_json_count_as_none(tmp_path: Path, content: bytes) -> None:
    assert _folder(tmp_path, {"sentence_bert_config.json": content}).window is None
