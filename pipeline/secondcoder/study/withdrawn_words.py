"""Which strings of a study still speak of somebody who withdrew, and what becomes of each.

Their interviews are gone by then. What is left are names (the participant's, a speaker's label, a file's or an interview's name made
of one), memos on their talk in the audit trail, and whatever quotes it. What the study says of others too, such as a role or a code,
says nothing of one person and stays.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from secondcoder.codebook.model import Codebook
from secondcoder.codebook.yaml_file import dump_codebook
from secondcoder.corpus import Corpus
from secondcoder.domain.names import folded
from secondcoder.domain.records import SpeakerRole, Transcript
from secondcoder.transcripts.interviewer import WELL_KNOWN, fold

GONE = "[withdrawn]"
"""What stands in place of a name or a memo."""
RENAMED = "withdrawn-{}"
"""What an interview is called whose own name holds a withdrawn one."""
QUOTED = 5
"""Running words that make a quotation: talk seldom says five in a row as somebody else does."""
WORD = re.compile(r"\w+")
PART = re.compile(r"[^\W_]+")
"""Of a name or an id."""
Run = tuple[str, ...]


def runs(text: str) -> Iterator[Run]:
    """Every QUOTED running words of a text, in small letters."""
    words = WORD.findall(text.casefold())
    return zip(*(words[at:] for at in range(QUOTED)), strict=False)


@dataclass(frozen=True)
class WithdrawnWords:
    """What is to go.

    Attributes:
        names: of the person, in the spellings that the study has; without those that stand for others as well.
        kept: names that stand for others too, and therefore stay.
        exact: a whole string -> what stands there now.
        quotations: running words of the talk that nobody else says.
    """

    names: tuple[str, ...]
    kept: tuple[str, ...]
    exact: Mapping[str, str]
    quotations: frozenset[Run]

    @property
    def pattern(self) -> re.Pattern[str] | None:
        """A name as a word of its own: 'Mary' in 'mary_2.docx' and in "Mary's", and not in 'Maryland'."""
        return _words_pattern(self.names)

    def string(self, value: str) -> str:
        """What becomes of a string of the study."""
        if value in self.exact:
            return self.exact[value]
        if self.quotes(value):
            return GONE
        return self.pattern.sub(GONE, value) if self.pattern else value

    def quotes(self, text: str) -> bool:
        """Whether a text repeats talk that went."""
        return not self.quotations.isdisjoint(runs(text))

    def speaks_of(self, text: str) -> bool:
        """Whether a text quotes the talk, or holds a name."""
        return self.quotes(text) or bool(self.pattern and self.pattern.search(text))


def withdrawn_words(corpus: Corpus, gone: Sequence[Transcript], book: Codebook) -> WithdrawnWords:
    """From the study as it is before these interviews go."""
    ids = {transcript.id for transcript in gone}
    others = [transcript for transcript in corpus.transcripts if transcript.id not in ids]
    of_others = _said_of_others(corpus, others) | {folded(code) for code in book.ids}
    called = dict.fromkeys(name for transcript in gone for name in _names(transcript))
    usual = {
        word
        for text in (dump_codebook(book).casefold(), *(each.text for each in others))
        for word in WORD.findall(text)
    }
    # "ALD" of ALD-GP is a part of ALD-LW too, who stays.
    usual |= {folded(part) for said in (*of_others, *map(folded, _ids(others))) for part in PART.findall(said)}
    parts = [part for name in called for part in _parts(name) if not {part.casefold(), folded(part)} & usual]
    names = tuple(name for name in dict.fromkeys([*called, *parts]) if folded(name) not in of_others)
    exact = dict.fromkeys(_memos(corpus, ids), GONE) | dict.fromkeys(names, GONE)
    exact |= _renamed(corpus, sorted(ids), _words_pattern(names))
    left = {run for transcript in others for run in runs(transcript.text)}
    quotations = frozenset(run for transcript in gone for run in runs(transcript.text)) - left
    return WithdrawnWords(names, tuple(name for name in called if name not in names), exact, quotations)


def _names(transcript: Transcript) -> Iterator[str]:
    if transcript.participant:
        yield transcript.participant
    for turn in transcript.turns:
        # "GP:" or "Interviewee:" names nobody.
        if turn.speaker and turn.role is not SpeakerRole.INTERVIEWER and not WELL_KNOWN.fullmatch(fold(turn.speaker)):
            yield turn.speaker


def _parts(name: str) -> Iterator[str]:
    """Of 'Mary Quince' each name alone; words that others write small, as 'practice' and 'nurse', are taken out by the caller."""
    words = WORD.findall(name)
    yield from (word for word in words if len(words) > 1 and len(word) > 2 and word[0].isupper())


def _said_of_others(corpus: Corpus, others: Iterable[Transcript]) -> set[str]:
    """Names, in folded form, that stand for others, or for something else in the study."""
    said: set[str] = set(corpus.coders) | set(corpus.manifests) | set(corpus.model_coders)
    for transcript in corpus.transcripts:
        said |= {turn.speaker for turn in transcript.turns if turn.speaker and turn.role is SpeakerRole.INTERVIEWER}
        said |= {value for value in (transcript.role, transcript.wave) if value}
    for transcript in others:
        said |= {value for value in (transcript.participant, transcript.case) if value}
        said |= {turn.speaker for turn in transcript.turns if turn.speaker}
    return {folded(name) for name in said}


def _ids(others: Iterable[Transcript]) -> Iterator[str]:
    for transcript in others:
        yield from (transcript.id, transcript.participant or "")


def _memos(corpus: Corpus, ids: Collection[str]) -> set[str]:
    """Memos on these interviews, now or earlier, that stand nowhere else in the same words."""
    on_them: set[str] = set()
    elsewhere: set[str] = set()
    for transcript, memo in _all_memos(corpus):
        (on_them if transcript in ids else elsewhere).add(memo)
    return {memo for memo in on_them - elsewhere if memo}


def _all_memos(corpus: Corpus) -> Iterator[tuple[str, str]]:
    for event in corpus.events("codings", "decision"):
        detail = event["detail"]
        if "columns" in detail:
            yield from _of_rows(detail)
        elif "memo" in detail:
            yield detail["transcript"], detail["memo"]


def _of_rows(detail: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    at = {name: place for place, name in enumerate(detail["columns"])}
    if "memo" in at:
        for row in (*detail["added"], *detail["removed"]):
            yield row[at["transcript"]], row[at["memo"]]


def _renamed(corpus: Corpus, ids: Iterable[str], named: re.Pattern[str] | None) -> dict[str, str]:
    taken = len(corpus.events("transcript removed"))
    new: dict[str, str] = {}
    for name in ids:
        if named and named.search(name):
            taken += 1
            new[name] = RENAMED.format(taken)
    return new


def _words_pattern(names: Iterable[str]) -> re.Pattern[str] | None:
    # The longest first: 'Mary Ann' before 'Mary'.
    found = "|".join(map(_as_a_word, sorted(names, key=lambda name: (-len(name), name))))
    return re.compile(found, re.IGNORECASE) if found else None


def _as_a_word(name: str) -> str:
    """Not within a word: 'Mary' is in 'Mary2' and 'mary_b', not in 'Maryland', and 'P7' is not in 'P71'."""
    # Beside a letter stands no letter, beside a digit no digit.
    before, after = (r"[^\W\d_]" if end.isalpha() else r"\d" if end.isdigit() else r"\w" for end in (name[0], name[-1]))
    return f"(?<!{before}){re.escape(name)}(?!{after})"
