"""REFI-QDA projects as a format of coded data; what reads them is loaded when one comes."""

from __future__ import annotations

from pathlib import Path

from secondcoder.codebook.model import Codebook
from secondcoder.exchange.registry import CodedData, CodedFormat, ImportContext

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


CODED_FORMAT = CodedFormat("qdpx", (SUFFIX,), sniff, read, codebook=codebook, priority=20)
