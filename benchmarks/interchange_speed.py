"""How long a large project takes into a study and out of one, and how much memory: writes benchmarks/INTERCHANGE.md.

Measured is each command as a person waits for it, the study's store included, in a process of its own; projects and talk are
drawn with a seed.

    OMP_NUM_THREADS=2 python benchmarks/interchange_speed.py [--transcripts 200] [--codings 20000]
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from zipfile import ZipFile

from interchange.large_project import CODES, write_project
from interchange.large_study import made_study
from machine import machine

PAGE = Path(__file__).with_name("INTERCHANGE.md")
HEAD = "| command | seconds | peak memory, MB |\n|---|---|---|"
MEASURED = """
import resource, subprocess, sys
subprocess.run([sys.executable, "-m", "secondcoder", *sys.argv[1:]], check=True, capture_output=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)
"""


def main() -> None:
    """Measure and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--transcripts", type=int, default=200)
    parser.add_argument("--codings", type=int, default=20_000)
    options = parser.parse_args()
    with TemporaryDirectory() as folder:
        parts = [
            "# A large project in and out",
            "Written by `python benchmarks/interchange_speed.py`.",
            "## In: a REFI-QDA project as NVivo writes it",
            project_in(Path(folder), options.transcripts, options.codings),
            "## Out: a study as a REFI-QDA project",
            study_out(Path(folder)),
            machine(("secondcoder", "SQLAlchemy", "pydantic")),
        ]
    PAGE.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def project_in(folder: Path, transcripts: int, codings: int) -> str:
    """`init` and `import`."""
    project, study = folder / "large.qdpx", folder / "imported"
    write_project(project, transcripts, codings, random.Random(7))
    with ZipFile(project) as package:
        size = package.getinfo("project.qde").file_size / 2**20
    rows = [
        row("`init --codebook large.qdpx`", "init", str(study), "--codebook", str(project)),
        row("`import large.qdpx`", "-C", str(study), "import", str(project)),
        row("the same again, which brings nothing new", "-C", str(study), "import", str(project)),
    ]
    about = f"{transcripts:,} transcripts, {codings:,} codings, {CODES} codes; the project's XML has {size:.0f} MB."
    return "\n".join((about, "", HEAD, *rows))


def study_out(folder: Path) -> str:
    """`export`, as it is, for NVivo, and with suggestions."""
    study, out = made_study(folder), folder / "study.qdpx"
    command = ("-C", str(study), "export", "--out", str(out))
    rows = [
        row("`export`", *command),
        row("`export --dialect nvivo-windows`", *command, "--dialect", "nvivo-windows"),
        row("`export --suggestions`", *command, "--suggestions"),
    ]
    size = out.stat().st_size / 2**20
    about = f"200 transcripts, 20,000 codings, nearly as many suggestions; the last project has {size:.1f} MB."
    return "\n".join((about, "", HEAD, *rows))


def row(what: str, *command: str) -> str:
    """Seconds and memory of a command of secondcoder."""
    began = perf_counter()
    done = subprocess.run([sys.executable, "-c", MEASURED, *command], check=True, capture_output=True, text=True)
    return f"| {what} | {perf_counter() - began:.0f} | {float(done.stdout):,.0f} |"


if __name__ == "__main__":
    main()
