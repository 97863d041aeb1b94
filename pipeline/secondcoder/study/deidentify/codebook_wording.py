"""Names in the wording of codebooks, as in the examples that quote an interview: the present one's, and those of before."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from secondcoder.codebook.model import Codebook, codebook_from
from secondcoder.codebook.yaml_file import dump_codebook, parse_codebook
from secondcoder.errors import CodebookError

WORDED = frozenset(
    {
        "title",
        "description",
        "source",
        "definition",
        "includes",
        "examples",
        "prototypes",
        "text",
    }  # `text`: what does not count
)
"""What people write in sentences; ids and names of codes stay."""


def sentences_of(codebooks: Mapping[str, str]) -> Iterator[str]:
    """Every sentence or quote of the codebooks, each once."""
    said: dict[str, None] = {}
    for text in codebooks.values():
        _walk(
            parse_codebook(text, "codebook").model_dump(mode="json"),
            "",
            lambda sentence: said.setdefault(sentence) or sentence,
        )
    yield from said


def reworded(book: Codebook, string: Callable[[str], str]) -> Codebook:
    """The codebook with every sentence as it becomes."""
    return codebook_from(_walk(book.model_dump(mode="json"), "", string), "The codebook cannot be reworded so.")


def all_reworded(codebooks: Mapping[str, str], string: Callable[[str], str]) -> dict[str, tuple[str, str]]:
    """Hash of each codebook that is another now -> its hash and YAML.

    One that would be the same as another of the study stays as it is: they are told apart by their hashes.
    """
    taken, found = set(codebooks), dict[str, tuple[str, str]]()
    for before, text in codebooks.items():
        book = reworded(parse_codebook(text, "codebook"), string)
        if book.hash != before and book.hash not in taken:
            taken.add(book.hash)
            found[before] = (book.hash, dump_codebook(book))
    return found


def file_reworded(text: str, book: Codebook, string: Callable[[str], str]) -> str:
    """The codebook's file with its remarks, where they can be kept."""
    for before in sentences_of({"": text}):
        text = text.replace(before, string(before))
    try:
        kept = parse_codebook(text, "codebook") == book
    except CodebookError:
        kept = False
    return text if kept else dump_codebook(book)


def _walk(value: Any, key: str, string: Callable[[str], str]) -> Any:
    if isinstance(value, dict):
        return {name: _walk(each, name, string) for name, each in value.items()}
    if isinstance(value, list):
        return [_walk(each, key, string) for each in value]
    return string(value) if isinstance(value, str) and key in WORDED else value
