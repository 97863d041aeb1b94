"""Who asks: the words by which speakers are known, and one rule for files of every kind and for coded tables.

The person's word goes first, then the file's header, then the label. What is asked decides only where it leaves no doubt.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from secondcoder.domain.languages import as_written, languages
from secondcoder.domain.names import folded
from secondcoder.domain.records import SpeakerRole, Turn
from secondcoder.errors import ReadError, did_you_mean
from secondcoder.transcripts.visible import clean, visible

OPTION = "--interviewer LABEL"
SPEAKERS = "--speakers LABEL"
GENDERED = r"(?:[*:_/·.-]{1,2}(?:in|innen|r|e|n|a|ne|euse|rice|trice))?"
"""An ending that names all genders: `Interviewer*in`, `Befragte:r`, `interviewé·e`, `entrevistador/a`."""
_ALIKE = "АВЕКМНОРСТХІЈЅΑΒΕΖΗΙΚΜΝΟΡΤΥΧ"
_LOOK_ALIKE = str.maketrans(_ALIKE, "ABEKMHOPCTXIJSABEZHIKMNOPTYX")
_ALL_ALIKE = re.compile(rf"[{_ALIKE}A-Z0-9 .:?_-]+")
FEWEST_QUESTIONS = 3
SHARE_OF_QUESTIONS = 0.75
SHARE_OF_WORDS = 0.4
LABELS_SHOWN = 10


@dataclass(frozen=True, slots=True)
class LabelWords:
    """Words that make a label the interviewer's.

    Attributes:
        within: whole words anywhere in the label, with a number or without: `Jane (Interviewer)`, `Moderator 2`.
        alone: a regular expression for the whole label in folded form, for what is too short to stand anywhere.
    """

    within: tuple[str, ...] = ()
    alone: str = r"(?!)"  # matches nothing

    def fit(self, label: str) -> bool:
        """Whether the label says that its speaker asks."""
        stands = bool(self.within) and bool(_word_of(self.within).search(clean(label)))
        return stands or bool(re.fullmatch(self.alone, bare(label)))


def _asking(rank: int) -> tuple[str, ...]:
    """Words of every language, since a team may interview in two."""
    return as_written(word for each in languages().values() for word in each.interviewers[rank])


# The surest first. `R` is not here: beside `I` it is the respondent, and alone it may be the researcher.
INTERVIEWER_LABELS = (
    LabelWords(within=_asking(0), alone=r"int\d*"),
    LabelWords(within=_asking(1)),
    LabelWords(within=_asking(2)),
    LabelWords(alone="q|question"),
    LabelWords(alone=r"i\d?"),
)
INTERVIEWER_WORDS = tuple(word for words in INTERVIEWER_LABELS for word in words.within)
PARTICIPANT_WORDS = as_written(word for each in languages().values() for word in each.participants)
ROLE_WORDS = (*INTERVIEWER_WORDS, *PARTICIPANT_WORDS)
# Labels that transcribers use, in folded form: each counts as a label even where it stands only once.
WELL_KNOWN = re.compile(
    rf"i|r|q|a|p|int\d*|(?:{'|'.join((*ROLE_WORDS, 'speaker'))})s?{GENDERED}\d*|speaker_\d+|unknownspeaker"
)

# [^\w\n] lets the marks of lists and of Markdown stand around the words: `**Interviewer:** Anna`.
_WHO_ASKS = rf"(?:{'|'.join(INTERVIEWER_LABELS[0].within)})s?{GENDERED}"
_HEADER = re.compile(
    rf"^[^\w\n]*{_WHO_ASKS}[^\w\n=:]*[=:][^\w\n]*(?P<value>\w.*?)[ \t]*$", re.IGNORECASE | re.MULTILINE
)
_LEGEND = re.compile(
    rf"^[^\w\n]*(?P<value>\w[^\n=:]*?)[^\w\n=:]*[=:][^\w\n]*{_WHO_ASKS}[^\w\n]*$", re.IGNORECASE | re.MULTILINE
)
# Scripts without blanks between words (Thai, Japanese, Chinese) count by the letter.
_UNSPACED = "\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\s{_UNSPACED}]+")
_OTHER_DIVIDERS = re.compile(r"\s*[,;/~&+，；、／]\s*|\s+and\s+")
"""What people write between labels instead of `|`; labels hold such signs too, so that nothing is cut at them."""
_LISTED = re.compile(r"\s*[,;/()&]\s*|\s+and\s+")


@cache
def _word_of(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(words)})s?{GENDERED}[ _]?\d*\b", re.IGNORECASE)


@lru_cache(maxsize=2**16)
def fold(label: str) -> str:
    """What variants of a label have in common: `e:`, `E.` and `E :`, `INT 1` and `Int1`, `Dr Smith` and `Dr. Smith`.

    Two forms of one letter (`é`, full-width `Ｉ`), characters that show nothing, and a label of Cyrillic or Greek capitals that
    look like Latin ones (`Р1`) make no difference: a keyboard was left in the other script.
    """
    written = unicodedata.normalize("NFKC", clean(label))
    return re.sub(r"[\s.:]+", "", folded(in_latin(written)))


def in_latin(label: str) -> str:
    """A label whose capitals all look like Latin ones, in these; any other as it is."""
    return label.translate(_LOOK_ALIKE) if _ALL_ALIKE.fullmatch(label) else label


def plain_label(written: str) -> str:
    """A label without the brackets, the asterisks and the colon with which a person may copy it from a file: `[Anna]:`."""
    label = clean(written).strip("*_#@:： ")
    return label[1:-1].strip(":： ") if label[:1] in tuple("[({<【［") and label[-1] in "])}>】］" else label


def parts_of(written: str) -> list[str]:
    """The labels that a person listed in one value: `Ida, Per`; the one label where it lists none."""
    return [plain_label(part) for part in re.split("[,;，；、]", written) if part.strip()]


def divider_hint(label: str) -> str:
    """How several labels are written, where this one looks like several."""
    parts = [part for part in _OTHER_DIVIDERS.split(label) if part.strip()]
    return f" If these are several labels, divide them with |: {'|'.join(parts)}." if len(parts) > 1 else ""


def without_brackets(label: str) -> str:
    """A label without what stands in brackets behind it: `I (laughing)` is `I`."""
    return re.sub(r"\s*[\[(][^\[\]()]*[\])]\s*$", "", label)


def bare(label: str) -> str:
    """A folded label without the question mark of a transcriber in doubt: `Anna?` is asked about as `Anna`."""
    return re.sub(r"[\[(]\?+[\])]|\?+$", "", fold(label))


def interviewers_by_label(labels: Iterable[str]) -> set[str]:
    """The labels that say that their speaker asks.

    Only the surest word that occurs counts: beside an "Interviewer", a "Researcher" is who is interviewed. Where every one of
    several labels has it, it tells nobody apart, and none counts.
    """
    labels = list(labels)
    for words in INTERVIEWER_LABELS:
        if asking := {label for label in labels if words.fit(label)}:
            speakers = {fold(label) for label in labels}
            return asking if len(speakers) == 1 or {fold(label) for label in asking} < speakers else set()
    return set()


def named_interviewer(named: str, labels: Sequence[str], place: str, what: str = "this transcript") -> str:
    """The label that a person means by `named`, in whatever way it is written; ReadError where nobody is called so."""
    if same := [label for label in labels if fold(label) in (fold(named), fold(plain_label(named)))]:
        return same[0]
    if not labels:
        raise ReadError(f"{place}: '{named}' cannot be the interviewer: no speakers found. Nothing was imported.")
    there, near = _quoted(labels), divider_hint(named) or did_you_mean(named, labels)
    raise ReadError(f"{place}: '{named}' is no speaker of {what}, which has {there}.{near} Nothing was imported.")


def header_names(front: str) -> list[str]:
    """Whom the lines before the speech call interviewer: `Interviewer = S00`, `Interviewer: Jane Doe`, `S00 = Interviewer`."""
    seen = visible(front)
    return [match["value"] for pattern in (_HEADER, _LEGEND) for match in pattern.finditer(seen)]


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
    asking, notes = {named_interviewer(label, labels, name) for label in named}, tuple[str, ...]()
    if not named:
        asking, notes = _interviewers(text, turns, labels, header_names(front))
    if not asking:
        return tuple(turns), notes
    keys = {bare(label) for label in asking}
    given = tuple(replace(turn, role=_role(turn.speaker, keys)) for turn in turns)
    return given, notes


def _role(speaker: str | None, asking: set[str]) -> SpeakerRole | None:
    if speaker is None:
        return None
    # `I (laughing)` is `I`; `Jane (Interviewer)` is known as a whole.
    keys = {bare(speaker), bare(without_brackets(speaker))}
    return SpeakerRole.INTERVIEWER if keys & asking else SpeakerRole.PARTICIPANT


def _interviewers(
    text: str, turns: Sequence[Turn], labels: Sequence[str], header: Sequence[str]
) -> tuple[set[str], tuple[str, ...]]:
    if not labels:
        return set(), ()
    by_header = {label for value in header for label in _called(value, labels)}
    if sure := by_header or interviewers_by_label(labels):
        return sure, ()
    stray = tuple(f"the header names '{value}' as interviewer, and no speaker is called so" for value in header[:1])
    by_questions, note = _interviewer_by_questions([_share(text, turns, label) for label in labels])
    return by_questions, (*stray, note)


def _called(value: str, labels: Sequence[str]) -> list[str]:
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


@dataclass(frozen=True, slots=True)
class Share:
    """What one speaker does in a transcript: words spoken, and turns that end in a question."""

    label: str
    words: int
    questions: int


def _share(text: str, turns: Iterable[Turn], label: str) -> Share:
    speeches = [text[turn.start : turn.end] for turn in turns if turn.speaker == label]
    return Share(label, sum(len(_WORD.findall(speech)) for speech in speeches), sum(map(_ends_in_question, speeches)))


def _ends_in_question(speech: str) -> bool:
    """Only a question at the end of a turn is put to the other; those within an answer are mostly rhetorical or quoted."""
    return speech.rstrip(" \n\t\u00a0\u202f\"'”’“‘»«›‹)]*").endswith(("?", "？", "؟"))


def _interviewer_by_questions(shares: Sequence[Share]) -> tuple[set[str], str]:
    """The one who asks nearly all questions and says less than the rest, when there is such a one."""
    if asks := _asks_most(shares):
        label, counts = asks
        note = f"interviewer taken to be '{label}', who asks {counts}; if not, name the interviewer with {OPTION}"
        return {label}, note
    there = _quoted([share.label for share in shares])
    return set(), f"nothing says who is the interviewer among {there}: roles stay open; name one with {OPTION}"


def asks_most(text: str, turns: Sequence[Turn]) -> tuple[str, str] | None:
    """Who asks nearly all questions and says less than the rest, with the counts in words; None where nobody does."""
    labels = dict.fromkeys(turn.speaker for turn in turns if turn.speaker is not None)
    return _asks_most([_share(text, turns, label) for label in labels]) if labels else None


def _asks_most(shares: Sequence[Share]) -> tuple[str, str] | None:
    first = max(shares, key=lambda share: share.questions)
    questions, words = sum(share.questions for share in shares), sum(share.words for share in shares)
    asks = first.questions >= max(FEWEST_QUESTIONS, SHARE_OF_QUESTIONS * questions)
    if len(shares) < 2 or not asks or first.words > SHARE_OF_WORDS * words:
        return None
    return first.label, f"{first.questions} of {questions} questions in {first.words} of {words} words"


def _quoted(labels: Sequence[str]) -> str:
    more = f" and {len(labels) - LABELS_SHOWN} more" if len(labels) > LABELS_SHOWN else ""
    return ", ".join(f"'{label}'" for label in labels[:LABELS_SHOWN]) + more
