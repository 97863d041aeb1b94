"""`code --as`: what one coder would code, in the table alone; and how several coders were merged is said where a model is told of."""

from __future__ import annotations

from contextlib import closing

import numpy as np
import pandas as pd
import pytest
from secondcoder.configuration import complete_recipe
from secondcoder.errors import InputError
from secondcoder.reports.tables import csv_text
from secondcoder.study.folder import CONFIGURATION
from secondcoder.study.study import Study
from secondcoder.suggestions.repeated_run import DIGEST, KEY


@pytest.fixture
def suggested(trained_study: Study) -> Study:
    trained_study.code()
    return trained_study


def test_the_table_alone_is_as_one_coder_codes(suggested: Study) -> None:
    kept = suggested.store.suggestions("m0001")
    tables = {coder: suggested.code(as_coder=coder, everything=True).table for coder in ("anna", "ben")}
    team = suggested.code(everything=True).table
    scored = team["kind"] == "probability"
    for table in tables.values():
        pd.testing.assert_frame_equal(table[["transcript", "start", "code"]], team[["transcript", "start", "code"]])
        assert (table["probability"][scored] != team["probability"][scored]).any()
        pd.testing.assert_frame_equal(table[~scored], team[~scored])
    assert suggested.store.suggestions("m0001") == kept


def test_the_same_again_by_the_version_and_the_coder(suggested: Study) -> None:
    first = csv_text(suggested.code(as_coder="ben").table)
    suggested.train()
    assert csv_text(suggested.code(as_coder="ben", version="m0001").table) == first


def test_the_trail_says_whom_the_list_was_for_and_counts_nothing_of_it(suggested: Study) -> None:
    suggested.code(as_coder="ben")
    *_, plain, last = [event["detail"] for event in suggested.store.events("drift")]
    assert (last["as_coder"], last["listed_only"]) == ("ben", True)
    assert "as_coder" not in plain
    # One coder's readiness to code is no drift of the talk.
    # Nor is it a run that a plain one could take over.
    del plain[KEY], plain[DIGEST]
    assert {key: last[key] for key in plain} == plain
    assert KEY not in last
    assert suggested.check_audit().faults == ()


def test_who_is_not_known_is_told_who_is(suggested: Study, run_cli) -> None:
    code, out, err = run_cli("-C", suggested.folder, "code", "--as", "ana")
    assert (code, out) == (1, "")
    assert err.strip() == (
        "secondcoder: The model learned from no coder 'ana'. Did you mean 'anna'? It can code as: anna, ben."
    )
    code, _, err = run_cli("-C", suggested.folder, "code", "--as", "anna", "--recall", "0.9")
    assert code == 2
    assert "--recall counts what all coders marked, --as asks for one of them." in err
    with pytest.raises(InputError, match="either the target or one coder"):
        suggested.code(as_coder="anna", recall=0.9)


def test_nothing_is_imported_for_a_coder_who_is_not_known(suggested: Study, tmp_path) -> None:
    talk = tmp_path / "new.txt"
    talk.write_text("I: And now?\n\nGP: Now we all understand what it is for.\n", encoding="utf-8")
    with pytest.raises(InputError, match="learned from no coder 'cy'"):
        suggested.code([talk], as_coder="cy")
    assert "new" not in suggested.corpus.by_id


def test_card_methods_and_evaluation_say_how_coders_were_merged(trained_study: Study, run_cli) -> None:
    summary = trained_study.corpus.manifests["m0001"]["training"]["coders"]
    assert summary["segments"].keys() == {"anna", "ben"}
    several = f"{summary['coded_by_several']} segments were coded by several coders"
    rule = "a code that only some of them gave was learned by their share (what one of two gave is half a yes)"
    _, shown, _ = run_cli("-C", trained_study.folder, "models", "show", "m0001")
    _, _, evaluated = run_cli("-C", trained_study.folder, "evaluate")
    for text in (shown, trained_study.export_methods(), evaluated):
        assert several in " ".join(text.split())
        assert rule in " ".join(text.split())
    report = trained_study.evaluate().to_json()["coders"]
    assert (report["merge"], [*report["kappa"]["model"]]) == ("share", ["anna", "ben"])
    assert "anna and ben" in report["kappa"]["human"]


def test_a_study_may_go_on_counting_any_mark(coded_study: Study) -> None:
    share = coded_study.workspace().training_data(coded_study.corpus.transcripts).labels
    toml = coded_study.folder / CONFIGURATION
    toml.write_text(toml.read_text(encoding="utf-8") + '\n[learning]\nmerge = "any"\n', encoding="utf-8")
    with closing(Study(coded_study.folder)) as study:
        any_ = study.workspace().training_data(study.corpus.transcripts).labels
    np.testing.assert_array_equal(any_.target, any_.y)
    np.testing.assert_array_equal(share.target > 0, any_.y)
    assert ((share.target > 0) & (share.target < 1)).any()
    assert complete_recipe({"learning": {}})["learning"]["merge"] == "any"
