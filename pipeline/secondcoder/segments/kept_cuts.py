"""Where transcripts were cut, kept in one file: finding sentences takes long, and the same text is always cut alike.

The key covers all that decides the cuts: the segmenter with its settings and libraries, the text and its turns. Only offsets are kept,
no talk. The file may be deleted at any time; one that is damaged, or cannot be written, costs time and nothing else.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from hashlib import sha256
from pathlib import Path
from typing import Protocol, runtime_checkable

from secondcoder.domain.records import Segment, Span, Transcript
from secondcoder.domain.spans import coded_turns
from secondcoder.segments.segmenter import Segmenter, segment_of_turn

MOST = 20_000
"""Transcripts that the file holds, some 5 KB for an hour's interview; beyond, the oldest go."""
TABLE = "CREATE TABLE IF NOT EXISTS cuts (number INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, units TEXT NOT NULL)"
DAMAGE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR}
"""Result codes of a file that is no database, a broken one, or one with another table (https://sqlite.org/rescode.html)."""
Units = list[tuple[int, list[Span]]]
"""Each segment's turn, and the spans of its sentences in the transcript's text."""


@runtime_checkable
class Repeatable(Protocol):
    """A segmenter that says what its cuts follow from, beside the transcript; what others cut is not kept."""

    code_interviewer: bool

    @property
    def cut_by(self) -> str:
        """The same string, the same cuts."""
        ...


def segments_of(segmenter: Segmenter, transcripts: Sequence[Transcript], file: Path | None) -> Iterator[list[Segment]]:
    """The segments of each transcript, by the cuts that are kept in the file, or cut now and then kept; None keeps none."""
    if file is None or not isinstance(segmenter, Repeatable):
        yield from map(segmenter.segment, transcripts)
        return
    cut_by = segmenter.cut_by
    keys = [_key(cut_by, transcript) for transcript in transcripts]
    kept, new = _read(file, keys), dict[bytes, Units]()
    try:
        for key, transcript in zip(keys, transcripts, strict=True):
            if key in kept:
                yield _segments(transcript, kept[key], segmenter.code_interviewer)
                continue
            segments = segmenter.segment(transcript)
            # The rows of a table are whole turns, which is told faster than read.
            if not transcript.unitised:
                new[key] = [(segment.turn, list(segment.sentences)) for segment in segments]
            yield segments
    finally:
        # Also where the work was stopped: what is done is done.
        _write(file, new)


def _key(cut_by: str, transcript: Transcript) -> bytes:
    turns = [(turn.start, turn.end, turn.role) for turn in transcript.turns]
    # A lone surrogate in a text must not stop the hashing.
    text = sha256(transcript.text.encode("utf-8", "surrogatepass")).hexdigest()
    return sha256(json.dumps([cut_by, text, turns]).encode()).digest()


def _segments(transcript: Transcript, units: Units, interviewer: bool) -> list[Segment]:
    coded = coded_turns(transcript, interviewer)
    return [
        segment_of_turn(transcript, order, turn, [(start, end) for start, end in sentences], coded)
        for order, (turn, sentences) in enumerate(units)
    ]


def _read(file: Path, keys: Sequence[bytes]) -> dict[bytes, Units]:
    kept: dict[bytes, Units] = {}
    if not file.is_file():
        return kept
    try:
        with closing(sqlite3.connect(file)) as connection:
            for key in keys:
                row = connection.execute("SELECT units FROM cuts WHERE key = ?", (key,)).fetchone()
                if row:
                    kept[key] = json.loads(row[0])
    except (sqlite3.DatabaseError, ValueError) as error:
        # One that another process is writing to is whole; an extended result code has the primary one in its lowest byte.
        if getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF in DAMAGE:
            with suppress(OSError):
                file.unlink()
        return {}
    return kept


def _write(file: Path, new: dict[bytes, Units]) -> None:
    if not new:
        return
    # A full disk, a folder that cannot be written: cut again next time.
    with suppress(OSError, sqlite3.Error):
        file.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(file)) as connection, connection:
            connection.execute(TABLE)
            rows = [(key, json.dumps(units, separators=(",", ":"))) for key, units in new.items()]
            # OR IGNORE: another process may have cut the same meanwhile.
            connection.executemany("INSERT OR IGNORE INTO cuts (key, units) VALUES (?, ?)", rows)
            connection.execute("DELETE FROM cuts WHERE number <= (SELECT max(number) FROM cuts) - ?", (MOST,))
