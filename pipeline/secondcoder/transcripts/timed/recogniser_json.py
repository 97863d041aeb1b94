"""JSON of speech recognisers: Whisper and its kin, AssemblyAI, Deepgram, AWS Transcribe, Rev.

Each writes stretches of speech with times, in places of their own (`recogniser_layouts`); neighbouring ones of one speaker are a turn,
as in captions.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from secondcoder.domain.json_text import BrokenJsonError, holds_half, parse_json
from secondcoder.domain.records import Transcript
from secondcoder.domain.wording import listed
from secondcoder.errors import ReadError
from secondcoder.transcripts.registry import Reader, Source
from secondcoder.transcripts.timed.captions import Utterance
from secondcoder.transcripts.timed.recogniser_layouts import LAYOUTS
from secondcoder.transcripts.timed.timed_speech import repeat_notes, timed_transcript

NAME = "speech recogniser's JSON"
SUFFIXES = (".json",)
MOST_VALUES = 1_500_000  # an hour of talk, word by word, has about 100,000
_BEGINS = re.compile(r'\s*(?:\{|\[\s*\{)\s*"')
_KEYS = re.compile(r'"(?:segments|utterances|monologues|chunks|transcription|audio_segments|paragraphs)"\s*:')
NOT_ONE = (
    "JSON, and no transcript in it as {known} write one. A coded table may be a file of JSON lines (.jsonl), an object a line; save a "
    "transcript as plain text (.txt). Nothing was imported."
)


def sniff(source: Source) -> bool:
    """JSON with a recogniser's keys, and any file named .json, so that `read` says what is wrong with it."""
    if source.path.suffix.lower() in SUFFIXES:
        return True
    return source.is_text() and bool(_BEGINS.match(source.text) and _KEYS.search(source.text))


def read(source: Source, interviewer: Sequence[str]) -> Transcript:
    """The transcript; ReadError for JSON that is none, times of no recording, and a named interviewer who does not speak."""
    name = source.path.name
    document = _parsed(source.text, name)
    for layout in LAYOUTS:
        found = layout.find(document)
        if found is not None:
            stretches, notes = layout.stretches(found, name)
            stretches, renamed = _called_speakers(stretches)
            transcript = timed_transcript(source, NAME, stretches, interviewer, [*notes, *renamed])
            return replace(transcript, notes=(*transcript.notes, *repeat_notes(stretches)))
    raise ReadError(f"{name}: {NOT_ONE.format(known=listed(list(dict.fromkeys(layout.tool for layout in LAYOUTS))))}")


def _parsed(text: str, name: str) -> Any:
    try:
        document = parse_json(text, MOST_VALUES)
    except BrokenJsonError as error:
        raise ReadError(
            f"{name}: no JSON of a transcript ({error}). The file may be cut off. Nothing was imported."
        ) from None
    if holds_half(document):
        raise ReadError(
            f"{name}: half a character in a text, which no text can hold. Write it anew. Nothing was imported."
        )
    return document


def _called_speakers(stretches: Sequence[Utterance]) -> tuple[list[Utterance], list[str]]:
    """Speakers that have a number or a letter for a name are called so with the word before it: `Speaker 0`."""
    short = [
        name
        for name in dict.fromkeys(each.speaker for each in stretches)
        if name and re.fullmatch(r"\d{1,3}|[A-Z]", name)
    ]
    called = [
        replace(stretch, speaker=f"Speaker {stretch.speaker}") if stretch.speaker in short else stretch
        for stretch in stretches
    ]
    shown = listed([f"'{name}'" for name in short])
    return called, [f"speakers {shown} are called Speaker {short[0]} and so on"] if short else []


READER = Reader(name=NAME, suffixes=SUFFIXES, sniff=sniff, read=read, priority=30)
