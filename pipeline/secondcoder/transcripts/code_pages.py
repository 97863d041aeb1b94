"""Which old code page of Latin script a text is in, by the letters of a language and its commonest words.

Single bytes beyond ASCII mean different letters in each code page. A reading is plausible when every such letter belongs to one
language, stands where it can (no capital within a word in small letters) and signs stand where signs do; among plausible
readings the language whose commonest words the text has decides. charset-normalizer, which knows other scripts well, takes
a few lines of Polish or Turkish for Western European.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

# Those that wrote interviews: Windows, old Macs, and ISO 8859. The commonest first, which decides between equals.
LATIN = (
    "cp1252",
    "cp1250",
    "cp1254",
    "mac_roman",
    "mac_turkish",
    "iso8859_2",
    "cp1257",
    "iso8859_15",
    "mac_latin2",
    "cp850",
    "cp852",
)
MOST_FOREIGN = 0.02  # of the characters beyond ASCII: a name of another language, a sign
MOST_WEIGHED = 100_000  # bytes; an interview's worth
CLEAR = 1.15  # a reading is taken when it scores so many times what the next one with another text does

# Letters beyond ASCII, and common words, of languages that these code pages were made for.
_LANGUAGES = {
    "English": ("éèêëçïöüñâ", "the and of to in it was is that you we they not but so with have for what how"),
    "French": (
        "àâæçéèêëîïôœùûüÿ",
        "le la les de des et est un une que qui pas nous vous dans pour avec était à très ça où c on",
    ),
    "German": ("äöüß", "der die das und ist nicht ich wir sie es ein eine mit war zu auf für über auch dann haben hat"),
    "Spanish": (
        "áéíñóúü",
        "el la los las de que y en un una no se por con para era está también más qué cómo muy sí lo",
    ),
    "Portuguese": (
        "áâãàçéêíóôõúü",
        "o a os as de que e em um uma não se por com para era está também mais é muito foi",
    ),
    "Italian": ("àèéìòù", "il la le gli di che e in un una non si per con è era anche più come perché molto sono c lo"),
    "Dutch": ("éèëïóöüáê", "de het een en van is dat niet ik wij ze met was voor ook op maar heb zijn"),
    "Danish": ("æøåéö", "det er og en at ikke jeg vi de med var for også på men har som så til af når være"),
    "Swedish": ("åäöé", "det är och en att inte jag vi de med var för också på men har som så till av när"),
    "Finnish": ("åäöšž", "se on ja ei että en me ne oli kun niin mutta myös ole minä siitä sitä vain"),
    "Icelandic": ("áéíóúýþðæö", "það er og að ekki ég við þau með var fyrir líka á en hef sem svo til af"),
    "Polish": ("ąćęłńóśźż", "i w nie to że się na z do jest tak ale po był była było jak co dla są już tylko"),
    "Czech": ("áčďéěíňóřšťúůýž", "a v ne to že se na s do je tak ale po byl byla bylo jak co pro jsou už jsme ve"),
    "Slovak": ("áäčďéíĺľňóôŕšťúýž", "a v nie to že sa na s do je tak ale po bol bola bolo ako čo pre sú už sme vo"),
    "Hungarian": ("áéíóöőúüű", "a az és nem hogy is volt van egy meg de ez azt csak már mint ki el ha volna"),
    "Croatian": ("čćđšž", "i u ne to da se na s je ali bio bila bilo kako što za su već smo nije od"),
    "Romanian": ("ăâîșțşţ", "și şi în nu că să se la cu de este a fost pe un o dar ce pentru am mai sunt"),
    "Turkish": ("çğıöşüâîû", "ve bir bu da de için çok ne var daha gibi değil olarak ama biz ben o mi en sonra iyi"),
    "Estonian": ("äõöüšž", "ja on ei see et me nad oli kui siis aga ka ma seda olen väga mis"),
    "Latvian": ("āčēģīķļņšūž", "un ir nav tas ka mēs viņi bija kad bet arī es to ļoti kas par ar"),
    "Lithuanian": ("ąčęėįšųūž", "ir yra ne tai kad mes jie buvo kai bet taip aš labai kas apie su į"),
}
# What stands between words, beside them or before a figure; the apostrophe also within a word.
_SIGNS = frozenset("’‘´“”„‚«»‹›–—…•·¿¡§©®™°ªº€£½¼¾²³×±\N{NO-BREAK SPACE}\N{SOFT HYPHEN}")
_WITHIN = frozenset("’´\N{SOFT HYPHEN}")
_OPENING = frozenset("‚„¿¡")
_WORD = re.compile(r"[^\W\d_]+")
_CAPITALS = {"i": "İI", "ß": "ẞ", "ı": "I"}


@dataclass(frozen=True, slots=True)
class Reading:
    """A text in one code page: `score` is higher where the words of a language show; `sample` holds its lines beyond ASCII."""

    encoding: str
    score: float
    sample: str

    @property
    def word(self) -> str:
        """A word in which the code page shows."""
        words = re.split(r"[\s,;|]+", self.sample)  # of a table's cells too
        return next((word for word in words if not word.isascii()), "").strip("\"',.;:()?!")


def readings(data: bytes) -> list[Reading]:
    """The plausible readings, each text once, the best first; an encoding listed first in `LATIN` stands for its equals."""
    sample = b"\n".join(line for line in data.splitlines() if not line.isascii())[:MOST_WEIGHED]
    found: dict[str, Reading] = {}
    for encoding in LATIN:
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            continue
        text = sample.decode(encoding)
        if (score := _score(text)) > 0:
            found.setdefault(text, Reading(encoding, score, text))
    return sorted(found.values(), key=lambda reading: -reading.score)


def _score(text: str) -> float:
    """How well one language explains the text: the share of its words among the commonest of the language, plus a little."""
    beyond = list(re.finditer(r"[^\x00-\x7f]", text))
    letters = Counter(match[0] for match in beyond if match[0].isalpha())
    misplaced = sum(not _may_stand(text, match.start()) for match in beyond)
    words = Counter(word.lower() for word in _WORD.findall(text))
    best = 0.0
    for of_language, common in _LANGUAGES.values():
        own = frozenset(of_language + of_language.upper() + _CAPITALS["i"][:1] * ("ı" in of_language))
        foreign = sum(count for letter, count in letters.items() if letter not in own)
        if foreign + misplaced <= MOST_FOREIGN * len(beyond):
            known = sum(words[word] for word in common.split())
            best = max(best, 0.02 + known / max(words.total(), 1))
    return best


def _may_stand(text: str, at: int) -> bool:
    """Letters in words as they are written, signs outside of them."""
    character, before, after = text[at], text[at - 1 : at], text[at + 1 : at + 2]
    if character.isalpha() and character not in _SIGNS:
        # A capital after a small letter, or a letter beside a figure, is another code page's.
        return not (character.isupper() and before.islower()) and not before.isdigit() and not after.isdigit()
    if character in _WITHIN or (character == "·" and before in "lL"):  # as in Catalan
        return True
    if character in _OPENING and before.isalnum():
        return False
    return character in _SIGNS and not (
        before.isalpha() and after.isalpha() and character not in "–—…\N{NO-BREAK SPACE}"
    )
