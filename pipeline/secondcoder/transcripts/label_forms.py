"""How labels are written at the start of a line: the patterns, over a text as it shows (`visible`).

Before a label may stand list marks, quotation marks, line numbers, a time, and the asterisks of Markdown; around it brackets;
behind it a time, and what divides it from the speech.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from secondcoder.domain.languages import ENGLISH, languages
from secondcoder.transcripts.clock import TIME, seconds
from secondcoder.transcripts.interviewer import WELL_KNOWN, bare, fold, without_brackets
from secondcoder.transcripts.visible import clean

MAX_LENGTH = 40
MAX_WORDS = 5
COLON, POINT, NAMED = "colon", "point", "named"

# Small words within names: "Anna van der Berg".
_PARTICLES = "al bin da de del della den der di do dos du el la le of ten ter the van von y"
PARTICLES = frozenset(_PARTICLES.split())
_JOINED = re.compile(r"(?:[dlt]['’]|(?:al|el|ibn|bin|ben)-|dell['’]|von-)[^\W\d_]")  # as in `Jeanne d'Arc`

# What stands before a colon in speech, in a header block, or in front of an address, in folded form.
NEVER_LABELS = frozenset({"http", "https", *(word for each in languages().values() for word in each.before_colon)})
# Words of sentences, which no label of several words holds: "The thing is: It was late."
SENTENCE_WORDS = frozenset(languages()[ENGLISH].in_sentences)
_OF_OTHERS = frozenset(word for each in languages().values() for word in each.in_sentences) - PARTICLES
_OF_ANY_LANGUAGE = SENTENCE_WORDS | _OF_OTHERS


def _span(name: str) -> str:
    """A time or two, as the groups `name` and `name_until`."""
    return rf"(?P<{name}>{TIME})(?:[ \t]*(?:-->|[-–—])[ \t]*(?P<{name}_until>{TIME}))?"


_DATE = r"(?P<dated>\d{1,4}[./-]\d{1,2}[./-]\d{2,4},?[ \t]+)?"  # as chats have it
PREFIX = (
    r"[ \t]*+(?:(?:>|\||[-+*•·●○▪◦‣–—][ \t]|\#{1,6}|\d{1,5}[.)]?[ \t])[ \t]*){0,3}[*_]{0,3}"
    rf"(?:[\[({{\#<]{{0,2}}{_DATE}{_span('before')}(?:[ \t]?[AaPp]\.?[Mm]\.?)?"
    r"[\])}\#>]{0,2}[*_]{0,3}[ \t]*[-–—]?[ \t]*)?[*_]{0,3}[\#@]?"
)
_LETTERS = r"[^:：\t\n;?!\"“”…=@<>*\[\]{}【】［］|]"
# The lazy end keeps a time in brackets behind a name out of it. A `?` or a bracket may close it: `P1?`, `Anna [GP]`.
_ENDING = r"(?:in|innen|r|e|n)"  # of German words for all genders: `Interviewer:in:`, `Befragte*r:`
_LETTER = rf"(?:{_LETTERS}|[*:](?={_ENDING}\b))"
_NAME = rf"[^\W_]{_LETTER}{{0,{MAX_LENGTH - 1}}}?(?:[ \t]?[\[{{(](?:[^\[\](){{}}:：\n]{{1,30}}|\?{{1,3}})[\]}})])?"
LABEL = rf"(?P<label>{_NAME}[?？]{{0,3}}|[?？]{{1,3}})"
LABEL_ALONE = rf"(?P<label>{_NAME})"
_OPEN, _CLOSE = r"(?P<open>[\[({<【［\"“„«])?", r"(?(open)[\])}>】］\"”“»]?)"
AFTER = rf"[ \t]{{0,40}}(?:[\[(\#]{{0,2}}[ \t]*+(?<!\d){_span('after')}[\])\#]{{0,2}})?[ \t]{{0,40}}"
_COLON = re.compile(
    rf"{PREFIX}{_OPEN}{LABEL}{_CLOSE}{AFTER}[*_]{{0,3}}(?P<mark>[:：](?!{_ENDING}[ \t]?\d*[:：])){_CLOSE}[*_]{{0,3}}(?P<gap>\s*)"
)
_POINT = re.compile(rf"{PREFIX}(?P<label>[^\W\d_]{{1,3}}\d{{0,2}})(?P<mark>\.)(?P<gap>\s+|$)")
_IS_LABEL = re.compile(r"\d{1,3}$|[?？]+$|(?!\d+\s).*[^\W\d_]")  # a number, doubt, or letters without a number before


@dataclass(frozen=True, slots=True)
class Candidate:
    """A line that may begin with a label.

    Attributes:
        start: offset of the line; `speech` that of what is said, `end` the line's end.
        label: as written, without what nobody sees.
        form: how it is divided from the speech, as `COLON`.
        spaced: a blank or the end of the line follows, or a full-width colon, behind which none is written.
        opens: what follows begins as a sentence does, with no lower-case letter.
        time, until: seconds, where a time stands beside the label.
    """

    start: int
    speech: int
    end: int
    label: str
    form: str
    spaced: bool
    opens: bool
    time: float | None = None
    until: float | None = None

    @property
    def dotted(self) -> bool:
        """Whether a point alone divides it from the speech."""
        return self.form == POINT


def candidate(text: str, start: int, end: int) -> Candidate | None:
    """The label before a colon, or a short one before a point, that a line may begin with."""
    match = _COLON.match(text, start, end)
    form = COLON if match else POINT
    match = match or _POINT.match(text, start, end)
    return candidate_of(text, match, form, end) if match else None


def candidate_of(text: str, match: re.Match[str], form: str, end: int) -> Candidate | None:
    """The candidate of a pattern's match; None where what stands there cannot be a label."""
    label = clean(match["label"])
    return made(text, match, form, end) if len(label.split()) <= MAX_WORDS and _IS_LABEL.match(label) else None


def made(text: str, match: re.Match[str], form: str, end: int) -> Candidate:
    """The candidate of a pattern's match, whatever its label."""
    found = match.groupdict()
    side = "before" if found.get("before") else "after"
    # Behind a date stands the time of day, and not that since the beginning.
    time, until = (None, None) if found.get("dated") else (found.get(side), found.get(f"{side}_until"))
    speech = text[match.end() : end]
    spaced = bool(found.get("gap")) or not speech or found.get("mark") == "："
    opens = not speech.lstrip(" \t\"'“‘(«„")[:1].islower()
    label = clean(match["label"])
    return Candidate(match.start(), match.end(), end, label, form, spaced, opens, _time(time), _time(until))


def _time(stamp: str | None) -> float | None:
    return seconds(stamp) if stamp else None


def name_shaped(label: str) -> bool:
    """Whether a label is written like a name: every word, save particles and brackets, begins with no lower-case letter."""
    words = re.sub(r"\([^)]*\)|\[[^\]]*\]", " ", label).split()
    lower = [word for word in words if word[0].islower() and word not in PARTICLES and not _JOINED.match(word)]
    return bool(words) and not label[0].islower() and not lower


def never_a_label(label: str) -> bool:
    """Whether a label is a word with which speech or a header goes on behind a colon."""
    return bare(label) in NEVER_LABELS


def sentence_like(label: str) -> bool:
    """Whether a label holds a word that belongs to sentences; `A` and `I` alone are labels."""
    label = without_brackets(label)
    words = label.casefold().split()
    # Alone, a word of another language may be a name in this one.
    known = SENTENCE_WORDS if len(words) == 1 else _OF_ANY_LANGUAGE
    return len(label) > 1 and not known.isdisjoint(words)


def known_word(label: str) -> bool:
    """Whether every transcriber knows the label: `I`, `INT 2`, `participant`."""
    return bool(WELL_KNOWN.fullmatch(bare(label)))


def by_label(lines: Iterable[Candidate]) -> dict[str, list[Candidate]]:
    """Candidates by folded label."""
    groups: dict[str, list[Candidate]] = {}
    for line in lines:
        groups.setdefault(fold(line.label), []).append(line)
    return groups
