"""Web pages, as MAXQDA and other tools export transcripts.

The transcript's text is the lines that a browser shows, in order (`document_draft`): every block is a line of its own, a line break
divides one, a run of white space is one blank, and what shows nothing is none. What is hidden, scripts and the page's title are
no text. The encoding is what the person says, else the file's mark, else what the page declares.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence

from secondcoder.domain.records import Transcript
from secondcoder.transcripts.documents.document_draft import transcript_of
from secondcoder.transcripts.documents.html_body import body_of
from secondcoder.transcripts.encoding import Decoded, declared, decode
from secondcoder.transcripts.registry import Reader, Source

NAME = "web page"
SUFFIXES = (".html", ".htm", ".xhtml")
_SHEETS = (".xls", ".xlsx", ".csv")
LOOKED_AT = 4096  # bytes; a page declares its encoding within the first 1,024
_BEGINNING = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL
)
_CHARSET = re.compile(
    rb"<(?:meta|\?xml)\b[^>]{0,500}?(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE
)
_LATIN = frozenset(("iso8859-1", "ascii"))  # which browsers read as Windows' Latin letters (WHATWG, Encoding Standard)


def sniff(source: Source) -> bool:
    """A page by its beginning, whatever its name, and any file named as one."""
    data = source.data[:LOOKED_AT].removeprefix(codecs.BOM_UTF8)
    suffix = source.path.suffix.lower()
    # Some programs save a sheet as a page under the name of a workbook.
    return (bool(_BEGINNING.match(data)) and suffix not in _SHEETS) or suffix in SUFFIXES


def read(source: Source, interviewer: Sequence[str]) -> Transcript:
    """The transcript; ReadError for an endless page, one in no known encoding or empty, and an interviewer who does not speak."""
    decoded = _decoded(source)
    blocks, notes = body_of(decoded.text, source.path.name)
    return transcript_of(blocks, source, NAME, interviewer, (*decoded.notes, *notes))


def _decoded(source: Source) -> Decoded:
    match = _CHARSET.search(source.data, 0, LOOKED_AT)
    try:
        name = codecs.lookup(match[1].decode()).name if match else ""
    except LookupError:
        name = ""
    # What declares UTF-16 in letters of ASCII is none.
    if not name or name.startswith("utf"):
        return source.decoded
    with declared("cp1252" if name in _LATIN else name):
        return decode(source.data, source.path.name)


READER = Reader(name=NAME, suffixes=SUFFIXES, sniff=sniff, read=read, priority=30)
