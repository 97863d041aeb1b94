"""People's names by what stands beside them: a title, "my name is", or the name spelt out letter by letter."""

from __future__ import annotations

import re
from collections.abc import Iterator

from secondcoder.deidentification.dictionary import first_names, is_abbreviation, is_english, not_names
from secondcoder.deidentification.finding import PERSON, Finding
from secondcoder.deidentification.known_names import MONTHS
from secondcoder.deidentification.names import PARTICLES, TITLES, word_set
from secondcoder.deidentification.rules import Rule, Stretch
from secondcoder.deidentification.words import Word, words_of
from secondcoder.domain.names import folded

_TITLES = TITLES | {"drs", "practitioner"}
_CALLING = word_set("mr mrs mister missus dr drs professor prof doctor cllr councillor")
"""Titles after which a name comes, whatever the case; "nurse" and "sister" are words too."""
_KIN = word_set("nan nana nanna gran granny grandma grandpa grandad granddad auntie aunty aunt uncle cousin")
_NEVER = word_set(
    "who and or the a an i he she it they we you is was were has had will would could should can did does do said says "
    "say goes went rang rung "
    "told tells asks asked came comes gave gives wrote thinks thought knows knew wants wanted but so if when that this "
    "then there here because "
    "cos in on at to of for with from by about as not no yes up out off down over again just really always never ever "
    "still already also only "
    "even my your his her our their me him them us what where how why which whose appointment appointments surgery "
    "practice visit visits led "
    "line check checks"
)
_CUES = re.compile(
    r"\b(?:(?:my|his|her|their|whose|the|first|last|christian|maiden|other) name(?:['’]s| is| was)?(?: is| was)?|(?:called|named)|"
    r"I(?:['’]m| am)|this is|it(?:['’]s| is)|that(?:['’]s| is)|goes by|known as|ask for|signed|love,?|hello|hi|hiya|"
    r"thanks,?|thank you,?|cheers,?)[ ,]+(?=\w)",
    re.IGNORECASE,
)
_SURE_CUES = re.compile(r"name|called|named|known as|goes by", re.IGNORECASE)
_SPELT = re.compile(
    r"\b(?:[A-Za-zÀ-ž][-–‑]){2,}[A-Za-zÀ-ž]\b|\b(?:[A-Z] ){3,}[A-Z]\b|\b(?:[a-z] ){3,}[a-z]\b|\b(?:[A-Z]\. ?){3,}[A-Z]?\b|"
    r"\b(?:[A-Z], ){3,}[A-Z]\b"
)


def _titled(stretch: Stretch) -> Iterator[Finding]:
    words = list(words_of(stretch.cased))
    for n, word in enumerate(words[:-1]):
        if word.folded in _TITLES and (named := _name_after(words, n + 1, stretch, word.folded)):
            yield Finding(
                named[0].start, named[-1].end, PERSON, _score(named, word.folded, stretch), "title before a name"
            )


def _name_after(words: list[Word], n: int, stretch: Stretch, title: str) -> list[Word]:
    """The words of a name that begins at word n: capitals, initials and particles; in lower case, at most what is no English word."""
    named: list[Word] = []
    for before, word in zip(words[n - 1 :], words[n:], strict=False):
        if not re.fullmatch(r"[.]?[ ]", stretch.text[before.end : word.start]) or len(named) == 5:
            break
        if word.folded in PARTICLES and word.folded not in ("do", "mc", "o"):
            named.append(word)
        elif not _may_be_name(word, stretch, title, first=not named):
            break
        else:
            named.append(word)
    while named and (named[-1].folded in PARTICLES or named[-1].folded in _TITLES):
        named.pop()
    return named if named and any(len(word.text) > 1 for word in named) else []


def _may_be_name(word: Word, stretch: Stretch, title: str, first: bool) -> bool:
    if len(word.text) == 1 and word.text.isupper() and not stretch.lower:
        return word.text != "I"
    if first and word.folded in MONTHS and title in _CALLING:
        return True
    if word.folded in _NEVER or word.folded in not_names() or word.folded in _TITLES:
        return False
    if stretch.lower:
        kin = first and title in _KIN and word.folded in first_names()
        named = kin or not is_english(word.folded) or first_names().get(word.folded, False)
        return named or (first and title in _CALLING and not word.folded.endswith(("ing", "ed")))
    return word.text[0].isupper() or (first and title in ("mr", "mrs", "dr") and not is_english(word.folded))


def _score(named: list[Word], title: str, stretch: Stretch) -> float:
    unknown = any(not is_english(word.folded) or first_names().get(word.folded, False) for word in named)
    if unknown or (not stretch.lower and title in _CALLING):
        return 0.9
    return 0.5


def _called(stretch: Stretch) -> Iterator[Finding]:
    words = {word.start: word for word in words_of(stretch.cased)}
    for match in _CUES.finditer(stretch.cased):
        word = words.get(match.end())
        named = []
        while (
            word
            and word.text[0].isupper()
            and len(word.text) > 1
            and word.folded not in not_names()
            and not word.text.isupper()
        ):
            if word.folded in _NEVER or (
                is_english(word.folded) and not first_names().get(word.folded, False) and stretch.lower
            ):
                break
            named.append(word)
            word = words.get(word.end + 1) if stretch.text[word.end : word.end + 1] == " " else None
        if named:
            sure = _SURE_CUES.search(match[0]) is not None
            yield Finding(named[0].start, named[-1].end, PERSON, 0.65 if sure else 0.5, "said to be a name")


def _spelt(stretch: Stretch) -> Iterator[Finding]:
    for match in _SPELT.finditer(stretch.text):
        word = folded(re.sub(r"[\W_]", "", match[0]))
        if is_abbreviation(word):
            continue  # as C-O-P-D
        yield Finding(*match.span(), PERSON, 0.6, "spelt out")


RULES = (Rule("titles", (PERSON,), _titled), Rule("called", (PERSON,), _called), Rule("spelt", (PERSON,), _spelt))
