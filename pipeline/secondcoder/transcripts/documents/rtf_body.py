"""From the words of Rich Text to paragraphs and tables, with a count of what is not read."""

from __future__ import annotations

from collections import Counter
from copy import copy
from dataclasses import dataclass, field

from secondcoder.errors import ReadError
from secondcoder.transcripts.documents.document_parts import Paragraph, Table
from secondcoder.transcripts.documents.left_out import (
    BOXES,
    CHANGES,
    COMMENTS,
    FOOTNOTES,
    FORMULAS,
    HIDDEN,
    NUMBERS,
    OBJECTS,
    PICTURES,
    STRUCK,
    SYMBOLS,
    left_out_notes,
)
from secondcoder.transcripts.documents.rtf_layout import Layout
from secondcoder.transcripts.documents.rtf_words import (
    AGAIN,
    CHARACTERS,
    ESCAPED,
    PAGES,
    SYMBOL_FONT,
    Word,
    known_page,
    page_of_font,
    words_of,
)

_UNMISSED = """
    colortbl do filetbl fonttbl footer footerf footerl footerr header headerf headerl headerr info nonesttables nonshppict pn private1
    rxe shp shprslt stylesheet tc tcn template txe upr xe
"""
# Groups that are no text of the body, with what a person calls them; '' for what nobody misses.
_GROUPS = {
    "footnote": FOOTNOTES, "annotation": COMMENTS, "pict": PICTURES, "object": OBJECTS, "shptxt": BOXES, "dptxbxtext": BOXES,
    "listtext": NUMBERS, "pntext": NUMBERS, "mmath": FORMULAS,
    **dict.fromkeys(_UNMISSED.split(), ""),
}  # fmt: skip
# Within a drawing that is not read; `shprslt` holds the same drawing for older readers.
_WITHIN_DRAWINGS = {"shp": ("shptxt", "pict", "shprslt"), "do": ("dptxbxtext",)}
_READ_THOUGH_STARRED = ("shppict", "ud")  # the rest of what begins with a star may be passed over by any reader
_SHOWING = {"b": 1, "i": 2, "ul": 4}  # and `ulnone`
_MARKS = {"v": "hidden", "deleted": "deleted", "revised": "inserted", "strike": "struck", "striked": "struck"}
_COUNTED = {"hidden": HIDDEN, "deleted": CHANGES, "inserted": CHANGES, "struck": STRUCK}
_PARAGRAPH_ENDS = ("par", "sect")
_LINE_ENDS = ("\n", "\r")  # a backslash before one is how TextEdit writes `par`
MARGINS = ("header", "footer")


@dataclass
class _State:
    """What holds until the end of a group."""

    skip: str = ""  # the group that is not read
    hidden: bool = False
    deleted: bool = False
    inserted: bool = False
    struck: bool = False
    showing: int = 0  # bold, italics, underlined
    font: int = 0
    stand_ins: int = 1  # characters behind one of Unicode, for readers that know none
    in_table: bool = False


@dataclass
class _Reading:
    """A file under way."""

    name: str
    layout: Layout
    states: list[_State] = field(default_factory=lambda: [_State()])
    page: str = "cp1252"
    fonts: dict[int, int] = field(default_factory=dict)  # character sets
    font: int = 0
    defined: int = 0  # the font that the table of fonts speaks of
    pending: bytearray = field(default_factory=bytearray)
    to_skip: int = 0
    starred: bool = False
    left_out: Counter[str] = field(default_factory=Counter)
    margins: bool = False
    utf8: bool = False
    marked: frozenset[str] = frozenset()  # how the last words are marked
    doubtful: bool = False

    @property
    def state(self) -> _State:
        return self.states[-1]

    def take(self, word: Word) -> None:
        if word.bytes:
            self._take_bytes(word)
            return
        self._flush()
        if word.brace:
            self._take_brace(word.brace)
        elif self.to_skip:  # a word or a symbol stands in for one character
            self.to_skip -= 1
        elif word.symbol == "*":
            self.starred = True
        elif word.symbol:
            self._take_symbol(word.symbol)
        else:
            self._take_word(word.word, word.number)
            self.starred = False

    def _take_symbol(self, symbol: str) -> None:
        if symbol not in _LINE_ENDS:
            self._say(ESCAPED.get(symbol, ""))
        elif not (self.state.skip or self._mark_is_gone()):
            self.layout.end_paragraph(self.state.in_table)

    def _mark_is_gone(self) -> bool:
        return self.state.deleted or self.state.hidden

    def _take_brace(self, brace: str) -> None:
        self.to_skip, self.starred = 0, False
        if brace == "{":
            self.states.append(copy(self.state))
        elif len(self.states) > 1:
            self.states.pop()

    def _take_bytes(self, word: Word) -> None:
        data = word.bytes[self.to_skip :]
        self.to_skip = max(self.to_skip - len(word.bytes), 0)
        if word.raw and self.utf8:
            self._flush()
            self._say(data.decode("utf-8", "replace"))
        else:
            self.pending += data

    def _flush(self) -> None:
        """Bytes as characters of the code page in force; two of them may be one character."""
        if not self.pending:
            return
        data, self.pending = bytes(self.pending), bytearray()
        charset = self.fonts.get(self.state.font, 1)
        if charset == SYMBOL_FONT:
            self._say("".join(chr(0xF000 + byte) if byte > 0x20 else chr(byte) for byte in data))
            return
        page = page_of_font(charset, self.page)
        self.doubtful |= charset == 0 and page != self.page and not data.isascii()
        try:
            self._say(data.decode(page))
        except UnicodeDecodeError as error:
            fault = f"the byte 0x{data[error.start]:02X} is no character of {page}, which the file names"
            raise ReadError(f"{self.name}: {fault}, so it is damaged. {AGAIN}") from None

    def _take_word(self, word: str, number: int | None) -> None:
        state = self.state
        if self.starred and word not in _READ_THOUGH_STARRED and word not in _GROUPS:
            state.skip = state.skip or word
        elif word in _GROUPS:
            self._take_group(word)
        elif word == "ud":
            state.skip = ""
        elif word == "u" and number is not None:
            self._say(chr(number if 0xFFFF < number <= 0x10FFFF else number % 0x10000))
            self.to_skip = state.stand_ins
        elif state.skip == "fonttbl" and word in ("f", "fcharset"):
            self._define_font(word, number or 0)
        elif word in CHARACTERS:
            self._say(CHARACTERS[word])
        elif word in _PARAGRAPH_ENDS and self._mark_is_gone():
            pass  # a paragraph whose mark is hidden or deleted runs on in the next one
        elif state.skip or not self.layout.take(word, state.in_table):
            self._take_property(word, number)

    def _take_group(self, word: str) -> None:
        state = self.state
        if not state.skip or word in _WITHIN_DRAWINGS.get(state.skip, ()):
            self.left_out[_GROUPS[word]] += bool(_GROUPS[word])
            state.skip = word

    def _define_font(self, word: str, number: int) -> None:
        if word == "f":
            self.defined = number
        else:
            self.fonts[self.defined] = number

    def _take_property(self, word: str, number: int | None) -> None:
        state, on = self.state, number != 0
        if word in PAGES:
            self.page = PAGES[word]
        elif word == "ansicpg":
            self.page = known_page(number or 0) or self.page
        elif word == "deff":
            self.font = state.font = number or 0
        elif word == "f":
            state.font = number or 0
        elif word == "uc":
            state.stand_ins = min(max(number or 0, 0), 8)
        elif word == "intbl":
            state.in_table = True
        elif word == "pard":
            state.in_table = False
        elif word == "plain":
            state.hidden = state.deleted = state.inserted = state.struck = False
            state.showing, state.font = 0, self.font
        elif word in _MARKS:
            setattr(state, _MARKS[word], on)
        elif word in _SHOWING:
            state.showing = state.showing | _SHOWING[word] if on else state.showing & ~_SHOWING[word]
        elif word == "ulnone":
            state.showing &= ~_SHOWING["ul"]

    def _say(self, text: str) -> None:
        state = self.state
        if state.skip.startswith(MARGINS):
            self.margins |= any(map(str.isalnum, text))
        if not state.skip and text.strip():
            self._count_marks()
        if not (state.skip or state.hidden or state.deleted):
            self.layout.say(text, bool(state.showing))

    def _count_marks(self) -> None:
        """Words that are hidden, changed or struck through count once for each stretch of them."""
        state = self.state
        marked = frozenset(mark for mark in _COUNTED if getattr(state, mark))
        self.left_out.update(_COUNTED[mark] for mark in marked - self.marked)
        self.marked = marked

    def finish(self) -> tuple[list[Paragraph | Table], tuple[str, ...]]:
        """The body, and notes."""
        self._flush()
        self.layout.finish()
        self.left_out[SYMBOLS] += self.layout.symbols
        said = f"accents read as cp1252, as their font says, though the file says {self.page}: check them"
        return self.layout.blocks, (*[said] * self.doubtful, *left_out_notes(self.left_out, self.margins))


def body_of(data: bytes, name: str) -> tuple[list[Paragraph | Table], tuple[str, ...]]:
    """The body of a file, and notes on what is not read; ReadError for a damaged or hostile one.

    Args:
        data: from `{\\rtf` on.
        name: the file's name, for messages.
    """
    reading = _Reading(name, Layout(name))
    reading.utf8 = _is_utf8(data)
    for word in words_of(data, name):
        reading.take(word)
        if word.brace == "}" and len(reading.states) == 1:
            break  # what stands behind the document is none of it
    blocks, notes = reading.finish()
    said = (
        ("letters beyond ASCII stand in it as UTF-8, which RTF does not allow: check accents",) if reading.utf8 else ()
    )
    return blocks, (*said, *notes)


def _is_utf8(data: bytes) -> bool:
    try:
        return not data.isascii() and bool(data.decode("utf-8"))
    except UnicodeDecodeError:
        return False
