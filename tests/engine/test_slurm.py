"""What docs/on-a-cluster.md says of Slurm, run word for word on a real one: the same bytes as in one process."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from secondcoder.study.study import Study
from support import one_node_slurm
from support.batch_checks import digest, write_comments
from support.browser_checks import missing
from support.one_node_slurm import Slurm
from support.places import ROOT

pytestmark = pytest.mark.slow
DOCS = ROOT / "docs"
PAGE = (DOCS / "on-a-cluster.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"```bash\n(.*?)```", PAGE, re.DOTALL)
SMALL = {"SBATCH_MEM_PER_NODE": "1G", "SBATCH_ARRAY_INX": "1-2"}
"""What the scripts ask for, for this node and two tasks: variables go before a script's own lines."""


@pytest.fixture(scope="module")
def slurm() -> Iterator[Slurm]:
    if absent := one_node_slurm.missing():
        missing(f"Slurm is not installed ({', '.join(absent)}): apt-get install slurm-wlm munge")
    with one_node_slurm.running() as slurm:
        slurm.environment |= SMALL
        slurm.environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{slurm.environment['PATH']}"
        yield slurm


@pytest.fixture
def place(trained_study: Study, tmp_path: Path) -> Path:
    """A folder with all that the page names: the study, a table of four parts, the scripts; and the result of one process."""
    place = tmp_path / "place"
    shutil.copytree(trained_study.folder, place / "mystudy")
    write_comments(place / "comments.csv", 6500)
    for script in (DOCS / "slurm").iterdir():
        shutil.copy(script, place)
    study = Study(place / "mystudy")
    study.code_batch([place / "comments.csv"], tmp_path / "alone")
    study.close()
    return place


def command(*words: str) -> str:
    """The one block of commands on the page that has the words."""
    (found,) = [block for block in COMMANDS if all(word in block for word in words)]
    return found


def run(slurm: Slurm, place: Path, commands: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-euc", commands], cwd=place, env=slurm.environment, capture_output=True, text=True, check=False
    )


def logs(place: Path) -> str:
    return "\n".join(f"{path.name}: {path.read_text()}" for path in sorted(place.glob("*.out")))


def test_an_array_and_its_merge_give_the_bytes_of_one_process(slurm: Slurm, place: Path) -> None:
    submitted = run(slurm, place, command("array.sh", "merge.sh"))
    assert submitted.returncode == 0, submitted.stderr
    slurm.wait_for_jobs()
    assert digest(place / "coded" / "suggestions.parquet") == digest(place.parent / "alone" / "suggestions.parquet"), (
        logs(place)
    )
    assert "parts of this share" in logs(place)
    assert run(slurm, place, command("secondcoder code --merge")).returncode == 0


def test_workers_started_by_slurm_give_the_bytes_of_one_process(slurm: Slurm, place: Path) -> None:
    pytest.importorskip("dask_jobqueue")
    done = run(slurm, place, command("dask_workers.py").replace(" 40 ", " 2 "))
    assert done.returncode == 0, f"{done.stderr}{logs(place)}{slurm.logs()}"
    assert digest(place / "coded" / "suggestions.parquet") == digest(place.parent / "alone" / "suggestions.parquet")
