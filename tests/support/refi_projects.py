"""REFI-QDA projects as other programs write them, made here from texts and spans, apart from the package's own reader and writer.

Spans are [start, end) in code points of the text with newlines. A dialect says how a program keeps the text and counts in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile

from secondcoder.codebook.model import Codebook
from secondcoder.domain.records import Transcript
from secondcoder.exchange.refi_qda.coded_format import CODED_FORMAT
from secondcoder.exchange.registry import CodedData, ImportContext

NAMESPACE = "urn:QDA-XML:project:1.0"


@dataclass(frozen=True)
class Dialect:
    """How a program writes: origin, byte order mark, line end, positions of a line end, UTF-16 units, folder, name of the project."""

    origin: str = "reference-writer"
    bom: bool = False
    newline: str = "\n"
    newline_counts: int = 1
    utf16: bool = False
    folder: str = "sources"
    project: str = "project.qde"
    bom_counts: bool = False


DIALECTS = {
    "standard": Dialect(),
    "nvivo": Dialect("NVivo for Windows 12.6", True, "\r\n", 2, True, "Sources"),
    "atlas": Dialect("ATLAS.ti Win 26.1.1", False, "\r\n", 1, False, project="Reference.qde"),
    "javascript": Dialect(utf16=True),
    "qualcoder": Dialect("QualCoder 4.0 Beta", True),
    "bom counted": Dialect("somebody's script", True, bom_counts=True),
}


@dataclass(frozen=True)
class Marked:
    """A span with its codes, a user and a memo; `name` None for what stands there."""

    start: int
    end: int
    codes: tuple[str, ...] = ("Noise",)
    user: str = "Ana"
    memo: str = ""
    name: str | None = None


@dataclass
class Made:
    """A project to be written: texts by name with their marks, codes as (name, parent), and XML that goes in as it is."""

    texts: Mapping[str, tuple[str, Sequence[Marked]]]
    codes: Sequence[tuple[str, str | None]] = (("Noise", None), ("Family", None))
    dialect: Dialect = field(default_factory=Dialect)
    named: bool = True
    extra: str = ""
    beside: str = ""


def guid(*what: str) -> str:
    """A GUID that follows from words."""
    return str(uuid5(NAMESPACE_URL, "/".join(what))).upper()


def position(text: str, at: int, dialect: Dialect) -> int:
    """A place in a text as a program counts it, unit by unit."""
    counted = int(dialect.bom and dialect.bom_counts)
    for character in text[:at]:
        if character == "\n":
            counted += dialect.newline_counts
        elif dialect.utf16:
            counted += len(character.encode("utf-16-le")) // 2
        else:
            counted += 1
    return counted


def stored(text: str, dialect: Dialect) -> bytes:
    """The text as the program keeps it."""
    return (("\ufeff" if dialect.bom else "") + text.replace("\n", dialect.newline)).encode()


def selections(name: str, text: str, marks: Iterable[Marked], made: Made) -> str:
    """The selections of a source."""
    out = []
    for number, mark in enumerate(marks):
        start, end = (position(text, at, made.dialect) for at in (mark.start, mark.end))
        shown = text[mark.start : mark.end] if mark.name is None else mark.name
        named = f" name={quoteattr(shown)}" if made.named or mark.name is not None else ""
        codings = "".join(
            f'<Coding guid="{guid("coding", name, str(number), code)}" creatingUser="{guid("user", mark.user)}">'
            f'<CodeRef targetGUID="{guid("code", code)}"/></Coding>'
            for code in mark.codes
        )
        memo = f"<Description>{escape(mark.memo)}</Description>" if mark.memo else ""
        own = guid("selection", name, str(number))
        out.append(
            f'<PlainTextSelection guid="{own}"{named} startPosition="{start}" endPosition="{end}">{memo}{codings}</PlainTextSelection>'
        )
    return "".join(out)


def code_elements(codes: Sequence[tuple[str, str | None]], parent: str | None = None) -> str:
    """The codes, nested."""
    return "".join(
        f'<Code guid="{guid("code", name)}" name={quoteattr(name)} isCodable="true">{code_elements(codes, name)}</Code>'
        for name, above in codes
        if above == parent
    )


def project_xml(made: Made) -> str:
    """The project's XML."""
    users = dict.fromkeys(mark.user for _, marks in made.texts.values() for mark in marks)
    people = "".join(f'<User guid="{guid("user", user)}" name={quoteattr(user)}/>' for user in users)
    sources = "".join(
        f'<TextSource guid="{guid("source", name)}" name={quoteattr(name)} plainTextPath="internal://{guid("source", name)}.txt">'
        f"{selections(name, text, marks, made)}</TextSource>"
        for name, (text, marks) in made.texts.items()
    )
    return (
        f'<?xml version="1.0" encoding="utf-8"?><Project xmlns="{NAMESPACE}" name="Made" origin="{made.dialect.origin}">'
        f"{f'<Users>{people}</Users>' if people else ''}<CodeBook><Codes>{code_elements(made.codes)}</Codes></CodeBook>"
        f"{made.beside}<Sources>{sources}{made.extra}</Sources></Project>"
    )


def write_project(path: Path, made: Made, xml: str | None = None, more: Mapping[str, bytes] | None = None) -> Path:
    """The project as a file; `xml` in place of its own, `more` further entries."""
    with ZipFile(path, "w", ZIP_DEFLATED) as package:
        package.writestr(made.dialect.project, (xml or project_xml(made)).encode())
        for name, (text, _) in made.texts.items():
            package.writestr(f"{made.dialect.folder}/{guid('source', name)}.txt", stored(text, made.dialect))
        for entry, content in (more or {}).items():
            package.writestr(entry, content)
    return path


def read_project(path: Path, known: Sequence[Transcript] = (), **context: object) -> CodedData:
    """What an import with all of the project's codes reads."""
    assert CODED_FORMAT.codebook is not None
    book = CODED_FORMAT.codebook(path)
    given: dict[str, object] = {"book": book, "known": {each.id: each for each in known}} | context
    return CODED_FORMAT.read(path, ImportContext(**given))  # type: ignore[arg-type]


def code_names(path: Path) -> Codebook:
    """The codebook that a project carries."""
    assert CODED_FORMAT.codebook is not None
    return CODED_FORMAT.codebook(path)


def told(data: CodedData, path: Path) -> list[tuple[str, int, int, str, str, str, str]]:
    """Each coding: transcript, start, end, the words, the code's name, coder, memo."""
    texts, names = (
        {each.id: each.text for each in data.transcripts},
        {each.id: each.name for each in code_names(path).codes},
    )
    return sorted(
        (
            each.transcript,
            each.start,
            each.end,
            texts[each.transcript][each.start : each.end],
            names[each.code],
            each.coder,
            each.memo,
        )
        for each in data.codings
    )


def meant(made: Made) -> list[tuple[str, int, int, str, str, str, str]]:
    """What `told` has to say of it."""
    return sorted(
        (name.removesuffix(".txt"), mark.start, mark.end, text[mark.start : mark.end], code, mark.user, mark.memo)
        for name, (text, marks) in made.texts.items()
        for mark in marks
        for code in mark.codes
    )


TEXT = "I: How was it?\nP1: It was loud.\nI: And then?\nP1: We left.\n"
LOUD = (TEXT.index("loud"), TEXT.index("loud") + 4)
LEFT = (TEXT.index("We left"), TEXT.index("We left") + 7)
MADE = Made({"Talk.txt": (TEXT, [Marked(*LOUD)])})
NOISE = guid("code", "Noise")


def put(tmp_path: Path, made: Made = MADE, *changes: tuple[str, str], name: str = "a.qdpx") -> Path:
    """The project with text of its XML replaced."""
    xml = project_xml(made)
    for old, new in changes:
        assert old in xml
        xml = xml.replace(old, new)
    return write_project(tmp_path / name, made, xml)


SELECTION = re.search(r"<PlainTextSelection.*?</PlainTextSelection>", project_xml(MADE))[0]  # type: ignore[index]
CODING = re.search(r"<Coding .*?</Coding>", SELECTION)[0]  # type: ignore[index]
