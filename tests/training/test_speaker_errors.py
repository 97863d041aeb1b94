"""Errors by who speaks in a study: one source for evaluation, card, manifest, methods section and table."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from secondcoder.learning.assessment.speakers.report import COLUMNS, TITLE, errors_in_words, errors_table
from secondcoder.store.transcript_changes import remove_transcript
from secondcoder.study.study import Study
from secondcoder.training.speaker_errors import of_evaluation, of_predictions
from support.study_checks import talk_rows, write_csv


@pytest.fixture
def kept(trained_study: Study) -> dict:
    return json.loads((trained_study.folder / "models" / "m0001" / "manifest.json").read_text())["errors_by_speaker"]


def test_evaluation_manifest_and_kept_predictions_say_the_same(trained_study: Study, kept: dict):
    evaluation = trained_study.evaluate()
    assert {one["attribute"] for one in kept["attributes"]} == {"role", "case", "wave", "case: integration"}
    assert json.loads(json.dumps(evaluation.to_json()["errors_by_speaker"])) == kept
    pd.testing.assert_frame_equal(trained_study.errors_by_speaker(), errors_table(kept))
    pd.testing.assert_frame_equal(trained_study.errors_by_speaker(evaluation), errors_table(kept))


def test_the_errors_are_those_of_the_figures(trained_study: Study, kept: dict):
    """Over the values of an attribute that all transcripts have, misses and marks are those that precision and recall count."""
    held = trained_study.workspace().load_model()[1].out_of_fold
    marks, missed = (held.y & held.judging).sum(), (held.y & held.judging & ~held.suggested).sum()
    for _, own in errors_table(kept).groupby("attribute"):
        assert (own.marks.sum(), own.missed.sum()) == (marks, missed)
        assert own.false.sum() == (held.suggested & held.judging & ~held.y).sum()


def test_only_labels_that_are_judged_by_count(trained_study: Study):
    evaluation = trained_study.evaluate()
    in_ash = np.array([segment.transcript.startswith("ash") for segment in evaluation.segments])
    of_ash = replace(evaluation, judging=evaluation.judging & in_ash[:, None])
    assert of_evaluation(trained_study.corpus, of_ash)["left_out"]["case"] == "'Ash' alone"


def test_card_and_methods_section_show_them(trained_study: Study, kept: dict):
    card = (trained_study.folder / "models" / "m0001" / "card.md").read_text(encoding="utf-8")
    methods = trained_study.export_methods()
    section = card.split(f"## {TITLE}")[1].split("\n## ")[0]
    for sentence in errors_in_words(kept):
        assert sentence in section
        assert sentence in methods
    assert len(
        re.findall(r"^\| (?:role|case|wave|integration \(of the case\)) \|", section, flags=re.MULTILINE)
    ) == len(errors_table(kept))
    assert re.search(r"\| 14 \| fairness \| Model: ", methods)


def test_evaluate_prints_a_paragraph_and_writes_the_table(run_cli, coded_study: Study, tmp_path: Path):
    out = tmp_path / "evaluation.html"
    code, _, said = run_cli("-C", coded_study.folder, "evaluate", "--out", out)
    assert code == 0
    assert f"{TITLE}: " in said
    page = out.read_text(encoding="utf-8")
    assert TITLE in page
    assert "integration (of the case)" in page


def test_a_model_from_before_has_no_errors_by_speaker_and_opens(trained_study: Study):
    corpus, (_, model) = trained_study.corpus, trained_study.workspace().load_model()
    assert of_predictions(corpus, None) is None
    assert of_predictions(corpus, replace(model.out_of_fold, suggested=None)) is None
    assert errors_table({"attributes": []}).shape == (0, len(COLUMNS))


def test_a_transcript_that_was_removed_no_longer_counts(trained_study: Study):
    before = trained_study.errors_by_speaker()
    with trained_study.store.transaction("somebody") as write:  # as by a secondcoder that left the models as they were
        remove_transcript(write, "beech_gp")
    after = trained_study.errors_by_speaker()
    assert after[after.attribute == "wave"].marks.sum() < before[before.attribute == "wave"].marks.sum()


def test_where_transcripts_do_not_differ_it_is_said_and_the_methods_section_is_silent(
    empty_study: Study, tmp_path: Path
):
    kept = ("transcript", "order", "speaker", "text", "codes", "coder")
    plain = [
        {key: row[key] for key in kept} | {"role": "interviewer" if row["role"] == "interviewer" else "GP"}
        for row in talk_rows()
    ]
    empty_study.import_files([write_csv(tmp_path / "talk.csv", plain)])
    empty_study.train()
    card = (empty_study.folder / "models" / "m0001" / "card.md").read_text(encoding="utf-8")
    assert "Nothing to compare: no role, case, wave or other attribute" in card
    assert "(role: 'GP' alone)" in card
    assert "Whether it errs more with some people than with others was not compared." in card
    assert "as often whoever speaks" not in empty_study.export_methods()
    assert empty_study.errors_by_speaker().empty
