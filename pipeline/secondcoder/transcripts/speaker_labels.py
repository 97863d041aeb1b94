"""Which beginnings of lines are speaker labels, and which are speech with a colon in it.

A label is short, comes before a colon and recurs, or is one that every transcriber knows. `Sure: it was busy.` and
`Three things: ...` are speech. What looks like a label and is not believed is read as speech too, with a note.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

from secondcoder.domain.wording import counted
from secondcoder.transcripts.interviewer import ROLE_WORDS, SPEAKERS, bare, fold, in_latin, without_brackets
from secondcoder.transcripts.label_forms import (
    MAX_LENGTH,
    NEVER_LABELS,
    Candidate,
    by_label,
    candidate,
    known_word,
    name_shaped,
    never_a_label,
    sentence_like,
)

__all__ = ["MAX_LENGTH", "NEVER_LABELS", "Candidate", "Labels", "find_labels", "name_shaped", "unbelieved"]

# "Practice nurse:" is no name by its letters: it must stand more often than a name, and either hold a share of the labels or
# begin a sentence each time.
PHRASE_COUNT = 3
PHRASE_SHARE = 0.1
COVERAGE = 0.8  # share of lines with labels from which on each label of a short text counts, beside a well-known one
SOME_COVERAGE = 0.5  # the same for names in forms that promise names, and for labels in lower case
LABELS_SHOWN = 10

NUMBERED = re.compile(r"(?P<stem>[a-z]{1,4})-?\d{1,3}")
# Labels that may stand with points alone (`Q.`, `A.`): only together, since one letter may be an initial.
PAIRS = ({"q", "a"}, {"i", "r"}, {"i", "p"}, {"q", "r"})
_ARTICLES = frozenset(["a", "an", "another", "my", "our", "that", "the", "their", "this", "your"])


@dataclass(frozen=True, slots=True)
class Labels:
    """The labels of a text.

    Attributes:
        names: the name to show for each folded label.
        lines: the candidates that carry a label, in order.
        doubted: candidates that look like labels and were not believed, read as speech.
    """

    names: Mapping[str, str]
    lines: tuple[Candidate, ...]
    doubted: tuple[Candidate, ...]

    def name(self, line: Candidate) -> str:
        """The one name for all the ways in which a speaker's label is written."""
        return self.names[fold(line.label)]


def find_labels(
    text: str, lines: Iterable[tuple[int, int]], named: Iterable[str] = (), sure_names: bool = False
) -> Labels:
    """The speaker labels of a text before a colon or a point.

    Args:
        text: the whole text as it shows (`visible`); offsets are into it.
        lines: the stretches that may begin with a label.
        named: labels that a person or the file's header gave; these count wherever they stand.
        sure_names: two capitalised words before a colon are a name even once, as Zoom writes them.
    """
    spans = [(start, end) for start, end in lines if text[start:end].strip()]
    candidates = [line for start, end in spans if (line := candidate(text, start, end))]
    names = _accepted(text, candidates, len(spans), {fold(label) for label in named}, sure_names)
    by_colon = {fold(line.label) for line in candidates if not line.dotted}
    enumerated = by_colon if _enumerates(candidates, names) else set()
    labelled = [line for line in candidates if fold(line.label) in names and _may_stand(text, line, enumerated)]
    return Labels(names, tuple(labelled), _doubted([line for line in candidates if fold(line.label) not in names]))


def unbelieved(text: str, labels: Labels, after: int = -1, taken: Set[int] = frozenset()) -> tuple[str, ...]:
    """Notes that name what looks like a label behind an offset and was not believed, with its count and its first line.

    `taken` are offsets of lines that were read as a speaker's by another layout.
    """
    groups = by_label(line for line in labels.doubted if line.start > after and line.start not in taken)
    once = [group for group in groups.values() if len(group) == 1]
    more = [group for group in groups.values() if len(group) > 1]
    notes = []
    if once:
        notes.append(
            f"before a colon, as a speaker would stand, and only once, so read as speech: {_listed(text, once)}"
        )
    if more:
        listed = _listed(text, more)
        notes.append(f"before a colon, as a speaker would stand, and not taken for one, so read as speech: {listed}")
    return tuple(notes)


def other_letters(labels: Labels) -> tuple[str, ...]:
    """A note on labels that are written in letters of another script that look the same."""
    found = Counter(
        (line.label, labels.name(line))
        for line in labels.lines
        if line.label != labels.name(line) and in_latin(line.label) == in_latin(labels.name(line))
    )
    return tuple(
        f"label '{label}' stands {counted(count, 'time')} in letters of another script that look the same: taken for '{name}'"
        for (label, name), count in found.items()
    )


def _listed(text: str, groups: Sequence[Sequence[Candidate]]) -> str:
    # chr(10), because Python 3.11 allows no backslash within the braces of an f-string.
    places = [f"line {text.count(chr(10), 0, group[0].start) + 1}" for group in groups[:LABELS_SHOWN]]
    shown = [
        f"'{group[0].label}' ({f'{len(group)} times, first ' if len(group) > 1 else ''}{place})"
        for group, place in zip(groups[:LABELS_SHOWN], places, strict=False)
    ]
    rest = f" and {len(groups) - LABELS_SHOWN} more" if len(groups) > LABELS_SHOWN else ""
    # One that stands once is mostly speech; what recurs may well be a speaker, who can be named.
    hint = f"; if one is a speaker, name it with {SPEAKERS}" if len(groups[0]) > 1 else ""
    return ", ".join(shown) + rest + hint


def _doubted(lines: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """What looks like a label: written like a name, recurring, or before what begins as a sentence."""
    counts = Counter(fold(line.label) for line in lines)
    return tuple(
        line
        for line in lines
        if not line.dotted
        and line.spaced
        and not never_a_label(line.label)
        and (line.time is not None or not sentence_like(line.label))
        and (name_shaped(line.label) or counts[fold(line.label)] > 1 or line.opens)
    )


def _accepted(
    text: str, candidates: Sequence[Candidate], lines: int, named: set[str], sure_names: bool
) -> dict[str, str]:
    groups = _groups(text, candidates, NEVER_LABELS - named)
    total = sum(len(group) for group in groups.values())
    known = {key for key, group in groups.items() if key in named or _known(group)}
    recurring = {key for key, group in groups.items() if len(group) > 1 and (key in known or _recurs(group, total))}
    recurring |= _lower_case(groups, known, lines)
    recurring -= _quoting(groups, recurring, lines)
    accepted = known | recurring | _like(recurring, groups)
    if accepted:
        accepted |= {key for key, group in groups.items() if _names_role(group[0].label)}
    if sure_names and (recurring or total >= SOME_COVERAGE * lines):
        accepted |= {key for key, group in groups.items() if NUMBERED.fullmatch(key) or _full_name(group[0].label)}
    if known and not recurring:
        accepted |= _covering(groups, lines)
    accepted |= {key for key in groups if bare(key) in accepted or (accepted and not bare(key))}
    accepted |= {key for key in groups if fold(without_brackets(key)) in accepted}
    return {key: _shown(groups[key]) for key in groups if key in accepted}


def _known(group: Sequence[Candidate]) -> bool:
    """A label that every transcriber knows; a long one in lower case, `speaker:`, may be a word of speech if it stands once."""
    label = group[0].label
    return known_word(label) and (len(group) > 1 or len(label) <= 3 or not label[0].islower())


def _like(recurring: Iterable[str], groups: Iterable[str]) -> set[str]:
    """Labels that differ from a recurring one in their number: `P3` beside `P1`."""
    stems = {match["stem"] for key in recurring if (match := NUMBERED.fullmatch(key))}
    return {key for key in groups if (match := NUMBERED.fullmatch(key)) and match["stem"] in stems}


def _groups(text: str, candidates: Iterable[Candidate], never: Set[str]) -> dict[str, list[Candidate]]:
    """Candidates that can speak for a label, by folded label; dotted ones count only beside a colon, or as a known pair."""
    groups = by_label(
        line for line in candidates if (line.spaced or text[line.speech].isalpha()) and bare(line.label) not in never
    )
    letters = {key for key, group in groups.items() if len(group) > 1}
    paired = {key for pair in PAIRS if pair <= letters for key in pair}
    return {key: group for key, group in groups.items() if key in paired or not all(line.dotted for line in group)}


def _recurs(group: Sequence[Candidate], total: int) -> bool:
    if any(name_shaped(line.label) or len(line.label) <= 3 for line in group):
        return len(group) > 1
    if len(group) < PHRASE_COUNT or sentence_like(group[0].label):
        return False
    lower = all(line.label[0].islower() for line in group)
    share = len(group) >= PHRASE_SHARE * total and not lower
    return share or all(line.opens for line in group)


def _lower_case(groups: Mapping[str, Sequence[Candidate]], known: Set[str], lines: int) -> set[str]:
    """Recurring labels in lower case (`anna:`, `nurse:`), where these and known ones begin most lines and there are several.

    Each of them begins a sentence wherever it stands, or those in lower case are the greater part of all.
    """
    lower = {
        key
        for key, group in groups.items()
        if len(group) > 1 and key not in known and group[0].label[0].islower() and not sentence_like(group[0].label)
    }
    sure = {key for key in known if len(groups[key]) > 1}
    covered = {part: sum(len(groups[key]) for key in keys) for part, keys in (("lower", lower), ("sure", sure))}
    if covered["lower"] < covered["sure"]:
        lower = {key for key in lower if all(line.opens for line in groups[key])}
    several = len(lower | sure) > 1 and sum(covered.values()) >= SOME_COVERAGE * lines
    return lower | sure if several else set()


def _quoting(groups: Mapping[str, Sequence[Candidate]], recurring: Set[str], lines: int) -> set[str]:
    """What recurs before a full-width colon in a script without capitals, and may be `he said`, unless labels begin most lines."""
    covered = sum(len(groups[key]) for key in recurring)
    if covered >= SOME_COVERAGE * lines:
        return set()
    return {key for key in recurring if len(groups[key]) < PHRASE_COUNT and key.lower() == key.upper()} & {
        key for key in recurring if not key.isdigit()
    }


def _names_role(label: str) -> bool:
    """A label of several words with that of a role among them, as `Second interviewer`, and no word of a sentence."""
    words = label.casefold().split()
    role = any(word.strip("()[]0123456789,").removesuffix("s") in ROLE_WORDS for word in words)
    return role and len(words) > 1 and words[0] not in _ARTICLES and not sentence_like(label)


def _full_name(label: str) -> bool:
    return name_shaped(label) and len(label.split()) > 1


def _could_be_name(label: str) -> bool:
    return name_shaped(label) and not never_a_label(label)


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
