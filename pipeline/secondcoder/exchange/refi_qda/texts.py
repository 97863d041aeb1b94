"""The texts of a project, read as transcripts are: who speaks where is found by the rules for plain text."""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path, PurePath
from xml.etree.ElementTree import Element

from secondcoder.domain.records import Transcript, Turn
from secondcoder.errors import ReadError
from secondcoder.exchange.projects.texts import StoredSource
from secondcoder.exchange.refi_qda.container import Archive
from secondcoder.exchange.refi_qda.positions import CountedText
from secondcoder.transcripts import plain_text
from secondcoder.transcripts.encoding import CONTROL, MARKS, decode
from secondcoder.transcripts.interviewer import fold, parts_of, plain_label

DOCUMENTS = (".txt", ".docx", ".doc", ".rtf", ".odt", ".pdf", ".md", ".html", ".mp3", ".m4a", ".mp4", ".wav")
FORMAT = "REFI-QDA"


def text_of(archive: Archive, element: Element, called: str, crlf: bool) -> tuple[CountedText | None, tuple[str, ...]]:
    """The text of an element of a project, None where it has none, and what to tell of it.

    Args:
        called: the source's name, for messages.
        crlf: lines of the project's XML end in CRLF, which parsing made newlines.
    """
    content = element.find("PlainTextContent")
    if content is not None and element.get("plainTextPath") is None:
        return CountedText.of("".join(content.itertext()), bom=False, crlf=crlf), ()
    address = element.get("plainTextPath") or ""
    data = archive.text(address) if address else None
    if data is None:
        return None, (f"its text ({address}) is not in the project" if address else "it has no plain text",)
    decoded, notes = _decoded(data, called)
    if decoded is None:
        return None, notes
    return CountedText.of(decoded, bom=any(data.startswith(mark) for mark, _ in MARKS)), notes


def _decoded(data: bytes, called: str) -> tuple[str | None, tuple[str, ...]]:
    """The text in UTF-8 or as its mark says, else guessed; a control character becomes a blank, so that positions stay."""
    notes: tuple[str, ...] = ()
    try:
        wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        text = data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        try:
            guessed = decode(data, called)
        except ReadError as error:
            return None, (str(error),)
        text, notes = guessed.text, guessed.notes
    if CONTROL.search(text):
        return CONTROL.sub(" ", text), (*notes, "control characters in it are read as blanks")
    return text, notes


def transcript_of(
    called: str, text: CountedText, source: str, interviewer: Sequence[str], speakers: Sequence[str]
) -> Transcript | None:
    """The transcript of a text, under the source's name without the suffix of a document; None where nobody says anything.

    Args:
        source: the project's file.
        interviewer: labels of interviewers in any of the project's texts; speakers: labels of anybody.
    """
    asking = _who_speak(text, interviewer, speakers) if interviewer else ()
    try:
        read = plain_text.read(_held(called, text, (*speakers, *interviewer)), asking)
    except ReadError:  # nobody says anything: who asks is among the speakers
        return None
    return replace(read, id=transcript_id(called), source=source, format=FORMAT)


def _held(called: str, text: CountedText, speakers: Sequence[str]) -> StoredSource:
    return StoredSource(Path(called.replace("/", "-") or "text"), tuple(speakers), body=text.text)


def _who_speak(text: CountedText, interviewer: Sequence[str], speakers: Sequence[str]) -> tuple[str, ...]:
    """Those of the interviewers who speak here: a label that is named must stand in the text."""
    try:
        read = plain_text.read(_held("text", text, (*speakers, *interviewer)), ())
    except ReadError:
        return ()
    there = {fold(turn.speaker) for turn in read.turns if turn.speaker}
    return tuple(
        label for label in interviewer if not there.isdisjoint(map(fold, (plain_label(label), *parts_of(label))))
    )


def transcript_id(called: str) -> str:
    """`P01` of `P01.txt`; a name that only looks as if it had a suffix stays as it is."""
    path = PurePath(called)
    return called[: -len(path.suffix)].strip() if path.suffix.casefold() in DOCUMENTS and path.stem.strip() else called


def with_times(transcript: Transcript, times: Sequence[tuple[int, float]]) -> Transcript:
    """The transcript with times from the recording: each turn has that of the last point at or before its start.

    Args:
        times: (offset in the text, seconds), in order.
    """
    turns: list[Turn] = []
    begun = -1
    for turn in transcript.turns:
        since = [seconds for at, seconds in times if begun < at <= turn.start]
        known = turn.time_start is not None or not since
        turns.append(turn if known else replace(turn, time_start=since[-1]))
        begun = turn.start
    return replace(transcript, turns=tuple(turns))
