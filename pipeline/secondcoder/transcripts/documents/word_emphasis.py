"""Paragraphs of Word that bold, italics or underlining set off, as people set questions and speakers' names without a label.

Nobody can know what is meant, so such paragraphs are read as they stand and named.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import Any

from secondcoder.domain.records import Turn
from secondcoder.domain.wording import counted, shorten
from secondcoder.transcripts.documents.word_package import W
from secondcoder.transcripts.documents.word_styles import ON
from secondcoder.transcripts.documents.word_text import paragraph_text
from secondcoder.transcripts.label_forms import MAX_LENGTH, MAX_WORDS

_MARKS = ("b", "i", "u")
SHOWN = 50  # characters


def emphasised(paragraph: Any) -> str:
    """What a paragraph begins with in bold, italics or underlined: maybe all of it."""
    words = ""
    for run in paragraph.iter(f"{W}r"):
        text = paragraph_text(run)
        if text.strip() and not _set_off(run):
            break
        words += text
    return words.strip()


def _set_off(run: Any) -> bool:
    marks = (run.find(f"{W}rPr/{W}{mark}") for mark in _MARKS)
    return any(mark is not None and mark.get(f"{W}val") in (*ON, "single") for mark in marks)


def emphasis_notes(text: str, turns: Sequence[Turn], found: Iterable[tuple[int, int, str]]) -> tuple[str, ...]:
    """Notes on what is set off within speech, and is not the label before it.

    Args:
        found: start and end of paragraphs, with what each begins with.
    """
    starts = [turn.start for turn in turns]
    within = [each for each in found if (at := bisect_right(starts, each[0])) and each[0] < turns[at - 1].end]
    whole = [words for start, end, words in within if words == text[start:end].strip()]
    names = [
        words
        for _, _, words in within
        if words not in whole and len(words) <= MAX_LENGTH and len(words.split()) <= MAX_WORDS
    ]
    notes = []
    # All of a text may be in italics.
    if whole and len(whole) < len(turns):
        what = f"{counted(len(whole), 'paragraph')} in bold, italics or underlined throughout, as questions may be, read as speech"
        notes.append(f"{what}: '{shorten(whole[0], SHOWN)}'; if another asks, write a label before each")
    if len(names) > 1:
        what = f"{counted(len(names), 'paragraph')} beginning in bold, italics or underlined, as labels may stand, read as speech"
        notes.append(f"{what}: {', '.join(repr(name) for name in dict.fromkeys(names))}")
    return tuple(notes)
