"""A model fetched from a hub: whole or not at all, only what is needed, as the hub lists it. The hub is a server on this machine."""

from __future__ import annotations

import hashlib
import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from secondcoder.cli import COMMANDS
from secondcoder.configuration import EmbeddingSettings, load_configuration
from secondcoder.embedding import open_embedder
from secondcoder.embedding.fetched import fetched_folder, fetched_models, local_folder
from secondcoder.errors import ModelError
from support.hub_server import NAME, REVISION, Hub, files_of, serving_hub
from support.tiny_encoders import static_folder

WEIGHTS = bytes(range(256)) * 4000
FILES = {
    "config.json": b'{"model_type": "bert"}',
    "modules.json": b'[{"path": "", "type": "sentence_transformers.models.Transformer"}]',
    "vocab.txt": b"the\ndesk\n",
    "1_Pooling/config.json": b"{}",
    "model.safetensors": WEIGHTS,
    "README.md": b"# Card",
    "LICENSE": b"MIT",
    "LICENSE.txt": b"MIT",
    "pytorch_model.bin": b"\x80\x04.",
    "onnx/model.onnx": b"onnx",
    "onnx/config.json": b"{}",
    "modeling_own.py": b"raise SystemExit",
    "../outside.txt": b"out",
    ".gitattributes": b"",
}
NEEDED = {
    "config.json",
    "modules.json",
    "vocab.txt",
    "1_Pooling/config.json",
    "model.safetensors",
    "README.md",
    "LICENSE",
    "LICENSE.txt",
}


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    with serving_hub(dict(FILES)) as hub:
        monkeypatch.setenv("SECONDCODER_DATA", str(tmp_path / "data"))
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        monkeypatch.delenv("HF_TOKEN", raising=False)
        yield hub


@pytest.fixture
def get(run_cli, tmp_path: Path):
    (tmp_path / "elsewhere").mkdir()
    return lambda *more: run_cli("-C", tmp_path / "elsewhere", "embedder", "get", NAME, *more)


def test_what_is_needed_is_fetched_with_licence_card_and_record(hub: Hub, get) -> None:
    code, out, err = get()
    assert (code, out) == (0, "")
    assert "licence mit: 8 files, 1.0 MB" in err
    assert f'model = "{NAME}"' in err
    folder = fetched_folder(NAME)
    kept = files_of(folder)
    record = json.loads(kept.pop("fetched.json"))
    assert kept == {path: FILES[path] for path in NEEDED}
    assert record["files"] == {path: hashlib.sha256(FILES[path]).hexdigest() for path in NEEDED}
    assert (record["model"], record["source"], record["revision"], record["licence"]) == (
        NAME,
        hub.url,
        REVISION,
        "mit",
    )
    assert fetched_models() == {NAME: folder}
    assert [path.name for path in folder.parent.iterdir() if not path.name.startswith(".")] == ["tiny"]
    assert {path for path, _ in hub.asked[1:]} == {f"/{NAME}/resolve/{REVISION}/{path}" for path in NEEDED}


def test_what_is_there_is_not_fetched_again(hub: Hub, get) -> None:
    get()
    asked = len(hub.asked)
    assert "Nothing was downloaded" in get()[2]
    assert len(hub.asked) == asked
    assert "at this revision" in get("--revision", "main")[2]
    assert len(hub.asked) == asked + 1


def test_a_stopped_download_goes_on_where_it_stopped(hub: Hub, get) -> None:
    hub.breaks_after = [10**6] * 7 + [600_000, 0, 0]  # the weights come last
    code, _, err = get()
    assert code == 1
    assert "it goes on where it stopped" in err
    assert not fetched_folder(NAME).exists()
    before = len(hub.asked)
    assert get()[0] == 0
    (weights,) = [headers for path, headers in hub.asked[before:] if path.endswith(".safetensors")]
    assert int(weights["Range"].removeprefix("bytes=").rstrip("-")) > 500_000
    assert files_of(fetched_folder(NAME))["model.safetensors"] == WEIGHTS


def test_a_connection_that_breaks_off_once_is_taken_up_again(hub: Hub, get) -> None:
    hub.breaks_after = [10**6] * 7 + [600_000]
    assert get()[0] == 0
    assert files_of(fetched_folder(NAME))["model.safetensors"] == WEIGHTS


@pytest.mark.parametrize("path", ["model.safetensors", "vocab.txt"])
def test_a_file_that_is_not_as_listed_is_refused(hub: Hub, get, path: str) -> None:
    hub.spoilt = {path}
    code, _, err = get()
    assert code == 1
    assert f"{path} of {NAME}" in err
    assert "not the file that it lists" in err
    assert not fetched_folder(NAME).exists()
    hub.spoilt = set()
    assert get()[0] == 0


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (404, f"has no model {NAME} at revision 'main'"),
        (401, "gated or private"),
        (403, "HF_TOKEN"),
        (503, "an error (503)"),
    ],
)
def test_what_the_hub_refuses_is_said_plainly(hub: Hub, get, status: int, said: str) -> None:
    hub.status = status
    code, _, err = get()
    assert code == 1
    assert said in " ".join(err.split())
    assert not fetched_folder("owner").exists()


def test_without_a_network_it_says_what_else_can_be_done(get, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SECONDCODER_DATA", str(tmp_path / "data"))
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{closed.getsockname()[1]}")
        code, _, err = get()
    assert code == 1
    assert "cannot be reached" in err
    assert "copy the model's folder to this machine" in err


def test_an_address_that_is_no_hub(hub: Hub, get) -> None:
    hub.listing = lambda: {"siblings": 3}  # type: ignore[method-assign]
    assert "does not answer as a hub of models does" in get()[2]


def test_a_token_goes_to_the_hub_of_the_environment_and_to_no_mirror(hub: Hub, get, monkeypatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "mine")
    get("--from", hub.url)
    assert {headers.get("Authorization") for _, headers in hub.asked} == {None}
    hub.revision = "f" * 40
    get("--revision", "main")
    assert hub.asked[-1][1]["Authorization"] == "Bearer mine"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"model.safetensors": None}, "no model.safetensors in place of pytorch_model.bin"),
        ({"model.safetensors": None, "pytorch_model.bin": None}, "no model.safetensors"),
        ({"2_Dense/pytorch_model.bin": b"\x80"}, "in place of 2_Dense/pytorch_model.bin"),
    ],
)
def test_without_safe_weights_nothing_is_downloaded(hub: Hub, get, change: dict[str, bytes | None], said: str) -> None:
    hub.files = {path: content for path, content in (FILES | change).items() if content is not None}
    code, _, err = get()
    assert code == 1
    assert said in err
    assert len(hub.asked) == 1


def test_code_of_its_own_is_refused_before_the_weights_are_waited_for(hub: Hub, get) -> None:
    hub.files["config.json"] = b'{"auto_map": {"AutoModel": "modeling_own.Own"}}'
    code, _, err = get()
    assert code == 1
    assert "code of its own" in err
    assert not any(path.endswith(".safetensors") for path, _ in hub.asked)


@pytest.mark.parametrize("name", ["../x", "a/b/c", "a b", "https://x/y", ""])
def test_what_is_no_name_asks_nobody(hub: Hub, run_cli, name: str) -> None:
    code, _, err = run_cli("embedder", "get", name)
    assert code in (1, 2)
    assert "no name of a model" in err
    assert hub.asked == []


@pytest.mark.parametrize("harm", ["changed", "missing", "come"])
def test_a_fetched_model_that_changed_is_not_used_and_can_be_fetched_again(hub: Hub, get, harm: str) -> None:
    get()
    folder = local_folder(NAME)
    if harm == "changed":
        (folder / "model.safetensors").write_bytes(WEIGHTS[:-1] + b"x")
    elif harm == "missing":
        (folder / "vocab.txt").unlink()
    else:
        (folder / "added_tokens.json").write_text("{}")
    with pytest.raises(ModelError, match=rf"not as fetched.*secondcoder embedder get {NAME}"):
        local_folder(NAME)
    assert get()[0] == 0
    assert files_of(local_folder(NAME)).keys() == NEEDED | {"fetched.json"}


def test_another_revision_takes_its_place(hub: Hub, get) -> None:
    get()
    hub.revision, hub.files["vocab.txt"] = "f" * 40, b"other\n"
    assert get("--revision", "f" * 40)[0] == 0
    assert (local_folder(NAME) / "vocab.txt").read_bytes() == b"other\n"
    assert len([path for path in local_folder(NAME).parent.iterdir() if path.is_dir()]) == 1


def test_into_a_folder_of_ones_own_and_never_over_anything_else(hub: Hub, get, tmp_path: Path) -> None:
    code, _, err = get("--to", tmp_path / "mine")
    assert code == 0
    assert str(tmp_path / "mine") in err
    assert files_of(tmp_path / "mine").keys() == NEEDED | {"fetched.json"}
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "thesis.docx").write_text("mine")
    code, _, err = get("--to", tmp_path / "taken")
    assert (code, files_of(tmp_path / "taken")) == (1, {"thesis.docx": b"mine"})
    assert "--to FOLDER" in err


def test_a_name_that_was_not_fetched_is_refused_with_the_command_that_fetches_it(hub: Hub) -> None:
    with pytest.raises(ModelError, match=r"no model that was fetched.*secondcoder embedder get intfloat/e5-small-v2"):
        open_embedder(EmbeddingSettings(model="intfloat/e5-small-v2", batch=8))
    assert hub.asked == []


SETTINGS = '# mine\n[store]\n\n[embedding]  # vectors\nmodel = "words" # for now\nbatch = 8\n\n[learning]\nfolds = 3\n'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (SETTINGS, SETTINGS.replace('"words"', f'"{NAME}"')),
        ("[embedding]\nbatch = 8\n", f'[embedding]\nmodel = "{NAME}"\nbatch = 8\n'),
        ("# none\n", f'# none\n\n[embedding]\nmodel = "{NAME}"\n'),
    ],
)
def test_use_changes_one_line_of_the_settings(hub: Hub, run_cli, tmp_path: Path, before: str, after: str) -> None:
    settings = tmp_path / "secondcoder.toml"
    settings.write_text(before, encoding="utf-8")
    code, _, err = run_cli("-C", tmp_path, "embedder", "get", NAME, "--use")
    assert code == 0
    assert f"secondcoder -C {tmp_path} retrain" in err
    assert settings.read_text(encoding="utf-8") == after
    assert load_configuration(settings).embedding.model == NAME
    assert "already" in run_cli("-C", tmp_path, "embedder", "get", NAME, "--use")[2]


def test_settings_written_in_another_way_are_left_to_the_person(hub: Hub, run_cli, tmp_path: Path) -> None:
    settings = tmp_path / "secondcoder.toml"
    settings.write_text('embedding = { model = "words" }\n', encoding="utf-8")
    code, _, err = run_cli("-C", tmp_path, "embedder", "get", NAME, "--use")
    assert code == 1
    assert "by hand" in err
    assert settings.read_text() == 'embedding = { model = "words" }\n'


def test_use_without_a_study_downloads_nothing(hub: Hub, get) -> None:
    assert "is not a study" in get("--use")[2]
    assert hub.asked == []


@pytest.mark.slow
def test_a_fetched_model_gives_the_vectors_of_its_folder_and_is_listed(hub: Hub, get, run_cli, tmp_path: Path) -> None:
    folder = static_folder(tmp_path / "tiny")
    hub.files = files_of(folder)
    assert get()[0] == 0
    settings = EmbeddingSettings(model=NAME, batch=8)
    plain = open_embedder(settings.model_copy(update={"model": str(folder)}))
    fetched = open_embedder(settings)
    assert fetched.id == plain.id
    assert (fetched.embed(["the desk"]) == plain.embed(["the desk"])).all()
    study = tmp_path / "study"
    study.mkdir()
    (study / "secondcoder.toml").write_text(f'[embedding]\nmodel = "{NAME}"\nruntime = "torch"\n')
    open_embedder(settings, study / ".cache").embed(["the desk", "a room"])
    rows = {row["name"]: row for row in json.loads(run_cli("-C", study, "embedder", "list", "--json")[1])}
    assert {"minilm", "words", NAME} <= rows.keys()
    used = rows[NAME]
    assert (used["in_use"], used["place"], used["width"], used["cached"], used["id"]) == (
        True,
        "fetched",
        12,
        2,
        plain.id,
    )
    assert (rows["words"]["in_use"], used["revision"], used["runtime"]) == (False, REVISION, "torch")
    assert f"{NAME} (in use)" in run_cli("-C", study, "embedder", "list")[1]


def test_a_model_in_use_that_is_not_there_is_told(hub: Hub, run_cli, tmp_path: Path) -> None:
    (tmp_path / "secondcoder.toml").write_text('[embedding]\nmodel = "owner/none"\n')
    code, out, err = run_cli("-C", tmp_path, "embedder", "list")
    assert code == 0
    assert "owner/none (in use)" in out
    assert "embedder get owner/none" in err


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in COMMANDS if name not in ("open", "review", "demo", "embedder")])
def test_no_other_command_asks_the_network(name: str, coded_study, run_cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each command's plainest call, on a study; `embedder list` too. A scorer, which is asked on this machine, is not set."""
    asked: list[object] = []
    for call in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, call, lambda _self, address, *_, **__: asked.append(address))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *of, **__: asked.append(of) or [])
    coded_study.close()
    run_cli("-C", coded_study.folder, name)
    run_cli("-C", coded_study.folder, "embedder", "list")
    assert asked == []
