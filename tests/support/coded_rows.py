"""A coded table of one row or a few, read as the import reads it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from secondcoder.codebook.yaml_file import load_codebook
from secondcoder.domain.records import Transcript, Turn
from secondcoder.errors import TableError
from secondcoder.exchange.registry import CodedData, ImportContext
from secondcoder.exchange.tables import coded_table

from support.study_checks import write_csv

BOOK = load_codebook("npt-core")
ROW = {"transcript": "t1", "order": 1, "speaker": "GP", "text": "Right.", "codes": "", "coder": "maria"}
TEXT = "I: Why?\nGP: Because e\u0301 is 👩\u200d⚕️ here."
SPOKEN = Transcript("t1", TEXT, (Turn(3, 7, "I"), Turn(12, len(TEXT), "GP")))


def rows(*changes: Mapping[str, object]) -> list[dict[str, object]]:
    return [{**ROW, "order": number, **change} for number, change in enumerate(changes, start=1)]


def read(
    folder: Path,
    table: Sequence[Mapping[str, object]],
    *known: Transcript,
    coder: str | None = None,
    interviewer: Sequence[str] = (),
    roles: Sequence[str] = ("interviewer",),
) -> CodedData:
    context = ImportContext(
        BOOK, {one.id: one for one in known}, coder, interviewer=interviewer, interviewer_roles=roles
    )
    return coded_table.read(write_csv(folder / "codes.csv", table), context)


def refusal(folder: Path, table: Sequence[Mapping[str, object]], *known: Transcript, coder: str | None = None) -> str:
    with pytest.raises(TableError) as caught:
        read(folder, table, *known, coder=coder)
    return str(caught.value)
