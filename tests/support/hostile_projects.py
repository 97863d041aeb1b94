"""Projects that nobody's program wrote: each must end in one clear error, soon and in little memory."""

from __future__ import annotations

import io
import stat
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from support.refi_projects import Made, Marked, guid, project_xml, write_project

TEXT = "I: How was it?\nP1: It was loud.\n"
MADE = Made({"Talk.txt": (TEXT, [Marked(TEXT.index("loud"), TEXT.index("loud") + 4)])})
FILE = f"sources/{guid('source', 'Talk.txt')}.txt"
GIGABYTE = 2**30


def _with(xml: str) -> Callable[[Path], None]:
    return lambda path: [write_project(path, MADE, xml), None][1]


def _entries(more: dict[str, bytes]) -> Callable[[Path], None]:
    return lambda path: [write_project(path, MADE, more=more), None][1]


def zeros(size: int) -> bytes:
    """So many blanks, deflated without ever being in memory together."""
    packer, out = zlib.compressobj(9, zlib.DEFLATED, -15), []
    block = b" " * 2**20
    out = [packer.compress(block) for _ in range(size // len(block))]
    return b"".join([*out, packer.flush()])


def large_entry(path: Path, name: str, before: bytes = b"", after: bytes = b"", told: int | None = None) -> None:
    """A project whose entry unpacks to a gigabyte of blanks between two strings; `told` is the size that it claims."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block, crc, size = b" " * 2**20, zlib.crc32(before), len(before) + len(after) + GIGABYTE
    data = [packer.compress(before)]
    for _ in range(GIGABYTE // len(block)):
        data.append(packer.compress(block))
        crc = zlib.crc32(block, crc)
    data += [packer.compress(after), packer.flush()]
    packed, crc = b"".join(data), zlib.crc32(after, crc)
    claims = size if told is None else told
    header = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 33, crc, len(packed), claims, len(name), 0)
    others = io.BytesIO()
    with ZipFile(others, "w", ZIP_DEFLATED) as package:
        if name != "project.qde":
            package.writestr("project.qde", project_xml(MADE))
        if name != FILE:
            package.writestr(FILE, TEXT)
    rest = others.getvalue()
    at = rest.rindex(b"PK\x05\x06")
    directory_at = struct.unpack("<I", rest[at + 16 : at + 20])[0]
    body = rest[:directory_at] + b"PK\x03\x04" + header + name.encode() + packed
    listed = (
        b"PK\x01\x02" + struct.pack("<H", 20) + header + struct.pack("<HHHII", 0, 0, 0, 0, directory_at) + name.encode()
    )
    directory = rest[directory_at:at] + listed
    entries = 1 + (name != "project.qde") + (name != FILE)
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, entries, entries, len(directory), len(body), 0)
    path.write_bytes(body + directory + end)


def link(path: Path) -> None:
    """A text that is a link to a file of the machine."""
    with ZipFile(path, "w") as package:
        package.writestr("project.qde", project_xml(MADE))
        entry = ZipInfo(FILE)
        entry.create_system, entry.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        package.writestr(entry, "/etc/passwd")


def wrong_checksum(path: Path, name: str) -> None:
    """An entry whose bytes are not those of its checksum."""
    write_project(path, MADE)
    with ZipFile(path) as package:
        crc = struct.pack("<I", package.getinfo(name).CRC)
    path.write_bytes(path.read_bytes().replace(crc, b"\x01\x02\x03\x04"))


def nested_codes(path: Path) -> None:
    """Codes a hundred thousand deep."""
    xml = project_xml(MADE)
    deep = '<Code guid="x" name="x">' * 100_000 + "</Code>" * 100_000
    write_project(path, MADE, xml.replace("<Codes>", f"<Codes>{deep}"))


def many(path: Path) -> None:
    """Millions of selections."""
    one = '<PlainTextSelection guid="x" startPosition="0" endPosition="1" name="' + "x" * 8 + '"/>'
    write_project(path, MADE, project_xml(MADE).replace("</TextSource>", one * 1_200_000 + "</TextSource>"))


XML = project_xml(MADE)
LAUGHS = "".join(
    f'<!ENTITY l{n} "{"&l" + str(n - 1) + ";" if n else "ha"}{"&l" + str(n - 1) + ";" if n else ""}">'
    for n in range(60)
)
ENTITIES = XML.replace("<Project", f"<!DOCTYPE Project [{LAUGHS}]><Project").replace('name="Made"', 'name="&l59;"')
EXTERNAL = XML.replace("<Project", '<!DOCTYPE Project SYSTEM "file:///etc/passwd"><Project')
OUTSIDE = XML.replace("<Project", '<!DOCTYPE Project [<!ENTITY f SYSTEM "file:///etc/passwd">]><Project').replace(
    'name="Made"', 'name="&f;"'
)
NOISE = f'<Code guid="{guid("code", "Noise")}" name="Noise" isCodable="true"></Code>'
CYCLE = XML.replace(NOISE, NOISE.replace("</Code>", f'<Code guid="{guid("B")}" name="B">{NOISE}</Code></Code>'))
DOUBLES = XML.replace(NOISE, NOISE + NOISE.replace('"Noise"', '"Other"'))
START, END = TEXT.index("loud"), TEXT.index("loud") + 4
PLACE = f'startPosition="{START}" endPosition="{END}"'

HOSTILE: dict[str, tuple[Callable[[Path], None], str]] = {
    "bomb for a project": (lambda path: large_entry(path, "project.qde"), "unpacks to"),
    "bomb for a text": (lambda path: large_entry(path, FILE), "unpacks to"),
    "bomb beside the texts": (lambda path: large_entry(path, "sources/film.mp4"), "unpacks to"),
    "bomb that claims to be small": (lambda path: large_entry(path, "project.qde", told=5000), "is damaged"),
    "gigabyte of white space in an attribute": (
        lambda path: large_entry(path, "project.qde", b'<Project name="', b'"/>'),
        "unpacks to",
    ),
    "80 MB of white space in an attribute": (
        _with(XML.replace('name="Made"', f'name="{" " * (80 * 2**20)}"')),
        "unpacks to",
    ),
    "40 MB of white space in an attribute": (
        _with(XML.replace('name="Made"', f'name="{" " * (40 * 2**20)}"')),
        "a tag of over",
    ),
    "10,000 entries": (_entries({f"sources/{number}.txt": b"" for number in range(10_000)}), "files in it"),
    "200,000 entries": (_entries({f"s/{number}": b"" for number in range(200_000)}), "files in it"),
    "path out of it": (_entries({"../../outside.txt": b"x"}), "leads out of it"),
    "absolute path": (_entries({"/etc/cron.d/x": b"x"}), "leads out of it"),
    "path of Windows": (_entries({"C:\\Windows\\x": b"x"}), "leads out of it"),
    "link": (link, "is a link"),
    "wrong checksum of the project": (lambda path: wrong_checksum(path, "project.qde"), "is damaged"),
    "wrong checksum of a text": (lambda path: wrong_checksum(path, FILE), "is damaged"),
    "entities": (_with(ENTITIES), "declares a DTD"),
    "external document type": (_with(EXTERNAL), "declares a DTD"),
    "entity of a file": (_with(OUTSIDE), "declares a DTD"),
    "cyclic codes": (_with(CYCLE), "stands below itself"),
    "two codes of one GUID": (_with(DOUBLES), "have one GUID"),
    "deep codes": (nested_codes, "nests over"),
    "millions of selections": (many, "elements|unpacks to"),
    "negative position": (_with(XML.replace(PLACE, 'startPosition="-4" endPosition="3"')), "no position"),
    "reversed positions": (
        _with(XML.replace(PLACE, f'startPosition="{END}" endPosition="{START}"')),
        "before its start",
    ),
    "cut off": (
        lambda path: [write_project(path, MADE), path.write_bytes(path.read_bytes()[:-30])][0] and None,
        "damaged",
    ),
    "no zip": (lambda path: [path.write_bytes(b"PK\x03\x04 and more"), None][1], "damaged"),
}
"""What it is -> how to make it, and what the error has to say."""
