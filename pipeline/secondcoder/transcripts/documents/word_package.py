"""Opening a Word document that anybody may have sent: what is wrong with it is said, and nothing hostile reaches the parser.

Only the parts that are read are unpacked: the document, its styles, comments, headers and footers. Word's "Strict Open
XML" names everything differently, and is read as if it were of the usual kind (ISO/IEC 29500, parts 1 and 4).
"""

from __future__ import annotations

import io
import lzma
import posixpath
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element
from zipfile import BadZipFile

from secondcoder.errors import ReadError
from secondcoder.transcripts.documents.safe_xml import xml_root
from secondcoder.transcripts.documents.safe_zip import SafeZip

MOST_UNPACKED = 40 * 2**20  # bytes of XML; an hour's interview is under one megabyte, pictures apart
AGAIN = "Open it in Word and save it again as .docx. Nothing was imported."

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_STRICT = {
    "{http://purl.oclc.org/ooxml/wordprocessingml/main}": W,
    "{http://purl.oclc.org/ooxml/officeDocument/math}": MATH,
}
_DOCUMENT = re.compile(r"word/document\d*\.xml")  # Word for the web numbers its parts
_READ = frozenset(
    ("officeDocument", "styles", "comments", "header", "footer")
)  # kinds of parts, by the ends of their types
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
# What zipfile raises for a damaged zip. NotImplementedError: a version or compression that it lacks, as a damaged header may
# claim; ValueError: an offset before the file's start, or a name that is no UTF-8.
_BROKEN = (BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, NotImplementedError, ValueError)


@dataclass(frozen=True, slots=True)
class Word:
    """A Word document: its body, and the roots of the parts that say how it is shown and what stands beside it."""

    body: Element
    styles: Sequence[Element] = ()
    comments: Sequence[Element] = ()
    margins: Sequence[Element] = ()  # headers and footers


def is_word(data: bytes) -> bool:
    """Whether the bytes are a zip with a Word document in it."""
    try:
        with SafeZip(io.BytesIO(data)) as package:
            return any(_DOCUMENT.fullmatch(part) for part in package.namelist())
    except _BROKEN:
        return False


def document_parts(data: bytes) -> list[bytes]:
    """The XML of a Word document's body, unread; nothing of what is no Word document, or is damaged, protected or too large."""
    try:
        with SafeZip(io.BytesIO(data)) as package:
            parts = [part for part in package.infolist() if _DOCUMENT.fullmatch(part.filename)]
            return [package.read(part) for part in parts if part.file_size <= MOST_UNPACKED]
    except (*_BROKEN, RuntimeError):  # RuntimeError: a password
        return []


def open_word(data: bytes, name: str) -> Word:
    """A Word document: .docx, .docm (its macros are never looked at), or their templates.

    Args:
        data: the whole file.
        name: the file's name, for messages.

    Raises:
        ReadError: no zip, a truncated one, one without a document, one with a password, a part that is too large, or XML that
            is broken or declares a DTD or entities.
    """
    # Word wraps a document with a password in OLE, the container of the old .doc.
    if data.startswith(_OLE):
        raise ReadError(f"{name}: an old .doc, or a document with a password, not a .docx. {AGAIN}")
    if not data.startswith(_ZIP):
        raise ReadError(f"{name}: not a Word document (a .docx is a zip, and this is none). {AGAIN}")
    try:
        with SafeZip(io.BytesIO(data)) as package:
            return _Package(package, name).word()
    except _BROKEN:
        raise ReadError(f"{name}: the file is cut off or damaged (a broken zip). {AGAIN}") from None


class _Package:
    def __init__(self, package: SafeZip, name: str) -> None:
        self._zip, self._name = package, name
        self._parts = package.namelist()

    def word(self) -> Word:
        if any(part.flag_bits & 1 for part in self._zip.infolist()):  # bit 0: encrypted
            raise ReadError(f"{self._name}: protected by a password. {AGAIN}")
        self._check_whole()
        main = self._main()
        body = self._root(main).find(f"{W}body")
        if body is None:
            raise ReadError(f"{self._name}: the Word document has no body. {AGAIN}")
        beside = self._related(main)
        return Word(
            body,
            styles=[self._root(part) for kind, part in beside if kind == "styles"],
            comments=[self._root(part) for kind, part in beside if kind == "comments"],
            margins=[self._root(part) for kind, part in beside if kind in ("header", "footer")],
        )

    def _check_whole(self) -> None:
        """Every part of XML against its checksum: one that is damaged may be the one that says what is hidden."""
        parts = [part for part in self._zip.infolist() if part.filename.endswith((".xml", ".rels"))]
        if sum(part.file_size for part in parts) > MOST_UNPACKED:
            most = f"unpacks to over {MOST_UNPACKED // 2**20} MB"
            raise ReadError(f"{self._name}: {most}, too much for a transcript. Divide it. Nothing was imported.")
        for part in parts:
            self._zip.read(part)

    def _main(self) -> str:
        """The part that is the document: the one that the package names, or the only one with a document's name."""
        documents = [part for part in self._parts if _DOCUMENT.fullmatch(part)]
        named = [part for kind, part in self._related("") if kind == "officeDocument"]
        if documents:
            return next((part for part in named if part in self._parts), documents[0])
        raise ReadError(f"{self._name}: a zip without a Word document in it. {AGAIN}")

    def _related(self, part: str) -> list[tuple[str, str]]:
        """Kind and name of the parts that a part points to, as far as they are there."""
        folder, file = posixpath.split(part)
        rels = posixpath.join(folder, "_rels", f"{file}.rels")
        if rels not in self._parts:
            return []
        pairs = [
            (
                link.get("Type", "").rsplit("/", 1)[-1],
                posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/"),
            )
            for link in self._root(rels)
            if (target := link.get("Target")) and link.get("TargetMode") != "External"
        ]
        return [pair for pair in dict.fromkeys(pairs) if pair[0] in _READ]

    def _root(self, part: str) -> Element:
        if part not in self._parts:
            raise ReadError(f"{self._name}: {part} is missing. {AGAIN}")
        if self._parts.count(part) > 1:
            raise ReadError(f"{self._name}: {part} stands in it twice, with different content perhaps. {AGAIN}")
        if not part.endswith(".xml") and self._zip.getinfo(part).file_size > MOST_UNPACKED:
            raise ReadError(f"{self._name}: {part} is too large for a transcript. Nothing was imported.")
        data = self._zip.read(part)
        root = xml_root(data, part, self._name, "Word document", AGAIN)
        _as_usual(root)
        return root


def _as_usual(root: Element) -> None:
    """Strict Open XML under the usual names."""
    strict = next((kind for kind in _STRICT if root.tag.startswith(kind)), None)
    if strict is None:
        return
    for element in root.iter():
        element.tag = _usual(element.tag)
        element.attrib = {_usual(key): value for key, value in element.attrib.items()}


def _usual(name: str) -> str:
    space, brace, local = name.rpartition("}")
    return f"{_STRICT.get(space + brace, space + brace)}{local}"
