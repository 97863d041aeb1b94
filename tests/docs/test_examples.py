"""Every example in README and docs: it runs, in the page's order, or says why not; and it names commands and options that exist."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from secondcoder.cli import COMMANDS, cli
from support.doc_examples import FENCE, NOT_OURS, Block, Reader, blocks, found, indented_commands, pages
from support.places import ROOT

EXAMPLES = {page: [*blocks(page)] for page in pages()}
WITH_EXAMPLES = [page for page, found in EXAMPLES.items() if any(not block.reason for block in found)]
OF_OTHERS = {"--constraint", "--dashboard-address", "--no-dashboard", "--python", "--torch-backend"}
"""Options of pip's, uv's and Dask's, which docs/install.md and docs/on-a-cluster.md name."""


@pytest.mark.slow
@pytest.mark.minutes
@pytest.mark.model
@pytest.mark.parametrize("page", WITH_EXAMPLES)
def test_the_examples_of_a_page_run(
    page: str,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    reader = Reader(tmp_path, monkeypatch, tmp_path_factory.getbasetemp() / "cache-of-the-demonstration")
    for block in EXAMPLES[page]:
        if not block.reason:
            reader.follow(block)
            assert "Traceback" not in "".join(capfd.readouterr()), block.place


def _shown() -> Iterator[tuple[str, str]]:
    """(page, command) of every command that a block shows, run or not."""
    for page, of_page in EXAMPLES.items():
        fenced = [line for block in of_page if block.language == "console" for line in block.commands()]
        for line in (*fenced, *indented_commands(page)):
            if line.startswith("secondcoder "):
                yield page, line


@pytest.mark.parametrize(("page", "line"), sorted(set(_shown())))
def test_every_command_that_is_shown_exists(page: str, line: str) -> None:
    command, rest = found(shlex.split(line, comments=True)[1:])
    assert command is not cli or not rest or rest[0].startswith("-"), f"{page}: no command in `{line}`"
    known = {option for each in command.params for option in each.opts} | {"--help"}
    assert {word.partition("=")[0] for word in rest if word.startswith("--")} <= known, f"{page}: `{line}`"


def _named_options() -> Iterator[tuple[str, str, str]]:
    """Every `COMMAND --option` and `--option` in the running text, with its command where it is named."""
    for page in pages():
        for span in re.findall(r"`([^`\n]+)`", (ROOT / page).read_text(encoding="utf-8")):
            words = span.removeprefix("secondcoder ").split()
            if words and (words[0].startswith("--") or words[0] in COMMANDS):
                command = words[0] if words[0] in COMMANDS else ""
                yield from ((page, command, word.partition("=")[0]) for word in words if re.match(r"--[a-z]", word))


@pytest.mark.parametrize(("page", "command", "option"), sorted(set(_named_options())))
def test_every_option_that_is_named_exists(page: str, command: str, option: str) -> None:
    assert option in _options(command) | OF_OTHERS, f"{page}: `{command} {option}`"


def _options(command: str) -> set[str]:
    """The options of a command and its sub-commands; of all commands where none is named."""
    commands = [found([name])[0] for name in ([command] if command else COMMANDS)]
    commands += [below for each in commands if isinstance(each, click.Group) for below in each.commands.values()]
    return {option for each in [cli, *commands] for parameter in each.params for option in parameter.opts} | {"--help"}


@pytest.mark.parametrize("page", pages())
def test_no_fence_is_left_open(page: str) -> None:
    """Such a one takes the headings and pictures behind it for code."""
    text = (ROOT / page).read_text(encoding="utf-8")
    for fenced in FENCE.finditer(text):
        if fenced[3].strip() not in ("python", "console", "bash", "toml", "yaml"):  # where `#` begins a remark
            assert not re.search(r"^(#+ |!\[)", fenced[4], re.MULTILINE), f"{page}: {fenced[4][:80]}"


def test_a_reason_stands_right_before_its_block() -> None:
    """One that stands anywhere else would excuse nothing, or the wrong block."""
    for page, of_page in EXAMPLES.items():
        written = (ROOT / page).read_text(encoding="utf-8").count("<!-- not run:")
        assert written == sum(bool(block.reason) for block in of_page), page


def test_a_block_for_another_program_says_why_it_is_not_run() -> None:
    for of_page in EXAMPLES.values():
        assert all(block.reason for block in of_page if block.language in NOT_OURS)


def test_a_command_that_waits_or_is_of_another_program_needs_a_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = Reader(tmp_path, monkeypatch, tmp_path / "cache")
    for line in ("$ secondcoder -C mystudy open\n", "$ make demo\n"):
        with pytest.raises(AssertionError, match="not run: REASON"):
            reader.follow(Block("a page", 1, "console", line, ""))


@pytest.mark.parametrize("line", ["secondcoder trian", "secondcoder -C nowhere status"])
def test_a_command_that_fails_fails_its_page(line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reader = Reader(tmp_path, monkeypatch, tmp_path / "cache")
    with pytest.raises(AssertionError, match="a page line 7"):
        reader.follow(Block("a page", 7, "console", f"$ {line}\n", ""))
