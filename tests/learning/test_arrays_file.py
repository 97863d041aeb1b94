"""Arrays that were made to do harm: no memory for what a header says, nothing run, and one kind of error."""

from __future__ import annotations

import io
import pickle
import tracemalloc
import zipfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from secondcoder.learning.arrays_file import read_arrays

KINDS = npst.integer_dtypes() | npst.floating_dtypes() | npst.boolean_dtypes() | npst.unicode_string_dtypes(max_len=4)


def packed(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(f"{name}.npy", content)
    return out.getvalue()


def headed(header: str, data: bytes = b"") -> bytes:
    """An array of this header, in NumPy's format 1.0."""
    written = header.encode() + b"\n"
    return b"\x93NUMPY\x01\x00" + len(written).to_bytes(2, "little") + written + data


@given(
    arrays=st.dictionaries(
        st.sampled_from("abc"), npst.arrays(KINDS, npst.array_shapes(min_dims=0, min_side=0, max_side=4)), max_size=3
    ),
    squeezed=st.booleans(),
)
def test_what_numpy_wrote_is_read_the_same(arrays: dict[str, np.ndarray], squeezed: bool) -> None:
    out = io.BytesIO()
    (np.savez_compressed if squeezed else np.savez)(out, **arrays)
    read = read_arrays(out.getvalue())
    assert read.keys() == arrays.keys()
    for name, array in arrays.items():
        assert (read[name].dtype, read[name].shape) == (array.dtype, array.shape)
        np.testing.assert_array_equal(read[name], array)
        assert read[name].flags.writeable


def test_an_array_by_columns_keeps_its_order() -> None:
    out = io.BytesIO()
    np.savez(out, a=np.asfortranarray(np.arange(6).reshape(2, 3)))
    assert read_arrays(out.getvalue())["a"].tolist() == [[0, 1, 2], [3, 4, 5]]


GOOD = headed("{'descr': '<f8', 'fortran_order': False, 'shape': (1,), }", bytes(8))
HOSTILE = {
    "two tebibytes": packed(a=headed("{'descr': '<f8', 'fortran_order': False, 'shape': (274877906944,), }")),
    "numbers that overflow": packed(
        a=headed("{'descr': '<f8', 'fortran_order': False, 'shape': (4294967296, 4294967296, 4294967296), }")
    ),
    "a negative size": packed(a=headed("{'descr': '<f8', 'fortran_order': False, 'shape': (-1,), }", bytes(8))),
    "a size that is no number": packed(a=headed("{'descr': '<f8', 'fortran_order': False, 'shape': ('a',), }")),
    "more bytes than its size": packed(a=GOOD + b"x"),
    "fewer bytes than its size": packed(a=GOOD[:-1]),
    "a pickle": packed(a=headed("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", pickle.dumps([1]))),
    "a header that is code": packed(a=headed("__import__('os').system('true')")),
    "a header of brackets": packed(a=headed("(" * 9000)),
    "a header that is no text": packed(a=b"\x93NUMPY\x01\x00\x04\x00\xff\xfe\xff\n"),
    "a kind that is none": packed(a=headed("{'descr': 'zz9', 'fortran_order': False, 'shape': (1,), }", bytes(8))),
    "another version": packed(a=b"\x93NUMPY\x09" + GOOD[7:]),
    "no array": packed(a=b"hello"),
    "no zip": b"hello",
    "cut off": packed(a=GOOD)[:-20],
    "damaged": packed(a=GOOD).replace(b"a.npy", b"b.npy", 1),
    "nothing": b"",
}


@pytest.mark.parametrize("what", HOSTILE)
def test_what_is_no_plain_array_is_one_kind_of_error_and_takes_no_memory(what: str) -> None:
    tracemalloc.start()
    with pytest.raises(ValueError, match="no plain arrays"):
        read_arrays(HOSTILE[what])
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()


def test_any_changed_byte_is_refused_or_seen_by_the_checksum() -> None:
    sound = packed(a=GOOD)
    for at in range(len(sound)):
        damaged = bytearray(sound)
        damaged[at] ^= 0x41
        try:
            assert read_arrays(bytes(damaged)).keys() <= {"a", *(read_arrays(bytes(damaged)))}
        except ValueError:
            continue
