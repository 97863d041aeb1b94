"""Five commands killed (SIGKILL) at random moments: is what was acknowledged there, is it whole, does the next command work?

    python benchmarks/killed.py [--kills 60] [--commands import,train,code,review,retrain] [--seed 1] [--out benchmarks/CRASHES.md]
                                [--full-disk 20] [--results FILE.json]

A small invented study (word salad with planted codes, the `words` embedder) is copied for each kill, a command is started on the copy
in a process of its own, and killed at a moment drawn evenly over the time that it took undisturbed just before; a review, with four
people who decide at once on a real server, within two seconds of its first answer. After each kill:

- `check` and the audit trail's verification find nothing wrong;
- whatever was acknowledged is there: the whole of a command that had ended, every decision that the server answered, once;
- nothing is half: an import's interviews, codings and new code are all there, or none; the model in use loads;
- the same command, undisturbed, ends well, and all of this holds again.

With --full-disk the copy lies on a file system of its own (tmpfs, needs root on Linux), with as much space left as is drawn evenly up
to what the command needs. It must end with one sentence; then space is made, and the same must hold. With --results, what earlier
runs of other commands came to is kept in a file, and stands on the page too.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from crashing.after import faults_after, versions_of, works_again
from crashing.commands import COMMANDS, Command, Run, base_studies, fresh_copy
from machine import machine

REVIEWED = 2.0
"""Seconds of a review within which it is killed."""
KILLED, FILLED = "Killed at random moments", "No space left, at random places"
SPARE_MB = 64
"""What a file system gets when space is made."""


@dataclass
class Tally:
    """What one command's kills, or full disks, left."""

    command: str
    what: str
    runs: int = 0
    whole: float = 0.0
    well: int = 0
    acknowledged: int = 0
    faults: list[str] = field(default_factory=list)


def kill_many(base: dict[str, Path], command: Command, kills: int, rng: random.Random) -> Tally:
    """Kill a command so many times, each on a copy of its own."""
    tally = Tally(command.name, KILLED, whole=_seconds(base, command))
    for number in range(kills):
        with tempfile.TemporaryDirectory() as place:
            folder, versions = _ready(base, command, Path(place))
            run = command.start(folder)
            if command.name == "review":
                run.enough(1)
            time.sleep(rng.uniform(0, tally.whole))
            run.kill()
            _judge(tally, folder, command, run, versions)
        _tell(command, number, kills)
    return tally


def fill_many(base: dict[str, Path], command: Command, times: int, rng: random.Random) -> Tally:
    """Let a command run out of space so many times, each on a copy of its own."""
    tally = Tally(command.name, FILLED)
    needed = _bytes_needed(base, command)
    for number in range(times):
        with tempfile.TemporaryDirectory() as place, _file_system(Path(place)) as small:
            folder, versions = _ready(base, command, small)
            used = shutil.disk_usage(small).used
            _resize(small, used + rng.randrange(needed))
            run = _to_the_end(command, folder)
            said = run.said.read_text(encoding="utf-8", errors="replace")
            _resize(small, used + needed + (SPARE_MB << 20))
            if not run.ended_well and command.name != "review" and not _is_one_sentence(said):
                tally.faults.append(f"{command.name} without space says: {said[-600:]}")
            _judge(tally, folder, command, run, versions)
        _tell(command, number, times)
    return tally


def _is_one_sentence(said: str) -> bool:
    """One message at the end, which says what is wrong; what came before are notes."""
    lines = [line for line in said.splitlines() if line.startswith("secondcoder: ")]
    return len(lines) == 1 and "Traceback" not in said


def _judge(tally: Tally, folder: Path, command: Command, run: Run, versions: int) -> None:
    tally.runs += 1
    answered = sum(len(one.answered) for one in run.people)
    tally.acknowledged += answered or int(run.ended_well)
    tally.well += run.ended_well
    found = [*faults_after(folder, command, run, versions)]
    found += works_again(folder, command)
    tally.faults += [f"{command.name}, run {tally.runs}: {fault}" for fault in found]


def _ready(base: dict[str, Path], command: Command, place: Path) -> tuple[Path, int]:
    folder = fresh_copy(base[command.base], place)
    command.prepare(folder)
    return folder, versions_of(folder)


def _seconds(base: dict[str, Path], command: Command) -> float:
    """How long the command takes undisturbed."""
    if command.name == "review":
        return REVIEWED
    with tempfile.TemporaryDirectory() as place:
        folder, _ = _ready(base, command, Path(place))
        begun = time.monotonic()
        run = command.start(folder)
        run.wait()
        assert run.ended_well, run.said.read_text(encoding="utf-8")
        return time.monotonic() - begun


def _to_the_end(command: Command, folder: Path) -> Run:
    run = command.start(folder)
    if command.name == "review":
        time.sleep(REVIEWED)
        run.process.terminate()
    run.wait()
    return run


# -- a file system of its own ------------------------------------------------------------------------------------------------------


def _bytes_needed(base: dict[str, Path], command: Command) -> int:
    """By how much the study's file system fills up at most while the command runs."""
    with tempfile.TemporaryDirectory() as place, _file_system(Path(place)) as roomy:
        folder, _ = _ready(base, command, roomy)
        before = most = shutil.disk_usage(roomy).used
        run = command.start(folder)
        until = time.monotonic() + (REVIEWED if command.name == "review" else 600)
        while run.process.is_alive() and time.monotonic() < until:
            most = max(most, shutil.disk_usage(roomy).used)
            time.sleep(0.002)
        run.process.terminate()
        run.wait()
    return max(most - before, 1 << 16)


@contextmanager
def _file_system(place: Path) -> Iterator[Path]:
    small = place / "small"
    small.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SPARE_MB * 4}m", "tmpfs", str(small)], check=True)
    try:
        yield small
    finally:
        subprocess.run(["umount", "--lazy", str(small)], check=True)


def _resize(small: Path, size: int) -> None:
    subprocess.run(["mount", "-o", f"remount,size={size}", str(small)], check=True)


# -- the page ----------------------------------------------------------------------------------------------------------------------


def report(tallies: list[Tally]) -> str:
    """The page."""
    text = ["# Killed, and out of space", "", f"Written by `benchmarks/killed.py`. {machine()}", ""]
    for what in (KILLED, FILLED):
        rows = [one for one in tallies if one.what == what]
        if rows:
            text += [
                f"## {what}",
                "",
                "| command | times | ended well before | acknowledged | faults |",
                "|---|---|---|---|---|",
            ]
            text += [
                f"| {one.command} | {one.runs} | {one.well} | {one.acknowledged} | {len(one.faults) or 'none'} |"
                for one in rows
            ]
            text += ["", *(f"- {fault}\n" for one in rows for fault in one.faults[:5])]
    text += [
        "Acknowledged are commands that had ended well, and for a review each decision that its server had answered. A fault is "
        "anything that `check --audit` finds, an acknowledged write that is gone or there twice, half of a command's changes, a "
        "traceback, or a next command that does not work.",
        "",
    ]
    return "\n".join(text)


def _with_earlier(tallies: list[Tally], path: Path | None) -> list[Tally]:
    """These, and what earlier runs of other commands came to; kept for later ones."""
    if path is None:
        return tallies
    new = {(one.what, one.command) for one in tallies}
    earlier = [Tally(**kept) for kept in json.loads(path.read_text(encoding="utf-8"))] if path.is_file() else []
    order = [each.name for each in COMMANDS]
    together = sorted(
        [*tallies, *(one for one in earlier if (one.what, one.command) not in new)],
        key=lambda one: order.index(one.command),
    )
    path.write_text(json.dumps([asdict(one) for one in together], indent=1), encoding="utf-8")
    return together


def _tell(command: Command, number: int, of: int) -> None:
    print(f"\r{command.name}: {number + 1} of {of} ", end="" if number + 1 < of else "\n", file=sys.stderr, flush=True)


def main() -> None:
    """Run from the command line; exit 1 where anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=60, help="of each command")
    parser.add_argument("--commands", default=",".join(each.name for each in COMMANDS))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--full-disk", type=int, default=0, metavar="TIMES", help="also run out of space so many times each"
    )
    parser.add_argument("--out", type=Path)
    parser.add_argument("--results", type=Path)
    asked = parser.parse_args()
    chosen = [each for each in COMMANDS if each.name in asked.commands.split(",")]
    rng = random.Random(asked.seed)
    with tempfile.TemporaryDirectory() as place:
        base = base_studies(Path(place))
        killed = [kill_many(base, each, asked.kills, rng) for each in chosen] if asked.kills else []
        filled = [fill_many(base, each, asked.full_disk, rng) for each in chosen] if asked.full_disk else []
    for tally in (*killed, *filled):
        print(tally, flush=True)
    together = _with_earlier([*killed, *filled], asked.results)
    if asked.out:
        asked.out.write_text(report(together), encoding="utf-8")
    sys.exit(1 if any(one.faults for one in (*killed, *filled)) else 0)


if __name__ == "__main__":
    main()
