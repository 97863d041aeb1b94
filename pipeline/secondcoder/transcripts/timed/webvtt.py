"""WebVTT as Teams, Zoom and Stream export it, by its header, its NOTE blocks and its `<v Name>` tags."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from secondcoder.domain.records import Transcript
from secondcoder.errors import ReadError
from secondcoder.transcripts.registry import Reader, Source
from secondcoder.transcripts.timed.captions import (
    Cue,
    Utterance,
    caption_transcript,
    parse_times,
    without_tags,
)
from secondcoder.transcripts.timed.cue_blocks import ARROW, cue_blocks, refuse_cut_off, structural
from secondcoder.transcripts.timed.timed_speech import repeat_notes
from secondcoder.transcripts.visible import clean

NAME = "WebVTT"
SUFFIXES = (".vtt",)

_VOICE = re.compile(r"<v(?:\.[^\s<>]*)?(?:\s+(?P<name>[^<>]*))?>")


def sniff(source: Source) -> bool:
    """A text that begins with WEBVTT, and any file named .vtt, so that `read` says what is wrong with it."""
    return source.path.suffix.lower() in SUFFIXES or (source.is_text() and clean(source.text[:40]).startswith("WEBVTT"))


def read(source: Source, interviewer: Sequence[str]) -> Transcript:
    """The transcript; ReadError with the line for a broken or cut off file, and for a named interviewer who does not speak."""
    lines = [structural(line) for line in source.unified.split("\n")]
    cues, notes = _cues(lines, source.path.name)
    utterances = [utterance for cue in cues for utterance in _utterances(cue)]
    transcript = caption_transcript(source, NAME, cues, utterances, interviewer, notes)
    # Those who name their speakers did not leave the listening to a recogniser alone.
    repeats = repeat_notes(utterances) if not any(each.speaker for each in utterances) else []
    return replace(transcript, notes=(*transcript.notes, *repeats))


def _cues(lines: Sequence[str], name: str) -> tuple[list[Cue], tuple[str, ...]]:
    if not re.fullmatch(r"WEBVTT(?:\s.*)?", lines[0]):
        fault = f"a WebVTT file begins with WEBVTT, and this one with '{lines[0][:40]}'"
        raise ReadError(f"{name} line 1: {fault}. Nothing was imported.")
    # The header's lines, down to the first blank one or a cue that follows at once, belong to no cue.
    first = next((at for at, line in enumerate(lines) if at and (not line.strip() or ARROW in line)), len(lines))
    blocks, notes = cue_blocks(lines, first, name)
    if not blocks:
        raise ReadError(f"{name} line {len(lines)}: the file ends without a single cue. Nothing was imported.")
    refuse_cut_off(blocks, lines, name)
    return parse_times(blocks, name), notes


def _utterances(cue: Cue) -> Iterator[Utterance]:
    """The parts of a cue, one for each `<v Name>` in it and one for what comes before the first."""
    payload = cue.payload
    voices = list(_VOICE.finditer(payload))
    bounds = [0, *(voice.start() for voice in voices), len(payload)]
    for voice, (start, end) in zip([None, *voices], pairwise(bounds), strict=True):
        speech = without_tags(payload[voice.end() if voice else start : end])
        if speech.strip():
            name = clean(without_tags(voice["name"] or "")).strip(' "') if voice else ""
            yield Utterance(name or None, speech, cue.start, cue.end)


READER = Reader(name=NAME, suffixes=SUFFIXES, sniff=sniff, read=read, priority=10)
