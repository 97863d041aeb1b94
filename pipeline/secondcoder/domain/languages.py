"""The languages of talk, and what is known of each: one table, `configs/languages.toml`, whose head says what each entry means."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from secondcoder.errors import InputError, StudyError, did_you_mean

ENGLISH = "en"
NAMES = "names"
_EARLIER = {"no": "nb", "iw": "he", "in": "id"}
"""Codes that the standard has changed, and Norwegian without its written form."""


@dataclass(frozen=True, slots=True)
class Language:
    """A language of talk.

    Attributes:
        code: ISO 639-1, or 639-3 where that has none, as spaCy calls it.
        name: in English. own: what its speakers call it.
        interviewers: words of labels by which somebody asks: who interviews, who moderates, who does research.
        participants: words of labels by which somebody answers.
        before_colon, in_sentences: words that are no label, and that none of several words holds.
        openers: how a new topic often begins.
        abbreviations: with a point that ends no sentence, beyond spaCy's.
        ordinals: whether "3." means "third".
    """

    code: str
    name: str
    own: str = ""
    interviewers: tuple[tuple[str, ...], ...] = ((), (), ())
    participants: tuple[str, ...] = ()
    before_colon: tuple[str, ...] = ()
    in_sentences: tuple[str, ...] = ()
    openers: tuple[str, ...] = ()
    abbreviations: tuple[str, ...] = ()
    ordinals: bool = False

    @property
    def has_words(self) -> bool:
        """Whether words of speaker labels are known."""
        return bool(self.participants)

    @property
    def interviewer_roles(self) -> tuple[str, ...]:
        """Words of a coded table's column of roles by which somebody surely asks."""
        return self.interviewers[0]


@cache
def languages() -> dict[str, Language]:
    """Every language that settings may name, by its code; those with words first."""
    table = tomllib.loads(resources.files("secondcoder.configs").joinpath("languages.toml").read_text(encoding="utf-8"))
    names = table.pop(NAMES)
    found = {code: _language(code, entry) for code, entry in table.items()}
    return found | {code: Language(code, name) for code, name in names.items()}


def _language(code: str, entry: dict[str, Any]) -> Language:
    fields: dict[str, Any] = {key: tuple(entry.pop(key, "").split()) for key in ("before_colon", "in_sentences")}
    fields["interviewers"] = tuple(tuple(rank) for rank in entry.pop("interviewers"))
    fields |= {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}
    return Language(code, **fields)


def language_of(code: str) -> Language:
    """The language of a code that the settings name; StudyError where there is none."""
    if code not in languages():
        raise StudyError(f"segments.language: {unknown_language(code)}")
    return languages()[code]


def unknown_language(written: str) -> str:
    """That no such language is known, with the nearest one."""
    known = languages()
    names = {_folded(name): each for each in known.values() for name in (each.name, each.own) if name}
    near = did_you_mean(_folded(written), names) or f" With words of speaker labels: {', '.join(_with_words())}."
    return f"'{written}' is no language that spaCy has rules for. Name it by its code, such as de, or its name.{near}"


def _with_words() -> list[str]:
    return [code for code, language in languages().items() if language.has_words]


def find_language(written: str) -> Language:
    """What a person means by `de`, `de-AT`, `German` or `deutsch`.

    Raises:
        InputError: no such language is known, with the nearest one.
    """
    known, asked = languages(), _folded(written)
    code = asked.replace("_", "-").partition("-")[0]
    if found := known.get(_EARLIER.get(code, code)):
        return found
    by_name = {_folded(name): each for each in known.values() for name in (each.own, each.name) if name}
    if asked in by_name:
        return by_name[asked]
    raise InputError(unknown_language(written))


def as_written(words: Iterable[str]) -> tuple[str, ...]:
    """The words, each also as a keyboard without accents has it: `enquêteur`, `enqueteur`."""
    return tuple(dict.fromkeys(form for word in words for form in (word, _plain(word))))


def _plain(word: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKD", word) if not unicodedata.combining(sign))


def _folded(written: str) -> str:
    return _plain(written.strip().casefold())
