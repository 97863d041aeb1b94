"""What was read of an interview, by whom and for which codes, in words; only what somebody said, never a guess."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from secondcoder.codebook.model import Codebook
from secondcoder.domain.records import CodingPass, Origin, Span, SpeakerRole, Transcript
from secondcoder.domain.spans import covers, looked_for, share_text
from secondcoder.domain.wording import counted
from secondcoder.labels.hand_coding import key_of
from secondcoder.labels.stated_readings import Statement, statements
from secondcoder.review.session import ReviewSession
from secondcoder.store.hand_marks import HandEvent, Marks

NAMED = 6
"""Codes of a reading that are named; more are counted."""


@dataclass(frozen=True)
class Reading:
    """One reading as a page tells of it, `but` for what a recode took out; `key` where it is the asker's own and can be taken back."""

    coder: str
    where: str
    codes: str
    reviewed: bool
    but: str = ""
    key: str = ""


def readings_on(
    review: ReviewSession, transcript: Transcript, marks: Marks, coder: str, events: Sequence[HandEvent]
) -> list[Reading]:
    """Everybody's readings of an interview, the asker's own first; nobody's codings.

    Args:
        events: the asker's actions on it, newest first.
    """
    coders = sorted({look.made.coder for look in marks.passes if look.by_hand}, key=lambda name: (name != coder, name))
    return [
        Reading(
            name,
            where(transcript, said.look.made.span),
            codes_in_words(said.look.made.codes, review.book),
            said.look.made.origin is Origin.REVIEWED,
            _taken_out(transcript, said, review.book),
            key_of(said.look) if name == coder else "",
        )
        for name in coders
        for said in _said_by(review, transcript.id, name, marks.of(name), events if name == coder else None)
    ]


def _said_by(
    review: ReviewSession, name: str, coder: str, marks: Marks, events: Sequence[HandEvent] | None = None
) -> list[Statement]:
    """What a coder said to have read; their actions are looked up only where a recode may have left something of a look."""
    if events is None:
        recoded = any(look.made.origin is Origin.REVIEWED for look in marks.passes)
        events = review.study.store.hand_events(name, coder) if recoded else ()
    return statements(marks, review.codes_of, events)


def _taken_out(transcript: Transcript, said: Statement, book: Codebook) -> str:
    """'CO on part of turn 4', '' for nothing."""
    return "; ".join(
        f"{codes_in_words(codes, book)} on {where(transcript, span)}" for span, codes in said.taken_out.items()
    )


def where(transcript: Transcript, span: Span) -> str:
    """'the whole interview', 'turns 3 to 9', or 'part of turn 4'."""
    if is_whole(transcript, [span]):
        return "the whole interview"
    touched = [at for at, turn in enumerate(turns_of(transcript), start=1) if share_text(turn, span)]
    if not touched:
        return "a part without turns"
    if len(touched) > 1:
        return f"turns {touched[0]} to {touched[-1]}"
    inside = covers([span], [turns_of(transcript)[touched[0] - 1]], transcript.text)
    return f"{'turn' if inside else 'part of turn'} {touched[0]}"


def is_whole(transcript: Transcript, cover: Sequence[Span]) -> bool:
    """All that can be coded is covered: labels, and the interviewer's words, need nobody's look."""
    talk = [turn.span for turn in transcript.turns if turn.role is not SpeakerRole.INTERVIEWER]
    return covers(cover, talk or [(0, len(transcript.text))], transcript.text)


def turns_of(transcript: Transcript) -> list[Span]:
    """The spans of the turns; of an interview without turns, all its text."""
    return [turn.span for turn in transcript.turns] or [(0, len(transcript.text))]


def codes_in_words(codes: Sequence[str], book: Codebook) -> str:
    """'all 24 codes', 'CO, CP' or '11 codes (CO, CP ...)'."""
    if set(book.ids) <= set(codes):
        return f"all {counted(len(book.ids), 'code')}"
    named = ", ".join(codes[:NAMED])
    return named if len(codes) <= NAMED else f"{counted(len(codes), 'code')} ({named} …)"


def how_far_read(transcript: Transcript, looks: Iterable[CodingPass], book: Codebook) -> str:
    """How far one coder has read an interview: 'read', 'read for CO, CP', 'in part', or '' for not at all."""
    whole = {code for cover, codes in looked_for(looks).items() if is_whole(transcript, cover) for code in codes}
    if whole:
        return (
            "read"
            if set(book.ids) <= whole
            else f"read for {codes_in_words([c for c in book.ids if c in whole], book)}"
        )
    return ""


def read_by(review: ReviewSession, coder: str, marks_on: Mapping[str, Marks]) -> Mapping[str, str]:
    """Transcript -> how far the coder says to have read it, by their marks; 'in part' where only parts were said to be read."""
    told: dict[str, str] = {}
    for name, marks in marks_on.items():
        said = _said_by(review, name, coder, marks)
        looks = [look.made for look in marks.passes]
        told[name] = how_far_read(review.transcripts[name], looks, review.book) if name in review.transcripts else ""
        told[name] = told[name] or ("in part" if said else "")
    return told
