"""Plain text and Markdown, with labels in the lines or headings as Otter writes them.

The transcript's text is the file's, decoded, without byte order mark, every line end a single newline, and otherwise
unchanged: labels, times and front matter stay in it, outside the turns.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from secondcoder.domain.records import Transcript
from secondcoder.errors import ReadError
from secondcoder.transcripts.assembly import Body, assemble
from secondcoder.transcripts.pipe_tables import find_pipe_tables
from secondcoder.transcripts.registry import Reader, Source
from secondcoder.transcripts.turns import lines_of
from secondcoder.transcripts.visible import visible

NAME = "plain text"
MOST_LINES = 50_000  # a day of talk has about 10,000
SUFFIXES = (".txt", ".md", ".text", ".markdown")
FOREIGN = (b"%PDF-", b"{\\rtf", b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # PDF, RTF, zip (Word, Excel), old Office


def sniff(source: Source) -> bool:
    """Any file with a name of plain text that does not begin as another format does; `read` judges whether it is text."""
    return source.path.suffix.lower() in (*SUFFIXES, "") and not source.data.startswith(FOREIGN)


def read(source: Source, interviewer: Sequence[str]) -> Transcript:
    """The transcript; ReadError for binary content, an unknown encoding, and a named interviewer who does not speak."""
    text = source.unified
    seen = visible(text)
    lines = list(lines_of(seen))
    if len(lines) > MOST_LINES:
        raise ReadError(
            f"{source.path.name}: {len(lines):,} lines, and a transcript has at most {MOST_LINES:,}. Nothing was imported."
        )
    tables = find_pipe_tables(text, lines)
    free = [line for line in lines if line not in tables.rows]
    notes = (*source.decoded.notes, *tables.notes)
    return assemble(source, NAME, Body(text, paragraphs(seen), free, tables.marks, notes), interviewer)


def paragraphs(text: str) -> list[tuple[int, int]]:
    """Blocks between blank lines, which may be wrapped; in a text without blank lines, its lines."""
    # Blank lines at either end divide nothing; `shift` puts the offsets back into the whole text.
    blanks = [match.span() for match in re.finditer(r"\n(?:[^\S\n]*\n)+", text.strip("\n"))]
    if not blanks:
        return list(lines_of(text))
    shift = len(text) - len(text.lstrip("\n"))
    starts = [0, *(end + shift for _, end in blanks)]
    ends = [*(start + shift for start, _ in blanks), len(text)]
    return list(zip(starts, ends, strict=True))


READER = Reader(name=NAME, suffixes=SUFFIXES, sniff=sniff, read=read, priority=1000)
