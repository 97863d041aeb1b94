"""Names in coded data under the spelling that the study has: `ana` is Ana, whatever the file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from secondcoder.domain.names import ByName, Spellings, folded, name
from secondcoder.domain.records import Coding, CodingPass, Transcript, Turn
from secondcoder.errors import InputError
from secondcoder.exchange.registry import CodedData
from secondcoder.exchange.tables.rows import Row

Mark = TypeVar("Mark", Coding, CodingPass)
DESCRIBING = ("case", "participant", "role", "wave")
COLUMNS = ("transcript", "coder", *DESCRIBING)


def spellings_of(transcripts: Iterable[Transcript], coders: Iterable[str] = ()) -> Spellings:
    """The spellings that a study has."""
    transcripts, spellings = list(transcripts), Spellings()
    spellings.learn("coder", coders)
    spellings.learn("transcript", (transcript.id for transcript in transcripts))
    for kind in DESCRIBING:
        spellings.learn(kind, (getattr(transcript, kind) for transcript in transcripts))
    return spellings


def spelt_rows(rows: Sequence[Row], known: Mapping[str, Transcript], spellings: Spellings) -> list[Row]:
    """The rows of a table with the names in them spelt as in the study, or as they stand first."""
    spellings.learn("transcript", known)

    def spelt_row(row: Row) -> Row:
        names = {column: spellings.of(column, row[column]) for column in COLUMNS if column in row.cells}
        return replace(row, cells={**row.cells, **names})

    return [spelt_row(row) for row in rows]


def spelt(data: CodedData, known: Mapping[str, Transcript], spellings: Spellings) -> CodedData:
    """What any format read, spelt so; InputError where two transcripts of different text have one name."""
    spellings.learn("transcript", known)
    data.notes += [note for transcript in data.transcripts for note in _speaker_notes(transcript)]
    data.transcripts = [spelt_transcript(transcript, spellings) for transcript in data.transcripts]
    _refuse_one_name(data.transcripts, known)
    spellings.learn("transcript", (transcript.id for transcript in data.transcripts))
    data.cases = [replace(case, id=spellings.of("case", case.id)) for case in data.cases]
    data.codings = [_spelt_mark(coding, spellings) for coding in data.codings]
    data.scores = {_spelt_mark(coding, spellings): score for coding, score in data.scores.items()}
    data.passes = [_spelt_mark(coding_pass, spellings) for coding_pass in data.passes]
    return data


def _spelt_mark(mark: Mark, spellings: Spellings) -> Mark:
    transcript, coder = spellings.of("transcript", mark.transcript), spellings.of("coder", mark.coder)
    return replace(mark, transcript=transcript, coder=coder)


def spelt_transcript(transcript: Transcript, spellings: Spellings) -> Transcript:
    """The transcript with its speakers, case, participant, role and wave spelt so."""

    def described(kind: str) -> str | None:
        value = getattr(transcript, kind)
        return spellings.of(kind, value) if value else None

    return replace(
        transcript,
        turns=_spelt_turns(transcript.turns),
        case=described("case"),
        participant=described("participant"),
        role=described("role"),
        wave=described("wave"),
    )


def _first_spellings(turns: Sequence[Turn]) -> dict[str, str]:
    """Each speaker, folded, as the first of these turns spells the name."""
    first: dict[str, str] = {}
    for turn in turns:
        first.setdefault(folded(turn.speaker or ""), turn.speaker or "")
    return first


def _spelt_turns(turns: Sequence[Turn]) -> tuple[Turn, ...]:
    """A speaker in every turn under the first spelling of the transcript."""
    first = _first_spellings(turns)
    return tuple(replace(turn, speaker=first[folded(turn.speaker or "")] or None) for turn in turns)


def _speaker_notes(transcript: Transcript) -> list[str]:
    first = _first_spellings(transcript.turns)
    spelt = {name(turn.speaker): first[folded(turn.speaker)] for turn in transcript.turns if turn.speaker}
    others = {other: kept for other, kept in spelt.items() if other != name(kept)}
    return [f"'{transcript.id}': speaker '{other}' is taken for '{kept}'" for other, kept in others.items()]


def _refuse_one_name(new: Sequence[Transcript], known: Mapping[str, Transcript]) -> None:
    there = dict(known)
    by_name = ByName(there)
    for transcript in new:
        other = by_name.get(transcript.id)
        if other is not None and other.id != transcript.id:
            raise InputError(
                f"{transcript.source}: transcripts '{other.id}' and '{transcript.id}' have one name. Rename one."
            )
        there[transcript.id] = transcript
