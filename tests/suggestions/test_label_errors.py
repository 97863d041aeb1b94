"""Second looks within a study: what is listed, in which words, and what each coder said."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from secondcoder.domain.records import Coding
from secondcoder.errors import InputError, ModelError
from secondcoder.study.study import Study
from secondcoder.suggestions.label_errors import MARKED, SILENT
from secondcoder.workspace import Workspace
from support.study_checks import everything

NO_DOUBT = 0.3
"""Above the share of every code here, and below one half: contradicts neither a mark nor its absence."""


@pytest.fixture
def said(trained_study, monkeypatch):
    """The study with a model that is in no doubt, except where a test says so: said(place in held_back, code, probability)."""
    version, model = trained_study.workspace().load_model()
    held = model.out_of_fold
    calm = np.where(held.y, 0.9, NO_DOUBT)

    def say(row: int, code: str, probability: float) -> Study:
        calm[row, model.scored.index(code)] = probability
        then = replace(model, out_of_fold=replace(held, probability=calm.copy()))
        monkeypatch.setattr(Workspace, "load_model", lambda self: (version, then))
        return trained_study

    return say, model


def cell(model, code: str, marked: bool) -> int:
    column = model.scored.index(code)
    held = model.out_of_fold
    return int(np.flatnonzero((held.y[:, column] == marked) & held.known[:, column])[0])


@pytest.mark.parametrize(("marked", "probability", "way"), [(True, 0.01, MARKED), (False, 0.97, SILENT)])
def test_the_one_contradiction_is_listed_with_what_each_coder_said(said, marked, probability, way):
    say, model = said
    row = cell(model, "CO", marked)
    study = say(row, "CO", probability)
    (one,) = study.doubts().issues
    assert (one.transcript, one.start, one.end) == model.out_of_fold.places[row]
    assert (one.code, one.name, one.doubt, one.probability) == ("CO", "Coherence", way, probability)
    given = {
        coding.coder
        for coding in study.corpus.codings
        if (coding.transcript, coding.start, coding.end, coding.code) == (*model.out_of_fold.places[row], "CO")
    }
    looked = {one_pass.coder for one_pass in study.corpus.passes if one_pass.transcript == one.transcript}
    assert set(one.coded_by) == given
    assert set(one.not_by) == looked - given
    texts = {transcript.id: transcript.text for transcript in study.store.transcripts()}
    assert one.text == texts[one.transcript][one.start : one.end]


def test_the_stronger_contradiction_comes_first_and_nothing_is_written(said):
    say, model = said
    say(cell(model, "CO", False), "CO", 0.8)
    study = say(cell(model, "CA", False), "CA", 0.99)
    before = everything(study.folder)
    assert [one.code for one in study.doubts().issues] == ["CA", "CO"]
    assert everything(study.folder) == before


def test_of_two_marks_alike_the_one_that_another_coder_shares_comes_later(said, trained_study):
    say, model = said
    held, corpus, code = model.out_of_fold, trained_study.corpus, "CO"
    column = model.scored.index(code)
    givers = [{one.coder for one in corpus.codings if one.place == place and one.code == code} for place in held.places]
    twice = {one.transcript for one in corpus.passes if one.coder == "ben"}
    marked = [row for row in np.flatnonzero(held.y[:, column] & held.known[:, column]) if held.places[row][0] in twice]
    shared = next(row for row in marked if len(givers[row]) == 2)
    alone = next(row for row in marked if len(givers[row]) == 1)
    say(shared, code, 0.01)
    study = say(alone, code, 0.01)
    assert [(one.start, len(one.coded_by)) for one in study.doubts().issues] == [
        (held.places[alone][1], 1),
        (held.places[shared][1], 2),
    ]


def test_what_was_changed_since_is_not_asked_again(said):
    say, model = said
    row = cell(model, "CO", False)
    study = say(row, "CO", 0.97)
    with study.transaction() as write:
        # Two of now three: a single one of them would leave the label as it was.
        write.add_codings(
            [Coding(*model.out_of_fold.places[row], "CO", coder) for coder in ("ben", "carla")], study.codebook
        )
    assert study.doubts().issues == ()


def test_the_command_prints_writes_and_says_second_look_and_never_wrong(trained_study, run_cli, tmp_path):
    out = tmp_path / "doubts.csv"
    code, text, err = run_cli("-C", trained_study.folder, "doubts", "--most", 2, "--out", out)
    found = trained_study.doubts().issues
    assert code == 0
    assert f"contradicts {len(found)} of" in err
    assert "second look" in err
    for word in ("wrong", "error", "incorrect", "mistake"):
        assert word not in (text + err).lower()
    assert text.count("probability") == min(2, len(found))
    assert len(pd.read_csv(out)) == len(found)
    printed = json.loads(run_cli("-C", trained_study.folder, "doubts", "--most", 0, "--json")[1])
    assert [one["text"] for one in printed] == [one.text for one in found]


def test_without_a_model_or_a_scored_code_it_says_what_to_do(coded_study, empty_study, tmp_path):
    with pytest.raises(ModelError, match="secondcoder train"):
        coded_study.doubts()
    path = tmp_path / "talk.txt"
    path.write_text("I: How was it?\n\nR: It was fine, we all knew what it was for.\n", encoding="utf-8")
    empty_study.import_files([path])
    empty_study.train()
    with pytest.raises(InputError, match="scores no code yet"):
        empty_study.doubts()
