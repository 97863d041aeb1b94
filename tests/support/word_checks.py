"""Word documents element by element, for what python-docx does not write."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from secondcoder.domain.records import Transcript

from support.transcript_checks import read_content

SPACES = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
    "v": "urn:schemas-microsoft-com:vml",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
}

DECLARED = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in SPACES.items())

RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def run(text: str, properties: str = "") -> str:
    """A run of text; properties are elements of its `rPr`."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(*runs: str, properties: str = "") -> str:
    """A paragraph of these runs; properties are elements of its `pPr`."""
    return f"<w:p><w:pPr>{properties}</w:pPr>{''.join(runs)}</w:p>"


def cell(text: str, properties: str = "") -> str:
    """A cell of one paragraph; properties are elements of its `tcPr`."""
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(run(text))}</w:tc>"


def table(*rows: tuple[str, ...]) -> str:
    """A table of rows of cells."""
    return f"<w:tbl>{''.join('<w:tr>' + ''.join(row) + '</w:tr>' for row in rows)}</w:tbl>"


def document(body: str, spaces: str = DECLARED, **parts: str) -> bytes:
    """A document of this body; `parts` are further ones by their kind, of these elements."""
    links = "".join(
        f'<Relationship Id="r{n}" Type="{RELATED}/{kind}" Target="{kind}.xml"/>' for n, kind in enumerate(parts)
    )
    relationships = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
    )
    main = f'<Relationship Id="r" Type="{RELATED}/officeDocument" Target="word/document.xml"/>'
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr("_rels/.rels", relationships.format(main))
        package.writestr("word/document.xml", f"<w:document {spaces}><w:body>{body}</w:body></w:document>")
        package.writestr("word/_rels/document.xml.rels", relationships.format(links))
        for kind, content in parts.items():
            package.writestr(f"word/{kind}.xml", f"<w:{kind}s {spaces}>{content}</w:{kind}s>")
    return stream.getvalue()


def read(folder: Path, data: bytes, name: str = "p01.docx") -> Transcript:
    """The transcript that the reader makes of a file of this content."""
    return read_content(folder, data, name)


TALK = [
    ("I", "How was it at first?"),
    ("R", "Busy, and nobody knew."),
    ("I", "Who told you?"),
    ("R", "The manager did."),
]
