"""Which files an import takes: those named, and those in folders; what lies beside them is passed over and named."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from secondcoder.domain.files import leads_out
from secondcoder.domain.names import file_name
from secondcoder.domain.wording import counted, listed
from secondcoder.errors import InputError

File = tuple[Path, tuple[str, ...]]
"""A file with the names of the folders between it and the folder that was named."""

# What Windows and macOS leave in folders, in lower case. `Icon` ends in a carriage return.
_LEFT = frozenset(("thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r", "$recycle.bin", "__macosx", ".ds_store"))
# Copies that editors keep, downloads that are not done, and links to what lies elsewhere.
_ENDINGS = ("~", ".bak", ".tmp", ".temp", ".part", ".partial", ".crdownload", ".download", ".lnk", ".url", ".webloc")
# What a study's folder holds beside the transcripts that somebody put there.
_SETTINGS = "secondcoder.toml"
_OF_STUDY = frozenset(
    (_SETTINGS, "codebook.yml", "models", "study.db", "study.db-journal", "study.db-shm", "study.db-wal")
)
_SHOWN = 8


@dataclass
class Found:
    """Files to read, names of what was passed over and of links out of a folder, and paths that are no file that can be read."""

    files: list[File] = field(default_factory=list)
    passed_over: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    faults: list[InputError] = field(default_factory=list)

    @property
    def notes(self) -> list[str]:
        """What was passed over, and which links were not followed, a line each."""
        told = {"passed over, as no files of the study": self.passed_over, "not followed, as links": self.links}
        return [f"{what}: {_some(names)}" for what, names in told.items() if names]


def find_files(paths: Sequence[Path], projects: Collection[str] = ()) -> Found:
    """The files of an import, those of a folder in the order of their names.

    `projects`: suffixes of folders that are one project of another program, and taken as if they were files.
    """
    found = Found()
    for path in paths:
        try:
            _take(path, found, projects)
        except OSError as error:  # in a folder that may not be looked into
            found.faults.append(InputError(f"{path} cannot be read ({error.strerror})."))
    return found


def _take(path: Path, found: Found, projects: Collection[str]) -> None:
    if path.is_dir() and path.suffix.lower() in projects:
        found.files.append((path, ()))
    elif path.is_dir():
        inside = sorted(_inside(path, found, projects))
        found.files += [(file, tuple(map(file_name, file.relative_to(path).parts[:-1]))) for file in inside]
    elif not path.exists():
        found.faults.append(InputError(f"{path} does not exist."))
    elif not path.is_file():
        found.faults.append(InputError(f"{path} is no file."))  # a pipe would be waited for without end
    elif is_left_over(path.name):
        found.passed_over.append(file_name(path.name))
    else:
        found.files.append((path, ()))


def _some(names: Sequence[str]) -> str:
    more = len(names) - _SHOWN
    return listed([*names[:_SHOWN], counted(more, "other")] if more > 0 else names)


def is_left_over(name: str) -> bool:
    """A file that a system or a program left, and nobody made: also named outright, as `import *` does."""
    # `~$` begins the lock that Word and Excel leave beside an open file, `~wr` its draft, `._` what macOS adds on other disks.
    folded = name.casefold()
    return folded in _LEFT or folded.startswith(("~$", "._", ".~lock.", "~wr")) or folded.endswith(_ENDINGS)


def _inside(folder: Path, found: Found, projects: Collection[str]) -> Iterator[Path]:
    def unreadable(error: OSError) -> None:
        found.faults.append(InputError(f"{error.filename}: cannot be opened ({error.strerror})."))

    for place, folders, names in os.walk(folder, onerror=unreadable):
        own = _OF_STUDY if _SETTINGS in names else frozenset()
        # A link may lead to any file of the machine, and a folder's may lead round in a ring.
        links = [name for name in folders if Path(place, name).is_symlink()]
        links += [name for name in names if Path(place, name).is_symlink() and leads_out(Path(place, name), folder)]
        found.links += sorted(f"{file_name(name)}{'/' * (name in folders)}" for name in links if not _is_hidden(name))
        skipped = [name for name in folders if _is_hidden(name) or name in own]
        whole = [name for name in folders if name not in (*skipped, *links) and Path(name).suffix.lower() in projects]
        folders[:] = [name for name in folders if name not in (*skipped, *whole, *links)]
        usual = [name for name in names if name not in links]
        read = [name for name in usual if not _is_hidden(name) and name not in own and Path(place, name).is_file()]
        yield from (Path(place, name) for name in (*read, *whole))
        beside = [*(f"{name}/" for name in skipped), *(name for name in usual if name not in read)]
        found.passed_over += sorted(map(file_name, beside))


def _is_hidden(name: str) -> bool:
    return name.startswith(".") or is_left_over(name)
