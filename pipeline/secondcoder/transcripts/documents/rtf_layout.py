"""Paragraphs and tables of Rich Text as they grow from pieces of text, the ends of paragraphs, cells and rows."""

from __future__ import annotations

from dataclasses import dataclass, field

from secondcoder.errors import ReadError
from secondcoder.transcripts.documents.document_draft import refuse_endless
from secondcoder.transcripts.documents.document_parts import Cell, Paragraph, Table
from secondcoder.transcripts.documents.rtf_words import AGAIN
from secondcoder.transcripts.documents.word_text import PAGE, without_page_breaks
from secondcoder.transcripts.encoding import CONTROL

MOST_COLUMNS = 1000


@dataclass
class Layout:
    """A body under way.

    Attributes:
        name: the file's name, for messages.
        blocks: what is done.
        symbols: characters that only their font knows, which were left out.
        paragraphs: how many there are, those of cells included.
    """

    name: str
    blocks: list[Paragraph | Table] = field(default_factory=list)
    symbols: int = 0
    paragraphs: int = 0
    _pieces: list[tuple[str, bool]] = field(default_factory=list)
    _inside: list[Paragraph] = field(default_factory=list)  # of a cell
    _row: list[Cell] = field(default_factory=list)
    _rows: list[list[Cell]] = field(default_factory=list)
    _row_open: bool = False
    _merged: list[bool] = field(default_factory=list)  # columns of the row into which the one to the left reaches

    def say(self, text: str, shows: bool) -> None:
        """Add words; `shows`: they are bold, in italics or underlined."""
        self._pieces.append((text, shows))

    def take(self, word: str, in_table: bool) -> bool:
        """Take a word of layout; False for one that is none."""
        if word in ("par", "sect", "nestcell"):
            self.end_paragraph(in_table)
        elif word in ("page", "column"):
            self.say(PAGE, shows=False)
        elif word == "trowd":
            self._row_open, self._merged = True, []
        elif word == "clmrg":
            self._merged.append(True)
        elif word == "cellx" and len(self._merged) < MOST_COLUMNS:
            self._merged += [] if self._merged[-1:] == [True] else [False]
        elif word == "cell":
            self._end_cell()
        elif word == "row":
            self._end_row()
        else:
            return False
        return True

    def end_paragraph(self, in_table: bool) -> None:
        """End a paragraph, of a cell or of the text."""
        paragraph = self._paragraph()
        if in_table or self._row_open:
            self._inside.append(paragraph)
        else:
            self._end_table()
            self.blocks.append(paragraph)

    def finish(self) -> None:
        """End what is open."""
        if self._pieces or self._inside:
            rest = [*self._inside, self._paragraph()]
            self._end_table()
            self.blocks += rest
        self._end_table()

    def _end_cell(self) -> None:
        self._row.append(Cell([*self._inside, self._paragraph()]))
        self._inside = []

    def _end_row(self) -> None:
        cells: list[Cell] = []
        for at, cell in enumerate(self._row):
            if cells and self._merged[at : at + 1] == [True] and not "".join(cell.texts()):
                cells[-1] = Cell(cells[-1].blocks, cells[-1].columns + 1)
            else:
                cells.append(cell)
        self._rows.append(cells)
        self._row, self._row_open = [], False

    def _end_table(self) -> None:
        if self._row:
            self._end_row()  # of a damaged table
        if self._rows:
            self.blocks.append(Table(self._rows))
        self._rows = []

    def _paragraph(self) -> Paragraph:
        self.paragraphs += 1
        refuse_endless(self.name, self.paragraphs)
        text = without_page_breaks(self._joined([text for text, _ in self._pieces]))
        plain = next((at for at, (piece, shows) in enumerate(self._pieces) if piece.strip() and not shows), None)
        emphasis = "".join(piece for piece, _ in self._pieces[:plain]).replace(PAGE, "").strip()
        self._pieces = []
        return Paragraph(text, emphasis if text.lstrip().startswith(emphasis) else "")

    def _joined(self, pieces: list[str]) -> str:
        """The characters beyond the first 65,536 come in two halves; those of symbol fonts have no letters."""
        try:
            text = "".join(pieces).encode("utf-16-le", "surrogatepass").decode("utf-16-le")
        except UnicodeDecodeError:
            raise ReadError(f"{self.name}: half a character of Unicode, so it is damaged. {AGAIN}") from None
        if control := CONTROL.search(text):
            raise ReadError(
                f"{self.name}: the control character U+{ord(control[0]):04X}, as in a damaged file. {AGAIN}"
            )
        shown = "".join(sign for sign in text if not "\uf000" <= sign < "\uf100")
        self.symbols += len(text) - len(shown)
        return shown
