"""Help texts, comments and definitions, which are plain sentences, as Markdown."""

from __future__ import annotations

import re
from pathlib import Path

DOCS = Path(__file__).resolve().parents[1]
MARKS = re.compile(r"([\\*_<>\[\]$#|~])")
OPTION = re.compile(r"(?<![\w`-])(--[a-z][a-z-]*)")
PAGE = re.compile(r"docs/([a-z-]+)\.md|(benchmarks/[A-Z_]+|CONTRIBUTING|SECURITY|CHANGELOG)\.md")


def sentence(text: str, above: str = "../") -> str:
    """Plain text in one line: marks of Markdown escaped, options as code, pages of the repository as links.

    Args:
        above: the way from the page that is written to docs/.
    """
    parts = re.split(r"(`[^`]+`)", " ".join(text.split()))
    return "".join(part if part.startswith("`") else _plain(part, above) for part in parts)


def _plain(text: str, above: str) -> str:
    escaped = OPTION.sub(r"`\1`", MARKS.sub(r"\\\1", text))
    return PAGE.sub(lambda found: _link(found, above), escaped)


def _link(found: re.Match[str], above: str) -> str:
    page = f"{found[1]}.md" if found[1] else f"../{found[2]}.md"
    return f"[{found[0]}]({above}{page})" if (DOCS / page).is_file() else found[0]


def definition(term: str, *paragraphs: str) -> str:
    """An entry of a definition list."""
    body = [": " + paragraphs[0], *("  " + paragraph.replace("\n", "\n  ") for paragraph in paragraphs[1:])]
    return term + "\n" + "\n\n".join(body) + "\n"
