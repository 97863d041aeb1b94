"""Commands killed at random moments, and out of space; decisions at once: small versions of what benchmarks/ measures."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from secondcoder.study.folder import CONFIGURATION
from secondcoder.study.study import Study
from support.places import BENCHMARKS

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name != "posix", reason="kills forked processes")]
NAMES = ("import", "train", "code", "review", "retrain")


def can_mount(place: Path) -> bool:
    """Root of a Linux that lets file systems be made."""
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        return False
    made = subprocess.run(["mount", "-t", "tmpfs", "tmpfs", str(place)], capture_output=True, check=False)
    return made.returncode == 0 and subprocess.run(["umount", str(place)], check=False).returncode == 0


@pytest.fixture(scope="module")
def killed() -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(BENCHMARKS))
        yield import_module("killed")


@pytest.fixture(scope="module")
def base(killed: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return killed.base_studies(tmp_path_factory.mktemp("base"))


@pytest.mark.parametrize("name", NAMES)
def test_a_killed_command_leaves_all_that_was_acknowledged(name: str, killed: Any, base: dict[str, Path]) -> None:
    (command,) = (each for each in killed.COMMANDS if each.name == name)
    tally = killed.kill_many(base, command, 3, random.Random(name))
    assert (tally.runs, tally.faults) == (3, [])
    assert name != "review" or tally.acknowledged


@pytest.mark.parametrize("name", NAMES)
def test_a_command_without_space_says_so_and_loses_nothing(
    name: str, killed: Any, base: dict[str, Path], tmp_path: Path
) -> None:
    if not can_mount(tmp_path):
        pytest.skip("needs a file system of its own")
    (command,) = (each for each in killed.COMMANDS if each.name == name)
    tally = killed.fill_many(base, command, 2, random.Random(name))
    assert (tally.runs, tally.faults) == (2, [])


def test_the_harness_sees_half_an_import(killed: Any, base: dict[str, Path], tmp_path: Path) -> None:
    """An import that keeps its interviews and loses a code is what it looks for."""
    import sqlite3

    after = import_module("crashing.after")
    (command,) = (each for each in killed.COMMANDS if each.name == "import")
    folder = import_module("crashing.commands").fresh_copy(base["study"], tmp_path)
    run = command.start(folder)
    run.wait()
    assert [*after.faults_after(folder, command, run, 1)] == []
    with sqlite3.connect(folder / "study.db") as connection:
        connection.execute("DELETE FROM codings WHERE transcript = 'new2'")
    connection.close()
    found = "\n".join(after.faults_after(folder, command, run, 1))
    assert "half an import" in found
    assert "the trail has it, and the table does not" in found


@pytest.mark.parametrize("store", ["sqlite", "postgresql"])
def test_four_processes_at_once_lose_and_double_nothing(
    store: str, killed: Any, request: pytest.FixtureRequest
) -> None:
    many = import_module("decisions_at_once")
    outcome = many.run(4, 100, "" if store == "sqlite" else emptied_server(request))
    assert (outcome.decided, outcome.faults) == (400, [])


def emptied_server(request: pytest.FixtureRequest) -> str:
    from support.postgres_server import emptied

    pytest.importorskip("psycopg", reason="the postgres extra is not installed")
    return emptied(request.getfixturevalue("postgres"))


def test_a_decision_that_is_gone_or_there_twice_is_seen(killed: Any, tmp_path: Path) -> None:
    """What compares the store with the answers sees both."""
    load, pages = import_module("review_load"), import_module("review_pages")
    many = import_module("decisions_at_once")
    study: Study = pages.make_study(tmp_path / "study", ["t0"], 900, 20)
    assert (study.folder / CONFIGURATION).is_file()
    study.close()
    told = many.decide_many(tmp_path / "study", "ada", 5)
    with_more = load.Reviewer("ada", load.Counter([*told.acknowledged, "never recorded"]))
    with_less = load.Reviewer("ada", load.Counter(told.acknowledged[1:]))
    study = Study(tmp_path / "study")
    review = load.ReviewSession(study)
    assert load.differences(review, [load.Reviewer("ada", load.Counter(told.acknowledged))]) == []
    assert load.differences(review, [with_more]) == ["ada: 1 lost"]
    assert load.differences(review, [with_less]) == ["ada: 1 stray"]
    study.close()
