"""secondcoder deidentify."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from secondcoder.cli.common import GroupedCommand, confirm, open_study, say
from secondcoder.domain.wording import counted, first_of, listed
from secondcoder.errors import InputError

if TYPE_CHECKING:
    from secondcoder.deidentification.key_file import Entry
    from secondcoder.deidentification.staff_list import Listed
    from secondcoder.study.deidentify.apply import Applied
    from secondcoder.study.deidentify.found_words import FoundWords
    from secondcoder.study.deidentify.review_sheet import Decided

SHEETS = (".xlsx", ".csv")
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
@click.argument("files", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--list",
    "listed",
    metavar="CSV",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Staff and places: columns name, kind, pseudonym, also (only name is needed).",
)
@click.option(
    "--key",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Who is who, encrypted; made at the first --apply. Keep it apart from the study.",
)
@click.option(
    "--out",
    metavar="SHEET|FOLDER",
    type=click.Path(path_type=Path),
    help="Write the review sheet (.xlsx or .csv), or of FILES a folder of de-identified text files.",
)
@click.option(
    "--apply",
    "sheet",
    metavar="SHEET",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Replace what the review sheet says.",
)
@click.option(
    "--sample",
    metavar="SHEET",
    type=click.Path(dir_okay=False, path_type=Path),
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
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Say how much of what was noted by hand is found, with intervals. Give the same --list.",
)
@click.option(
    "--passphrase-file",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
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

    In a study: first a review sheet is written of what was found and what is doubtful, and you decide row by row. Then --apply replaces
    it everywhere: interviews, codings (which stay on their words), memos, names of interviews, suggestions, the audit trail. Models that
    learned from the names are deleted, and are to be trained anew. The same person has the same pseudonym in all interviews and runs, by
    the key; who interviews keeps their label.

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
    people = _people(listed)
    if files:
        _files(files, people, sheet, key, out, passphrase_file)
    elif sample:
        _sample(study_folder, sample, passages)
    elif measure:
        _measure(study_folder, measure, people)
    elif sheet:
        _apply(study_folder, sheet, key, passphrase_file, yes)
    elif out:
        _find(study_folder, people, _entries(key, passphrase_file), out)


def _find(study_folder: str, people: Sequence[Listed], entries: Sequence[Entry], out: Path) -> None:
    from secondcoder.study.deidentify.review_sheet import SHEET, write_review_sheet

    _refuse_inside(out, study_folder, "the review sheet")
    _refuse_there(out)
    SHEET.check_suffix(out)
    with open_study(study_folder) as study:
        rows = study.deidentify_find(people, entries)
    write_review_sheet(out, rows)
    _say_found(rows, out)
    say(f"Then: secondcoder deidentify --apply {shlex.quote(str(out))} --key FILE")


def _say_found(rows: Sequence[FoundWords], out: Path) -> None:
    from secondcoder.study.deidentify.find import kinds_counted

    doubtful = sum(not row.sure for row in rows)
    kinds = listed([f"{kind} {count}" for kind, count in kinds_counted(rows).items()])
    say(
        f"Wrote {counted(len(rows), 'row')} to {out}, {doubtful} of them doubtful. Different words found: {kinds}. Nothing was changed."
    )
    say(
        "Read the doubtful rows, which come first, and decide. The sheet names people: keep it as you keep the interviews."
    )


def _apply(study_folder: str, sheet: Path, key: Path | None, passphrase_file: Path | None, yes: bool) -> None:
    from secondcoder.study.deidentify.apply import KeyFile
    from secondcoder.study.deidentify.review_sheet import read_review_sheet

    key = _needed(key)
    _refuse_inside(key, study_folder, "the key")
    decided = read_review_sheet(sheet)
    entries, passphrase = _opened(key, passphrase_file)
    say(_what_happens(decided, key))
    confirm("Replace them? This cannot be undone without the interviews as they were.", yes, "Nothing was changed.")
    with open_study(study_folder) as study:
        done = study.deidentify_apply(
            decided, KeyFile(key, passphrase or _new_passphrase(key, passphrase_file)), entries
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
    if done.models:
        say(f"Deleted what {listed(done.models)} had learned. Train a model without the names: secondcoder train")
    if done.left:
        say("These files of the study's folder still name somebody. Mend, delete or export them anew:")
        for path, words in done.left.items():
            say(f"  {path}: {first_of(list(words), 3)}")
    else:
        say("No file of the study's folder holds any of these words any more.")
    say(
        "What is outside the folder is as it was: the interviews that you imported, exports and packs, backups. "
        f"Keep {key} apart from the study, with its passphrase elsewhere, and delete {sheet} when you no longer need it."
    )


# -- the key ---------------------------------------------------------------------------------------------------------------


def _people(path: Path | None) -> Sequence[Listed]:
    from secondcoder.deidentification.staff_list import read_staff_list

    return read_staff_list(path) if path else ()


def _needed(key: Path | None) -> Path:
    if key is None:
        raise click.UsageError("Say where the key is to be kept, outside the study: --key FILE")
    return key


def _entries(key: Path | None, passphrase_file: Path | None) -> Sequence[Entry]:
    """Of an earlier run's key; none where there is no key yet."""
    return _opened(key, passphrase_file)[0] if key else ()


def _opened(key: Path, passphrase_file: Path | None) -> tuple[Sequence[Entry], str]:
    from secondcoder.deidentification.key_file import read_key

    if not key.exists():
        return (), ""
    passphrase = _passphrase(f"Passphrase of {key}", passphrase_file)
    return read_key(key, passphrase), passphrase


def _new_passphrase(key: Path, passphrase_file: Path | None) -> str:
    from secondcoder.deidentification.key_file import LEAST, check_passphrase

    passphrase = _passphrase(f"A passphrase for {key}, at least {LEAST} characters", passphrase_file, again=True)
    check_passphrase(passphrase)
    return passphrase


def _passphrase(question: str, file: Path | None, again: bool = False) -> str:
    if file is not None:
        try:
            return file.read_text(encoding="utf-8").split("\n", 1)[0].rstrip("\r")
        except (OSError, ValueError):
            raise InputError(f"{file} cannot be read as text. Nothing was changed.") from None
    try:
        return str(click.prompt(question, hide_input=True, confirmation_prompt=again, err=True))
    except click.Abort:
        raise InputError("No passphrase was given (in a script, use --passphrase-file). Nothing was changed.") from None


def _refuse_inside(path: Path, study_folder: str, what: str) -> None:
    if path.resolve().is_relative_to(Path(study_folder).resolve()):
        raise InputError(
            f"{path} is in the study's folder, and {what} names people. Keep it outside. Nothing was written."
        )


def _refuse_there(path: Path) -> None:
    if path.exists():
        raise InputError(f"{path} is there already. Name another file, or move that one. Nothing was written.")
