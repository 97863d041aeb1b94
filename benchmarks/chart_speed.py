"""How long the findings of a large study take, and how large the report is: writes benchmarks/CHART.md.

Measured are the processor's seconds of `secondcoder chart` on one core in a process of its own, the study's opening and all files
included, and of the report alone.

    OMP_NUM_THREADS=1 python benchmarks/chart_speed.py
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from charting.large_study import CASES, CODINGS, TRANSCRIPTS, codebook, made_study
from machine import machine

PAGE = Path(__file__).with_name("CHART.md")
MEASURED = """
import resource, subprocess, sys
subprocess.run([sys.executable, "-m", "secondcoder", *sys.argv[1:]], check=True, capture_output=True)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
"""
ASKED = ("--compare", "integration")


def main() -> None:
    """Measure and write the page."""
    with TemporaryDirectory() as folder:
        study, out = made_study(Path(folder)), Path(folder) / "findings"
        rows = [
            row("`chart --out report.html`: the report alone", study, out / "alone.html"),
            row("`chart --rows transcript --out report.html`", study, out / "transcripts.html", "--rows", "transcript"),
            row("`chart`: report, workbook, appendix, draft, tables", study, out / "all"),
        ]
        sizes = [f"| {file.name} | {file.stat().st_size / 2**20:.1f} |" for file in sorted((out / "all").glob("*.*"))]
    codes = codebook().count("- {id:")
    parts = [
        "# The findings of a large study",
        "Written by `python benchmarks/chart_speed.py`.",
        f"{TRANSCRIPTS} transcripts in {CASES} cases, {CODINGS:,} codings of {codes} codes; invented talk. One core. There is no "
        "model, so nothing is suggested, and neither corrected counts nor errors by speaker are worked out.",
        "\n".join(("| command | seconds of one core | peak memory, MB | the file, MB |", "|---|---|---|---|", *rows)),
        "\n".join(("| file of the last | MB |", "|---|---|", *sizes)),
        machine(("secondcoder", "pandas", "numpy", "matplotlib", "openpyxl", "python-docx")),
    ]
    PAGE.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def row(what: str, study: Path, out: Path, *more: str) -> str:
    """Seconds, memory and size of a command."""
    command = ("-C", str(study), "chart", *ASKED, *more, "--out", str(out))
    alone = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, *command], check=True, capture_output=True, text=True, env=alone
    )
    seconds, memory = map(float, done.stdout.split())
    size = f"{out.stat().st_size / 2**20:.1f}" if out.is_file() else ""
    return f"| {what} | {seconds:.0f} | {memory:,.0f} | {size} |"


if __name__ == "__main__":
    main()
