"""Names of variables that R, Stata and SPSS all take: letters, figures and `_`, a letter first, 32 characters, no word of theirs.

Stata: "[U] 11.3 Naming conventions"; SPSS: "Variable names", Command Syntax Reference; R: `help(make.names)`. SPSS does not tell
capitals from small letters, so no two names here differ in that alone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

LONGEST = 32
OF_SPSS = ("all", "and", "by", "eq", "ge", "gt", "le", "lt", "ne", "not", "or", "to", "with")
OF_STATA = """aggregate array boolean break byte case catch class colvector complex const continue default delegate delete do double
else eltypedef end enum explicit export external float for friend function global goto if in inline int local long null pragma
protected quad rowvector short strl typedef typename using virtual with""".split()  # noqa: SIM905
OF_R = ("break", "else", "false", "for", "function", "inf", "na", "nan", "next", "null", "repeat", "true", "while")
RESERVED = frozenset((*OF_SPSS, *OF_STATA, *OF_R))
"""Folded; Stata's that begin with `_` cannot come about."""


def variable_names(wanted: Iterable[str]) -> list[str]:
    """A name for each word, as like it as can be; words that come to the same one get numbers."""
    names: list[str] = []
    taken: set[str] = set()
    for word in wanted:
        name = _plain(word)
        number, free = 2, name
        while free.casefold() in taken:
            free = f"{name[: LONGEST - len(str(number)) - 1].rstrip('_')}_{number}"
            number += 1
        taken.add(free.casefold())
        names.append(free)
    return names


def _plain(word: str) -> str:
    letters = "".join(sign for sign in unicodedata.normalize("NFKD", word) if not unicodedata.combining(sign))
    plain = re.sub(r"[^0-9A-Za-z]+", "_", letters.replace("ß", "ss")).strip("_")
    if not plain or not plain[0].isalpha() or plain.casefold() in RESERVED or re.fullmatch(r"(?i)str\d+", plain):
        plain = f"v_{plain}".rstrip("_") if plain else "v"
    return plain[:LONGEST].rstrip("_")
