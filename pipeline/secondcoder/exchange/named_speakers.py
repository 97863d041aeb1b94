"""Whom a person named as speakers and interviewers: options for all files, or a manifest's columns for one of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from secondcoder.domain.records import Transcript
from secondcoder.errors import InputError, NoSpeakersError
from secondcoder.transcripts.interviewer import SPEAKERS, divider_hint, fold, parts_of, plain_label

NO_SPEAKERS_MEANT = "none"


def listed_labels(written: Iterable[str]) -> tuple[str, ...]:
    """The labels that were given, each alone or several divided by `|`."""
    return tuple(part.strip() for each in written for part in each.split("|") if part.strip())


def without_none(labels: Sequence[str]) -> tuple[str, ...]:
    """The labels, without the word that no speakers are meant."""
    return tuple(label for label in labels if label.strip().casefold() != NO_SPEAKERS_MEANT)


def refuse_unspoken(transcripts: Iterable[Transcript], labels: Sequence[str], told: str, where: str) -> None:
    """InputError for a label that begins no line of these transcripts.

    Args:
        told: who named the label: an option, or a manifest's column.
        where: what it was looked for in, for the message.
    """
    there = {fold(turn.speaker) for transcript in transcripts for turn in transcript.turns if turn.speaker}
    for label in without_none(labels):
        if there.isdisjoint(map(fold, (plain_label(label), *parts_of(label)))):
            raise InputError(
                f"{told} '{label}' stands at the start of no line of {where}.{divider_hint(label)} Nothing was imported."
            )


def refuse_without_speakers(transcript: Transcript, labels: Sequence[str]) -> None:
    """NoSpeakersError where nobody is named in a transcript and nobody said that this is meant."""
    meant = len(without_none(labels)) < len(labels)
    if meant or any(turn.speaker for turn in transcript.turns):
        return
    what = "; ".join(transcript.notes)
    raise NoSpeakersError(
        f"{transcript.source}: {what}. All of it would be read as one voice, questions too. Best put a label such as `I:` before "
        f"each question and `R:` before each answer. If there are labels, name them with {SPEAKERS}, as they stand at the start of "
        f"a line; or import it as it is with --speakers {NO_SPEAKERS_MEANT} (files with labels keep theirs). Nothing was imported."
    )
