"""Lines of a PDF as paragraphs: numbers beside them tell, or labels, distance, indents and short last lines.

A PDF keeps where letters stand and no paragraphs, so that this is a reading. Lines of a paragraph are joined by a blank; a word
divided at the end of a line is joined without its hyphen, unless the file writes it with one elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise, takewhile
from statistics import median

from secondcoder.domain.wording import counted, listed
from secondcoder.transcripts.documents.document_parts import Paragraph
from secondcoder.transcripts.documents.pdf_lines import PdfLine
from secondcoder.transcripts.documents.pdf_margins import Inside, left_edges
from secondcoder.transcripts.label_forms import candidate

WIDER = 1.3  # times the usual distance of lines: between paragraphs
INDENT = 6.0  # points
SHORT = 0.8  # of the width of the text
SHARE_OF_LABELS = 0.8
SHOWN = 3
_ENDS = re.compile(r"[.?!…:;\"”’»)\]。？！]$")
_DIVIDED = re.compile(r"(?P<before>[^\W\d_]+)(?:-|\N{SOFT HYPHEN}|\N{HYPHEN})$")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uff00-\uffef]")


@dataclass
class Joined:
    """Paragraphs, with the words that were divided at line ends."""

    paragraphs: list[Paragraph] = field(default_factory=list)
    divided: list[str] = field(default_factory=list)


def paragraphs_of(text: Inside) -> tuple[list[Paragraph], tuple[str, ...]]:
    """The paragraphs, and notes on how they were found."""
    lines = text.lines
    if not lines:
        return [], ()
    starts = {0, *(at for at, line in enumerate(lines) if line.numbered)} if text.counted else _starts(lines)
    known = " ".join(line.text for line in lines)
    joined = Joined()
    bounds = [*sorted(starts), len(lines)]
    for start, end in pairwise(bounds):
        _join(lines[start:end], known, joined)
    how = "the numbers beside them" if text.counted else "spacing, indents and labels"
    counts = f"{counted(len(lines), 'line')} joined to {counted(len(joined.paragraphs), 'paragraph')} by {how}"
    words = listed([f"'{word}'" for word in joined.divided[:SHOWN]])
    divided = f"{counted(len(joined.divided), 'word')} divided at line ends joined: {words}"
    return joined.paragraphs, (
        f"a PDF keeps no paragraphs: {counts}; look them through",
        *[divided] * bool(joined.divided),
    )


def _starts(lines: Sequence[PdfLine]) -> set[int]:
    """Lines that begin a paragraph."""
    left, right = left_edges(lines), max(line.words[-1].end for line in lines)
    pitches = [after.top - before.top for before, after in pairwise(lines) if before.page == after.page]
    usual = median(pitches) if pitches else 0.0
    at_left = [_begins_with_label(line) for line in lines if abs(line.words[0].start - left) <= INDENT]
    outdented = sum(at_left) >= SHARE_OF_LABELS * len(
        at_left
    )  # labels alone stand there, and what is further in goes on
    begins = {0}
    for at, (before, line) in enumerate(pairwise(lines), start=1):
        apart = before.page == line.page and line.top - before.top > WIDER * usual
        start = line.words[0].start
        hanging = start < left - INDENT
        indented = start > left + INDENT and before.words[0].start <= left + INDENT / 2
        ended = before.words[-1].end < left + SHORT * (right - left) and bool(_ENDS.search(before.text))
        begins_anew = hanging or apart or _begins_with_label(line) or ((indented or ended) and not outdented)
        begins |= {at} if begins_anew else set()
    return begins


def _begins_with_label(line: PdfLine) -> bool:
    """Speech with a colon may look so too: it is then a paragraph of its own, in the same turn."""
    found = candidate(line.text, 0, len(line.text))
    return (found is not None and not found.dotted) or (line.words[0].bold and line.text.rstrip().endswith(":"))


def _join(lines: Sequence[PdfLine], known: str, joined: Joined) -> None:
    text = lines[0].text
    for line in lines[1:]:
        following = line.text
        if (match := _DIVIDED.search(text)) and following[:1].islower():
            behind = re.match(r"[^\W\d_]+", following)
            word = match["before"] + (behind[0] if behind else "")
            if f"{match['before']}-{behind[0] if behind else ''}" in known:
                text += following
            else:
                joined.divided.append(word)
                text = text[: match.end("before")] + following
        elif text and _UNSPACED.match(text[-1]) and _UNSPACED.match(following):
            text += following
        else:
            text += f" {following}"
    joined.paragraphs.append(Paragraph(text, text if _all_bold(lines) else _bold(lines[0])))


def _bold(line: PdfLine) -> str:
    """What a line begins with in bold."""
    return " ".join(word.text for word in takewhile(lambda word: word.bold, line.words))


def _all_bold(lines: Sequence[PdfLine]) -> bool:
    return all(word.bold for line in lines for word in line.words)
