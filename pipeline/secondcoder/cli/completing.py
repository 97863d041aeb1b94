"""What the Tab key offers for values: names of the study of `-C`, read without opening it, so that nobody waits.

A study on a database server, and one that cannot be read, offer nothing.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

from secondcoder.study.folder import CODEBOOK

STORE = "study.db"
MOST, PATIENCE = 500, 0.1
"""Names that are offered at most; seconds for which a store that is being written is waited for."""


def _column(table: str, column: str) -> Callable[[Path], list[str]]:
    def names(folder: Path) -> list[str]:
        place = f"{(folder / STORE).resolve().as_uri()}?mode=ro"
        with suppress(sqlite3.Error), closing(sqlite3.connect(place, uri=True, timeout=PATIENCE)) as store:
            # Names of the schema's, and nobody's input.
            rows = store.execute(f'SELECT DISTINCT "{column}" FROM {table} ORDER BY 1 LIMIT {MOST}')  # noqa: S608
            return [str(name) for (name,) in rows if name]
        return []

    return names


def _codes(folder: Path) -> list[str]:
    """Of the codebook as its file stands, read as YAML alone: whether it is a valid one is not asked here."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    with suppress(OSError, ValueError, yaml.YAMLError, TypeError, KeyError):
        with (folder / CODEBOOK).open(encoding="utf-8") as file:
            entries = yaml.load(file, Loader=loader)["codes"]  # noqa: S506 - a safe one
        return [str(entry["id"]) for entry in entries][:MOST]
    return []


def _codebooks(folder: Path) -> list[str]:
    from importlib import resources

    shipped = resources.files("secondcoder.configs").joinpath("codebooks")
    return sorted(Path(each.name).stem for each in shipped.iterdir() if each.name.endswith(".yml"))


_coders, _versions = _column("codings", "coder"), _column("models", "version")
_transcripts = _column("transcripts", "id")
OFFERED: dict[str, Callable[[Path], list[str]]] = {
    "code": _codes,
    "codes": _codes,
    "codebook": _codebooks,
    "source": _codebooks,
    "coder": _coders,
    "coders": _coders,
    "as_coder": _coders,
    "adjudicator": _coders,
    "model": _versions,
    "version": _versions,
    "one": _versions,
    "other": _versions,
    "transcript": _transcripts,
    "transcripts": _transcripts,
    "participant": _column("transcripts", "participant"),
    "case": _column("transcripts", "case"),
    "wave": _column("transcripts", "wave"),
    "role": _column("transcripts", "role"),
}
"""By the name of an option or argument, in whichever command."""
OR_FILES = ("codebook", "source")


class OfferedText(click.ParamType[Any]):
    """Text for which names of the study are offered; anything else may be written too."""

    name = "text"

    def __init__(self, names: Callable[[Path], list[str]], files: bool) -> None:
        self.names, self.files = names, files

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """The names that begin as what is written does, and files where the value may be one."""
        folder = Path(ctx.find_root().params.get("study") or ".")
        found = [CompletionItem(name) for name in self.names(folder) if name.startswith(incomplete)]
        return [*found, *([CompletionItem(incomplete, type="file")] if self.files else [])]


def offer_values(command: click.Command) -> click.Command:
    """The command with names of the study for its options and arguments; only where a shell asks."""
    parameters: Iterable[click.Parameter] = command.params
    for parameter in parameters:
        is_flag = isinstance(parameter, click.Option) and parameter.is_flag
        if not is_flag and parameter.name in OFFERED:
            parameter.type = OfferedText(OFFERED[parameter.name], parameter.name in OR_FILES)
    for inner in getattr(command, "commands", {}).values():
        offer_values(inner)
    return command
