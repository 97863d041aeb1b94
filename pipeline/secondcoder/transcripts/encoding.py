"""Bytes to text, never guessing in silence.

A byte order mark is believed, then UTF-8 is tried, then what the person said (`import --encoding`). What is left is old or has
lost its mark: UTF-16 and UTF-32 show in where their zeros lie; Latin letters are weighed by `code_pages`, and for other scripts
charset-normalizer must find words. Such a guess is marked as one, because a wrong code page shows only in the accents; where two
are as likely, the file is refused and both are named.
"""

from __future__ import annotations

import codecs
import pkgutil
import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from encodings import __path__ as known_encodings

from charset_normalizer import CharsetMatch, from_bytes

from secondcoder.errors import InputError, ReadError, did_you_mean
from secondcoder.transcripts.code_pages import CLEAR, Reading, readings

# The bytes of a letter in UTF-8, each read as a character of Windows' code page: `Ã©` for `é`, `â€™` for an apostrophe.
_CONTINUED = "[\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ•–—˜™š›œžŸ]"
_TWICE = re.compile(f"[ÃÂÄÅ]{_CONTINUED}|â€.|[ÐÑ]{_CONTINUED}[ÐÑ]")
AROUND = 8  # characters
UNKNOWN = (
    "not text in an encoding that secondcoder knows. Save it as UTF-8 and import it again. Or name its encoding, where you know it: "
    "secondcoder import --encoding NAME."
)

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
FAMILIAR = ("cp1251", "cp1253", "cp1255", "cp1256", "shift_jis", "gb18030", "big5", "euc_kr")
MOST_BEYOND = 0.4  # of the letters of a text in Latin script lie beyond ASCII; more is another script
LEAST_ALPHABETIC = 0.9
MOST_IN_A_WORD = 20  # characters on average, in any language written with spaces
WIDE = ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be")

# What the person said, for all files of an import: formats, those of plug-ins too, read files through `Source` alone.
_said: ContextVar[str | None] = ContextVar("encoding", default=None)


@contextmanager
def reading_as(name: str | None) -> Iterator[None]:
    """While inside, text without a mark of its encoding is read in this one; InputError for a name that is none."""
    token = _said.set(_checked(name) if name else None)
    try:
        yield
    finally:
        _said.reset(token)


@contextmanager
def declared(name: str) -> Iterator[None]:
    """While inside, text is read in the encoding that its file declares, unless the person said another."""
    token = _said.set(_said.get() or name)
    try:
        yield
    finally:
        _said.reset(token)


def _checked(name: str) -> str:
    """The name as Python writes it."""
    try:
        "".encode(name)  # of bytes-to-bytes codecs, such as `zip`, too, this says that they are no encoding of text
        return codecs.lookup(name).name
    except (LookupError, UnicodeError, ValueError):
        known = [module.name for module in pkgutil.iter_modules(known_encodings)]
        near = did_you_mean(name, known)
        raise InputError(f"--encoding '{name}' is no encoding that Python knows.{near} Nothing was imported.") from None


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file's text, line ends as in the file, no byte order mark; `guessed` when nothing in the file tells the encoding.

    `remark` is what else the person should know of how it was read.
    """

    text: str
    encoding: str
    guessed: bool = False
    remark: str = ""

    @property
    def notes(self) -> tuple[str, ...]:
        """What the person who imports should look at: nothing where the encoding is sure."""
        if self.guessed:
            shown = f" ('{self.remark}')" if self.remark else ""
            return (
                f"read as {self.encoding}, a guess{shown}: check that accents look right; if not, import with --encoding NAME",
            )
        return (*[self.remark] * bool(self.remark), *self._misread())

    def _misread(self) -> list[str]:
        """Whether accents were lost before: the file says, in UTF-8, what UTF-8 looks like in another encoding."""
        if not (found := _TWICE.search(self.text)):
            return []
        shown = self.text[max(found.start() - AROUND, 0) : found.end() + AROUND].split("\n")[0]
        return [f"'{shown}' reads as if accents were spoilt when the file was written: check them, and export it again"]


def decode(data: bytes, name: str) -> Decoded:
    """The text of a file.

    Args:
        data: the whole file.
        name: the file's name, for messages.

    Raises:
        ReadError: the content is binary, damaged, in no encoding that gives plausible text, in one of two that are as plausible,
            or not in the encoding that the person named.
    """
    marked = next((encoding for mark, encoding in MARKS if data.startswith(mark)), None)
    said = _said.get()
    if marked:
        decoded = _exactly(data, name, marked)
    elif said:
        decoded = _as_said(data, name, said)
    else:
        decoded = _unmarked(data, name)
    _refuse_damage(decoded.text, name)
    return decoded


def encoding_of(head: bytes, name: str) -> str:
    """The encoding of a long file by its first lines, which hold whole characters; ReadError as for `decode`.

    UTF-8 with some damaged bytes is UTF-8: who reads line by line says which lines are.
    """
    marked = next((encoding for mark, encoding in MARKS if head.startswith(mark)), None)
    if marked is None and _said.get() is None and b"\x00" not in head:
        broken, whole = _beyond_ascii(head)
        if whole > broken or not broken:
            return "utf-8"
    return marked or decode(head, name).encoding


def _exactly(data: bytes, name: str, encoding: str) -> Decoded:
    try:
        return Decoded(data.decode(encoding), encoding)
    except UnicodeDecodeError as error:
        fault = f"begins as {encoding.upper().removesuffix('-SIG')} and breaks off at byte {error.start}"
        raise ReadError(f"{name}: {fault}, so it is {UNKNOWN}") from None


def _as_said(data: bytes, name: str, encoding: str) -> Decoded:
    """In the encoding that the person named; UTF-8 beside it, such as a coded table, stays UTF-8."""
    if encoding != "utf-8" and not data.isascii() and b"\x00" not in data and _decodes(data, "utf-8"):
        return Decoded(data.decode("utf-8"), "utf-8", remark=f"read as utf-8, which it is, and not as {encoding}")
    try:
        return Decoded(data.decode(encoding), encoding)
    except (UnicodeError, ValueError) as error:
        at = getattr(error, "start", 0)
        line = data.count(b"\n", 0, at) + 1
        byte = f"the byte 0x{data[at]:02X} is none of its characters"
        raise ReadError(f"{name} line {line}: not text in {encoding}: {byte}. Name another with --encoding.") from None


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _unmarked(data: bytes, name: str) -> Decoded:
    # latin-1 decodes any byte; the zeros of UTF-16 and UTF-32 are controls there.
    if CONTROL.search(data[:4096].decode("latin-1")):
        return _wide(data, name)
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError as error:
        _refuse_half_characters(data, name)
        _refuse_almost_utf8(data, name, error.start)
    beyond, plain = sum(byte > 0x7F for byte in data), sum(chr(byte).isalpha() for byte in data if byte < 0x80)
    return _latin(data, name) if beyond <= MOST_BEYOND * (beyond + plain) else _other_script(data, name)


def _wide(data: bytes, name: str) -> Decoded:
    """UTF-16 or UTF-32 without a mark: the only one of them that gives characters alone."""
    fitting = [encoding for encoding in WIDE if _decodes(data, encoding) and _all_characters(data.decode(encoding))]
    if len(fitting) != 1:
        raise ReadError(f"{name}: control characters as in a binary file, so it is {UNKNOWN}")
    return Decoded(data.decode(fitting[0]), fitting[0], guessed=True)


def _all_characters(text: str) -> bool:
    """Words of an alphabet, without controls and what Unicode lacks: two ASCII letters read as one are Chinese."""
    alphabetic = sum(character < "\u0700" or "\u2000" <= character < "\u2070" for character in text)
    if (
        alphabetic <= LEAST_ALPHABETIC * len(text)
        or len(text.split()) < len(text) / MOST_IN_A_WORD
        or CONTROL.search(text)
    ):
        return False
    return not {unicodedata.category(character) for character in text} & {"Cn", "Co", "Cs"}


def _latin(data: bytes, name: str) -> Decoded:
    plausible = readings(data)
    if not plausible:
        raise ReadError(f"{name}: {UNKNOWN}")
    best, *others = plausible
    if others and best.score < CLEAR * others[0].score:
        raise ReadError(f"{name}: {_either(best, others[0])}")
    return Decoded(data.decode(best.encoding), best.encoding, guessed=True, remark=best.word)


def _either(first: Reading, second: Reading) -> str:
    pairs = zip(first.sample.split(), second.sample.split(), strict=False)
    here, there = next((pair for pair in pairs if pair[0] != pair[1]), (first.word, second.word))
    return (
        f"may be {first.encoding} ('{here}') or {second.encoding} ('{there}'). Say which: secondcoder import --encoding NAME, or "
        "save it as UTF-8."
    )


def _other_script(data: bytes, name: str) -> Decoded:
    best = from_bytes(data).best()
    if best is None or best.coherence < COHERENT:
        raise ReadError(f"{name}: {UNKNOWN}")
    return Decoded(str(best), _familiar(best), guessed=True)


def _refuse_half_characters(data: bytes, name: str) -> None:
    """Halves of a pair, each written as if it were a character (CESU-8, WTF-8): as no code page is written."""
    try:
        text = data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return
    half = next(at for at, sign in enumerate(text) if "\ud800" <= sign <= "\udfff")
    line = text.count("\n", 0, half) + 1
    raise ReadError(f"{name} line {line}: half a character (U+{ord(text[half]):04X}), so it is {UNKNOWN}")


def _refuse_almost_utf8(data: bytes, name: str, at: int) -> None:
    """Accents that are valid UTF-8 do not come about by chance: where they prevail, the file is damaged UTF-8, not cp1252."""
    broken, whole = _beyond_ascii(data)
    if whole > broken:
        line = data.count(b"\n", 0, at) + 1
        raise ReadError(f"{name} line {line}: UTF-8 with damaged bytes, so it is {UNKNOWN}")


def _beyond_ascii(data: bytes) -> tuple[int, int]:
    """How many bytes are no UTF-8, and how many characters beyond ASCII are."""
    # Each such byte becomes one lone surrogate, so that both kinds can be counted.
    lenient = data.decode("utf-8", "surrogateescape")
    broken = sum("\udc80" <= character <= "\udcff" for character in lenient)
    return broken, sum(character > "\x7f" for character in lenient) - broken


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
