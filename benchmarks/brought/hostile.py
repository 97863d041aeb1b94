"""Hostile and damaged files: one clear error that names the file, or read right, in 5 s and 500 MB, and the study as it was."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from click.testing import CliRunner
from secondcoder.cli import cli

from brought.desk import KILLED, Desk, Said

MEMORY, SECONDS = 500 << 20, 5
SETTINGS = ".toml"
CODEBOOKS = (".yml", ".yaml")


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
    """What is wrong with how one file ends."""
    study = desk.study()
    before = _content(desk.folder / study)
    said = _tried(desk, study, path)
    if said.code == KILLED:
        yield f"more than {SECONDS} s"
    elif "Traceback" in said.text or said.code not in (0, 1, 2):
        yield f"exit {said.code}: {said.brief}"
    elif said.code and not (said.says(path.name, path.stem) or path.suffix == SETTINGS):
        yield f"the message does not name the file: {said.brief}"
    if said.code and path.suffix != SETTINGS and _content(desk.folder / study) != before:
        yield "the study changed"
    if not said.code and path.suffix not in (SETTINGS, *CODEBOOKS):
        yield from _whole(desk, study)


def _tried(desk: Desk, study: str, path: Path) -> Said:
    limits = {"memory": MEMORY, "seconds": SECONDS}
    if path.suffix == SETTINGS:
        shutil.copy(path, desk.folder / study / "secondcoder.toml")
        return desk.run("-C", study, "status", **limits)
    if path.suffix in CODEBOOKS:
        return desk.run("init", "another", "--codebook", path, **limits)
    return desk.run("-C", study, "import", path, "--add-codes", **limits)


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
