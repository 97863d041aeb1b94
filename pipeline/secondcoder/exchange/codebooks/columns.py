"""What the columns of a codebook table are, by the wordings that people use."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from secondcoder.domain.wording import listed

_WORDINGS = {
    "parent": "parent, parent code, parent name, parent id, belongs to, under, higher level code, broader code, super code",
    "group": "theme, themes, category, categories, domain, construct, dimension, topic, group, cluster, main code, main category, "
    "main theme, overarching theme, parent theme, parent category",
    "code": "code, codes, node, nodes, tag",
    "name": "name, code name, full name, long name, label, code label, title, code title, node name",
    "sub": "subcode, subcodes, sub code, sub codes, subtheme, sub theme, sub themes, subcategory, sub category, sub categories, "
    "sub construct, subconstruct, child, child code, second level code",
    "short": "id, code id, short name, short label, short code, short form, short, abbreviation, abbr, acronym, key",
    "level": "level, code level, hierarchy level, depth, tier",
    "definition": "definition, definitions, description, descriptions, meaning, explanation, what it means, brief definition, "
    "short definition, full definition, long definition, detailed definition, working definition, operational definition, code "
    "definition, code description, definition description, details, memo, code memo",
    "includes": "includes, include, included, inclusion, inclusions, inclusion criteria, inclusion rules, when to use, use when, "
    "when used, use for, apply when, applies when, counts, what counts",
    "excludes": "excludes, exclude, excluded, exclusion, exclusions, exclusion criteria, exclusion rules, when not to use, do not "
    "use, do not use when, do not use for, not to use, does not count, what does not count",
    "examples": "examples, example, quote, quotes, quotation, quotations, example quote, example quotes, example quotation, "
    "example quotations, typical example, typical examples, typical quote, typical quotes, typical exemplars, exemplar, exemplars, "
    "anchor example, anchor examples, "
    "sample quote, sample quotes, illustrative quote, illustrative quotes, data example, data examples, example from data, examples "
    "from data, example from the data, examples from the data",
    "aliases": "aliases, alias, synonyms, also called, other names, also known as",
    "prototypes": "prototypes",
    "source": "source, sources, reference, literature",
    "colour": "colour, color, code colour, code color",
    "guid": "guid, uuid",
    "family": "family, kind, code type, type of code",
}
FIELD_OF = {word: name for name, words in _WORDINGS.items() for word in words.split(", ")}
NAMING = ("group", "code", "name", "sub", "short")
"""Fields of which one at least says what the codes are called."""
_ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]")


def field_of(title: str) -> str | None:
    """The field that a column's title names; what stands in brackets, hyphens and punctuation aside."""
    bare = re.sub(r"[\W_]+", " ", _ASIDE.sub(" ", title).replace("&", " ").casefold())
    return FIELD_OF.get(" ".join(bare.split()))


def is_header(titles: Iterable[str]) -> bool:
    """A row of column titles of a codebook: one that names codes, and another field or nothing but names."""
    titles = [title for title in titles if title.strip()]
    fields = [name for title in titles if (name := field_of(title))]
    names = [name for name in fields if name in NAMING]
    return bool(names) and (len(fields) > 1 or len(titles) == 1)


@dataclass(frozen=True)
class Columns:
    """Which columns of a table hold what.

    Attributes:
        levels: names from the highest level to the lowest, of which the last that a row fills is the row's own code.
        id, parent, level: a column each, None for none.
        texts: field -> its columns, in the table's order.
        unknown: columns that are kept out.
    """

    levels: tuple[str, ...]
    id: str | None = None
    parent: str | None = None
    level: str | None = None
    texts: Mapping[str, Sequence[str]] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()

    def described(self) -> str:
        """`name from 'theme' and 'code', definition from 'meaning'`: which column was taken for what."""
        single = {"id": self.id, "parent": self.parent, "level": self.level}
        parts = (
            {"name": self.levels} | {name: (column,) for name, column in single.items() if column} | dict(self.texts)
        )
        told = {name: [column for column in columns if column != name] for name, columns in parts.items()}
        return ", ".join(f"{name} from {quoted(columns)}" for name, columns in told.items() if columns)


def quoted(words: Iterable[str]) -> str:
    """`'a', 'b' and 'c'`."""
    return listed([f"'{word}'" for word in words])


def find_columns(titles: Iterable[str]) -> Columns:
    """The columns of a table by their titles; without `levels` where none names codes."""
    found: dict[str, list[str]] = {}
    unknown: list[str] = []
    for title in filter(None, titles):
        name = field_of(title)
        if name is None:
            unknown.append(title)
        else:
            found.setdefault(name, []).append(title)
    levels, identifier = _naming(found)
    used = {*levels, identifier}
    single = {name: found.pop(name, []) for name in ("parent", "level")}
    naming = [title for name in NAMING for title in found.pop(name, [])]
    unknown += [title for title in [*naming, *single["parent"][1:], *single["level"][1:]] if title not in used]
    parent, level = (next(iter(single[name]), None) for name in ("parent", "level"))
    return Columns(levels, identifier, parent, level, found, tuple(unknown))


def _naming(found: Mapping[str, Sequence[str]]) -> tuple[tuple[str, ...], str | None]:
    """The columns of names from the highest level down, and that of ids: `code` is one beside a name, else the name itself."""
    group, code, name, sub, short = (next(iter(found.get(each, [])), None) for each in NAMING)
    identifier = short if name or code or group else None
    if name and code and not sub:
        identifier, code = (code if short is None else short), None
    own = name or code or (short if not group else None)
    return tuple(column for column in (group, own, sub) if column), identifier if identifier != own else None
