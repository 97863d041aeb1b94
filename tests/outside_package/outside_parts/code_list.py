"""A codebook format, invented: a name a line."""

from __future__ import annotations

from pathlib import Path

from secondcoder.codebook.model import Code, Codebook
from secondcoder.codebook.yaml_file import dump_codebook
from secondcoder.exchange.codebooks.registry import CodebookFile, CodebookFormat
from secondcoder.reports.whole_file import write_whole


def sniff(path: Path) -> bool:
    return path.suffix == ".list"


def read(path: Path) -> CodebookFile:
    names = path.read_text(encoding="utf-8").splitlines()
    book = Codebook(id=path.stem, title=path.stem, codes=tuple(Code(id=name, name=name) for name in names))
    return CodebookFile(book, dump_codebook(book), ("read as a list",))


def write(book: Codebook, path: Path, _text: str | None) -> None:
    write_whole(path, "\n".join(book.ids).encode())


CODEBOOK_FORMAT = CodebookFormat("list", (".list",), sniff, read, write)
