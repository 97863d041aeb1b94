"""`train`, `evaluate`, `agree` and `retrain` share what they compute: nothing is fitted twice, and no figure changes."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from secondcoder.labels.valences import VALENCES
from secondcoder.learning.content_key import content_key
from secondcoder.learning.stacked_kernels.classifier import StackedKernelClassifier
from secondcoder.learning.valence_classifier import ValenceClassifier
from secondcoder.study.folder import CONFIGURATION
from secondcoder.study.study import Study
from secondcoder.workspace import CACHE, CROSS_VALIDATION
from support.planted import CODES
from support.planted_valence import Valenced, valenced
from support.study_checks import CHEAP, write_csv

GIVEN = valenced()
NAMES = dict(zip(CODES, ("CO", "CA", "RM"), strict=True))
FOLDS = 5
Fits = list[str]


def _rows(coder: str, given: Valenced = GIVEN) -> list[dict[str, str]]:
    """A coded table: an interviewer's question in each transcript, then passages, each code with a valence."""
    rows = []
    for segment, value in zip(given.talk.segments, given.valences.value, strict=True):
        if not segment.order:
            asked = {"transcript": segment.transcript, "speaker": "INT", "text": "How was that for you?"}
            rows.append(asked | {"codes": "", "coder": coder, "valence": ""})
        codes = np.flatnonzero(value >= 0).tolist()
        row = {"transcript": segment.transcript, "speaker": "P", "text": segment.text, "coder": coder}
        told = {"codes": "|".join(NAMES[CODES[code]] for code in codes)}
        rows.append(row | told | {"valence": "".join(VALENCES[value[code]] for code in codes)})
    return rows


@pytest.fixture(scope="module")
def coded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two coders, of whom the second found nothing in the last transcript."""
    folder = tmp_path_factory.mktemp("shared")
    Study.create(folder / "study", "npt-core").close()
    (folder / "study" / CONFIGURATION).write_text(CHEAP, encoding="utf-8")
    study = Study(folder / "study")
    blank = [row | ({"codes": "", "valence": ""} if row["transcript"] == "t09" else {}) for row in _rows("ben")]
    for coder, rows in (("ada", _rows("ada")), ("ben", blank)):
        study.import_files([write_csv(folder / f"{coder}.csv", rows)])
    study.close()
    return folder / "study"


@contextmanager
def counting(fits: Fits) -> Iterator[Fits]:
    """What each classifier was fitted on, as a key."""
    with pytest.MonkeyPatch.context() as patch:
        for classifier in (StackedKernelClassifier, ValenceClassifier):
            fit = classifier.fit

            def counted(self: Any, features: Any, labels: Any, third: Any = None, fit: Any = fit) -> Any:
                fits.append(content_key(type(self).__name__, features.content(()), labels, third))
                return fit(self, features, labels, third)

            patch.setattr(classifier, "fit", counted)
        yield fits


def _evaluation(study: Study) -> dict[str, Any]:
    return study.evaluate().to_json()


@pytest.fixture(scope="module")
def shared(coded: Path) -> tuple[Study, dict[str, Fits], dict[str, Any]]:
    """A study in which all verbs ran, the fits of each, and what they came to."""
    study, fits, said = Study(coded), {}, {}
    for verb in ("train", "evaluate", "agree"):
        with counting(fits.setdefault(verb, [])):
            said[verb] = getattr(study, verb)()
    return study, fits, said


def test_nothing_is_fitted_twice_by_train_evaluate_and_agree(
    shared: tuple[Study, dict[str, Fits], dict[str, Any]],
) -> None:
    fits = shared[1]
    everything = [fit for of_verb in fits.values() for fit in of_verb]
    assert len(everything) == len(set(everything))
    # Without the question is the one thing that only `evaluate` computes.
    assert (len(fits["evaluate"]), len(fits["agree"])) == (FOLDS, 0)
    assert len(fits["train"]) > 2 * FOLDS


def test_a_second_evaluation_fits_nothing_and_says_the_same(
    shared: tuple[Study, dict[str, Fits], dict[str, Any]],
) -> None:
    study, _, said = shared
    with counting([]) as fits:
        assert json.dumps(_evaluation(study)) == json.dumps(said["evaluate"].to_json())
    assert fits == []


def test_without_what_was_kept_every_figure_is_the_same(shared: tuple[Study, dict[str, Fits], dict[str, Any]]) -> None:
    study, _, said = shared
    held = said["evaluate"].held.probability
    shutil.rmtree(study.folder / CACHE)
    with counting([]) as fits:
        again = study.evaluate()
    assert len(fits) == 3 * FOLDS  # with the question, without it, and valence
    assert json.dumps(again.to_json()) == json.dumps(said["evaluate"].to_json())
    np.testing.assert_array_equal(again.held.probability, held)
    assert study.workspace().load_model()[1].out_of_fold.probability.tobytes() == held.tobytes()


def test_no_talk_and_no_name_is_kept_with_the_predictions(
    shared: tuple[Study, dict[str, Fits], dict[str, Any]],
) -> None:
    study = shared[0]
    study.evaluate()
    files = [*(study.folder / CACHE / CROSS_VALIDATION).iterdir()]
    assert files
    content = b"".join(file.read_bytes() for file in files)
    words = {word for segment in GIVEN.talk.segments for word in segment.text.split() if len(word) > 4}
    assert not [word for word in {*words, "t00", "ada", "CO"} if len(word) > 2 and word.encode() in content]


def test_another_label_is_another_evaluation(coded: Path, tmp_path: Path) -> None:
    shutil.copytree(coded, tmp_path / "study")
    study = Study(tmp_path / "study")
    before = _evaluation(study)
    more = [row | {"coder": "cem", "codes": "CO", "valence": ""} for row in _rows("cem") if row["transcript"] == "t09"]
    study.import_files([write_csv(tmp_path / "more.csv", more)])
    assert _evaluation(study) != before


def test_a_removed_transcript_takes_the_kept_predictions_along(coded: Path, tmp_path: Path) -> None:
    shutil.copytree(coded, tmp_path / "study")
    study = Study(tmp_path / "study")
    study.evaluate()
    assert (study.folder / CACHE / CROSS_VALIDATION).is_dir()
    study.transcript_remove("t03", why="participant withdrew")
    assert not (study.folder / CACHE / CROSS_VALIDATION).exists()


def test_retraining_computes_what_evaluation_did_not(
    shared: tuple[Study, dict[str, Fits], dict[str, Any]], tmp_path: Path
) -> None:
    shutil.copytree(shared[0].folder, tmp_path / "study")
    study = Study(tmp_path / "study")
    new = [row | {"transcript": f"new {row['transcript']}"} for row in _rows("ada", valenced(transcripts=2, seed=5))]
    study.import_files([write_csv(tmp_path / "new.csv", new)])
    with counting([]) as of_evaluation:
        study.evaluate()
    with counting([]) as of_retraining:
        study.retrain(promote=True)
    assert len(of_evaluation) == 3 * FOLDS
    assert not {*of_evaluation} & {*of_retraining}
