"""Tables of 10,000 to a million comments coded by a batch run: speed, memory, three kills; writes benchmarks/STREAMING.md.

    OMP_NUM_THREADS=2 python benchmarks/streaming.py 10000 100000 1000000 [--embedding minilm] [--work FOLDER]

For each size an invented table is coded twice by `secondcoder code TABLE --out FOLDER/`, each call a process of its own: once
undisturbed, and once killed (SIGKILL) three times at random moments and called again until it ends. Then both results must be the same
bytes, with as many rows told as coded or faulty as the table has, and none twice.

What is done is kept in FOLDER and not done again, so that the benchmark itself may be stopped: the runs go on where they were. Speed
and processor time are those of the calls of the undisturbed run together, reading of the table and merging included; of the processor
time that of a table of one comment is taken off, which is what loading costs.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import time
from hashlib import file_digest
from pathlib import Path
from typing import Any

import pyarrow.parquet
from machine import machine
from streamed.comments import make_study, write_table

PAGE = Path(__file__).with_name("STREAMING.md")
KILLS = 3
HEAD = (
    "| rows | rows a second | processor ms a row | against the smallest | suggestions | peak memory, MB | killed at (share of parts) "
    "| same bytes |\n|---|---|---|---|---|---|---|---|"
)


def main() -> None:
    """Measure and write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", type=int, nargs="+")
    parser.add_argument("--embedding", default="minilm")
    parser.add_argument("--work", type=Path, default=Path("streaming-work"))
    parser.add_argument("--out", type=Path, default=PAGE)
    options = parser.parse_args()
    work = options.work / options.embedding
    work.mkdir(parents=True, exist_ok=True)
    if not (study := work / "study").is_dir():
        make_study(work / "study-draft", options.embedding)
        (work / "study-draft").rename(study)
    loading = _cpu_of_loading(work, study)
    measured = [_size(work, study, rows) for rows in sorted(options.rows)]
    lines = [_line(each, _cpu(measured[0], loading), loading) for each in measured]
    text = [
        "# Tables of any size",
        f"Written by `python benchmarks/streaming.py {' '.join(map(str, options.rows))} --embedding {options.embedding}`. "
        f"Comments of about 15 invented words, five codes; one process, OMP_NUM_THREADS={os.environ.get('OMP_NUM_THREADS', 'unset')}.",
        "\n".join([HEAD, *lines]),
        machine(("secondcoder", "numpy", "scikit-learn", "pyarrow", "spacy", "torch")),
    ]
    options.out.write_text("\n\n".join(text) + "\n", encoding="utf-8")
    print(*text, sep="\n\n")


def _size(work: Path, study: Path, rows: int) -> dict[str, Any]:
    table = work / f"{rows}.csv"
    if not table.is_file():
        write_table(draft := table.with_suffix(".draft"), rows)
        draft.rename(table)
    whole, killed = work / f"{rows}-whole", work / f"{rows}-killed"
    calls = work / f"{rows}-calls.jsonl"
    while not (whole / "summary.json").is_file():
        _call(study, table, whole, calls)
    moments = _kill(study, table, killed, work / f"{rows}-kills.json")
    while not (killed / "summary.json").is_file():
        _call(study, table, killed, None)
    figures = [json.loads(line) for line in calls.read_text().splitlines()]
    return {
        "rows": rows,
        "seconds": sum(each["seconds"] for each in figures),
        "cpu": sum(each["cpu"] for each in figures),
        "peak": max(each["peak"] for each in figures),
        "calls": len(figures),
        "suggestions": json.loads((whole / "summary.json").read_text())["suggestions"],
        "kills": moments,
        "same": _same(whole, killed, rows),
    }


def _cpu_of_loading(work: Path, study: Path) -> float:
    """Processor seconds of a call that codes one comment."""
    calls = work / "1-calls.jsonl"
    if not calls.is_file():
        write_table(work / "1.csv", 1)
        _call(study, work / "1.csv", work / "1-whole", calls)
    return float(json.loads(calls.read_text().splitlines()[0])["cpu"])


def _cpu(of: dict[str, Any], loading: float) -> float:
    """Processor milliseconds a row, without loading."""
    return float(1000 * (of["cpu"] - of["calls"] * loading) / of["rows"])


def _line(of: dict[str, Any], first: float, loading: float) -> str:
    each = _cpu(of, loading)
    kills = ", ".join(f"{moment:.0%}" for moment in of["kills"])
    return (
        f"| {of['rows']:,} | {of['rows'] / of['seconds']:,.0f} | {each:.2f} | {each / first:.2f} | {of['suggestions']:,} | "
        f"{of['peak']:,.0f} | "
        f"{kills} | {'yes' if of['same'] else 'NO'} |"
    )


def _started(study: Path, table: Path, out: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "secondcoder", "-C", str(study), "code", str(table), "--out", f"{out}/"]
    with out.with_name(f"{out.name}.log").open("ab") as log:
        return subprocess.Popen(command, stdout=log, stderr=log)


def _call(study: Path, table: Path, out: Path, calls: Path | None) -> None:
    """A call to its end, its figures kept, also where the benchmark is stopped meanwhile."""
    began, process = time.monotonic(), _started(study, table, out)
    try:
        _, status, used = os.wait4(process.pid, 0)
    except KeyboardInterrupt:
        process.send_signal(signal.SIGKILL)
        _, status, used = os.wait4(process.pid, 0)
        raise
    finally:
        if calls:
            figures = {
                "seconds": time.monotonic() - began,
                "cpu": used.ru_utime + used.ru_stime,
                "peak": used.ru_maxrss / 1024,
            }
            with calls.open("a") as file:
                file.write(json.dumps(figures) + "\n")
    if status:
        raise SystemExit(f"{out}: the run ended with status {os.waitstatus_to_exitcode(status)}.")


def _kill(study: Path, table: Path, out: Path, kept: Path) -> list[float]:
    """Kill the run at random shares of its parts; where it was then."""
    moments: list[float] = json.loads(kept.read_text(encoding="utf-8")) if kept.is_file() else []
    rng = random.Random(11)
    for number, target in enumerate(sorted(rng.uniform(0, 0.9) for _ in range(KILLS))):
        pause = rng.uniform(0, 2)
        if number < len(moments):
            continue
        process = _started(study, table, out)
        while process.poll() is None and _share(out) < target:
            time.sleep(0.05)
        time.sleep(pause)
        if process.poll() is not None:
            break  # too small a table to be killed again
        process.kill()
        process.wait()
        moments.append(_share(out))
        kept.write_text(json.dumps(moments), encoding="utf-8")
    return moments


def _share(out: Path) -> float:
    """Of the parts, how many are done."""
    if not (out / "run.json").is_file():
        return 0.0
    with (out / "parts.jsonl").open() as parts:
        return len(list((out / "parts").glob("*.parquet"))) / sum(1 for _ in parts)


def _same(whole: Path, killed: Path, rows: int) -> bool:
    """The same bytes; every row coded or told as faulty; no suggestion twice, no file left over."""
    with (whole / "suggestions.parquet").open("rb") as one, (killed / "suggestions.parquet").open("rb") as other:
        same = file_digest(one, "sha256").digest() == file_digest(other, "sha256").digest()
    summary = json.loads((killed / "summary.json").read_text())
    names = [{str(path.relative_to(out)) for path in out.rglob("*")} for out in (whole, killed)]
    return (
        same
        and summary["rows"] + summary["failed_rows"] == rows
        and names[0] == names[1]
        and not _repeated(killed / "suggestions.parquet")
    )


def _repeated(result: Path) -> bool:
    """Whether a row stands before an earlier one, or has a code twice."""
    last, codes = 0, set[str]()
    with pyarrow.parquet.ParquetFile(result) as file:
        for batch in file.iter_batches(columns=["row", "code"]):
            for row, code in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                if row < last or (row == last and code in codes):
                    return True
                codes = codes | {code} if row == last else {code}
                last = row
    return False


if __name__ == "__main__":
    main()
