"""A spaCy pipeline that is saved: what of the model goes along, and that another model is refused."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import spacy
from secondcoder import Study
from secondcoder.errors import ModelError
from spacy.language import Language

TALK = "They explained the purpose to us and we understood why. We looked at the numbers and saw a benefit."
Exports = dict[str, Path]


@pytest.fixture
def exports(trained_study: Study, tmp_path: Path) -> Exports:
    """The model as `models export` writes it."""
    trained_study.models_export("m0001", tmp_path / "whole.zip")
    trained_study.models_export("m0001", tmp_path / "given", without_talk=True)
    return {"whole": tmp_path / "whole.zip", "given": tmp_path / "given", "study": trained_study.folder}


def pipeline(model: Path, **settings: Any) -> Language:
    nlp = spacy.blank("en")
    nlp.add_pipe("secondcoder", config={"model": str(model), **settings})
    return nlp


def scores(nlp: Language) -> list[list[float]]:
    return nlp(TALK)._.code_probabilities.to_numpy().tolist()


def files_of(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_an_exported_model_is_the_studys_own(exports: Exports) -> None:
    assert scores(pipeline(exports["whole"])) == scores(pipeline(exports["study"]))
    assert scores(pipeline(exports["given"])) != scores(pipeline(exports["study"]))
    doc = pipeline(exports["whole"], everything=True)(TALK)
    assert {span._.model for span in doc.spans["secondcoder"]} == {"m0001"}


@pytest.mark.parametrize("of", ["study", "whole", "given"])
def test_by_default_the_models_name_and_seal_alone_go_along(exports: Exports, tmp_path: Path, of: str) -> None:
    nlp = pipeline(exports[of])
    nlp.to_disk(tmp_path / "saved")
    assert files_of(tmp_path / "saved" / "secondcoder") == {"secondcoder.json"}
    assert scores(spacy.load(tmp_path / "saved")) == scores(nlp)
    again = pipeline(exports[of]).from_bytes(nlp.to_bytes())
    assert scores(again) == scores(nlp)
    assert len(nlp.get_pipe("secondcoder").to_bytes()) < 400


def test_a_model_without_talk_goes_along_where_that_is_asked_for(exports: Exports, tmp_path: Path) -> None:
    nlp = pipeline(exports["given"], store="model")
    expected, kept = scores(nlp), nlp.to_bytes()
    nlp.to_disk(tmp_path / "saved")
    shutil.rmtree(exports["given"])
    loaded = spacy.load(tmp_path / "saved")
    assert scores(loaded) == expected
    loaded.to_disk(tmp_path / "again")
    assert files_of(tmp_path / "again") == files_of(tmp_path / "saved")
    assert scores(pipeline(exports["given"], store="model").from_bytes(kept)) == expected


def test_a_model_of_a_study_is_exported_first(exports: Exports, tmp_path: Path) -> None:
    for store in ("model", "model with talk"):
        with pytest.raises(ModelError, match=r"secondcoder models export m0001 --without-talk --out given\.zip"):
            pipeline(exports["study"], store=store).to_disk(tmp_path / "saved")
    assert not (tmp_path / "saved" / "secondcoder" / "model").exists()


def test_a_model_that_remembers_talk_goes_along_only_where_that_is_said(exports: Exports, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="remembers talk"):
        pipeline(exports["whole"], store="model").to_disk(tmp_path / "saved")
    with pytest.raises(ModelError, match="remembers talk"):
        pipeline(exports["whole"], store="model").to_bytes()
    assert not any("arrays" in name for name in files_of(tmp_path / "saved"))
    nlp = pipeline(exports["whole"], store="model with talk")
    nlp.to_disk(tmp_path / "told")
    exports["whole"].unlink()
    assert scores(spacy.load(tmp_path / "told")) == scores(nlp)


def test_another_model_at_the_same_place_is_refused(exports: Exports, tmp_path: Path) -> None:
    nlp = pipeline(exports["given"])
    nlp.to_disk(tmp_path / "saved")
    kept = nlp.to_bytes()
    shutil.rmtree(exports["given"])
    Study(exports["study"]).models_export("m0001", exports["given"], without_talk=True, vocabulary="none")
    for load in (lambda: spacy.load(tmp_path / "saved"), lambda: pipeline(exports["given"]).from_bytes(kept)):
        with pytest.raises(ModelError, match=r"saved with model m0001; the m0001 at .* is another one of that name"):
            load()


def test_a_changed_byte_is_refused(exports: Exports, tmp_path: Path) -> None:
    pipeline(exports["given"], store="model").to_disk(tmp_path / "saved")
    arrays = tmp_path / "saved" / "secondcoder" / "model" / "arrays.npz"
    content = bytearray(arrays.read_bytes())
    content[len(content) // 2] ^= 1
    arrays.write_bytes(content)
    with pytest.raises(ModelError, match="was changed or damaged"):
        spacy.load(tmp_path / "saved")


@pytest.mark.parametrize(
    "about", ["{}", "[", '{"format": "secondcoder spaCy component/9", "files": null}', '{"format": "secondcoder spaCy component/1", '
    '"version": "m0001", "sha256": "", "files": ["../../secrets"]}'], ids=["empty", "broken", "newer", "outside"]
)  # fmt: skip
def test_what_is_damaged_is_said(exports: Exports, tmp_path: Path, about: str) -> None:
    pipeline(exports["given"], store="model").to_disk(tmp_path / "saved")
    (tmp_path / "saved" / "secondcoder" / "secondcoder.json").write_text(about)
    with pytest.raises(ModelError, match="cannot be read"):
        spacy.load(tmp_path / "saved")


def test_where_the_models_place_is_gone_the_pipeline_says_so(exports: Exports, tmp_path: Path) -> None:
    pipeline(exports["given"]).to_disk(tmp_path / "saved")
    shutil.rmtree(exports["given"])
    with pytest.raises(ModelError, match="there is no such folder or file"):
        spacy.load(tmp_path / "saved")
