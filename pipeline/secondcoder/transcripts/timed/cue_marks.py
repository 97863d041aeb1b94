"""What stands in cues beside speech: labels of speakers, and the stamps, labels and pauses that editors put into cues."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from secondcoder.domain.wording import counted, first_of
from secondcoder.transcripts.clock import MARKER, STAMP
from secondcoder.transcripts.interviewer import fold
from secondcoder.transcripts.label_forms import LABEL
from secondcoder.transcripts.speaker_labels import find_labels, unbelieved
from secondcoder.transcripts.turns import Mark
from secondcoder.transcripts.unmarked_labels import find_named, find_unmarked, standing
from secondcoder.transcripts.visible import clean, shown, visible

SHOWN = 5
_LABEL_ALONE = re.compile(rf"\s*[\[(]?{LABEL}[\])]?\s*[:：]\s*")
_STAMPS = re.compile(rf"^(?:{STAMP}[ \t]*[-–:]?\s*)+|(?:{STAMP}\s{{0,9}})+$")
# A stretch in brackets that says a silence: `(4 seconds pause)`, `[Pause 00:03]`, `(沉默)`.
_PAUSE = re.compile(
    r"\s*[\[(（【][^\[\]()]*(?:paus|silen|schweig|stille|沉默|停顿|沈黙)[^\[\]()]*[\])）】]\s*", re.IGNORECASE
)
_COUNTED = re.compile(r"\s*[\[(][^\[\]()]*\d[^\[\]()]*[\])]\s*")


@dataclass(frozen=True, slots=True)
class Utterance:
    """What one speaker says in one cue: `speech` with the white space around it that the file has; times are seconds."""

    speaker: str | None
    speech: str
    start: float
    end: float


def find_cue_marks(
    text: str, spans: Sequence[tuple[int, int]], named: Sequence[str]
) -> tuple[list[Mark], tuple[str, ...]]:
    """Where labels stand in the lines of cues (`text` as it shows), and notes on what was read as one or was not."""
    named = standing(text, spans, named)
    labels = find_labels(text, spans, named, sure_names=True)
    there = {fold(line.label) for line in labels.lines}
    marks = [Mark(line.start, line.speech, labels.name(line)) for line in labels.lines]
    more = find_named(text, spans, [label for label in named if fold(label) not in there])
    marks += [Mark(line.start, line.speech, line.label) for line in more]
    unmarked, note = find_unmarked(text, spans, named)
    if len(unmarked) > len(marks):
        return unmarked, (note,)
    return marks, unbelieved(text, labels)


def without_marks(utterances: Sequence[Utterance]) -> tuple[list[Utterance], tuple[str, ...]]:
    """The utterances without times, pauses, and labels that an editor wrote into the speech of a named voice, and a note on them."""
    named = any(part.speaker for part in utterances)
    alone = _labels_alone(utterances) if named else {}
    kept: list[Utterance] = []
    stamps, pauses, labels = 0, list[str](), dict[str, str]()
    for at, part in enumerate(utterances):
        said = shown(part.speech)
        speech = _STAMPS.sub("", said) if _STAMPS.search(said) else part.speech
        stamps += speech != part.speech or bool(MARKER.fullmatch(speech))
        if named and (_PAUSE.fullmatch(speech) or (part.speaker is None and _COUNTED.fullmatch(speech))):
            pauses.append(shown(speech))
        elif at in alone:
            labels[alone[at]] = part.speaker or ""
        elif shown(speech) and not MARKER.fullmatch(speech):
            kept.append(replace(part, speech=_without_label(speech, part.speaker, set(alone.values()))))
        # A cue without words has neither.
    return kept, _left_out(stamps, pauses, labels)


def others_labels(utterances: Sequence[Utterance]) -> tuple[str, ...]:
    """A note on labels within the cues of a named speaker that name somebody else, as where several speak in one room."""
    parts = [(part.speaker, visible(line)) for part in utterances if part.speaker for line in part.speech.split("\n")]
    text, spans = "\n".join(line for _, line in parts), list[tuple[int, int]]()
    for _, line in parts:
        start = spans[-1][1] + 1 if spans else 0
        spans.append((start, start + len(line)))
    labels = find_labels(text, spans)
    speakers = {start: speaker for (start, _), (speaker, _) in zip(spans, parts, strict=True)}
    found = Counter(
        (line.label, speakers[line.start])
        for line in sorted([*labels.lines, *labels.doubted], key=lambda line: line.start)
        if fold(line.label) != fold(speakers[line.start] or "")
    )
    shown_ones = [f"'{label}' in {who}'s ({counted(count, 'time')})" for (label, who), count in found.items()]
    what = "in cues that name their speaker, labels of others begin lines and are read as that speaker's words"
    return (f"{what}: {first_of(shown_ones, SHOWN)}",) if found else ()


def _labels_alone(utterances: Sequence[Utterance]) -> dict[int, str]:
    """Cues of a named voice that hold a label alone, with the times of the next cue of that voice: index and label."""
    found = {}
    for at, (part, following) in enumerate(pairwise(utterances)):
        match = _LABEL_ALONE.fullmatch(part.speech) if part.speaker else None
        same = (part.speaker, part.start, part.end) == (following.speaker, following.start, following.end)
        if match and match["label"] and same:
            found[at] = clean(match["label"])
    return found


def _without_label(speech: str, speaker: str | None, editors: Iterable[str]) -> str:
    """The speech of a voice without the label before it that says its own name again, or one that the editor uses."""
    match = _LABEL_ALONE.match(speech) if speaker else None
    if match and fold(match["label"]) in {fold(speaker or ""), *map(fold, editors)} and match["label"]:
        return speech[match.end() :]
    return speech


def _left_out(stamps: int, pauses: Sequence[str], labels: dict[str, str]) -> tuple[str, ...]:
    said = [counted(stamps, "time")] if stamps else []
    quoted = ", ".join(f"'{pause}'" for pause in dict.fromkeys(pauses[:SHOWN]))
    said += [f"{counted(len(pauses), 'pause')} ({quoted})"] if pauses else []
    names = ", ".join(f"'{label}' before {speaker}" for label, speaker in list(labels.items())[:SHOWN])
    said += [f"labels in cues of their own ({names})"] if labels else []
    return (f"in cues and no speech, so left out: {'; '.join(said)}",) if said else ()
