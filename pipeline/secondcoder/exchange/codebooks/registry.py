"""Which format a codebook's file has: one module a format, in this package or in another that is installed beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from secondcoder.codebook.model import Codebook
from secondcoder.domain.plugins import guarded, in_turn, plug_ins, shipped
from secondcoder.errors import InputError, did_you_mean

GROUP = "secondcoder.codebook_formats"


@dataclass(frozen=True)
class CodebookFile:
    """A codebook as it was read: `notes` tell how, `text` is its YAML with the comments of its file."""

    book: Codebook
    text: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class CodebookFormat:
    """One format of codebooks.

    A format joins as one module that defines `CODEBOOK_FORMAT`: in this package, or in another package under the entry point group
    `secondcoder.codebook_formats` (`outline = "my_package:CODEBOOK_FORMAT"`).

    Attributes:
        name: a plain word, for `codebook export --format`.
        suffixes: lower case, with the dot.
        sniff: does the file hold this format? Never raises on files of other formats.
        read: the codebook; CodebookError with every fault. None for a format that is only written.
        write: a file of a codebook, whole or not at all (`reports.whole_file`); with its YAML and comments, where there are
            any. None for a format that is only read.
        priority: smaller is asked first, and writes a suffix that several formats have.
    """

    name: str
    suffixes: tuple[str, ...]
    sniff: Callable[[Path], bool]
    read: Callable[[Path], CodebookFile] | None = None
    write: Callable[[Codebook, Path, str | None], None] | None = None
    priority: int = 50


@cache
def codebook_formats() -> tuple[CodebookFormat, ...]:
    """All formats, in the order in which they are asked; SecondcoderError for a plug-in that cannot be loaded."""
    added = [_guarded(plug_in, each) for plug_in, each in plug_ins(GROUP, CodebookFormat)]
    return in_turn([*shipped("secondcoder.exchange.codebooks", "CODEBOOK_FORMAT"), *added], "formats of codebooks")


def _guarded(plug_in: str, added: CodebookFormat) -> CodebookFormat:
    return replace(
        added,
        sniff=guarded(plug_in, added.sniff),
        read=added.read and guarded(plug_in, added.read, CodebookFile),
        write=added.write and guarded(plug_in, added.write),
    )


def find_codebook_reader(path: Path) -> Callable[[Path], CodebookFile] | None:
    """What reads a file: by its content, else by its suffix, so that its faults are told; None where no format has it."""
    by_content = (each.read for each in codebook_formats() if each.read and each.sniff(path))
    suffix = path.suffix.lower()
    by_suffix = (each.read for each in codebook_formats() if each.read and suffix in each.suffixes)
    return next(by_content, None) or next(by_suffix, None)


def find_codebook_writer(path: Path, form: str | None = None) -> Callable[[Codebook, Path, str | None], None]:
    """What writes a file of this suffix, in the format named `form` where one is; InputError where none does."""
    written = [(each, each.write) for each in codebook_formats() if each.write]
    names = [each.name for each, _ in written]
    if form is not None and form not in names:
        near = did_you_mean(form, names)
        raise InputError(
            f"'{form}' is no format of codebooks that secondcoder writes ({', '.join(names)}).{near} Nothing was written."
        )
    chosen = [(each, write) for each, write in written if form in (None, each.name)]
    found = next((write for each, write in chosen if path.suffix.lower() in each.suffixes), None)
    if found is None:
        suffixes = list(dict.fromkeys(suffix for each, _ in chosen for suffix in each.suffixes))
        raise InputError(
            f"{path.name}: a codebook is written as {', '.join(suffixes)}, by suffix. Nothing was written."
        )
    return found
