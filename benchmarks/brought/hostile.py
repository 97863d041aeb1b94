"""Hostile and damaged files through every command: one error that names the file, or read right, in 5 s and 500 MB."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from click.testing import CliRunner
from secondcoder.cli import cli

from brought.desk import KILLED, Desk

MEMORY, SECONDS = 500 << 20, 5


def warm_up(folder: Path) -> None:
    """Load what an import loads in this process, so that the limits are on the work alone."""
    rows = "transcript,order,text,codes,coder\nt,1,Well.,,Ana\n"
    (folder / "t.csv").write_text(rows, encoding="utf-8")
    study = str(folder / "warm")
    run = CliRunner().invoke
    run(cli, ["init", study, "--codebook", "npt"], catch_exceptions=False)
    run(cli, ["-C", study, "import", str(folder / "t.csv")], catch_exceptions=False)
    for form in ("xlsx", "parquet"):
        run(cli, ["-C", study, "export", "--out", str(folder / f"t.{form}")], catch_exceptions=False)
        run(cli, ["-C", study, "import", str(folder / f"t.{form}")], catch_exceptions=False)
    run(cli, ["-C", study, "check"])
    import docx  # noqa: F401


def check(desk: Desk, path: Path) -> Iterator[str]:
    """What is wrong with how one file ends, by `import` and whatever else reads files of its kind."""
    for way in ("import", *BESIDE_IMPORT.get(path.suffix, ())):
        place, command = WAYS[way]
        yield from (f"{way}: {fault}" for fault in _check(desk, path, way, place, command))


def _check(desk: Desk, path: Path, way: str, place: str, command: tuple[str, ...]) -> Iterator[str]:
    study = desk.study(way.replace(" ", "-"))
    if place:
        shutil.copy(path, desk.folder / study / place)
    before = _content(desk.folder / study)
    arguments = [str(path) if part == FILE else part for part in command]
    limits = {"memory": MEMORY, "seconds": SECONDS}
    if way == "a new study":
        said = desk.run("init", "another", "--codebook", path, **limits)
    else:
        said = desk.run("-C", study, *arguments, **limits)
    if said.code == KILLED:
        yield f"more than {SECONDS} s"
    elif "Traceback" in said.text or said.code not in (0, 1):
        yield f"exit {said.code}: {said.brief}"
    elif said.code and not (said.says(path.name, path.stem) or place):
        yield f"the message does not name the file: {said.brief}"
    if said.code and _content(desk.folder / study) != before:
        yield "the study changed"
    if not said.code and way == "import":
        yield from _whole(desk, study)
    shutil.rmtree(desk.folder / "another", ignore_errors=True)


FILE = "FILE"
WAYS: dict[str, tuple[str, tuple[str, ...]]] = {
    "import": ("", ("import", FILE, "--add-codes")),
    "looked at first": ("", ("import", FILE, "--dry-run", "--speakers", "none")),
    "a model's codings": ("", ("import", FILE, "--model-coder", "llama")),
    "manifest": ("", ("import", FILE, "--manifest", FILE)),
    "codebook checked": ("", ("codebook", "check", FILE)),
    "codebook imported": ("", ("codebook", "import", FILE)),
    "a new study": ("", ()),
    "the study's codebook": ("codebook.yml", ("status",)),
    "the study's settings": ("secondcoder.toml", ("status",)),
    "adjudications": ("", ("agree", "--settle", FILE)),
    "assignments": ("", ("codebook", "assign", FILE)),
    "summaries": ("", ("chart", "--notes", FILE, "--out", "findings.html")),
    "pack opened": ("", ("pack", "open", FILE, "packed")),
    "pack merged": ("", ("pack", "merge", FILE, "--yes")),
}
"""Each command that reads a file: where a copy of the file stands in the study, "" where it is named, and the command."""


BESIDE_IMPORT = {
    ".yml": ("codebook checked", "codebook imported", "a new study", "the study's codebook", "the study's settings"),
    ".toml": ("the study's settings",),
    ".xlsx": ("adjudications", "summaries", "codebook checked"),
    ".csv": ("manifest", "a model's codings"),
    ".docx": ("looked at first", "codebook checked"),
    ".npz": ("pack opened",),
}
"""Suffix -> what else reads such a file."""


def _whole(desk: Desk, study: str) -> Iterator[str]:
    """What was read can be shown and written, and comes back without a new coding."""
    written = desk.run("-C", study, "export", "--out", "back.csv")
    back = (
        desk.run("-C", study, "import", "back.csv")
        if written.ok and len((desk.folder / "back.csv").read_text().splitlines()) > 1
        else written
    )
    for step in (desk.run("-C", study, "status"), written, back):
        if not step.ok or "Traceback" in step.text:
            yield f"read, but then: {step.brief}"
            return


def _content(study: Path) -> tuple[str, ...]:
    """Every row of the store and every other file."""
    with closing(sqlite3.connect(study / "study.db")) as database:
        rows = "\n".join(database.iterdump())
    files = sorted(path for path in study.rglob("*") if path.is_file() and not path.name.startswith("study.db"))
    return rows, *(f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}" for path in files)
