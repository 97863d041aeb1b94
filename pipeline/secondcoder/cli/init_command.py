"""secondcoder init."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from secondcoder.cli.common import say, say_notes
from secondcoder.domain.wording import counted

CHOICES = "npt|npt-core|npt-cmo|cfir|FILE|none"


@click.command("init")
@click.argument("folder", metavar="DIR")
@click.option(
    "--codebook",
    metavar=CHOICES,
    help="A codebook that ships with secondcoder, your own as a file (.yml, .csv, .xlsx, .docx, .qdc, .qdpx), or none. Asked for "
    "unless given.",
)
def command(folder: str, codebook: str | None) -> None:
    """Create a study in the folder DIR.

    \b
    npt       the 16 sub-constructs of Normalisation Process Theory and five implementation factors
    npt-core  its four constructs and the five factors
    npt-cmo   contexts, mechanisms and outcomes of the 2022 NPT coding manual
    cfir      the Consolidated Framework for Implementation Research, 2.0
    FILE      your own, YAML, a table (CSV, Excel, Word), or that of another program (REFI-QDA: .qdc, or
              its project, .qdpx): `secondcoder codebook new FILE` writes an example, `secondcoder codebook show
              npt --yaml` prints one that ships
    none      an empty one: codes come with your tables (import --add-codes), or later (codebook import)
    """
    from secondcoder.exchange.codebooks.files import read_codebook
    from secondcoder.study.create import NO_CODEBOOK
    from secondcoder.study.study import Study

    chosen = codebook or _ask()
    study = Study.create(folder, chosen)
    say_notes(read_codebook(chosen).notes if chosen != NO_CODEBOOK or Path(chosen).is_file() else ())
    say(
        f"Created a study in {folder} with codebook '{study.codebook.id}' ({counted(len(study.codebook.codes), 'code')})."
    )
    say(
        f"Next: secondcoder -C {folder} import INTERVIEWS/   (a folder or files; "
        f"then code in the browser: secondcoder -C {folder} open)"
    )
    added = "" if study.codebook.codes else " --add-codes"
    say(f"Coded already? secondcoder -C {folder} import{added} INTERVIEWS/ CODES.csv")
    study.close()


def _ask() -> str:
    """The person's choice; a script has to say it, so that no study begins with codes that nobody wanted."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise click.UsageError(
            f"Which codebook? Name one with --codebook {CHOICES}: one that ships, the file of your own, or none "
            "for an empty one. Nothing was made."
        )
    return str(click.prompt(f"Codebook ({CHOICES})", err=True))
