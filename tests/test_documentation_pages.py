"""docs/interchange.md and docs/findings.md: what they name exists (commands, options, settings, files, formats); tables hold."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Iterator

import click
import pytest
from secondcoder.charting.report.tables_view import ABOUT
from secondcoder.charting.report.write import FILES, WRITERS
from secondcoder.cli import cli
from secondcoder.configuration import ChartingSettings, LearningSettings
from secondcoder.exchange.registry import coded_formats
from support.places import BENCHMARKS, ROOT, SHARED

PAGES = {name: (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8") for name in ("interchange", "findings")}
PAGE, FINDINGS = PAGES["interchange"], PAGES["findings"]
COMMAND = re.compile(
    r"^ {4,}(secondcoder .*)$|`((?:secondcoder )?(?:export|import|pack|transcript|review|chart|agree|sheet|evaluate)(?: [^`]*)?)`",
    re.MULTILINE,
)


def commands() -> Iterator[str]:
    """Every command of the pages, without `secondcoder` and the study's folder."""
    for page in PAGES.values():
        for block, inline in COMMAND.findall(page):
            words = shlex.split((block or inline).removeprefix("secondcoder "), comments=True)
            yield shlex.join(words[2:] if words[0] == "-C" else words)


def found(words: list[str]) -> tuple[click.Command, list[str]]:
    """The command that the words name, sub-commands too, and its arguments."""
    command: click.Command = cli
    while words and isinstance(command, click.Group):
        below = command.get_command(click.Context(command), words[0])
        if below is None:
            break
        command, words = below, words[1:]
    return command, words


@pytest.mark.parametrize("line", sorted(set(commands())))
def test_every_command_and_option_exists(line: str) -> None:
    command, rest = found(shlex.split(line))
    assert command is not cli, f"no command in `{line}`"
    known = {option for each in command.params for option in each.opts}
    assert {word for word in rest if word.startswith("--")} <= known, line


@pytest.mark.parametrize("page", PAGES)
def test_every_option_in_the_text_exists(page: str) -> None:
    named = set(re.findall(r"`(--[a-z-]+)", PAGES[page]))
    assert named
    commands_ = [found([name])[0] for name in cli.list_commands(click.Context(cli))]
    commands_ += [below for each in commands_ if isinstance(each, click.Group) for below in each.commands.values()]
    assert named <= {option for each in commands_ for parameter in each.params for option in parameter.opts}


def test_the_formats_that_are_written_are_on_the_page() -> None:
    named = set(re.findall(r"--format ([a-z-]+)", PAGE))
    written = {each.name for each in coded_formats() if each.write and not {".qdpx", ".csv"} & set(each.suffixes)}
    assert named - {"maxqda"} == written


def test_the_dialects_are_those_of_the_program() -> None:
    rows = re.findall(
        r"^\| `([a-z0-9-]+)`(?:, unless said)? \|(?= [A-Zp])", PAGE.partition("## REFI-QDA\n")[0], re.MULTILINE
    )
    (project,) = [each for each in coded_formats() if each.dialects]
    assert rows == [*project.dialects]


@pytest.mark.parametrize("page", PAGES)
def test_every_section_and_file_that_is_pointed_to_exists(page: str) -> None:
    text = PAGES[page]
    titles = {
        re.sub(r"[^\w -]", "", title).lower().replace(" ", "-")
        for title in re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    }
    assert set(re.findall(r"\]\(#([^)]*)\)", text)) <= titles
    assert all((ROOT / "docs" / path).exists() for path in re.findall(r"\]\((?!#|http)([^)#]+)", text))


def test_the_files_of_a_chart_are_those_of_the_program() -> None:
    """Those of the folder, and tables by the name that the report explains."""
    assert set(FILES) <= set(re.findall(r"`([a-z]+\.(?:html|xlsx|docx))`", FINDINGS))
    tables = set(re.findall(r"`(?:tables/)?([a-z_]+)\.csv`", FINDINGS))
    assert tables
    assert tables <= set(ABOUT)
    assert set(re.findall(r"`(\.[a-z]+)`", FINDINGS)) <= set(WRITERS)


def test_the_settings_of_charting_are_those_of_the_program() -> None:
    (paragraph,) = [part for part in FINDINGS.split("\n\n") if "[charting]" in part]
    named = set(re.findall(r"`([a-z_]+)`", paragraph))
    assert named
    assert named <= set(ChartingSettings.model_fields)
    rolled = re.findall(r"`learning\.([a-z_]+)`", FINDINGS)
    assert rolled
    assert set(rolled) <= set(LearningSettings.model_fields)


@pytest.mark.slow
@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="the reference files do not lie beside this checkout")
def test_the_table_is_what_comes_of_the_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [str(BENCHMARKS), *sys.path])
    from tried_files import MARKED, table

    (written,) = MARKED.findall(PAGE)
    assert written == table()
