"""SubRip captions, as Whisper, YouTube and many recorders write them: numbered cues, the fractions of their times after a comma."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from secondcoder.domain.records import Transcript
from secondcoder.errors import ReadError
from secondcoder.transcripts.registry import Reader, Source
from secondcoder.transcripts.timed.captions import Utterance, caption_transcript, parse_times, without_tags
from secondcoder.transcripts.timed.cue_blocks import cue_blocks, refuse_cut_off, structural
from secondcoder.transcripts.timed.timed_speech import repeat_notes
from secondcoder.transcripts.visible import clean

NAME = "SubRip"
SUFFIXES = (".srt",)
# Without a number it is a cue only by its commas: Teams begins plain text with times in points.
_CLOCK = r"\d{1,3}:\d{1,2}:\d{1,2}"
_FIRST_CUE = re.compile(rf"(?:\d{{1,7}}\s+{_CLOCK}[,.]|{_CLOCK},)\d{{1,3}} --> \d")


def sniff(source: Source) -> bool:
    """A text that begins with a cue, whatever the file is called, and any file named .srt, so that `read` says what is wrong."""
    return source.path.suffix.lower() in SUFFIXES or (
        source.is_text() and _FIRST_CUE.match(clean(source.text[:200])) is not None
    )


def read(source: Source, interviewer: Sequence[str]) -> Transcript:
    """The transcript; ReadError with the line for a broken file, and for a named interviewer who does not speak."""
    lines = [structural(line) for line in source.unified.split("\n")]
    blocks, notes = cue_blocks(lines, 0, source.path.name)
    if not blocks:
        raise ReadError(f"{source.path.name}: the file holds no cue as SubRip writes one. Nothing was imported.")
    refuse_cut_off(blocks, lines, source.path.name)
    cues = parse_times(blocks, source.path.name)
    utterances = [Utterance(None, without_tags(cue.payload), cue.start, cue.end) for cue in cues]
    transcript = caption_transcript(source, NAME, cues, utterances, interviewer, notes)
    return replace(transcript, notes=(*transcript.notes, *repeat_notes(utterances)))


# After packages that bring a reader of their own for these files.
READER = Reader(name=NAME, suffixes=SUFFIXES, sniff=sniff, read=read, priority=60)
