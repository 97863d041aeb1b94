"""Valence through a whole study: learned in training, said on the card, shown beside the code, and the same figure everywhere."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from secondcoder.errors import InputError
from secondcoder.labels.valences import VALENCES
from secondcoder.study.folder import CONFIGURATION
from secondcoder.study.study import Study
from support.planted import CODES
from support.planted_valence import Valenced, valenced
from support.study_checks import CHEAP, write_csv

NAMES = dict(zip(CODES, ("CO", "CA", "RM"), strict=True))
NEW = "t09"
Run = Callable[..., tuple[int, str, str]]


def _rows(given: Valenced, valence: bool) -> list[dict[str, str]]:
    """A coded table; on one transcript nobody has looked."""
    rows = []
    for row, segment in enumerate(given.talk.segments):
        codes = [] if segment.transcript == NEW else np.flatnonzero(given.valences.known[row]).tolist()
        rows.append(
            {
                "transcript": segment.transcript,
                "speaker": "P",
                "text": segment.text,
                "codes": "|".join(NAMES[CODES[code]] for code in codes),
                "coder": "" if segment.transcript == NEW else "ada",
                "valence": "".join(VALENCES[given.valences.value[row, code]] for code in codes) if valence else "",
            }
        )
    return rows


def _study(folder: Path, given: Valenced, valence: bool = True) -> Study:
    folder.mkdir()
    Study.create(folder / "study", "npt-core").close()
    (folder / "study" / CONFIGURATION).write_text(CHEAP, encoding="utf-8")
    study = Study(folder / "study")
    study.import_files([write_csv(folder / "coded.csv", _rows(given, valence))])
    return study


@pytest.fixture(scope="module")
def given() -> Valenced:
    return valenced()


@pytest.fixture(scope="module")
def study(given: Valenced, tmp_path_factory: pytest.TempPathFactory) -> Study:
    """Trained, with suggestions for the transcript that nobody coded."""
    made = _study(tmp_path_factory.mktemp("valence") / "one", given)
    made.train()
    made.code()
    return made


@pytest.fixture(scope="module")
def table(study: Study) -> pd.DataFrame:
    return study.code(version="m0001").table


def test_the_likely_valence_stands_beside_the_code(given: Valenced, table: pd.DataFrame) -> None:
    told = {segment.text: row for row, segment in enumerate(given.talk.segments) if segment.transcript == NEW}
    hinted = table[table["valence"].notna() & table["text"].map(lambda text: given.valences.known[told[text]].any())]
    assert len(hinted) > 5
    truth = [VALENCES[given.valences.value[told[text]].max()] for text in hinted["text"]]
    assert np.mean(hinted["valence"] == truth) > 0.9
    assert (hinted["valence_probability"] > 0.5).all()


def test_what_is_kept_is_what_was_shown(study: Study, table: pd.DataFrame) -> None:
    kept = {(one.start, one.code): (one.valence, one.valence_probability) for one in study.store.suggestions("m0001")}
    shown = {
        (row.start, row.code): (None, None) if pd.isna(row.valence) else (row.valence, row.valence_probability)
        for row in table.itertuples()
    }
    assert kept == shown


def test_card_manifest_evaluation_and_methods_have_one_source(study: Study, run_cli: Run) -> None:
    manifest = study.corpus.manifests["m0001"]["valence"]
    assert manifest["suggested"]
    assert study.evaluate().to_json()["valence"] == manifest
    sentence = f"balanced accuracy {manifest['balanced_accuracy']:.2f}"
    assert sentence in study.model_card("m0001").read_text(encoding="utf-8")
    assert f"balanced accuracy was {manifest['balanced_accuracy']:.2f}" in study.export_methods()
    code, out, err = run_cli("-C", study.folder, "evaluate")
    assert (code, sentence in out + err) == (0, True)
    code, out, _ = run_cli("-C", study.folder, "evaluate", "--json")
    assert json.loads(out)["valence"] == manifest


def test_a_changed_valence_is_something_new_to_learn_from(given: Valenced, tmp_path: Path) -> None:
    study = _study(tmp_path / "one", given)
    study.train()
    with pytest.raises(InputError, match="Nothing has changed"):
        study.retrain()
    with study.store._engine.begin() as connection:
        connection.exec_driver_sql("UPDATE codings SET valence = 'mixed' WHERE code = 'CO'")
    assert study.retrain(promote=True).manifest["valence"]["segments_with"]["mixed"] > 0


def test_without_valences_nothing_is_said_of_them(given: Valenced, tmp_path: Path, run_cli: Run) -> None:
    study = _study(tmp_path / "one", given, valence=False)
    manifest = study.train()
    assert manifest["valence"]["suggested"] is False
    assert "valence" not in study.code().table
    assert all(one.valence is None for one in study.store.suggestions("m0001"))
    assert "alence" not in study.model_card("m0001").read_text(encoding="utf-8")
    assert "alence" not in study.export_methods()
    assert "alence" not in "".join(map(str, run_cli("-C", study.folder, "evaluate")))


def test_valences_that_words_do_not_tell_are_not_suggested(given: Valenced, tmp_path: Path, run_cli: Run) -> None:
    study = _study(tmp_path / "one", given.shuffled(1))
    code, out, err = run_cli("-C", study.folder, "train")
    assert (code, "Valence is not suggested: out of fold it is not clearly better than guessing" in out + err) == (
        0,
        True,
    )
    assert "valence" not in study.code().table
    assert "Valence is not suggested" in study.model_card("m0001").read_text(encoding="utf-8")
