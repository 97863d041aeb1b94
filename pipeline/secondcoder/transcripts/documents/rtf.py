"""Rich Text Format, as f4transkript, Word, TextEdit and LibreOffice write it.

The transcript's text is the paragraphs and the rows of tables in order (`document_draft`). Hidden text is never read, and tracked
changes are read as if all were accepted; what is not read is counted in the notes, as for Word documents.
"""

from __future__ import annotations

from collections.abc import Sequence

from secondcoder.domain.records import Transcript
from secondcoder.transcripts.documents.document_draft import transcript_of
from secondcoder.transcripts.documents.rtf_body import body_of
from secondcoder.transcripts.registry import Reader, Source

NAME = "RTF"
SUFFIXES = (".rtf",)
BEGINNING = b"{\\rtf"


def sniff(source: Source) -> bool:
    """Whatever begins as Rich Text, also under the name of a Word document, as old programs saved it."""
    return source.data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(BEGINNING)


def read(source: Source, interviewer: Sequence[str]) -> Transcript:
    """The transcript; ReadError for a damaged or hostile file, an empty one, and a named interviewer who does not speak."""
    data = source.data
    blocks, notes = body_of(data[data.index(BEGINNING) :], source.path.name)
    return transcript_of(blocks, source, NAME, interviewer, notes)


READER = Reader(name=NAME, suffixes=SUFFIXES, sniff=sniff, read=read, priority=15)
