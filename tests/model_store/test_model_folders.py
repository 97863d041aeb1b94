"""A model folder in which anything was changed, taken out, put in or linked is refused, and nothing in it is run."""

from __future__ import annotations

import hashlib
import io
import json
import os
import pickle
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from secondcoder.errors import ModelError
from secondcoder.model_store.folder import FORMAT, left_drafts, read_folder, write_folder
from secondcoder.model_store.version import load_version

ARRAYS = {"weights": np.arange(6.0), "classes": np.array(["a", "b"])}
FILES = ("arrays.npz", "card.html", "card.md", "manifest.json")


def _npz(**arrays: np.ndarray) -> bytes:
    out = io.BytesIO()
    np.savez(out, **arrays)
    return out.getvalue()


def _make(models: Path) -> Path:
    files = {"arrays.npz": _npz(**ARRAYS), "card.md": "# é\n".encode(), "card.html": b"<!doctype html>"}
    write_folder(models, "m0001", {"version": "m0001", "thresholds": {"CO": 0.25}, "title": "😀"}, files)
    return models / "m0001"


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    return _make(tmp_path / "models")


def _read(saved: Path, sealed: str | None = None) -> dict[str, bytes]:
    return read_folder(saved.parent, saved.name, sealed)[1]


def test_what_was_written_is_read(saved: Path) -> None:
    manifest, files = read_folder(saved.parent, saved.name)
    assert sorted(path.name for path in saved.iterdir()) == sorted([*files, "manifest.json"]) == list(FILES)
    assert files == {name: (saved / name).read_bytes() for name in files}
    assert manifest["files"] == {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    assert manifest["format"] == FORMAT


@pytest.fixture(scope="module")
def touched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _make(tmp_path_factory.mktemp("touched"))


@given(
    name=st.sampled_from(FILES),
    at=st.floats(0, 1),
    bit=st.integers(0, 7),
    kind=st.sampled_from(["flip", "cut", "more"]),
)
@settings(max_examples=150)
def test_any_changed_byte_of_any_file_is_refused(touched: Path, name: str, at: float, bit: int, kind: str) -> None:
    path = touched / name
    whole = path.read_bytes()
    place = int(at * (len(whole) - 1))
    changed = {
        "flip": whole[:place] + bytes([whole[place] ^ 1 << bit]) + whole[place + 1 :],
        "cut": whole[:place],
        "more": whole[:place] + b" " + whole[place:],
    }[kind]
    path.write_bytes(changed)
    try:
        with pytest.raises(ModelError, match=r"m0001.*[Tt]rain again"):
            _read(touched)
    finally:
        path.write_bytes(whole)


def test_every_third_byte_of_the_manifest_counts(touched: Path) -> None:
    path = touched / "manifest.json"
    whole = path.read_bytes()
    try:
        for place in range(0, len(whole), 3):
            path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
            with pytest.raises(ModelError):
                _read(touched)
    finally:
        path.write_bytes(whole)


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_named(saved: Path, name: str) -> None:
    (saved / name).unlink()
    with pytest.raises(ModelError, match=rf"m0001: {name} is missing.*[Tt]rain again"):
        _read(saved)


@pytest.mark.parametrize("name", ["model.pkl", "arrays.npy", "sub", ".hidden", "card.md.bak"])
def test_what_does_not_belong_is_named(saved: Path, name: str) -> None:
    (saved / name).mkdir() if name == "sub" else (saved / name).write_bytes(b"x")
    with pytest.raises(ModelError, match=rf"m0001: {name} does not belong.*nothing of the file was read.*Take it out"):
        _read(saved)


def test_what_a_file_manager_leaves_is_passed_over(saved: Path) -> None:
    (saved / ".DS_Store").write_bytes(b"\0")
    assert set(_read(saved)) == set(FILES[:3])


@pytest.mark.parametrize("name", FILES)
def test_a_link_is_never_followed(saved: Path, tmp_path: Path, name: str) -> None:
    elsewhere = tmp_path / "elsewhere"
    (saved / name).rename(elsewhere)
    (saved / name).symlink_to(elsewhere)
    with pytest.raises(ModelError, match=rf"m0001: {name} is a link"):
        _read(saved)


def test_a_folder_that_is_a_link_or_absent_is_refused(saved: Path, tmp_path: Path) -> None:
    saved.rename(tmp_path / "elsewhere")
    with pytest.raises(ModelError, match="its folder is missing"):
        _read(saved)
    saved.symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    with pytest.raises(ModelError, match="its folder is a link"):
        _read(saved)


def _edit(saved: Path, **changes: object) -> None:
    path = saved / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8")) | changes
    path.write_text(json.dumps(manifest, indent=1, ensure_ascii=False), encoding="utf-8")


def _forge(saved: Path, **changes: object) -> None:
    """Change the manifest and make every hash anew, as one who knows how a version is sealed would."""
    files = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in saved.iterdir()}
    del files["manifest.json"]
    _edit(saved, files=files, **changes)
    manifest = json.loads((saved / "manifest.json").read_text(encoding="utf-8"))
    del manifest["sha256"]
    _edit(saved, sha256=hashlib.sha256(json.dumps(manifest, sort_keys=True).encode()).hexdigest())


@pytest.mark.parametrize(
    ("found", "mend"),
    [
        ("secondcoder-model/99", "written by a newer version: install that one"),
        ("secondcoder-model/2", "written by an older version. Train again: secondcoder train"),
        ("pickle/4", "No secondcoder wrote that. Train again"),
        (None, "No secondcoder wrote that. Train again"),
    ],
)
def test_another_format_is_refused_with_what_to_do(saved: Path, found: str | None, mend: str) -> None:
    _forge(saved, format=found)
    with pytest.raises(ModelError, match=rf"m0001 has format '{found}'; this secondcoder reads '{FORMAT}'. .*{mend}"):
        _read(saved)


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe\x00", b"[1]", b"null", b"[" * 100_000, b""])
def test_a_manifest_that_is_none_is_damaged(saved: Path, content: bytes) -> None:
    (saved / "manifest.json").write_bytes(content)
    with pytest.raises(ModelError, match="manifest is damaged"):
        _read(saved)


def test_a_forgery_with_every_hash_made_anew_is_not_what_the_study_recorded(saved: Path) -> None:
    sealed = read_folder(saved.parent, saved.name)[0]["sha256"]
    _read(saved, sealed)
    _forge(saved, thresholds={"CO": 0.01})
    _read(saved)  # nothing within the folder tells
    with pytest.raises(ModelError, match="not the version that this study recorded"):
        _read(saved, sealed)


# -- pickles ---------------------------------------------------------------------------------------------------------------


class Payload:
    """Makes a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return Path.touch, (self.path,)


def _pickled(payload: Payload, _: bytes) -> bytes:
    return pickle.dumps(payload)


def _object_array(payload: Payload, _: bytes) -> bytes:
    out = io.BytesIO()
    np.lib.format.write_array(out, np.array([payload], dtype=object), allow_pickle=True)
    return out.getvalue()


def _as_member(payload: Payload, arrays: bytes) -> bytes:
    """arrays.npz with one array replaced by an object array, and a pickle put in."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(arrays)) as old, zipfile.ZipFile(out, "w") as new:
        for at, name in enumerate(old.namelist()):
            new.writestr(name, _object_array(payload, b"") if at == 0 else old.read(name))
        new.writestr("data.pkl", pickle.dumps(payload))
    return out.getvalue()


@pytest.fixture
def trace(tmp_path: Path) -> Path:
    return tmp_path / "was here"


@pytest.mark.parametrize("forged", [True, False], ids=["hashes forged", "hashes as they were"])
@pytest.mark.parametrize(
    ("file", "forge"),
    [
        ("arrays.npz", _pickled),
        ("arrays.npz", _object_array),
        ("arrays.npz", _as_member),
        ("card.html", _pickled),
        ("manifest.json", _pickled),
        ("model.pkl", _pickled),
        ("__init__.py", lambda payload, _: f"open({str(payload.path)!r}, 'w')".encode()),
    ],
)
def test_a_pickle_is_refused_and_not_run(trained_study, trace: Path, file: str, forge, forged: bool) -> None:
    folder = trained_study.folder / "models" / "m0001"
    arrays = (folder / "arrays.npz").read_bytes()
    (folder / file).write_bytes(forge(Payload(trace), arrays))
    if forged and file != "manifest.json":
        _forge(folder)
    with pytest.raises(ModelError, match="m0001"):
        trained_study.workspace().load_model()
    with pytest.raises(ModelError, match="m0001"):
        trained_study.code()
    assert not trace.exists()


def test_arrays_that_hold_a_pickle_are_refused_even_when_every_hash_agrees(trained_study, trace: Path) -> None:
    from secondcoder.model_store.version import load_version

    folder = trained_study.folder / "models" / "m0001"
    (folder / "arrays.npz").write_bytes(_as_member(Payload(trace), (folder / "arrays.npz").read_bytes()))
    _forge(folder)
    with pytest.raises(ModelError, match=r"never loaded.*[Tt]rain again"):
        load_version(folder.parent, "m0001", trained_study.codebook, trained_study.workspace().embedder)
    assert not trace.exists()


def test_the_payload_would_have_shown(trace: Path) -> None:
    pickle.loads(pickle.dumps(Payload(trace)))
    assert trace.exists()


# -- what a stopped training leaves ------------------------------------------------------------------------------------------


def _dead() -> int:
    """The number of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_the_next_writing_clears_drafts_of_the_dead_and_leaves_those_of_the_living(saved: Path) -> None:
    models = saved.parent
    left, living, old = models / f".m0002.{_dead()}", models / f".m0002.{os.getppid()}", models / ".m0003.x"
    for draft in (left, living, old):
        draft.mkdir()
        (draft / "arrays.npz").write_bytes(b"half")
    os.utime(old, (time.time() - 7200,) * 2)
    assert left_drafts(models) == sorted([left, old])
    write_folder(models, "m0002", {}, {"arrays.npz": b""})
    assert sorted(path.name for path in models.iterdir()) == sorted([living.name, "m0001", "m0002"])


def test_a_folder_without_a_record_is_passed_over_and_told_of(trained_study, run_cli, quick_training) -> None:
    models = trained_study.folder / "models"
    shutil.copytree(models / "m0001", models / "m0002")
    (models / f".m0003.{_dead()}").mkdir()
    code, out, _ = run_cli("-C", trained_study.folder, "check")
    assert code == 0  # nothing uses either
    assert "models/m0002 has no record" in out
    assert "remains of a stopped training" in out
    assert trained_study.train()["version"] == "m0003"
    assert (models / "m0002").is_dir()  # it may belong to a store that a backup took the place of
    code, out, _ = run_cli("-C", trained_study.folder, "check")
    assert (code, "models/m0002 has no record" in out, "remains" in out) == (0, True, False)
    shutil.rmtree(models / "m0002")
    assert "models/m0002" not in run_cli("-C", trained_study.folder, "check")[1]


def test_check_looks_at_versions_that_are_not_in_use_too(trained_study, run_cli, quick_training) -> None:
    trained_study.train()
    (trained_study.folder / "models" / "m0001" / "card.md").write_text("better", encoding="utf-8")
    code, out, _ = run_cli("-C", trained_study.folder, "check")
    assert code == 1
    assert "Model m0001: card.md was changed" in out


def test_a_card_that_somebody_touched_is_not_shown(trained_study, run_cli) -> None:
    card = (trained_study.folder / "models") / "m0001" / "card.md"
    assert run_cli("-C", trained_study.folder, "models", "show")[1] == card.read_text(encoding="utf-8")
    card.write_text(card.read_text(encoding="utf-8").replace("0.", "0.9", 1), encoding="utf-8")
    code, out, err = run_cli("-C", trained_study.folder, "models", "show")
    assert (code, out) == (1, "")
    assert "card.md was changed or damaged after it was written" in err
    assert "models use VERSION" in err


def test_the_manifest_holds_what_a_version_was_made_from(trained_study) -> None:
    manifest = read_folder(trained_study.folder / "models", "m0001")[0]
    assert manifest["parent"] is None
    assert set(manifest["codebook"]) == {"id", "version", "hash"}
    assert set(manifest["embedder"]) == {"id", "width", "sha256", "window"}
    assert manifest["recipe"]["learning"]["seed"] == trained_study.configuration.learning.seed
    assert len(manifest["training"]["sha256"]) == 64
    origins = manifest["training"]["origins"]
    assert sum(sum(counts.values()) for counts in origins.values()) == len(trained_study.corpus.codings)
    assert {origin for counts in origins.values() for origin in counts} == {"independent"}
    assert manifest["libraries"].keys() >= {"secondcoder", "numpy", "scikit-learn"}


@pytest.mark.usefixtures("quick_training")
@pytest.mark.parametrize("landed", [True, False])
def test_ctrl_c_around_the_record_leaves_folder_and_record_or_neither(trained_study, monkeypatch, landed: bool) -> None:
    transaction = trained_study.transaction

    @contextmanager
    def interrupted():
        with transaction() as write:
            yield write
            if not landed:
                raise KeyboardInterrupt
        raise KeyboardInterrupt

    monkeypatch.setattr(trained_study, "transaction", interrupted)
    with pytest.raises(KeyboardInterrupt):
        trained_study.train()
    recorded = {record["version"] for record in trained_study.store.models()}
    assert {path.name for path in (trained_study.folder / "models").iterdir()} == recorded
    assert ("m0002" in recorded) == landed
    trained_study.workspace().load_model()


ODD: dict[str, Callable[[dict[str, np.ndarray]], dict[str, np.ndarray]]] = {
    "no arrays": lambda _: {},
    "one is missing": lambda arrays: {name: array for name, array in arrays.items() if name != "exemplars.vectors"},
    "texts in place of figures": lambda arrays: {name: np.full(array.shape, "x") for name, array in arrays.items()},
    "all flat": lambda arrays: {name: array.ravel() for name, array in arrays.items()},
    "all empty": lambda arrays: {name: array[:0] if array.ndim else array for name, array in arrays.items()},
    "names that are no JSON": lambda arrays: arrays | {"held_back.places": np.frombuffer(b"[" * 50, dtype=np.uint8)},
}


@pytest.mark.parametrize("how", ODD)
def test_arrays_that_make_no_model_are_one_error_even_when_every_hash_agrees(trained_study, how: str) -> None:
    from secondcoder.model_store.version import load_version

    folder = trained_study.folder / "models" / "m0001"
    arrays = dict(np.load(io.BytesIO((folder / "arrays.npz").read_bytes())))
    (folder / "arrays.npz").write_bytes(_npz(**ODD[how](arrays)))
    _forge(folder)
    sure = how in ("no arrays", "one is missing", "texts in place of figures")
    with pytest.raises(ModelError, match=r"^Model m0001") if sure else suppress(ModelError):
        load_version(folder.parent, "m0001", trained_study.codebook, trained_study.workspace().embedder)


@pytest.mark.parametrize(
    "changes", [{"codebook": {}}, {"codebook": []}, {"embedder": []}, {"embedder": {"id": 1}}, {"scorers": {"x": {}}}]
)
def test_a_manifest_of_other_kinds_is_one_error(trained_study, changes: dict[str, object]) -> None:
    workspace, saved = trained_study.workspace(), trained_study.folder / "models" / "m0001"
    _forge(saved, **changes)
    with pytest.raises(ModelError, match="m0001"):
        # Without the store's record of the manifest, which would refuse it before.
        load_version(saved.parent, saved.name, workspace.codebook, workspace.embedder)
