"""A batch run killed at random moments: the same bytes as an undisturbed one, nothing left over, nothing twice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from secondcoder.study.study import Study
from support.batch_checks import digests, result_of, write_comments

pytestmark = pytest.mark.slow
COMMENTS = 20_000


def _started(study: Path, table: Path, out: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "secondcoder", "-C", str(study), "code", str(table), "--out", f"{out}/"]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _done(out: Path) -> int:
    return len(list((out / "parts").glob("*.parquet"))) if out.is_dir() else 0


def _killed_after(process: subprocess.Popen[bytes], out: Path, parts: int, seconds: float) -> int:
    """Kill it some time after so many more parts are there; how many are."""
    wanted = _done(out) + parts
    for _ in _moments(process):
        if _done(out) >= wanted:
            break
    time.sleep(seconds)
    assert process.poll() is None
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    return _done(out)


def _moments(process: subprocess.Popen[bytes]) -> Iterator[int]:
    for moment in count():
        assert process.poll() is None, "it ended before it could be killed"
        yield moment
        time.sleep(0.02)


def test_three_kills_one_result(trained_study: Study, tmp_path: Path) -> None:
    folder, rng = trained_study.folder, random.Random(5)
    trained_study.close()
    table = write_comments(tmp_path / "comments.csv", COMMENTS)
    assert _started(folder, table, tmp_path / "whole").wait() == 0
    done = [
        _killed_after(_started(folder, table, tmp_path / "killed"), tmp_path / "killed", parts, rng.random())
        for parts in (0, 2, 3)
    ]
    assert done == sorted(done)
    assert 5 <= done[-1] < 10
    assert _started(folder, table, tmp_path / "killed").wait() == 0
    whole, killed = digests(tmp_path / "whole"), digests(tmp_path / "killed")
    assert [name for name in whole if killed.get(name) != whole[name]] == ["run.json"]  # which says its own command
    assert killed.keys() == whole.keys()
    result = result_of(tmp_path / "killed")
    assert not result.duplicated(["row", "code"]).any()
    assert list(result["row"]) == sorted(result["row"])
    assert result["row"].nunique() > COMMENTS / 10
