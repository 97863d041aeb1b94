"""The examples of README and docs: fenced blocks of `console` and `python`, and how they are run.

A page's blocks run in its order in one empty folder, on the demonstration's interviews as `interviews/` (26 files and their
manifest.csv) and `codes.csv` (two coders' marks). In a console block, lines that begin with `$ ` are commands and the others what they
print; without any `$`, every line that begins with `secondcoder` is a command. Whatever a command asks is answered `y`. A python block
sees what those before it defined. Before a block that cannot run stands `<!-- not run: REASON -->`.
"""

from __future__ import annotations

import io
import re
import shlex
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from secondcoder import cli

from support.places import ROOT

FENCE = re.compile(r"^( *)(```+|~~~+)([^\n`]*)\n(.*?)^\1\2 *$", re.MULTILINE | re.DOTALL)
NOT_RUN = re.compile(r"<!-- not run: ([^>]+?) -->\s*$")
NOT_OURS = ("sh", "powershell")
SERVERS = ("open", "review")


@dataclass(frozen=True)
class Block:
    """A fenced block: its page, line, language, text, and the reason why it is not run; "" where it is."""

    page: str
    line: int
    language: str
    text: str
    reason: str

    @property
    def place(self) -> str:
        """For messages."""
        return f"{self.page} line {self.line}"

    def commands(self) -> list[str]:
        """The commands of a console block, without prompts and what they print."""
        lines = re.sub(r"\\\n\s*", " ", self.text).splitlines()
        prompted = [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]
        return prompted or [line for line in lines if line.startswith("secondcoder ")]


def pages() -> list[str]:
    """README and every page of docs/, by their paths from the root."""
    found = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return [path.relative_to(ROOT).as_posix() for path in found]


def blocks(page: str) -> Iterator[Block]:
    """The blocks of a page that are in console or python, and those in sh or powershell, which are for other programs."""
    text = (ROOT / page).read_text(encoding="utf-8")
    for found in FENCE.finditer(text):
        language = found[3].strip()
        if language in ("console", "python", *NOT_OURS):
            reason = NOT_RUN.search(text[: found.start()].rstrip() + "\n")
            body = re.sub(rf"^{found[1]}", "", found[4], flags=re.MULTILINE)
            yield Block(page, text.count("\n", 0, found.start()) + 1, language, body, reason[1] if reason else "")


def indented_commands(page: str) -> Iterator[str]:
    """The commands of secondcoder's in a page's indented blocks, which show how something is called and are not run."""
    text = FENCE.sub("", (ROOT / page).read_text(encoding="utf-8"))
    yield from re.findall(r"^ {4,}(?:\$ )?(secondcoder .*)$", text, re.MULTILINE)


class Reader:
    """Somebody who does what a page says, in a folder with the demonstration's interviews."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, cache: Path) -> None:
        self.folder, self.monkeypatch, self.cache = folder, monkeypatch, cache
        self.names: dict[str, Any] = {"__name__": "__example__"}
        corpus = ROOT / "corpora" / "demo"
        shutil.copytree(corpus / "transcripts", folder / "interviews")
        shutil.copy(corpus / "manifest.csv", folder / "interviews")
        shutil.copy(corpus / "codes.csv", folder)
        monkeypatch.chdir(folder)

    def follow(self, block: Block) -> None:
        """Run a block; an AssertionError says where and what failed."""
        if block.language == "python":
            exec(compile(block.text, block.place, "exec"), self.names)
            return
        commands = block.commands()
        assert commands, f"{block.place}: a console block without a command"
        for command in commands:
            self._run(command, block.place)

    def _run(self, command: str, place: str) -> None:
        words = shlex.split(command, comments=True)
        if words[0] == "cd":
            self.monkeypatch.chdir(words[1])
            return
        assert words[0] == "secondcoder", f"{place}: `{command}` cannot be run. Say why: <!-- not run: REASON -->"
        _, rest = found(words[1:])
        assert not (words[-1] in SERVERS and not rest), f"{place}: `{command}` waits. Say so: <!-- not run: REASON -->"
        self._share(lambda study: (self.cache, study))
        self.monkeypatch.setattr(sys, "argv", words)
        self.monkeypatch.setattr(sys, "stdin", io.StringIO("y\n" * 20))
        with pytest.raises(SystemExit) as ended:
            cli.main()
        assert not ended.value.code, f"{place}: `{command}` ended with {ended.value.code}"
        self._share(lambda study: (study, self.cache))

    def _share(self, direction: Callable[[Path], tuple[Path, Path]]) -> None:
        """Vectors and cuts of the demonstration's interviews, from page to page: they are kept by content."""
        for study in self.folder.glob("*/study.db"):
            lent, to = direction(study.with_name(".cache"))
            for part in ("vectors", "segments"):
                if (lent / part).is_dir():
                    shutil.copytree(lent / part, to / part, dirs_exist_ok=True)


def found(words: list[str]) -> tuple[Any, list[str]]:
    """The command that the words after `secondcoder` name, sub-commands too, and its arguments."""
    import click

    command: click.Command = cli.cli
    while words and words[0] == "-C":
        words = words[2:]
    while words and isinstance(command, click.Group):
        below = command.get_command(click.Context(command), words[0])
        if below is None:
            break
        command, words = below, words[1:]
    return command, words
