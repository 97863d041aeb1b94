"""REFI-QDA projects (.qdpx) as a format of coded data."""

from __future__ import annotations

from pathlib import Path

from secondcoder.errors import InputError
from secondcoder.exchange.refi_qda.layouts import LAYOUTS
from secondcoder.exchange.refi_qda.project_in import is_project
from secondcoder.exchange.refi_qda.write import write_project
from secondcoder.exchange.registry import CodedData, CodedFormat, ImportContext

NOT_HELD = "A project has no place for what was read without a code: export the coded table too, to keep that."


def read(path: Path, context: ImportContext) -> CodedData:
    """Refused: projects are only written."""
    raise InputError(f"{path.name}: projects are not read.")


CODED_FORMAT = CodedFormat(
    "qdpx",
    (".qdpx",),
    is_project,
    read,
    write_project,
    dialects=tuple(LAYOUTS),
    suggestions=True,
    not_held=NOT_HELD,
)
