"""`secondcoder new`: questions that are asked again until the answer holds, a preview, and a study or nothing at all."""

from __future__ import annotations

import io
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
from secondcoder.cli import new_questions
from secondcoder.cli.new_command import command
from secondcoder.cli.new_questions import QUESTIONS, as_path
from secondcoder.study.study import Study
from support.study_checks import listing

LINES = "I: How is it going?\nR: We agreed what it is for.\nI: And now?\nR: Now it is better.\n"
GOOD = ["", "npt-core", "", "Ana", ""]
"""Answers to the five; Enter takes the usual one."""
MADE, UNOPENED = "y", "n"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with interviews in it, in which the command runs."""
    (tmp_path / "interviews").mkdir()
    (tmp_path / "interviews" / "gp.txt").write_text(LINES, encoding="utf-8")
    (tmp_path / "interviews" / "nurse.txt").write_text(LINES.replace("better", "worse, I fear"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("secondcoder.cli.new_questions.person", lambda: "ana")
    return tmp_path


@pytest.fixture
def type_in(monkeypatch: pytest.MonkeyPatch) -> Callable[[list[str]], None]:
    """What somebody types, a line each, at a terminal that ends there."""

    def typed(lines: list[str]) -> None:
        monkeypatch.setattr("sys.stdin", Terminal("".join(f"{line}\n" for line in lines)))
        monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)

    return typed


def held(folder: Path) -> tuple[str, list[str]]:
    study = Study(folder)
    try:
        return study.codebook.id, sorted(each.id for each in study.store.transcripts())
    finally:
        study.close()


def test_five_answers_make_a_study(place: Path, type_in, run_cli) -> None:
    type_in([*GOOD, MADE, UNOPENED])
    code, shown, said = run_cli("new")
    assert code == 0
    assert held(place / "interviews-study") == ("npt-core", ["gp", "nurse"])
    assert Study.check(place / "interviews-study") == []
    assert "Now it is worse, I fear." in shown  # how it would be read, before it was
    assert [f"{number} of 5" in said for number in range(1, 7)] == [True] * 5 + [False]
    assert "Next: code in the browser: secondcoder -C interviews-study open --coder Ana" in said


def test_a_look_at_the_interviews_stores_no_talk(
    place: Path, type_in, run_cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, stored = Study.import_files, []

    def told(study: Study, paths, options):
        made = real(study, paths, options)
        stored.append(len(list(study.store.transcripts())))
        return made

    monkeypatch.setattr(Study, "import_files", told)
    type_in([*GOOD, MADE, UNOPENED])
    assert run_cli("new")[0] == 0
    assert stored == [0, 2]


def test_what_does_not_hold_is_asked_again(place: Path, type_in, run_cli) -> None:
    (place / "empty").mkdir()
    (place / "full").mkdir()
    (place / "full" / "thesis.txt").write_text("years of work", encoding="utf-8")
    wrong = [["nowhere", "empty"], ["npt-xore"], ["klingonese"], ["consensus"], ["full", "interviews/in-it"]]
    type_in([line for bad, good in zip(wrong, GOOD, strict=True) for line in (*bad, good)] + [MADE, UNOPENED])
    code, _, said = run_cli("new")
    assert code == 0
    assert held(place / "interviews-study")[1] == ["gp", "nurse"]
    for fault in (
        f"There is nothing at {place / 'nowhere'}.",
        "No file to read lies in empty.",
        "Did you mean 'npt-core'?",
        wrong[2][0],
        "The name 'consensus' is reserved",
        "full exists and is not empty",
        f"lies inside the folder of the interviews, and would be read with them. Name a folder beside it, such as {place}",
    ):
        assert fault in said
    assert "Nothing was" not in said  # of what was to be: it was asked again


@pytest.mark.parametrize("answered", range(6))
def test_who_ends_midway_leaves_nothing(place: Path, type_in, run_cli, answered: int) -> None:
    before = listing(place)
    type_in(GOOD[:answered])
    code, _, said = run_cli("new")
    assert code == 1
    assert "Nothing was made." in said
    assert listing(place) == before


def test_a_no_to_the_preview_leaves_nothing(place: Path, type_in, run_cli) -> None:
    before = listing(place)
    type_in([*GOOD, "n"])
    code, _, said = run_cli("new")
    assert (code, "--interviewer" in said) == (1, True)
    assert listing(place) == before


@pytest.mark.parametrize("stands", [False, True], ids=["a new folder", "an empty folder"])
def test_an_interrupted_import_leaves_nothing(
    place: Path, type_in, run_cli, monkeypatch: pytest.MonkeyPatch, stands: bool
) -> None:
    real = Study.import_files

    def interrupted(study: Study, paths, options):
        made = real(study, paths, options)
        if not options.dry_run:
            raise KeyboardInterrupt
        return made

    monkeypatch.setattr(Study, "import_files", interrupted)
    if stands:
        (place / "interviews-study").mkdir()
    before = listing(place)
    type_in([*GOOD[:4], "interviews-study", MADE])
    assert run_cli("new")[0] == 1
    assert listing(place) == before


def test_who_says_no_is_given_the_command_with_the_answers(place: Path, type_in, run_cli) -> None:
    type_in([*GOOD[:4], "my study", "n"])
    code, _, said = run_cli("new")
    (again,) = (line for line in said.splitlines() if line.startswith("  secondcoder new"))
    words = shlex.split(again)
    assert (code, words[-2:]) == (1, ["--interviewer", "LABEL"])
    assert run_cli(*words[1:-2], "--yes", "--no-open")[0] == 0
    assert held(place / "my study")[1] == ["gp", "nurse"]


def test_interviews_that_cannot_be_read_are_asked_for_again(place: Path, type_in, run_cli) -> None:
    (place / "broken").mkdir()
    (place / "broken" / "x.docx").write_bytes(b"PK\x03\x04 no zip")
    type_in(["broken", *GOOD[1:4], "my study", "interviews", MADE, UNOPENED])
    code, _, said = run_cli("new")
    assert (code, "x.docx" in said) == (0, True)
    assert held(place / "my study")[1] == ["gp", "nurse"]
    assert "secondcoder -C 'my study' open" in said


def test_talk_without_labels_asks_who_speaks(place: Path, type_in, run_cli) -> None:
    (place / "interviews" / "plain.txt").write_text("So how did it begin?\n\nWe sat down and agreed.\n", "utf-8")
    type_in([*GOOD, "none", MADE, UNOPENED])
    assert run_cli("new")[0] == 0
    assert held(place / "interviews-study")[1] == ["gp", "nurse", "plain"]


def test_a_script_is_asked_nothing(place: Path, run_cli) -> None:
    given = {"interviews": "interviews", "codebook": "none", "language": "en", "coder": "Ana", "study": "made"}
    words = [word for name, value in given.items() for word in (f"--{name}", value)]
    before = listing(place)
    for left_out in given:
        some = [word for name, value in given.items() if name != left_out for word in (f"--{name}", value)]
        code, _, said = run_cli("new", *some)
        assert (code, f"so --{left_out} must be given" in said) == (2, True)
    assert listing(place) == before
    code, out, said = run_cli("new", *words)
    assert (code, out) == (0, "")
    assert held(place / "made") == ("own", ["gp", "nurse"])
    code, _, said = run_cli("new", *words)
    assert (code, "made is a study already" in said) == (1, True)


def test_every_question_has_an_option() -> None:
    options = {each.name: each for each in command.params}
    assert len(QUESTIONS) == 5
    assert all(f"--{question.name}" in options[question.name].opts for question in QUESTIONS)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("my interviews", "my interviews"),
        ("'my interviews'", "my interviews"),
        ('"my interviews" ', "my interviews"),
        (r"my\ interviews ", "my interviews"),
        (r"O\'Neil\'s", "O'Neil's"),
    ],
)
def test_a_folder_dragged_into_the_terminal_is_found(typed: str, meant: str, tmp_path: Path) -> None:
    assert as_path(typed) == Path(meant)


def test_backslashes_of_windows_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(new_questions, "ON_WINDOWS", True)
    assert str(as_path(r'"C:\My Interviews"')) == r"C:\My Interviews"
