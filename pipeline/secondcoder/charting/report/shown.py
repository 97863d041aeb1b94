"""What the sections of the report have in common: asking for a table, or saying why it is not there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from secondcoder.charting.findings import Findings
from secondcoder.charting.notes import LIGHTS
from secondcoder.reports.page import Block, Box, Cell

if TYPE_CHECKING:
    import pandas as pd


def light_set(said: str) -> str:
    """A researcher's light, "" where a cell has none or says that it was not judged yet."""
    return said if said in LIGHTS else ""


def table_of(findings: Findings, name: str) -> pd.DataFrame | None:
    """A table with rows, or None."""
    table = findings.tables.get(name)
    return None if table is None or table.empty else table


def rows_of(table: pd.DataFrame) -> list[Any]:
    """The rows of a table, each with its columns as attributes."""
    return list(table.itertuples(index=False))


def refusal(findings: Findings, name: str, otherwise: str = "") -> Iterator[Block]:
    """Why a table is not there, or is empty."""
    if said := findings.refusals.get(name, otherwise):
        yield Box("note", (said,))


def names_of(findings: Findings) -> dict[str, str]:
    """Code -> its name."""
    return {code: row.name for code, row in findings.codes.items()}


def code_name(code: str, names: dict[str, str]) -> str:
    """'CO Coherence', or the code alone where it has no other name."""
    name = names.get(code, code)
    return code if name in ("", code) else f"{code} {name}"


def code_cell(code: str, findings: Findings, link: str = "", note: str = "") -> Cell:
    """A code as a row's heading, set in by its depth; its definition on pointing."""
    of, below = findings.codes[code], [note] if note else []
    return Cell(code_name(code, {code: of.name}), of.definition, depth=int(of.depth), link=link, below=below)
