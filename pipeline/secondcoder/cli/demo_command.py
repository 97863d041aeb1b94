"""secondcoder demo."""

from __future__ import annotations

from pathlib import Path

import click

from secondcoder.cli.common import name_study, progress_bars, say
from secondcoder.cli.paths import PathType
from secondcoder.demo.demo_folder import FINDINGS, SHEET, SUMMARY, summary_of
from secondcoder.domain.shell_words import shell_word

USUAL = "demo-study"


@click.command("demo")
@click.argument("folder", metavar="[DIR]", default=USUAL, type=PathType(file_okay=False, path_type=Path))
@click.option("--open", "opens", is_flag=True, help="Then open it in the browser, on a page that says where to look.")
@click.option("--again", is_flag=True, help="Do the steps again where DIR holds a demonstration already.")
@click.pass_context
def command(ctx: click.Context, folder: Path, opens: bool, again: bool) -> None:
    """Try everything on an invented study: seven practices, interviews with GPs, link workers and others, two coders.

    \b
      secondcoder demo --open     make it, and look round in the browser; Ctrl+C ends

    Makes a study in DIR (demo-study by default), trains a model, evaluates it, suggests codes for the interviews that nobody coded,
    charts what was found, and ends with a summary and the paths of the files. Takes a minute or two the first time. Where DIR holds
    it already, nothing is computed: you are told what is there. To be rid of it, delete the folder.
    """
    if summary_of(folder) and not again:
        say(f"The demonstration is in {folder} already.")
    else:
        _make(folder)
    _tell(folder)
    if opens:
        from secondcoder.cli.review_command import serve_study

        name_study(ctx, folder)
        serve_study(str(folder))
        return
    where = "" if str(folder) == USUAL else f" {shell_word(str(folder))}"
    click.echo(f"Look round in the browser: secondcoder demo{where} --open")
    click.echo("Your own interviews:       secondcoder new")


def _make(folder: Path) -> None:
    from secondcoder.demo.demo import run_demo
    from secondcoder.demo.summary import summary_lines, summary_page
    from secondcoder.reports.tables import write_table
    from secondcoder.reports.whole_file import write_whole

    with progress_bars() as progress:
        demo = run_demo(folder, say, progress)
    write_table(demo.suggestions, folder / SHEET)
    # Last: by it a demonstration that is whole is known again.
    write_whole(folder / SUMMARY, summary_page(demo).encode())
    demo.study.close()
    click.echo("\n".join(summary_lines(demo)) + "\n")


def _tell(folder: Path) -> None:
    """What lies where, and what can be done with it."""
    click.echo(f"Suggestions, with reasons: {folder / SHEET}")
    click.echo(f"The summary as a page:     {folder / SUMMARY}")
    click.echo(f"What was found, charted:   {folder / FINDINGS / 'report.html'}")
    click.echo(f"The study itself:          {folder}   (try: secondcoder -C {shell_word(str(folder))} status)")
