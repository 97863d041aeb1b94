"""What documents are made of, whatever their format: paragraphs, and tables whose cells hold paragraphs and tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

Cells = Sequence[str | None]
"""A row: the text of each column; None where a cell to the left reaches into the column."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, with what it begins with in bold, italics or underlined."""

    text: str
    emphasis: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table: what it holds, and how many columns it takes."""

    blocks: Sequence[Paragraph | Table]
    columns: int = 1

    def texts(self) -> Iterator[str]:
        """The text of each paragraph, those of tables within it included."""
        for block in self.blocks:
            if isinstance(block, Paragraph):
                yield block.text
            else:
                yield from (text for row in block.rows for cell in row for text in cell.texts())


@dataclass(frozen=True, slots=True)
class Table:
    """A table: the cells of each row."""

    rows: Sequence[Sequence[Cell]]

    @property
    def width(self) -> int:
        """How many columns the widest row has."""
        return max((sum(cell.columns for cell in row) for row in self.rows), default=0)

    def columns(self) -> list[Cells]:
        """The text of each column of each row, all rows as wide as the widest."""
        rows: list[list[str | None]] = [
            [text for cell in row for text in ("\n".join(cell.texts()), *[None] * (cell.columns - 1))]
            for row in self.rows
        ]
        width = max(map(len, rows), default=0)
        return [row + [None] * (width - len(row)) for row in rows]
