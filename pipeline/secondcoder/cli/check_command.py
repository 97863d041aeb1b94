"""secondcoder check."""

from __future__ import annotations

import sys

import click

from secondcoder.cli.common import quiet_libraries


@click.command("check")
@click.pass_obj
def command(study_folder: str) -> None:
    """Look for faults in the study; each is named with the command that mends it. Exit 1 if there is any."""
    from secondcoder.checking import faults

    quiet_libraries()
    found = faults(study_folder)
    for fault in found:
        click.echo(f"- {fault}")
    if found:
        click.echo(f"{len(found)} fault{'s' if len(found) > 1 else ''} found.", err=True)
        sys.exit(1)
    click.echo("No fault found.")
