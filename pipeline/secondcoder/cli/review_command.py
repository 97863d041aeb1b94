"""secondcoder review."""

from __future__ import annotations

import getpass
import shlex
from contextlib import suppress
from pathlib import Path

import click

from secondcoder.cli.common import open_study, say


@click.group("review", invoke_without_command=True)
@click.option(
    "--coder", "coders", multiple=True, help="Whose decisions these are; give it once for each of several people."
)
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="The port to listen on; a free one by default.")
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="The address to listen on. Beyond this machine every coder needs a name (--coder).",
)
@click.option(
    "--name",
    "names",
    multiple=True,
    help="A name by which others reach it, such as that of a proxy: NAME or NAME:PORT; once for each.",
)
@click.option("--no-browser", is_flag=True, help="Print the link and open no browser.")
@click.option("--blind", is_flag=True, help="Code every passage before its suggestions are shown.")
@click.option("--adjudicate", is_flag=True, help="Add a link to settle together what coders coded differently.")
@click.pass_context
def command(
    ctx: click.Context,
    coders: tuple[str, ...],
    port: int,
    host: str,
    names: tuple[str, ...],
    no_browser: bool,
    blind: bool,
    adjudicate: bool,
) -> None:
    """Decide on suggestions, in the browser, on this machine.

    Prints a link that opens once, and opens the browser. You see each passage with the question before it; accept, change or reject
    what is suggested, or add codes of your own. Keys do everything, and each decision is saved before the page moves on.

    Some passages come without suggestions, to be coded first: so the summary can say how often people follow the model and how much it
    misses. --blind does this with all of them.
    """
    if ctx.invoked_subcommand is not None:
        return
    _serve(ctx.obj, coders, port, host, names, not no_browser, blind, adjudicate)


def _serve(
    folder: str,
    coders: tuple[str, ...],
    port: int,
    host: str,
    names: tuple[str, ...],
    browser: bool,
    blind: bool,
    adjudicate: bool,
) -> None:
    from secondcoder.review.serving import check_exposure, check_names, exposure, is_loopback, listen, serve
    from secondcoder.review.session import Desk

    check_exposure(host, coders)
    named = check_names(coders or (_person(),))
    with open_study(folder) as study:
        sock = listen(host, port)
        say("Preparing the passages ...")
        desk = Desk(study, blind)
        if desk.unknown:
            say(
                f"The codebook changed since model {desk.model} learned it ({desk.unknown.told}). Codes that are not the same any "
                "more are not suggested; learn and code anew for those: secondcoder retrain, then secondcoder code"
            )
        if not is_loopback(host):
            say(exposure(host, sock.getsockname()[1]))
        serve(desk, sock, named, adjudicate=adjudicate, browser=browser, tell=click.echo, names=names)


def _person() -> str:
    """The name of the person at the keyboard, as the system knows it."""
    with suppress(OSError, KeyError):
        return getpass.getuser()
    return "coder"


@command.command("summary")
@click.option("--coder", help="Only this person's decisions; everybody's by default.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("review-summary.html"),
    show_default=True,
    help="The page to write.",
)
@click.pass_obj
def summary(folder: str, coder: str | None, out: Path) -> None:
    """Write what was decided, how often the model was followed, and how much it misses, as a page."""
    from secondcoder.reports.tables import write_whole
    from secondcoder.review.session import Desk
    from secondcoder.review.summary_pages import write_summary

    with open_study(folder) as study:
        text = write_summary(Desk(study, may_be_done=True), coder)
    write_whole(out, text.encode())
    say(f"Wrote {out}.")


@command.command("export")
@click.argument("sheet", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--coder", help="Whose review it is; the person at the keyboard by default.")
@click.pass_obj
def export(folder: str, sheet: Path, coder: str | None) -> None:
    """Write the suggestions that wait as a spreadsheet (.xlsx) with drop-downs, to decide there.

    Passages that are to be coded before their suggestions are seen are not in it.
    """
    from secondcoder.review.session import Desk
    from secondcoder.review.spreadsheet import SHEET, left_for_the_page, write_sheet

    SHEET.check_suffix(sheet)
    with open_study(folder) as study:
        desk, named = Desk(study), coder or _person()
        count, kept = write_sheet(desk, named, sheet), left_for_the_page(desk, named)
    whose = f" --coder {shlex.quote(coder)}" if coder else ""
    say(
        f"Wrote {count} suggestions to {sheet}. Fill the column 'decision', then: secondcoder review import {sheet}{whose}"
    )
    if kept:
        say(
            f"{kept} passages are not in it: they are to be coded before their suggestions are seen, on the page. Without them the "
            "summary cannot say how often people follow the model, nor how much it misses."
        )


@command.command("import")
@click.argument("sheet", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--coder", help="Whose decisions these are; the person at the keyboard by default.")
@click.pass_obj
def import_(folder: str, sheet: Path, coder: str | None) -> None:
    """Take a filled spreadsheet in. A row whose text, code or id was changed is refused, and then nothing is taken."""
    from secondcoder.review.session import Desk
    from secondcoder.review.spreadsheet import read_sheet

    with open_study(folder) as study:
        taken = read_sheet(Desk(study), coder or _person(), sheet)
    say(f"Took {taken.decisions} decisions in; {taken.empty} rows were left empty.")
