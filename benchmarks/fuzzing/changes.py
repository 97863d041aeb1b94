"""How an input is altered: bytes and words of anything, and the parts of zips, JSON, and SQLite files as such.

All is drawn from the generator that is given, so that an input can be made again from its number.
"""

from __future__ import annotations

import hashlib
import io
import json
import sqlite3
import zipfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from copy import deepcopy
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

Change = Callable[[bytes, Random], bytes]

NUMBERS = (
    "0",
    "-1",
    "1",
    "255",
    "65536",
    "2147483648",
    "-2147483649",
    "9" * 19,
    "9" * 400,
    "9" * 5000,
    "1e999",
    "-0.0",
    "NaN",
    "1_0",
    "٣",
    "",
)
SIGNS = (
    "\x00", "\x07", "\x1b[2J", "\ufeff", "\u200b", "\u202e", "\u2028", "\x85", "\x0c", "\r", "\n\n", "\t", "\ufffe", "\U0010ffff", "é",
    "e\u0301", "😀", "👨\u200d👩\u200d👧", "\xa0", "\u3000", "'", '"', "`", "|", ";", ",", ":", "-->", "<", ">", "&amp;", "&#0;",
    "&#xD800;", "]]>", "{", "}", "[", "]", "\\", "\\u", "%", "#", "!!", "&a", "*a", "<<", "=", "@", "../", "C:\\", "$(x)",
)  # fmt: skip
BYTES = (
    b"\x00",
    b"\xff",
    b"\xfe\xff",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\x80",
    b"\xc3",
    b"\xed\xa0\x80",
    b"\xf4\x90\x80\x80",
)
VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2**63, -(2**63), 10**40, 0.5, -1.5, 1e308, float("nan"), float("inf"), "", " ", "x", "\x00", "\ud800",
    "é", "9" * 50, "1e5", "../x", "a\nb", [], {}, [[]], [None], [1, 2], {"": 1}, {"a": None}, [[[[[]]]]], ["a", "b"],
)  # fmt: skip
LONGEST, LONG = 4_000, 60_000
"""Bytes of an input, and of one in twenty, unless its seed is longer."""


def _longest(seed: bytes, rng: Random) -> int:
    return max(LONG if rng.random() < 0.05 else LONGEST, len(seed))


def altered_bytes(data: bytes, rng: Random) -> bytes:
    """Bytes turned, put in, taken away, doubled, moved, or cut off."""
    out = bytearray(data)
    for _ in range(rng.choice((1, 1, 1, 2, 4, 12))):
        at = rng.randrange(len(out) + 1)
        size = min(rng.choice((1, 1, 2, 4, 16, 100, 1000)), len(out) - at)
        way = rng.randrange(9)
        if way == 0 and out:
            out[at % len(out)] ^= 1 << rng.randrange(8)
        elif way == 1 and out:
            out[at % len(out)] = rng.randrange(256)
        elif way == 2:
            out[at:at] = rng.choice(BYTES)
        elif way == 3:
            out[at:at] = rng.randbytes(size)
        elif way == 4:
            del out[at : at + size]
        elif way == 5:
            out[at:at] = out[at : at + size] * rng.choice((1, 2, 30))
        elif way == 6:
            to = rng.randrange(len(out) + 1)
            out[to:to] = out[at : at + size]
        elif way == 7 and rng.random() < 0.2:
            del out[at:]
        else:
            out[at : at + size] = bytes(size)
    return bytes(out[: _longest(data, rng)])


def altered_text(words: Sequence[str] = ()) -> Change:
    """Lines, words, numbers and signs of a text altered, with words of its own format; what is no text as bytes."""

    def change(data: bytes, rng: Random) -> bytes:
        if rng.random() < 0.15:
            return altered_bytes(data, rng)
        text = data.decode("utf-8", "surrogateescape")
        for _ in range(rng.choice((1, 1, 1, 2, 3, 8))):
            text = _one_change(text, rng, words)
        return text.encode("utf-8", "surrogatepass" if rng.random() < 0.05 else "replace")[: _longest(data, rng)]

    return change


def _one_change(text: str, rng: Random, words: Sequence[str]) -> str:
    way = rng.randrange(10)
    at = rng.randrange(len(text) + 1)
    if way < 3:
        return text[:at] + rng.choice(words or SIGNS) + text[at:]
    if way == 3:
        return text[:at] + rng.choice(SIGNS) + text[at:]
    if way == 4:
        return _other_number(text, at, rng)
    if way == 5:
        size = rng.choice((1, 3, 10, 80))
        return text[:at] + text[at + size :]
    if way == 6:
        size, times = rng.choice((1, 5, 40, 300)), rng.choice((1, 1, 3, 50, 400))
        return text[:at] + text[at : at + size] * times + text[at:]
    many = rng.choice(SIGNS) * rng.choice((2, 30, 1000))
    return text[:at] + many + text[at:] if way == 7 else _other_lines(text, way == 8, rng)


def _other_lines(text: str, swap: bool, rng: Random) -> str:
    lines = text.splitlines(keepends=True)
    if len(lines) > 1:
        one, other = rng.randrange(len(lines)), rng.randrange(len(lines))
        if swap:
            lines[one], lines[other] = lines[other], lines[one]
        else:
            lines[one:one] = lines[other : other + rng.choice((1, 2, 5))] * rng.choice((1, 1, 20))
    return "".join(lines)


def _other_number(text: str, at: int, rng: Random) -> str:
    start = next((place for place in range(at, min(at + 200, len(text))) if text[place].isdigit()), None)
    if start is None:
        return text[:at] + rng.choice(NUMBERS) + text[at:]
    end = start
    while end < len(text) and text[end].isdigit():
        end += 1
    return text[:start] + rng.choice(NUMBERS) + text[end:]


def altered_zip(inner: Change) -> Change:
    """A part of a zip altered, left out, doubled or renamed; now and then the zip's own bytes."""

    def change(data: bytes, rng: Random) -> bytes:
        way = rng.random()
        if way < 0.15:
            return altered_bytes(data, rng)
        with zipfile.ZipFile(io.BytesIO(data)) as before:
            parts = {name: before.read(name) for name in before.namelist()}
        name = rng.choice(list(parts))
        if way < 0.2:
            del parts[name]
        elif way < 0.24:
            parts[rng.choice(("../x", "/etc/x", "word/document.xml", "a" * 300, "\\x", "x/"))] = parts.pop(name)
        else:
            parts[name] = inner(parts[name], rng)
        return zipped(parts, rng.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED)))

    return change


def zipped(parts: dict[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packing) as after:
        for name, content in parts.items():
            after.writestr(name, content)
    return out.getvalue()


def altered_json(lines: bool = False) -> Change:
    """A value of JSON replaced, taken away, put in or doubled; `lines`: an object a line."""
    as_text = altered_text(('"', "null", "NaN", "Infinity", "{", "[", "]}", ":", ",", "\\ud800", "1e999", "-"))

    def change(data: bytes, rng: Random) -> bytes:
        if rng.random() < 0.2:
            return as_text(data, rng)
        try:
            parsed = [json.loads(line) for line in data.decode().splitlines() if line] if lines else [json.loads(data)]
        except ValueError:
            return as_text(data, rng)
        for _ in range(rng.choice((1, 1, 2, 5))):
            _alter_value(parsed, rng)
        return "\n".join(json.dumps(each, ensure_ascii=rng.random() < 0.5) for each in parsed).encode(
            "utf-8", "replace"
        )

    return change


def _alter_value(root: list[Any], rng: Random) -> None:
    """Alter one value somewhere within the first item, or one of them."""
    places: list[tuple[Any, Any]] = []
    stack: list[Any] = [root]
    while stack and len(places) < 2000:
        here = stack.pop()
        keys = list(here) if isinstance(here, dict) else range(len(here))
        for key in keys:
            places.append((here, key))
            if isinstance(here[key], dict | list):
                stack.append(here[key])
    if not places:
        root.append(deepcopy(rng.choice(VALUES)))
        return
    holder, key = rng.choice(places)
    way = rng.randrange(6)
    if way == 0 and isinstance(holder, dict):
        holder[rng.choice(("", "id", "text", "x", "\ud800", str(key) + "x"))] = holder.pop(key)
    elif way == 1:
        del holder[key]
    elif way == 2 and isinstance(holder, list):
        holder[key:key] = [deepcopy(holder[key]) for _ in range(rng.choice((1, 3, 40)))]
    elif way == 3:
        holder[key] = [holder[key]]
    else:
        holder[key] = deepcopy(rng.choice(VALUES))


def altered_pack(data: bytes, rng: Random) -> bytes:
    """A part of a pack altered, and its manifest's hashes made anew in most cases, so that what follows is tried too."""
    if rng.random() < 0.2:
        return altered_bytes(data, rng)
    with zipfile.ZipFile(io.BytesIO(data)) as before:
        parts = {name: before.read(name) for name in before.namelist()}
    name = rng.choice(list(parts))
    parts[name] = altered_json(lines=name != "manifest.json")(parts[name], rng)
    if name != "manifest.json" and rng.random() < 0.9:
        manifest = json.loads(parts["manifest.json"])
        manifest["parts"][name] = hashlib.sha256(parts[name]).hexdigest()
        parts["manifest.json"] = json.dumps(manifest).encode()
    return zipped(parts)


def altered_sqlite(data: bytes, rng: Random) -> bytes:
    """A cell, a row, a column, a table or the schema of a database altered; now and then the file's own bytes."""
    if rng.random() < 0.3:
        return altered_bytes(data, rng)
    with TemporaryDirectory() as folder:
        path = Path(folder, "x")
        path.write_bytes(data)
        with suppress(sqlite3.Error):
            connection = sqlite3.connect(path, isolation_level=None)
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute("PRAGMA journal_mode = MEMORY")
            for _ in range(rng.choice((1, 1, 3))):
                with suppress(sqlite3.Error, OverflowError, UnicodeError):
                    _alter_table(connection, rng)
            connection.close()
        return path.read_bytes()


def _alter_table(connection: sqlite3.Connection, rng: Random) -> None:
    tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    table = rng.choice(tables)
    columns = [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')]
    column = rng.choice(columns)
    value = rng.choice(
        (
            None,
            -1,
            0,
            1,
            2**62,
            1.5,
            1e300,
            "",
            "x",
            "9" * 30,
            "\x00a",
            b"\xff\x00",
            "é😀",
            "{}",
            "[1]",
            "<p>a</p><b",
            "a" * 5000,
        )
    )
    way = rng.randrange(8)
    if way == 0:
        connection.execute(f'DELETE FROM "{table}" WHERE rowid = (SELECT min(rowid) FROM "{table}")')
    elif way == 1:
        listed = ", ".join(f'"{each}"' for each in columns[1:]) or f'"{columns[0]}"'
        connection.execute(f'INSERT INTO "{table}" ({listed}) SELECT {listed} FROM "{table}" LIMIT 50')
    elif way == 2:
        connection.execute(f'ALTER TABLE "{table}" DROP COLUMN "{column}"')
    elif way == 3:
        connection.execute(f'DROP TABLE "{table}"')
        connection.execute(f'CREATE VIEW "{table}" AS SELECT 1 AS "{column}"')
    else:
        where = "" if rng.random() < 0.5 else f' WHERE rowid = (SELECT max(rowid) FROM "{table}")'
        connection.execute(f'UPDATE "{table}" SET "{column}" = ?{where}', (value,))
