"""A transcript built from a table's rows, each of which stays the unit that it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from secondcoder.domain.records import CodingPass, SpeakerRole, Transcript, Turn
from secondcoder.exchange.rows import Row

INTERVIEWER_WORDS = frozenset({"interviewer", "i", "int", "int1", "q", "researcher", "moderator", "facilitator"})
PARTICIPANT_WORDS = frozenset({"participant", "respondent", "interviewee", "r", "p"})

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit: the row that first told of it, and each coder's row."""

    first: Row
    rows: dict[str, Row]


def transcript_of_units(name: str, units: Sequence[Unit], source: str) -> tuple[Transcript, list[Span]]:
    """The transcript and each unit's span in it.

    The text is one paragraph a unit, `Speaker: text` where a speaker is given, with an empty line between. A unit's span is
    its text without outer white space.
    """
    pieces: list[str] = []
    spans: list[Span] = []
    length = 0
    for unit in units:
        speaker, words = unit.first["speaker"].strip(), unit.first["text"]
        before = ("\n\n" if pieces else "") + (f"{speaker}: " if speaker else "")
        start = length + len(before) + len(words) - len(words.lstrip())
        spans.append((start, start + len(words.strip())))
        pieces += [before, words]
        length += len(before) + len(words)
    roles = _roles(units)
    turns = tuple(
        Turn(start, end, unit.first["speaker"].strip() or None, role)
        for unit, (start, end), role in zip(units, spans, roles, strict=True)
    )
    transcript = Transcript(
        id=name,
        text="".join(pieces),
        turns=turns,
        case=_only_value(units, "case"),
        participant=_only_value(units, "participant"),
        role=_participant_role(units, roles),
        wave=_only_value(units, "wave"),
        unitised=True,
        source=source,
        format="coded table",
    )
    return transcript, spans


def unit_passes(name: str, units: Sequence[Unit], spans: Sequence[Span], codes: tuple[str, ...]) -> list[CodingPass]:
    """Each coder's passes: one for every unbroken run of units in which the coder has a row."""
    passes: list[CodingPass] = []
    for coder in dict.fromkeys(who for unit in units for who in unit.rows):
        run: list[Span] = []
        for unit, span in zip(units, spans, strict=True):
            if coder in unit.rows:
                run.append(span)
            elif run:
                passes.append(CodingPass(name, coder, run[0][0], run[-1][1], codes))
                run = []
        if run:
            passes.append(CodingPass(name, coder, run[0][0], run[-1][1], codes))
    return passes


def _roles(units: Sequence[Unit]) -> list[SpeakerRole | None]:
    """Only plain words make an interviewer: a guess would take a participant's units out of the study."""
    asked = [bool({_word(unit, "role"), _word(unit, "speaker")} & INTERVIEWER_WORDS) for unit in units]
    others = SpeakerRole.PARTICIPANT if any(asked) else None
    return [SpeakerRole.INTERVIEWER if one else others for one in asked]


def _word(unit: Unit, column: str) -> str:
    return unit.first[column].strip().rstrip(":.").casefold()


def _participant_role(units: Sequence[Unit], roles: Sequence[SpeakerRole | None]) -> str | None:
    words = {
        unit.first["role"].strip()
        for unit, role in zip(units, roles, strict=True)
        if role is not SpeakerRole.INTERVIEWER
    }
    jobs = {word for word in words if word and word.casefold() not in PARTICIPANT_WORDS}
    return jobs.pop() if len(jobs) == 1 else None


def _only_value(units: Sequence[Unit], column: str) -> str | None:
    values = {unit.first[column].strip() for unit in units} - {""}
    return values.pop() if len(values) == 1 else None
