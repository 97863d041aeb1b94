"""What the tests of all readers share: how to look at a transcript, and what holds for every one."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from secondcoder.domain.records import SpeakerRole, Transcript
from secondcoder.transcripts import read_transcript

INTERVIEWER, PARTICIPANT = SpeakerRole.INTERVIEWER, SpeakerRole.PARTICIPANT


def check_invariants(transcript: Transcript) -> None:
    """Turns in order, apart, within the text, with speech and no white space around it."""
    assert transcript.turns
    for turn in transcript.turns:
        assert 0 <= turn.start < turn.end <= len(transcript.text)
        speech = transcript.text[turn.start : turn.end]
        assert speech == speech.strip()
        assert turn.role is None or turn.speaker is not None
    for before, turn in pairwise(transcript.turns):
        assert before.end <= turn.start


def spoken_turns(transcript: Transcript) -> list[tuple[str | None, str]]:
    """Speaker and speech of each turn."""
    return [(turn.speaker, transcript.text[turn.start : turn.end]) for turn in transcript.turns]


def roles(transcript: Transcript) -> dict[str | None, SpeakerRole | None]:
    """The role of each speaker."""
    return {turn.speaker: turn.role for turn in transcript.turns}


def times(transcript: Transcript) -> list[tuple[float | None, float | None]]:
    """Start and end of each turn, in seconds."""
    return [(turn.time_start, turn.time_end) for turn in transcript.turns]


def read_content(folder: Path, content: str | bytes, name: str = "p01.txt", *interviewer: str) -> Transcript:
    """Write a file, read it as a transcript, and check what holds for all."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    transcript = read_transcript(path, interviewer)
    check_invariants(transcript)
    assert (transcript.id, transcript.source) == (path.stem, path.name)
    return transcript
