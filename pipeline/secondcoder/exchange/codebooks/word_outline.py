"""A Word document that lists codes without a table, such as MAXQDA's report "Codebook": headings, numbered lines, or an indented list.

The first of these that names codes is read:

- headings: their levels are the tree, and what stands below a heading is its definition; one heading above all others is the title,
  and a heading below a code that says "Examples" or the like is none, but what the lines below it are;
- lines numbered in order (1, 1.1, 1.2, 2 ...): so are their numbers;
- a list, bulleted or numbered by Word: so are its levels; an item is `name` or `name: definition`.

Whatever stands before the first code, as on a cover, is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from secondcoder.domain.names import folded, name
from secondcoder.domain.wording import counted
from secondcoder.errors import InputError
from secondcoder.exchange.codebooks.columns import field_of
from secondcoder.exchange.codebooks.registry import CodebookFile, CodebookFormat
from secondcoder.exchange.codebooks.table import codebook_of_table
from secondcoder.exchange.tables.rows import Row
from secondcoder.transcripts.documents.word_left_out import PARAGRAPH, shown
from secondcoder.transcripts.documents.word_package import W, Word, open_word
from secondcoder.transcripts.documents.word_text import children, paragraph_text
from secondcoder.transcripts.registry import Source

SUFFIXES = (".docx", ".docm")
SAID = ("definition", "includes", "excludes", "examples", "aliases", "source")
LONGEST = 150
"""Characters of a line that may be a code's name."""
NUMBER = re.compile(r"\s*(\d{1,3}(?:\.\d{1,3}){0,8})[.)]?\s+(?=\S)")
LIST = re.compile(r"list (?:bullet|number|paragraph)? ?([2-9])", re.IGNORECASE)
HEADING = re.compile(r"(?:heading|überschrift|titre|título|titolo|kop|rubrik|nagłówek) ?([1-9])", re.IGNORECASE)
DEFINED = re.compile(r"\s*[:–—]\s+|\s+-\s+")


@dataclass(frozen=True)
class Paragraph:
    """A paragraph: its text, and its level as a heading and in a list, from 1; 0 for none."""

    number: int
    text: str
    heading: int
    list_level: int


@dataclass
class Item:
    """A code: where it stands, its level and name, and the lines below it by what they say."""

    place: str
    level: int
    name: str
    lines: dict[str, list[str]] = field(default_factory=dict)
    says: str = "definition"

    def add(self, line: str) -> None:
        """A line below the name."""
        self.lines.setdefault(self.says, []).append(line)


def read(path: Path) -> CodebookFile:
    """The codebook that the document lists; CodebookError where a code cannot be used."""
    return codebook_of_table(path, lambda: _rows(path))


def holds_outline(path: Path) -> bool:
    """Whether the document lists codes so."""
    try:
        return path.suffix.lower() in SUFFIXES and bool(_rows(path)[0])
    except InputError:
        return False


def _rows(path: Path) -> tuple[list[Row], Sequence[str]]:
    word = open_word(Source(path).data, path.name)
    paragraphs = [*_paragraphs(word)]
    for layout, what in LAYOUTS.items():
        if items := layout(paragraphs):
            said = list(dict.fromkeys(says for item in items for says in ("definition", *item.lines)))
            texts = [{says: "\n".join(item.lines.get(says, ())) for says in said} for item in items]
            names = [{"level": str(item.level), "name": item.name} for item in items]
            rows = [Row(item.place, one | two) for item, one, two in zip(items, names, texts, strict=True)]
            return rows, [f"{counted(len(items), 'code')} found by {what}."]
    return [], ()


def _paragraphs(word: Word) -> Iterator[Paragraph]:
    styles = {style.get(f"{W}styleId", ""): style for root in word.styles for style in root.iter(f"{W}style")}
    body, _ = shown(word)
    for number, element in enumerate(children(body, PARAGRAPH), start=1):
        text = paragraph_text(element).strip()
        if text:
            levels = [_level(element, styles, which) for which in (_heading_level, _list_level)]
            yield Paragraph(number, text, *levels)


def _level(element: Any, styles: Mapping[str, Any], own: Callable[[Any], int]) -> int:
    """A paragraph's level, of its own or by its style or the styles that this is based on."""
    seen: set[str] = set()
    while element is not None:
        if level := own(element):
            return level
        link = element.find(f"{W}pPr/{W}pStyle")
        based = element.find(f"{W}basedOn") if link is None else link
        style = based.get(f"{W}val", "") if based is not None else ""
        element = None if style in seen else styles.get(style)
        seen.add(style)
    return 0


def _heading_level(element: Any) -> int:
    called = element.find(f"{W}name")
    found = HEADING.fullmatch(called.get(f"{W}val", "")) if called is not None else None
    outline = _figure(element, f"{W}pPr/{W}outlineLvl")
    return int(found[1]) if found else outline + 1 if outline is not None and outline < 9 else 0


def _list_level(element: Any) -> int:
    numbered, level = (_figure(element, f"{W}pPr/{W}numPr/{W}{tag}") for tag in ("numId", "ilvl"))
    called = element.find(f"{W}name")
    deeper = LIST.fullmatch(called.get(f"{W}val", "")) if called is not None else None
    if deeper:
        return int(deeper[1])  # Word's own styles are a list of their own for each level
    return (level or 0) + 1 if numbered else 0  # a number 0 takes a paragraph out of its list


def _figure(element: Any, path: str) -> int | None:
    found = element.find(path)
    written = found.get(f"{W}val", "") if found is not None else ""
    return int(written) if written.isdecimal() and len(written) < 10 else None


def _by_headings(paragraphs: Sequence[Paragraph]) -> list[Item]:
    items: list[Item] = []
    for each in paragraphs:
        says = field_of(each.text) if items and each.heading > items[-1].level else None
        if says in SAID:
            items[-1].says = str(says)
        elif each.heading:
            items.append(Item(f"paragraph {each.number}", each.heading, name(each.text)))
        elif items:
            items[-1].add(each.text)
    if len(items) > 1 and items[0].level < min(item.level for item in items[1:]) and not items[0].lines:
        items = items[1:]  # the one heading above all others is the title
    return _unnumbered(items) if len(items) > 1 else []


def _unnumbered(items: list[Item]) -> list[Item]:
    """Without the numbers that stand before all names."""
    if all(NUMBER.match(item.name) for item in items):
        for item in items:
            item.name = NUMBER.sub("", item.name, count=1)
    return items


def _by_numbers(paragraphs: Sequence[Paragraph]) -> list[Item]:
    items: list[Item] = []
    last: tuple[int, ...] = ()
    for each in paragraphs:
        found = NUMBER.match(each.text)
        number = tuple(map(int, found[1].split("."))) if found else ()
        if found and len(each.text) <= LONGEST and _follows(number, last):
            items.append(Item(f"paragraph {each.number}", len(number), name(each.text[found.end() :])))
            last = number
        elif items:
            items[-1].add(each.text)
    return items if len(items) > 1 else []


def _follows(number: tuple[int, ...], last: tuple[int, ...]) -> bool:
    """1.2 and 1.1.1 follow 1.1, and so does 2: anything else is a figure in a definition."""
    return number in {(*last, 1), *((*last[:at], last[at] + 1) for at in range(len(last)))}


def _by_list(paragraphs: Sequence[Paragraph]) -> list[Item]:
    items: list[Item] = []
    for each in paragraphs:
        if each.list_level:
            head, defined = _defined(each.text)
            items.append(Item(f"paragraph {each.number}", each.list_level, name(head)))
            if defined:
                items[-1].add(defined)
        elif items:
            items[-1].add(each.text)
    short = all(len(item.name) <= LONGEST for item in items)
    twice = len({(item.level, folded(item.name)) for item in items}) < len(items) / 2
    return items if len(items) > 1 and short and not twice else []


def _defined(text: str) -> tuple[str, str]:
    """`Time: there is too little of it` is a name and its definition."""
    found = DEFINED.search(text)
    return (text[: found.start()], text[found.end() :]) if found else (text, "")


LAYOUTS: Mapping[Callable[[Sequence[Paragraph]], list[Item]], str] = {
    _by_headings: "headings",
    _by_numbers: "the numbers before their names",
    _by_list: "the levels of a list",
}
CODEBOOK_FORMAT = CodebookFormat("word-outline", SUFFIXES, holds_outline, read, priority=40)
