"""Oral History as Data: a table of a row a turn, with the columns speaker, words, timestamp and tags in any order.

The transcript's text is one paragraph a row, `Speaker: words` where the row has a speaker, with an empty line between; entities of
HTML are the characters that they stand for. Times are the turns', and no text. Who speaks in a row without speaker stays open. Tags
are codes, which `exchange/oral_history.py` offers.

Source: the templates of Oral History as Data, University of Idaho Library (CollectionBuilder).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from html import unescape

from secondcoder.domain.records import Transcript, Turn
from secondcoder.domain.wording import counted, listed
from secondcoder.errors import ReadError
from secondcoder.transcripts.assembly import NO_SPEAKERS, finished
from secondcoder.transcripts.clock import SPAN, seconds
from secondcoder.transcripts.documents.tables import label
from secondcoder.transcripts.interviewer import fold
from secondcoder.transcripts.registry import Reader, Source

NAME = "oral history table"
WORDS, SPEAKER, TIME, TAGS = "words", "speaker", "timestamp", "tags"
_DELIMITERS = ",;\t"
_LONGEST = 2**31 - 1  # characters of a cell; the csv module's own limit is less than a long story
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,10});", re.IGNORECASE)
_SHOWN, _LOOKED_AT = 8, 4096


@dataclass(frozen=True, slots=True)
class Row:
    """A row that says something: its line, its words in the text as [start, end), who says them, from when, and its tags."""

    line: int
    start: int
    end: int
    speaker: str | None
    time: float | None
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Talk:
    """The text of a table, its rows, and notes on how they were read."""

    text: str
    rows: Sequence[Row]
    notes: tuple[str, ...]


def sniff(source: Source) -> bool:
    """Whether the first line names words, a speaker, and tags or times, and no transcripts, as a coded table does."""
    head = source.data[:_LOOKED_AT].replace(b"\x00", b"").lower()  # without the zeros of UTF-16
    if source.path.suffix.lower() not in (".csv", ".tsv", ".txt") or WORDS.encode() not in head or not source.is_text():
        return False
    names = {name for name, _ in _columns(source.unified)}
    return {WORDS, SPEAKER} <= names and bool({TIME, TAGS} & names) and "transcript" not in names


def read(source: Source, interviewer: Sequence[str]) -> Transcript:
    """The transcript; ReadError for a table that is no CSV or says nothing, and a named interviewer who does not speak."""
    talk = talk_of(source)
    turns = [Turn(row.start, row.end, row.speaker, None, row.time) for row in talk.rows]
    labels = list(dict.fromkeys(turn.speaker for turn in turns if turn.speaker))
    notes = [*source.decoded.notes, *talk.notes, *[NO_SPEAKERS] * (not labels)]
    known = _initials(labels)
    if interviewer or not known:
        return finished(source, NAME, talk.text, turns, interviewer=interviewer, front="", notes=notes)
    # Who asks is found as if initials were the name that they stand for; every row keeps its own label.
    as_one = [replace(turn, speaker=known.get(turn.speaker or "", turn.speaker)) for turn in turns]
    found = finished(source, NAME, talk.text, as_one, interviewer=(), front="", notes=notes)
    pairs = listed([f"'{short}' of '{whole}'" for short, whole in known.items()])
    note = f"perhaps initials: {pairs}, so that both have one role; to make them one speaker, use a table: --speakers FILE.csv"
    roles = [replace(turn, speaker=own.speaker) for turn, own in zip(found.turns, turns, strict=True)]
    return replace(found, turns=tuple(roles), notes=(*found.notes, note))


def talk_of(source: Source) -> Talk:
    """The text of a table and what its rows say; ReadError for a table that is no CSV or has a row wider than its header."""
    names = dict(_columns(source.unified))
    parts: list[str] = []
    rows: list[Row] = []
    length = entities = odd = silent = 0
    for line, cells in _rows(source):
        row = {name: cells[at].strip() if at < len(cells) else "" for name, at in names.items()}
        words, speaker = unescape(row[WORDS]), label(unescape(row[SPEAKER])) or None
        entities += len(_ENTITY.findall(row[WORDS]))
        if not words.strip():
            silent += 1
            continue
        before = ("\n\n" if parts else "") + (f"{speaker}: " if speaker else "")
        start = length + len(before)
        match = SPAN.fullmatch(row.get(TIME, "").strip("[]()# "))
        odd += bool(row.get(TIME)) and not match
        tags = tuple(dict.fromkeys(tag.strip() for tag in unescape(row.get(TAGS, "")).split(";") if tag.strip()))
        rows.append(Row(line, start, start + len(words), speaker, seconds(match["time"]) if match else None, tags))
        parts += [before, words]
        length = start + len(words)
    return Talk("".join(parts), rows, tuple(_notes(rows, entities, odd, silent)))


def _notes(rows: Sequence[Row], entities: int, odd: int, silent: int) -> Iterator[str]:
    if entities:
        yield f"{counted(entities, 'HTML entity', 'HTML entities')} read as the characters that they stand for"
    if odd:
        yield f"{counted(odd, 'timestamp')} not understood, so without time"
    unnamed = [str(row.line) for row in rows if row.speaker is None]
    if unnamed and len(unnamed) < len(rows):
        lines = ", ".join(unnamed[:_SHOWN]) + (" ..." if unnamed[_SHOWN:] else "")
        yield f"{counted(len(unnamed), 'row')} without speaker, whose speaker stays open (line {lines})"
    if silent:
        yield f"{counted(silent, 'row')} without words left out"
    tags = list(dict.fromkeys(tag for row in rows for tag in row.tags))
    if tags:
        shown = ", ".join(tags[:_SHOWN]) + (" ..." if tags[_SHOWN:] else "")
        yield (
            f"{counted(sum(bool(row.tags) for row in rows), 'row')} with tags ({shown}), which are codes: import it with --coder "
            "NAME, and --add-codes where the codebook lacks them, to take them as codings"
        )


def _initials(labels: Sequence[str]) -> dict[str, str]:
    """Labels that are the initials of another: `EBW` of Emilie Baeth-Walter."""
    whole = {
        fold("".join(word[0] for word in re.findall(r"\w+", name))): name for name in labels if len(name.split()) > 1
    }
    return {name: whole[fold(name)] for name in labels if name.isupper() and len(name) > 1 and fold(name) in whole}


def _columns(text: str) -> list[tuple[str, int]]:
    """The names of the first line, in lower case, with their places; blank ones are none."""
    first = text.removeprefix("\ufeff").split("\n", 1)[0]
    cells = next(csv.reader([first], delimiter=_delimiter(first)), [])
    names = [cell.strip().casefold() for cell in cells]
    return [(name, at) for at, name in enumerate(names) if name and name not in names[:at]]


def _delimiter(line: str) -> str:
    return max(_DELIMITERS, key=line.count)


def _rows(source: Source) -> Iterator[tuple[int, list[str]]]:
    csv.field_size_limit(_LONGEST)
    text = source.unified
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text.split("\n", 1)[0]), strict=True)
    line = width = 1
    try:
        for cells in reader:
            if line == 1:
                width = len(cells)
            elif any(cell.strip() for cell in cells[width:]):
                raise ReadError(
                    f"{source.path.name} line {line}: {len(cells)} cells, but the header has {counted(width, 'column')}. Is a cell "
                    "with the delimiter in it without quotation marks? Nothing was imported."
                )
            elif any(cell.strip() for cell in cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise ReadError(
            f"{source.path.name} line {line}: not valid CSV ({error}). Is a quotation mark unclosed? Nothing was imported."
        ) from None


READER = Reader(name=NAME, suffixes=(), sniff=sniff, read=read, priority=25)
