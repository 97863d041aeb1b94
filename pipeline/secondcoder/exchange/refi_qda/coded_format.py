"""REFI-QDA projects as a format of coded data; what reads and writes them is loaded when it is needed."""

from __future__ import annotations

from pathlib import Path

from secondcoder.codebook.model import Codebook
from secondcoder.exchange.refi_qda.layouts import LAYOUTS
from secondcoder.exchange.registry import NO_PASSES, CodedData, CodedFormat, ImportContext

SUFFIX = ".qdpx"


def sniff(path: Path) -> bool:
    """Is the file a zip with a REFI-QDA project in it?"""
    from secondcoder.exchange.refi_qda.container import is_project

    return is_project(path)


def read(path: Path, context: ImportContext) -> CodedData:
    """The records of a project (`read.read`)."""
    from secondcoder.exchange.refi_qda.read import read as read_records

    return read_records(path, context)


def codebook(path: Path) -> Codebook:
    """The codebook that a project carries."""
    from secondcoder.exchange.refi_qda.read import carried_codebook

    return carried_codebook(path)


def write(data: CodedData, book: Codebook, path: Path) -> None:
    """A project of these records (`write.write_project`)."""
    from secondcoder.exchange.refi_qda.write import write_project

    write_project(data, book, path)


CODED_FORMAT = CodedFormat(
    "qdpx",
    (SUFFIX,),
    sniff,
    read,
    write,
    priority=20,
    codebook=codebook,
    dialects=tuple(LAYOUTS),
    suggestions=True,
    not_held=NO_PASSES,
)
