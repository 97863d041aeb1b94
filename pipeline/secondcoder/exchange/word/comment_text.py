"""What the text of a Word comment says: codes, and what somebody noted beside them.

People write the names of codes, divided by `;`, in one line or a line each. Dedoose writes `Codes (485-522)`, then a code a line.
secondcoder writes the codes in the first line, then `valence: promotes`, `origin: reviewed` and `memo: ...` as far as there is any.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from secondcoder.codebook.model import Codebook
from secondcoder.domain.records import Coding, Origin, Valence

DEDOOSE = re.compile(r"codes?\s*\(\s*\d+\s*[-–]\s*\d+\s*\)\s*:?", re.IGNORECASE)
_DIVIDER = re.compile(r"[;|；]")
_TOLD = re.compile(r"(valence|origin):\s*(\w+)\s*")
_MEMO = "memo:"


@dataclass
class Said:
    """A comment's codes by their ids, names that are no code, and the rest."""

    codes: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    valence: Valence | None = None
    origin: Origin = Origin.INDEPENDENT
    memo: str = ""


def names_in(text: str) -> list[str]:
    """What stands where codes stand: in the first line, or in all lines of Dedoose's."""
    lines = text.split("\n")
    named = lines[1:] if DEDOOSE.fullmatch(lines[0].strip()) else lines[:1]
    return [name.strip() for line in named for name in _DIVIDER.split(line) if name.strip()]


def said_in(text: str, book: Codebook) -> Said:
    """The codes that a comment names, as this codebook knows them, and all else that it says."""
    lines = text.split("\n")
    dedoose = bool(DEDOOSE.fullmatch(lines[0].strip()))
    said, at = Said(), int(dedoose)
    while at < len(lines):
        names = _names(lines[at], book)
        # The first line is where codes stand; further ones are codes only where they are nothing else.
        if not (at == 0 or dedoose or (names and _all_codes(names, book))):
            break
        said.codes += [code for name in names if (code := book.find(name)) and code not in said.codes]
        said.unknown += [name for name in names if not book.find(name)]
        at += 1
    _take_rest(lines[at:], said)
    return said


def _names(line: str, book: Codebook) -> list[str]:
    if book.find(line.strip()):
        return [line.strip()]
    names = [name.strip() for name in _DIVIDER.split(line) if name.strip()]
    by_comma = [name.strip() for name in line.split(",") if name.strip()]
    return by_comma if len(names) == 1 < len(by_comma) and _all_codes(by_comma, book) else names


def _all_codes(names: Sequence[str], book: Codebook) -> bool:
    return all(book.find(name) for name in names)


def _take_rest(lines: Sequence[str], said: Said) -> None:
    at = 0
    while at < len(lines) and (told := _TOLD.fullmatch(lines[at])):
        if told[1] == "valence" and told[2] in tuple(Valence):
            said.valence = Valence(told[2])
        elif told[1] == "origin" and told[2] in tuple(Origin):
            said.origin = Origin(told[2])
        else:
            break
        at += 1
    said.memo = "\n".join(lines[at:]).strip().removeprefix(_MEMO).strip()


def text_of(codings: Sequence[Coding], book: Codebook) -> str:
    """The comment of codings on one passage that differ in their codes alone: `said_in` reads it back."""
    first = codings[0]
    lines = ["; ".join(written_name(coding.code, book) for coding in codings)]
    lines += [f"valence: {first.valence.value}"] if first.valence else []
    lines += [f"origin: {first.origin.value}"] if first.origin is not Origin.INDEPENDENT else []
    lines += [f"{_MEMO} {first.memo}"] if first.memo else []
    return "\n".join(lines)


def written_name(code: str, book: Codebook) -> str:
    """A code's name where that can be read back, else its id."""
    name = book[code].name if code in book else code
    plain = " ".join(name.split()) == name and not _DIVIDER.search(name)
    return name if plain and book.find(name) == code else code
