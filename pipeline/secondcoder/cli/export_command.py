"""secondcoder export."""

from __future__ import annotations

from pathlib import Path

import click

from secondcoder.cli.common import open_study, say, write_result


@click.command("export")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table"]),
    default="table",
    show_default=True,
    help="The coded table of spans.",
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write a file (.csv, .xlsx, .parquet, .jsonl); else CSV to stdout.",
)
@click.pass_obj
def command(study_folder: str, form: str, out: Path | None) -> None:
    """Write the human codings with their offsets. `secondcoder import` reads the table back into a study with the same transcripts.

    A row with empty codes is a coding pass: its coder looked through that span. Suggestions are not among them.
    """
    with open_study(study_folder) as study:
        table = study.codings_table()
    write_result(table, out)
    say(f"{len(table)} rows." + (f" Written to {out}." if out else ""))
