"""Labels that no colon follows: in brackets, before a dash, a tab or another sign, or alone in their line.

Such a beginning may as well be speech, so all labels of a layout are judged together: there are at least two that recur, or
well-known ones, they take turns, and they begin early. Labels that a person named are found in whatever way they stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import replace
from itertools import pairwise

from secondcoder.domain.wording import counted
from secondcoder.transcripts.interviewer import SPEAKERS, bare, fold, parts_of, plain_label
from secondcoder.transcripts.label_forms import (
    AFTER,
    LABEL,
    LABEL_ALONE,
    NAMED,
    PREFIX,
    Candidate,
    by_label,
    candidate_of,
    known_word,
    made,
    name_shaped,
    never_a_label,
    sentence_like,
)
from secondcoder.transcripts.turns import Mark

FEWEST = 4  # labels in all, unless every one is well known
EARLY = 40  # lines with text before which the first label must stand
TURNS = 0.5  # share of labels that differ from the one above
INLINE_SHARE = 0.25  # of lines with text that begin with a label, where the speech stands in the same line
LABELS_SHOWN = 10
BRACKETS, TAB, ALONE = "in brackets", "before a tab", "alone in the line"

_NAMED_END = (
    rf"[\])}}>】］]?{AFTER}[*_]{{0,3}}(?:[:：.;=>|)/–—―-]+[\])}}>】］]?[*_]{{0,3}}"
    rf"|\t|[ ]{{2}}|$|(?<=[\])}}>】］])[ \t])[ \t]*"
)
_SHORT = LABEL.replace("{0,39}?", "{0,30}?")
FORMS: Mapping[str, re.Pattern[str]] = {
    form: re.compile(PREFIX + rest)
    for form, rest in {
        BRACKETS: rf"[\[({{<【［]{LABEL}[\])}}>】］]{AFTER}[*_]{{0,3}}[-–—]?[ \t]*",
        "before a dash": rf"{_SHORT}(?:[ \t]+-{{1,2}}[ \t]+|[ \t]*[–—―][ \t]*)(?=\S)",
        TAB: rf"{_SHORT}[*_]{{0,3}}(?:\t|[ ]{{2}})[ \t]*+(?=\S)",
        "before a sign": rf"{_SHORT}[ \t]*(?:[>|=;)]|\.[-–—])[ \t]+(?=\S)",  # `E.- ` in Spanish
        ALONE: rf"{LABEL_ALONE}[*_]{{0,3}}[ \t]*+$",
    }.items()
}
# What transcribers put in brackets, and days that begin the entries of a diary.
_REMARK = re.compile(
    r"(?:\w+ )?(?:applau|background|beep|blank|break|cough|cross ?talk|door|expletive|foreign|gap|inaud|indist|indis|interrupt|"
    r"laugh|long|microphone|mumbl|music|name|nod|noise|over ?lap|over ?talk|pause|phone|place|redact|ring|short|sic|sigh|silence|"
    r"smil|sniff|sob|sound|static|unclear|unintell|whisper|whistl|yawn|monday|tuesday|wednesday|thursday|friday|saturday|sunday)",
    re.IGNORECASE,
)


def find_unmarked(text: str, lines: Sequence[tuple[int, int]], named: Iterable[str]) -> tuple[list[Mark], str]:
    """The labels of the layout without colons that marks most turns, and a note that says which; nothing where none is sure.

    Args:
        text: the whole text as it shows.
        lines: the stretches that may begin with a label.
        named: labels that the person named: where one stands so, the layout is sure.
    """
    full = [(start, end) for start, end in lines if text[start:end].strip()]
    folded = {fold(label) for label in named}
    found = {form: _sure(text, full, form, folded) for form in FORMS}
    form = max(found, key=lambda form: len(found[form]))
    if not found[form]:
        return [], ""
    marks = [Mark(line.start, line.speech, line.label, line.time, line.until) for line in _one_name(found[form])]
    groups = by_label(found[form]).values()
    shown = ", ".join(f"'{group[0].label}' ({counted(len(group), 'time')})" for group in list(groups)[:LABELS_SHOWN])
    return marks, f"labels {form}, without a colon, read as speakers: {shown}"


def standing(text: str, lines: Sequence[tuple[int, int]], given: Iterable[str]) -> list[str]:
    """The labels that a person named: a value that lists several (`Ida, Per`) in parts, unless it begins a line as it is."""
    labels: list[str] = []
    for label in given:
        whole = len(parts_of(label)) < 2 or find_named(text, lines, [plain_label(label)])
        labels += [plain_label(label)] if whole else parts_of(label)
    return labels


def find_named(text: str, lines: Iterable[tuple[int, int]], named: Iterable[str]) -> list[Candidate]:
    """Where labels that a person named begin a line, before whatever sign; before a blank alone only where no sign ever follows."""
    full = [(start, end) for start, end in lines if text[start:end].strip()]
    found: list[Candidate] = []
    for label in named:
        words = [re.escape(word) for word in re.split(r"[\s.:]+", label) if word]
        if not words:
            continue
        written = rf"{PREFIX}[\[({{<【［]?(?P<label>{r'[ .]*'.join(words)}\.?[?？]{{0,3}})"
        for rest in (_NAMED_END, r",?[*_]{0,3}[ \t]+"):
            pattern = re.compile(written + rest, re.IGNORECASE)
            lined = [
                replace(made(text, match, NAMED, end), label=label)
                for at, end in full
                if (match := pattern.match(text, at, end))
            ]
            found += lined
            if lined:
                break
    return found


def _sure(text: str, lines: Sequence[tuple[int, int]], form: str, named: Set[str]) -> list[Candidate]:
    """The candidates of one layout, where they are labels; none where they may be speech."""
    found = [
        line
        for start, end in lines
        if (match := FORMS[form].match(text, start, end)) and (line := candidate_of(text, match, form, end))
    ]
    groups = by_label(line for line in found if _could_speak(line.label) or fold(line.label) in named)
    known = {key for key in groups if key in named or known_word(groups[key][0].label)}
    recurring = {key for key, group in groups.items() if len(group) > 1}
    accepted = recurring | known
    kept = sorted((line for key in accepted for line in groups[key]), key=lambda line: line.start)
    return kept if _take_turns(kept, lines, form, accepted, known, recurring, bool(named & set(groups))) else []


def _take_turns(
    kept: Sequence[Candidate],
    lines: Sequence[tuple[int, int]],
    form: str,
    accepted: Set[str],
    known: Set[str],
    recurring: Set[str],
    sure: bool,
) -> bool:
    several = len(recurring) > 1 and len(kept) >= FEWEST
    if not kept or len(accepted) < 2 or not (several or (len(known) > 1 and len(kept) >= len(lines) / 2)):
        return sure and bool(recurring)
    if form == ALONE and lines[-1][0] in {line.start for line in kept[:-1]}:
        return False
    changes = sum(fold(above.label) != fold(line.label) for above, line in pairwise(kept))
    early = kept[0].start <= lines[min(EARLY, len(lines)) - 1][0]
    # A label in brackets or alone may head many lines; one in the line itself begins a turn, which may be wrapped.
    many = form in (BRACKETS, ALONE) or len(kept) >= INLINE_SHARE * len(lines)
    return early and many and changes >= TURNS * (len(kept) - 1)


def _could_speak(label: str) -> bool:
    """Whether a label without a colon may be a speaker's: known, or written like a name and no remark of a transcriber."""
    if never_a_label(label) or sentence_like(label) or (label[:1].isdigit() and not known_word(label)):
        return False
    return known_word(label) or (name_shaped(label) and not _REMARK.match(label) and label[-1] not in ".,!…")


def _one_name(lines: Iterable[Candidate]) -> list[Candidate]:
    first: dict[str, str] = {}
    return [replace(line, label=first.setdefault(fold(line.label), line.label)) for line in lines]


def beside(text: str, lines: Sequence[tuple[int, int]], marks: Sequence[Mark]) -> tuple[list[Mark], tuple[str, ...]]:
    """Lines that begin as labels would, but without the colon or the layout of the `marks`.

    Returns:
        further marks, where a speaker's label stands in brackets, before a tab or alone in its line above speech, and a note on those
        that were not believed.
    """
    names = {fold(mark.speaker): mark.speaker for mark in marks}
    starts = _covered(lines, marks)
    after = [(start, end) for start, end in lines if text[start:end].strip() and start > marks[0].start]
    following = dict(pairwise(start for start, _ in after))
    more: list[Mark] = []
    doubted: list[Candidate] = []
    for start, end in after:
        line = None if start in starts else _begun(text, start, end)
        if line and (name := names.get(fold(line.label))) and _stands(line, following.get(start), starts):
            more.append(Mark(start, line.speech, name, line.time, line.until))
        elif line and _could_speak(line.label):
            doubted.append(line)
    groups = [
        group
        for group in by_label(doubted).values()
        if len(group) > 1 or group[0].form == BRACKETS or _begins(text, group[0])
    ]
    shown = ", ".join(
        f"'{group[0].label}' {group[0].form} ({counted(len(group), 'time')})" for group in groups[:LABELS_SHOWN]
    )
    note = f"at the start of lines, where a label would stand, and read as speech: {shown}; if one speaks, name it with {SPEAKERS}"
    return more, (note,) if groups else ()


def _covered(lines: Iterable[tuple[int, int]], marks: Sequence[Mark]) -> set[int]:
    """Where the lines begin that marks take up, which may be two for a name and its time."""
    starts, at = set[int](), 0
    for start, _ in lines:
        while at + 1 < len(marks) and marks[at + 1].start <= start:
            at += 1
        if start == marks[at].start or marks[at].start <= start < marks[at].speech:
            starts.add(start)
    return starts


def _begins(text: str, line: Candidate) -> bool:
    """Whether what stands once in place of a label lies between sentences, and so is not a word of one that is wrapped."""
    return line.opens and text[: line.start].rstrip()[-1:] in (*".?!…。？！\"”')]",) and len(line.label) > 1


def _begun(text: str, start: int, end: int) -> Candidate | None:
    """The label without a colon with which a line would begin."""
    matches = ((form, pattern.match(text, start, end)) for form, pattern in FORMS.items())
    return next((line for form, match in matches if match and (line := candidate_of(text, match, form, end))), None)


def _stands(line: Candidate, following: int | None, starts: Set[int]) -> bool:
    """Whether a speaker's label without a colon is one: in brackets, before a tab, or alone above what is said."""
    if line.form == ALONE:
        return len(line.label) > 1 and following is not None and following not in starts
    return line.form in (BRACKETS, TAB)


def beginnings(text: str, lines: Iterable[tuple[int, int]]) -> tuple[str, ...]:
    """A note on what recurs at the start of lines as labels would, for a text in which no speakers were found."""
    full = [(start, end) for start, end in lines if text[start:end].strip()]
    starts: dict[str, list[str]] = {}
    for pattern in FORMS.values():
        for start, end in full:
            match = pattern.match(text, start, end)
            line = candidate_of(text, match, NAMED, end) if match else None
            if line and bare(line.label) and (_could_speak(line.label) or line.label[0].islower()):
                starts.setdefault(fold(line.label), []).append(line.label)
    recurring = sorted((labels for labels in starts.values() if len(labels) > 1), key=len, reverse=True)
    shown = ", ".join(f"'{labels[0]}' ({counted(len(labels), 'time')})" for labels in recurring[:LABELS_SHOWN])
    return (f"at the start of lines, as labels would stand: {shown}; name speakers with {SPEAKERS}",) if shown else ()
