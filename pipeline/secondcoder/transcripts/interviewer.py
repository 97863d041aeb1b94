"""Who asks: said by the person, by the file's header or by a label; inferred only when the questions leave no doubt."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from secondcoder.domain.records import SpeakerRole, Turn
from secondcoder.errors import ReadError, did_you_mean
from secondcoder.transcripts.speaker_labels import fold

OPTION = "--interviewer LABEL"
FEWEST_QUESTIONS = 3
SHARE_OF_QUESTIONS = 0.75
SHARE_OF_WORDS = 0.4
SHOWN = 10

_HEADER = re.compile(
    r"^[^\w\n]*interviewers?[^\w\n=:]*[=:][^\w\n]*(?P<value>\w.*?)[ \t]*$", re.IGNORECASE | re.MULTILINE
)
_LEGEND = re.compile(
    r"^[^\w\n]*(?P<value>\w[^\n=:]*?)[^\w\n=:]*[=:][^\w\n]*interviewer[^\w\n]*$", re.IGNORECASE | re.MULTILINE
)
_LISTED = re.compile(r"\s*[,;/()&]\s*|\s+and\s+")


def _has_word(*words: str) -> Callable[[str], bool]:
    pattern = re.compile(rf"\b(?:{'|'.join(words)})s?[ _]?\d*\b", re.IGNORECASE)
    return lambda label: bool(pattern.search(label))


def _is(pattern: str) -> Callable[[str], bool]:
    return lambda label: bool(re.fullmatch(pattern, fold(label)))


# Surest first, and only the surest that occurs counts: beside "Interviewer", a "Researcher" is who is interviewed. `R` is not
# here: with `I` it is the respondent, and alone it may be the researcher.
LABEL_WORDS: tuple[Callable[[str], bool], ...] = (
    lambda label: _has_word("interviewer")(label) or _is(r"int\d*")(label),
    _has_word("moderator", "facilitator"),
    _has_word("researcher"),
    _is(r"q|question"),
    _is(r"i\d?"),
)


@dataclass(frozen=True, slots=True)
class Share:
    """What one speaker does in a transcript: words said, and turns that end in a question."""

    label: str
    words: int
    questions: int


def header_names(front: str) -> list[str]:
    """Whom the lines before the speech call interviewer: `Interviewer = S00`, `Interviewer: Jane Doe`, `S00 = Interviewer`."""
    return [found["value"] for pattern in (_HEADER, _LEGEND) for found in pattern.finditer(front)]


def with_roles(
    text: str, turns: Sequence[Turn], *, named: Sequence[str], front: str, name: str
) -> tuple[tuple[Turn, ...], tuple[str, ...]]:
    """The turns with the roles of their speakers, and notes on how these were found.

    Once the interviewer is known, every other named speaker is a participant; while nobody knows, all roles stay None.

    Args:
        text: the transcript's text.
        turns: its turns, still without roles.
        named: the labels that the person named as interviewers.
        front: what stands before the first turn.
        name: the file's name, for messages.

    Raises:
        ReadError: a named label is no speaker of this transcript.
    """
    labels = list(dict.fromkeys(turn.speaker for turn in turns if turn.speaker is not None))
    asking, notes = _asking(text, turns, labels, named=named, front=front, name=name)
    if not asking:
        return tuple(turns), notes
    return tuple(replace(turn, role=_role(turn.speaker, asking)) for turn in turns), notes


def _role(speaker: str | None, asking: set[str]) -> SpeakerRole | None:
    if speaker is None:
        return None
    return SpeakerRole.INTERVIEWER if speaker in asking else SpeakerRole.PARTICIPANT


def _asking(
    text: str, turns: Sequence[Turn], labels: Sequence[str], *, named: Sequence[str], front: str, name: str
) -> tuple[set[str], tuple[str, ...]]:
    if named:
        return {_known(label, labels, name) for label in named}, ()
    if not labels:
        return set(), ()
    header = header_names(front)
    if said := {label for value in header for label in _among(value, labels)}:
        return said, ()
    if by_word := _by_word(labels):
        return by_word, ()
    stray = tuple(f"the header names '{value}' as interviewer, and no speaker is called so" for value in header[:1])
    by_share, note = _by_share(_shares(text, turns, labels))
    return by_share, (*stray, note)


def _known(label: str, labels: Sequence[str], name: str) -> str:
    if found := [known for known in labels if fold(known) == fold(label)]:
        return found[0]
    if not labels:
        raise ReadError(f"{name}: '{label}' cannot be the interviewer: no speakers found. Nothing was imported.")
    there = _quoted(labels)
    near = did_you_mean(label, labels)
    raise ReadError(
        f"{name}: '{label}' is no speaker of this transcript, which has {there}.{near} Nothing was imported."
    )


def _among(value: str, labels: Sequence[str]) -> list[str]:
    """The labels that a header's value names: whole (`Doe, Jane`), as a list (`S00, S02`; `Jane Doe (JD)`), or the one label
    that is a part or the initials of the name (`Jane Doe` is Jane, or JD).
    """
    keys = {fold(value), *(fold(part) for part in _LISTED.split(value))}
    if exact := [label for label in labels if fold(label) in keys]:
        return exact
    words = value.split()
    parts = {fold("".join(word[0] for word in words)), *(fold(word) for word in words)}
    partly = [label for label in labels if fold(label) in parts]
    return partly if len(partly) == 1 else []


def _by_word(labels: Sequence[str]) -> set[str]:
    for says_so in LABEL_WORDS:
        if asking := {label for label in labels if says_so(label)}:
            return asking if len(asking) < len(labels) or len(labels) == 1 else set()
    return set()


def _shares(text: str, turns: Sequence[Turn], labels: Iterable[str]) -> list[Share]:
    said = {label: [text[turn.start : turn.end] for turn in turns if turn.speaker == label] for label in labels}
    return [
        Share(label, sum(len(speech.split()) for speech in speeches), sum(map(_asks, speeches)))
        for label, speeches in said.items()
    ]


def _asks(speech: str) -> bool:
    """Whether a turn ends in a question, and so hands the floor over; those within an answer are mostly rhetorical or quoted."""
    return speech.rstrip(" \n\t\"'”’)]*").endswith(("?", "？"))


def _by_share(shares: Sequence[Share]) -> tuple[set[str], str]:
    """The one who asks nearly all questions and says less than the rest, when there is such a one."""
    first = max(shares, key=lambda share: share.questions)
    questions, words = sum(share.questions for share in shares), sum(share.words for share in shares)
    asks = first.questions >= max(FEWEST_QUESTIONS, SHARE_OF_QUESTIONS * questions)
    if len(shares) > 1 and asks and first.words <= SHARE_OF_WORDS * words:
        counts = f"{first.questions} of {questions} questions in {first.words} of {words} words"
        note = f"interviewer taken to be '{first.label}', who asks {counts}; if not, name the interviewer with {OPTION}"
        return {first.label}, note
    there = _quoted([share.label for share in shares])
    return set(), f"nothing says who is the interviewer among {there}: roles stay open; name one with {OPTION}"


def _quoted(labels: Sequence[str]) -> str:
    more = f" and {len(labels) - SHOWN} more" if len(labels) > SHOWN else ""
    return ", ".join(f"'{label}'" for label in labels[:SHOWN]) + more
