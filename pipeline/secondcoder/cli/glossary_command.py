"""secondcoder glossary."""

from __future__ import annotations

import re
import textwrap
from importlib import resources

import click

from secondcoder.cli.common import text_width


@click.command("glossary")
@click.argument("word", required=False)
def command(word: str | None) -> None:
    """What the words mean: average precision, out of fold, pooled kappa and all others; with WORD those that it stands in."""
    entries = glossary()
    shown = {name: meaning for name, meaning in entries.items() if not word or word.casefold() in name.casefold()}
    if not shown:
        from secondcoder.errors import InputError, did_you_mean

        raise InputError(
            f"'{word}' is not in the glossary.{did_you_mean(word or '', entries)} Without a word it is shown whole."
        )
    for name, meaning in shown.items():
        click.echo(f"{name}\n{textwrap.indent(textwrap.fill(meaning, text_width(100) - 4), '    ')}")


def glossary() -> dict[str, str]:
    """Word -> meaning, without marks of Markdown."""
    text = resources.files("secondcoder.configs").joinpath("glossary.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| \*\*(.+?)\*\* \| (.+) \|$", text, re.MULTILINE)
    return {name: re.sub(r"[*`]", "", meaning) for name, meaning in rows}
