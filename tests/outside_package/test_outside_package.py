"""A package beside secondcoder adds an embedder, a segmenter and a classifier by one file each, and a study uses them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from secondcoder.errors import InputError, ModelError
from secondcoder.model_store.folder import read_folder
from secondcoder.study.folder import CONFIGURATION
from secondcoder.study.study import Study
from support.installed import forget, install_folder

HERE = Path(__file__).parent
SETTINGS = """
[embedding]
model = "letters"
[segments]
segmenter = "whole-turns"
[learning]
classifier = "logistic"
"""
ANSWER = "We have no room and no computer. It is a corridor. " * 12
TALK = f"Interviewer: How is it going?\nP1: {ANSWER}\nInterviewer: And her?\nP1: She explained what it is for.\n"


@pytest.fixture(autouse=True)
def _outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    install_folder(monkeypatch, tmp_path / "site", HERE)
    yield
    forget(monkeypatch, "outside_parts")


@pytest.fixture
def study(coded_study: Study) -> Iterator[Study]:
    """The small coded study, to be learned with the parts from outside."""
    (coded_study.folder / CONFIGURATION).write_text(SETTINGS, encoding="utf-8")
    study = Study(coded_study.folder)
    yield study
    study.close()


def _reopened(study: Study, settings: str = SETTINGS) -> Study:
    (study.folder / CONFIGURATION).write_text(settings, encoding="utf-8")
    return Study(study.folder)


def test_a_study_trains_and_codes_with_parts_from_outside_and_its_methods_name_them(
    study: Study, tmp_path: Path
) -> None:
    manifest = study.train()
    assert (manifest["classifier"], manifest["embedder"]["id"]) == ("logistic/1", "letters@1")
    assert (manifest["recipe"]["learning"]["classifier"], manifest["recipe"]["segments"]["segmenter"]) == (
        "logistic",
        "whole-turns",
    )
    assert manifest["scored"]
    arrays = read_folder(study.folder / "models", "m0001")[1]["arrays.npz"]
    assert b"classifier.weights" in arrays
    assert b"classifier.told" not in arrays
    path = tmp_path / "new.txt"
    path.write_text(TALK, encoding="utf-8")
    table = study.code([path], everything=True).table
    assert sorted(set(table["text"])) == sorted([ANSWER.strip(), "She explained what it is for."])
    text = study.export_methods()
    for sentence in (
        "hashed counts of letter triples",
        "Every answer was one segment",
        "logistic regression was fitted for each code",
    ):
        assert sentence in text
    assert "kernel" not in text
    assert "n-gram" not in text


def test_what_was_learned_with_them_loads_again_and_is_evaluated(study: Study) -> None:
    study.train()
    before = study.code(everything=True).table
    again = _reopened(study)
    assert again.code(everything=True).table.equals(before)
    assert 0.1 < again.evaluate().to_json()["macro_ap"] <= 1
    again.close()


def test_another_classifier_in_the_settings_is_a_change_and_the_same_one_is_not(study: Study) -> None:
    study.train()
    with pytest.raises(InputError, match="Nothing has changed"):
        study.retrain()
    shipped = _reopened(study, SETTINGS.replace('"logistic"', '"stacked-kernels"'))
    assert shipped.retrain(promote=True).manifest["classifier"] == "stacked-kernels/1"
    assert "kernel ridge" in shipped.export_methods()
    shipped.close()


def test_without_the_package_the_model_says_which_classifier_it_needs(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    (study.folder / CONFIGURATION).write_text(SETTINGS.replace('"letters"', '"words"'), encoding="utf-8")
    study = Study(study.folder)
    study.train()
    study.close()
    monkeypatch.setattr("secondcoder.domain.plugins.entry_points", lambda group: ())
    bare = _reopened(study, '[embedding]\nmodel = "words"\n')
    with pytest.raises(
        ModelError, match=r"classifier 'logistic', which cannot be used: .*no installed package provides"
    ):
        bare.workspace().load_model()
    bare.close()


def test_a_model_of_another_layout_is_refused(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    study.train()
    from outside_parts.logistic import LogisticClassifier

    monkeypatch.setattr(LogisticClassifier, "format", "logistic/2")
    with pytest.raises(ModelError, match="learned by classifier 'logistic/1'; the one installed reads 'logistic/2'"):
        study.workspace().load_model()


def test_on_the_command_line(study: Study, run_cli: Callable[..., tuple[int, str, str]]) -> None:
    code, _, error = run_cli("-C", study.folder, "train")
    assert (code, error.count("Traceback")) == (0, 0)
