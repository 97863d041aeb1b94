"""The codes of another program's project as a codebook, with ids that suit secondcoder."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from secondcoder.codebook.model import Codebook, codebook_from
from secondcoder.domain.names import folded, name
from secondcoder.domain.wording import shorten
from secondcoder.errors import InputError
from secondcoder.exchange.codebooks.colours import colour_of
from secondcoder.exchange.codebooks.naming import give_ids, slug, tell_apart
from secondcoder.exchange.projects.model import ProjectCode

MOST_CODES = 5000
LONGEST_NAME = 300
# Colours that RQDA's users choose by name most often (R's `colors()`).
COLOURS_OF_R = {"red": "#ff0000", "green": "#00ff00", "blue": "#0000ff", "yellow": "#ffff00", "orange": "#ffa500"}


@dataclass(frozen=True)
class CarriedCodes:
    """`book` as `CodedFormat.codebook` gives it; `ids`: key of a code in the project -> its id there; `notes` on what was joined."""

    book: Codebook
    ids: Mapping[Hashable, str]
    notes: tuple[str, ...] = ()


@dataclass(eq=False)
class _Found:
    """Codes of one path, which are one code: `above`, its parent; `shown` and `id`, its name and id in the codebook."""

    name: str
    above: _Found | None
    codes: list[ProjectCode] = field(default_factory=list)
    shown: str = ""
    id: str = ""


def carried_codes(codes: Sequence[ProjectCode], file: str, stem: str) -> CarriedCodes:
    """The codes as a codebook; InputError where they stand under themselves, or are more than any study has.

    Codes of one name at one place are one, in any case of the letters, since a study finds codes by name in any spelling.
    """
    if len(codes) > MOST_CODES:
        raise InputError(
            f"{file}: {len(codes):,} codes, and a codebook has at most {MOST_CODES:,}. Nothing was imported."
        )
    found: dict[tuple[str, ...], _Found] = {}
    of_key: dict[Hashable, _Found] = {}
    for code, path in _paths(codes, file):
        key = tuple(map(folded, path))
        here = found.setdefault(key, _Found(path[-1], found.get(key[:-1])))
        here.codes.append(code)
        of_key[code.key] = here
    tell_apart([*found.values()])
    give_ids([*found.values()])
    words = {folded(word): each for each in found.values() for word in (each.shown, each.id)}
    content = [_code(each, words) for each in found.values()]
    book = codebook_from(
        {"id": slug(stem) or "project", "title": name(stem) or "project", "codes": content},
        f"{file}: its codes cannot be read.",
    )
    notes = [
        f"{len(each.codes)} codes are called '{each.name}', and were taken as one"
        for each in found.values()
        if len(each.codes) > 1
    ]
    return CarriedCodes(book, {key: each.id for key, each in of_key.items()}, tuple(notes))


def _paths(codes: Sequence[ProjectCode], file: str) -> Iterator[tuple[ProjectCode, tuple[str, ...]]]:
    """Each code with the names from the top down to its own, those above first."""
    by_key = {code.key: code for code in codes}
    paths: dict[Hashable, tuple[str, ...]] = {}
    for code in codes:
        chain = [code]
        keys = {code.key}
        while chain[-1].key not in paths and (above := by_key.get(chain[-1].above)) is not None:
            if above.key in keys:
                raise InputError(f"{file}: code '{name(above.name)}' stands under itself. Nothing was imported.")
            chain.append(above)
            keys.add(above.key)
        for each in reversed(chain):
            if each.key not in paths:
                above_it = paths.get(each.above, ()) if each.above in by_key else ()
                paths[each.key] = (*above_it, shorten(name(each.name), LONGEST_NAME) or "code")
                yield each, paths[each.key]


def _code(found: _Found, words: Mapping[str, _Found]) -> dict[str, Any]:
    definitions = dict.fromkeys(text for code in found.codes if (text := code.definition.strip()))
    colours = [colour for code in found.codes if (colour := colour_of(COLOURS_OF_R.get(code.colour, code.colour)))]
    aliases = dict.fromkeys(name(alias) for code in found.codes for alias in code.aliases)
    return {
        "id": found.id,
        "name": found.shown,
        "parent": found.above.id if found.above else None,
        "aliases": [alias for alias in aliases if words.get(folded(alias), found) is found],
        "definition": "\n".join(definitions),
        "colour": colours[0] if colours else "",
    }
