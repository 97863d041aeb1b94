"""Zips that lie about what is in them: nothing fills the memory, and what is damaged is one of the errors that readers expect."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zipfile

import pytest
from secondcoder.errors import ReadError
from secondcoder.transcripts.documents.word_package import open_word
from secondcoder.transcripts.safe_zip import BROKEN, LARGE, CrowdedZipError, is_bomb, open_zip, unpacked

SIZE, STATED = 80_000_000, 1_000


def lying(name: str) -> bytes:
    """A zip with one part that states to unpack to a thousand bytes and unpacks to eighty million."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(name, b"0" * SIZE)
    return file.getvalue().replace(struct.pack("<I", SIZE), struct.pack("<I", STATED))


@pytest.fixture(scope="module")
def liar() -> bytes:
    return lying("word/document.xml")


def test_what_states_less_than_it_unpacks_to_fills_no_memory(liar: bytes) -> None:
    with open_zip(io.BytesIO(liar)) as package:
        tracemalloc.start()
        with pytest.raises(BROKEN):
            unpacked(package, package.infolist()[0])
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert most < 5_000_000


def test_a_document_that_states_less_than_it_unpacks_to_is_damaged(liar: bytes) -> None:
    tracemalloc.start()
    with pytest.raises(ReadError, match=r"^p01\.docx: the file is cut off or damaged"):
        open_word(liar, "p01.docx")
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 5_000_000


def test_a_sound_part_is_read_whole() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("a", b"word " * 9000)
    with open_zip(file) as package:
        assert unpacked(package, package.getinfo("a")) == b"word " * 9000


def test_a_list_of_entries_without_end_is_not_made() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        for number in range(42_000):
            package.writestr(zipfile.ZipInfo(f"{number:060}"), b"")
    with pytest.raises(CrowdedZipError):
        open_zip(file)


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_damage_is_among_the_errors_that_readers_expect_however_it_is_packed(method: int) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as package:
        package.writestr("a", bytes(range(256)) * 200)
    data = bytearray(file.getvalue())
    data[45:80] = b"\xff" * 35
    with open_zip(io.BytesIO(bytes(data))) as package, pytest.raises(BROKEN):
        unpacked(package, package.getinfo("a"))


def test_what_is_small_or_packed_as_talk_is_no_bomb() -> None:
    assert not is_bomb(LARGE, 1)
    assert not is_bomb(10 * LARGE, LARGE)
    assert is_bomb(LARGE + 1, 0)
