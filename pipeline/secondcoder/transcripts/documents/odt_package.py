"""Opening an OpenDocument text that anybody may have sent: only its text and its styles are unpacked, and neither without bounds.

Source: OASIS, Open Document Format for Office Applications (OpenDocument) 1.3, parts 2 (packages) and 3 (schema).
"""

from __future__ import annotations

import io
import lzma
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element
from zipfile import BadZipFile

from secondcoder.errors import ReadError
from secondcoder.transcripts.documents.safe_xml import xml_root
from secondcoder.transcripts.documents.safe_zip import SafeZip
from secondcoder.transcripts.registry import MOST_CHARACTERS

MOST_UNPACKED = 25 * 2**20  # bytes of XML; an hour's interview is under one megabyte
KIND = "OpenDocument text"
AGAIN = "Open it in LibreOffice or Word and save it again as .odt or .docx. Nothing was imported."
_TEXT = b"application/vnd.oasis.opendocument.text"
_PROTECTED = b"encryption-data"
# As for Word's packages: what zipfile raises for a damaged zip.
_BROKEN = (BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, NotImplementedError, ValueError, RuntimeError)

_NAMES = "urn:oasis:names:tc:opendocument:xmlns:"
OFFICE, TEXT, TABLE, DRAW, STYLE = (
    f"{{{_NAMES}{room}:1.0}}" for room in ("office", "text", "table", "drawing", "style")
)
FORMAT = "{urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0}"


@dataclass(frozen=True, slots=True)
class OpenDocument:
    """The body, and the roots that hold styles: the document's own, and those beside it, which also hold the headers and footers."""

    body: Element
    styles: Sequence[Element]


def is_odt(data: bytes) -> bool:
    """Whether a zip begins as an OpenDocument text, or the template of one, does: with its kind, not compressed."""
    return data[:2] == b"PK" and data[30:38] == b"mimetype" and data[38:].startswith(_TEXT)


def open_odt(data: bytes, name: str) -> OpenDocument:
    """An OpenDocument text; ReadError for what is none, is damaged, has a password, or unpacks to more than a transcript has."""
    if data[:2] != b"PK":
        raise ReadError(f"{name}: not an {KIND} (an .odt is a zip, and this is none). {AGAIN}")
    try:
        with SafeZip(io.BytesIO(data)) as package:
            roots = [_root(package, part, name) for part in ("content.xml", "styles.xml")]
    except _BROKEN:
        raise ReadError(f"{name}: the file is cut off or damaged (a broken zip). {AGAIN}") from None
    content = roots[0]
    body = content.find(f"{OFFICE}body/{OFFICE}text") if content is not None else None
    if body is None:
        raise ReadError(f"{name}: a zip without an {KIND} in it. {AGAIN}")
    if (size := sum(map(len, body.itertext()))) > MOST_CHARACTERS:
        raise ReadError(
            f"{name}: {size:,} characters, and a transcript has at most {MOST_CHARACTERS:,}. Nothing was imported."
        )
    return OpenDocument(body, [root for root in roots if root is not None])


def _root(package: SafeZip, part: str, name: str) -> Element | None:
    """The root of a part; None for one that is not there."""
    found = [each for each in package.infolist() if each.filename == part]
    if not found:
        return None
    if len(found) > 1:
        raise ReadError(f"{name}: {part} stands in it twice, with different content perhaps. {AGAIN}")
    if found[0].flag_bits & 1 or _is_protected(package, part):
        raise ReadError(f"{name}: protected by a password. {AGAIN}")
    if found[0].file_size > MOST_UNPACKED:
        most = f"unpacks to over {MOST_UNPACKED // 2**20} MB"
        raise ReadError(f"{name}: {most}, too much for a transcript. Divide it. Nothing was imported.")
    return xml_root(package.read(part), part, name, KIND, AGAIN)


def _is_protected(package: SafeZip, part: str) -> bool:
    """LibreOffice encrypts parts on its own, and says so in the package's list of them."""
    lists = [each for each in package.infolist() if each.filename == "META-INF/manifest.xml"]
    small = lists and lists[0].file_size < MOST_UNPACKED
    return bool(small) and part.encode() in (listed := package.read(lists[0])) and _PROTECTED in listed
