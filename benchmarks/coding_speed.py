"""From Word files to suggestions with evidence: writes benchmarks/CODING_SPEED.md.

    python benchmarks/coding_speed.py [--interviews 30] [--study FOLDER]

With --study it codes in a copy of a study that has a model already.

A study is made of the demonstration's interviews and codes, and trained. Then invented one-hour interviews (9,000 words, in the words
of the demonstration) are imported and coded in a process of its own; in another one, where nothing runs beside anything else, so that
each part's processor seconds are its own; and the command is given once more over unchanged files, its start included. What counts is
the ratio to embedding alone, in the same process: of the segments, and of the interviewers' questions before them, too.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from coding_time.talk import DEMO, WORDS, write_interviews
from machine import machine
from secondcoder.study.study import Study

PAGE = Path(__file__).with_name("CODING_SPEED.md")
PARTS = Path(__file__).parent / "coding_time" / "parts.py"


def main() -> None:
    """Measure and write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--interviews", type=int, default=30)
    parser.add_argument("--study", type=Path)
    asked = parser.parse_args()
    number = asked.interviews
    with TemporaryDirectory() as folder:
        study = Path(folder) / "study"
        codes = copied_study(asked.study, study) if asked.study else trained_study(study)
        files = write_interviews(Path(folder) / "interviews", number)
        parts = first_run(
            Path(shutil.copytree(study, Path(folder) / "parts")), Path(folder) / "parts.json", files, "--parts"
        )
        told = {**first_run(study, Path(folder) / "told.json", files), "parts": parts}
        again = second_run(study, Path(folder) / "again.csv", files)
    PAGE.write_text(page(told, again, number, codes), encoding="utf-8")


def copied_study(made: Path, folder: Path) -> int:
    """A copy without what is cached; how many codes its model scores."""
    shutil.copytree(made, folder, ignore=shutil.ignore_patterns(".cache"))
    with closing(Study(folder)) as study:
        return len(study.workspace().manifest["scored"])


def trained_study(folder: Path) -> int:
    """The demonstration's interviews and codes, with a model; how many codes it scores."""
    study = Study.create(folder, "npt")
    study.import_files([DEMO])
    scored = len(study.train()["scored"])
    study.close()
    return scored


def first_run(study: Path, out: Path, files: Sequence[Path], *options: str) -> Mapping[str, Any]:
    """What `coding_time/parts.py` says."""
    subprocess.run([sys.executable, str(PARTS), *options, str(study), str(out), *map(str, files)], check=True)
    told: Mapping[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    return told


def second_run(study: Path, out: Path, files: Sequence[Path]) -> list[float]:
    """Seconds on the clock and of the processor of the whole command."""
    command = [sys.executable, "-m", "secondcoder", "-C", str(study), "code", *map(str, files), "--out", str(out)]
    before, begun = os.times(), time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    after = os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return [time.perf_counter() - begun, used]


def page(told: Mapping[str, Any], again: Sequence[float], number: int, codes: int) -> str:
    """The figures as Markdown."""
    whole, segments = told["whole"], told["segments"]
    alone, asked = told["embedding alone"], told["with questions"]
    summary = [
        f"| the rate of embedding the segments that is reached | {alone[0] / whole[0]:.0%} | {alone[1] / whole[1]:.0%} |",
        f"| the same, with the questions | {asked[0] / whole[0]:.0%} | {asked[1] / whole[1]:.0%} |",
        f"| seconds after the start | {whole[0]:.1f} | {whole[1]:.1f} |",
        f"| seconds of a second run, its start included | {again[0]:.1f} | {again[1]:.1f} |",
    ]
    inside = told["parts"]
    rows = sorted(inside["parts"].items(), key=lambda part: -part[1])
    ends = {
        "all of it": "whole",
        "embedding the segments alone": "embedding alone",
        "and the questions": "with questions",
    }
    parts = [
        f"| {name} | {1000 * seconds / segments:.2f} | {seconds / inside['embedding alone'][1]:.0%} |"
        for name, seconds in [*rows, *((name, inside[key][1]) for name, key in ends.items())]
    ]
    return (
        "\n\n".join(
            [
                "# How fast new interviews are coded",
                "Written by `python benchmarks/coding_speed.py`.",
                (__doc__ or "").split("\n\n", 3)[3].replace("\n", " ").strip(),
                f"{number} Word files of {WORDS:,} words each: {segments:,} segments, {told['suggestions']:,} suggestions of {codes} "
                f"codes, each with the sentences that carry it and the nearest passages. The start took {told['start']:.1f} seconds; "
                f"peak memory {told['memory']:,.0f} MB.",
                "\n".join(("| | on the clock | of the processor |", "|---|---|---|", *summary)),
                "\n".join(
                    (
                        "| part, without the parts within it | ms a segment of the processor | of embedding the segments alone |",
                        "|---|---|---|",
                        *parts,
                    )
                ),
                machine(("secondcoder", "numpy", "scipy", "openvino", "spacy", "pandas", "python-docx")),
            ]
        )
        + "\n"
    )


if __name__ == "__main__":
    main()
