"""Documents as programs write them, made here: Rich Text, OpenDocument texts, web pages and PDF, of paragraphs of invented talk."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Sequence
from html import escape
from xml.sax.saxutils import escape as xml_escape

ODT = "application/vnd.oasis.opendocument.text"
_SPACES = " ".join(
    f'xmlns:{room}="urn:oasis:names:tc:opendocument:xmlns:{uri}:1.0"'
    for room, uri in (
        ("office", "office"), ("text", "text"), ("table", "table"), ("draw", "drawing"), ("style", "style"),
        ("fo", "xsl-fo-compatible"), ("meta", "meta"),
    )
)  # fmt: skip


def rtf(*paragraphs: str) -> bytes:
    """Paragraphs as Word writes them: what is beyond ASCII as UTF-16 with a stand-in."""
    return (
        r"{\rtf1\ansi\ansicpg1252\uc1" + "".join(f"\\pard {rtf_text(each)}\\par\n" for each in paragraphs) + "}"
    ).encode()


def rtf_text(text: str) -> str:
    """A text in the words of RTF."""
    units = memoryview(text.encode("utf-16-le")).cast("H")
    known = {ord("\t"): r"\tab ", ord("\n"): r"\line ", ord("\\"): r"\\", ord("{"): r"\{", ord("}"): r"\}"}
    return "".join(
        known.get(unit) or (chr(unit) if unit < 0x80 else f"\\u{unit - 0x10000 if unit > 0x7FFF else unit}?")
        for unit in units
    )


def odt(*paragraphs: str, body: str = "", styles: str = "", margins: str = "", **parts: bytes) -> bytes:
    """Paragraphs, or the XML of a body; `styles` are automatic ones, `margins` the content of a master page."""
    inner = body or "".join(f"<text:p>{odt_text(each)}</text:p>" for each in paragraphs)
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_SPACES}><office:automatic-styles>{styles}'
        f"</office:automatic-styles><office:body><office:text>{inner}</office:text></office:body></office:document-content>"
    )
    beside = (
        f"<office:document-styles {_SPACES}><office:master-styles><style:master-page>{margins}</style:master-page>"
        "</office:master-styles></office:document-styles>"
    )
    return zipped({"mimetype": ODT.encode(), "content.xml": content.encode(), "styles.xml": beside.encode()} | parts)


def odt_text(text: str) -> str:
    """A text as LibreOffice writes it: blanks that stand together, tabs and line ends are elements."""
    shown = xml_escape(text).replace("\t", "<text:tab/>").replace("\n", "<text:line-break/>")
    while "  " in shown:
        shown = shown.replace("  ", " <text:s/>", 1)
    return shown


def zipped(parts: dict[str, bytes]) -> bytes:
    """A zip; the first part is not compressed."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for at, (name, data) in enumerate(parts.items()):
            package.writestr(name, data, zipfile.ZIP_DEFLATED if at else zipfile.ZIP_STORED)
    return stream.getvalue()


def page(*paragraphs: str, head: str = '<meta charset="utf-8">') -> str:
    """A web page of paragraphs."""
    lines = "".join(f"<p>{escape(each).replace(chr(10), '<br>')}</p>\n" for each in paragraphs)
    return f"<!DOCTYPE html>\n<html><head>{head}<title>Talk</title></head>\n<body>\n{lines}</body></html>\n"


Printed = tuple[float, float, str]
"""A line: how far from the left and from the top of its page, in points."""
BOLD = "\N{BLACK CIRCLE}"
"""Before a word that is printed in bold."""


def pdf(
    *pages: Sequence[Printed], pictures: Sequence[int] = (), filters: bytes = b"/FlateDecode", raw: bytes = b""
) -> bytes:
    """Pages of lines in Helvetica 10; `pictures`: pages, from 0, that hold one; `raw`: what the first page holds instead."""
    picture, resources = 5, b"<</Font<</F1 3 0 R/F2 4 0 R>>/XObject<</P 5 0 R>>>>"
    bodies = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids["
        + b" ".join(b"%d 0 R" % (picture + 1 + 2 * at) for at in range(len(pages)))
        + b"]/Count %d>>" % len(pages),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica-Bold/Encoding/WinAnsiEncoding>>",
        b"<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8/Length 1>>stream\n0\nendstream",
    ]
    for at, lines in enumerate(pages):
        drawn = b"q 500 0 0 700 40 50 cm /P Do Q\n" if at in pictures else b""
        content = raw if raw and not at else zlib.compress(drawn + b"\n".join(map(_drawn, lines)))
        bodies += [
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents %d 0 R/Resources" % (picture + 2 + 2 * at)
            + resources
            + b">>",
            b"<</Length %d/Filter%s>>stream\n%s\nendstream" % (len(content), filters, content),
        ]
    return _with_table(bodies)


def _drawn(line: Printed) -> bytes:
    left, top, text = line
    words = text.split(" ")
    shown = b" ".join(
        (b"/F2 10 Tf" if word.startswith(BOLD) else b"/F1 10 Tf")
        + b" (%s) Tj" % _escaped(word.removeprefix(BOLD) + " " * (at < len(words) - 1))
        for at, word in enumerate(words)
    )
    return b"BT %g %g Td %s ET" % (left, 842 - top, shown)


def _escaped(text: str) -> bytes:
    return text.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def _with_table(bodies: Sequence[bytes]) -> bytes:
    data, places = b"%PDF-1.4\n", []
    for number, body in enumerate(bodies, start=1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    rows = b"".join(b"%010d 00000 n \n" % place for place in places)
    table = b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(bodies) + 1, rows)
    end = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(bodies) + 1, len(data))
    return data + table + end
