"""The texts of a project, read as transcripts are: who speaks where is found by the rules for plain text."""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from dataclasses import replace
from xml.etree.ElementTree import Element

from secondcoder.domain.records import Transcript, Turn
from secondcoder.errors import ReadError
from secondcoder.exchange.projects.texts import OF_FILE, read_talk
from secondcoder.exchange.refi_qda.container import Archive
from secondcoder.exchange.refi_qda.positions import CountedText
from secondcoder.transcripts.encoding import CONTROL, MARKS, decode

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
    try:
        read = read_talk(called, text.text, interviewer, speakers)
    except ReadError:  # nobody says anything
        return None
    return replace(read, id=OF_FILE.sub("", called).strip() or called, source=source, format=FORMAT)


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
