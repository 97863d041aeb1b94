"""What people bring: every folder of cases beside the checkout by its right outcome, a line each.

    python benchmarks/cases.py [--folder ../shared/cases] [NAME...]

Each case is run through the command line in studies of its own. `right`, or `wrong` with what came instead. Files under hostile/ go
through every command that reads a file, each within 5 seconds and 500 MB beyond what the libraries take. NAME picks cases whose name
contains it. Exit 1 where one is wrong.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

from brought import hostile, in_studies, in_tables, in_transcripts
from brought.desk import CASES, Desk

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "cases"
CHECKED = (in_transcripts, in_tables, in_studies)
"""Modules whose checks stand in CASES."""


def hostile_files(folder: Path) -> list[Path]:
    """The hostile files, by name."""
    return sorted(path for path in (folder / "hostile").rglob("*") if path.is_file())


def outcome(inputs: Path, check: Callable[[Desk], Iterator[str]]) -> list[str]:
    """What came instead of the right outcome; nothing where it came."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            return list(check(Desk(inputs, Path(folder))))
        except (Exception, SystemExit):  # a check that cannot go on says so, and the others are still run
            return [traceback.format_exc().strip().splitlines()[-1]]


def outcomes(folder: Path, wanted: tuple[str, ...] = ()) -> Iterator[tuple[str, list[str]]]:
    """Every case and hostile file with what is wrong."""
    with tempfile.TemporaryDirectory() as warm:
        hostile.warm_up(Path(warm))
    for name in sorted(path.parent.name for path in folder.glob("*/OUTCOME.txt")):
        if not wanted or any(part in name for part in wanted):
            yield name, outcome(folder / name, CASES[name]) if name in CASES else ["no check is written for it"]
    for path in hostile_files(folder):
        name = path.relative_to(folder).as_posix()
        if not wanted or any(part in name for part in wanted):
            yield name, outcome(path.parent, lambda desk, path=path: hostile.check(desk, path))  # type: ignore[misc]


def main() -> None:
    """A line a case."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--folder", type=Path, default=FOLDER)
    given = parser.parse_args()
    if not given.folder.is_dir():
        sys.exit(f"{given.folder} does not exist. Name the folder of cases with --folder.")
    right = wrong = 0
    for name, faults in outcomes(given.folder, tuple(given.names)):
        print(
            f"{'wrong' if faults else 'right'}  {name}",
            *(f"         {fault}" for fault in faults),
            sep="\n",
            flush=True,
        )
        right, wrong = right + (not faults), wrong + bool(faults)
    print(f"{right} right, {wrong} wrong.")
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()
