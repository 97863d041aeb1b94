"""Fuzzing of every reader: altered inputs of each kind, each read in bounded time and memory, or refused with an error of our own.

    python benchmarks/fuzz.py --inputs 1000000 [--seed 1] [--only NAME] [--skip NAME] [--out fuzz-crashers]
    python benchmarks/fuzz.py --page benchmarks/FUZZING.md fuzz-crashers/results.jsonl

An input is made again from the seed, its reader and its number. Each fault is written once to --out, with its traceback: the
input, and how it ended; sums go to results.jsonl there, from which the page is written. Exit 1 where there is a fault.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import select
import struct
import sys
import tempfile
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field
from mmap import mmap
from pathlib import Path

HERE = Path(__file__).parent
os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.path.append(str(HERE.parent / "tests"))

from fuzzing.outcome import READ, REFUSED, Outcome, bound_memory, tried  # noqa: E402
from fuzzing.page import write_page  # noqa: E402
from fuzzing.readers import Reader, readers  # noqa: E402

CHUNK = 2000
"""Inputs that one process reads: what it leaves in memory ends with it."""
PATIENCE = 120.0
"""Seconds without an input read, after which a process is ended: it hangs where no signal reaches it."""


@dataclass
class Tally:
    """What became of the inputs of one reader."""

    ended: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    slowest: float = 0.0
    memory: int = 0
    faults: dict[str, tuple[int, str]] = field(default_factory=dict)

    def add(self, number: int, outcome: Outcome) -> bool:
        """Count an outcome; whether it is a fault that was not seen before."""
        if number < 0:
            self.memory = max(self.memory, int(outcome.seconds))
            return False
        self.ended[outcome.kind] += 1
        self.seconds += outcome.seconds
        self.slowest = max(self.slowest, outcome.seconds)
        new = outcome.is_fault and outcome.kind not in self.faults
        if new:
            self.faults[outcome.kind] = (number, outcome.told)
        return new


def run_chunk(reader: Reader, numbers: range, start: int, folder: Path, at: mmap) -> list[tuple[int, Outcome]]:
    """Read some inputs in a process of its own; the number -1 tells how many bytes it took at most, beyond those that it had."""
    to = os.pipe()
    process = os.fork()
    if process == 0:
        os.close(to[0])
        code = 1
        try:
            with os.fdopen(to[1], "w") as told:
                _child(reader, numbers, start, folder, at, told)
            code = 0
        except BaseException:  # of this script itself: told, and the run goes on
            traceback.print_exc()
        finally:
            os._exit(code)
    os.close(to[1])
    return _gathered(process, to[0], at)


def _child(reader: Reader, numbers: range, start: int, folder: Path, at: mmap, told) -> None:
    bound_memory()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for number in numbers:
        at[:8] = struct.pack("<q", number)
        name, data = reader.input(number, start)
        path = folder / name
        path.write_bytes(data)
        outcome = tried(reader.read, path)
        why = outcome.told if outcome.is_fault else ""
        told.write(json.dumps([number, outcome.kind, round(outcome.seconds, 5), why]) + "\n")
    more = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    told.write(json.dumps([-1, "memory", more * 1024, ""]) + "\n")
    at[:8] = struct.pack("<q", -1)


def _gathered(process: int, pipe: int, at: mmap) -> list[tuple[int, Outcome]]:
    said, last, reached = b"", time.monotonic(), at[:8]
    while True:
        ready, _, _ = select.select([pipe], [], [], 1.0)
        if ready:
            piece = os.read(pipe, 1 << 16)
            if not piece:
                break
            said, last = said + piece, time.monotonic()
        elif at[:8] != reached:  # what it tells is buffered; how far it is, is not
            reached, last = at[:8], time.monotonic()
        elif time.monotonic() - last > PATIENCE:
            os.kill(process, 9)
    os.close(pipe)
    _, status = os.waitpid(process, 0)
    found = []
    for line in said.decode().splitlines():
        number, kind, seconds, told = json.loads(line)
        found.append((number, Outcome(kind, seconds, told)))
    if status:
        number = struct.unpack("<q", at[:8])[0]
        found.append((number, Outcome(f"the process ended with {os.waitstatus_to_exitcode(status)}", 0.0)))
    return found


def fuzz(reader: Reader, inputs: int, start: int, folder: Path, out: Path) -> Tally:
    """Read so many inputs of one reader."""
    tally, number = Tally(), 0
    at = mmap(-1, 8)
    while number < inputs:
        chunk = range(number, min(number + CHUNK, inputs))
        ended = run_chunk(reader, chunk, start, folder, at)
        for done, outcome in ended:
            if tally.add(done, outcome):
                _keep(reader, done, start, outcome, out)
        number = max((done for done, _ in ended if done >= 0), default=chunk[-1]) + 1
    return tally


def _note(reader: Reader, start: int, tally: Tally, out: Path) -> None:
    """A line of results, from which the page is written."""
    ended = tally.ended
    line = {
        "reader": reader.name,
        "seed": start,
        "inputs": ended.total(),
        "read": ended[READ],
        "refused": ended[REFUSED],
    }
    line |= {"seconds": tally.seconds, "slowest": tally.slowest, "memory": tally.memory, "faults": sorted(tally.faults)}
    out.mkdir(parents=True, exist_ok=True)
    with (out / "results.jsonl").open("a", encoding="utf-8") as results:
        results.write(json.dumps(line) + "\n")


def _keep(reader: Reader, number: int, start: int, outcome: Outcome, out: Path) -> None:
    name, data = reader.input(number, start)
    place = out / f"{reader.name.replace(' ', '_')}-{start}-{number}"
    place.mkdir(parents=True, exist_ok=True)
    (place / name).write_bytes(data)
    (place / "told.txt").write_text(
        f"{outcome.kind}\n{outcome.seconds:.2f} s\n{outcome.told}\n", encoding="utf-8", errors="replace"
    )
    print(f"  {reader.name} {number}: {outcome.kind}", flush=True)


def main() -> None:
    """A line a reader."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inputs", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="readers whose name contains it")
    parser.add_argument("--skip", action="append", default=[], metavar="NAME", help="readers of this name")
    parser.add_argument("--out", type=Path, default=Path("fuzz-crashers"))
    parser.add_argument("--page", type=Path, help="write the page from results, and read nothing")
    parser.add_argument("results", nargs="*", type=Path, help="files results.jsonl, for --page")
    given = parser.parse_args()
    if given.page:
        write_page(given.results, given.page)
        return
    place = "/dev/shm" if Path("/dev/shm").is_dir() else None
    with tempfile.TemporaryDirectory(dir=place) as folder:
        (Path(folder) / "seeds").mkdir()
        every = readers(Path(folder) / "seeds")
        (Path(folder) / "now").mkdir()
        whole = sum(reader.share for reader in every.values())
        faults = 0
        for reader in sorted(every.values(), key=lambda each: -each.share):  # those that are read fast first
            if reader.name in given.skip or (given.only and not any(part in reader.name for part in given.only)):
                continue
            inputs = max(given.inputs * reader.share // whole, 1)
            tally = fuzz(reader, inputs, given.seed, Path(folder) / "now", given.out)
            _note(reader, given.seed, tally, given.out)
            count = tally.ended.total()
            print(
                f"{reader.name}: {count:,} inputs, {tally.ended[READ]:,} read, {tally.ended[REFUSED]:,} refused, "
                f"{len(tally.faults)} faults; {1000 * tally.seconds / max(count, 1):.2f} ms each, "
                f"slowest {tally.slowest:.2f} s, {tally.memory >> 20} MB",
                flush=True,
            )
            faults += len(tally.faults)
    sys.exit(faults > 0)


if __name__ == "__main__":
    main()
