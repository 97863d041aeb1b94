"""A stretch of talk as it is quoted: its words, a little before and after, who speaks, in which turns, and where it comes from.

A label before a turn often is a participant's name. It is never quoted: a quotation over several turns says who asks and who answers.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from secondcoder.domain.records import Span, SpeakerRole, Transcript, Turn
from secondcoder.domain.spans import share_text

CONTEXT = 90
"""Characters of the same speech shown before and after a passage, cut between words."""


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words with what stands around them in the same speech.

    Attributes:
        speaker: "participant", "interviewer", both joined by "and", or "speaker" where nobody said who asks.
        turns: numbers of the first and last turn, from 1, as `secondcoder transcript show` counts them; 0 outside any turn.
    """

    before: str
    text: str
    after: str
    speaker: str
    turns: tuple[int, int]


def quotation(transcript: Transcript, span: Span, starts: Sequence[int] | None = None) -> Quotation:
    """The words of a span of a transcript, without speakers' labels.

    Args:
        starts: of the transcript's turns, for whoever asks for many spans.
    """
    starts = [turn.start for turn in transcript.turns] if starts is None else starts
    first = max(bisect_right(starts, span[0]) - 1, 0)
    after = bisect_right(starts, span[1] - 1)
    touched = [at for at in range(first, after) if share_text(transcript.turns[at].span, span)]
    if not touched:
        return Quotation("", transcript.text[slice(*span)].strip(), "", "speaker", (0, 0))
    turns = [transcript.turns[at] for at in touched]
    before = _tail(
        transcript.text[max(turns[0].start, span[0] - CONTEXT) : span[0]], span[0] - CONTEXT > turns[0].start
    )
    rest = _head(transcript.text[span[1] : min(turns[-1].end, span[1] + CONTEXT)], span[1] + CONTEXT < turns[-1].end)
    speakers = " and ".join(dict.fromkeys(map(_speaker, turns)))
    return Quotation(before, _words(transcript, turns, span), rest, speakers, (touched[0] + 1, touched[-1] + 1))


def _words(transcript: Transcript, turns: Sequence[Turn], span: Span) -> str:
    """The talk alone; over several turns each on a line of its own, with who speaks."""
    spoken = [transcript.text[max(turn.start, span[0]) : min(turn.end, span[1])].strip() for turn in turns]
    if len(turns) == 1:
        return spoken[0]
    return "\n".join(f"{_speaker(turn).capitalize()}: {words}" for turn, words in zip(turns, spoken, strict=True))


def _speaker(turn: Turn) -> str:
    return turn.role.value if turn.role else "speaker"


def _tail(text: str, is_cut: bool) -> str:
    return f"… {text.partition(' ')[2]}" if is_cut else text


def _head(text: str, is_cut: bool) -> str:
    return f"{text.rpartition(' ')[0]} …" if is_cut else text


def attribution(transcript: Transcript, quoted: Quotation) -> str:
    """Who said it and where it stands, as "GP, case ash, wave late; interview ash_gp, turn 12": never a person's name."""
    # The role is that of who was asked; the interviewer's own words are not a GP's.
    asked = quoted.speaker != SpeakerRole.INTERVIEWER.value
    who = transcript.role if asked and transcript.role else quoted.speaker
    participant = f"participant {transcript.participant}" if transcript.participant and asked else ""
    case = f"case {transcript.case}" if transcript.case else ""
    wave = f"wave {transcript.wave}" if transcript.wave else ""
    about = ", ".join(part for part in (who, participant, case, wave) if part)
    return f"{about}; interview {transcript.id}{_turns(quoted.turns)}"


def _turns(turns: tuple[int, int]) -> str:
    first, last = turns
    if not first:
        return ""
    return f", turn {first}" if first == last else f", turns {first} to {last}"
