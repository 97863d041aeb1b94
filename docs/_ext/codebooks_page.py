"""The reference of the codebooks that ship: every code with its definition, what belongs to it and what does not."""

from __future__ import annotations

from collections.abc import Iterator

from markdown_text import definition, sentence
from secondcoder.codebook.model import Code, Codebook
from secondcoder.codebook.yaml_file import SHIPPED, load_codebook


def codebooks_page() -> str:
    """Markdown: a section a codebook, its codes by families."""
    return "\n".join(line for name in SHIPPED for line in _codebook(name, load_codebook(name)))


def _codebook(name: str, book: Codebook) -> Iterator[str]:
    yield f"\n## `{name}`\n"
    yield f"**{sentence(book.title)}.** Version {book.version}, {len(book.codes)} codes.\n"
    yield from (
        sentence(text) + "\n" for text in (book.description, f"Source: {book.source}" if book.source else "") if text
    )
    families = {family.id: family for family in book.families}
    for family in dict.fromkeys(code.family for code in book.codes):
        if family in families:
            yield f"\n### {sentence(families[family].name)} (`{name}`)\n"
            yield sentence(families[family].description) + "\n"
        yield from (_code(code) for code in book.codes if code.family == family)


def _code(code: Code) -> str:
    below = f", below `{code.parent}`" if code.parent else ""
    parts = [sentence(code.definition)]
    parts += [f"*Counts:* {'; '.join(map(sentence, code.includes))}."] if code.includes else []
    others = [_excluded(each.text, each.see) for each in code.excludes]
    parts += [f"*Does not count:* {'; '.join(others)}."] if others else []
    return definition(f"`{code.id}` {sentence(code.name)}{below}", *parts)


def _excluded(text: str, see: tuple[str, ...]) -> str:
    return sentence(text) + (f" (see {', '.join(f'`{code}`' for code in see)})" if see else "")
