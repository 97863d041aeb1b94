"""What `secondcoder deidentify` asks for before it begins: the list, the key with its passphrase, and places outside the study."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from secondcoder.errors import InputError

if TYPE_CHECKING:
    from secondcoder.deidentification.key_file import Entry
    from secondcoder.deidentification.staff_list import Listed


def people_of(path: Path | None) -> Sequence[Listed]:
    """The rows of the list; none without one."""
    from secondcoder.deidentification.staff_list import read_staff_list

    return read_staff_list(path) if path else ()


def needed(key: Path | None) -> Path:
    """The key's place, which must be said."""
    if key is None:
        raise click.UsageError("Say where the key is to be kept, outside the study: --key FILE")
    return key


def entries_of(key: Path | None, passphrase_file: Path | None) -> Sequence[Entry]:
    """Of an earlier run's key; none where there is no key yet."""
    return opened(key, passphrase_file)[0] if key else ()


def opened(key: Path, passphrase_file: Path | None) -> tuple[Sequence[Entry], str]:
    """The entries of a key and its passphrase; none and "" where there is no key yet."""
    from secondcoder.deidentification.key_file import read_key

    if not key.exists():
        return (), ""
    passphrase = _passphrase(f"Passphrase of {key}", passphrase_file)
    return read_key(key, passphrase), passphrase


def new_passphrase(key: Path, passphrase_file: Path | None) -> str:
    """A passphrase for a key that is made now; InputError for one that is too short."""
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


def refuse_inside(path: Path, study_folder: str, what: str) -> None:
    """InputError for what names people, and would lie in the folder that is to name nobody."""
    if path.resolve().is_relative_to(Path(study_folder).resolve()):
        raise InputError(
            f"{path} is in the study's folder, and {what} names people. Keep it outside. Nothing was written."
        )


def refuse_there(path: Path) -> None:
    """InputError for a file that is there: somebody may have decided in it already."""
    if path.exists():
        raise InputError(f"{path} is there already. Name another file, or move that one. Nothing was written.")
