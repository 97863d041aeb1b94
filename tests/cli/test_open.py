"""`secondcoder open`: the review under another name, which needs nothing but an interview."""

from __future__ import annotations

from secondcoder.cli import open_command, review_command
from secondcoder.study.study import Study
from support.coding_checks import fresh_study


def test_open_is_review() -> None:
    assert open_command.command is review_command.command


def test_without_an_interview_the_next_step_is_named(empty_study: Study, run_cli) -> None:
    code, out, err = run_cli("-C", empty_study.folder, "open", "--no-browser")
    assert (code, out) == (1, "")
    assert f"Import some first: secondcoder -C {empty_study.folder} import FILES" in err


def test_status_leads_a_fresh_study_to_the_browser(empty_study: Study, run_cli) -> None:
    fresh_study(empty_study)
    assert f"secondcoder -C {empty_study.folder} open" in run_cli("-C", empty_study.folder, "status")[1]


def test_a_sheet_of_suggestions_needs_suggestions(empty_study: Study, run_cli, tmp_path) -> None:
    fresh_study(empty_study)
    code, _, err = run_cli("-C", empty_study.folder, "review", "export", tmp_path / "x.xlsx")
    assert (code, "no model yet" in err) == (1, True)
    assert not (tmp_path / "x.xlsx").exists()
