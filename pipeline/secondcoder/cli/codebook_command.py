"""secondcoder codebook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from secondcoder.cli.codebook_changes import assign, change, history
from secondcoder.cli.common import open_study, say
from secondcoder.domain.wording import counted

if TYPE_CHECKING:
    from secondcoder.codebook.model import Code, Codebook


@click.group("codebook")
def command() -> None:
    """Show, check, change, import or export the codebook."""


@command.command("show")
@click.argument("source", required=False, metavar="[npt|npt-core|npt-cmo|cfir|FILE|CODE]")
@click.pass_obj
def show(study_folder: str, source: str | None) -> None:
    """Print the study's codebook, one of its codes, or a shipped codebook."""
    from secondcoder.codebook.model import SHIPPED, load_codebook

    if source in SHIPPED or (source and Path(source).is_file()):
        # Without a study: shipped codebooks can be read before there is one.
        _outline(load_codebook(source))
        return
    with open_study(study_folder) as study:
        book = study.codebook
    if source is None:
        _outline(book)
        return
    code = book.find(source)
    if code is None:
        from secondcoder.errors import CodebookError

        raise CodebookError(book.missing_code_message(source))
    _print_code(book[code])


def _outline(book: Codebook) -> None:
    click.echo(f"{book.title} (version {book.version})\n\n{book.description}\n")
    for code in book.codes:
        indent = "  " * len(book.ancestors(code.id))
        click.echo(f"{indent}{code.id:<8} {code.name}" + (f": {code.definition}" if code.definition else ""))


def _print_code(code: Code) -> None:
    click.echo(f"{code.id} {code.name}\n\n{code.definition}")
    for title, lines in (
        ("Counts", code.includes),
        ("Does not count", [rule.text + (f" -> {', '.join(rule.see)}" if rule.see else "") for rule in code.excludes]),
        ("Examples (invented)", code.examples),
        ("Also called", code.aliases),
    ):
        if lines:
            click.echo(f"\n{title}:\n" + "\n".join(f"  - {line}" for line in lines))
    if code.source:
        click.echo(f"\nSource: {code.source}")


@command.command("check")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.pass_obj
def check(study_folder: str, file: Path | None) -> None:
    """Check a codebook file, or the study's own."""
    from secondcoder.codebook.model import load_codebook

    if file is not None:
        book = load_codebook(file)
    else:
        with open_study(study_folder) as study:
            # As it stands: an edit is to be checked before it is confirmed.
            book = study.codebook_file
    bare = [code.id for code in book.codes if not code.definition]
    click.echo(f"Codebook '{book.id}' version {book.version}: {counted(len(book.codes), 'code')}, no fault.")
    if bare:
        click.echo(
            f"Without a definition, so ranked from their name alone until they have examples: {', '.join(bare)}."
        )


@command.command("import")
@click.argument("source", metavar="npt|npt-core|npt-cmo|cfir|FILE")
@click.pass_obj
def import_codebook(study_folder: str, source: str) -> None:
    """Replace the codebook by one under which every coding keeps its code; for all others use `codebook change`."""
    with open_study(study_folder) as study:
        before, book = study.codebook_file.hash, study.codebook_import(source)
        stale = study.model_in_use if book.hash != before else None
    say(
        f"The study now has codebook '{book.id}' version {book.version} ({counted(len(book.codes), 'code')})."
        + (f" Model {stale} no longer fits the codebook; train a new version: secondcoder retrain" if stale else "")
    )


@command.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.pass_obj
def export(study_folder: str, file: Path) -> None:
    """Write the codebook as YAML, or as CSV for reading in a spreadsheet (by suffix)."""
    from secondcoder.codebook.model import dump_codebook
    from secondcoder.errors import InputError
    from secondcoder.reports.tables import write_table, write_whole

    with open_study(study_folder) as study:
        book = study.codebook
    suffix = file.suffix.lower()
    if suffix in (".yml", ".yaml"):
        write_whole(file, dump_codebook(book).encode())
    elif suffix in (".csv", ".xlsx"):
        import pandas as pd

        plain = ("id", "name", "family", "parent", "definition", "source")
        rows = [
            {name: getattr(code, name) for name in plain}
            | {
                "includes": "\n".join(code.includes),
                "excludes": "\n".join(rule.text for rule in code.excludes),
                "examples": "\n".join(code.examples),
                "aliases": "\n".join(code.aliases),
            }
            for code in book.codes
        ]
        write_table(pd.DataFrame(rows), file)
    else:
        raise InputError(f"{file.name}: a codebook is written as .yml, .csv or .xlsx, by suffix.")
    say(f"Wrote {file}.")


for subcommand in (change, assign, history):
    command.add_command(subcommand)
