"""Shared fixtures: small invented studies with the cheap embedder, made once and copied for each test."""

from __future__ import annotations

import os

# Before NumPy: on small matrices several threads only wait for each other.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from secondcoder import cli
from secondcoder.study.folder import CONFIGURATION
from secondcoder.study.study import Study
from support.browser_checks import ARGUMENTS, chromium, missing
from support.postgres_server import binaries, running
from support.study_checks import CHEAP, TALK, recall_learning, train_remembering

Opener = Callable[[Path], Study]
Ran = tuple[int, str, str]
LEARNED: dict[str, Any] = {}

# Converted models are kept from session to session: making the packaged one takes some seconds.
os.environ.setdefault("SECONDCODER_CACHE", str(Path(tempfile.gettempdir()) / f"secondcoder-tests-{Path.home().name}"))

settings.register_profile("patient", deadline=None, max_examples=60)
settings.load_profile("patient")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """With --no-loadscope-reorder, workers take files in this order."""
    items.sort(key=lambda item: item.get_closest_marker("minutes") is None)


def _new_study(folder: Path) -> Study:
    Study.create(folder, "npt-core").close()
    (folder / CONFIGURATION).write_text(CHEAP, encoding="utf-8")
    return Study(folder)


@pytest.fixture(scope="session")
def _empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "empty"
    _new_study(folder).close()
    return folder


@pytest.fixture(scope="session")
def _coded(_empty: Path) -> Path:
    folder = _empty.with_name("coded")
    shutil.copytree(_empty, folder)
    study = Study(folder)
    study.import_files([TALK])
    study.close()
    return folder


@pytest.fixture(scope="session")
def _trained(_coded: Path) -> Path:
    folder = _coded.with_name("trained")
    shutil.copytree(_coded, folder)
    study = Study(folder)
    LEARNED.update(train_remembering(study))
    study.close()
    return folder


@pytest.fixture
def quick_training(_trained: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Training on the shared table returns at once what it gave before: for tests of what is done with a model."""
    recall_learning(monkeypatch, LEARNED)


@pytest.fixture
def open_copy(tmp_path: Path) -> Iterator[Opener]:
    """Copies a study folder into the test's own and opens it; closed at the end."""
    opened: list[Study] = []

    def copy(original: Path) -> Study:
        folder = tmp_path / f"study{len(opened) or ''}"
        shutil.copytree(original, folder)
        opened.append(Study(folder))
        return opened[-1]

    yield copy
    for study in opened:
        study.close()


@pytest.fixture
def empty_study(open_copy: Opener, _empty: Path) -> Study:
    """A study with codebook npt-core and the cheap embedder, and nothing in it."""
    return open_copy(_empty)


@pytest.fixture
def coded_study(open_copy: Opener, _coded: Path) -> Study:
    """The same with tests/support/talk.csv: six coded transcripts by two coders, and one (elder_gp) that nobody coded."""
    return open_copy(_coded)


@pytest.fixture
def trained_study(open_copy: Opener, _trained: Path) -> Study:
    """The same with a model: CO, CA and RM are scored, the other codes ranked."""
    return open_copy(_trained)


@pytest.fixture
def run_cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """The command line in this process: exit code, stdout, stderr."""

    def call(*arguments: object) -> Ran:
        monkeypatch.setattr(sys, "argv", ["secondcoder", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return int(ended.value.code or 0), *capsys.readouterr()

    return call


@pytest.fixture
def plug_ins_end() -> Iterator[None]:
    """What a test installs with support.installed is gone after it."""
    from support.installed import look_again

    yield
    look_again()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("playwright is not installed")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a database on a PostgreSQL server of the tests' own; what is in it is whoever's was last."""
    if binaries() is None:
        missing("no PostgreSQL server is installed")
    with running() as url:
        yield url
