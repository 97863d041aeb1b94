"""Pages: one template and one style sheet for everything that is written to be read in a browser or printed.

A page is sections, a section is blocks; a block that is a plain string is a paragraph. Every page is one file that needs nothing
outside itself; every text is escaped by the template. A page runs nothing unless it is `searchable`: then a few lines of script put a
field above long tables and quotations. `markdown` writes the same sections as Markdown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from html import unescape
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined

MANY_COLUMNS = 10
"""From here on a table is printed in smaller type, so that no column falls off the paper."""
LONG_PAGE = 5
"""Sections from which on a page begins with a list of them."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table.

    Attributes:
        title: shown on pointing.
        empty: it stands for nothing.
        shade: how dark it is, 0 to 1.
        link: the id on this page that its text leads to.
        depth: how far a heading is set in.
        valence: how many promote, are mixed, inhibit: a small bar with the figures below it.
        light: "green", "amber" or "red": a shape before the text.
        below: small lines under it.
    """

    text: str
    title: str = ""
    empty: bool = False
    shade: float = 0.0
    link: str = ""
    depth: int = 0
    valence: tuple[int, int, int] = (0, 0, 0)
    light: str = ""
    below: Sequence[str] = ()


Row = Sequence[str | Cell]


@dataclass(frozen=True)
class Table:
    """A table; the first cell of a row is its heading.

    Attributes:
        words: numbers of the columns that hold words; the others hold figures and stand to the right.
        matrix: its heads are written upwards, so that many columns fit.
        grid: cells of one width, each with several lines, that stay a table on a phone.
    """

    caption: str
    head: Row
    rows: Sequence[Row]
    words: frozenset[int] = frozenset()
    matrix: bool = False
    grid: bool = False
    kind: str = field(default="table", init=False)

    @property
    def wide(self) -> bool:
        """Printed in smaller type."""
        return len(self.head) >= MANY_COLUMNS

    @property
    def cells(self) -> list[list[Cell]]:
        """The rows, each cell as a `Cell`; the head comes first."""
        return [[cell if isinstance(cell, Cell) else Cell(cell) for cell in row] for row in (self.head, *self.rows)]


@dataclass(frozen=True)
class Picture:
    """A figure as `figure.svg` gives it, with its caption."""

    svg: str
    caption: str = ""
    kind: str = field(default="picture", init=False)

    @property
    def title(self) -> str:
        """What the figure is called, as its <title> has it."""
        found = re.search(r"<title[^>]*>(.*?)</title>", self.svg, re.DOTALL)
        return unescape(found[1]) if found else "Figure"


@dataclass(frozen=True)
class Points:
    """A list."""

    points: Sequence[str]
    kind: str = field(default="points", init=False)


@dataclass(frozen=True)
class Facts:
    """Terms, each with what is said of it."""

    facts: Sequence[tuple[str, str]]
    kind: str = field(default="facts", init=False)


@dataclass(frozen=True)
class Heading:
    """A heading within a section, to which links lead by its `anchor`."""

    text: str
    anchor: str = ""
    kind: str = field(default="heading", init=False)


@dataclass(frozen=True)
class Box:
    """Paragraphs, or with `points` a list: a `note` to mind, text to `copy`, `small` print, a `strong` sentence, the `lead`."""

    look: str
    texts: Sequence[str]
    points: bool = False
    kind: str = field(default="box", init=False)


@dataclass(frozen=True)
class Formula:
    """A formula with its name, what it means and where it comes from."""

    name: str
    formula: str
    meaning: str
    reference: str


@dataclass(frozen=True)
class Formulas:
    """A list of formulas."""

    formulas: Sequence[Formula]
    kind: str = field(default="formulas", init=False)


@dataclass(frozen=True)
class Bar:
    """A case as a bar: `share` of it filled (None: no bar), figures beside it, and quotations below (sign, text, place)."""

    name: str
    note: str
    share: float | None
    figures: str
    description: str
    quotations: Sequence[tuple[str, str, str]] = ()


@dataclass(frozen=True)
class Bars:
    """Bars below each other; `key` says what the filled and the other part mean."""

    key: tuple[str, str]
    bars: Sequence[Bar]
    kind: str = field(default="bars", init=False)


@dataclass(frozen=True)
class Passage:
    """A passage with what was suggested on it: `pieces` are (text, is it marked)."""

    title: str
    detail: str
    where: str
    question: str
    pieces: Sequence[tuple[str, bool]]
    below: str
    kind: str = field(default="passage", init=False)


@dataclass(frozen=True, slots=True)
class Quotation:
    """Somebody's words: `sign` stands before them, `where` says who and where, `note` why they are shown."""

    text: str
    where: str
    sign: str = ""
    note: str = ""


@dataclass(frozen=True)
class Quotations:
    """Quotations under a heading that links lead to by `anchor`; those in `more` are folded away (all of them: then the
    heading is what unfolds them), `rest` says what is left out."""

    anchor: str
    title: str
    detail: str
    shown: Sequence[Quotation]
    more: Sequence[Quotation] = ()
    rest: str = ""
    kind: str = field(default="quotations", init=False)


@dataclass(frozen=True)
class Rendered:
    """Markup that a template with autoescape made."""

    markup: str
    kind: str = field(default="rendered", init=False)


Block = str | Table | Picture | Points | Facts | Heading | Box | Formulas | Bars | Passage | Quotations | Rendered


@dataclass(frozen=True)
class Section:
    """A heading and what stands under it; a section without title goes on with the page's beginning. `anchor` is its id."""

    title: str
    blocks: Sequence[Block]
    anchor: str = ""


def page(
    title: str, sections: Sequence[Section], about: str = "", *, searchable: bool = False, spoken: str = "en"
) -> str:
    """One self-contained HTML page; `about` stands small under the title, and `spoken` is the language of what is quoted."""
    shown = [section for section in sections if section.blocks]
    template = _environment().get_template("page.html")
    long = len(shown) > LONG_PAGE
    return (
        template.render(title=title, about=about, sections=shown, contents=long, searchable=searchable, spoken=spoken)
        + "\n"
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("secondcoder.reports"),
        autoescape=True,
        # A misspelt name in a template is an error, not a gap on the page.
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    static = resources.files("secondcoder.reports").joinpath("static")
    environment.globals["style"] = static.joinpath("report.css").read_text(encoding="utf-8")
    environment.globals["script"] = static.joinpath("search.js").read_text(encoding="utf-8")
    environment.filters["pieces"] = _pieces
    return environment


def _pieces(text: str) -> list[str]:
    """A sentence cut at its backticks: every second piece is code."""
    return re.split(r"`([^`]+)`", text)


def markdown(title: str, sections: Sequence[Section], page_name: str) -> str:
    """Sections of paragraphs, points, tables and figures as Markdown; a figure is referred to, in the page `page_name`."""
    lines = [f"# {title}", ""]
    for section in sections:
        lines += [f"## {section.title}", ""]
        for block in section.blocks:
            lines += [*_markdown(block, page_name), ""]
    return "\n".join(lines)


def _markdown(block: Block, page_name: str) -> Iterator[str]:
    match block:
        case str():
            yield block
        case Points():
            yield from (f"- {point}" for point in block.points)
        case Picture():
            yield f"The figure is in [{page_name}]({page_name})."
        case Table():
            head, *rows = block.cells
            rule = [Cell("---")] * len(head)
            yield from (f"| {' | '.join(_in_markdown(cell.text) for cell in row)} |" for row in (head, rule, *rows))
        case _:
            raise TypeError(f"Markdown has no form for a {block.kind}.")


def _in_markdown(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
