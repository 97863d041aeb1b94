"""Codebooks of the exchange standard REFI-QDA: a codebook (.qdc) both ways, and the codes of a project (.qdpx)."""

from __future__ import annotations

from pathlib import Path

from secondcoder.codebook.model import Codebook
from secondcoder.codebook.yaml_file import dump_codebook
from secondcoder.errors import InputError
from secondcoder.exchange.codebooks.registry import CodebookFile, CodebookFormat
from secondcoder.exchange.refi_qda.codebook_in import read_qdc, read_qdpx_codebook
from secondcoder.exchange.refi_qda.codes_out import write_qdc

SUFFIXES = (".qdc", ".qdpx")


def read(path: Path) -> CodebookFile:
    """The codes of a codebook or a project; CodebookError where it holds none."""
    carried = (read_qdpx_codebook if path.suffix.lower() == ".qdpx" else read_qdc)(path)
    notes = tuple(f"{path.name}: {note}" for note in carried.notes)
    return CodebookFile(carried.book, dump_codebook(carried.book), notes)


def write(book: Codebook, path: Path, _text: str | None) -> None:
    """The codebook as .qdc, whole or not at all; InputError for a project, which `export` writes."""
    if path.suffix.lower() != ".qdc":
        raise InputError(
            f"{path.name}: a codebook is written as .qdc. A whole project: secondcoder export --out {path.name}. Nothing was written."
        )
    write_qdc(book, path)


CODEBOOK_FORMAT = CodebookFormat(
    "refi-qda", SUFFIXES, lambda path: path.suffix.lower() in SUFFIXES, read, write, priority=45
)
