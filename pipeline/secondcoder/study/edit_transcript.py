"""A transcript's description mended after its import: who interviews, how speakers are called, case, role, wave, times.

Id and text stay, so that every span stays true. What a model suggested on passages that are others now is taken away.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from secondcoder.domain.names import ByName, known_name, name
from secondcoder.domain.records import Case, SpeakerRole, Transcript, Turn
from secondcoder.domain.wording import counted
from secondcoder.errors import InputError, ReadError, did_you_mean
from secondcoder.store.transcript_changes import change_transcript, drop_suggestions
from secondcoder.transcripts.interviewer import named_interviewer
from secondcoder.workspace import Workspace

NOBODY = "none"
DESCRIBED = ("case", "participant", "role", "wave")
Times = tuple[float, float | None]
"""Seconds at which a turn begins and ends."""


@dataclass(frozen=True)
class TranscriptEdit:
    """What is to be changed; None or empty leaves a thing as it is, and "" takes case, participant, role or wave away.

    Attributes:
        interviewer: labels of all who interview, "none" where nobody does.
        renamed: a speaker's present name -> the new one.
        times: turn, counted from 1 -> its times; `shift` seconds are added to all times first.
    """

    case: str | None = None
    participant: str | None = None
    role: str | None = None
    wave: str | None = None
    interviewer: tuple[str, ...] = ()
    renamed: Mapping[str, str] = field(default_factory=dict)
    times: Mapping[int, Times] = field(default_factory=dict)
    shift: float = 0.0


@dataclass(frozen=True)
class Edited:
    """What an edit came to: the changes in words, how many suggestions were taken away, and the model in use where it learned from
    the transcript as it was."""

    transcript: Transcript
    changes: tuple[str, ...]
    suggestions: int
    learned_by: str | None


def edit_transcript(workspace: Workspace, transcript_id: str, asked: TranscriptEdit) -> Edited:
    """Carry an edit out, all or nothing.

    Raises:
        InputError: no such transcript or speaker, or nothing to change.
    """
    corpus = workspace.corpus
    before = find_transcript(corpus.by_id, transcript_id)
    after = edited(before, _as_known(asked, corpus.transcripts))
    changes = changes_in_words(before, after)
    if not changes:
        raise InputError(f"'{before.id}' is like that already. Nothing was changed.")
    stale = _suggesting(workspace, before.id) if _roles(before) != _roles(after) else {}
    with workspace.write() as write:
        write.put_cases([Case(after.case)] if after.case else [])
        change_transcript(write, before, after)
        drop_suggestions(write, stale, before.id)
    learned = workspace.manifest.get("training", {}).get("learned_from", ())
    return Edited(after, changes, sum(stale.values()), workspace.version if before.id in learned else None)


def find_transcript(by_id: Mapping[str, Transcript], written: str) -> Transcript:
    """The transcript of this name, in any spelling; InputError where there is none."""
    found = ByName(by_id).get(written)
    if found is None:
        raise InputError(
            f"There is no transcript '{written}' in this study.{did_you_mean(written, by_id)} All of them: secondcoder transcript list"
        )
    return found


def edited(transcript: Transcript, asked: TranscriptEdit) -> Transcript:
    """The transcript as it would be; InputError for a speaker or turn that it does not have."""
    labels = list(dict.fromkeys(turn.speaker for turn in transcript.turns if turn.speaker))
    asking = _interviewers(asked.interviewer, labels, transcript.id)
    renamed = {_label(old, labels, transcript.id): _new_name(new) for old, new in asked.renamed.items()}
    _refuse_missing_turns(asked.times, transcript)
    turns = tuple(
        _edited_turn(turn, asking, renamed, asked.times.get(number), asked.shift)
        for number, turn in enumerate(transcript.turns, start=1)
    )

    def described(what: str) -> str | None:
        asked_for: str | None = getattr(asked, what)
        kept: str | None = getattr(transcript, what)
        return kept if asked_for is None else name(asked_for) or None

    return replace(transcript, turns=turns, **{what: described(what) for what in DESCRIBED})  # type: ignore[arg-type]


def changes_in_words(before: Transcript, after: Transcript) -> tuple[str, ...]:
    """One phrase a change, such as "case 'ash' -> 'birch'"."""
    fields = [(what, getattr(before, what), getattr(after, what)) for what in DESCRIBED]
    said = [f"{what} {_quoted(was)} -> {_quoted(now)}" for what, was, now in fields if was != now]
    renamed = {(was.speaker, now.speaker) for was, now in zip(before.turns, after.turns, strict=True)}
    said += [f"speaker {_quoted(was)} -> {_quoted(now)}" for was, now in sorted(renamed, key=str) if was != now]
    if _roles(before) != _roles(after):
        asking = sorted({turn.speaker or "" for turn in after.turns if turn.role is SpeakerRole.INTERVIEWER})
        said.append(f"interviewer: {', '.join(asking) or 'nobody'}")
    if changed := sum(_times(was) != _times(now) for was, now in zip(before.turns, after.turns, strict=True)):
        said.append(f"times of {counted(changed, 'turn')}")
    return tuple(said)


def _as_known(asked: TranscriptEdit, transcripts: Iterable[Transcript]) -> TranscriptEdit:
    """Names in the spelling that the study has for them."""
    there = list(transcripts)
    known = {what: {value for each in there if (value := getattr(each, what))} for what in DESCRIBED}
    given = {what: value for what in DESCRIBED if (value := getattr(asked, what))}
    return replace(asked, **{what: known_name(value, known[what]) for what, value in given.items()})  # type: ignore[arg-type]


def _interviewers(named: Collection[str], labels: list[str], place: str) -> set[str] | None:
    """The labels of those who interview; None where nobody said."""
    if not named:
        return None
    return set() if [*named] == [NOBODY] else {_label(label, labels, place) for label in named}


def _label(written: str, labels: list[str], place: str) -> str:
    if not labels:
        raise InputError(f"'{place}' names no speakers. Nothing was changed.")
    try:
        return named_interviewer(written, labels, place)
    except ReadError as error:
        raise InputError(str(error).replace("Nothing was imported.", "Nothing was changed.")) from None


def _new_name(written: str) -> str:
    if not name(written):
        raise InputError("A speaker needs a name. Nothing was changed.")
    return name(written)


def _refuse_missing_turns(numbers: Iterable[int], transcript: Transcript) -> None:
    for number in numbers:
        if not 1 <= number <= len(transcript.turns):
            raise InputError(
                f"'{transcript.id}' has turns 1 to {len(transcript.turns)}, and no turn {number}. Nothing was changed."
            )


def _edited_turn(
    turn: Turn, asking: set[str] | None, renamed: Mapping[str, str], times: Times | None, shift: float
) -> Turn:
    role = turn.role
    if asking is not None and turn.speaker:
        role = SpeakerRole.INTERVIEWER if turn.speaker in asking else SpeakerRole.PARTICIPANT
    start, end = times or (_shifted(turn.time_start, shift), _shifted(turn.time_end, shift))
    speaker = renamed.get(turn.speaker, turn.speaker) if turn.speaker else None
    return replace(turn, speaker=speaker, role=role, time_start=start, time_end=end)


def _shifted(time: float | None, by: float) -> float | None:
    if time is None:
        return None
    if time + by < 0:
        raise InputError(f"A time of {time:g} s cannot be put {-by:g} s earlier. Nothing was changed.")
    return round(time + by, 3)


def _suggesting(workspace: Workspace, transcript: str) -> dict[str, int]:
    """Model version -> number of its suggestions on a transcript, where there are any."""
    corpus = workspace.corpus
    counts = {
        version: sum(each.transcript == transcript for each in corpus.suggestions(version))
        for version in corpus.suggestion_counts
    }
    return {version: count for version, count in counts.items() if count}


def _roles(transcript: Transcript) -> list[SpeakerRole | None]:
    return [turn.role for turn in transcript.turns]


def _times(turn: Turn) -> tuple[float | None, float | None]:
    return turn.time_start, turn.time_end


def _quoted(value: str | None) -> str:
    return f"'{value}'" if value else "none"
