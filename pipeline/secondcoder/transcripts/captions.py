"""WebVTT's blocks: the cues of a file as they stand, with the line of each.

Our own parser, because webvtt-py drops a cue with a negative time in silence and reads the times of Teams in 2022
(`0:0:10.20` is 10.020 s there) as hundredths; both lose what a transcript says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from secondcoder.errors import ReadError
from secondcoder.transcripts.clock import seconds, unpadded

ARROW = "-->"
NOTHING = "Nothing was imported."

_REMARK = re.compile(r"(?:NOTE|STYLE|REGION)(?:\s|$)")
_TIMES = re.compile(r"\s*(?P<start>[^\s>]+)\s+-->\s+(?P<end>[^\s>]+)(?:\s.*)?")


@dataclass(frozen=True, slots=True)
class Cue:
    """A stretch of speech: times in seconds as the file has them, negative ones too; `line` is that of its times, from 1."""

    start: float
    end: float
    lines: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class _Block:
    line: int
    start: str
    end: str
    payload: tuple[str, ...]


def parse_cues(text: str, name: str) -> list[Cue]:
    """The cues of a WebVTT file in the order of the file, those without payload left out.

    Args:
        text: the file's text, line ends unified.
        name: the file's name, for messages.

    Raises:
        ReadError: with the line where the file is no WebVTT, has a broken time or a stray block, or is cut off.
    """
    lines = text.split("\n")
    if not re.fullmatch(r"WEBVTT(?:[ \t].*)?", lines[0]):
        raise ReadError(
            f"{name} line 1: a WebVTT file begins with WEBVTT, and this one with '{lines[0][:40]}'. {NOTHING}"
        )
    blocks = [_block(number, block, name) for number, block in _blocks(lines) if not _REMARK.match(block[0])]
    if not blocks:
        raise ReadError(f"{name} line {len(lines)}: the file ends without a single cue. {NOTHING}")
    _refuse_cut_off(blocks, name)
    whole = unpadded(stamp for block in blocks for stamp in (block.start, block.end))
    cues = [_cue(block, whole, name) for block in blocks]
    return [cue for cue in cues if any(line.strip() for line in cue.lines)]


def _blocks(lines: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """Stretches between blank lines with the number of their first line, from 1; the header's lines belong to none."""
    first = next((at for at, line in enumerate(lines) if at and (not line.strip() or ARROW in line)), len(lines))
    block: list[str] = []
    for at in range(first, len(lines)):
        if lines[at].strip():
            block.append(lines[at])
        elif block:
            yield at - len(block) + 1, block
            block = []
    if block:
        yield len(lines) - len(block) + 1, block


def _block(number: int, lines: Sequence[str], name: str) -> _Block:
    at = next((at for at, line in enumerate(lines[:2]) if ARROW in line), None)
    if at is None:
        raise ReadError(f"{name} line {number}: neither a cue nor a NOTE: '{lines[0][:40]}'. {NOTHING}")
    times = _TIMES.fullmatch(lines[at])
    if not times:
        raise ReadError(f"{name} line {number + at}: '{lines[at][:60]}' is not 'start --> end'. {NOTHING}")
    return _Block(number + at, times["start"], times["end"], tuple(lines[at + 1 :]))


def _cue(block: _Block, whole_milliseconds: bool, name: str) -> Cue:
    times = []
    for stamp in (block.start, block.end):
        try:
            times.append(seconds(stamp, whole_milliseconds))
        except ValueError:
            raise ReadError(f"{name} line {block.line}: '{stamp}' is not a time as 00:00:05.250. {NOTHING}") from None
    return Cue(times[0], times[1], block.payload, block.line)


def _refuse_cut_off(blocks: Sequence[_Block], name: str) -> None:
    """A file that ends within a cue: without its text, within a tag, or without the closing tag that all others have."""
    last = blocks[-1]
    line = last.line + len(last.payload)
    payload = "\n".join(last.payload)
    others = ["\n".join(block.payload) for block in blocks[:-1]]
    closed = all("</v>" in other for other in others if "<v" in other) and any("</v>" in other for other in others)
    unclosed = closed and "<v" in payload and "</v>" not in payload
    if not payload.strip() or unclosed or re.search(r"</?[a-z][^<>]*$", payload):
        raise ReadError(f"{name} line {line}: the file is cut off in its last cue. Export it again. {NOTHING}")
