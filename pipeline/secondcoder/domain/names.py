"""Names: ids of transcripts, coders, codes, cases, speakers, files. One written form, and one rule for which are the same.

`é` may be one character or two (a Mac writes two in file names), a blank may be a no-break space, and nobody sees the
difference; `Ana` and `ana` are one person to everybody who reads them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain, count, islice
from typing import TypeVar

UNSEEN = (
    "\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180e\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\u2800\\u3164\\ufeff\\uffa0"
    "\\U0001bca0-\\U0001bca3\\U0001d173-\\U0001d17a\\U000e0000-\\U000e00ff"
)
"""Characters that show nothing, for a character class: Default_Ignorable_Code_Point of Unicode, and the blank of Braille."""
VARIATIONS = "\\ufe00-\\ufe0f\\u180b-\\u180d\\u180f\\U000e0100-\\U000e01ef"
"""Which form of the character before is meant: in colour, or one of two ways to write a Chinese character."""
# Persian and Hindi are spelt with joiners, and emoji are made with them; between Latin letters nobody sees them.
_SPELT = (
    "(?<=[\\u0590-\\u1fff\\u2190-\\U0001fbff])[\\u200c\\u200d](?=[\\u0590-\\u1fff\\u2190-\\U0001fbff])"
    "|(?<=[\\u00a9\\u00ae\\u2000-\\u2bff\\u3030\\u303d\\u3297\\u3299\\U0001f000-\\U0001fbff])[\\ufe0e\\ufe0f]"
    "|(?<=[\\u1800-\\u18af])[\\u180b-\\u180d\\u180f]"
    "|(?<=[\\u2e80-\\u9fff\\uf900-\\ufaff\\U00020000-\\U0003ffff])[\\ufe00-\\ufe02\\U000e0100-\\U000e01ef]"
)
_UNSEEN = re.compile(f"({_SPELT})|[{UNSEEN}{VARIATIONS}]")
# Control characters and line ends cannot stand in a cell of every table; the last three are as wide as blanks.
_BLANK = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u2800\u3164\uffa0]")
_BYTES = re.compile("[\udc80-\udcff]")  # how Python keeps the bytes of a file's name that is no UTF-8
_LONE = re.compile("[\ud800-\udfff]")

Value = TypeVar("Value")


def name(written: str) -> str:
    """The one form of a name: NFC (Unicode Annex 15), no unseen characters, no outer blanks, each run of blanks one space.

    Bytes that are no UTF-8, from a file's name or the command line, are written as `%E9`.
    """
    seen = without_unseen(_BLANK.sub(" ", readable(written)))
    return " ".join(unicodedata.normalize("NFC", seen).split())


def without_unseen(text: str) -> str:
    """The text without characters that show nothing; joiners and variations stay where a script is spelt with them."""
    return _UNSEEN.sub(lambda match: match[1] or "", text)


@lru_cache(maxsize=2**16)
def folded(written: str) -> str:
    """What all spellings of a name have in common: its one form, in any case and variation."""
    return unicodedata.normalize("NFC", re.sub(f"[{VARIATIONS}]", "", name(written)).casefold())


def same(first: str, second: str) -> bool:
    """Whether two names are one."""
    return folded(first) == folded(second)


def file_name(raw: str) -> str:
    """A file's name as text that can be stored and shown; bytes that are no UTF-8 are written as `%E9`, as in a web address."""
    stem, dot, suffix = name(raw).rpartition(".")
    return f"{stem.rstrip()}{dot}{suffix}"  # nobody sees a blank before the suffix


def readable(raw: str) -> str:
    """A message in which a file's name may stand, with such bytes written so, and else as it is."""
    text = _BYTES.sub(lambda match: f"%{ord(match[0]) - 0xDC00:02X}", raw)
    return _LONE.sub("\N{REPLACEMENT CHARACTER}", text)


def free_name(wanted: Sequence[str], taken: Container[str], form: str = "{} ({})") -> str:
    """The first of these names that is nobody's, else the last one with the first number from 2 that makes it so.

    Args:
        taken: names in their folded form.
        form: of the name with its number.
    """
    numbered = (form.format(wanted[-1], number) for number in count(2))
    return next(each for each in chain(wanted, numbered) if folded(each) not in taken)


def known_name(written: str, known: Iterable[str]) -> str:
    """The spelling among `known` of a name that a person wrote; its one form where none is the same."""
    known = list(known)
    if written in known:
        return written
    return next((other for other in known if same(other, written)), name(written))


class ByName(Mapping[str, Value]):
    """A mapping whose keys are found in any spelling: the exact one first, then the first that is the same name.

    It shows what `by_name` holds at any time.
    """

    def __init__(self, by_name: Mapping[str, Value]) -> None:
        self._exact = by_name
        self._keys: dict[str, str] = {}
        self._seen = 0

    def __getitem__(self, written: str) -> Value:
        return self._exact[self.spelling(written)]

    def __iter__(self) -> Iterator[str]:
        return iter(self._exact)

    def __len__(self) -> int:
        return len(self._exact)

    def spelling(self, written: str) -> str:
        """The key that is the same name; `written` itself where there is none."""
        if written in self._exact:
            return written
        if self._seen != len(self._exact):
            # What was there before is known: names are added behind.
            for key in islice(self._exact, self._seen if self._seen < len(self._exact) else 0, None):
                self._keys.setdefault(folded(key), key)
            self._seen = len(self._exact)
        return self._keys.get(folded(written), written)


@dataclass
class Spellings:
    """The first spelling of each name of a kind ("coder", "case"); later ones that are the same name give way to it.

    `notes` tells of every name that was replaced by one that looks different.
    """

    first: dict[tuple[str, str], str] = field(default_factory=dict)
    exact: set[tuple[str, str]] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    _told: set[str] = field(default_factory=set)

    def learn(self, kind: str, names: Iterable[str | None]) -> None:
        """Names that the study has: each stays as it is, also where an earlier version let two spellings in."""
        for written in filter(None, names):
            self.first.setdefault((kind, folded(written)), written)
            self.exact.add((kind, written))

    def of(self, kind: str, written: str) -> str:
        """The spelling under which this name is kept; '' stays ''."""
        form = name(written)
        if not form or (kind, written) in self.exact:
            return written.strip() and written
        kept = self.first.setdefault((kind, folded(form)), form)
        note = f"{kind} '{form}' is taken for '{kept}'"
        if name(kept) != form and note not in self._told:
            self._told.add(note)
            self.notes.append(note)
        return kept
