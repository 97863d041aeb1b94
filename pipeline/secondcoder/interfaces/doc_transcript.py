"""A spaCy Doc as a transcript: one participant's talk, or turns by the labels in its text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from secondcoder.domain.records import Span, Transcript
from secondcoder.transcripts.encoding import Decoded
from secondcoder.transcripts.plain_text import paragraphs, read
from secondcoder.transcripts.registry import Source
from secondcoder.transcripts.turns import unlabelled
from secondcoder.transcripts.visible import visible

if TYPE_CHECKING:
    from spacy.tokens import Doc


@dataclass(frozen=True)
class TextSource(Source):
    """A text that stands in no file, for readers of files."""

    said: str = ""

    @property
    def decoded(self) -> Decoded:
        """As it is."""
        return Decoded(self.said, "utf-8")


@dataclass(frozen=True)
class DocTranscript:
    """A Doc's transcript, and where its characters stand in the Doc: readers make each line end a single newline.

    Attributes:
        places: of each character, with the Doc's end behind them; None where they are the same.
    """

    transcript: Transcript
    places: tuple[int, ...] | None

    def in_doc(self, span: Span) -> Span:
        """Where a span of the transcript stands in the Doc."""
        start, end = span
        return span if self.places is None else (self.places[start], self.places[end - 1] + 1)

    def in_transcript(self, span: Span) -> Span:
        """Where a span of the Doc stands in the transcript."""
        from bisect import bisect_left

        return span if self.places is None else (bisect_left(self.places, span[0]), bisect_left(self.places, span[1]))


def transcript_of_doc(doc: Doc, name: str, labelled: bool, interviewer: Sequence[str] = ()) -> DocTranscript:
    """The transcript of a Doc.

    Args:
        name: of the transcript.
        labelled: the text says who speaks, by labels at the beginning of lines as in a plain text file, and is read as one. Else all
            of it is one participant's talk, a turn a paragraph.
        interviewer: labels of who asks, where the reader's rules would not tell.

    Raises:
        ReadError: nobody says anything in it, or a named interviewer does not speak.
    """
    said = doc.text
    text = said.replace("\r\n", "\n").replace("\r", "\n")
    places = None
    if len(text) < len(said):
        kept = (at for at, sign in enumerate(said) if not (sign == "\r" and said[at + 1 : at + 2] == "\n"))
        places = (*kept, len(said))
    if labelled:
        found = read(TextSource(Path(f"{name}.txt"), said=said), interviewer)
        return DocTranscript(Transcript(name, found.text, found.turns), places)
    turns = unlabelled(text, paragraphs(visible(text)), len(text))
    return DocTranscript(Transcript(name, text, tuple(turns)), places)
