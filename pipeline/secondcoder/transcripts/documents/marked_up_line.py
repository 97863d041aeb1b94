"""A line of a text with mark-up, in which a run of white space is one blank, as browsers and LibreOffice show it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from secondcoder.transcripts.documents.document_parts import Paragraph

_SPACE = re.compile(r"[ \t\r\n\f]+")


@dataclass
class Line:
    """A paragraph as it grows; `blank`: white space that follows is one with what stands there."""

    pieces: list[tuple[str, bool]] = field(default_factory=list)
    blank: bool = True

    def add_text(self, written: str, shows: bool) -> None:
        """Add words as they stand in the file; `shows`: they are bold, in italics or underlined."""
        text = _SPACE.sub(" ", written)
        if self.blank:
            text = text.removeprefix(" ")
        if text:
            self.add(text, shows, text[-1] == " ")

    def add(self, text: str, shows: bool, blank: bool = False) -> None:
        """Add white space that is meant, or words that have no other."""
        self.pieces.append((text, shows))
        self.blank = blank

    def paragraph(self) -> Paragraph:
        """The paragraph; white space at its end is not shown, but what is meant."""
        text = "".join(text for text, _ in self.pieces)
        plain = next((at for at, (piece, shows) in enumerate(self.pieces) if piece.strip() and not shows), None)
        text = text[:-1] if self.blank and text else text
        return Paragraph(text, "".join(piece for piece, _ in self.pieces[:plain]).strip())
