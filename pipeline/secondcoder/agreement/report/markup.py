"""Small pieces of HTML: everything that is text goes through `escape`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table: its text, a title shown on pointing, a class, inline style."""

    text: str
    title: str = ""
    kind: str = ""
    style: str = ""

    def html(self, tag: str = "td", extra: str = "") -> str:
        """The cell as an element."""
        title = f' title="{escape(self.title)}"' if self.title else ""
        kind = f' class="{self.kind}"' if self.kind else ""
        style = f' style="{self.style}"' if self.style else ""
        return f"<{tag}{extra}{kind}{title}{style}>{escape(self.text)}</{tag}>"


def table(caption: str, heads: Sequence[str | Cell], rows: Iterable[Sequence[str | Cell]], *, kind: str = "") -> str:
    """A table with a caption; the first cell of each row is its heading, numbers are aligned by the style sheet."""
    head = "".join(_cell(one).html("th", ' scope="col"') for one in heads)
    body = "".join(_row(row) for row in rows)
    named = f' class="{kind}"' if kind else ""
    return (
        f'<div class="wide" tabindex="0" role="region" aria-label="{escape(caption)}"><table{named}>'
        f"<caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _cell(one: str | Cell) -> Cell:
    return one if isinstance(one, Cell) else Cell(one)


def _row(row: Sequence[str | Cell]) -> str:
    first, *others = map(_cell, row)
    return "<tr>" + first.html("th", ' scope="row"') + "".join(one.html() for one in others) + "</tr>"


def paragraphs(texts: Iterable[str]) -> str:
    """Each text as a paragraph."""
    return "".join(f"<p>{escape(text)}</p>" for text in texts)


def items(texts: Iterable[str]) -> str:
    """A list."""
    return "<ul>" + "".join(f"<li>{escape(text)}</li>" for text in texts) + "</ul>"


def section(key: str, heading: str, *parts: str) -> str:
    """A section with a heading; nothing when it holds nothing."""
    body = "".join(parts)
    return f'<section aria-labelledby="{key}"><h2 id="{key}">{escape(heading)}</h2>{body}</section>' if body else ""


def figure(picture: str, caption: str) -> str:
    """A picture with its caption."""
    return f"<figure>{picture}<figcaption>{escape(caption)}</figcaption></figure>"


STYLE = """
:root { color-scheme: light; }
body { font: 16px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; color: #1b1b1b; background: #fff; margin: 0 auto;
  max-width: 68rem; padding: 1.5rem; }
h1 { font-size: 1.7rem; line-height: 1.25; } h2 { font-size: 1.3rem; margin-top: 2.5rem; border-bottom: 2px solid #1f4e79; }
h3 { font-size: 1.05rem; margin-top: 1.6rem; }
p, li, figcaption { max-width: 46rem; }
a { color: #1f4e79; } a:focus, .wide:focus { outline: 3px solid #b34700; }
.skip { position: absolute; left: -999rem; } .skip:focus { position: static; }
.wide { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding: .3rem 0; max-width: 60rem; }
td, tbody th { white-space: nowrap; } td.words, td.none { white-space: normal; }
th, td { padding: .25rem .6rem; border-bottom: 1px solid #d0d0d0; text-align: right; vertical-align: top; }
th[scope=row], thead th:first-child, td.words, thead th.words { text-align: left; } th[scope=row] { font-weight: 500; }
thead th { background: #eef2f6; border-bottom: 2px solid #1f4e79; vertical-align: bottom; }
td.none { color: #555; } td.words { min-width: 8rem; max-width: 26rem; }
tr.total td, tr.total th { font-weight: 600; }
table.matrix { font-size: .75rem; } table.matrix th, table.matrix td { padding: .2rem .35rem; }
figure { margin: 1rem 0; } svg { max-width: 100%; height: auto; } figcaption { font-size: .9rem; }
.note { background: #fdf6e3; border-left: 4px solid #b34700; padding: .3rem 1rem; }
.copy { background: #f4f6f8; padding: .2rem 1rem; }
dt { font-weight: 600; margin-top: .8rem; } dd { margin-left: 0; } .formula { font-family: Cambria, "Times New Roman", serif; }
.small { font-size: .85rem; color: #444; }
@media print { body { max-width: none; font-size: 10pt; padding: 0; } .wide { overflow: visible; } section { break-inside: auto; }
  tr, figure { break-inside: avoid; } }
"""
