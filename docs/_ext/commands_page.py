"""The reference of the commands, from the commands themselves: usage, what they do, arguments, options with defaults, examples."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator

import click
from markdown_text import definition, sentence
from secondcoder.cli import COMMANDS, cli
from secondcoder.cli.common import GroupedCommand

UNSET = ("", None, False, ())


def commands_page() -> str:
    """Markdown: `secondcoder` itself, then every command in the order of its help, sub-commands below theirs."""
    root = click.Context(cli, info_name="secondcoder")
    listed = "\n".join(
        definition(f"[`{name}`](#secondcoder-{name})", sentence(line)) for name, line in COMMANDS.items()
    )
    parts = [_described(root, 0), "**Commands**\n", listed]
    for name in COMMANDS:
        if command := cli.get_command(root, name):
            parts += [_described(context, level) for context, level in _with_those_below(command, root, name)]
    return "\n".join(parts)


def _with_those_below(command: click.Command, parent: click.Context, name: str, level: int = 2) -> Iterator[tuple]:
    context = click.Context(command, parent=parent, info_name=name)
    yield context, level
    if isinstance(command, click.Group):
        for below, each in command.commands.items():
            yield from _with_those_below(each, context, below, level + 1)


def _described(context: click.Context, level: int) -> str:
    """A command's section; the first of the page has its title already."""
    command, path = context.command, context.command_path
    heading = [f"{'#' * level} `{path}`\n"] if level else []
    usage = " ".join([path, *command.collect_usage_pieces(context)])
    return "\n".join([*heading, f"```text\n{usage}\n```\n", *_prose(command.help or ""), *_parameters(context)])


def _prose(help_text: str) -> Iterator[str]:
    r"""Paragraphs; those after \b keep their lines, of which indented ones are commands."""
    for paragraph in re.split(r"\n\s*\n", inspect.cleandoc(help_text)):
        kept = paragraph.startswith("\b")
        yield _lines(paragraph.removeprefix("\b").strip("\n")) if kept else sentence(paragraph) + "\n"


def _lines(text: str) -> str:
    lines = text.splitlines()
    if not all(re.match(r" *secondcoder | {2}\S|.*:$", line) for line in lines):
        return f"```text\n{text}\n```\n"
    runs: list[tuple[bool, list[str]]] = []
    for line in lines:
        indented = line.startswith(" ")
        if not runs or runs[-1][0] != indented:
            runs.append((indented, []))
        runs[-1][1].append(line.strip())
    return "\n".join(
        "```text\n" + "\n".join(found) + "\n```\n" if indented else sentence(" ".join(found)) + "\n"
        for indented, found in runs
    )


def _parameters(context: click.Context) -> Iterator[str]:
    """Arguments by their names, then options, under their headings where the command has some."""
    shown = {str(each.name): each for each in context.command.get_params(context)}
    options = {name: each for name, each in shown.items() if isinstance(each, click.Option) and not each.hidden}
    groups = context.command.groups if isinstance(context.command, GroupedCommand) else {}
    grouped = {name for names in groups.values() for name in names}
    rest = [name for name in options if name not in grouped]
    for heading, names in {**groups, "Also" if groups else "Options": rest}.items():
        yield f"**{heading}**\n"
        yield from (_option(options[name], context) for name in names)


def _option(option: click.Option, context: click.Context) -> str:
    names = "`, `".join([*option.opts, *option.secondary_opts])
    value = "" if option.is_flag or option.count else f" {option.make_metavar(context)}"
    more = [f"Default: `{default}`." if (default := _default(option, context)) else ""]
    more += ["May be given several times." if option.multiple else "", "Required." if option.required else ""]
    more += [f"In the range `{extra['range']}`." if (extra := option.get_help_extra(context)).get("range") else ""]
    return definition(f"`{names}{value}`", " ".join([sentence(option.help or ""), *filter(None, more)]))


def _default(option: click.Option, context: click.Context) -> str:
    """The default as it would be typed; "" where there is none, or it is only that nothing was said."""
    default = option.get_default(context)
    if option.is_flag or default in UNSET or "UNSET" in repr(default) or callable(default):
        return ""
    return str(default)
