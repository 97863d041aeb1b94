"""Which beginnings of lines are speaker labels, and which are speech with a colon in it.

A label is short, comes before a colon and recurs, or is one that every transcriber knows. `Sure: it was busy.` and
`Three things: ...` are speech. What looks like a name and stands only once is read as speech too, with a note.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

from secondcoder.transcripts.clock import TIME, seconds
from secondcoder.transcripts.speaker_words import NEVER, NUMBERED, PAIRS, PARTICLES, WELL_KNOWN

MAX_LENGTH = 40
MAX_WORDS = 5
# "Practice nurse:" is no name by its letters: it must stand more often than a name, and hold a share of the labels.
PHRASE_COUNT = 3
PHRASE_SHARE = 0.1
COVERAGE = 0.8  # share of lines with labels from which on each label of a short text counts, beside a well-known one
SOME_COVERAGE = 0.5  # the same for names in forms that promise names

_NAME = rf"[^\W_][^:：\t\n;?!\"“”…=@<>*\[\]{{}}|]{{0,{MAX_LENGTH - 1}}}"
_LINE = re.compile(
    rf"""[ \t\xa0]*[*]{{0,2}}
    (?:[\[(]?(?P<before>{TIME})(?:[ \t]*(?:-->|[-–])[ \t]*{TIME})?[\])]?[ \t]*[-–—]?[ \t]*)?[*]{{0,2}}
    \[?(?P<label>{_NAME}?)\]?
    [ \t\xa0]*(?:[\[(](?P<after>{TIME})[\])])?[ \t\xa0]*[*]{{0,2}}(?P<mark>[:：])[*]{{0,2}}(?P<gap>\s*)""",
    re.VERBOSE,
)
_LABEL = re.compile(r"\d{1,3}$|(?!\d+\s).*[^\W\d_]")  # a number, or letters with no number of a line before them
_DOTTED = re.compile(r"[ \t\xa0]*(?P<label>[^\W\d_]{1,3}\d{0,2})(?P<mark>\.)(?P<gap>\s+|$)")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A line that may begin with a label: offsets into the text, `end` that of the line, `time` in seconds."""

    start: int
    speech: int
    end: int
    label: str
    dotted: bool
    spaced: bool
    time: float | None


@dataclass(frozen=True, slots=True)
class Labels:
    """What was found: the name to show for each folded label, and the candidates that carry one, in order."""

    names: Mapping[str, str]
    lines: tuple[Candidate, ...]
    once: tuple[Candidate, ...]

    def name(self, candidate: Candidate) -> str:
        """The one name for all the ways in which a speaker's label is written."""
        return self.names[fold(candidate.label)]


def fold(label: str) -> str:
    """What variants of a label have in common: `e:`, `E.` and `E :`, `INT 1` and `Int1`, `Dr Smith` and `Dr. Smith`."""
    return re.sub(r"[\s.:]+", "", label).casefold()


def name_shaped(label: str) -> bool:
    """Whether a label is written like a name: every word, save particles and brackets, begins with no lower-case letter."""
    words = re.sub(r"\([^)]*\)", " ", label).split()
    return bool(words) and not label[0].islower() and all(word in PARTICLES or not word[0].islower() for word in words)


def find_labels(
    text: str, lines: Iterable[tuple[int, int]], named: Iterable[str] = (), sure_names: bool = False
) -> Labels:
    """The speaker labels of a text.

    Args:
        text: the whole text; offsets are into it.
        lines: the stretches that may begin with a label.
        named: labels that a person or the file's header gave; these count wherever they stand.
        sure_names: two capitalised words before a colon are a name even once, as Zoom writes them.
    """
    spans = [(start, end) for start, end in lines if text[start:end].strip()]
    candidates = [found for start, end in spans if (found := _candidate(text, start, end))]
    names = _accepted(candidates, len(spans), {fold(label) for label in named}, sure_names)
    by_colon = {fold(one.label) for one in candidates if not one.dotted}
    enumerated = by_colon if _enumerates(candidates, names) else set()
    kept = [one for one in candidates if fold(one.label) in names and _may_stand(text, one, enumerated)]
    once = [one for one in candidates if fold(one.label) not in names and not one.dotted and _could_be_name(one.label)]
    return Labels(names, tuple(kept), tuple(once))


def _candidate(text: str, start: int, end: int) -> Candidate | None:
    found = _LINE.match(text, start, end)
    dotted = _DOTTED.match(text, start, end) if not found else None
    if not (match := found or dotted):
        return None
    label = match["label"].strip()
    if len(label.split()) > MAX_WORDS or not _LABEL.match(label):
        return None
    stamp = (match["before"] or match["after"]) if found else None
    spaced = bool(match["gap"]) or match.end() == end
    return Candidate(start, match.end(), end, label, bool(dotted), spaced, seconds(stamp) if stamp else None)


def _accepted(candidates: Sequence[Candidate], lines: int, named: set[str], sure_names: bool) -> dict[str, str]:
    groups = _groups(candidates, NEVER - named)
    total = sum(len(group) for group in groups.values())
    known = {key for key in groups if key in named or WELL_KNOWN.fullmatch(key)}
    recurring = {key for key, group in groups.items() if len(group) > 1 and (key in known or _recurs(group, total))}
    accepted = known | recurring | _like(recurring, groups)
    if sure_names and (recurring or total >= SOME_COVERAGE * lines):
        accepted |= {key for key, group in groups.items() if NUMBERED.fullmatch(key) or _full_name(group[0].label)}
    if known and not recurring:
        accepted |= _covering(groups, lines)
    return {key: _shown(groups[key]) for key in groups if key in accepted}


def _like(recurring: Iterable[str], groups: Iterable[str]) -> set[str]:
    """Labels that differ from a recurring one in their number: `P3` beside `P1`."""
    stems = {found["stem"] for key in recurring if (found := NUMBERED.fullmatch(key))}
    return {key for key in groups if (found := NUMBERED.fullmatch(key)) and found["stem"] in stems}


def _groups(candidates: Iterable[Candidate], never: Set[str]) -> dict[str, list[Candidate]]:
    """Candidates that can speak for a label, by folded label; dotted ones count only beside a colon, or as a known pair."""
    groups: dict[str, list[Candidate]] = defaultdict(list)
    for one in candidates:
        short = len(one.label) <= 3
        if one.spaced and fold(one.label) not in never and (short or not one.label[0].islower()):
            groups[fold(one.label)].append(one)
    letters = {key for key, group in groups.items() if len(group) > 1}
    paired = {key for pair in PAIRS if pair <= letters for key in pair}
    return {key: group for key, group in groups.items() if key in paired or not all(one.dotted for one in group)}


def _recurs(group: Sequence[Candidate], total: int) -> bool:
    if any(name_shaped(one.label) or len(one.label) <= 3 for one in group):
        return len(group) > 1
    return len(group) >= PHRASE_COUNT and len(group) >= PHRASE_SHARE * total


def _full_name(label: str) -> bool:
    return name_shaped(label) and len(label.split()) > 1


def _could_be_name(label: str) -> bool:
    return name_shaped(label) and fold(label) not in NEVER


def _covering(groups: Mapping[str, Sequence[Candidate]], lines: int) -> set[str]:
    """In a text too short for labels to recur, beside a well-known one: all, if nearly every line has one."""
    keys = {key for key, group in groups.items() if _could_be_name(group[0].label)}
    covered = sum(len(groups[key]) for key in keys)
    return keys if len(keys) > 1 and covered >= COVERAGE * lines else set()


def _shown(group: Sequence[Candidate]) -> str:
    """The commonest way of writing, with a capital where there is one, the first among equals."""
    counts = Counter(one.label.rstrip(".") for one in group)
    return max(counts, key=lambda label: (not label[0].islower(), counts[label]))


def _enumerates(candidates: Iterable[Candidate], names: Mapping[str, str]) -> bool:
    """Whether the text counts its points `a.`, `b.`, `c.`, so that `a.` is no way of writing the label `A:`."""
    return any(fold(one.label) not in names for one in candidates if one.dotted and len(one.label) == 1)


def _may_stand(text: str, one: Candidate, enumerated: Set[str]) -> bool:
    """Whether this occurrence of a known label is one: `I:Hello` is, `P1:30` and `a. first` in an enumeration are not."""
    if one.dotted:
        return fold(one.label) not in enumerated
    return one.spaced or not text[one.speech].isdigit()
