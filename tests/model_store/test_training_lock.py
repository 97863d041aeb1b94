"""One training of a study at a time: the second is refused with what runs, and whatever ends the first lets the next begin."""

from __future__ import annotations

import json

import pytest
from secondcoder.errors import BusyError, InputError, ModelError, StudyError
from secondcoder.model_store.training_lock import LOCK, NOTE, one_training
from secondcoder.review.retrain_job import main
from secondcoder.study.study import Study
from secondcoder.workspace import Workspace
from support.study_checks import everything, training_elsewhere


@pytest.mark.slow
@pytest.mark.parametrize("command", [["train"], ["retrain"], ["models", "use", "m0001"]])
def test_a_training_or_a_choice_is_refused_while_another_process_trains(
    trained_study: Study, run_cli, command: list[str]
) -> None:
    before = everything(trained_study.folder)
    with training_elsewhere(trained_study.folder, "retrain") as other:
        code, out, err = run_cli("-C", trained_study.folder, *command)
    assert (code, out) == (1, "")
    said = f"Another training of this study is running (retrain, process {other.pid}, since 20"
    assert err.startswith(f"secondcoder: {said}")
    assert err.endswith(" UTC). Wait until it is done, then try again. Nothing was changed.\n")
    assert everything(trained_study.folder) == before


@pytest.mark.slow
@pytest.mark.usefixtures("quick_training")
def test_a_killed_training_keeps_nobody_out(trained_study: Study) -> None:
    with training_elsewhere(trained_study.folder, "train") as other:
        with pytest.raises(BusyError, match="running"):
            trained_study.train()
        other.kill()  # SIGKILL: nothing of its own can clean up
        other.wait()
        assert f"process {other.pid}" in (trained_study.folder / NOTE).read_text(encoding="utf-8")
        assert trained_study.train()["version"] == "m0002"


def test_a_training_that_ends_with_an_error_keeps_nobody_out(empty_study: Study) -> None:
    for _ in range(2):
        with pytest.raises(InputError, match="nothing to learn from yet"):
            empty_study.train()
        with pytest.raises(ModelError, match="no model yet"):
            empty_study.retrain()
    assert not (empty_study.folder / NOTE).exists()


@pytest.mark.parametrize("verb", [Study.train, Study.retrain], ids=lambda verb: verb.__name__)
def test_a_training_reads_the_study_only_once_no_other_runs(trained_study: Study, monkeypatch, verb) -> None:
    """Read before, the model in use may be one that a training which was just ending took out of use."""

    class ReadError(Exception):
        pass

    def workspace(study: Study) -> Workspace:
        with pytest.raises(BusyError), one_training(study.folder, "another"):
            pytest.fail("another training could end between the reading and the lock")
        raise ReadError

    monkeypatch.setattr(Study, "workspace", workspace)
    with pytest.raises(ReadError):
        verb(trained_study)


def test_another_study_is_trained_meanwhile(empty_study: Study, trained_study: Study) -> None:
    with one_training(empty_study.folder, "train"), one_training(trained_study.folder, "train"):
        pass


def test_the_retraining_of_the_review_is_refused_on_purpose_and_refuses_others(
    trained_study: Study, capsys, monkeypatch
) -> None:
    with one_training(trained_study.folder, "train"):
        assert main(str(trained_study.folder)) == 0
    assert json.loads(capsys.readouterr().out)["refused"].startswith(
        "Another training of this study is running (train,"
    )

    def meanwhile(workspace: Workspace, _promote: bool) -> None:
        Study(workspace.folder).train()

    monkeypatch.setattr("secondcoder.training.retrain.retrain", meanwhile)
    main(str(trained_study.folder))
    assert "running (retraining from the review, process " in json.loads(capsys.readouterr().out)["refused"]


def test_without_a_note_the_refusal_says_less_and_stands(trained_study: Study) -> None:
    (trained_study.folder / NOTE).mkdir(parents=True)
    with one_training(trained_study.folder, "train"), pytest.raises(BusyError, match=r"study is running\. Wait"):
        trained_study.retrain()


def test_a_folder_that_cannot_be_locked_is_said(coded_study: Study) -> None:
    (coded_study.folder / LOCK).mkdir()
    with pytest.raises(StudyError, match=r"\.training\.lock could not be locked \(.+\)\. .* Nothing was changed\."):
        coded_study.train()
