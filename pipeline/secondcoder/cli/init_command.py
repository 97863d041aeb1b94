"""secondcoder init."""

from __future__ import annotations

import click

from secondcoder.cli.common import say
from secondcoder.domain.wording import counted


@click.command("init")
@click.argument("folder", metavar="DIR")
@click.option(
    "--codebook",
    default="npt",
    show_default=True,
    metavar="npt|npt-core|npt-cmo|cfir|FILE",
    help="A codebook that ships with secondcoder, or your own as a YAML file.",
)
def command(folder: str, codebook: str) -> None:
    """Create a study in the folder DIR.

    \b
    npt       the 16 sub-constructs of Normalisation Process Theory and five implementation factors
    npt-core  its four constructs and the five factors
    npt-cmo   contexts, mechanisms and outcomes of the 2022 NPT coding manual
    cfir      the Consolidated Framework for Implementation Research, 2.0
    FILE      your own; `secondcoder codebook show npt` prints one to start from
    """
    from secondcoder.study.study import Study

    study = Study.create(folder, codebook)
    say(
        f"Created a study in {folder} with codebook '{study.codebook.id}' ({counted(len(study.codebook.codes), 'code')})."
    )
    say(f"Next: secondcoder -C {folder} import TRANSCRIPTS... CODES.csv")
    study.close()
