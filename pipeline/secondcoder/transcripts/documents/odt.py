"""OpenDocument texts, as LibreOffice and OpenOffice write them.

The transcript's text is the paragraphs and the rows of tables in order (`document_draft`). White space is that which LibreOffice
shows: a run of it in the XML is one blank, and blanks, tabs and line ends that are meant have elements of their own. Tracked changes
are read as if all were accepted; hidden text is never read.
"""

from __future__ import annotations

from collections.abc import Sequence

from secondcoder.domain.records import Transcript
from secondcoder.transcripts.documents.document_draft import transcript_of
from secondcoder.transcripts.documents.odt_body import body_of
from secondcoder.transcripts.documents.odt_package import is_odt, open_odt
from secondcoder.transcripts.registry import Reader, Source

NAME = "OpenDocument"
SUFFIXES = (".odt", ".ott")


def sniff(source: Source) -> bool:
    """An OpenDocument text by its content, and any file named as one, so that `read` says what is wrong with it."""
    return is_odt(source.data) or source.path.suffix.lower() in SUFFIXES


def read(source: Source, interviewer: Sequence[str]) -> Transcript:
    """The transcript; ReadError for a damaged or hostile file, an empty one, and a named interviewer who does not speak."""
    blocks, notes = body_of(open_odt(source.data, source.path.name))
    return transcript_of(blocks, source, NAME, interviewer, notes)


READER = Reader(name=NAME, suffixes=SUFFIXES, sniff=sniff, read=read, priority=20)
