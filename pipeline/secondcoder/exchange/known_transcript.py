"""A transcript that is imported again: what this import says of it otherwise than the study, and the command that takes it over."""

from __future__ import annotations

from collections.abc import Sequence

from secondcoder.domain.records import SpeakerRole, Transcript
from secondcoder.domain.shell_words import shell_word

DESCRIBED = ("case", "participant", "role", "wave")


def not_taken(known: Transcript, again: Transcript, interviewer: Sequence[str]) -> list[str]:
    """A note where the import says something else; nothing of it is taken without being asked for.

    Args:
        interviewer: the labels that were named for this import, so that roles that were mended since are no difference.
    """
    values = {what: value for what in DESCRIBED if (value := getattr(again, what)) and value != getattr(known, what)}
    options = [f"--{what} {shell_word(value)}" for what, value in values.items()]
    said = [f"{what} '{value}'" for what, value in values.items()]
    if interviewer and _asking(known) != (labels := _asking(again)):
        options += [f"--interviewer {shell_word(label)}" for label in sorted(labels)]
        said.append(f"interviewer {', '.join(sorted(labels))}")
    if renamed := _renamed(known, again) if interviewer else {}:
        options += [f"--rename {shell_word(f'{old}={new}')}" for old, new in renamed.items()]
        said += [f"'{old}' called '{new}'" for old, new in renamed.items()]
    if not options:
        return []
    return [
        f"'{known.id}' is in the study already, so this was not taken: {', '.join(said)}. To change it: "
        f"secondcoder transcript edit {shell_word(known.id)} {' '.join(options)}"
    ]


def _renamed(known: Transcript, again: Transcript) -> dict[str, str]:
    names = {turn.span: turn.speaker for turn in again.turns}
    pairs = ((turn.speaker, names.get(turn.span)) for turn in known.turns)
    return {old: new for old, new in pairs if old and new and old != new}


def _asking(transcript: Transcript) -> set[str]:
    return {turn.speaker for turn in transcript.turns if turn.speaker and turn.role is SpeakerRole.INTERVIEWER}
