"""One process against two Dask workers and two tasks of an array, a thread each, on one machine: writes benchmarks/CLUSTER.md.

    python benchmarks/cluster_speed.py [--rows 12000] [--rounds 3] [--embedding minilm]

Each way is timed as a person waits for it: processes started, model loaded, parts done, result merged. The ways take turns, so that
what else the machine does meets all of them, and a ratio is of two runs of one round. All
results must be the same bytes, also that of a run in which one worker is killed.
"""

from __future__ import annotations

import argparse
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from hashlib import file_digest
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import psutil
from machine import machine
from streamed.comments import make_study, write_table

PAGE = Path(__file__).with_name("CLUSTER.md")
ONE_THREAD = {**os.environ, "OMP_NUM_THREADS": "1", "TOKENIZERS_PARALLELISM": "false"}
WORKERS = ("--engine", "dask", "--workers", "2")
Way = Callable[[Path, Path, Path], None]
Round = dict[str, tuple[float, float]]
"""Seconds, and processor seconds, by way."""


def main() -> None:
    """Measure and write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=12_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--embedding", default="minilm")
    options = parser.parse_args()
    with TemporaryDirectory() as folder:
        study, table = Path(folder) / "study", Path(folder) / "comments.csv"
        make_study(study, options.embedding)
        write_table(table, options.rows)
        rounds = [measured(study, table, Path(folder) / f"round{number}") for number in range(options.rounds)]
        results = {digest(path) for path in Path(folder).glob("round*/*/suggestions.parquet")}
        killed = Path(folder) / "killed"
        one_killed(study, table, killed)
        same = "yes" if {digest(killed / "suggestions.parquet")} == results else "NO"
    text = [
        "# Beyond one process",
        f"Written by `python benchmarks/cluster_speed.py --rows {options.rows} --rounds {options.rounds} --embedding "
        f"{options.embedding}`. Invented comments of about 15 words; a thread a process, {psutil.cpu_count()} processors.",
        "\n".join(lines(rounds)),
        f"The same bytes from all of them, and where one of two workers was killed midway: {same}.",
        machine(("secondcoder", "distributed", "numpy", "scikit-learn", "pyarrow", "spacy", "torch", "openvino")),
    ]
    PAGE.write_text("\n\n".join(text) + "\n", encoding="utf-8")
    print(*text, sep="\n\n")


def lines(rounds: Sequence[Round]) -> list[str]:
    """The table: medians, and the smallest and largest ratio of a round."""
    first = next(iter(WAYS))
    table = [
        "| way | seconds | times as fast as one process (lowest, highest round) | processor seconds |",
        "|---|---|---|---|",
    ]
    for way in WAYS:
        ratios = [each[first][0] / each[way][0] for each in rounds]
        told = f"{median(ratios):.2f} ({min(ratios):.2f}, {max(ratios):.2f})"
        seconds, processor = (median(each[way][which] for each in rounds) for which in (0, 1))
        table.append(f"| {way} | {seconds:.0f} | {told} | {processor:.0f} |")
    return table


def measured(study: Path, table: Path, out: Path) -> Round:
    """Each way once."""
    times = {}
    for number, (name, way) in enumerate(WAYS.items()):
        began, used = time.perf_counter(), processor_seconds()
        way(study, table, out / str(number))
        times[name] = time.perf_counter() - began, processor_seconds() - used
        print(f"{name}: {times[name][0]:.1f} s, of the processors {times[name][1]:.1f} s", file=sys.stderr)
    return times


def processor_seconds() -> float:
    """Of all processes that this one began, and those that they began, once they have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def one_process(study: Path, table: Path, out: Path) -> None:
    """As the command stands."""
    ended(started(study, table, out))


def two_workers(study: Path, table: Path, out: Path) -> None:
    """Begun by the command."""
    ended(started(study, table, out, *WORKERS))


def two_tasks(study: Path, table: Path, out: Path) -> None:
    """Both at once, and then the merge."""
    ended(*[started(study, table, out, "--shard", f"{number}/2") for number in (1, 2)])
    ended(started(study, table, out, "--merge"))


def one_killed(study: Path, table: Path, out: Path) -> None:
    """The first worker to begin is killed when the first part is done."""
    run = started(study, table, out, *WORKERS)
    while run.poll() is None and not list(out.glob("parts/*.parquet")):
        time.sleep(0.1)
    workers = [
        each for each in psutil.Process(run.pid).children(recursive=True) if "spawn_main" in " ".join(each.cmdline())
    ]
    os.kill(workers[0].pid, signal.SIGKILL)
    ended(run)


def started(study: Path, table: Path, out: Path, *more: str) -> subprocess.Popen[bytes]:
    """The command in a process of its own; a merge names no input."""
    given = [] if "--merge" in more else [str(table)]
    words = [sys.executable, "-m", "secondcoder", "-C", str(study), "code", *given, "--out", f"{out}/", *more]
    return subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=ONE_THREAD)


def ended(*runs: subprocess.Popen[bytes]) -> None:
    """Wait for all; a failed one ends the benchmark with what it said."""
    for run in runs:
        _, told = run.communicate()
        if run.returncode:
            sys.exit(told.decode())


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


WAYS: dict[str, Way] = {
    "one process": one_process,
    "two Dask workers": two_workers,
    "two tasks of an array, and the merge": two_tasks,
}


if __name__ == "__main__":
    main()
