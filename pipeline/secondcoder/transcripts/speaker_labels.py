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
from secondcoder.transcripts.interviewer import WELL_KNOWN, fold

MAX_LENGTH = 40
MAX_WORDS = 5
# "Practice nurse:" is no name by its letters: it must stand more often than a name, and hold a share of the labels.
PHRASE_COUNT = 3
PHRASE_SHARE = 0.1
COVERAGE = 0.8  # share of lines with labels from which on each label of a short text counts, beside a well-known one
SOME_COVERAGE = 0.5  # the same for names in forms that promise names

NUMBERED = re.compile(r"(?P<stem>[a-z]{1,4})-?\d{1,3}")
# Labels that may stand with points alone (`Q.`, `A.`): only together, since one letter may be an initial.
PAIRS = ({"q", "a"}, {"i", "r"}, {"i", "p"}, {"q", "r"})

# Small words within names: "Anna van der Berg".
_PARTICLES = "al bin da de del della den der di do dos du el la le of ten ter the van von y"
PARTICLES = frozenset(_PARTICLES.split())

# What stands before a colon in speech, in a header block, or in front of an address, in folded form.
_SPEECH = """
    absolutely actually also although and anyway basically because but definitely e.g eg example exactly fact finally first
    firstly honestly however i.e ie instead like literally look maybe mean nb no note notes now obviously oh ok okay one
    originally plus ps second secondly so still sure then there third to true two warning well what yeah yep yes yet
"""
_HEADER = """
    address age audio code date day duration file gender id interview language length location occupation of page place
    present recorded recording sex subject summary time title topic transcribed transcriber transcript version
"""
NEVER_LABELS = frozenset(f"{_SPEECH} {_HEADER} http https".split())

_NAME = rf"[^\W_][^:：\t\n;?!\"“”…=@<>*\[\]{{}}|]{{0,{MAX_LENGTH - 1}}}"
# `{_NAME}?` makes the name's last quantifier lazy, not the name optional, and so keeps a time in brackets behind it
# out of the name.
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
    """The labels of a text.

    Attributes:
        names: the name to show for each folded label.
        lines: the candidates that carry a label, in order.
        once: candidates that look like a name and stand only once, read as speech.
    """

    names: Mapping[str, str]
    lines: tuple[Candidate, ...]
    once: tuple[Candidate, ...]

    def name(self, candidate: Candidate) -> str:
        """The one name for all the ways in which a speaker's label is written."""
        return self.names[fold(candidate.label)]


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
    candidates = [line for start, end in spans if (line := _candidate(text, start, end))]
    names = _accepted(candidates, len(spans), {fold(label) for label in named}, sure_names)
    by_colon = {fold(line.label) for line in candidates if not line.dotted}
    enumerated = by_colon if _enumerates(candidates, names) else set()
    labelled = [line for line in candidates if fold(line.label) in names and _may_stand(text, line, enumerated)]
    rest = [line for line in candidates if fold(line.label) not in names]
    once = [line for line in rest if not line.dotted and _could_be_name(line.label)]
    return Labels(names, tuple(labelled), tuple(once))


def _candidate(text: str, start: int, end: int) -> Candidate | None:
    with_colon = _LINE.match(text, start, end)
    match = with_colon or _DOTTED.match(text, start, end)
    if not match:
        return None
    label = match["label"].strip()
    if len(label.split()) > MAX_WORDS or not _LABEL.match(label):
        return None
    stamp = (match["before"] or match["after"]) if with_colon else None
    spaced = bool(match["gap"]) or match.end() == end  # or alone in its line, the speech below
    return Candidate(start, match.end(), end, label, not with_colon, spaced, seconds(stamp) if stamp else None)


def _accepted(candidates: Sequence[Candidate], lines: int, named: set[str], sure_names: bool) -> dict[str, str]:
    groups = _groups(candidates, NEVER_LABELS - named)
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
    stems = {match["stem"] for key in recurring if (match := NUMBERED.fullmatch(key))}
    return {key for key in groups if (match := NUMBERED.fullmatch(key)) and match["stem"] in stems}


def _groups(candidates: Iterable[Candidate], never: Set[str]) -> dict[str, list[Candidate]]:
    """Candidates that can speak for a label, by folded label; dotted ones count only beside a colon, or as a known pair."""
    groups: dict[str, list[Candidate]] = defaultdict(list)
    for line in candidates:
        short = len(line.label) <= 3
        if line.spaced and fold(line.label) not in never and (short or not line.label[0].islower()):
            groups[fold(line.label)].append(line)
    letters = {key for key, group in groups.items() if len(group) > 1}
    paired = {key for pair in PAIRS if pair <= letters for key in pair}
    return {key: group for key, group in groups.items() if key in paired or not all(line.dotted for line in group)}


def _recurs(group: Sequence[Candidate], total: int) -> bool:
    if any(name_shaped(line.label) or len(line.label) <= 3 for line in group):
        return len(group) > 1
    return len(group) >= PHRASE_COUNT and len(group) >= PHRASE_SHARE * total


def _full_name(label: str) -> bool:
    return name_shaped(label) and len(label.split()) > 1


def _could_be_name(label: str) -> bool:
    return name_shaped(label) and fold(label) not in NEVER_LABELS


def _covering(groups: Mapping[str, Sequence[Candidate]], lines: int) -> set[str]:
    """In a text too short for labels to recur, beside a well-known label: all, if nearly every line has one."""
    keys = {key for key, group in groups.items() if _could_be_name(group[0].label)}
    covered = sum(len(groups[key]) for key in keys)
    return keys if len(keys) > 1 and covered >= COVERAGE * lines else set()


def _shown(group: Sequence[Candidate]) -> str:
    """The commonest way of writing, with a capital where there is one, the first among equals."""
    counts = Counter(line.label.rstrip(".") for line in group)
    return max(counts, key=lambda label: (not label[0].islower(), counts[label]))


def _enumerates(candidates: Iterable[Candidate], names: Mapping[str, str]) -> bool:
    """Whether the text counts its points `a.`, `b.`, `c.`, so that `a.` is no way of writing the label `A:`."""
    return any(fold(line.label) not in names for line in candidates if line.dotted and len(line.label) == 1)


def _may_stand(text: str, line: Candidate, enumerated: Set[str]) -> bool:
    """Whether this occurrence of a known label is one: `I:Hello` is, `P1:30` and `a. first` in an enumeration are not."""
    if line.dotted:
        return fold(line.label) not in enumerated
    return line.spaced or not text[line.speech].isdigit()
