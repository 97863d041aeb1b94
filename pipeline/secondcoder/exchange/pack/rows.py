"""A pack's records as lines of JSON, and back: every value checked against its record, every span against its text."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import fields
from io import BytesIO
from math import isfinite
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from secondcoder.codebook.model import Codebook
from secondcoder.domain.json_text import parse_json
from secondcoder.domain.names import name
from secondcoder.domain.records import Case, Coding, CodingPass, Suggestion, Transcript
from secondcoder.errors import InputError
from secondcoder.exchange.pack.pack import State

Record = TypeVar("Record", Transcript, Case, Coding, CodingPass, Suggestion)
Mark = TypeVar("Mark", Coding, CodingPass)
ADAPTERS: Mapping[type[Any], TypeAdapter[Any]] = {
    record: TypeAdapter(record) for record in (Transcript, Case, Coding, CodingPass, Suggestion)
}


def lines(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """One JSON object a line."""
    return "".join(json.dumps(row, ensure_ascii=False, sort_keys=True) + "\n" for row in rows).encode()


def mark_lines(states: Iterable[State], marks_of: Callable[[State], Collection[Mark]]) -> bytes:
    """Codings or passes, each once, with which packs held it (from 0); without the coder, who is one."""
    packs: dict[Mark, list[int]] = {}
    for number, state in enumerate(states):
        for mark in marks_of(state):
            packs.setdefault(mark, []).append(number)
    # Not by `asdict`, which copies every list of codes.
    names = [field.name for field in fields(next(iter(packs)))] if packs else []
    rows = ({name: getattr(mark, name) for name in names if name != "coder"} for mark in packs)
    numbered = [row | {"packs": numbers} for row, numbers in zip(rows, packs.values(), strict=True)]
    return lines(sorted(numbered, key=lambda row: json.dumps(row, sort_keys=True)))


def read_records(content: bytes, part: str, record: type[Record]) -> list[Record]:
    """The records of a part; InputError names the first line that is none."""
    return [_record(row, record, place) for place, row in _rows(content, part)]


def read_marks(content: bytes, part: str, record: type[Mark], coder: str) -> dict[Mark, list[int]]:
    """Codings or passes -> the numbers of the packs that held them."""
    marks: dict[Mark, list[int]] = {}
    for place, row in _rows(content, part):
        numbers = row.pop("packs", None)
        if not isinstance(numbers, list) or not all(type(number) is int for number in numbers):
            raise InputError(f"{place}: it does not say in which packs it was")
        marks[_record(row | {"coder": coder}, record, place)] = numbers
    return marks


def _rows(content: bytes, part: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for number, line in enumerate(BytesIO(content), start=1):
        place = f"{part} line {number}"
        yield place, read_object(line, place)


def read_object(content: bytes, place: str) -> dict[str, Any]:
    """A JSON object; InputError for what is none, or holds what no text can hold."""
    try:
        row = parse_json(content)
        json.dumps(row, ensure_ascii=False).encode()  # half a character
    except ValueError:
        raise InputError(f"{place}: it is not valid JSON") from None
    if not isinstance(row, dict):
        raise InputError(f"{place}: it is no JSON object")
    return row


def _record(row: dict[str, Any], record: type[Record], place: str) -> Record:
    try:
        read: Record = ADAPTERS[record].validate_python(row)
    except ValidationError as error:
        fault = error.errors()[0]
        where = ".".join(map(str, fault["loc"]))
        raise InputError(f"{place}: {where}: {fault['msg']}") from None
    return read


def refuse_faulty(transcripts: Iterable[Transcript], cases: Collection[Case]) -> None:
    """InputError for transcripts and cases that no study can hold."""
    known, seen = {case.id for case in cases}, set()
    for case in cases:
        _refuse_name(case.id)
    for transcript in transcripts:
        _refuse_name(transcript.id)
        if transcript.id in seen or len(known) < len(cases):
            raise InputError(f"transcript '{transcript.id}' or its case stands twice")
        seen.add(transcript.id)
        if transcript.case is not None and transcript.case not in known:
            raise InputError(f"transcript '{transcript.id}': its case '{transcript.case}' is missing")
        end = 0
        for turn in transcript.turns:
            times = [time for time in (turn.time_start, turn.time_end) if time is not None]
            if not end <= turn.start <= turn.end <= len(transcript.text) or not all(map(isfinite, times)):
                raise InputError(f"transcript '{transcript.id}': a turn lies outside its text, or across another one")
            end = turn.end


def _refuse_name(written: str) -> None:
    if not written or name(written) != written:
        raise InputError(f"'{written}' is not how a name is written")


def refuse_misplaced(
    marks: Iterable[Coding | CodingPass | Suggestion], texts: Mapping[str, str], book: Codebook
) -> None:
    """InputError for a mark that lies in no text, or of a code that the codebook lacks."""
    ids = frozenset(book.ids)
    for mark in marks:
        codes = mark.codes if isinstance(mark, CodingPass) else (mark.code,)
        text = texts.get(mark.transcript)
        if text is None or not 0 <= mark.start < mark.end <= len(text):
            raise InputError(f"a mark at {mark.start}-{mark.end} of '{mark.transcript}' lies in no text of the pack")
        if not ids.issuperset(codes):
            raise InputError(f"a mark on '{mark.transcript}' has a code that the pack's codebook lacks")
