"""What a study keeps, where, and what makes it go: counted in its folder at the moment of asking."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from secondcoder.workspace import CACHE, MODELS, Workspace

UNITS = ("bytes", "kB", "MB", "GB")


@dataclass(frozen=True)
class Kept:
    """A kind of thing that is kept.

    Attributes:
        holds: what of people is in it.
        goes: what makes it go.
    """

    what: str
    where: str
    holds: str
    goes: str
    files: int = 0
    size: int = 0

    @property
    def amount(self) -> str:
        """'3 files, 1.2 MB'; nothing where it is not counted."""
        return f"{self.files} file{'s' * (self.files != 1)}, {in_bytes(self.size)}" if self.files else ""


TALK = "the transcripts word for word; who said what, as far as speakers are named; cases and roles; who coded what, and when"
NOTHING = "nothing of participants"
KINDS: Sequence[tuple[str, tuple[str, ...], str, str]] = (
    (
        "the database",
        ("study.db", "study.db-wal", "study.db-shm"),
        TALK,
        "secondcoder forget, secondcoder transcript remove; all of it with the folder",
    ),
    (
        "the database before an update",
        ("study.before-*.db",),
        TALK,
        "deleting it; secondcoder forget, secondcoder transcript remove",
    ),
    (
        "model versions",
        (MODELS,),
        "what was learned from the coded interviews; see “What a model remembers”",
        "secondcoder forget, secondcoder models remove",
    ),
    (
        "working copies",
        (CACHE,),
        "vectors of passages, where transcripts were cut, results of cross-validation; no words, but vectors tell something of theirs",
        "made anew when it is deleted; cleared by forget and transcript remove",
    ),
    ("codebook", ("codebook.yml",), "codes and definitions; quotations, where somebody wrote them in", "editing it"),
    ("settings", ("secondcoder.toml",), NOTHING, "editing it"),
    ("statement of a run without network", ("offline-proof.*",), NOTHING, "deleting it"),
    ("locks", (".*.lock",), NOTHING, "made anew when they are deleted"),
)
"""What, patterns of its files or folders in the study's, what of people it holds, and what makes it go."""


def whereabouts(workspace: Workspace) -> Iterator[Kept]:
    """Each kind that is there, and files that lie in the folder besides."""
    folder, known = workspace.folder, set[Path]()
    for what, patterns, holds, goes in KINDS:
        entries = sorted({entry for pattern in patterns for entry in folder.glob(pattern)})
        known |= {*entries}
        files = [file for entry in entries for file in _files(entry)]
        if patterns[0] == "study.db" and workspace.corpus.store.is_on_server:
            yield Kept(what, "the database server that the settings name", holds, goes)
        elif files:
            yield _counted(what, f"{patterns[0]}/" if entries[0].is_dir() else patterns[0], holds, goes, files)
    others = [file for entry in sorted(folder.iterdir()) if entry not in known for file in _files(entry)]
    if others:
        where = ", ".join(sorted({file.relative_to(folder).parts[0] for file in others}))
        yield _counted("other files", where, "what somebody wrote there, such as exports", "deleting them", others)


def _counted(what: str, where: str, holds: str, goes: str, files: list[Path]) -> Kept:
    return Kept(what, where, holds, goes, len(files), sum(file.lstat().st_size for file in files))


def _files(path: Path) -> list[Path]:
    if path.is_file() or path.is_symlink():
        return [path]
    return sorted(each for each in path.rglob("*") if each.is_file() and not each.is_symlink())


def in_bytes(size: float) -> str:
    """'1.2 MB', by thousands."""
    for unit in UNITS:
        if size < 1000 or unit == UNITS[-1]:
            break
        size /= 1000
    return f"{size:.0f} {unit}" if unit == "bytes" else f"{size:.1f} {unit}"
