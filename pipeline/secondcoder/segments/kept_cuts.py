"""Where transcripts were cut, kept in a folder: finding sentences takes long, and the same text is always cut alike.

The key covers all that decides the cuts: the segmenter with its settings and libraries, the text and its turns. Only offsets are kept,
no talk. The folder may be deleted at any time; one that is damaged, or cannot be written, costs time and nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol, runtime_checkable

from secondcoder.block_cache.blocks import BlockCache
from secondcoder.block_cache.shards import keys_of
from secondcoder.domain.records import Segment, Transcript
from secondcoder.domain.spans import coded_turns
from secondcoder.segments.segmenter import Segmenter, segment_of_turn

CHUNK, LIMIT = 16, 64 * 2**20
"""Transcripts whose cuts are kept in one file; bytes of all that is kept, some 5 KB for an hour's interview."""


@runtime_checkable
class Repeatable(Segmenter, Protocol):
    """A segmenter that says what its cuts follow from, beside the transcript; what others cut is not kept."""

    code_interviewer: bool

    @property
    def cut_by(self) -> str:
        """The same string, the same cuts."""
        ...


def segments_of(
    segmenter: Segmenter, transcripts: Sequence[Transcript], folder: Path | None
) -> Iterator[list[Segment]]:
    """The segments of each transcript, by the cuts that are kept in the folder, or cut now and then kept; None keeps none."""
    if folder is None or not isinstance(segmenter, Repeatable):
        yield from map(segmenter.segment, transcripts)
        return
    cache = BlockCache(folder / "cuts", CHUNK, LIMIT, required=False)
    for begin in range(0, len(transcripts), CHUNK):
        some = transcripts[begin : begin + CHUNK]
        # The rows of a table are whole turns, which is told faster than read.
        cut = _cut(segmenter, [each for each in some if not each.unitised], cache)
        yield from (segmenter.segment(each) if each.unitised else next(cut) for each in some)


def _cut(segmenter: Repeatable, transcripts: Sequence[Transcript], cache: BlockCache) -> Iterator[list[Segment]]:
    found: dict[int, list[Segment]] = {}

    def take(n: int, block: memoryview) -> None:
        found[n] = _segments(transcripts[n], block, segmenter.code_interviewer)

    def compute(wanted: list[int]) -> list[bytes]:
        return [_units(segmenter.segment(transcripts[n])) for n in wanted]

    cache.fill(keys_of(map(_talk, transcripts), "cuts", segmenter.cut_by), take, compute, lambda n: n)
    return (found[n] for n in range(len(transcripts)))


def _talk(transcript: Transcript) -> str:
    turns = [(turn.start, turn.end, turn.role) for turn in transcript.turns]
    return f"{json.dumps(turns)}\0{transcript.text}"


def _units(segments: Sequence[Segment]) -> bytes:
    """Each segment's turn, and the spans of its sentences in the transcript's text."""
    units = [(segment.turn, segment.sentences) for segment in segments]
    return json.dumps(units, separators=(",", ":")).encode()


def _segments(transcript: Transcript, units: memoryview, interviewer: bool) -> list[Segment]:
    coded = coded_turns(transcript, interviewer)
    return [
        segment_of_turn(transcript, order, turn, [(start, end) for start, end in sentences], coded)
        for order, (turn, sentences) in enumerate(json.loads(bytes(units)))
    ]
