"""Python files in a study's folder, or in the current one, are never run: they may have come with somebody's interviews."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from importlib.util import find_spec
from pathlib import Path

import pytest
from secondcoder.study.study import Study
from support.study_checks import TALK

pytestmark = pytest.mark.slow

CONSOLE = "import sys\nfrom secondcoder.cli import main\nif __name__ == '__main__':\n    sys.exit(main())\n"
"""As pip writes it."""


def traps(folder: Path, names: Iterator[str] | set[str]) -> Path:
    """A module of each name that leaves a mark where it is run; the file with the marks."""
    mark = folder.parent / "run"
    for name in names:
        (folder / f"{name}.py").write_text(f"open({str(mark)!r}, 'a').write({name!r} + ' ')\n", encoding="utf-8")
    (folder / "trap.pth").write_text(f"import os; open({str(mark)!r}, 'a').write('pth ')\n", encoding="utf-8")
    return mark


def every_name() -> set[str]:
    """Modules of Python, of all that is installed, and of those that Python looks for by itself."""
    return {
        name
        for name in {*sys.stdlib_module_names, *packages_distributions(), "sitecustomize", "usercustomize"}
        if name.isidentifier()
    }


@pytest.fixture
def trapped(trained_study: Study) -> Path:
    """A study with a model, and something to be coded in it; in its folder a module of every name."""
    trained_study.close()
    return trained_study.folder


def called(folder: Path, tmp_path: Path, *words: str, start: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    """A command, typed in the folder."""
    script = tmp_path / "bin" / "secondcoder"
    script.parent.mkdir(exist_ok=True)
    script.write_text(CONSOLE, encoding="utf-8")
    own = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    begun = start or (str(script),)
    return subprocess.run(
        [sys.executable, *begun, *words], cwd=folder, env=own, check=False, capture_output=True, text=True, timeout=300
    )


COMMANDS = [
    ("status",), ("check",), ("code", "--out", "s.csv"), ("retrain",), ("evaluate",), ("agree",), ("doubts",), ("chart", "--out", "c"),
    ("export", "--out", "e.xlsx"), ("export", "--format", "refi-qda", "--out", "e.qdpx"), ("sheet", "make", "s.xlsx"), ("passages",),
    ("import", str(TALK)), ("import", "a.pdf"), ("models", "list"), ("embedder", "list"), ("codebook", "show"),
    ("review", "export", "r.xlsx", "--coder", "ada"), ("review", "summary"),
]  # fmt: skip


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_a_command_runs_no_module_of_the_folder(words: tuple[str, ...], trapped: Path, tmp_path: Path) -> None:
    (trapped / "a.pdf").write_bytes(b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n")
    mark = traps(trapped, every_name())
    said = called(trapped, tmp_path, *words)
    assert said.returncode in (0, 1), said.stderr
    assert "Traceback" not in said.stderr
    assert not mark.exists(), mark.read_text()


def test_the_module_runs_none_of_the_folder_once_it_has_begun(trapped: Path, tmp_path: Path) -> None:
    mark = traps(
        trapped,
        {
            "json",
            "click",
            "numpy",
            "pandas",
            "sqlite3",
            "sqlalchemy",
            "tomllib",
            "spacy",
            "sitecustomize",
            "usercustomize",
        },
    )
    assert called(trapped, tmp_path, "status", start=("-m", "secondcoder")).returncode == 0
    assert not mark.exists(), mark.read_text()


def test_the_module_started_safely_runs_none_at_all(trapped: Path, tmp_path: Path) -> None:
    mark = traps(trapped, every_name())
    assert called(trapped, tmp_path, "status", start=("-P", "-m", "secondcoder")).returncode == 0
    assert not mark.exists(), mark.read_text()


def test_training_from_a_review_runs_no_module_of_the_folder(trapped: Path, tmp_path: Path) -> None:
    mark = traps(trapped, every_name())
    program = tmp_path / "learn.py"
    program.write_text(
        "import sys, time\nfrom pathlib import Path\nfrom secondcoder.review.retrain_runner import RetrainRunner\n"
        "runner = RetrainRunner(Path('.'))\nrunner.start('ada')\n"
        "while runner.job.is_running: time.sleep(0.1)\nprint(runner.job)\n",
        encoding="utf-8",
    )
    said = called(trapped, tmp_path, start=(str(program),))
    assert "RetrainJob(" in said.stdout
    assert "ended before it was done" not in said.stdout
    assert not mark.exists(), mark.read_text()


@pytest.mark.skipif(find_spec("distributed") is None, reason="the cluster extra is not installed")
def test_dask_workers_run_no_module_of_the_folder(trapped: Path, tmp_path: Path) -> None:
    mark = traps(trapped, every_name())
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "x.txt").write_text(
        "I: How is it?\nR: She explained it to us over lunch.\n" * 4, encoding="utf-8"
    )
    said = called(
        trapped,
        tmp_path,
        "code",
        str(tmp_path / "new"),
        "--out",
        str(tmp_path / "run-of-it") + "/",
        "--engine",
        "dask",
        "--workers",
        "1",
    )
    assert said.returncode == 0, said.stderr
    assert not mark.exists(), mark.read_text()


def test_settings_name_no_python_to_run(trapped: Path, tmp_path: Path) -> None:
    """Parts come from installed packages that name them as entry points, never from a path or a module's name."""
    mark = traps(trapped, {"evil"})
    settings = (trapped / "secondcoder.toml").read_text(encoding="utf-8")
    for table, key in (("segments", "segmenter"), ("embedding", "model"), ("learning", "classifier")):
        for value in ("evil", "evil:main", "./evil.py", str(trapped / "evil.py"), "os:system"):
            (trapped / "secondcoder.toml").write_text(_with(settings, table, key, value), encoding="utf-8")
            said = called(trapped, tmp_path, "train")
            assert said.returncode == 1, said.stdout
            assert "Traceback" not in said.stderr
            assert not mark.exists()


def _with(settings: str, table: str, key: str, value: str) -> str:
    """The settings with one value in place of what stands there."""
    lines, within, kept = [], "", []
    for line in settings.splitlines():
        within = line.strip("[]") if line.startswith("[") else within
        if not (within == table and line.startswith(f"{key} ")):
            kept.append(line)
    lines = "\n".join(kept)
    new = f"{key} = {json.dumps(value)}"
    return lines.replace(f"[{table}]", f"[{table}]\n{new}") if f"[{table}]" in lines else f"{lines}\n[{table}]\n{new}\n"
