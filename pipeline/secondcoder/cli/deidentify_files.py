"""`secondcoder deidentify FILES`: interviews that are not imported yet."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from secondcoder.cli.common import say
from secondcoder.cli.name_key import entries_of, needed, new_passphrase, opened, refuse_inside, refuse_there
from secondcoder.domain.shell_words import shell_word
from secondcoder.domain.wording import counted, listed

if TYPE_CHECKING:
    from secondcoder.deidentification.key_file import Entry
    from secondcoder.deidentification.staff_list import Listed
    from secondcoder.study.deidentify.found_words import FoundWords
    from secondcoder.study.deidentify.material import Material
    from secondcoder.study.deidentify.review_sheet import Decided


def deidentify_files(
    files: Sequence[Path],
    people: Sequence[Listed],
    sheet: Path | None,
    key: Path | None,
    out: Path | None,
    passphrase_file: Path | None,
) -> None:
    """Write the review sheet, or the files, whichever `--out` says."""
    from secondcoder.study.deidentify.files import files_material, find_in_files
    from secondcoder.study.deidentify.review_sheet import SHEET, Decided, read_review_sheet, write_review_sheet

    if out is None:
        raise click.UsageError(
            "Say where to: --out FOLDER for the text files, or --out SHEET.xlsx to look at what is found first."
        )
    material = files_material(files)
    if out.suffix.lower() in SHEET.suffixes:
        refuse_there(out)
        rows = find_in_files(material, people, entries_of(key, passphrase_file))
        write_review_sheet(out, rows)
        say_found(rows, out)
        say(f"Then the same again with --apply {shell_word(str(out))} --key FILE --out FOLDER")
        return
    key = needed(key)
    refuse_inside(key, str(out), "the key")
    entries, passphrase = opened(key, passphrase_file)
    decided = read_review_sheet(sheet) if sheet else None
    if decided is None:
        decided = [Decided(found, kept=False) for found in find_in_files(material, people, entries)]
    _write(material, decided, key, (entries, passphrase or new_passphrase(key, passphrase_file)), out)


def _write(
    material: Material, decided: Sequence[Decided], key: Path, opened: tuple[Sequence[Entry], str], out: Path
) -> None:
    from secondcoder.study.deidentify.apply import KeyFile
    from secondcoder.study.deidentify.files import write_files

    entries, passphrase = opened
    written = write_files(material, decided, KeyFile(key, passphrase), entries, out)
    say(
        f"Wrote {counted(len(written.paths), 'text file')} to {out}, with pseudonyms at {counted(written.places, 'place')}: a "
        "paragraph a turn, speakers before it. Layout, times and comments of the files are not in them."
    )
    for note in written.notes:
        say(f"note: {note}")
    doubtful = sum(not each.found.sure for each in decided)
    say(
        (f"{counted(doubtful, 'of them was', 'of them were')} doubtful, and replaced as well. " if doubtful else "")
        + "Not every name is found: read the files before you share them. "
        f"Who is who stands in {key} alone. Then: secondcoder import {shell_word(str(out))}"
    )


def say_found(rows: Sequence[FoundWords], out: Path) -> None:
    """What the review sheet holds."""
    from secondcoder.study.deidentify.find import kinds_counted

    doubtful = sum(not row.sure for row in rows)
    kinds = listed([f"{kind} {count}" for kind, count in kinds_counted(rows).items()])
    say(
        f"Wrote {counted(len(rows), 'row')} to {out}, {doubtful} of them doubtful. Found: {kinds}. Nothing was changed."
    )
    say(
        "Read the doubtful rows, which come first, and decide. The sheet names people: keep it as you keep the interviews."
    )
