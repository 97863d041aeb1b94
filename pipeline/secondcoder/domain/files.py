"""Files that a person names: what would be waited for, or never ends, is none."""

from __future__ import annotations

from pathlib import Path

from secondcoder.domain.names import file_name
from secondcoder.errors import InputError


def refuse_no_file(path: Path, consequence: str = "Nothing was imported.") -> None:
    """InputError for a folder, a pipe, a socket or a device; what is not there at all is left to who opens it."""
    try:
        if path.is_file() or not path.exists():
            return
    except OSError as error:  # in a folder that may not be looked into
        raise InputError(f"{file_name(path.name)}: cannot be read ({error.strerror}). {consequence}") from None
    else:
        what = "a folder" if path.is_dir() else "a pipe, a socket or a device"
        raise InputError(f"{file_name(path.name)}: {what}, and no file. {consequence}")


def leads_out(path: Path, folder: Path) -> bool:
    """Whether a link leads to nothing, or out of a folder."""
    try:
        return not path.resolve(strict=True).is_relative_to(folder.resolve())
    except (OSError, RuntimeError):  # RuntimeError: links in a ring
        return True
