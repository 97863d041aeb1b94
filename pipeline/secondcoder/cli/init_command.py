"""secondcoder init."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from secondcoder.cli.common import can_ask, name_study, say, say_notes
from secondcoder.codebook.shipped import CHOICES as SHIPPED_CHOICES
from secondcoder.codebook.shipped import lines
from secondcoder.domain.shell_words import shell_word
from secondcoder.domain.wording import counted

if TYPE_CHECKING:
    from secondcoder.study.study import Study

HELP = f"""Create a study in the folder DIR, to import interviews into. To be asked step by step: `secondcoder new`.

\b
{lines()}
FILE      your own, YAML, a table (CSV, Excel, Word), or that of another program (REFI-QDA: .qdc, or
          its project, .qdpx): `secondcoder codebook new FILE` writes an example, `secondcoder codebook show
          npt --yaml` prints one that ships
none      an empty one: codes come with your tables (import --add-codes), or later (codebook import)
"""
CHOICES = f"{SHIPPED_CHOICES}|FILE|none"


@click.command("init", help=HELP)
@click.argument("folder", metavar="DIR")
@click.option(
    "--codebook",
    metavar="NAME|FILE|none",
    help="A codebook that ships with secondcoder, your own as a file (.yml, .csv, .xlsx, .docx, .qdc, .qdpx), or none. Asked for "
    "unless given.",
)
@click.option(
    "--store",
    metavar="URL",
    help="Keep the study in this PostgreSQL database, for a team. Where a colleague's study is in it already, DIR becomes one more "
    "folder of that study, with its codebook.",
)
@click.option(
    "--language",
    metavar="CODE",
    default="en",
    show_default=True,
    help="Language of the interviews: de, fr, es ... or its name. What is not there for it is said.",
)
def command(folder: str, codebook: str | None, store: str | None, language: str) -> None:
    """Create a study in the folder DIR."""
    from secondcoder.exchange.codebooks.files import read_codebook
    from secondcoder.store import holds_tables
    from secondcoder.study.check import store_warnings
    from secondcoder.study.create import NO_CODEBOOK
    from secondcoder.study.study import Study

    for warning in store_warnings(store) if store else ():
        say(f"warning: {warning}")
    if store and holds_tables(store, Path(folder)):
        _join(folder, store, codebook, language)
        return
    chosen = codebook or _ask()
    study = Study.create(folder, chosen, store=store, language=language)
    say_notes(read_codebook(chosen).notes if chosen != NO_CODEBOOK or Path(chosen).is_file() else ())
    say(
        f"Created a study in {folder} with codebook '{study.codebook.id}' ({counted(len(study.codebook.codes), 'code')})."
    )
    name_study(click.get_current_context(), Path(folder))
    say_language(study)
    say("Next: secondcoder import INTERVIEWS/   (a folder or files; then code in the browser: secondcoder open)")
    added = "" if study.codebook.codes else " --add-codes"
    say(f"Coded already? secondcoder import{added} INTERVIEWS/ CODES.csv")
    study.close()


def say_language(study: Study) -> None:
    """What is not there for the language of the talk; nothing for English."""
    from secondcoder.learning.language_support import language_support

    support = language_support(study.configuration, study.codebook)
    if support["missing"]:
        pipeline = study.configuration.segments.sentence_pipeline
        how = f"the spaCy pipeline {pipeline}" if pipeline else "spaCy's rules for it"
        say(
            f"The talk is {support['name']}: sentences are found by {how}. What works in which language: docs/languages.md"
        )
    for sentence in support["missing"]:
        say(f"warning: {sentence}")


def _join(folder: str, store: str, codebook: str | None, language: str) -> None:
    """Another folder of a study that is there."""
    from secondcoder.errors import InputError
    from secondcoder.study.study import Study

    if codebook:
        raise InputError(
            "The database holds a study already, which has its codebook. Leave --codebook out to join that study, or name an empty "
            "database. Nothing was made."
        )
    study = Study.join(folder, store, language)
    say(
        f"{folder} is now a folder of the study in the database: {counted(len(study.corpus.transcripts), 'transcript')}, codebook "
        f"'{study.codebook.id}' ({counted(len(study.codebook.codes), 'code')})."
    )
    say(
        "Settings and models are in folders and not in the database: take secondcoder.toml over from a colleague's folder, and use "
        "one folder models/ together (docs/teams-on-postgresql.md)."
    )
    say(f"Next: secondcoder -C {shell_word(folder)} open")
    study.close()


def _ask() -> str:
    """The person's choice; a script has to say it, so that no study begins with codes that nobody wanted."""
    if not can_ask():
        raise click.UsageError(
            f"Which codebook? Name one with --codebook {CHOICES}: one that ships, the file of your own, or none "
            "for an empty one. Nothing was made."
        )
    return str(click.prompt(f"Codebook ({CHOICES})", err=True))
