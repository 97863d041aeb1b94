"""Studies that hold back whole cases, and studies in which no code can be scored: said as it is, without a crash."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from secondcoder.domain.records import CodingPass, Decision, Origin, ReviewAction
from secondcoder.errors import InputError
from secondcoder.study.folder import CONFIGURATION
from secondcoder.study.study import Study
from support.study_checks import CHEAP, UNCODED, write_csv

BY_CASE = f'{CHEAP}[learning]\ngroup = "case"\n'
Marked = Callable[[int, int], bool]


def _study(folder: Path, cases: tuple[str, ...], marked: Marked, configuration: str = BY_CASE) -> Study:
    """A transcript of sixteen passages for each case named, one code, and one transcript that nobody coded."""
    book = folder / "book.yml"
    book.write_text("id: b\ntitle: B\ncodes:\n  - {id: A, name: Told}\n", encoding="utf-8")
    Study.create(folder / "study", book).close()
    (folder / "study" / CONFIGURATION).write_text(configuration, encoding="utf-8")
    study = Study(folder / "study")
    rows = [
        {
            "transcript": f"t{number}",
            "case": case,
            "order": at,
            "text": f"{'explained meaning purpose' if at % 4 == 0 else 'tea bus rain dog'} {number} {at}",
            "codes": "A" if number < len(cases) and marked(number, at) else "",
            "coder": "anna" if number < len(cases) else "",
        }
        for number, case in enumerate((*cases, "Rowan"))
        for at in range(16)
    ]
    study.import_files([write_csv(folder / "codes.csv", rows)])
    return study


def _every_fourth(number: int, at: int) -> bool:
    return at % 4 == 0


def test_examples_in_one_case_are_ranked_and_the_verdict_says_why(tmp_path: Path):
    study = _study(tmp_path, ("Alder", "Alder", "Alder"), _every_fourth)
    manifest = study.train()
    assert manifest["scored"] == []
    assert "All 12 examples come from one case" in manifest["verdicts"]["A"]["reason"]
    assert len(study.code(everything=True).table) == 16
    with pytest.raises(InputError, match="8 examples in 2 transcripts of two cases"):
        study.evaluate()


def test_a_code_of_one_case_among_several_is_not_scored(tmp_path: Path):
    study = _study(tmp_path, ("Alder", "Alder", "Birch"), lambda number, at: number < 2 and at % 4 == 0)
    assert study.train()["ranked"] == ["A"]


def test_a_promise_by_case_speaks_of_cases(tmp_path: Path, run_cli):
    study = _study(tmp_path, ("Alder", "Alder", "Birch", "Birch", "Cedar"), _every_fourth)
    study.train()
    plan = study.recall_plan(0.8)
    assert (plan.unit, plan.transcripts, plan.promised) == ("case", 3, False)
    study.close()
    said = run_cli("-C", study.folder, "code", "--recall", "0.8")[2]
    assert "Not promised: that takes 5 cases coded without suggestions, and there are 3." in said
    card = (study.folder / "models" / "m0001" / "card.md").read_text(encoding="utf-8")
    assert "In new cases that are like the coded ones" in card


def test_with_every_scored_code_withheld_no_recall_is_aimed_at(tmp_path: Path):
    study = _study(tmp_path, ("Alder", "Birch", "Cedar"), lambda number, at: (at + number) % 3 == 0, CHEAP)
    study.train()
    assert set(study.workspace().withheld) == {"A"}
    with pytest.raises(InputError, match="Every scored code is withheld"):
        study.recall_plan(0.8)
    assert study.recall_plan(0.8, everything=True).codes == ("A",)
    # It is short of examples, and nothing is wrong with those it has: more of them are sought.
    assert "A (16 so far)" in study.next_to_code()["transcripts"][0]["why"]


def test_a_code_that_is_everywhere_is_not_said_to_lack_examples(tmp_path: Path):
    study = _study(tmp_path, ("Alder", "Birch"), lambda number, at: True, CHEAP)
    with pytest.raises(InputError, match="passages that were looked at and do not have it"):
        study.evaluate()


def test_figures_say_how_much_of_them_a_review_of_suggestions_led_to(coded_study: Study, run_cli):
    study = coded_study
    one = next(one for one in study.workspace().segments(study.store.transcripts()) if one.transcript == UNCODED)
    with study.transaction() as write:
        write.add_decision(Decision("ada", ReviewAction.LOOKED, UNCODED, one.start, one.end), study.codebook)
        write.add_passes([CodingPass(UNCODED, "ada", one.start, one.end, study.codebook.ids, Origin.REVIEWED)])
    study.train()
    card = (study.folder / "models" / "m0001" / "card.md").read_text(encoding="utf-8")
    assert "With passages that were coded in a review of suggestions, apart" in card
    study.close()
    out, err = run_cli("-C", study.folder, "evaluate")[1:]
    assert "1 more segment coded only in a review of suggestions: not counted" in err
    assert "with reviewed passages" in out
