"""Data frames as tables of text, cell for cell as a file of them would read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from secondcoder.errors import TableError
from secondcoder.exchange.tables.raw_rows import RawRow
from secondcoder.exchange.tables.rows import Row, cell_text, named_rows

if TYPE_CHECKING:
    import pandas as pd

_NOTHING = ("NAType", "NaTType")


def frame_rows(frame: pd.DataFrame, name: str) -> list[Row]:
    """A data frame's rows, each called "row N" from 1; TableError where there are none, or a column stands twice."""
    rows = list(named_rows(Path(name), [*_raw(frame, name)]))
    if not rows:
        raise TableError(name, ["has no rows."])
    return rows


def write_frame(frame: pd.DataFrame, path: Path) -> None:
    """A Parquet file of text with the frame's cells, for whatever reads files.

    Raises:
        TableError: a cell holds what is no text.
    """
    import pyarrow
    import pyarrow.parquet

    head, *rows = _raw(frame, path.stem)
    columns = [pyarrow.array([row.cells[at] for row in rows], pyarrow.string()) for at in range(len(head.cells))]
    table = pyarrow.Table.from_arrays(columns, names=[*head.cells])
    # Not packed: a file that unpacks to many times its size is refused as a bomb.
    pyarrow.parquet.write_table(table, path, compression="none", use_dictionary=False, write_page_checksum=True)


def _raw(frame: pd.DataFrame, name: str) -> Iterator[RawRow]:
    """The header, then each row. An index that has a name counts as a column."""
    if not (hasattr(frame, "itertuples") and hasattr(frame, "columns")):
        what = type(frame).__name__
        raise TableError(name, [f"is of type {what}, and a data frame is needed."])
    levels = [str(level) for level in frame.index.names if level is not None]
    if twice := [level for level in levels if level in map(str, frame.columns)]:
        raise TableError(name, [f"line 1: '{twice[0]}' names a column and the index. Drop one, or name it anew."])
    named = frame.reset_index() if levels else frame
    yield RawRow("line 1", [str(column) for column in named.columns])
    for at, values in enumerate(named.itertuples(index=False, name=None), start=1):
        yield RawRow(f"row {at}", [cell_text(_plain(value), Path(name), f"row {at}") for value in values])


def _plain(value: Any) -> Any:
    if isinstance(value, (set, frozenset, tuple)):
        return sorted(map(str, value))
    if type(value).__name__ in _NOTHING:
        return None
    if getattr(value, "ndim", 0):  # an array of codes, as Parquet gives lists back
        return value.tolist()
    return value.item() if hasattr(value, "item") and not isinstance(value, (str, bytes)) else value
