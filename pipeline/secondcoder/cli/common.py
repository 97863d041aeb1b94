"""What the commands share: opening the study, progress bars, tables on the terminal, writing results."""

from __future__ import annotations

import getpass
import json
import re
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import click

from secondcoder.cli.terminal import harmless, raw
from secondcoder.domain.shell_words import shell_word
from secondcoder.domain.shown import controls
from secondcoder.errors import InputError

if TYPE_CHECKING:
    import pandas as pd
    from rich.table import Table

    from secondcoder.learning.pipeline import Progress
    from secondcoder.study.study import Study


# `secondcoder train`, but not `secondcoder init`, `secondcoder -C DIR train`, or a sentence about secondcoder.
ADVICE = re.compile(
    r"secondcoder (?=(?:import|forget|transcript|deidentify|sheet|codebook|train|code|evaluate|open|review|retrain|models|doubts|"
    r"agree|passages|chart|export|embedder|status|check|pack make)\b)"
)

FIGURE = re.compile(r"[-+−<]?\d|–?$")
"""How a figure in a table begins; or nothing stands there."""

PADDING = 3
"""Columns of the terminal between two columns of a table."""


class GroupedCommand(click.Command):
    """A command with many options, whose help shows them under headings.

    Attributes:
        groups: heading -> names of its options, as Python has them; what stands under none comes last.
    """

    groups: ClassVar[Mapping[str, Sequence[str]]] = {}

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The options under their headings, in the order of `groups`."""
        options = [each for each in self.get_params(ctx) if isinstance(each, click.Option)]
        records = {str(each.name): each.get_help_record(ctx) for each in options}
        grouped = {name for names in self.groups.values() for name in names}
        rest = [name for name in records if name not in grouped]
        for heading, names in {**self.groups, "Also": rest}.items():
            with formatter.section(heading):
                formatter.write_dl([record for name in names if (record := records[name])])


@contextmanager
def progress_bars() -> Iterator[Progress]:
    """A callback for `Study(progress=...)` that draws one bar a kind of work on stderr, none when stderr is no terminal.

    The bars live only while some work is unfinished: what is printed or asked afterwards stands on lines of its own.
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(file=raw(sys.stderr))
    columns = (
        TextColumn("{task.description:<12}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    bars = Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
    tasks: dict[str, Any] = {}

    def tell(what: str, done: int, total: int) -> None:
        if done >= total:
            if what in tasks:
                bars.remove_task(tasks.pop(what))
            if not tasks:
                bars.stop()
            return
        if what not in tasks:
            tasks[what] = bars.add_task(harmless(what), total=total)
        bars.update(tasks[what], completed=done, total=total)
        bars.start()

    try:
        yield tell
    finally:
        bars.stop()


@contextmanager
def open_study(folder: str, *, unchanging: bool = False) -> Iterator[Study]:
    """The study of `-C`, with progress bars; `unchanging`: only to be read, while nobody writes."""
    from secondcoder.study.study import Study

    with progress_bars() as progress:
        study = Study(folder, progress, unchanging=unchanging, tell=say)
        try:
            yield study
        finally:
            study.close()


def text_width(most: int) -> int:
    """Columns for running text: `most`, or the terminal's where that is narrower."""
    return min(most, shutil.get_terminal_size((most, 24)).columns)


def say(message: str) -> None:
    """A message for the person, on stderr."""
    # Harmless here, too: while a bar is drawn, rich stands before the stream.
    click.echo(harmless(advised(message)), err=True)


def say_notes(notes: Iterable[str]) -> None:
    """How something was read, a line each, on stderr."""
    for note in notes:
        say(f"note: {note}")


def can_ask() -> bool:
    """Whether somebody sits at a terminal, to be asked something on stderr."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def person() -> str:
    """The name of the person at the keyboard, as the system knows it."""
    with suppress(OSError, KeyError):  # a user without a name: KeyError, since Python 3.13 OSError
        return getpass.getuser()
    return "coder"


def confirm(question: str, yes: bool, unchanged: str) -> None:
    """Ask before something is done; InputError where the answer is not yes. `yes` answers for a script."""
    if yes:
        return
    try:
        agreed = click.confirm(question, err=True)
    # Without anybody to answer, as in a script, click aborts.
    except click.Abort:
        agreed = False
    if not agreed:
        raise InputError(f"Not confirmed (in a script, use --yes). {unchanged}")


def advised(message: str) -> str:
    """The message with every command that it advises naming the study of `-C`, so that it can be copied as it stands."""
    context = click.get_current_context(silent=True)
    folder = context.find_root().params.get("study", ".") if context else "."
    return (
        message if folder == "." else ADVICE.sub(f"secondcoder -C {shell_word(folder)} ".replace("\\", r"\\"), message)
    )


def name_study(context: click.Context, folder: Path) -> None:
    """From now on advice names this study: one that a command made, and that `-C` did not name."""
    context.find_root().params["study"] = str(folder)


def print_json(data: Any) -> None:
    """JSON on stdout."""
    written = json.dumps(data, indent=2, ensure_ascii=False)
    # It escapes some control characters only; with the others escaped, too, it is the same JSON.
    click.echo(controls().sub(lambda match: json.dumps(match[0])[1:-1], written))


def print_table(columns: Sequence[str], rows: Sequence[Sequence[Any]], title: str | None = None) -> None:
    """A table on stdout; words are left-aligned, the figures beside the first column right.

    Where the terminal is too narrow, the columns that do not fit follow below, with the first one again: no figure is broken.
    """
    from rich.console import Console

    wide = None if sys.stdout.isatty() else 160  # into a pipe, rich would fold at 80 columns
    console = Console(width=wide, file=raw(sys.stdout))
    texts = [["–" if cell is None else harmless(str(cell)) for cell in row] for row in rows]
    cells = [*zip(map(harmless, columns), *texts, strict=True)]
    for at, taken in enumerate(_that_fit(cells, console.width)):
        console.print(_table([cells[number] for number in taken], console.width, None if at else title))


def _that_fit(columns: Sequence[Sequence[str]], width: int) -> list[list[int]]:
    """Numbers of the columns that go beside each other, group by group, each with the first; cells are broken only at blanks."""
    needed = [_longest_word(column) + PADDING for column in columns]
    groups = [[0]]
    for number in range(1, len(columns)):
        if len(groups[-1]) > 1 and sum(needed[n] for n in groups[-1]) + needed[number] > width:
            groups.append([0])
        groups[-1].append(number)
    return groups


def _longest_word(column: Sequence[str]) -> int:
    return max(len(word) for text in column for word in text.split() or [""])


def _widths(columns: Sequence[Sequence[str]], width: int) -> list[int]:
    """The longest word's, and a fair share of what is left; rich's own shrinking breaks words."""
    needed = [_longest_word(column) for column in columns]
    wanted = [max(map(len, column)) - least for column, least in zip(columns, needed, strict=True)]
    left = width - sum(needed) - PADDING * len(columns)
    share = min(1.0, max(0.0, left / (sum(wanted) or 1)))
    return [least + int(share * more) for least, more in zip(needed, wanted, strict=True)]


def _table(columns: Sequence[Sequence[str]], width: int, title: str | None) -> Table:
    """Columns, each with its head first."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title and Text(harmless(title)), box=box.SIMPLE_HEAD, title_justify="left", pad_edge=False)
    # As Text: rich reads brackets in a string as markup.
    for number, (column, own) in enumerate(zip(columns, _widths(columns, width), strict=True)):
        right = number and all(FIGURE.match(cell) for cell in column[1:])
        table.add_column(Text(column[0]), justify="right" if right else "left", overflow="fold", width=own)
    for row in zip(*(column[1:] for column in columns), strict=True):
        table.add_row(*map(Text, row))
    return table


def refuse_inputs(out: Path | None, paths: Iterable[str | Path]) -> None:
    """InputError where a file that is to be read is named to be written too."""
    if out is not None and out.resolve() in {Path(path).resolve() for path in paths}:
        raise InputError(f"{out} is read here, and would be lost. Name another file with --out. Nothing was written.")


def write_result(table: pd.DataFrame, out: Path | None) -> None:
    """A table to --out, or as CSV to stdout."""
    from secondcoder.reports.tables import csv_text, write_table

    if out is None:
        click.echo(csv_text(table), nl=False)
    else:
        write_table(table, out)
