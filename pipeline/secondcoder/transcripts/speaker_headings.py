"""Who speaks: by a label in the line (`I: ...`), or by a heading line with name and time, as transcription programs write.

Headings come as `Jane Doe  0:13` (Otter, Teams), without a space as `Jane Doe0:22` (Teams), as `00:00:02 Speaker 1` (Word), and
as a line with times before or after the name (Teams). The layout that marks most turns is taken for that of the file.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from secondcoder.transcripts.clock import SPAN, TIME, seconds, unpadded
from secondcoder.transcripts.interviewer import ROLE_WORDS, fold, header_names
from secondcoder.transcripts.speaker_labels import (
    NEVER_LABELS,
    Candidate,
    Labels,
    find_labels,
    name_shaped,
    other_letters,
    unbelieved,
)
from secondcoder.transcripts.turns import Mark
from secondcoder.transcripts.unmarked_labels import beginnings, beside, find_named, find_unmarked, standing
from secondcoder.transcripts.visible import clean

HEADER_LINES = 40
MAX_HEADING_WORDS = 10

_HEADING = r"(?P<name>[^\W_][^\n\t]{0,79}?)"
_START = r"[ \t]*(?:[>#]+[ \t]*|[-+*•][ \t]+)?[*_]{0,3}"
_NAME_TIME = re.compile(
    rf"{_START}(?P<named>[\[(<])?{_HEADING}(?(named)[\])>]?)[*_]{{0,3}}"
    rf"(?P<gap>[ \t]*+)[*_]{{0,3}}(?P<open>[\[(]?)(?P<time>{TIME})[\])]?[*_ \t]*"
)
_TIME_NAME = re.compile(
    rf"{_START}[\[(]?(?P<time>{TIME})[\])]?[*_]{{0,3}}[ \t]+(?:[-–—][ \t]+)?[*_]{{0,3}}{_HEADING}[*_ \t]*"
)
_FIRST_PART = re.compile(r"(?:\d|[1-9]\d|(?<!\d)0\d):")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_ROLE_WORD = re.compile(rf"\W*(?:{'|'.join(ROLE_WORDS)})\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Heading:
    """A line or two that hold nothing but name and time; `sure` when the way of writing alone tells it from speech."""

    start: int
    end: int
    name: str
    time: str
    until: str | None = None
    sure: bool = True


def find_marks(
    text: str, lines: Sequence[tuple[int, int]], named: Iterable[str], beside_table: bool = False
) -> tuple[list[Mark], tuple[str, ...]]:
    """Where speakers begin in these lines, and notes on what looks like a label and was not read as one.

    `beside_table` says that a table holds the transcript, so that every line may be a header that says who is who.
    """
    named = standing(text, lines, named)
    top = "\n".join(text[start:end] for start, end in lines[:HEADER_LINES])
    by_header = [value for value in header_names(top) if len(value.split()) == 1]
    labels = _with_named(text, lines, find_labels(text, lines, [*named, *by_header]), named)
    labelled = _labelled(text, labels, beside_table)
    headed = max((_name_time(text, lines), _time_name(text, lines), _separate_lines(text, lines)), key=len)
    unmarked, note = find_unmarked(text, lines, named)
    notes: tuple[str, ...] = ()
    marks = labelled
    if len(unmarked) > max(len(headed), len(labelled)):
        marks, notes = _and_named(unmarked, labelled, named), (note,)
    elif headed and len(headed) >= len(labelled):
        marks = _and_named(_marks(headed), labelled, named)
    if not marks:
        return [], () if beside_table else unbelieved(text, labels) or beginnings(text, lines)
    more, doubted = beside(text, lines, marks)
    taken = {mark.start for mark in (*marks, *more)}
    doubts = unbelieved(text, labels, marks[0].start, taken)
    spelt = other_letters(labels)
    return sorted([*marks, *more], key=lambda mark: mark.start), (*notes, *spelt, *doubts, *doubted)


def _with_named(text: str, lines: Sequence[tuple[int, int]], labels: Labels, named: Iterable[str]) -> Labels:
    """The labels, with those that a person named and that stand before no colon."""
    there = {fold(line.label) for line in labels.lines}
    more = find_named(text, lines, [label for label in named if fold(label) not in there])
    if not more:
        return labels
    kept = {line.start: line for line in (*labels.lines, *more)}
    names = {**labels.names, **{fold(line.label): line.label for line in more}}
    doubted = tuple(line for line in labels.doubted if line.start not in kept)
    return Labels(names, tuple(kept[start] for start in sorted(kept)), doubted)


def _and_named(marks: Sequence[Mark], labelled: Iterable[Mark], named: Iterable[str]) -> list[Mark]:
    """The marks of one layout, and those of labels that a person named, which count in any."""
    starts, keys = {mark.start for mark in marks}, {fold(label) for label in named}
    more = [mark for mark in labelled if fold(mark.speaker) in keys and mark.start not in starts]
    return sorted([*marks, *more], key=lambda mark: mark.start)


def _labelled(text: str, labels: Labels, beside_table: bool) -> list[Mark]:
    """A mark for each label, save in the lines at the top that say who is who (`Interviewer: Jane Doe`, `R: Respondent`)."""
    counts = Counter(labels.name(line) for line in labels.lines)
    recurs = beside_table or any(count > 1 for count in counts.values())
    skip = 0
    for line in labels.lines:
        if not _says_who(text, line, alone=recurs and counts[labels.name(line)] == 1):
            break
        skip += 1
    # If that leaves nothing, what looked like a header is the talk itself, unless a table holds the talk.
    lines = labels.lines[skip:] or (() if beside_table else labels.lines)
    return [Mark(line.start, line.speech, labels.name(line), line.time, line.until) for line in lines]


def _says_who(text: str, line: Candidate, alone: bool) -> bool:
    value = text[line.speech : line.end].strip()
    short = 0 < len(value.split()) <= 6 and value[-1] not in ".?!…,-–"
    return short and (alone or bool(_ROLE_WORD.match(value)))


def _marks(headings: Sequence[Heading]) -> list[Mark]:
    # Fractions of this kind come only with spans, as Teams wrote them in 2022.
    milliseconds = unpadded(heading.time for heading in headings if heading.until)
    return [
        Mark(
            heading.start,
            heading.end,
            heading.name,
            seconds(heading.time, milliseconds),
            seconds(heading.until, milliseconds) if heading.until else None,
            heading=True,
        )
        for heading in headings
    ]


def could_head(name: str) -> bool:
    """Whether a heading may call a speaker so: no sentence, no date."""
    words = name.split()
    fits = 0 < len(words) <= MAX_HEADING_WORDS and not name[0].islower() and any(letter.isalpha() for letter in name)
    return (
        fits
        and name[-1] not in ".?!…,;:"
        and ":" not in name
        and not _YEAR.search(name)
        and fold(name) not in NEVER_LABELS
    )


def _plausible(headings: Sequence[Heading]) -> list[Heading]:
    """All of the headings if they are plausible together, else none: names recur; where the writing leaves doubt, times rise."""
    names = {heading.name for heading in headings}
    # + 2, so that in a short talk each of a few speakers may head one turn.
    if not headings or len(names) > len(headings) / 2 + 2:
        return []
    times = [seconds(heading.time) for heading in headings]
    if any(heading.sure for heading in headings) or (len(headings) > 1 and times == sorted(times)):
        return list(headings)
    return []


def _name_time(text: str, lines: Iterable[tuple[int, int]]) -> list[Heading]:
    headings = []
    for start, end in lines:
        match = _NAME_TIME.fullmatch(text, start, end)
        if match and could_head(clean(match["name"])):
            # Two spaces or a bracket before the time are a program's way; one space or none may be prose.
            sure = len(match["gap"]) > 1 or bool(match["open"] or match["named"])
            if sure or name_shaped(clean(match["name"])):
                headings.append(
                    (Heading(start, end, clean(match["name"]), match["time"], None, sure), match["gap"] == "")
                )
    return _plausible(_unglued(headings))


def _unglued(headings: Sequence[tuple[Heading, bool]]) -> list[Heading]:
    """Names that may end in a figure, glued to their time: `P010:22` is P01 at 0:22, or P0 at 10:22.

    Taken together are the readings whose times rise most steadily, then those of the fewest names, then the short names.
    """
    paths: list[_Path] = [_Path()]
    for heading, glued in headings:
        readings = _readings(heading) if glued else [heading]
        # One best path for each reading of the last heading: all combinations would double with every heading.
        paths = [max((path.then(reading) for path in paths), key=lambda path: path.score) for reading in readings]
    return max(paths, key=lambda path: path.score).headings()


@dataclass(frozen=True, slots=True)
class _Path:
    """One reading of each heading so far, the last first."""

    rises: int = 0
    letters: int = 0
    names: frozenset[str] = frozenset()
    last: Heading | None = None
    before: _Path | None = None

    @property
    def score(self) -> tuple[int, int, int]:
        return self.rises, -len(self.names), -self.letters

    def then(self, reading: Heading) -> _Path:
        rising = self.last is None or seconds(self.last.time) <= seconds(reading.time)
        return _Path(self.rises + rising, self.letters + len(reading.name), self.names | {reading.name}, reading, self)

    def headings(self) -> list[Heading]:
        headings: list[Heading] = []
        path: _Path | None = self
        while path and path.last:
            headings.append(path.last)
            path = path.before
        return headings[::-1]


def _readings(heading: Heading) -> list[Heading]:
    """Every way to divide name and time: the time's first part has one figure, or two; no zero leads behind a figure."""
    glued, whole = heading.name + heading.time, len(heading.name)
    cuts = range(whole, whole + max(heading.time.find(":"), 0))  # none in `2m30s`
    plausible = [cut for cut in cuts if _FIRST_PART.match(glued, cut)]
    return [replace(heading, name=glued[:cut], time=glued[cut:]) for cut in plausible or [whole]]


def _time_name(text: str, lines: Iterable[tuple[int, int]]) -> list[Heading]:
    matches = [(start, end, _TIME_NAME.fullmatch(text, start, end)) for start, end in lines]
    headings = [
        # Word writes the hours too; a line that begins `10:30 Anna` may be speech.
        Heading(start, end, clean(match["name"]), match["time"], None, match["time"].count(":") == 2)
        for start, end, match in matches
        if match and could_head(clean(match["name"])) and name_shaped(clean(match["name"]))
    ]
    return _plausible(headings)


def _separate_lines(text: str, lines: Iterable[tuple[int, int]]) -> list[Heading]:
    """A time alone in its line, the name in the line before or after, whichever is more like names."""
    full = [(start, end) for start, end in lines if text[start:end].strip()]
    times = [at for at, (start, end) in enumerate(full) if SPAN.fullmatch(text[start:end].strip())]
    before = [(full[at - 1], full[at]) for at in times if at > 0]
    after = [(full[at + 1], full[at]) for at in times if at + 1 < len(full)]
    return max((_beside(text, before), _beside(text, after)), key=len)


def _beside(text: str, pairs: Iterable[tuple[tuple[int, int], tuple[int, int]]]) -> list[Heading]:
    headings = []
    for name_at, time_at in pairs:
        name, match = text[slice(*name_at)].strip(), SPAN.fullmatch(text[slice(*time_at)].strip())
        if match and could_head(name) and name_shaped(name) and not SPAN.fullmatch(name):
            start, end = min(name_at[0], time_at[0]), max(name_at[1], time_at[1])
            headings.append(Heading(start, end, name, match["time"], match["until"], match["until"] is not None))
    return _plausible(headings)
