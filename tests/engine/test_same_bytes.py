"""A run has the same bytes whoever does its parts: one process, shares of it in any order, workers, one of them killed midway."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from secondcoder.engine import staging
from secondcoder.engine.dask_cluster import DaskCluster
from secondcoder.engine.merge import merge
from secondcoder.engine.part_work import PartWork
from secondcoder.engine.run_folder import RunFolder
from secondcoder.engine.shards import Shard
from secondcoder.errors import InputError
from secondcoder.study import batch_run
from secondcoder.study.batch_run import BatchOptions, BatchRun
from secondcoder.study.study import Study
from support.batch_checks import digest, write_comments

RESULT = "suggestions.parquet"
PARTS = 12


@pytest.fixture
def comments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A table of twelve parts."""
    monkeypatch.setattr(staging, "PART_ROWS", 25)
    return write_comments(tmp_path / "comments.csv", PARTS * 25)


@pytest.fixture
def alone(trained_study: Study, comments: Path, tmp_path: Path) -> str:
    """SHA-256 of the result of one process."""
    assert trained_study.code_batch([comments], tmp_path / "alone").parts == PARTS
    return digest(tmp_path / "alone" / RESULT)


@pytest.mark.parametrize("count", [2, 3, 40])
def test_shares_in_any_order(trained_study: Study, comments: Path, alone: str, tmp_path: Path, count: int) -> None:
    """Also where there are more shares than parts."""
    out = tmp_path / "shares"
    for number in range(count, 0, -1):
        trained_study.code_batch([comments], out, BatchOptions(share=Shard(number, count)))
    for _ in range(2):
        merge(RunFolder(out))
    assert digest(out / RESULT) == alone


def test_one_share_again_after_another_number_of_shares(
    trained_study: Study, comments: Path, alone: str, tmp_path: Path
) -> None:
    """What is done stays done."""
    out = tmp_path / "shares"
    first = trained_study.code_batch([comments], out, BatchOptions(share=Shard(1, 2)))
    runs = [trained_study.code_batch([comments], out, BatchOptions(share=Shard(number, 3))) for number in (1, 2, 3)]
    assert first.parts == sum(run.resumed for run in runs) == PARTS // 2
    merge(RunFolder(out))
    assert digest(out / RESULT) == alone


def test_a_merge_names_the_shares_that_are_missing(
    trained_study: Study, comments: Path, tmp_path: Path, run_cli: Any
) -> None:
    """And the command that does each."""
    out, study = tmp_path / "shares", trained_study.folder
    trained_study.close()
    for number in (1, 3):
        assert run_cli("-C", study, "code", comments, "--out", f"{out}/", "--shard", f"{number}/4")[0] == 0
    code, _, told = run_cli("-C", study, "code", "--merge", "--out", f"{out}/")
    assert code == 1
    assert "parts of 12 are not done: " in told
    assert all(f"--shard {number}/4" in told for number in (2, 4))
    assert not any(f"--shard {number}/4" in told for number in (1, 3))
    for number in (2, 4):
        (line,) = [line for line in told.splitlines() if f"--shard {number}/4" in line]
        words = line[line.index("secondcoder") :].split()
        assert run_cli(*words[1:])[0] == 0
    assert run_cli("-C", study, "code", "--merge", "--out", f"{out}/")[0] == 0


@pytest.mark.parametrize("given", ["0/4", "5/4", "four"])
def test_a_share_that_is_none_is_refused_before_anything_is_written(
    trained_study: Study, comments: Path, tmp_path: Path, run_cli: Any, given: str
) -> None:
    out = tmp_path / "run"
    code, _, told = run_cli("-C", trained_study.folder, "code", comments, "--out", f"{out}/", "--shard", given)
    assert code == 1
    assert "shard" in told
    assert not out.exists()


@pytest.mark.parametrize(
    "words", [["--scheduler", "tcp://127.0.0.1:1"], ["--workers", "2"], ["--engine", "dask"],
              ["--engine", "dask", "--workers", "2", "--scheduler", "tcp://127.0.0.1:1"]],
)  # fmt: skip
def test_options_of_an_engine_that_do_not_go_together_are_refused(
    trained_study: Study, comments: Path, tmp_path: Path, run_cli: Any, words: list[str]
) -> None:
    code, _, told = run_cli("-C", trained_study.folder, "code", comments, "--out", f"{tmp_path / 'run'}/", *words)
    assert code == 2
    assert "--engine dask" in told


@pytest.mark.slow
@pytest.mark.filterwarnings("default")  # Dask's servers warn as they end
def test_two_workers_one_of_them_killed_midway(
    trained_study: Study, comments: Path, alone: str, tmp_path: Path
) -> None:
    from distributed import LocalCluster

    out = tmp_path / "workers"
    runs: list[BatchRun] = []
    with LocalCluster(n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0") as cluster:
        engine = DaskCluster(cluster.scheduler_address)
        thread = Thread(
            target=lambda: runs.append(trained_study.code_batch([comments], out, BatchOptions(engine=engine)))
        )
        thread.start()
        while thread.is_alive() and not list(out.glob("parts/*.parquet")):
            time.sleep(0.02)
        killed = next(iter(cluster.workers.values())).pid
        os.kill(killed, signal.SIGKILL)
        thread.join(180)
    assert runs[0].coded > 0
    assert digest(out / RESULT) == alone


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
def test_processes_of_this_machine(trained_study: Study, comments: Path, alone: str, tmp_path: Path) -> None:
    out = tmp_path / "workers"
    trained_study.code_batch([comments], out, BatchOptions(engine=DaskCluster(workers=2)))
    assert digest(out / RESULT) == alone


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
def test_workers_with_another_model_are_refused_before_anything_is_coded(
    trained_study: Study, comments: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The model that this process knows is not the one that they find, as on a node that sees an older copy of the study."""
    monkeypatch.setattr(batch_run, "identity_of", lambda workspace: {"model": "another"})
    monkeypatch.setattr(PartWork, "check", lambda self: None)
    asked = BatchOptions(engine=DaskCluster(workers=2))
    with pytest.raises(InputError, match=r"2 workers of 2 (?s:.)*Nothing was coded"):
        trained_study.code_batch([comments], tmp_path / "run", asked)
    assert not list((tmp_path / "run").glob("parts/*"))
