"""`secondcoder transcript` as a person uses it: what is printed, asked and refused."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from secondcoder.study.study import Study

TALK = "INT: How do you use the list?\n\nGP: We look at it every day.\n"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def folder(empty_study: Study, tmp_path: Path) -> Path:
    (tmp_path / "gp1.txt").write_text(TALK)
    empty_study.import_files([tmp_path / "gp1.txt"])
    return empty_study.folder


def test_what_is_shown_has_the_offsets_of_a_coded_table(folder: Path, run_cli: Run) -> None:
    _, shown, _ = run_cli("-C", folder, "transcript", "show", "gp1")
    number, span, speaker, *_ = shown.splitlines()[1].split()
    start, end = map(int, span.split("-"))
    assert (number, speaker, TALK[start:end]) == ("2", "GP:", "We look at it every day.")
    _, written, _ = run_cli("-C", folder, "transcript", "show", "gp1", "--json")
    assert [turn["text"] for turn in json.loads(written)["turns"]] == [TALK[5:29], TALK[start:end]]


def test_the_list_names_who_speaks_and_who_interviews(folder: Path, run_cli: Run) -> None:
    _, listed, _ = run_cli("-C", folder, "transcript", "list")
    assert "INT (I), GP" in listed
    assert json.loads(run_cli("-C", folder, "transcript", "list", "--json")[1])[0]["speakers"] == ["INT (I)", "GP"]


def test_a_time_and_a_name_that_cannot_be_read_are_a_fault_of_usage(folder: Path, run_cli: Run) -> None:
    for option, value in (("--time", "2=soon"), ("--time", "00:10"), ("--rename", "GP")):
        code, _, said = run_cli("-C", folder, "transcript", "edit", "gp1", option, value)
        assert code == 2
        assert value in said


def test_a_removal_is_asked_for_and_says_what_goes(folder: Path, run_cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    code, _, said = run_cli("-C", folder, "transcript", "remove", "gp1")
    assert code == 1
    assert "go its talk and no codings" in said
    assert "Nothing was removed" in said
    code, _, said = run_cli("-C", folder, "transcript", "remove", "gp1", "--yes")
    assert code == 0
    assert "Removed 'gp1'" in said
    assert "no transcript 'gp1'" in run_cli("-C", folder, "transcript", "show", "gp1")[2]


def test_an_edit_says_what_it_changed(folder: Path, run_cli: Run) -> None:
    code, _, said = run_cli("-C", folder, "transcript", "edit", "gp1", "--case", "ash", "--time", "1=00:00:05-00:00:09")
    assert (code, said.strip()) == (0, "'gp1': case none -> 'ash'; times of 1 turn.")


def test_a_misspelt_coder_is_not_one_who_coded_nothing(folder: Path, run_cli: Run) -> None:
    status, _, told = run_cli("-C", folder, "transcript", "show", "gp1", "--coder", "Anna K")
    assert status == 1
    assert "Nobody called 'Anna K' has coded in this study" in told
