"""Arrays in a zip, as NumPy keeps them (.npz), read without trust: no pickle, and no more memory than their bytes are."""

from __future__ import annotations

import io
from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt

from secondcoder.domain.arrays import State
from secondcoder.transcripts.safe_zip import SafeZip

MOST_BYTES = 2**31
"""Of all arrays together; those of 60,000 segments and 40 codes take a tenth of it."""
LONGEST_HEADER = 10_000


def read_arrays(content: bytes) -> State:
    """The arrays by name.

    Raises:
        ValueError: no zip of plain arrays, or one that is damaged, or whose header asks for other memory than its bytes.
    """
    try:
        with SafeZip(io.BytesIO(content)) as parts:
            if sum(part.file_size for part in parts.infolist()) > MOST_BYTES:
                raise ValueError("too large")
            return {part.filename.removesuffix(".npy"): read_array(parts.read(part)) for part in parts.infolist()}
    except Exception as error:  # what zipfile, NumPy, and Python's own parser below it make of damage is of many kinds
        raise ValueError(f"no plain arrays ({type(error).__name__})") from None


def read_array(data: bytes) -> npt.NDArray[Any]:
    """One array in NumPy's own format (.npy, its format 1.0 and 2.0); an error of many kinds for what is none."""
    file = io.BytesIO(data)
    read = (
        np.lib.format.read_array_header_1_0
        if np.lib.format.read_magic(file) == (1, 0)
        else np.lib.format.read_array_header_2_0
    )
    shape, by_columns, kind = read(file, max_header_size=LONGEST_HEADER)
    begin = file.tell()
    if kind.hasobject or prod(shape) * kind.itemsize != len(data) - begin:
        raise ValueError("objects, or other bytes than its header says")
    flat = np.frombuffer(data, dtype=kind, offset=begin) if prod(shape) else np.empty(0, dtype=kind)
    # A copy: who reads arrays may write in them.
    return flat.reshape(shape, order="F" if by_columns else "C").copy(order="F" if by_columns else "C")
