"""Zips that unpack to more than they say: of every kind that is read, nothing more is unpacked."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook
from secondcoder.errors import SecondcoderError
from secondcoder.exchange.pack.archive import read_pack
from secondcoder.exchange.refi_qda.read import carried_codebook
from secondcoder.exchange.tables.workbook_rows import sheets_of
from secondcoder.transcripts.documents.odt_package import open_odt
from secondcoder.transcripts.documents.safe_zip import SafeZip
from secondcoder.transcripts.documents.word_package import document_parts, open_word

TOLD, THERE = 5_000, 200 * 2**20
MOST = 30 * 2**20  # bytes at once: what unpacks to THERE needs it and more
BLANKS = b" " * 2**20


def bomb(part: str, beside: dict[str, bytes], told: int = TOLD) -> bytes:
    """A zip whose part holds THERE blanks and says that it holds `told`, with the checksum of so many."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = b"".join(deflate.compress(BLANKS) for _ in range(THERE // len(BLANKS))) + deflate.flush()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, content in beside.items():
            package.writestr(name, content)
        entry = zipfile.ZipInfo(part)
        entry.compress_type = zipfile.ZIP_STORED
        package.writestr(entry, packed)
    data, right = bytearray(out.getvalue()), struct.pack("<III", zlib.crc32(BLANKS[:told]), len(packed), told)
    for signature, method, sums, named in ((b"PK\x03\x04", 8, 14, 30), (b"PK\x01\x02", 10, 16, 46)):
        at = data.rfind(signature)
        assert data[at + named : at + named + len(part)] == part.encode()
        data[at + method : at + method + 2] = struct.pack("<H", zipfile.ZIP_DEFLATED)
        data[at + sums : at + sums + 12] = right
    return bytes(data)


def workbook_parts(without: str) -> dict[str, bytes]:
    out = io.BytesIO()
    Workbook().save(out)
    with zipfile.ZipFile(out) as package:
        return {name: package.read(name) for name in package.namelist() if name != without}


SHEET, STYLES = "xl/worksheets/sheet1.xml", "xl/styles.xml"
PARTS = ("manifest.json", "transcripts.jsonl", "cases.jsonl", "codings.jsonl", "passes.jsonl", "suggestions.jsonl")
BOMBS: dict[str, tuple[bytes, Callable[[Path], object]]] = {
    "Word document": (bomb("word/document.xml", {}), lambda path: open_word(path.read_bytes(), path.name)),
    "Word document that is looked at": (bomb("word/document.xml", {}), lambda path: document_parts(path.read_bytes())),
    "OpenDocument text": (bomb("content.xml", {}), lambda path: open_odt(path.read_bytes(), path.name)),
    "list of OpenDocument": (
        bomb("META-INF/manifest.xml", {"content.xml": b"<x/>"}),
        lambda path: open_odt(path.read_bytes(), path.name),
    ),
    "sheet of a workbook": (bomb(SHEET, workbook_parts(SHEET)), sheets_of),
    "styles of a workbook": (bomb(STYLES, workbook_parts(STYLES)), sheets_of),
    "project": (bomb("project.qde", {}), carried_codebook),
    "pack": (bomb("codebook.yml", dict.fromkeys(PARTS, b"{}")), read_pack),
}


@pytest.mark.parametrize("kind", BOMBS)
def test_no_part_unpacks_to_more_than_it_says(kind: str, tmp_path: Path) -> None:
    data, read = BOMBS[kind]
    path = tmp_path / "bomb"
    path.write_bytes(data)
    tracemalloc.start()
    try:
        read(path)
    except SecondcoderError:
        pass
    finally:
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert most < MOST


@pytest.mark.parametrize("packing", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_packings_without_a_bound_are_refused(packing: int, tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", packing) as package:
        package.writestr("a", BLANKS)
    with SafeZip(path) as package:
        for read in (package.read, package.open):
            with pytest.raises(zipfile.BadZipFile, match="unusual way"):
                read("a")


def test_what_is_honest_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("a", BLANKS)
        package.writestr("b", b"")
    with SafeZip(path) as package:
        assert (package.read("a"), package.read(package.getinfo("b"))) == (BLANKS, b"")
