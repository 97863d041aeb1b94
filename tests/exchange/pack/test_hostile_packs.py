"""Packs that were damaged, changed or made to do harm end in one clear error and leave everything as it was."""

from __future__ import annotations

import hashlib
import io
import json
import stat
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from secondcoder.codebook.yaml_file import parse_codebook
from secondcoder.domain.records import Coding, Transcript, Turn
from secondcoder.errors import InputError
from secondcoder.exchange.pack.archive import MANIFEST, read_pack, write_pack
from secondcoder.exchange.pack.pack import OPENED, Pack, State

BOOK = "id: own\ntitle: Ours\ncodes: [{id: A, name: Aa}]\n"
Parts = dict[str, bytes]


@pytest.fixture
def parts(tmp_path: Path) -> Parts:
    """The parts of a sound pack."""
    now = State(OPENED, frozenset(["t1"]), frozenset([Coding("t1", 0, 5, "A", "Ana")]))
    talk = Transcript("t1", "Hello there", (Turn(0, 11),))
    pack = Pack("0" * 64, "0" * 64, "team", "Ana", parse_codebook(BOOK, ""), BOOK, [talk], [], [now])
    write_pack(pack, tmp_path / "sound.secondcoder-pack")
    assert read_pack(tmp_path / "sound.secondcoder-pack") == replace(pack, suggestions=[])
    with zipfile.ZipFile(tmp_path / "sound.secondcoder-pack") as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(parts: Parts, sign: bool = True) -> bytes:
    """The parts as a file, with a manifest that names their hashes."""
    manifest = json.loads(parts[MANIFEST])
    if sign:
        manifest["parts"] = {
            name: hashlib.sha256(parts[name]).hexdigest() for name in manifest["parts"] if name in parts
        }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**parts, MANIFEST: json.dumps(manifest).encode()}.items():
            archive.writestr(name, content)
    return out.getvalue()


def refused(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "odd.secondcoder-pack"
    path.write_bytes(content)
    with pytest.raises(InputError, match=message) as error:
        read_pack(path)
    assert str(error.value).startswith("odd.secondcoder-pack")
    assert str(error.value).endswith("Nothing was changed.")
    assert len(str(error.value)) < 500


def line(parts: Parts, part: str, **changed: Any) -> Parts:
    """The parts with other values in the first line of one."""
    row = json.loads(parts[part].splitlines()[0]) | changed
    return parts | {part: json.dumps(row).encode() + b"\n"}


def manifest(parts: Parts, **changed: Any) -> Parts:
    return parts | {MANIFEST: json.dumps(json.loads(parts[MANIFEST]) | changed).encode()}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda parts: parts | {"../../evil.txt": b"x"}, "evil.txt' in it is no part"),
        (lambda parts: parts | {"/etc/passwd": b"x"}, "is no part of a pack"),
        (lambda parts: parts | {f"part-{number}": b"" for number in range(10_000)}, "is no part of a pack"),
        (lambda parts: {name: parts[name] for name in parts if name != "cases.jsonl"}, "a part is missing"),
        (lambda parts: parts | {"transcripts.jsonl": b" " * 90_000_000}, "unpacks to 90,000,000 bytes"),
        (lambda parts: parts | {"codebook.yml": b"a" * 6_000_000}, "unpacks to 6,000,000 bytes"),
        (lambda parts: parts | {"codings.jsonl": b"[" * 200_000}, "codings.jsonl line 1: it is not valid JSON"),
        (lambda parts: parts | {"codings.jsonl": b"9" * 5_000}, "not valid JSON"),
        (lambda parts: parts | {"codings.jsonl": b"[]\n"}, "no JSON object"),
        (lambda parts: parts | {"codings.jsonl": b"\xff\xfe\n"}, "not valid JSON"),
        (lambda parts: line(parts, "codings.jsonl", start=-5), "lies in no text"),
        (lambda parts: line(parts, "codings.jsonl", start=5, end=2), "lies in no text"),
        (lambda parts: line(parts, "codings.jsonl", end=10**30), "lies in no text"),
        (lambda parts: line(parts, "codings.jsonl", code="X"), "a code that the pack's codebook lacks"),
        (lambda parts: line(parts, "codings.jsonl", origin="mine"), "origin"),
        (lambda parts: line(parts, "codings.jsonl", origin="adjudicated"), "adjudicated"),
        (lambda parts: line(parts, "codings.jsonl", memo="\ud800"), "not valid JSON"),
        (lambda parts: line(parts, "codings.jsonl", packs="all"), "in which packs"),
        (lambda parts: line(parts, "codings.jsonl", transcript="t2"), "that is not in it|in no text"),
        (lambda parts: line(parts, "transcripts.jsonl", turns=[{"start": 5, "end": 99}]), "a turn lies outside"),
        (lambda parts: line(parts, "transcripts.jsonl", case="nowhere"), "its case 'nowhere' is missing"),
        (lambda parts: line(parts, "transcripts.jsonl", id=" t1\u200b"), "not how a name is written"),
        (lambda parts: parts | {"transcripts.jsonl": parts["transcripts.jsonl"] * 2}, "stands twice"),
        (lambda parts: parts | {"codebook.yml": b"id: [*a]"}, "codebook.yml"),
        (lambda parts: parts | {"codebook.yml": BOOK.replace("Aa", "Bb").encode()}, "not the one that it names"),
        (lambda parts: parts | {"codebook.yml": b"\xff"}, "no pack, or damaged"),
        (lambda parts: manifest(parts, form="secondcoder-pack/2"), "a later secondcoder may read it"),
        (lambda parts: manifest(parts, coder="A\nna"), "not how a coder's name is written"),
        (lambda parts: manifest(parts, coder=7), "'coder' is not what a pack says"),
        (lambda parts: manifest(parts, study="x"), "identifies no study"),
        (lambda parts: manifest(parts, packs=[]), "'packs' is not in order"),
        (lambda parts: manifest(parts, packs=[{"head": 1, "transcripts": []}]), "'packs' is not what"),
        (lambda parts: manifest(parts, packs=[{"head": "", "transcripts": []}]), "not those that it names"),
        (
            lambda parts: parts | {MANIFEST: parts[MANIFEST].replace(b'"parts": {', b'"part": {')},
            "is not what was packed",
        ),
        (lambda parts: parts | {MANIFEST: b"{}"}, "form"),
    ],
)
def test_what_is_not_a_pack_is_refused(
    parts: Parts, tmp_path: Path, change: Callable[[Parts], Parts], message: str
) -> None:
    odd = change(parts)
    signed = isinstance(json.loads(odd[MANIFEST]).get("parts"), dict)
    began = time.process_time()
    refused(tmp_path, zipped(odd, signed), message)
    assert time.process_time() - began < 5


def test_a_changed_part_and_changed_bytes_are_found(parts: Parts, tmp_path: Path) -> None:
    refused(
        tmp_path,
        zipped(line(parts, "codings.jsonl", end=4), sign=False),
        "'codings.jsonl' in it is not what was packed",
    )
    sound = (tmp_path / "sound.secondcoder-pack").read_bytes()
    refused(tmp_path, sound[:-30], "no pack, or damaged")
    refused(tmp_path, b"", "no pack, or damaged")
    flipped = bytearray(sound)
    flipped[sound.index(b"codings.jsonl") + 20] ^= 0x55
    refused(tmp_path, bytes(flipped), "no pack, or damaged")


def test_links_encrypted_and_doubled_entries_are_refused(parts: Parts, tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = (stat.S_IFLNK | 0o777) << 16 if name == "cases.jsonl" else 0
            archive.writestr(entry, content)
    refused(tmp_path, out.getvalue(), "'cases.jsonl' in it is a link or encrypted")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("codings.jsonl", b"")
    refused(tmp_path, out.getvalue(), "stands twice")


def test_a_bomb_is_refused_before_it_is_unpacked(parts: Parts, tmp_path: Path) -> None:
    bomb = zipped(parts | {"passes.jsonl": b"\n" * 99_000_000})
    tracemalloc.start()
    refused(tmp_path, bomb, "unpacks to")
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 10_000_000
