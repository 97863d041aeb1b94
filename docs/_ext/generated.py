"""Puts what is generated from the code where a page says `<!-- generated: NAME -->`; nothing of it is written into the repository."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from codebooks_page import codebooks_page
from commands_page import commands_page
from python_page import given_and_taken
from settings_page import settings_page
from sphinx.application import Sphinx

ROOT = Path(__file__).resolve().parents[2]
MARK = re.compile(r"<!-- generated: ([a-z]+) -->")
GENERATORS: dict[str, tuple[Callable[[], str], str]] = {
    "commands": (commands_page, "pipeline/secondcoder/cli/*.py"),
    "settings": (settings_page, "configs/default.toml"),
    "codebooks": (codebooks_page, "configs/codebooks/*.yml"),
    "python": (given_and_taken, "pipeline/secondcoder/study/*.py"),
}
"""Name -> what writes it, and of which files."""


def fill(app: Sphinx, name: str, source: list[str]) -> None:
    """The page with what is generated; read again when the files behind it have changed."""
    for mark in MARK.findall(source[0]):
        write, files = GENERATORS[mark]
        source[0] = source[0].replace(f"<!-- generated: {mark} -->", write())
        for path in ROOT.glob(files):
            app.env.note_dependency(str(path))


def setup(app: Sphinx) -> dict[str, Any]:
    """Before a page is read."""
    app.connect("source-read", fill)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
