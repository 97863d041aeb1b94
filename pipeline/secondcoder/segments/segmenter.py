"""The seam: what a segmenter is, which one a configuration names, and what every segmenter needs.

`segments.segmenter` is the name of a shipped module's `PART`, or of an entry point of the group `secondcoder.segmenters`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, Self, runtime_checkable

from secondcoder.domain.plugins import check_part, find_part
from secondcoder.domain.records import Segment, Span, SpeakerRole, Transcript
from secondcoder.domain.spans import coded_turns

if TYPE_CHECKING:
    from secondcoder.configuration import SegmentSettings

PACKAGE, GROUP, SETTING = "secondcoder.segments", "secondcoder.segmenters", "segments.segmenter"
BACKCHANNEL_WORDS = 3


class Segmenter(Protocol):
    """A transcript in, its segments out: the units that the model codes. Made from `SegmentSettings`."""

    def segment(self, transcript: Transcript) -> list[Segment]:
        """Segments in order, `transcript.text[s.start:s.end] == s.text`, none of them overlapping, each within one codable turn.

        The units of a `unitised` transcript (the rows of a table) stay whole. Codes are never looked at.
        """
        ...

    def describe(self) -> str:
        """A sentence for the methods section, with its reference."""
        ...


@runtime_checkable
class KeepingSegmenter(Segmenter, Protocol):
    """A segmenter that is quicker with several transcripts at once, and keeps what it finds between runs."""

    def keeping(self, kept: Path) -> Self:
        """The same, keeping in a folder, which may be deleted at any time, what is dear to find."""
        ...

    def segment_together(self, transcripts: Sequence[Transcript]) -> Iterator[list[Segment]]:
        """What `segment` gives for each."""
        ...


def new_segmenter(settings: SegmentSettings) -> Segmenter:
    """The segmenter that the settings name.

    Raises:
        StudyError: no installed package provides it.
        PluginError: the segmenter of another package cannot be used.
    """
    segmenter: Segmenter = find_part(settings.segmenter, PACKAGE, GROUP, SETTING)(settings)
    check_part(segmenter, Segmenter, settings.segmenter, SETTING)
    return segmenter


def codable_turns(transcript: Transcript, interviewer: bool = False) -> list[int]:
    """Indices of the turns that hold words and are not the interviewer's, or of the interviewer's too."""
    coded = set(coded_turns(transcript, interviewer))
    return [index for index, turn in enumerate(transcript.turns) if turn.span in coded]


def segment_of_turn(
    transcript: Transcript,
    order: int,
    index: int,
    sentences: Sequence[Span] = (),
    turns: tuple[Span, ...] | None = None,
) -> Segment:
    """The segment from the first to the last of the sentences in turn `index`; the whole turn where none are given.

    Args:
        order: place among the transcript's segments.
        sentences: their spans in the transcript's text, in order.
        turns: spans of the transcript's codable turns, where the caller has them already.
    """
    turn = transcript.turns[index]
    start, end = (sentences[0][0], sentences[-1][1]) if sentences else (turn.start, turn.end)
    return Segment(
        transcript=transcript.id,
        order=order,
        start=start,
        end=end,
        text=transcript.text[start:end],
        turn=index,
        speaker=turn.speaker,
        question=question_before(transcript, index),
        sentences=tuple(sentences),
        turns=coded_turns(transcript) if turns is None else turns,
    )


def question_before(transcript: Transcript, index: int) -> str:
    """The interviewer's words before turn `index`, '' where nobody is known to interview.

    A back-channel ("Mm.", "Go on.") is passed over: the question is the one before it.
    """
    fallback = ""
    for turn in reversed(transcript.turns[:index]):
        if turn.role is SpeakerRole.INTERVIEWER:
            words = transcript.text[turn.start : turn.end]
            if len(words.split()) > BACKCHANNEL_WORDS:
                return words
            fallback = fallback or words
    return fallback
