"""A card's parts as Markdown and as one HTML page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

Row = Sequence[str]


@dataclass(frozen=True)
class Part:
    """A heading and what stands under it: paragraphs, points, then a figure, then a table whose first row is its head."""

    title: str
    paragraphs: Sequence[str] = ()
    points: Sequence[str] = ()
    figure: str = ""
    table: Sequence[Row] = ()


def markdown(title: str, parts: Sequence[Part], beside: str) -> str:
    """The parts as Markdown; a figure is referred to, in the page `beside` it."""
    lines = [f"# {title}", ""]
    for part in parts:
        lines += [f"## {part.title}", ""]
        for paragraph in part.paragraphs:
            lines += [paragraph, ""]
        if part.points:
            lines += [*(f"- {point}" for point in part.points), ""]
        if part.figure:
            lines += [f"The figure is in [{beside}]({beside}).", ""]
        if part.table:
            head, *rows = part.table
            rule = ["---"] * len(head)
            lines += [f"| {' | '.join(_cell(cell) for cell in row)} |" for row in (head, rule, *rows)] + [""]
    return "\n".join(lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def page(title: str, parts: Sequence[Part]) -> str:
    """The parts as one HTML page that needs nothing outside itself."""
    body = "\n".join(_section(part) for part in parts)
    return (
        "<!doctype html>\n<html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>"
        f"<title>{escape(title)}</title><style>{STYLE}</style>\n<h1>{escape(title)}</h1>\n{body}\n</html>\n"
    )


def _section(part: Part) -> str:
    pieces = [f"<h2>{escape(part.title)}</h2>", *(f"<p>{escape(text)}</p>" for text in part.paragraphs)]
    if part.points:
        pieces.append("<ul>" + "".join(f"<li>{escape(point)}</li>" for point in part.points) + "</ul>")
    if part.figure:
        pieces.append(f"<figure>{part.figure}</figure>")
    if part.table:
        head, *rows = part.table
        above = "".join(f"<th scope=col>{escape(cell)}</th>" for cell in head)
        below = "\n".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
        pieces.append(f"<div class=wide><table><thead><tr>{above}</tr></thead>\n<tbody>{below}</tbody></table></div>")
    return "\n".join(pieces)


STYLE = """
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1d2430;background:#fdfcf9}
h1{font-size:1.6rem}h2{font-size:1.15rem;margin-top:2.2rem}figure{margin:1rem 0}svg{max-width:26rem;height:auto}
.wide{overflow-x:auto}table{border-collapse:collapse;font-size:.9rem}th,td{padding:.25rem .8rem .25rem 0;text-align:left;
border-bottom:1px solid #ddd;vertical-align:top}th{font-weight:600}
"""
