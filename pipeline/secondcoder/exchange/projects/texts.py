"""The texts of a project: what each is called as a transcript, which the study has already, and how one is read for its turns."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from secondcoder.domain.grouping import group_by
from secondcoder.domain.names import file_name, folded, name
from secondcoder.domain.records import Transcript
from secondcoder.domain.wording import shorten
from secondcoder.exchange.projects.model import Document
from secondcoder.exchange.projects.positions import plain
from secondcoder.exchange.tables.rows import LONE_SURROGATE
from secondcoder.transcripts import plain_text
from secondcoder.transcripts.encoding import Decoded
from secondcoder.transcripts.interviewer import fold, parts_of, plain_label
from secondcoder.transcripts.registry import MOST_CHARACTERS, Source

OF_FILE = re.compile(
    r"(?<=\S)\.(?:txt|md|docx?|rtf|odt|pdf|html?|vtt|srt|text|csv|epub|mp3|m4a|mp4|wav)$", re.IGNORECASE
)
"""What a text's name ends with where it came from a file, and is no part of a transcript's id."""


@dataclass(frozen=True)
class StoredSource(Source):
    """A text that is there already, for the reader of plain text."""

    body: str = ""

    @cached_property
    def data(self) -> bytes:
        """The text in UTF-8."""
        return self.body.encode()

    @cached_property
    def decoded(self) -> Decoded:
        """The text as it is, of which nothing is guessed."""
        return Decoded(self.body, "utf-8")


def read_talk(called: str, text: str, interviewer: Sequence[str], speakers: Sequence[str]) -> Transcript:
    """The transcript of a project's text, by the rules for plain text; ReadError where nobody says anything.

    Args:
        interviewer: labels of interviewers; those who speak in this text are they, as not each speaks in each text of a project.
        speakers: labels of anybody.
    """
    held = StoredSource(Path(called.replace("/", "-") or "text"), (*speakers, *interviewer), body=text)
    read = plain_text.read(held, ())
    there = {fold(turn.speaker) for turn in read.turns if turn.speaker}
    asking = [label for label in interviewer if not there.isdisjoint(map(fold, (plain_label(label), *parts_of(label))))]
    return plain_text.read(held, asking) if asking else read


class TextsThere:
    """The study's transcripts by their words."""

    def __init__(self, known: Iterable[Transcript], documents: Iterable[Document]) -> None:
        self._by_words = group_by(known, lambda each: bare(each.text))
        self._copies = Counter(bare(plain(each.text)) for each in documents)

    def find(self, own: Transcript, named: bool) -> Transcript | None:
        """The transcript of the same words, white space aside: of the same name, or else the only one."""
        alike = self._by_words.get(bare(own.text), [])
        same = [each for each in alike if folded(each.id) == folded(own.id)]
        only = alike if not named or len(alike) == self._copies[bare(own.text)] == 1 else []
        return next(iter((*same, *only)), None)


def bare(text: str) -> int:
    """What texts that differ in white space alone have in common."""
    return hash("".join(text.split()))


def called(document: Document) -> str:
    """The document's name, for messages."""
    return shorten(name(document.name), 80)


def no_text(document: Document) -> str:
    """Why a text can be no transcript, '' where it can."""
    if len(document.text) > MOST_CHARACTERS:
        return f"{len(document.text):,} characters, and a transcript has at most {MOST_CHARACTERS:,}."
    if LONE_SURROGATE.search(document.text) or "\x00" in document.text:
        return "it holds what is no text (a zero byte, or half a character)."
    return ""


def transcript_ids(documents: Sequence[Document], known: Mapping[str, Transcript]) -> dict[Hashable, str]:
    """An id for each document: its name without what a file's name ends with, unless two would be alike.

    One without a name of its own gets a number behind it where the study has another text under that name.
    """
    short = {each.key: file_name(OF_FILE.sub("", each.name)) or name(each.name) for each in documents}
    alike = Counter(folded(each) for each in short.values())
    ids: dict[Hashable, str] = {}
    taken: set[str] = set()
    for each in documents:
        wanted = short[each.key] if alike[folded(short[each.key])] == 1 else name(each.name)
        wanted = wanted or "document"
        numbers = (f"{wanted}-{number}" for number in range(2, len(documents) + len(known) + 3))
        free = (
            one
            for one in (wanted, *numbers)
            if folded(one) not in taken
            and (each.named or one not in known or bare(known[one].text) == bare(plain(each.text)))
        )
        ids[each.key] = next(free)
        taken.add(folded(ids[each.key]))
    return ids
