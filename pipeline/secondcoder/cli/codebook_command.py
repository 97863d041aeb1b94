"""secondcoder codebook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from secondcoder.cli.codebook_changes import assign, change, history
from secondcoder.cli.common import open_study, say, say_notes
from secondcoder.cli.paths import PathType
from secondcoder.codebook.shipped import SHIPPED
from secondcoder.domain.shell_words import shell_word
from secondcoder.domain.wording import counted

if TYPE_CHECKING:
    from secondcoder.codebook.model import Code, Codebook


@click.group("codebook")
def command() -> None:
    """Show, check, change, import or export the codebook, or begin a new one.

    A codebook FILE is YAML, that of another program (REFI-QDA: .qdc, or the project's .qdpx), or a table as you have it: CSV, Excel
    (.xlsx) or a table in Word (.docx), with columns for name, definition, includes, excludes, examples and parent, in any order and
    by common other names. A Word document that lists codes by headings, numbers or an indented list will do too, as MAXQDA's report
    "Codebook". `codebook new OUT.yml` (or .csv,
    .xlsx) writes an example to start from.
    """


@command.command("show")
@click.argument("source", required=False, metavar="[NAME|FILE|CODE]")
@click.option(
    "--yaml",
    "as_yaml",
    is_flag=True,
    help="Print a codebook as YAML, which `init --codebook` and `codebook import` take.",
)
@click.pass_obj
def show(study_folder: str, source: str | None, as_yaml: bool) -> None:
    """Print the study's codebook, one of its codes, or a codebook that ships or stands in a file.

    `secondcoder init --help` lists those that ship.
    """
    from secondcoder.codebook.yaml_file import dump_codebook
    from secondcoder.exchange.codebooks.files import read_codebook

    if source in SHIPPED or (source and Path(source).is_file()):
        # Without a study: shipped codebooks can be read before there is one.
        read = read_codebook(source)
        say_notes(read.notes)
        _print_book(read.book, read.text if as_yaml else None)
        return
    with open_study(study_folder) as study:
        book = study.codebook
    if source is None:
        _print_book(book, dump_codebook(book) if as_yaml else None)
        return
    if as_yaml:
        raise click.UsageError(
            "--yaml prints a whole codebook: name one that ships or a file, or nothing for the study's."
        )
    code = book.find(source)
    if code is None:
        from secondcoder.errors import CodebookError

        raise CodebookError(book.missing_code_message(source))
    _print_code(book[code])


def _print_book(book: Codebook, text: str | None) -> None:
    """Its YAML, or an outline."""
    if text is not None:
        click.echo(text, nl=False)
        return
    about = f"{book.description}\n\n" if book.description else ""
    click.echo(f"{book.title} (version {book.version})\n\n{about}", nl=False)
    wide = max((len(code.id) for code in book.codes), default=0)
    for code in book.codes:
        indent = "  " * len(book.ancestors(code.id))
        click.echo(f"{indent}{code.id:<{wide}} {code.name}" + (f": {code.definition}" if code.definition else ""))


def _print_code(code: Code) -> None:
    click.echo(f"{code.id} {code.name}\n\n{code.definition}")
    for title, lines in (
        ("Counts", code.includes),
        ("Does not count", [rule.line for rule in code.excludes]),
        ("Examples (invented)", code.examples),
        ("Also called", code.aliases),
    ):
        if lines:
            click.echo(f"\n{title}:\n" + "\n".join(f"  - {line}" for line in lines))
    if code.source:
        click.echo(f"\nSource: {code.source}")


@command.command("check")
@click.argument("file", required=False, type=PathType(path_type=Path))
@click.pass_obj
def check(study_folder: str, file: Path | None) -> None:
    """Check a codebook file (YAML, CSV, .xlsx, .docx), or the study's own."""
    from secondcoder.exchange.codebooks.files import read_codebook

    if file is not None:
        read = read_codebook(file)
        say_notes(read.notes)
        book = read.book
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
@click.argument("source", metavar="NAME|FILE")
@click.pass_obj
def import_codebook(study_folder: str, source: str) -> None:
    """Replace the codebook by one under which every coding keeps its code; for all others use `codebook change`.

    NAME is one that ships (`secondcoder init --help` lists them); FILE is YAML, a table in CSV, Excel (.xlsx) or Word (.docx), or
    REFI-QDA (.qdc, .qdpx).
    """
    from secondcoder.exchange.codebooks.files import read_codebook

    say_notes(read_codebook(source).notes)
    with open_study(study_folder) as study:
        before, book = study.codebook_file.hash, study.codebook_import(source)
        stale = study.model_in_use if book.hash != before else None
    say(
        f"The study now has codebook '{book.id}' version {book.version} ({counted(len(book.codes), 'code')})."
        + (f" Model {stale} no longer fits the codebook; train a new version: secondcoder retrain" if stale else "")
    )


@command.command("export")
@click.argument("file", type=PathType(dir_okay=False, path_type=Path))
@click.option("--format", "form", metavar="NAME", help="The format, where a suffix has several: `maxqda` for .xlsx.")
@click.pass_obj
def export(study_folder: str, file: Path, form: str | None) -> None:
    """Write the codebook as YAML, or as a table (.csv, .xlsx), by suffix. `codebook import` reads each back.

    --format maxqda writes the workbook that MAXQDA takes under Codes > Import codes and memos from Excel spreadsheet.
    """
    from secondcoder.exchange.codebooks.files import write_codebook

    with open_study(study_folder) as study:
        book = study.codebook
    write_codebook(book, file, form=form)
    say(f"Wrote {file}.")


@command.command("new")
@click.argument("file", metavar="OUT.yml", type=PathType(dir_okay=False, path_type=Path))
def new(file: Path) -> None:
    """Write an example of a codebook to start your own from: YAML with remarks, or a table (.csv, .xlsx), by suffix."""
    from secondcoder.codebook.yaml_file import example_text, parse_codebook
    from secondcoder.errors import InputError
    from secondcoder.exchange.codebooks.files import write_codebook

    if file.exists():
        raise InputError(f"{file} is there already. Name another file. Nothing was written.")
    text = example_text().replace("THIS-FILE", file.name)
    write_codebook(parse_codebook(text, "the example"), file, text)
    named = shell_word(str(file))
    say(f"Wrote {file}. Put your codes in place of the example's, then: secondcoder codebook check {named}")
    say(f"and begin a study with it: secondcoder init mystudy --codebook {named}")


for subcommand in (change, assign, history):
    command.add_command(subcommand)
