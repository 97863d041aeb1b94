"""Tables that quote text alone: located, or refused with what a person needs to mend the row."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from secondcoder.errors import InputError
from secondcoder.study.study import Study
from support.study_checks import write_csv

TALK = (
    "I: How did it start?\nR: We all sat down and agreed what it was for. Nobody knew.\nI: And now?\nR: Nobody knew.\nI: Go on.\n"
    "R: It’s “worth it” – mostly.\n"
)


@pytest.fixture
def study(empty_study: Study, tmp_path: Path) -> Study:
    (tmp_path / "gp1.txt").write_text(TALK, encoding="utf-8")
    empty_study.import_files([tmp_path / "gp1.txt"])
    return empty_study


def bring(study: Study, folder: Path, *rows: Mapping[str, object]) -> list[str]:
    """What was coded, as text, in the order of the text."""
    columns = dict.fromkeys(name for row in rows for name in row)
    usual = {"transcript": "gp1", "codes": "CO", "coder": "Ana"}
    table = [{**dict.fromkeys(columns, ""), **usual, **row} for row in rows]
    study.import_files([write_csv(folder / "quotes.csv", table)])
    text = study.corpus.by_id["gp1"].text
    return [text[slice(*coding.span)] for coding in study.corpus.codings]


def refusal(study: Study, folder: Path, *rows: Mapping[str, object]) -> str:
    with pytest.raises(InputError) as caught:
        bring(study, folder, *rows)
    assert study.corpus.codings == study.corpus.passes == []
    return str(caught.value)


def test_quotations_are_found_in_any_order_and_writing(study: Study, tmp_path: Path) -> None:
    rows = ({"text": 'It\'s "worth it" - mostly'}, {"text": "“sat down   and agreed what it was for.”"})
    assert bring(study, tmp_path, *rows) == ["sat down and agreed what it was for.", "It’s “worth it” – mostly"]


def test_one_that_stands_twice_is_refused_with_turn_and_first_words(study: Study, tmp_path: Path) -> None:
    said = refusal(study, tmp_path, {"text": "Nobody knew."})
    assert "quotes.csv line 2: the text stands 2 times in 'gp1'" in said
    assert "(turn 2, R: 'We all sat down and agreed what it was for. Nobody knew.'); " in said
    assert "(turn 4, R: 'Nobody knew.')" in said


def test_neighbours_in_a_table_of_quotations_tell_nothing(study: Study, tmp_path: Path) -> None:
    """It may be in the order of its codes."""
    rows = [{"text": "And now?", "codes": ""}, {"text": "Nobody knew."}]
    assert "line 3: the text stands 2 times" in refusal(study, tmp_path, *rows)
    numbered = [row | {"order": at} for at, row in enumerate(rows, start=1)]
    (found,) = bring(study, tmp_path, *numbered)
    assert study.corpus.codings[0].start == study.corpus.by_id["gp1"].text.rindex(found)


@pytest.mark.parametrize(
    ("mend", "start"), [({"number": 4}, 1), ({"number": "2"}, 0), ({"text": "for. Nobody knew."}, 0)]
)
def test_the_mends_that_the_refusal_names_help(
    study: Study, tmp_path: Path, mend: Mapping[str, object], start: int
) -> None:
    (found,) = bring(study, tmp_path, {"text": "Nobody knew.", **mend})
    text = study.corpus.by_id["gp1"].text
    assert study.corpus.codings[0].start == [text.index(found), text.rindex(found)][start]


def test_one_that_is_nowhere_is_refused_with_the_nearest_passage(study: Study, tmp_path: Path) -> None:
    said = refusal(study, tmp_path, {"text": "they sat down and agreed on a plan"}, {"text": "Entirely other words."})
    assert "line 2: 'they sat down and agreed on a plan' does not stand in 'gp1'. Nearest: " in said
    assert "'all sat down and agreed what it was' (turn 2, R: 'We all sat down" in said
    assert "line 3: " in said
    assert said.count("Nearest: ") == 1


def test_a_misspelt_transcript_among_known_ones_is_refused(study: Study, tmp_path: Path) -> None:
    said = refusal(study, tmp_path, {"text": "Nobody knew. "}, {"transcript": "pg1", "text": "We all sat down"})
    assert "line 3: transcript 'pg1' is not in the study. Did you mean 'gp1'?" in said


def test_a_table_of_one_misspelt_transcript_says_how_it_was_taken(study: Study, tmp_path: Path) -> None:
    table = write_csv(tmp_path / "q.csv", [{"transcript": "gpi1", "text": "We all.", "codes": "CO", "coder": "Ana"}])
    (note,) = (note for note in study.import_files([table]).notes if "taken as the interview itself" in note)
    assert "Did you mean 'gp1'?" in note


def test_two_coders_may_quote_the_same_words(study: Study, tmp_path: Path) -> None:
    rows = [{"text": "what it was for", "coder": coder} for coder in ("Ana", "Ben")]
    assert bring(study, tmp_path, *rows) == ["what it was for"] * 2
    assert {each.coder for each in study.corpus.passes} == {"Ana", "Ben"}


def test_codes_may_stand_in_several_columns(study: Study, tmp_path: Path) -> None:
    row = {"transcript": "gp1", "text": "And now?", "code": "CO", "code 2": "CA|F2", "code_3": "", "coder": "Ana"}
    study.import_files([write_csv(tmp_path / "q.csv", [row])])
    assert [coding.code for coding in study.corpus.codings] == ["CA", "CO", "F2"]
