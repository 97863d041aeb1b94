"""Opening a .docx that anybody may have sent: what is wrong with it is said, and nothing hostile reaches the parser."""

from __future__ import annotations

import io
import re
import zlib
from typing import Any, NoReturn
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

from docx import Document
from docx.opc.exceptions import OpcError

from secondcoder.errors import ReadError

MOST_UNPACKED = 200 * 2**20  # bytes; an hour's interview is under one megabyte, pictures apart
AGAIN = "Open it in Word and save it again as .docx. Nothing was imported."

_DOCUMENT = re.compile(r"word/document\d*\.xml")  # Word for the web numbers its parts
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


def is_word(data: bytes) -> bool:
    """Whether the bytes are a zip with a Word document in it."""
    try:
        with ZipFile(io.BytesIO(data)) as package:
            return any(_DOCUMENT.fullmatch(name) for name in package.namelist())
    except (BadZipFile, ValueError, OSError):
        return False


def open_body(data: bytes, name: str) -> Any:
    """The `w:body` element of a Word document.

    Args:
        data: the whole file.
        name: the file's name, for messages.

    Raises:
        ReadError: no zip, a truncated one, one without a document, one that unpacks to over 200 MB, one with a password, or
            XML that is broken or declares a DTD or entities.
    """
    _check_package(data, name)
    try:
        body = Document(io.BytesIO(data)).element.body
    # ValueError: the main part is no document's. SyntaxError: what lxml's error for bad XML derives from.
    except (OpcError, KeyError, ValueError, AttributeError, SyntaxError):
        raise ReadError(f"{name}: the Word document is damaged. {AGAIN}") from None
    if body is None:
        raise ReadError(f"{name}: the Word document has no body. {AGAIN}")
    return body


def _check_package(data: bytes, name: str) -> None:
    # Word wraps a document with a password in OLE, the container of the old .doc.
    if data.startswith(_OLE):
        raise ReadError(f"{name}: an old .doc, or a document with a password, not a .docx. {AGAIN}")
    if not data.startswith(_ZIP):
        raise ReadError(f"{name}: not a Word document (a .docx is a zip, and this is none). {AGAIN}")
    try:
        with ZipFile(io.BytesIO(data)) as package:
            _check_parts(package, name)
    # NotImplementedError: a compression that zipfile lacks, as a damaged header may claim.
    except (BadZipFile, zlib.error, EOFError, OSError, NotImplementedError):
        raise ReadError(f"{name}: the file is cut off or damaged (a broken zip). {AGAIN}") from None


def _check_parts(package: ZipFile, name: str) -> None:
    parts = package.infolist()
    if not any(_DOCUMENT.fullmatch(part.filename) for part in parts):
        raise ReadError(f"{name}: a zip without a Word document in it. {AGAIN}")
    if any(part.flag_bits & 1 for part in parts):  # bit 0: encrypted
        raise ReadError(f"{name}: protected by a password. {AGAIN}")
    # python-docx reads every part into memory, so all of them count. zipfile never unpacks more than a part declares.
    if sum(part.file_size for part in parts) > MOST_UNPACKED:
        most = MOST_UNPACKED // 2**20
        raise ReadError(
            f"{name}: unpacks to over {most} MB, too much for a transcript. Save it without pictures. Nothing was imported."
        )
    for part in parts:
        if part.filename.endswith((".xml", ".rels")):
            _check_xml(package.read(part), part.filename, name)


def _check_xml(data: bytes, part: str, name: str) -> None:
    """python-docx parses with lxml, which would read a DTD; no Word document has one, and without one there are no entities."""

    def refuse(*_: object) -> NoReturn:
        raise ReadError(f"{name}: {part} declares a DTD or entities, which no Word document does. It was not read.")

    # A parser and not a search of the bytes, from which UTF-16 would hide a DTD.
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError, LookupError):  # the latter two: an encoding unknown to expat, or to Python
        raise ReadError(f"{name}: {part} is damaged. {AGAIN}") from None
