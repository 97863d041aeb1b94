"""Bytes to text, never guessing in silence.

A byte order mark is believed, then UTF-8 is tried. What is left is old: cp1252 where it gives plausible text, another code
page where charset-normalizer finds one that gives words, and otherwise nothing. Such a guess is marked as one, because a
wrong code page shows only in the accents.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, replace

from charset_normalizer import CharsetMatch, from_bytes

from secondcoder.errors import ReadError

UNKNOWN = "not text in an encoding that secondcoder knows. Save it as UTF-8 and import it again."

# UTF-32 first: its little-endian mark begins with that of UTF-16.
MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Without \t \n \v \f \r, which Word and old printers leave in text.
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
COHERENT = 0.3  # below, charset-normalizer found no words of any language, and its guesses were seen to be wrong
FAMILIAR = ("cp1250", "cp1251", "cp1253", "cp1254", "cp1257", "mac_roman", "shift_jis", "gb18030", "big5", "euc_kr")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file's text, line ends as in the file, no byte order mark; `guessed` when nothing in the file tells the encoding."""

    text: str
    encoding: str
    guessed: bool = False

    @property
    def notes(self) -> tuple[str, ...]:
        """What the person who imports should look at: nothing unless the encoding is a guess."""
        return (f"read as {self.encoding}: check that accents look right",) if self.guessed else ()


def decode(data: bytes, name: str) -> Decoded:
    """The text of a file.

    Args:
        data: the whole file.
        name: the file's name, for messages.

    Raises:
        ReadError: the content is binary, damaged, or in no encoding that gives plausible text.
    """
    marked = next((encoding for mark, encoding in MARKS if data.startswith(mark)), None)
    # UTF-16 and UTF-32 are full of NULs, so only bytes without a mark are judged; latin-1 decodes any byte.
    if marked is None and CONTROL.search(data[:4096].decode("latin-1")):
        raise ReadError(f"{name}: control characters as in a binary file, so it is {UNKNOWN}")
    decoded = _exactly(data, name, marked) if marked else _unmarked(data, name)
    _refuse_damage(decoded.text, name)
    return decoded


def _exactly(data: bytes, name: str, encoding: str) -> Decoded:
    try:
        return Decoded(data.decode(encoding), encoding)
    except UnicodeDecodeError as error:
        fault = f"begins as {encoding.upper().removesuffix('-SIG')} and breaks off at byte {error.start}"
        raise ReadError(f"{name}: {fault}, so it is {UNKNOWN}") from None


def _unmarked(data: bytes, name: str) -> Decoded:
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError as error:
        _refuse_almost_utf8(data, name, error.start)
    # cp1252 decodes almost any bytes, so charset-normalizer says whether what comes out is plausible.
    if from_bytes(data, cp_isolation=["cp1252"]).best() is not None:
        return replace(_exactly(data, name, "cp1252"), guessed=True)
    best = from_bytes(data).best()
    if best is None or best.coherence < COHERENT:
        raise ReadError(f"{name}: {UNKNOWN}")
    return Decoded(str(best), _familiar(best), guessed=True)


def _refuse_almost_utf8(data: bytes, name: str, at: int) -> None:
    """Accents that are valid UTF-8 do not come about by chance: where they prevail, the file is damaged UTF-8, not cp1252."""
    # Each byte that is no UTF-8 becomes one lone surrogate, so that both kinds can be counted.
    lenient = data.decode("utf-8", "surrogateescape")
    broken = sum("\udc80" <= character <= "\udcff" for character in lenient)
    whole = sum(character > "\x7f" for character in lenient) - broken
    if whole > broken:
        line = data.count(b"\n", 0, at) + 1
        raise ReadError(f"{name} line {line}: UTF-8 with damaged bytes, so it is {UNKNOWN}")


def _familiar(match: CharsetMatch) -> str:
    """Among code pages that give the very same text, the better known one."""
    same = {match.encoding, *match.could_be_from_charset}
    return next((encoding for encoding in FAMILIAR if encoding in same), match.encoding)


def _refuse_damage(text: str, name: str) -> None:
    if control := CONTROL.search(text):
        line = text.count("\n", 0, control.start()) + 1
        fault = f"the control character U+{ord(control[0]):04X}, as in a binary file"
        raise ReadError(f"{name} line {line}: {fault}, so it is {UNKNOWN}")
    if REPLACEMENT in text:
        line = text.count("\n", 0, text.index(REPLACEMENT)) + 1
        fault = f"a replacement character ({REPLACEMENT}) where a letter was lost"
        raise ReadError(f"{name} line {line}: {fault}, so it is {UNKNOWN}")
