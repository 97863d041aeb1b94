"""Rows of a Parquet file: nothing is unpacked that would not fit, and a damaged page is seen by its checksum."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from secondcoder.errors import TableError
from secondcoder.exchange.tables.raw_rows import MOST_CELLS, refuse_bomb

if TYPE_CHECKING:
    import pyarrow


def parquet_records(path: Path) -> tuple[list[str], Iterator[tuple[Any, ...]]]:
    """The column names, and the values of each row.

    Checksums are those that the writer put there (`PageHeader.crc` of the Parquet format); secondcoder's own files have them.

    Raises:
        TableError: not a Parquet file, cut off, damaged, or one that unpacks to too much.
    """
    import pyarrow

    try:
        table = _read(path)
        return list(map(str, table.column_names)), zip(*(column.to_pylist() for column in table.columns), strict=True)
    except PermissionError as error:
        raise TableError(path.name, [f"cannot be read ({error.strerror})."]) from None
    except (pyarrow.ArrowException, OSError, ValueError, MemoryError) as error:
        why = "a text in it is not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error).splitlines()[0]
        raise TableError(path.name, [f"is not a Parquet file, or is cut off or damaged ({why})."]) from None


def _read(path: Path) -> pyarrow.Table:
    import pyarrow.parquet

    with pyarrow.parquet.ParquetFile(path) as file:
        described = file.metadata
        texts = [
            column.path
            for column in map(file.schema.column, range(described.num_columns))
            if column.physical_type == "BYTE_ARRAY"
        ]
        groups = map(described.row_group, range(described.num_row_groups))
        unpacked = sum(group.total_byte_size for group in groups)
    refuse_bomb(unpacked, path.stat().st_size)
    if described.num_rows * described.num_columns > MOST_CELLS:
        raise ValueError(f"it says that it has more than {MOST_CELLS:,} cells")
    # As dictionaries, a text that stands in a million cells is there once, until its size there is known.
    with pyarrow.parquet.ParquetFile(path, read_dictionary=texts, page_checksum_verification=True) as file:
        table = file.read()
    refuse_bomb(sum(_size(chunk) for column in table.columns for chunk in column.chunks), path.stat().st_size)
    table.validate(full=True)
    return table


def _size(values: pyarrow.Array) -> int:
    """Bytes of the values, each as often as it stands there."""
    import pyarrow
    import pyarrow.compute

    if isinstance(values, pyarrow.DictionaryArray):
        lengths = pyarrow.compute.binary_length(values.dictionary)
        return pyarrow.compute.sum(lengths.take(values.indices).cast("int64")).as_py() or 0
    if isinstance(values, pyarrow.ListArray | pyarrow.LargeListArray):
        return _size(values.flatten())
    return int(values.nbytes)
