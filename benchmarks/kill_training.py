"""Training killed at random moments: does the model in use still load, is the audit trail whole, does the next training work?

    python benchmarks/kill_training.py [--command train] [--kills 100] [--seed 1] [--out FILE.json]

A small invented study (word salad with planted codes, the `words` embedder) is trained once; then `secondcoder COMMAND` is started
in a process of its own, forked so that no time goes into loading libraries, and killed (SIGKILL), again and again. Every other
kill comes at a moment drawn evenly over the time that a whole run takes; the others within 30 ms of the first file that the run writes
into models/, where a kill can do most. After each kill:

- the study opens, and the version in use loads: the one from before, or the killed run's own if that had been recorded;
- `check --audit`'s walk finds no fault in trail and tables, and `check` none but what a stopped training leaves;
- the same command, not killed, ends well, and its version loads.

It prints in which state the kills left the study, and ends with exit 1 at the first that broke something.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import sys
import tempfile
import time
from collections import Counter
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path

from comparison.timing import invented_rows
from secondcoder.audit import verify
from secondcoder.exchange.importing import ImportOptions
from secondcoder.store import Store
from secondcoder.study.folder import CONFIGURATION
from secondcoder.study.study import Study
from secondcoder.workspace import MODELS

WINDOW = 0.03
LEFT = ("remains of a stopped training", "has no record in the store")


def make_study(folder: Path) -> Path:
    """Ten transcripts of twelve answers, three planted codes, trained once."""
    table = folder.with_suffix(".csv")
    rows = list(invented_rows(segments=120, codes=3, transcripts=10))
    with table.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    Study.create(folder, "npt-core").close()
    give_reason(folder, 0)
    study = Study(folder)
    study.import_files([table], ImportOptions(add_codes=True))
    study.train()
    study.close()
    return folder


def give_reason(folder: Path, number: int) -> None:
    """Another seed: a retraining refuses to run where nothing has changed."""
    settings = f'[embedding]\nmodel = "words"\n[learning]\nseed = {number}\n'
    (folder / CONFIGURATION).write_text(settings, encoding="utf-8")


def kill_once(folder: Path, command: str, rng: random.Random, whole: float, at_writing: bool) -> str:
    """Start the command, kill it, and say in which state that left the study."""
    before = _state(folder)
    run = _start(folder, command)
    if at_writing:
        _wait_for_writing(folder, before[0], run)
        time.sleep(rng.uniform(0, WINDOW))
    else:
        time.sleep(rng.uniform(0, whole))
    run.kill()
    run.join()
    return _what_was_left(before, _state(folder), run.exitcode)


def check_after(folder: Path, command: str) -> None:
    """AssertionError with what the kill broke."""
    study = Study(folder)
    study.workspace().load_model()
    audit = verify(study.store)
    study.close()
    assert not audit.faults, audit.faults
    found = [fault for fault in Study.check(folder) if not any(left in fault for left in LEFT)]
    assert not found, found
    records = len(_versions(folder))
    run = _start(folder, command)
    run.join()
    assert run.exitcode == 0
    assert len(_versions(folder)) == records + 1
    study = Study(folder)
    study.workspace().load_model()
    study.close()


def kill_many(folder: Path, command: str, kills: int, seed: int) -> Counter[str]:
    """Kill and check; how often the study was left in each state."""
    rng = random.Random(seed)
    start = time.monotonic()
    give_reason(folder, 1)
    run = _start(folder, command)
    run.join()
    assert run.exitcode == 0
    whole = time.monotonic() - start
    states: Counter[str] = Counter()
    for number in range(kills):
        give_reason(folder, 2 * number + 2)
        states[kill_once(folder, command, rng, whole, at_writing=number % 2 == 1)] += 1
        give_reason(folder, 2 * number + 3)  # the killed run may have been recorded
        check_after(folder, command)
        print(f"\r{number + 1} of {kills}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return states


def _start(folder: Path, command: str) -> BaseProcess:
    run = get_context("fork").Process(target=_run, args=(folder, command))
    run.start()
    return run


def _run(folder: Path, command: str) -> None:
    """The command line in this process, silent; exit 1 for any error."""
    from secondcoder.cli import cli

    sys.stdout = sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - until the process ends
    cli.main(["-C", str(folder), command], standalone_mode=False)


def _wait_for_writing(folder: Path, there: set[str], run: BaseProcess) -> None:
    while run.is_alive() and {path.name for path in (folder / MODELS).iterdir()} <= there:
        time.sleep(0.0005)


def _state(folder: Path) -> tuple[set[str], set[str]]:
    """What lies in models/, and the recorded versions."""
    return {path.name for path in (folder / MODELS).iterdir()}, _versions(folder)


def _versions(folder: Path) -> set[str]:
    study = Study(folder)
    store: Store = study.store
    found = {str(record["version"]) for record in store.models()}
    study.close()
    return found


def _what_was_left(before: tuple[set[str], set[str]], after: tuple[set[str], set[str]], code: int | None) -> str:
    if code == 0:
        return "the run had ended"
    if after[1] - before[1]:
        return "recorded, killed on the way out"
    new = after[0] - before[0]
    if any(name.startswith(".") for name in new):
        return "a draft was left"
    return "a folder without a record was left" if new else "nothing was written yet"


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--command", default="train")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        states = kill_many(make_study(Path(place) / "study"), options.command, options.kills, options.seed)
    found = {"command": options.command, "kills": options.kills, "seed": options.seed, "left": dict(states)}
    print(json.dumps(found, indent=1))
    if options.out:
        options.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
