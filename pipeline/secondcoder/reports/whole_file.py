"""Files written whole or not at all, readable by their owner alone.

A draft stands beside its file, hidden, until it is on the disk, and then takes the file's place in one step. A draft that a killed
process left is removed when the same file is next written.
"""

from __future__ import annotations

import glob
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

from secondcoder.errors import StudyError
from secondcoder.reports.own_files import refuse_own_file

SLOWEST = 3600.0
"""Seconds after which a draft counts as left, where nothing tells whether its process lives."""
PRIVATE_FILE, PRIVATE_FOLDER, SHARED_FILE, SHARED_FOLDER = 0o600, 0o700, 0o660, 0o2770
SCRATCH = "secondcoder-"
_numbers = count()


def write_whole(path: Path, content: bytes) -> None:
    """Replace a file at once; a full disk, or a process that ends midway, leaves the old one.

    Raises:
        InputError: the file is a study's own.
        StudyError: it cannot be written.
    """
    refuse_own_file(path)
    if path.exists() and not path.is_file() and not path.is_dir():
        raise StudyError(f"{path} is a device or a pipe, and no file that could be replaced. Nothing was written.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        put_in_place(write_draft(path, content), path)
    except OSError as error:
        raise StudyError(
            f"{path.name} could not be written ({error.strerror}). What stood there before is unchanged."
        ) from None


def write_draft(path: Path, content: bytes, draft: Path | None = None) -> Path:
    """Write what is to become `path` to a draft beside it (by default one of a name of its own), down to the disk.

    Raises:
        OSError: it cannot be written; nothing is left then.
    """
    draft = draft or _draft(path)
    try:
        # In the same folder: a file is replaced at once only within one file system. And made anew, never one that is there, which in
        # a folder of everybody could be somebody else's link.
        draft.unlink(missing_ok=True)
        draft.touch(PRIVATE_FILE, exist_ok=False)
        draft.chmod(file_mode(path.parent))
        draft.write_bytes(content)
        if path.exists():
            draft.chmod(stat.S_IMODE(path.stat().st_mode))  # as its owner wants it
        to_disk(draft)
    except OSError:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise
    return draft


def put_in_place(draft: Path, path: Path) -> None:
    """The draft becomes the file, which outlives a power cut; OSError where it cannot, and then the draft goes."""
    try:
        draft.replace(path)
    except OSError:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise
    folder_to_disk(path.parent)


def to_disk(path: Path) -> None:
    """Wait until a file would outlive a power cut."""
    # For writing: Windows flushes no file that is open for reading only.
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def folder_to_disk(folder: Path) -> None:
    """Wait until the names in a folder would outlive a power cut, where the system can say so."""
    with suppress(OSError):
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def new_file(path: Path) -> None:
    """Make an empty file for its owner alone, or for a group that the folder was given to; one that is there stays."""
    if not path.exists():
        path.touch(PRIVATE_FILE)
        path.chmod(file_mode(path.parent))


def new_folder(path: Path) -> None:
    """The same for a folder; FileExistsError where it is there."""
    path.mkdir(PRIVATE_FOLDER, parents=True)
    path.chmod(SHARED_FOLDER if is_shared(path.parent) else PRIVATE_FOLDER)


def file_mode(folder: Path) -> int:
    """For its owner alone; in a folder that was given to a group on purpose (`chmod g+ws`), for the group too."""
    return SHARED_FILE if is_shared(folder) else PRIVATE_FILE


def is_shared(folder: Path) -> bool:
    """The folder's group may write, and what is made in it belongs to that group (setgid)."""
    with suppress(OSError):
        return folder.stat().st_mode & (stat.S_ISGID | stat.S_IWGRP) == stat.S_ISGID | stat.S_IWGRP
    return False


def _draft(path: Path) -> Path:
    # What fits into a name with the rest, in bytes: most systems take 255.
    stem = path.name.encode()[:200].decode(errors="ignore")
    for left in path.parent.glob(f".{glob.escape(stem)}.*part"):
        if was_left(left, left.suffixes[-2][1:].partition("-")[0] if len(left.suffixes) > 1 else ""):
            with suppress(OSError):
                left.unlink()
    return path.with_name(f".{stem}.{os.getpid()}-{next(_numbers)}.part")


def was_left(draft: Path, process: str) -> bool:
    """The process of that number, which wrote the draft, has ended."""
    # On Windows the signal 0 is Ctrl+C, and would be sent.
    if os.name == "posix" and process.isdecimal() and int(process) != os.getpid():
        with suppress(PermissionError):  # somebody else's process lives
            try:
                os.kill(int(process), 0)
            # OverflowError: a number that no process can have.
            except (ProcessLookupError, OverflowError):
                return True
    # The number may be another process's by now, so an old draft counts as left whatever lives.
    with suppress(OSError):
        return time.time() - draft.stat().st_mtime > SLOWEST
    return False


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder of this process's own, for libraries that only write files; what killed processes left of theirs goes first."""
    place = Path(tempfile.gettempdir())
    for left in place.glob(f"{SCRATCH}*-*"):
        with suppress(OSError):
            if left.is_dir() and not left.is_symlink() and was_left(left, left.name.split("-")[1]):
                shutil.rmtree(left, ignore_errors=True)  # where it is our own
    # mkdtemp's folders are their owner's alone.
    with tempfile.TemporaryDirectory(
        prefix=f"{SCRATCH}{os.getpid()}-", dir=place, ignore_cleanup_errors=True
    ) as folder:
        yield Path(folder)
