"""How long a large project of another program takes into a study, and how much memory: writes benchmarks/INTERCHANGE.md.

An invented NVivo project (UTF-16 units, CRLF counted as two, names of selections empty): 200 interviews of some 40,000 characters,
262 codes, three coders, 20,000 codings, all drawn with a seed. Measured is the whole command `secondcoder import`, the study's store
included, in a process of its own.

    OMP_NUM_THREADS=2 python benchmarks/interchange_speed.py [--transcripts 200] [--codings 20000] [--keep FOLDER]
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID
from xml.sax.saxutils import quoteattr
from zipfile import ZIP_DEFLATED, ZipFile

from machine import machine

PAGE = Path(__file__).with_name("INTERCHANGE.md")
WORDS = [
    "we",
    "they",
    "clinic",
    "time",
    "nobody",
    "asked",
    "really",
    "then",
    "form",
    "café",
    "team",
    "😀",
    "talk",
    "hard",
    "first",
    "again",
    "week",
    "nurse",
    "screen",
    "plan",
]
CODES, CODERS = 262, ("Ana", "Ben", "Chloé")
HEAD = '<?xml version="1.0" encoding="utf-8"?>\n<Project xmlns="urn:QDA-XML:project:1.0" name="Large" origin="NVivo for Windows 12.6">'


def main() -> None:
    """Measure and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--transcripts", type=int, default=200)
    parser.add_argument("--codings", type=int, default=20_000)
    parser.add_argument("--keep", type=Path, help="a folder to keep project and study in")
    options = parser.parse_args()
    with TemporaryDirectory() as folder:
        place = options.keep or Path(folder)
        place.mkdir(parents=True, exist_ok=True)
        lines = measured_in(place, options.transcripts, options.codings)
    PAGE.write_text(page(lines), encoding="utf-8")
    print(PAGE.read_text(encoding="utf-8"))


def page(lines: list[str]) -> str:
    """The report."""
    about = "# A large project in and out\n\nWritten by `python benchmarks/interchange_speed.py`."
    return (
        "\n\n".join((about, "## In\n\n" + "\n".join(lines), machine(("secondcoder", "SQLAlchemy", "pydantic")))) + "\n"
    )


# In: a project of another program into a study.


def measured_in(place: Path, transcripts: int, codings: int) -> list[str]:
    """Rows of a table: seconds and memory of `init` and `import` on the invented project."""
    project = place / "large.qdpx"
    write_project(project, transcripts, codings, random.Random(7))
    study = place / "study"
    command = [sys.executable, "-m", "secondcoder"]
    steps = {
        "`secondcoder init --codebook large.qdpx`": ["init", str(study), "--codebook", str(project)],
        "`secondcoder import large.qdpx`": ["-C", str(study), "import", str(project)],
        "the same again, which brings nothing new": ["-C", str(study), "import", str(project)],
    }
    rows = [
        f"| {what} | {seconds:.0f} | {peak:,.0f} |"
        for what, arguments in steps.items()
        for seconds, peak in [timed([*command, *arguments])]
    ]
    with ZipFile(project) as package:
        size = package.getinfo("project.qde").file_size / 2**20
    about = f"{transcripts:,} transcripts, {codings:,} codings, {CODES} codes; the project's XML has {size:.0f} MB."
    return [about, "", "| step | seconds | peak memory, MB |", "|---|---|---|", *rows]


def timed(command: list[str]) -> tuple[float, float]:
    """Seconds of a command and the most memory of any command so far."""
    since = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=dict(os.environ))
    return time.perf_counter() - since, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def write_project(path: Path, transcripts: int, codings: int, draw: random.Random) -> None:
    """An invented project as NVivo for Windows writes it."""
    with ZipFile(path, "w", ZIP_DEFLATED) as package:
        sources = []
        for number in range(transcripts):
            text = talk(draw, number)
            share = codings // transcripts + (number < codings % transcripts)
            sources.append(source(number, text, share, draw))
            package.writestr(f"Sources/{number}.txt", ("\ufeff" + text.replace("\n", "\r\n")).encode())
        parts = [
            HEAD,
            "<Users>",
            *(f'<User guid="{own(1, at)}" name="{who}"/>' for at, who in enumerate(CODERS)),
            "</Users>",
        ]
        parts += ["<CodeBook><Codes>", *codes(), "</Codes></CodeBook><Sources>", *sources, "</Sources></Project>"]
        package.writestr("project.qde", "\r\n".join(parts))


def own(kind: int, number: int) -> str:
    """A GUID."""
    return str(UUID(int=kind << 100 | number))


def codes() -> Iterator[str]:
    """Codes in groups of six below one another."""
    for number in range(CODES):
        last = number == CODES - 1
        first = number % 6 == 0
        yield f'<Code guid="{own(2, number)}" name="Code {number}" isCodable="true">' + ("" if first else "</Code>")
        if number % 6 == 5 or last:
            yield "</Code>"


def talk(draw: random.Random, number: int) -> str:
    """An interview of some 40,000 characters."""
    turns = []
    for turn in range(120):
        spoken = " ".join(draw.choice(WORDS) + str(draw.randrange(900)) * (draw.random() < 0.2) for _ in range(70))
        turns.append(f"{'I' if turn % 2 == 0 else f'P{number}'}: {spoken}{'?' if turn % 2 == 0 else '.'}")
    return "\n\n".join(turns) + "\n"


def source(number: int, text: str, share: int, draw: random.Random) -> str:
    """A source with its selections, whose positions count UTF-16 units and a line end as two."""
    before = [0]
    for character in text:
        before.append(before[-1] + (2 if character == "\n" or character > "\uffff" else 1))
    lines = []
    for at in range(share):
        start = text.index(" ", draw.randrange(len(text) - 400)) + 1
        end = text.index(" ", start + draw.randrange(40, 300))
        who = own(1, draw.randrange(len(CODERS)))
        lines.append(
            f'<PlainTextSelection guid="{own(4, number * 10**6 + at)}" startPosition="{before[start]}" endPosition="{before[end]}" '
            f'creatingUser="{own(1, 0)}" creationDateTime="2026-01-02T03:04:05Z"><Description />'
            f'<Coding guid="{own(5, number * 10**6 + at)}" creatingUser="{who}"><CodeRef targetGUID="'
            f'{own(2, draw.randrange(CODES))}"/></Coding></PlainTextSelection>'
        )
    name = quoteattr(f"Interview {number:03}")
    return (
        f'<TextSource guid="{own(3, number)}" name={name} plainTextPath="internal://{number}.txt">'
        + "\r\n".join(lines)
        + "</TextSource>"
    )


if __name__ == "__main__":
    main()
