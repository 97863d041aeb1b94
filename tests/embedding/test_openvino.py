"""OpenVINO gives the vectors of sentence-transformers, each the same to the bit in any company, and tells nobody."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from secondcoder.configuration import EmbeddingSettings
from secondcoder.embedding import open_embedder, openvino_model, openvino_runtime
from secondcoder.embedding.embedder import Embedder, SentenceEmbedder
from secondcoder.embedding.folder_embedder import model_folder
from secondcoder.embedding.minilm import folder_embedder
from secondcoder.embedding.occlusion import without_sentence
from secondcoder.embedding.openvino_graph import stored_graph
from secondcoder.embedding.sentence_transformer import SentenceTransformerEmbedder
from secondcoder.errors import ModelError
from support.tiny_encoders import edit_json, static_folder, transformer_folder

TEXTS = ["the desk", "no computer in the cold room 😀", "", "\ud800 alone", "the room was cold " * 30, "x" * 500]


def _settings(model: object, **changed: object) -> EmbeddingSettings:
    given_ = {"model": str(model), "batch": 4, "runtime": "openvino", "precision": "fp32", **changed}
    return EmbeddingSettings.model_validate(given_)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    base = tmp_path_factory.mktemp("encoders")
    return {
        "mean": transformer_folder(base / "mean"),
        "cls": transformer_folder(base / "cls", pooling="cls"),
        "max": transformer_folder(base / "max", pooling="max"),
        "asked": transformer_folder(base / "asked", default_prompt_name="question"),
        "static": static_folder(base / "static"),
    }


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["mean", "cls", "max", "asked"])
def test_vectors_are_those_of_torch_whatever_the_pooling(folders: dict[str, Path], kind: str) -> None:
    embedder, expected = open_embedder(_settings(folders[kind])), SentenceTransformerEmbedder(str(folders[kind]))
    np.testing.assert_allclose(embedder.embed(TEXTS), expected.embed(TEXTS), atol=2e-5)
    assert (embedder.width, embedder.window, embedder.id) == (
        expected.width,
        expected.window,
        f"{expected.id}+openvino-fp32",
    )
    assert embedder.embed([]).shape == (0, 24)
    assert isinstance(embedder, SentenceEmbedder) == (kind in ("mean", "asked"))


@pytest.fixture(scope="module")
def minilm() -> Embedder:
    return folder_embedder(_settings("minilm", precision="auto"))


WORD = st.text(st.characters(codec="utf-8"), max_size=12)
TALK = st.lists(WORD, max_size=120).map(" ".join)


@pytest.mark.model
@settings(max_examples=15)
@given(st.lists(TALK, min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_a_texts_vector_is_the_same_to_the_bit_in_any_company(minilm, texts, random) -> None:
    together = minilm.embed(texts)
    order = random.sample(range(len(texts)), len(texts))
    np.testing.assert_array_equal(minilm.embed([texts[at] for at in order]), together[order])
    np.testing.assert_array_equal(minilm.embed(texts[:1]), together[:1])
    spans = [_halves(text) for text in texts]
    np.testing.assert_array_equal(minilm.embed_with_sentences(texts, spans)[0], together)


def _halves(text: str) -> list[tuple[int, int]]:
    return [(0, len(text) // 2), (len(text) // 2, len(text))] if len(text) > 1 else []


@pytest.mark.model
def test_the_vectors_of_every_precision_are_near_those_of_torch(minilm) -> None:
    torch = SentenceTransformerEmbedder("minilm")
    exact = folder_embedder(_settings("minilm"))
    texts = [*TEXTS, "We had no computer in that room, and nobody asked us what we thought of it. " * 3]
    assert (exact.embed(texts) * torch.embed(texts)).sum(axis=1).min() > 0.99999
    assert (minilm.embed(texts) * torch.embed(texts)).sum(axis=1).min() > 0.999
    rounded = folder_embedder(_settings("minilm", precision="int8"))
    near = (rounded.embed(texts) * torch.embed(texts)).sum(axis=1)
    assert 0.99 < near.min() < 0.99999  # it is int8 that computed them
    np.testing.assert_array_equal(rounded.embed(texts[-1:]), rounded.embed(texts)[-1:])
    assert minilm.id in {"all-MiniLM-L6-v2@53aa51172d14+openvino-bf16", exact.id}
    assert (exact.id, torch.id) == ("all-MiniLM-L6-v2@53aa51172d14+openvino-fp32", "all-MiniLM-L6-v2@53aa51172d14")


SENTENCES = ["The ferry sank in the storm.", "We had no computer in that room.", "Nobody asked the nurses about it."]


def _joined(sentences: list[str], between: str = " ") -> tuple[str, list[tuple[int, int]]]:
    spans, text = [], ""
    for sentence in sentences:
        text += between if text else ""
        spans.append((len(text), len(text) + len(sentence)))
        text += sentence
    return text, spans


@pytest.mark.model
@pytest.mark.parametrize("repeated", [1, 30])
def test_a_text_without_a_sentence_is_nearest_to_the_shortened_text(minilm, repeated: int) -> None:
    """Also where it is read in pieces, between which white space is lost."""
    text, spans = _joined([" ".join([sentence] * repeated) for sentence in SENTENCES], " \n\t ")
    vectors, [without] = minilm.embed_with_sentences([text], [spans])
    np.testing.assert_array_equal(vectors, minilm.embed([text]))
    shortened = minilm.embed([without_sentence(text, spans, at) for at in range(3)])
    np.testing.assert_array_equal((without @ shortened.T).argmax(axis=1), [0, 1, 2])
    assert np.diag(without @ shortened.T).min() > 0.8
    np.testing.assert_allclose(np.linalg.norm(without, axis=1), 1, atol=1e-5)


@pytest.mark.model
def test_texts_of_fewer_than_two_sentences_have_none_to_do_without(minilm) -> None:
    text, spans = _joined(SENTENCES)
    _, without = minilm.embed_with_sentences(["", text, "Yes."], [[], spans, [(0, 4)]])
    assert [of.shape for of in without] == [(0, 384), (3, 384), (0, 384)]
    _, [blank] = minilm.embed_with_sentences(["  "], [[(0, 1), (1, 2)]])
    np.testing.assert_array_equal(blank, np.repeat(minilm.embed(["  "]), 2, axis=0))


@pytest.mark.slow
def test_what_openvino_cannot_compute_is_refused_and_nothing_falls_back(
    folders: dict[str, Path], tmp_path: Path
) -> None:
    routed = Path(shutil.copytree(folders["mean"], tmp_path / "routed"))
    modules = json.loads((routed / "modules.json").read_text())
    modules[0]["type"] = "sentence_transformers.models.Router"
    (routed / "modules.json").write_text(json.dumps(modules), encoding="utf-8")
    with pytest.raises(ModelError, match=r"begins with Router.*runtime = \"torch\""):
        folder_embedder(_settings(routed))
    prompted = Path(shutil.copytree(folders["asked"], tmp_path / "prompted"))
    edit_json(prompted / "1_Pooling" / "config.json", include_prompt=False)
    with pytest.raises(ModelError, match=r"no part of the vector.*runtime = \"torch\""):
        folder_embedder(_settings(prompted))
    # Without a transformer there is nothing to compute.
    assert isinstance(folder_embedder(_settings(folders["static"])), SentenceTransformerEmbedder)


def test_settings_that_contradict_each_other_are_refused_with_the_mend(monkeypatch) -> None:
    with pytest.raises(ModelError, match=r"device is 'cuda'.*runtime = \"torch\""):
        folder_embedder(_settings("minilm", device="cuda"))
    with pytest.raises(ModelError, match=r'"bf16", but torch.*runtime = "openvino"'):
        folder_embedder(_settings("minilm", runtime="torch", precision="bf16"))
    assert folder_embedder(_settings("minilm", runtime="torch", device="cuda")).id.endswith("+torch-cuda")
    monkeypatch.setattr(openvino_runtime.openvino(), "Core", _NoBf16)
    assert openvino_runtime.chosen_precision("auto") == "fp32"
    with pytest.raises(ModelError, match=r'cannot compute.*precision = "fp32"'):
        openvino_runtime.chosen_precision("bf16")


class _NoBf16:
    def get_property(self, device: str, name: str) -> list[str]:
        return ["FP32", "INT8"]


@pytest.mark.slow
def test_a_damaged_graph_is_made_anew_and_another_models_is_refused(
    folders: dict[str, Path], tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setenv("SECONDCODER_CACHE", str(tmp_path))
    stored = stored_graph(model_folder(str(folders["mean"])))
    weights = stored.graph.with_suffix(".bin")
    whole = weights.read_bytes()
    weights.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    assert stored_graph(model_folder(str(folders["mean"]))).graph.with_suffix(".bin").read_bytes() == whole
    other = stored_graph(model_folder(str(folders["cls"])))
    shutil.copy(other.checked, stored.checked)
    with pytest.raises(ModelError, match=r"check sentence.*runtime = \"torch\""):
        openvino_model.OpenVinoModel("mean", stored, "fp32")


def test_a_disk_that_is_full_while_a_graph_is_kept_is_said_plainly(
    folders: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """OpenVINO says it as a RuntimeError of C++ streams."""
    monkeypatch.setenv("SECONDCODER_CACHE", str(tmp_path))

    def full(*_: object, **__: object) -> None:
        raise RuntimeError("basic_ios::clear: iostream error")

    monkeypatch.setattr(openvino_runtime.openvino(), "save_model", full)
    with pytest.raises(ModelError, match=r"cannot be kept in .*Make room"):
        stored_graph(model_folder(str(folders["mean"])))


QUIET = """
import os, sys
def watch(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto", "socket.bind"):
        print(f"{event} {arguments}", file=sys.stderr)
        os._exit(9)
sys.addaudithook(watch)
from secondcoder.configuration import EmbeddingSettings
from secondcoder.embedding import open_embedder
embedder = open_embedder(EmbeddingSettings(model=sys.argv[1], batch=4, runtime="openvino", precision="fp32"))
print(embedder.embed(["the desk"]).shape)
print([name for name in ("openvino_telemetry", "torch", "transformers", "sentence_transformers") if sys.modules.get(name)])
"""


@pytest.mark.slow
def test_nothing_leaves_the_machine_and_torch_is_needed_once(folders: dict[str, Path], tmp_path: Path) -> None:
    """OpenVINO's package would tell its makers that it was imported."""
    environment = {
        "SECONDCODER_CACHE": str(tmp_path / "cache"),
        "PATH": "/usr/bin:/bin",
        "HOME": str(tmp_path / "home"),
    }
    (tmp_path / "home").mkdir()
    said = []
    for _ in range(2):
        ran = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", QUIET, str(folders["mean"])],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr
        said.append(ran.stdout.splitlines()[-2:])
    assert said == [["(1, 24)", "['torch', 'transformers', 'sentence_transformers']"], ["(1, 24)", "[]"]]
    assert not list((tmp_path / "home").rglob("*intel*"))  # where the telemetry would keep this person's number
