"""Tags of Oral History as Data as codings: a row's tags are the codes that the person named with --coder gave its words.

The same file is a transcript (`transcripts/oral_history.py`). Without a coder its tags are only named. A row without tags
is no look: no coding pass is made up for it, unless the person says that all was read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from secondcoder.codebook.model import Codebook
from secondcoder.domain.names import file_name, folded
from secondcoder.domain.records import Coding, Origin, Transcript
from secondcoder.errors import ReadError, TableError
from secondcoder.exchange.read_spans import looks_of
from secondcoder.exchange.registry import CodedData, CodedFormat, ImportContext
from secondcoder.transcripts.oral_history import Row, talk_of
from secondcoder.transcripts.oral_history import sniff as is_oral_history
from secondcoder.transcripts.registry import Source


def sniff(path: Path) -> bool:
    """Does the file have the columns of an oral history table?"""
    try:
        return is_oral_history(Source(path))
    except ReadError:
        return False


def codes(path: Path) -> list[str]:
    """The tags, in order of appearance; those that differ in capitals are one."""
    tags = (tag for row in talk_of(Source(path)).rows for tag in row.tags)
    return list({folded(tag): tag for tag in reversed([*tags])}.values())[::-1]


def read(path: Path, context: ImportContext) -> CodedData:
    """Codings and looks at the rows with tags; nothing without a coder. TableError for every tag that the codebook lacks."""
    coder = context.coder
    if coder is None:
        return CodedData()
    talk = talk_of(Source(path))
    faults = list(_faults(talk.rows, context.book))
    if faults:
        raise TableError(path.name, faults)
    transcript = _transcript(path, context, talk.text)
    codings = [coding for row in talk.rows for coding in _codings(row, transcript.id, coder, context.book)]
    passes = looks_of(codings, {transcript.id: transcript}, context.book.ids, context.read_whole)
    return CodedData(codings=codings, passes=passes)


def _transcript(path: Path, context: ImportContext, text: str) -> Transcript:
    """The transcript that was read from this file, whatever a manifest calls it."""
    same = (each for each in context.known.values() if each.source == file_name(path.name) and each.text == text)
    if found := next(same, None):
        return found
    raise TableError(path.name, ["its talk is in the study under another name; give the file its name."])


def _faults(rows: Sequence[Row], book: Codebook) -> Iterator[str]:
    for row in rows:
        yield from (f"line {row.line}: {book.missing_code_message(tag)}" for tag in row.tags if book.find(tag) is None)


def _codings(row: Row, name: str, coder: str, book: Codebook) -> list[Coding]:
    ids = dict.fromkeys(code for tag in row.tags if (code := book.find(tag)) is not None)
    return [Coding(name, row.start, row.end, code, coder, Origin.INDEPENDENT) for code in ids]


CODED_FORMAT = CodedFormat("oral history", (), sniff, read, None, codes, priority=40, with_transcript=True)
