"""`agree --plan` and `agree --cost-benefit`, and the setting, in a study."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from secondcoder.agreement.alt_test import COST_BENEFIT
from secondcoder.agreement.report.second_coder_text import plan_sentences
from secondcoder.agreement.study_report import Question
from secondcoder.configuration import load_configuration
from secondcoder.errors import StudyError
from secondcoder.study.folder import CONFIGURATION
from secondcoder.study.study import Study

Cli = Callable[..., tuple[int, str, str]]


def test_the_plan_is_printed_where_it_was_asked_for(coded_study: Study, run_cli: Cli) -> None:
    asked = ("-C", coded_study.folder, "agree", "--no-model")
    expected = [*plan_sentences(coded_study.agree(Question(model=False, plan_within=0.1)))]
    assert len(expected) > 3
    code, printed, _ = run_cli(*asked, "--plan", "0.1")
    assert code == 0
    assert all(sentence in printed for sentence in expected)
    assert not any(sentence in run_cli(*asked)[1] for sentence in expected)
    plan = json.loads(run_cli(*asked, "--plan", "0.1", "--json")[1])["plan"]
    assert set(plan["codes"]) == {each.code for each in coded_study.agree(Question(model=False, plan_within=0.1)).plan}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--plan", "3"), "between 0 and 1"),
        (("--plan", "0.1", "--units", "character"), "not characters"),
        (("--cost-benefit", "1"), "cost-benefit"),
    ],
)
def test_what_cannot_be_is_refused_in_words(
    coded_study: Study, run_cli: Cli, options: tuple[str, ...], words: str
) -> None:
    code, printed, said = run_cli("-C", coded_study.folder, "agree", "--no-model", *options)
    assert (code, printed) == (1, "")
    assert words in said


def test_epsilon_is_the_settings_unless_asked_otherwise(coded_study: Study, run_cli: Cli) -> None:
    settings = coded_study.folder / CONFIGURATION
    settings.write_text(settings.read_text(encoding="utf-8") + "\n[agreement]\ncost_benefit = 0.05\n", encoding="utf-8")
    _, printed, _ = run_cli("-C", coded_study.folder, "agree")
    assert "May secondcoder be the second coder?" in printed
    assert "ε 0.05" in printed
    _, printed, _ = run_cli("-C", coded_study.folder, "agree", "--cost-benefit", "0.1", "--json")
    data = json.loads(printed)
    assert data["cost_benefit"] == 0.1
    assert set(data["second_coder"]["secondcoder"]) == {"(all codes)", *data["codes"]}


def test_the_default_is_that_for_experts_and_no_other_number_passes(tmp_path: Path) -> None:
    assert load_configuration().agreement.cost_benefit == COST_BENEFIT == 0.2
    path = tmp_path / "secondcoder.toml"
    path.write_text("[agreement]\ncost_benefit = 1.0\n", encoding="utf-8")
    with pytest.raises(StudyError, match=r"agreement\.cost_benefit"):
        load_configuration(path)
