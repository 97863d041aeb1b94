"""What a codebook says of a code, in one text, as other programs show it; and read from such a text again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from secondcoder.codebook.model import Code

HEADS = {"includes": "Includes:", "excludes": "Excludes:", "examples": "Examples:"}


@dataclass(frozen=True)
class CodeWords:
    """The definition, and lists of what is meant, what is not, and examples, a line of text each."""

    definition: str = ""
    includes: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()


def words_of(code: Code) -> CodeWords:
    """What the codebook says of a code."""
    return CodeWords(code.definition, code.includes, tuple(each.line for each in code.excludes), code.examples)


def description(words: CodeWords) -> str:
    """One text: the definition, then each list under its head."""
    lists = ((head, getattr(words, name)) for name, head in HEADS.items())
    return "\n\n".join(filter(None, (words.definition, *_sections(lists))))


def _sections(lists: Iterator[tuple[str, tuple[str, ...]]]) -> Iterator[str]:
    for head, items in lists:
        if items:
            # A second line of an item is set in, so that it is not taken for an item.
            yield "\n".join((head, *(f"- {item.replace(chr(10), chr(10) + '  ')}" for item in items)))


def read_description(text: str) -> CodeWords:
    """The words of such a text; one of another program is a definition as a whole, or up to such lists."""
    parts = text.split("\n\n")
    lists: dict[str, tuple[str, ...]] = {}
    names = {head: name for name, head in HEADS.items()}
    while parts:
        head, _, items = parts[-1].partition("\n- ")
        if head not in names or names[head] in lists or not items:
            break
        lists[names[head]] = tuple(item.replace("\n  ", "\n") for item in items.split("\n- "))
        parts.pop()
    return CodeWords("\n\n".join(parts), **lists)
