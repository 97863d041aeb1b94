"""The codes of another program's project as a codebook, with ids that suit secondcoder."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from secondcoder.codebook.model import Codebook, codebook_from
from secondcoder.domain.names import folded, name
from secondcoder.domain.wording import shorten
from secondcoder.errors import InputError
from secondcoder.exchange.codebooks.columns import Columns
from secondcoder.exchange.codebooks.identities import identify, slug
from secondcoder.exchange.codebooks.outline import Entry, Outline
from secondcoder.exchange.projects.model import ProjectCode

MOST_CODES = 5000
LONGEST_NAME = 300
_COLOUR = re.compile(r"#?([0-9a-fA-F]{6}|[0-9a-fA-F]{3})")
# The colours that RQDA's users choose by name most often (R's `colors()`).
_NAMED = {"red": "#ff0000", "green": "#00ff00", "blue": "#0000ff", "yellow": "#ffff00", "orange": "#ffa500"}


@dataclass(frozen=True)
class CarriedCodes:
    """`book` as `CodedFormat.codebook` gives it; `ids`: key of a code in the project -> its id there; `notes` on what was joined."""

    book: Codebook
    ids: Mapping[Hashable, str]
    notes: tuple[str, ...] = ()


@dataclass(eq=False)
class _Found:
    """Codes of one path, which are one code."""

    entry: Entry
    codes: list[ProjectCode] = field(default_factory=list)


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
        here = found.setdefault(tuple(map(folded, path)), _Found(Entry(path)))
        here.codes.append(code)
        of_key[code.key] = here
    outline = Outline([each.entry for each in found.values()])
    identify(outline, Columns(()))
    words = _tell_apart(outline.entries)
    data = {id(each.entry): each.codes for each in found.values()}
    content = [_code(entry, data[id(entry)], words) for entry in outline.entries]
    book = codebook_from(
        {"id": slug(stem) or "project", "title": name(stem) or "project", "codes": content},
        f"{file}: its codes cannot be read.",
    )
    notes = [
        f"{len(each.codes)} codes are called '{each.entry.name}', and were taken as one"
        for each in found.values()
        if len(each.codes) > 1
    ]
    return CarriedCodes(book, {key: each.entry.id for key, each in of_key.items()}, tuple(notes))


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


def _tell_apart(entries: Sequence[Entry]) -> Mapping[str, Entry]:
    """More of what stands above, then a number, to names and ids that would be found as another code; every word with its code."""
    taken: dict[str, Entry] = {}
    for entry in entries:
        levels = (": ".join(entry.path[-depth:]) for depth in range(2, len(entry.path) + 1))
        numbers = (f"{': '.join(entry.path)} ({number})" for number in range(2, len(entries) + 3))
        entry.shown = next(each for each in (entry.shown, *levels, *numbers) if folded(each) not in taken)
        taken[folded(entry.shown)] = entry
    for entry in entries:
        wanted = (entry.id, *(f"{entry.id}-{number}" for number in range(2, len(entries) + 3)))
        entry.id = next(each for each in wanted if taken.get(folded(each), entry) is entry)
        taken[folded(entry.id)] = entry
    return taken


def _code(entry: Entry, codes: Sequence[ProjectCode], words: Mapping[str, Entry]) -> dict[str, Any]:
    definitions = dict.fromkeys(text for code in codes if (text := code.definition.strip()))
    colours = [colour for code in codes if (colour := _colour(code.colour))]
    aliases = dict.fromkeys(name(alias) for code in codes for alias in code.aliases)
    return {
        "id": entry.id,
        "name": entry.shown,
        "parent": entry.above.id if entry.above else None,
        "aliases": [alias for alias in aliases if words.get(folded(alias), entry) is entry],
        "definition": "\n".join(definitions),
        "colour": colours[0] if colours else "",
    }


def _colour(written: str) -> str:
    """As `#rrggbb`; '' for what is none."""
    found = _COLOUR.fullmatch(written.strip())
    if not found:
        return _NAMED.get(written.strip().casefold(), "")
    digits = found[1].lower()
    return "#" + (digits if len(digits) == 6 else "".join(2 * digit for digit in digits))
