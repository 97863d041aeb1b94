"""New codes put into a codebook's YAML as it stands, so that its remarks and its layout stay."""

from __future__ import annotations

import textwrap
from contextlib import suppress
from typing import Any

import yaml

from secondcoder.codebook.model import Code, Codebook
from secondcoder.codebook.yaml_file import dump_codebook, dump_codes, parse_codebook
from secondcoder.errors import CodebookError


def yaml_of(book: Codebook, text: str) -> str:
    """YAML of a codebook: where it only has more codes than the YAML `text`, that text with them; else written anew."""
    with suppress(CodebookError, yaml.YAMLError):
        edited = _with_new_codes(text, book)
        if edited and parse_codebook(edited, "") == book:
            return edited
    return dump_codebook(book)


def _with_new_codes(text: str, book: Codebook) -> str | None:
    """The text with each new code behind the code before it; None where its codes are no list of lines."""
    there = [code.id for code in parse_codebook(text, "").codes]
    whole: Any = yaml.compose(text, yaml.SafeLoader)
    listed = next((value for key, value in whole.value if key.value == "codes"), None)
    if not there or listed is None or listed.flow_style:
        return None
    ends = dict(zip(there, (_end(entry, text) for entry in listed.value), strict=True))
    new: dict[int, list[Code]] = {}
    place = listed.start_mark.index - listed.start_mark.column
    for code in book.codes:
        place = ends.get(code.id, place)
        if code.id not in ends:
            new.setdefault(place, []).append(code)
    # The last place first, so that the others stay true.
    for at in sorted(new, reverse=True):
        entries = textwrap.indent(dump_codes(new[at]), " " * listed.start_mark.column)
        line_end = "" if text[:at].endswith("\n") else "\n"
        text = text[:at] + line_end + entries + text[at:]
    return text


def _end(node: Any, text: str) -> int:
    """Where the last line of an entry ends; remarks below it belong to what follows."""
    while isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        node = last[1] if isinstance(last, tuple) else last
    at = int(node.end_mark.index)
    if text[:at].endswith("\n"):
        return at  # behind a block of text
    line_end = text.find("\n", at)
    return len(text) if line_end < 0 else line_end + 1
