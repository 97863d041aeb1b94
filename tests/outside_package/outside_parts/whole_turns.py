"""A segmenter: every answer is one segment."""

from __future__ import annotations

from secondcoder.configuration import SegmentSettings
from secondcoder.domain.records import Segment, Transcript
from secondcoder.segments.segmenter import codable_turns, segment_of_turn


class WholeTurnSegmenter:
    def __init__(self, settings: SegmentSettings) -> None:
        self.settings = settings

    def segment(self, transcript: Transcript) -> list[Segment]:
        return [segment_of_turn(transcript, order, turn) for order, turn in enumerate(codable_turns(transcript))]

    def describe(self) -> str:
        return "Every answer was one segment."
