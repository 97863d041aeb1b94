"""How long a large study takes to look at: writes benchmarks/LARGE_STUDY.md.

    OMP_NUM_THREADS=1 python benchmarks/large_study.py [--times 3] [--long] [--study FOLDER]

Each command runs in a process of its own; wall time is the least of three runs, memory the largest. The review is started with
`secondcoder open` and looked at in Chromium, from the start of the command to the painted page.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import quote, urljoin

from large.made import ANSWERS, CODINGS, SUGGESTIONS, TRANSCRIPTS, make
from machine import machine
from secondcoder.embedding.cache_folder import CUTS

PAGE = Path(__file__).with_name("LARGE_STUDY.md")
CHILD = """
import resource, subprocess, sys, time
begun = time.perf_counter()
subprocess.run([sys.executable, "-m", "secondcoder", *sys.argv[1:]], capture_output=True)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(time.perf_counter() - begun, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
"""
COMMANDS = (
    ("--help", 0.3),
    ("status", 1),
    ("status --json", 1),
    ("check", 20),
    ("check --audit", 20),
    ("export", None),
)
LONG = (("agree --no-model", None), ("agree", None), ("chart --compare integration", None))
"""Minutes each, for the record."""
PAGES = (
    ("every interview", "/"),
    ("an interview", f"/code/{quote('interview 000')}"),
    ("the next passage", "/queue?by=code"),
    ("the code view", "/codes"),
    ("a code", "/codes/F0"),
    ("the chart", "/chart"),
    ("integration", "/chart/integration"),
)
FIRST = "from the command to the first page"
AT_MOST, QUIET = 3, 0.5
"""Seconds until a page is painted; the load of a machine without other work."""


def measured(study: Path, command: str, out: Path, times: int) -> tuple[float, float, float]:
    """Wall seconds and processor seconds, the least of some runs, and the most memory in MB."""
    words = command.split()
    if words[0] in ("export", "agree", "chart"):
        words += ["--out", str(out / f"{words[0]}.{'csv' if words[0] == 'export' else 'html'}")]
    asked = words if command == "--help" else ["-C", str(study), *words]
    runs = [_run(asked) for _ in range(times)]
    wall, processor, memory = zip(*runs, strict=True)
    return min(wall), min(processor), max(memory)


def _run(words: list[str]) -> tuple[float, float, float]:
    alone = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run([sys.executable, "-c", CHILD, *words], check=True, capture_output=True, text=True, env=alone)
    wall, processor, memory = map(float, done.stdout.split())
    return wall, processor, memory


def opened(study: Path) -> dict[str, float]:
    """Seconds until each page of the review is painted: the first from the start of the command, the others from the request."""
    from playwright.sync_api import sync_playwright

    found = {}
    with sync_playwright() as play:
        chromium = shutil.which("chromium")
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        begun = time.perf_counter()
        command = [sys.executable, "-m", "secondcoder", "-C", str(study), "open", "--no-browser", "--coder", "Ana"]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        try:
            link = server.stdout.readline().strip() if server.stdout else ""
            page.goto(link)
            # A link leads on by itself once it was opened.
            page.wait_for_url(lambda url: "/enter" not in url)
            page.wait_for_selector("main h1, main h2")
            found[FIRST] = time.perf_counter() - begun
            for name, address in PAGES:
                begun = time.perf_counter()
                page.goto(urljoin(link, address))
                page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
                found[name] = time.perf_counter() - begun
        finally:
            server.terminate()
            server.wait()
            browser.close()
    return found


def main() -> None:
    """Make the study, measure, write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--study", type=Path, help="the study of an earlier run; made anew unless given")
    parser.add_argument("--long", action="store_true", help="also `agree` and `chart`, once each")
    asked, folder, load = parser.parse_args(), Path(tempfile.mkdtemp()), os.getloadavg()[0]
    try:
        study = asked.study or make(folder)
        rows = [_row(command, limit, measured(study, command, folder, asked.times)) for command, limit in COMMANDS]
        rows += [_row(command, limit, measured(study, command, folder, 1)) for command, limit in LONG if asked.long]
        shutil.rmtree(study / ".cache" / CUTS, ignore_errors=True)
        uncut = opened(study)[FIRST]
        runs = [opened(study) for _ in range(asked.times)]
        painted = {name: min(run[name] for run in runs) for name in runs[0]}
        _write(rows, painted, uncut, load)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _row(command: str, limit: float | None, figures: tuple[float, float, float]) -> str:
    wall, processor, memory = figures
    return f"| `{command}` | {wall:.2f} | {processor:.2f} | {memory:,.0f} | {'' if limit is None else f'{limit:g}'} |"


def _beside(load: float) -> str:
    """A sentence where the machine had other work; the processor's seconds suffer less from it."""
    if load < QUIET:
        return ""
    return f" Other work ran on it: a load of {load:.1f} when this began, so that the seconds are higher than on a quiet machine."


def _write(rows: list[str], painted: dict[str, float], uncut: float, load: float) -> None:
    parts = [
        "# A large study, looked at",
        "Written by `python benchmarks/large_study.py`.",
        f"{TRANSCRIPTS} interviews of {ANSWERS} answers ({TRANSCRIPTS * ANSWERS:,} segments), about {TRANSCRIPTS * CODINGS:,} codings "
        f"of 60 codes by two people, {TRANSCRIPTS * SUGGESTIONS:,} suggestions of one model version; invented talk, SQLite.",
        "\n".join(
            (
                "| command | seconds | of them the processor's | peak memory, MB | at most, s |",
                "|---|---|---|---|---|",
                *rows,
            )
        ),
        "\n".join(
            (
                "| page of the review, in Chromium | seconds until painted | at most, s |",
                "|---|---|---|",
                *(f"| {name} | {seconds:.2f} | {AT_MOST} |" for name, seconds in painted.items()),
            )
        ),
        f"The first page where no command has cut the interviews before: {uncut:.1f} s. Training and suggesting cut them; the cuts "
        f"are kept in `.cache/{CUTS}`, by the text and all that decides them.",
        machine(("secondcoder", "sqlalchemy", "pandas", "numpy", "spacy")) + _beside(load),
    ]
    PAGE.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
