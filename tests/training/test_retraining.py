"""A candidate takes the place of the model in use only if it earns it; a spoilt round does not; the way back is one command."""

from __future__ import annotations

import csv
import getpass
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from secondcoder.audit import verify
from secondcoder.domain.records import Coding
from secondcoder.errors import InputError, ModelError
from secondcoder.study.study import Study
from secondcoder.training.version_diff import ChangedSuggestion, Score
from support.change_checks import renamed
from support.planted import Planted, planted
from support.study_checks import write_csv

CODES = ("CO", "CA", "RM")
FIRST, SECOND = 5, 5
TALK: Planted = planted(FIRST + SECOND, length=20, share=0.2, seed=3)
TALK.labels.y[np.random.default_rng(0).random(TALK.labels.y.shape) < 0.05] ^= True  # coders are people


def table(path: Path, first: int, last: int, y: np.ndarray) -> Path:
    """Transcripts `first` to `last` of the planted talk as a coded table, with labels y."""
    names = {f"t{number:02}" for number in range(first, last)}
    rows = [
        {
            "transcript": one.transcript,
            "speaker": "P",
            "text": one.text,
            "codes": "|".join(code for code, has in zip(CODES, y[row], strict=True) if has),
            "coder": "ada",
        }
        for row, one in enumerate(TALK.segments)
        if one.transcript in names
    ]
    return write_csv(path, rows)


def spoilt(share: float) -> np.ndarray:
    """The labels, those of a share of the second half's segments shuffled among each other."""
    y, rng = TALK.labels.y.copy(), np.random.default_rng(1)
    rows = np.arange(len(y))[FIRST * 20 :]
    hit = rng.permutation(rows)[: int(share * len(rows))]
    y[hit] = y[rng.permutation(hit)]
    return y


def second(study: Study, tmp_path: Path, y: np.ndarray) -> None:
    study.import_files([table(tmp_path / "second.csv", FIRST, FIRST + SECOND, y)])


@pytest.fixture(scope="module")
def _first(_empty: Path) -> Path:
    folder = _empty.with_name("first round")
    shutil.copytree(_empty, folder)
    study = Study(folder)
    study.import_files([table(folder.with_name("first.csv"), 0, FIRST, TALK.labels.y)])
    study.train()
    study.close()
    return folder


@pytest.fixture(scope="module")
def _spoilt(_first: Path) -> Path:
    folder = _first.with_name("spoilt round")
    shutil.copytree(_first, folder)
    study = Study(folder)
    second(study, folder.parent, spoilt(0.6))
    study.retrain()
    study.close()
    return folder


@pytest.fixture
def study(open_copy, _first: Path) -> Study:
    """A study with a model of the first transcripts."""
    return open_copy(_first)


@pytest.fixture
def spoilt_study(open_copy, _spoilt: Path) -> Study:
    """The same after a spoilt second round and a retraining, which the gate held back."""
    return open_copy(_spoilt)


def test_sound_new_codings_are_learned_and_the_new_model_is_used(study: Study, tmp_path: Path) -> None:
    second(study, tmp_path, TALK.labels.y)
    done = study.retrain()
    assert done.decision.reasons == ()
    assert done.in_use
    assert study.model_in_use == "m0002" == done.manifest["version"]
    assert done.manifest["parent"] == "m0001"
    assert done.manifest["gate"]["passed"]
    compared = done.decision.comparison
    assert compared is not None
    assert (compared.transcripts, compared.segments, compared.unaided) == (10, 200, True)
    assert "replaces m0001" in done.report.read_text(encoding="utf-8")


def test_a_spoilt_round_is_kept_as_a_candidate_with_the_reason(spoilt_study: Study) -> None:
    assert spoilt_study.model_in_use == "m0001"
    kept = spoilt_study.store.models()[-1]
    assert (kept["version"], kept["manifest"]["gate"]["passed"]) == ("m0002", False)
    assert any("contradict the model in use" in reason for reason in kept["manifest"]["gate"]["reasons"])
    (told,) = (event["detail"] for event in spoilt_study.store.events() if event["what"] == "gate")
    assert told == {
        "version": "m0002",
        "beside": "m0001",
        "passed": False,
        "reasons": kept["manifest"]["gate"]["reasons"],
    }
    assert not verify(spoilt_study.store).faults
    card = ((spoilt_study.folder / "models") / "m0002" / "card.md").read_text(encoding="utf-8")
    assert "m0001; beside it, this one did not pass the gate (gate.html): The new codings contradict" in card
    report = ((spoilt_study.folder / "models") / "m0002" / "gate.html").read_text(encoding="utf-8")
    assert "contradict the model in use" in report
    assert "m0001 stays in use" in report


@pytest.mark.slow
def test_promoting_by_hand_is_possible_and_told_in_the_trail(study: Study, tmp_path: Path) -> None:
    second(study, tmp_path, spoilt(0.6))
    done = study.retrain(promote=True)
    assert done.in_use
    assert done.manifest["gate"]["overruled"]
    used = [event for event in study.store.events() if event["what"] == "model in use"]
    assert used[-1]["detail"]["version"] == "m0002"
    assert "promoted by hand although" in used[-1]["detail"]["why"]


def test_without_anything_new_nothing_is_made(study: Study) -> None:
    with pytest.raises(InputError, match="Nothing has changed since m0001"):
        study.retrain()
    assert len(study.store.models()) == 1


def test_without_a_model_the_first_step_is_named(empty_study: Study) -> None:
    with pytest.raises(ModelError, match="secondcoder train"):
        empty_study.retrain()


@pytest.mark.slow
def test_a_code_that_would_no_longer_be_scored_is_a_reason(study: Study, tmp_path: Path) -> None:
    settings = (study.folder / "secondcoder.toml").read_text(encoding="utf-8")
    (study.folder / "secondcoder.toml").write_text(settings + "[learning]\nmin_examples = 38\n", encoding="utf-8")
    again = Study(study.folder)
    counts = TALK.labels.y.sum(axis=0)
    assert counts.min() < 38  # otherwise this test tests nothing
    second(again, tmp_path, TALK.labels.y)
    reasons = again.retrain().decision.reasons
    lost = {code for code, n in zip(CODES, counts, strict=True) if n < 38}
    assert {reason.split(" ")[0] for reason in reasons} == lost
    again.close()


def test_a_stopped_round_is_not_learned_again_before_something_changed(spoilt_study: Study, run_cli) -> None:
    before = spoilt_study.status()
    assert (before["stopped"], before["next"].startswith("get suggestions")) == ("m0002", False)
    assert before["next"].endswith("secondcoder doubts --new")
    with pytest.raises(InputError, match=r"(?s)since m0002 was made.*contradict the model in use.*models use m0002"):
        spoilt_study.retrain()
    assert len(spoilt_study.store.models()) == 2
    with spoilt_study.transaction() as write:
        write.add_codings([Coding("t05", 0, 10, "CO", "ada")], spoilt_study.codebook)
    assert spoilt_study.status()["stopped"] is None


def test_other_margins_are_another_question(spoilt_study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = (spoilt_study.folder / "secondcoder.toml").read_text(encoding="utf-8")
    (spoilt_study.folder / "secondcoder.toml").write_text(settings + "[retraining]\nalarm = 0.01\n", encoding="utf-8")
    trained_in: list[Path] = []
    monkeypatch.setattr(
        "secondcoder.training.retrain.fit_model", lambda workspace, data: trained_in.append(workspace.folder) or 1 / 0
    )
    again = Study(spoilt_study.folder)
    with pytest.raises(ZeroDivisionError):
        again.retrain()
    assert trained_in == [again.folder]
    again.close()


def test_after_a_stopped_round_a_second_look_goes_to_its_codings(spoilt_study: Study, run_cli) -> None:
    doubts = spoilt_study.doubts(only_new=True)
    assert doubts.model == "m0001"
    assert doubts.new == tuple(f"t{number:02}" for number in range(FIRST, FIRST + SECOND))
    assert {one.transcript for one in doubts.issues} <= set(doubts.new)
    planted_slips = TALK.labels.y != spoilt(0.6)
    row = {(one.transcript, one.text): at for at, one in enumerate(TALK.segments)}
    hit = [planted_slips[row[one.transcript, one.text], CODES.index(one.code)] for one in doubts.issues]
    by_chance = planted_slips[FIRST * 20 :].mean()
    assert len(hit) > 10
    assert np.mean(hit) > 2 * by_chance
    every = spoilt_study.doubts()
    assert [one for one in every.issues if one.new] == list(doubts.issues)
    code, out, err = run_cli("-C", spoilt_study.folder, "doubts", "--new", "--most", 3)
    assert (code, out.count("coded after m0001 was trained")) == (0, 3)
    assert "in 5 transcripts coded after m0001 was trained" in err


def test_models_are_listed_shown_compared_and_gone_back_to(spoilt_study: Study, run_cli) -> None:
    study = spoilt_study
    at = ("-C", study.folder, "models")
    code, out, err = run_cli(*at, "list")
    assert (code, "m0001 (in use)" in out, "not deployed" in out) == (0, True, True)
    assert "contradict the model in use" in err
    assert "m0001 is in use since 20" in err
    assert ": trained." in err
    rows = json.loads(run_cli(*at, "list", "--json")[1])
    assert all(row["made"]["who"] == getpass.getuser() for row in rows)
    assert [row["in_use"] for row in rows] == [True, False]
    assert "# Model m0002" in run_cli(*at, "show", "m0002")[1]
    code, out, err = run_cli(*at, "diff", "m0001", "m0002", "--json")
    told = json.loads(out)
    assert told
    assert {row["change"] for row in told} <= {"newly suggested", "no longer suggested"}
    assert run_cli(*at, "use", "m0002")[0] == 0
    assert study.model_in_use == "m0002"
    assert study.status()["stopped"] is None
    err = run_cli(*at, "list")[2]
    assert "in place of m0001" in err
    assert "chosen by hand although: The new codings contradict" in err
    assert "did not pass this comparison and was put into use by hand" in study.export_methods()
    assert run_cli(*at, "use", "m0001")[0] == 0
    assert study.model_in_use == "m0001"
    code, out, err = run_cli(*at, "use", "m0009")
    assert (code, "There is no model 'm0009'" in err) == (1, True)


def test_what_changes_is_what_either_version_suggests_alone(spoilt_study: Study) -> None:
    study = spoilt_study
    assert study.models_diff("m0001", "m0001").changes == ()
    forth, back = (study.models_diff(*pair).changes for pair in (("m0001", "m0002"), ("m0002", "m0001")))
    key = lambda one: (one.segment.transcript, one.segment.start, one.code)  # noqa: E731
    assert sorted(map(key, forth)) == sorted(map(key, back))
    assert {key(one) for one in forth if one.suggested} == {key(one) for one in back if not one.suggested}
    sizes = [change.size for change in forth]
    assert sizes == sorted(sizes, reverse=True)


def test_a_rank_beside_a_probability_is_never_the_largest_change() -> None:
    sure, rank, unlikely = Score(0.51, ranked=False), Score(1.0, ranked=True), Score(0.01, ranked=False)
    segment = TALK.segments[0]
    odd, plain = (
        ChangedSuggestion(segment, "CO", rank, unlikely, False),
        ChangedSuggestion(segment, "CA", unlikely, sure, True),
    )
    assert (odd.comparable, odd.size) == (False, 0.0)
    assert (plain.comparable, plain.size) == (True, 0.5)
    assert (odd.to_json()["before_kind"], odd.to_json()["after_kind"]) == ("rank", "probability")


def test_a_diff_counts_passages_and_says_code_by_code_what_changes(spoilt_study: Study, run_cli) -> None:
    found = spoilt_study.models_diff("m0001", "m0002")
    assert (found.passages, found.apart) == (len(TALK.segments), 0)
    assert found.changed == len({(one.segment.transcript, one.segment.start) for one in found.changes})
    more, fewer = (sum(column) for column in zip(*found.by_code().values(), strict=True))
    assert (more, more + fewer) == (sum(one.suggested for one in found.changes), len(found.changes))
    code, out, err = run_cli("-C", spoilt_study.folder, "models", "diff", "m0001", "m0002")
    assert code == 0
    assert f"{found.changed} of {found.passages} passages change codes: {more} new suggestion" in err
    assert f", {fewer} no longer suggested." in err
    assert len(found.largest()) == out.count(" suggested (") == 10


@pytest.mark.slow
def test_an_earlier_version_suggests_the_same_bytes_again(spoilt_study: Study, tmp_path: Path, run_cli) -> None:
    study = spoilt_study
    # Talk of its own: that of a transcript of the study would be refused as the same interview.
    words = [one.text for one in planted(2, length=20, share=0.3, seed=77).segments if one.transcript == "t01"]
    (tmp_path / "new.txt").write_text("".join(f"P: {one}\n" for one in words), encoding="utf-8")
    at = ("-C", study.folder, "code", tmp_path / "new.txt")
    first = run_cli(*at)[1]
    assert len(first.splitlines()) > 2
    assert run_cli("-C", study.folder, "models", "use", "m0002")[0] == 0
    assert run_cli(*at)[1] != first
    assert run_cli(*at, "--model", "m0001")[1] == first
    assert study.model_in_use == "m0002"
    assert run_cli(*at, "--model", "m0007")[0] == 1


def test_what_a_version_suggested_comes_again_when_people_have_coded_it_since(study: Study, tmp_path, run_cli) -> None:
    coded = table(tmp_path / "t05.csv", FIRST, FIRST + 1, TALK.labels.y)
    with coded.open(encoding="utf-8", newline="") as file:
        rows = [row | {"codes": "", "coder": ""} for row in csv.DictReader(file)]
    bare = write_csv(tmp_path / "bare.csv", rows)
    study.import_files([bare])
    at = ("-C", study.folder, "code")
    first = run_cli(*at)[1]
    assert "t05" in first
    study.import_files([coded])
    assert run_cli(*at)[0] == 1  # nothing is left that nobody coded
    assert run_cli(*at, "--model", "m0001")[1] == first


@pytest.mark.slow
def test_a_code_renamed_since_is_compared_under_its_new_name(study: Study, tmp_path: Path) -> None:
    second(study, tmp_path, TALK.labels.y)
    done = renamed(study).retrain()
    assert done.decision.comparison is not None
    assert set(done.decision.comparison.codes) == {"SENSE", "CA", "RM"}
    assert done.decision.reasons == ()
    found = study.models_diff("m0001", "m0002")
    assert {found.codes[code] for code in ("SENSE", "CA", "RM")} == {("scored", "scored")}
    assert "CO" not in found.codes
