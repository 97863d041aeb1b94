"""A caption file cut into cues: where a stretch of lines is a cue, and what number or remark stands around it.

Programs write cues without text, cues with no blank line between, an identifier apart from its times, and blank lines within the
text; none of these may put a time or a number into the speech, or take text out of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from secondcoder.domain.names import UNSEEN
from secondcoder.errors import ReadError

ARROW = "-->"
_CLOCK = r"-?\d{1,3}(?::-?\d{1,3}){1,2}(?:[.,]-?\d{1,9})?"
# Behind the times WebVTT allows settings of the cue, as `align:start`.
TIMES = re.compile(r"\s*(?P<start>[^\s>]+)\s+-->\s+(?P<end>[^\s>]+)(?:\s.*)?")
_CUE_TIMES = re.compile(rf"\s*{_CLOCK}\s+-->\s+{_CLOCK}(?:\s.*)?")
_CUT_TAG = re.compile(r"(?:</?(?:c|i|b|u|v|ruby|rt|lang|font)(?:[.\s][^<>]*)?|</)$")
_REMARK = re.compile(r"(?:NOTE|STYLE|REGION)(?:\s|$)")
_IDENTIFIER = re.compile(r"\s*(?:\d{1,7}|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(?:/\S+)?)\s*")

_COUNTED_NAME = re.compile(r"\s*(?P<stem>\D{0,20})\d{1,7}\s*")


@dataclass(frozen=True, slots=True)
class Block:
    """A cue as the file has it: its times unread, and the lines below them; `line` is that of the times, from 1."""

    line: int
    start: str
    end: str
    lines: tuple[str, ...]


def paragraphs(lines: Sequence[str], first: int = 0) -> Iterator[tuple[int, list[str]]]:
    """Stretches between empty lines, from index `first` on, each with the number of its first line, from 1.

    A stretch that holds several cues is cut before each; an identifier apart from its times is put back to them. A line of blanks
    within a cue is part of it.
    """
    stretches = list(_stretches(lines, first))
    for at, (number, stretch) in enumerate(stretches):
        following = stretches[at + 1][1] if at + 1 < len(stretches) else [""]
        if len(stretch) == 1 and _IDENTIFIER.fullmatch(stretch[0]) and _CUE_TIMES.fullmatch(following[0]):
            continue  # the identifier of the cue below
        yield from _single(number, stretch)


def _stretches(lines: Sequence[str], first: int) -> Iterator[tuple[int, list[str]]]:
    stretch: list[str] = []
    for at in range(first, len(lines)):
        # WebVTT ends a cue at an empty line; blanks alone end none, unless a cue begins behind them.
        ends = not lines[at] or (not lines[at].strip() and not (stretch and _goes_on(lines, at + 1)))
        if not ends:
            stretch.append(lines[at])
        elif stretch:
            yield at - len(stretch) + 1, stretch
            stretch = []
    if stretch:
        yield len(lines) - len(stretch) + 1, stretch


def _goes_on(lines: Sequence[str], at: int) -> bool:
    """Whether the line at an index is text of the cue above it, and not the beginning of another block."""
    here, below = (*lines[at : at + 2], "", "")[:2]
    return bool(here.strip()) and not any(map(_CUE_TIMES.fullmatch, (here, below))) and not here.startswith("NOTE")


def _single(number: int, stretch: list[str]) -> Iterator[tuple[int, list[str]]]:
    """The stretch cut before each line of times behind the first, its identifier with it."""
    times = [at for at, line in enumerate(stretch) if _CUE_TIMES.fullmatch(line)]
    first = stretch[0] if times and times[0] == 1 else ""
    cuts = [at - (at - 1 > before and _of_one_kind(first, stretch[at - 1])) for before, at in _pairs(times)]
    for start, end in zip([0, *cuts], [*cuts, len(stretch)], strict=True):
        yield number + start, stretch[start:end]


def _pairs(times: Sequence[int]) -> Iterator[tuple[int, int]]:
    return zip(times, times[1:], strict=False)


def _of_one_kind(first: str, line: str) -> bool:
    """Whether both are identifiers, or names that differ in their number, as `cue-1` and `cue-2`."""
    names = [_COUNTED_NAME.fullmatch(each) for each in (first, line)]
    counted = all(names) and len({name["stem"] for name in names if name}) == 1
    return counted or (_is_identifier(first) and _is_identifier(line))


def _is_identifier(line: str) -> bool:
    return bool(_IDENTIFIER.fullmatch(line))


def is_cue(stretch: Sequence[str]) -> bool:
    """Whether a stretch holds times in its first or second line."""
    return any(ARROW in line for line in stretch[:2])


def parse_block(number: int, lines: Sequence[str], name: str) -> Block:
    """A paragraph as a cue, its times in the first or second line; ReadError with the line in file `name` where it is none."""
    # A cue may have an identifier in the line above its times.
    at = next((at for at, line in enumerate(lines[:2]) if ARROW in line), None)
    if at is None:
        raise ReadError(f"{name} line {number}: neither a cue nor a NOTE: '{lines[0][:40]}'. Nothing was imported.")
    times = TIMES.fullmatch(lines[at])
    if not times:
        raise ReadError(f"{name} line {number + at}: '{lines[at][:60]}' is not 'start --> end'. Nothing was imported.")
    return Block(number + at, times["start"], times["end"], tuple(lines[at + 1 :]))


def cue_blocks(lines: Sequence[str], first: int, name: str) -> tuple[list[Block], tuple[str, ...]]:
    """The cues of a WebVTT file from index `first` on, and notes on text that stands where the format has none.

    Text behind an empty line belongs to the cue above it, or to the NOTE; behind a closed `</v>`, and where it begins with a time or
    is a number alone, it shows damage.

    Raises:
        ReadError: a block is neither a cue nor a NOTE, with its line.
    """
    blocks: list[Block] = []
    split, remarked = 0, False
    beside: list[str] = []
    for number, stretch in paragraphs(lines, first):
        remark = bool(_REMARK.match(stretch[0])) and not _CUE_TIMES.fullmatch(stretch[-1])
        if not remark and not is_cue(stretch) and not _damaged(stretch):
            if remarked or not blocks:
                beside.append(stretch[0])
                continue
            if "</v>" not in "".join(blocks[-1].lines):
                blocks[-1] = replace(blocks[-1], lines=(*blocks[-1].lines, *stretch))
                split += 1
                continue
        remarked = remark
        if not remark:
            blocks.append(parse_block(number, stretch, name))
    notes = [f"cues with an empty line before or in their text: {split}; read whole"] if split else []
    shown = ", ".join(f"'{line[:40]}'" for line in beside[:3])
    return blocks, (*notes, *([f"text outside of cues: {len(beside)}, read as remarks: {shown}"] if beside else []))


def _damaged(stretch: Sequence[str]) -> bool:
    return bool(re.match(r"\s*-?\d{1,3}:\d", stretch[0])) or (len(stretch) == 1 and _is_identifier(stretch[0]))


def refuse_cut_off(blocks: Sequence[Block], lines: Sequence[str], name: str) -> None:
    """ReadError for a file that ends within a cue: without its text, within a tag, or without the closing tag of all others."""
    *others, last = ("\n".join(block.lines) for block in blocks)
    closed = all("</v>" in other for other in others if "<v" in other) and any("</v>" in other for other in others)
    unclosed = closed and "<v" in last and "</v>" not in last
    # An empty cue at the end is complete with the empty line behind it, or where the program writes others.
    ended = lines[-2:] == ["", ""] or any(not other.strip() for other in others)
    if (not last.strip() and not ended) or unclosed or _CUT_TAG.search(last):
        line = blocks[-1].line + len(blocks[-1].lines)
        raise ReadError(
            f"{name} line {line}: the file is cut off in its last cue. Export it again, or delete that cue if nothing is said in it. "
            "Nothing was imported."
        )


def structural(line: str) -> str:
    """A line without what nobody sees, if it is no speech: times, identifier, empty line, header, remark."""
    shown = re.sub(f"[{UNSEEN}]", "", line)
    plain = ARROW in shown or not shown.strip() or _is_identifier(shown) or shown.startswith("WEBVTT")
    return shown if plain or _REMARK.match(shown) else line
