"""The words of Rich Text Format: control words, groups, bytes of a code page, and the characters that some words stand for.

Source: Microsoft, Rich Text Format (RTF) Specification, version 1.9.1 (2008).
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

from secondcoder.domain.wording import counted
from secondcoder.errors import ReadError

MOST_WORDS = 1_000_000  # an hour's interview has about 20,000
DEEPEST = 1000  # groups within groups; Word nests about 20
AGAIN = "Open it in Word or LibreOffice and save it as .docx. Nothing was imported."

# A control word, a byte in hexadecimal, a control symbol, a brace, or text. Line ends between them mean nothing.
_TOKEN = re.compile(
    rb"\\(?P<word>[a-zA-Z]{1,32})(?P<number>-?\d{1,10})?[ ]?|\\'(?P<byte>[0-9a-fA-F]{2})|\\(?P<symbol>[^a-zA-Z])"
    rb"|(?P<brace>[{}])|[\r\n\x00]+|(?P<text>[^\\{}\r\n\x00]+)"
)

CHARACTERS = {
    "tab": "\t", "line": "\n", "emdash": "—", "endash": "–", "emspace": "\u2003", "enspace": "\u2002", "qmspace": "\u2005",
    "bullet": "•", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "zwj": "\u200d", "zwnj": "\u200c",
    "ltrmark": "\u200e", "rtlmark": "\u200f", "zwbo": "\u200b",
}  # fmt: skip
ESCAPED = {"\\": "\\", "{": "{", "}": "}", "~": "\xa0", "_": "-"}

# Code pages of the words before the fonts, and of the fonts' character sets.
PAGES = {"ansi": "cp1252", "mac": "mac_roman", "pc": "cp437", "pca": "cp850"}
_OF_FONTS = {
    0: "cp1252", 77: "mac_roman", 128: "cp932", 129: "cp949", 130: "johab", 134: "gb18030", 136: "big5", 161: "cp1253", 162: "cp1254",
    163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250", 254: "cp437", 255: "cp850",
}  # fmt: skip
SYMBOL_FONT = 2


@dataclass(frozen=True, slots=True)
class Word:
    """One token; what it is has a value, all else is empty.

    Attributes:
        word: a control word, with its `number` where it has one.
        symbol: a control symbol.
        brace: `{` or `}`.
        bytes: characters in the code page of the place, written in hexadecimal or, where `raw`, as they are.
    """

    word: str = ""
    number: int | None = None
    symbol: str = ""
    brace: str = ""
    bytes: bytes = b""
    raw: bool = False


def words_of(data: bytes, name: str) -> Iterator[Word]:
    """The tokens of a file; ReadError for more than a transcript has, and for groups nested without end."""
    at = count = depth = 0
    while match := _TOKEN.match(data, at):
        at, count = match.end(), count + 1
        if count > MOST_WORDS or depth > DEEPEST:
            fault = f"has over {MOST_WORDS:,} words of RTF" if count > MOST_WORDS else f"nests over {DEEPEST} groups"
            raise ReadError(f"{name}: {fault}, which no transcript does. Nothing was imported.")
        if match["word"]:
            word, number = match["word"].decode(), int(match["number"]) if match["number"] else None
            at += max(number or 0, 0) if word == "bin" else 0  # so many bytes of a picture
            yield Word(word, number)
        elif match["byte"]:
            yield Word(bytes=bytes.fromhex(match["byte"].decode()))
        elif match["symbol"]:
            yield Word(symbol=match["symbol"].decode("latin-1"))
        elif match["brace"]:
            depth += 1 if match["brace"] == b"{" else -1
            yield Word(brace=match["brace"].decode())
        elif match["text"]:
            yield Word(bytes=match["text"], raw=True)
    if depth > 0 or at < len(data):
        still = counted(max(depth, 0), "group stays open", "groups stay open")
        raise ReadError(f"{name}: the file is cut off or damaged ({still}). {AGAIN}")


def page_of_font(charset: int, otherwise: str) -> str:
    """The code page of a font's character set; of one that says nothing, the document's."""
    return _OF_FONTS.get(charset, otherwise)


def known_page(number: int) -> str | None:
    """Python's name of a code page of Windows; None for one that it lacks."""
    try:
        return codecs.lookup("utf-8" if number == 65001 else f"cp{number}").name
    except LookupError:
        return {10000: "mac_roman", 10007: "mac_cyrillic", 10029: "mac_latin2", 20866: "koi8-r", 54936: "gb18030"}.get(
            number
        )
