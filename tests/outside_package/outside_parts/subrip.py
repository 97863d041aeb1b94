"""A transcript format: SubRip captions (.srt), as YouTube, Otter and many recorders write them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from secondcoder.domain.records import Transcript
from secondcoder.transcripts import Reader
from secondcoder.transcripts.registry import Source
from secondcoder.transcripts.timed.captions import (
    Utterance,
    caption_transcript,
    paragraphs,
    parse_block,
    parse_times,
    without_tags,
)

FIRST_CUE = re.compile(r"\s*\d+\s*\n\d+:\d\d:\d\d,\d{3} -->")


def sniff(source: Source) -> bool:
    return source.is_text() and FIRST_CUE.match(source.unified) is not None


def read(source: Source, interviewer: Sequence[str]) -> Transcript:
    place = source.path.name
    blocks = [parse_block(number, lines, place) for number, lines in paragraphs(source.unified.split("\n"))]
    cues = parse_times(blocks, place)
    utterances = [Utterance(None, without_tags(cue.payload), cue.start, cue.end) for cue in cues]
    return caption_transcript(source, "SubRip", cues, utterances, interviewer)


READER = Reader("SubRip", (".srt",), sniff, read)
