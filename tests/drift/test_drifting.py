"""Drift as `code` says it and `status` shows it, on small studies."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from secondcoder.drift.comparison import compare_with_training
from secondcoder.drift.reports import in_words, latest
from secondcoder.learning.model import Model
from secondcoder.study.study import Study
from support.study_checks import talk_rows, write_csv

ANSWER = (
    "My uncle drove the tractor over the frozen field and sold eels, turnips and barley to the harbour master's widow."
)


def transcript(folder: Path, name: str, answers: int, case: str = "Farm") -> Path:
    """Talk of another study, in the folder of its case."""
    (folder / case).mkdir(parents=True, exist_ok=True)
    path = folder / case / f"{name}.txt"
    talk = "".join(f"I: And in year {number}?\n\nR: {ANSWER}\n\n" for number in range(answers))
    path.write_text(talk or "I: Hello?\n\nI: Is anybody there?\n", encoding="utf-8")
    return path


def allow(folder: Path, rate: float) -> None:
    """Set the rate of false alarms; with one in four, a new case among three can be said to differ."""
    with (folder / "secondcoder.toml").open("a", encoding="utf-8") as settings:
        settings.write(f"\n[drift]\nfalse_alarms = {rate}\n")


@pytest.mark.slow
def test_code_says_which_transcripts_differ_and_in_what_and_status_says_it_again(trained_study, tmp_path, run_cli):
    folder = trained_study.folder
    for name, answers in (("north", 12), ("south", 14), ("silent", 0), ("brief", 2)):
        transcript(tmp_path / "new", name, answers)
    allow(folder, 0.25)
    code, out, err = run_cli("-C", folder, "code", tmp_path / "new", "--out", tmp_path / "out.csv")
    assert (code, out) == (0, "")
    assert "Case Farm (2 transcripts: north, south) differs from the 6 transcripts that m0001 learned from" in err
    assert "what is talked about lies further from theirs than theirs from each other" in err
    assert "Treat its suggestions with care, and code one of these transcripts by hand first." in err
    assert "silent holds no answer of a participant" in err
    assert "brief is too short to be compared: 2 passages, of 8 needed" in err
    assert "up to 1 in 4" in err
    status = run_cli("-C", folder, "status")[1]
    for line in in_words(latest(trained_study.corpus)):
        assert line in status


def test_with_too_few_cases_what_lies_furthest_out_is_named_and_nothing_claimed(trained_study, tmp_path, run_cli):
    transcript(tmp_path / "new", "north", 12)
    _, _, err = run_cli("-C", trained_study.folder, "code", tmp_path / "new", "--out", tmp_path / "out.csv")
    assert (
        "Transcript north lies further out than any of the 6 transcripts that m0001 learned from: what is talked" in err
    )
    assert "Whether that is more than chance cannot be said with 3 cases (it takes 19): 1 in 4 would be" in err
    assert "cannot be said with 3 cases in 1 of 1 judgement: it takes 19 to be wrong no more often than 1 in 20." in err
    report = latest(trained_study.corpus)
    assert report["findings"] == []
    (left_open,) = report["undecided"]
    assert (left_open["name"], left_open["unit"], left_open["learned_from"], left_open["needed"]) == (
        "north",
        "case",
        3,
        19,
    )
    status = run_cli("-C", trained_study.folder, "status")[1]
    for line in in_words(report):
        assert line in status


def test_a_comparison_from_before_anything_was_left_open_still_reads(trained_study, tmp_path):
    transcript(tmp_path / "new", "north", 12)
    trained_study.code([tmp_path / "new"])
    report = latest(trained_study.corpus)
    earlier = {key: value for key, value in report.items() if key != "undecided"}
    assert in_words(earlier) == [report["summary"]]


def test_the_event_log_keeps_the_figures_and_a_later_run_joins_them(trained_study, tmp_path):
    allow(trained_study.folder, 0.25)
    study = Study.open(trained_study.folder)
    transcript(tmp_path / "first", "north", 12)
    study.code([tmp_path / "first"])
    first = latest(study.corpus)
    assert [(one["what"], one["name"]) for one in first["findings"]] == [("transcript", "north")]
    transcript(tmp_path / "later", "south", 14)
    study.code([tmp_path / "later"])
    second = latest(study.corpus)
    assert list(second["transcripts"]) == ["south"]
    assert ("case", "Farm", ["north", "south"]) in [
        (one["what"], one["name"], one["transcripts"]) for one in second["findings"]
    ]
    assert not any("north differs" in line for line in in_words(second, only=True))
    study.close()


def test_suggestions_and_figures_are_the_same_again(trained_study, tmp_path):
    path = transcript(tmp_path, "north", 12)
    first, before = trained_study.code([path]).table.to_csv(), latest(trained_study.corpus)
    assert (trained_study.code([path]).table.to_csv(), latest(trained_study.corpus)) == (first, before)


def test_suggestions_and_drift_read_the_same_scores(trained_study, tmp_path, monkeypatch):
    """The model is asked once for all segments, and once more with those from which a sentence was taken out."""
    asked, scores = [], Model.scores
    monkeypatch.setattr(
        Model, "scores", lambda model, features: asked.append(features.texts) or scores(model, features)
    )
    assert len(trained_study.code([transcript(tmp_path, "north", 12), transcript(tmp_path, "south", 14)]).table)
    whole, *variants = asked
    assert list(latest(trained_study.corpus)["transcripts"]) == ["north", "south"]
    assert len(whole) == sum(one["segments"] for one in latest(trained_study.corpus)["transcripts"].values())
    assert all(len(texts) > len(whole) for texts in variants)
    assert len(variants) <= 1


def test_a_transcript_that_the_model_learned_from_is_not_compared(trained_study, tmp_path):
    known = trained_study.corpus.coded_transcripts[0]
    segments = trained_study.workspace().segments([known])
    version, model = trained_study.workspace().load_model()
    features = trained_study.workspace().features(segments)
    report = compare_with_training(
        trained_study.workspace(), version, model, [known], segments, features, model.scores(features)
    )
    assert (report["transcripts"], in_words(report)) == ({}, [])


def test_an_older_model_says_that_it_cannot_compare_with_training(trained_study):
    version, model = trained_study.workspace().load_model()
    features = trained_study.workspace().features([])
    report = compare_with_training(
        trained_study.workspace(), version, replace(model, reference=None), [], [], features, model.scores(features)
    )
    (line,) = in_words(report)
    assert "was not judged" in line
    assert "secondcoder train" in line


@pytest.mark.parametrize("coded", [True, False])
def test_one_transcript_is_too_few_to_learn_what_is_usual(empty_study, tmp_path, run_cli, coded):
    rows = [row for row in talk_rows() if row["transcript"] == "ash_gp" and row["coder"] != "ben"]
    rows = rows if coded else [row | {"coder": "", "codes": ""} for row in rows]
    empty_study.import_files([write_csv(tmp_path / "one.csv", rows)])
    empty_study.train()
    code, _, err = run_cli("-C", empty_study.folder, "code", transcript(tmp_path, "north", 12))
    assert code == 0
    assert "m0001 learned from 1 transcript, too few to know what is usual among them (5 are needed)" in err
    assert "was not judged" in run_cli("-C", empty_study.folder, "status")[1]


def test_without_a_model_or_before_anything_is_coded_status_says_nothing_of_drift(empty_study, trained_study, run_cli):
    for study in (empty_study, trained_study):
        assert latest(study.corpus) is None
        code, out, _ = run_cli("-C", study.folder, "status")
        assert code == 0
        assert "compared" not in out
