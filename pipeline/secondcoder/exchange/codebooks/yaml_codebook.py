"""A codebook as YAML, secondcoder's own form, remarks and all."""

from __future__ import annotations

from pathlib import Path

from secondcoder.codebook.model import Codebook
from secondcoder.codebook.yaml_file import dump_codebook, parse_codebook, text_of
from secondcoder.exchange.codebooks.registry import CodebookFile, CodebookFormat
from secondcoder.reports.whole_file import write_whole

SUFFIXES = (".yml", ".yaml")


def read(path: Path) -> CodebookFile:
    """The codebook with its text; CodebookError with every fault."""
    text = text_of(path)
    return CodebookFile(parse_codebook(text, path.name, of_person=True), text)


def write(book: Codebook, path: Path, text: str | None) -> None:
    """The text as it is, where there is one."""
    write_whole(path, (text or dump_codebook(book)).encode())


CODEBOOK_FORMAT = CodebookFormat(
    "yaml", SUFFIXES, lambda path: path.suffix.lower() in SUFFIXES, read, write, priority=10
)
