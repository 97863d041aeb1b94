"""Model versions on disk: whole or absent, and loaded only when everything fits (what was tampered with: test_model_folders)."""

from __future__ import annotations

import errno
import json
import os
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from secondcoder.codebook.model import Code, Codebook
from secondcoder.embedding.hashed_words import WordHashEmbedder
from secondcoder.errors import ModelError
from secondcoder.labels.label_matrix import LabelMatrix
from secondcoder.learning.model import Model, train_model
from secondcoder.learning.valence_classifier import ValenceClassifier
from secondcoder.model_store.version import computed_otherwise, load_version, next_version, save_version
from support.planted import Planted, planted, settings
from support.planted_valence import valenced
from threadpoolctl import threadpool_limits

WORDS = WordHashEmbedder()
BOOK = Codebook(
    id="b", title="t", codes=tuple(Code(id=code, name=code.upper()) for code in ("sense", "room", "worth", "rare"))
)
UNSEEN = planted(transcripts=2, seed=9).features


@pytest.fixture(scope="module", autouse=True)
def _one_thread() -> Iterator[None]:
    """Small matrices on a busy machine: several threads only wait for each other."""
    with threadpool_limits(1):
        yield


def _train(talk: Planted) -> Model:
    y = np.column_stack([talk.labels.y, np.arange(len(talk.segments)) < 2])
    labels = LabelMatrix(BOOK.ids, y, np.ones_like(y))
    return train_model(talk.segments, talk.features, labels, BOOK, WORDS, settings())


@pytest.fixture(scope="module")
def model() -> Model:
    return _train(planted())


@pytest.fixture
def saved(tmp_path: Path, model: Model) -> Path:
    save_version(tmp_path, "m0001", model, BOOK, WORDS, {"parent": None})
    return tmp_path / "m0001"


def _load(saved: Path, book: Codebook = BOOK, embedder: object = WORDS) -> Model:
    return load_version(saved.parent, saved.name, book, embedder)


def test_a_loaded_model_is_the_one_that_was_saved(saved, model):
    loaded = _load(saved)
    assert (loaded.scored, loaded.ranked) == (("sense", "room", "worth"), ("rare",))
    np.testing.assert_allclose(loaded.scores(UNSEEN), model.scores(UNSEEN), atol=1e-6)
    np.testing.assert_array_equal(loaded.thresholds, model.thresholds)
    assert loaded.exemplars.places == model.exemplars.places
    np.testing.assert_array_equal(loaded.exemplars.carries, model.exemplars.carries)


def test_what_suggests_valence_is_saved_and_a_model_without_it_loads(saved: Path, model: Model):
    assert _load(saved).valence is None
    given = valenced(transcripts=4)
    learned = ValenceClassifier(3, 0).fit(given.talk.features, given.talk.labels, given.valences)
    save_version(saved.parent, "m0002", replace(model, valence=learned), BOOK, WORDS, {})
    loaded = _load(saved.parent / "m0002").valence
    np.testing.assert_array_equal(loaded.predict_proba(UNSEEN), learned.predict_proba(UNSEEN))
    assert loaded.codes == learned.codes


def test_a_model_of_ranked_codes_alone_can_be_saved_and_loaded(tmp_path, model):
    carries = model.exemplars.carries[:, 3:]
    ranking = replace(model, scored=(), classifier=None, exemplars=replace(model.exemplars, carries=carries))
    save_version(tmp_path, "m0001", ranking, BOOK, WORDS, {})
    np.testing.assert_array_equal(_load(tmp_path / "m0001").scores(UNSEEN), ranking.scores(UNSEEN))


def test_two_trainings_on_the_same_data_give_the_same_bytes(saved, tmp_path):
    save_version(tmp_path, "m0002", _train(planted()), BOOK, WORDS, {"parent": "m0001"})
    assert (tmp_path / "m0002" / "arrays.npz").read_bytes() == (saved / "arrays.npz").read_bytes()
    with zipfile.ZipFile(saved / "arrays.npz") as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}  # no trace of the hour
    save_version(tmp_path, "m0003", _train(planted(seed=1)), BOOK, WORDS, {})
    assert (tmp_path / "m0003" / "arrays.npz").read_bytes() != (saved / "arrays.npz").read_bytes()


def test_the_manifest_tells_what_made_it(saved, model):
    manifest = json.loads((saved / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["codebook"]["hash"] == BOOK.hash
    assert manifest["embedder"] == {"id": "words@1", "width": 64, "sha256": None, "window": None}
    assert list(manifest["thresholds"]) == list(model.codes)
    assert manifest["libraries"]["numpy"] == np.__version__


def test_another_codebook_is_refused_with_both_names(saved):
    other = BOOK.model_copy(update={"version": "2.0"})
    with pytest.raises(ModelError, match=r"'b' version 1\.0.*'b' version 2\.0.*secondcoder retrain"):
        _load(saved, book=other)


@pytest.mark.parametrize(("name", "value"), [("id", "words@2"), ("width", 128)])
def test_another_embedder_is_refused_with_both_names(saved, name, value):
    other = WordHashEmbedder()
    setattr(other, name, value)
    with pytest.raises(ModelError, match=rf"words@1.*{value}.*embedding\.model"):
        _load(saved, embedder=other)


@pytest.mark.parametrize(("where", "step"), [(Path, "write_bytes"), (os, "fsync"), (Path, "rename")])
def test_a_failing_write_leaves_nothing(tmp_path, model, monkeypatch, where, step):
    def full(*_args: object, **_options: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(where, step, full)
    with pytest.raises(ModelError, match=r"No space left.*unchanged"):
        save_version(tmp_path / "models", "m0001", model, BOOK, WORDS, {})
    assert list((tmp_path / "models").iterdir()) == []


def test_a_version_is_never_written_over(saved, model):
    before = (saved / "manifest.json").read_bytes()
    with pytest.raises(ModelError, match="m0001 could not be written"):
        save_version(saved.parent, "m0001", model, BOOK, WORDS, {"parent": "other"})
    assert (saved / "manifest.json").read_bytes() == before
    assert [path.name for path in saved.parent.iterdir()] == ["m0001"]


@pytest.mark.parametrize(
    ("known", "name"),
    [([], "m0001"), (["m0001"], "m0002"), (["m0009", "m0010", "m0002"], "m0011"), (["m9999"], "m10000")],
)
def test_versions_are_counted_on_from_the_highest(known, name):
    assert next_version(known) == name


class _Computed(WordHashEmbedder):
    def __init__(self, id_: str) -> None:
        self.id = id_


def test_the_same_weights_computed_otherwise_fit_and_it_is_said(tmp_path, model):
    then, now = _Computed("a@1"), _Computed("a@1+openvino-bf16")
    manifest = save_version(tmp_path, "m0001", model, BOOK, then, {})
    assert _load(tmp_path / "m0001", embedder=now).codes == model.codes
    assert "by torch in fp32; here they are computed by openvino in bf16" in computed_otherwise("m0001", manifest, now)
    assert "third decimal" in computed_otherwise("m0001", manifest, now)
    assert computed_otherwise("m0001", manifest, then) == ""
    with pytest.raises(ModelError, match=r"vectors of a@1 .*b@1\+openvino-bf16"):
        _load(tmp_path / "m0001", embedder=_Computed("b@1+openvino-bf16"))
    views = _Computed("a@1+openvino-fp32 + b@2+openvino-fp32")
    assert "here they are computed by openvino in fp32: probabilities are the same to rounding" in computed_otherwise(
        "m0001", manifest, views
    )
