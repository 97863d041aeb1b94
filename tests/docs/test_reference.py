"""What the reference says, as Markdown, before it is a page: every command, option and default; every setting; every code."""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import click
import pytest
from secondcoder.cli import COMMANDS, cli
from secondcoder.codebook.yaml_file import SHIPPED, load_codebook
from secondcoder.configuration import default_text
from support.places import ROOT

Written = Callable[[str, str], str]


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Written:
    """What a module of docs/_ext writes."""
    monkeypatch.setattr(sys, "path", [str(ROOT / "docs" / "_ext"), *sys.path])
    return lambda module, function: str(getattr(import_module(module), function)())


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command and sub-command by its name on the command line."""
    for name in COMMANDS:
        command = cli.get_command(click.Context(cli), name)
        assert command is not None
        yield f"secondcoder {name}", command
        if isinstance(command, click.Group):
            yield from ((f"secondcoder {name} {below}", each) for below, each in command.commands.items())


def test_every_command_and_option_is_described(written: Written) -> None:
    page = written("commands_page", "commands_page")
    sections = dict(re.findall(r"^##+ `([^`]+)`\n(.*?)(?=^##+ |\Z)", page, re.MULTILINE | re.DOTALL))
    assert sections.keys() == {name for name, _ in commands()}
    for name, command in commands():
        terms = (
            " ".join(re.findall(r"^`(-.*)`$", sections[name], re.MULTILINE)).replace("`", "").replace(",", "").split()
        )
        options = [each for each in command.params if isinstance(each, click.Option)]
        assert {opt for each in options for opt in (*each.opts, *each.secondary_opts)} <= set(terms), name
        shown = {str(each.default) for each in options if each.show_default and not each.is_flag}
        assert shown <= set(re.findall(r"Default: `(.*?)`\.", sections[name])), name


def test_the_usage_and_examples_are_those_of_the_help(written: Written) -> None:
    page = written("commands_page", "commands_page")
    for name, command in commands():
        context = click.Context(command, info_name=name)
        assert f"{name} {' '.join(command.collect_usage_pieces(context))}" in page
        for line in re.findall(r"^ +(secondcoder .*)$", command.help or "", re.MULTILINE):
            assert line in page, line


def test_every_setting_is_described_with_its_default(written: Written) -> None:
    page = written("settings_page", "settings_page")
    sections = dict(re.findall(r"^## `\[([\w.]+)\]`\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL))
    for section, key, value in _flat(tomllib.loads(default_text())):
        (said,) = re.findall(rf"^`{key}`\n: (.*)$", sections[section], re.MULTILINE)
        (shown,) = re.findall(r"Default: (?:`(.*?)`|a text of several lines)\.", said)
        assert tomllib.loads(f"x = {shown}")["x"] == value if shown else "\n" in value, f"{section}.{key}"
    assert "not set; such as `0.1`".capitalize() in sections["agreement"]
    assert "At least 2 and at most 50." in sections["learning"]  # folds
    assert "One of `share`, `any`, `majority`." in sections["learning"]


def _flat(settings: dict[str, Any], above: str = "") -> Iterator[tuple[str, str, Any]]:
    for key, value in settings.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{above}.{key}".strip("."))
        else:
            yield above, key, value


def test_every_comment_of_the_settings_is_on_the_page(written: Written) -> None:
    def bare(text: str) -> str:
        return re.sub(r"[^a-z0-9]", "", text.casefold())

    page = bare(re.sub(r"\]\(.*?\)", "", written("settings_page", "settings_page")))
    lines = default_text().partition("\n\n")[2].splitlines()
    comments = [line.partition("#")[2] for line in lines if "#" in line and not re.match(r"# (\w+ =|\[)", line)]
    assert len(comments) > 60
    assert [comment for comment in comments if bare(comment) not in page] == []


def test_every_code_is_described(written: Written) -> None:
    page = written("codebooks_page", "codebooks_page")
    for name in SHIPPED:
        section = page.partition(f"\n## `{name}`\n")[2].partition("\n## ")[0]
        for code in load_codebook(name).codes:
            assert f"\n`{code.id}` " in section, f"{name} {code.id}"
        assert section.count("\n: ") == len(load_codebook(name).codes)


def test_every_command_is_spoken_of_on_a_page_of_prose() -> None:
    prose = " ".join(
        path.read_text(encoding="utf-8")
        for path in (ROOT / "README.md", *(ROOT / "docs").glob("*.md"))
        if path.name not in ("architecture.md", "errata.md", "dependencies.md")
    )
    missing = [name for name in COMMANDS if not re.search(rf"secondcoder (-C \S+ )?{name}\b|`{name}\b", prose)]
    assert missing == []
