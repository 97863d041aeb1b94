"""WebVTT as Teams, Zoom and Stream export it, by its header, its NOTE blocks and its `<v Name>` tags."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from secondcoder.domain.records import Transcript
from secondcoder.errors import ReadError
from secondcoder.transcripts.captions import (
    ARROW,
    Block,
    Cue,
    Utterance,
    caption_transcript,
    paragraphs,
    parse_block,
    parse_times,
    without_tags,
)
from secondcoder.transcripts.registry import Reader, Source

NAME = "WebVTT"
SUFFIXES = (".vtt",)

_REMARK = re.compile(r"(?:NOTE|STYLE|REGION)(?:\s|$)")
_VOICE = re.compile(r"<v(?:\.[^\s<>]*)?(?:[ \t]+(?P<name>[^<>]*))?>")


def sniff(source: Source) -> bool:
    """A text that begins with WEBVTT, and any file named .vtt, so that `read` says what is wrong with it."""
    return source.path.suffix.lower() in SUFFIXES or (source.is_text() and source.text.startswith("WEBVTT"))


def read(source: Source, interviewer: Sequence[str]) -> Transcript:
    """The transcript; ReadError with the line for a broken or cut off file, and for a named interviewer who does not speak."""
    cues = _cues(source.unified.split("\n"), source.path.name)
    utterances = [utterance for cue in cues for utterance in _utterances(cue)]
    return caption_transcript(source, NAME, cues, utterances, interviewer)


def _cues(lines: Sequence[str], name: str) -> list[Cue]:
    if not re.fullmatch(r"WEBVTT(?:[ \t].*)?", lines[0]):
        fault = f"a WebVTT file begins with WEBVTT, and this one with '{lines[0][:40]}'"
        raise ReadError(f"{name} line 1: {fault}. Nothing was imported.")
    # The header's lines, down to the first blank one or a cue that follows at once, belong to no cue.
    first = next((at for at, line in enumerate(lines) if at and (not line.strip() or ARROW in line)), len(lines))
    cues = [(number, block) for number, block in paragraphs(lines, first) if not _REMARK.match(block[0])]
    if not cues:
        raise ReadError(f"{name} line {len(lines)}: the file ends without a single cue. Nothing was imported.")
    blocks = [parse_block(number, block, name) for number, block in cues]
    _refuse_cut_off(blocks, name)
    return parse_times(blocks, name)


def _refuse_cut_off(blocks: Sequence[Block], name: str) -> None:
    """A file that ends within a cue: without its text, within a tag, or without the closing tag that all others have."""
    *others, last = ("\n".join(block.lines) for block in blocks)
    closed = all("</v>" in other for other in others if "<v" in other) and any("</v>" in other for other in others)
    unclosed = closed and "<v" in last and "</v>" not in last
    if not last.strip() or unclosed or re.search(r"</?[a-z][^<>]*$", last):
        line = blocks[-1].line + len(blocks[-1].lines)
        raise ReadError(
            f"{name} line {line}: the file is cut off in its last cue. Export it again. Nothing was imported."
        )


def _utterances(cue: Cue) -> Iterator[Utterance]:
    """The parts of a cue, one for each `<v Name>` in it and one for what comes before the first."""
    payload = cue.payload
    voices = list(_VOICE.finditer(payload))
    bounds = [0, *(voice.start() for voice in voices), len(payload)]
    for voice, (start, end) in zip([None, *voices], pairwise(bounds), strict=True):
        speech = without_tags(payload[voice.end() if voice else start : end])
        if speech.strip():
            name = without_tags(voice["name"] or "").strip(' \t"') if voice else ""
            yield Utterance(name or None, speech, cue.start, cue.end)


READER = Reader(name=NAME, suffixes=SUFFIXES, sniff=sniff, read=read, priority=10)
