"""secondcoder deidentify."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from secondcoder.cli.common import GroupedCommand, confirm, open_study, say
from secondcoder.cli.deidentify_files import deidentify_files, say_found
from secondcoder.cli.name_key import entries_of, needed, new_passphrase, opened, people_of, refuse_inside, refuse_there
from secondcoder.cli.paths import PathType
from secondcoder.domain.shell_words import shell_word
from secondcoder.domain.wording import counted, first_of, listed

if TYPE_CHECKING:
    from secondcoder.deidentification.key_file import Entry
    from secondcoder.deidentification.staff_list import Listed
    from secondcoder.study.deidentify.apply import Applied
    from secondcoder.study.deidentify.review_sheet import Decided

STEPS = """Say what to do. In a study, two steps:
  secondcoder deidentify --list staff.csv --key ../names.key --out ../names.xlsx     finds, and changes nothing
  secondcoder deidentify --apply ../names.xlsx --key ../names.key                    replaces what you decided
For files that are not imported yet, name them, and a folder: secondcoder deidentify FILES --key ../names.key --out FOLDER
All of it: secondcoder deidentify --help"""


class _Grouped(GroupedCommand):
    groups = {
        "Find and replace": ("listed", "key", "out", "sheet", "yes"),
        "How much is found": ("sample", "passages", "measure"),
    }


@click.command("deidentify", cls=_Grouped)
@click.argument("files", nargs=-1, type=PathType(exists=True, path_type=Path))
@click.option(
    "--list",
    "listed",
    metavar="CSV",
    type=PathType(exists=True, dir_okay=False, path_type=Path),
    help="Staff and places: columns name, kind, pseudonym, also (only name is needed).",
)
@click.option(
    "--key",
    metavar="FILE",
    type=PathType(dir_okay=False, path_type=Path),
    help="Who is who, encrypted; made at the first --apply. Keep it apart from the study.",
)
@click.option(
    "--out",
    metavar="SHEET|FOLDER",
    type=PathType(path_type=Path),
    help="Write the review sheet (.xlsx or .csv), or of FILES a folder of de-identified text files.",
)
@click.option(
    "--apply",
    "sheet",
    metavar="SHEET",
    type=PathType(exists=True, dir_okay=False, path_type=Path),
    help="Replace what the review sheet says.",
)
@click.option(
    "--sample",
    metavar="SHEET",
    type=PathType(dir_okay=False, path_type=Path),
    help="Write passages drawn at random, to note by hand who could be known by what (ten minutes).",
)
@click.option(
    "--passages",
    metavar="N",
    type=click.IntRange(5, 1000),
    default=40,
    show_default=True,
    help="How many, for --sample.",
)
@click.option(
    "--measure",
    metavar="SHEET",
    type=PathType(exists=True, dir_okay=False, path_type=Path),
    help="Say how much of what was noted by hand is found, with intervals. Give the same --list.",
)
@click.option(
    "--passphrase-file",
    metavar="FILE",
    type=PathType(exists=True, dir_okay=False, path_type=Path),
    help="Its first line opens the key, for scripts; otherwise you are asked.",
)
@click.option("--yes", is_flag=True, help="Do not ask for confirmation, for scripts.")
@click.pass_obj
def command(
    study_folder: str,
    files: tuple[Path, ...],
    listed: Path | None,
    key: Path | None,
    out: Path | None,
    sheet: Path | None,
    sample: Path | None,
    passages: int,
    measure: Path | None,
    passphrase_file: Path | None,
    yes: bool,
) -> None:
    """Put pseudonyms in place of names, places and numbers, in a study or in files that are not imported yet.

    In a study: first a review sheet is written of what was found and what is doubtful, and you decide row by row. Then --apply
    replaces it everywhere: interviews, codings (which stay on their words), memos, names of interviews, suggestions, the audit
    trail. What models learned from these interviews is deleted, and they are to be trained anew. The same person has the same
    pseudonym in all interviews and runs, by the key. Who interviews keeps their label.

    Not everything is found. Give a list of staff and places, measure on a sample how much is found, and read before you share.

    \b
    Examples:
      secondcoder deidentify --list staff.csv --key ../names.key --out ../names.xlsx
      secondcoder deidentify --apply ../names.xlsx --key ../names.key
      secondcoder deidentify interviews/*.docx --list staff.csv --key ../names.key --out deidentified
      secondcoder deidentify --sample ../sample.xlsx
      secondcoder deidentify --measure ../sample.xlsx --list staff.csv
    """
    asked = [bool(sheet), bool(sample), bool(measure)]
    if sum(asked) > 1 or not (any(asked) or out):
        raise click.UsageError(STEPS)
    people = people_of(listed)
    if files:
        deidentify_files(files, people, sheet, key, out, passphrase_file)
    elif sample:
        _sample(study_folder, sample, passages)
    elif measure:
        _measure(study_folder, measure, people)
    elif sheet:
        _apply(study_folder, sheet, key, passphrase_file, yes)
    elif out:
        _find(study_folder, people, entries_of(key, passphrase_file), out, key)


def _find(study_folder: str, people: Sequence[Listed], entries: Sequence[Entry], out: Path, key: Path | None) -> None:
    from secondcoder.study.deidentify.review_sheet import SHEET, write_review_sheet

    refuse_inside(out, study_folder, "the review sheet")
    refuse_there(out)
    SHEET.check_suffix(out)
    with open_study(study_folder) as study:
        rows = study.deidentify_find(people, entries)
    write_review_sheet(out, rows)
    say_found(rows, out)
    say(f"Then: secondcoder deidentify --apply {shell_word(str(out))} --key {shell_word(str(key)) if key else 'FILE'}")


def _apply(study_folder: str, sheet: Path, key: Path | None, passphrase_file: Path | None, yes: bool) -> None:
    from secondcoder.study.deidentify.apply import KeyFile
    from secondcoder.study.deidentify.review_sheet import read_review_sheet

    key = needed(key)
    refuse_inside(key, study_folder, "the key")
    decided = read_review_sheet(sheet)
    entries, passphrase = opened(key, passphrase_file)
    say(_what_happens(decided, key))
    confirm("Replace them? This cannot be undone without the interviews as they were.", yes, "Nothing was changed.")
    with open_study(study_folder) as study:
        done = study.deidentify_apply(
            decided, KeyFile(key, passphrase or new_passphrase(key, passphrase_file)), entries
        )
    _say_applied(done, sheet, key)


def _what_happens(decided: Sequence[Decided], key: Path) -> str:
    replaced = [each.found for each in decided if not each.kept]
    places = sum(len(found.places) for found in replaced)
    kept = len(decided) - len(replaced)
    return (
        f"{counted(len(replaced), 'row')} at {counted(places, 'place')} will be replaced in everything that the study holds"
        + (f", {counted(kept, 'row')} kept" if kept else "")
        + f". Models that learned from these interviews will be deleted. Who is who will be in {key} alone."
    )


def _say_applied(done: Applied, sheet: Path, key: Path) -> None:
    say(
        f"Replaced {counted(done.words, 'different word', 'different words')} at {counted(done.places, 'place')} in "
        f"{counted(done.transcripts, 'interview')}; every coding quotes what it quoted, but for the pseudonyms."
        + (f" {counted(done.renamed, 'name')} of interviews, participants or cases changed." if done.renamed else "")
    )
    if done.reworded:
        named = "sentence of the codebook named somebody and is", "sentences of the codebook named somebody and are"
        say(f"{counted(done.reworded, *named)} reworded.")
    if done.models:
        say(f"Deleted what {listed(done.models)} had learned. Train a model without the names: secondcoder train")
    if done.left:
        say(
            "Replaced words still stand here. Look whether they name anybody (who interviews keeps their label); mend, delete or "
            "export anew:"
        )
        for path, words in done.left.items():
            say(f"  {path}: {first_of(list(words), 3)}")
    else:
        say("No file of the study's folder holds any of these words any more.")
    say(
        "What is outside the folder is as it was: the interviews that you imported, exports and packs, backups. "
        f"Keep {key} apart from the study, with its passphrase elsewhere, and delete {sheet} when you no longer need it."
    )


def _sample(study_folder: str, path: Path, passages: int) -> None:
    from secondcoder.study.deidentify.sample import SHEET

    refuse_inside(path, study_folder, "the sample")
    refuse_there(path)
    SHEET.check_suffix(path)
    with open_study(study_folder) as study:
        drawn = study.deidentify_sample(path, passages)
    say(
        f"Wrote {counted(drawn.passages, 'passage')} to {path}, drawn at random from {drawn.of:,} ({drawn.words:,} words to read). "
        "Note in each row by what somebody could be known, and `yes` under read where there is nothing."
    )
    say(f"Then: secondcoder deidentify --measure {shell_word(str(path))} --list STAFF.csv")


def _measure(study_folder: str, path: Path, people: Sequence[Listed]) -> None:
    from secondcoder.cli.common import print_table

    with open_study(study_folder) as study:
        measured = study.deidentify_measure(path, people)
    print_table(measured.columns, measured.rows)
    for sentence in measured.sentences:
        say(sentence)
