"""secondcoder init."""

from __future__ import annotations

import sys

import click

from secondcoder.cli.common import say
from secondcoder.domain.wording import counted

CHOICES = "npt|npt-core|npt-cmo|cfir|FILE|none"


@click.command("init")
@click.argument("folder", metavar="DIR")
@click.option(
    "--codebook",
    metavar=CHOICES,
    help="A codebook that ships with secondcoder, your own as a YAML file, or none. Asked for where it is not given.",
)
def command(folder: str, codebook: str | None) -> None:
    """Create a study in the folder DIR.

    \b
    npt       the 16 sub-constructs of Normalisation Process Theory and five implementation factors
    npt-core  its four constructs and the five factors
    npt-cmo   contexts, mechanisms and outcomes of the 2022 NPT coding manual
    cfir      the Consolidated Framework for Implementation Research, 2.0
    FILE      your own; `secondcoder codebook export FILE` in a study writes one to start from
    none      an empty one: codes come with your tables (import --add-codes), or later (codebook import)
    """
    from secondcoder.study.study import Study

    study = Study.create(folder, codebook or _ask())
    say(
        f"Created a study in {folder} with codebook '{study.codebook.id}' ({counted(len(study.codebook.codes), 'code')})."
    )
    added = "" if study.codebook.codes else " --add-codes"
    say(f"Next: secondcoder -C {folder} import{added} TRANSCRIPTS... CODES.csv")
    study.close()


def _ask() -> str:
    """The person's choice; a script has to say it, so that no study begins with codes that nobody wanted."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise click.UsageError(
            f"Which codebook? Name one with --codebook {CHOICES}: one that ships, the YAML file of your own, or none "
            "for an empty one. Nothing was made."
        )
    return str(click.prompt(f"Codebook ({CHOICES})", err=True))
