"""What differs on Windows and can be tried on any system: encodings of consoles and files, paths, and names that only differ in case.

Not tried here: a console of Windows itself, its locks on open files, and Ctrl+C there.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from secondcoder.cli import common
from secondcoder.configuration import load_configuration
from secondcoder.domain import shell_words
from secondcoder.errors import StudyError

PROGRAM = "from secondcoder.cli import main; main()"
TALK = "I: Ça va, Zoë?\nR: “Déjà vu” – 東京, naïve.\nI: Et là?\nR: Très bien, œuf.\n"


def run(
    words: list[str], *options: str, env: dict[str, str] | None = None, cwd: Path | None = None
) -> subprocess.CompletedProcess[bytes]:
    program = [sys.executable, *options, "-c", PROGRAM, *words]
    return subprocess.run(program, env=os.environ | (env or {}), cwd=cwd, capture_output=True, check=False)


@pytest.mark.slow
@pytest.mark.parametrize("page", ["cp1252", "cp850", "ascii"])
def test_a_console_of_any_code_page_shows_every_letter(tmp_path: Path, page: str) -> None:
    """Into a pipe or a file it is UTF-8, whatever the console's code page is."""
    interviews = tmp_path / "Zoë 東京"
    interviews.mkdir()
    (interviews / "gespräch.txt").write_text(TALK, encoding="utf-8")
    env = {"PYTHONIOENCODING": page, "PYTHONUTF8": "0", "LC_ALL": "C.UTF-8"}  # names of files are not at stake
    folder = str(tmp_path / "étude")
    assert run(["init", folder, "--codebook", "npt-core"], env=env).returncode == 0
    done = run(["-C", folder, "import", str(interviews)], env=env)
    assert done.returncode == 0, done.stderr
    assert "étude" in done.stderr.decode("utf-8")
    shown = run(["-C", folder, "transcript", "show", "gespräch"], env=env)
    assert "“Déjà vu” – 東京, naïve." in shown.stdout.decode("utf-8")


@pytest.mark.slow
def test_no_text_is_read_or_written_in_the_systems_own_encoding(tmp_path: Path) -> None:
    """That would be UTF-8 here, and a code page on Windows: Python names every such place (PEP 597)."""
    (tmp_path / "a.txt").write_text(TALK, encoding="utf-8")
    folder = str(tmp_path / "study")
    given = {"interviews": "a.txt", "codebook": "npt-core", "language": "en", "coder": "Ana", "study": folder}
    words = [
        ["new", *(word for name, value in given.items() for word in (f"--{name}", value)), "--no-open"],
        ["-C", folder, "status"],
        ["-C", folder, "sheet", "make", "sheet.xlsx"],
        ["-C", folder, "export", "--out", "codes.csv"],
        ["-C", folder, "check"],
        ["codebook", "new", "own.yml"],
        ["completion", "zsh"],
    ]
    for each in words:
        done = run(each, "-X", "warn_default_encoding", cwd=tmp_path)
        said = done.stderr.decode("utf-8")
        assert done.returncode == 0, said
        own = f"{os.sep}secondcoder{os.sep}"  # other packages are not ours to mend
        assert not [line for line in said.splitlines() if "EncodingWarning" in line and own in line]


def test_advice_is_quoted_as_the_system_reads_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shell_words, "ON_WINDOWS", True)
    context = common.click.Context(common.click.Command("x"))
    context.params["study"] = r"C:\Users\Ana\My Study"
    with context:
        assert common.advised("Next: secondcoder train") == r'Next: secondcoder -C "C:\Users\Ana\My Study" train'


@pytest.mark.parametrize("written", [r'"C:\models\bge"', r'"C:\Users\ana\bge"'])
def test_a_path_of_windows_in_the_settings_is_told_how_to_be_written(tmp_path: Path, written: str) -> None:
    settings = tmp_path / "secondcoder.toml"
    settings.write_text(f"[embedding]\nmodel = {written}\n", encoding="utf-8")
    with pytest.raises(StudyError, match=r"in single quotation marks, 'C:\\models'"):
        load_configuration(settings)
    settings.write_text("[embedding]\nmodel = 'C:\\models\\bge'\n", encoding="utf-8")
    assert load_configuration(settings).embedding.model == r"C:\models\bge"


def test_another_fault_of_the_settings_says_nothing_of_paths(tmp_path: Path) -> None:
    (tmp_path / "secondcoder.toml").write_text("[embedding]\nmodel = \n", encoding="utf-8")
    with pytest.raises(StudyError) as fault:
        load_configuration(tmp_path / "secondcoder.toml")
    assert "C:" not in str(fault.value)
