"""A tiny recording, and interviews with times."""

from __future__ import annotations

import io
import math
import struct
import wave
from dataclasses import replace

from secondcoder.domain.records import Transcript

from support.review_checks import talk

RATE = 8000


def tone(seconds: float) -> bytes:
    """A WAV of a quiet tone."""
    stream = io.BytesIO()
    with wave.open(stream, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        samples = (round(900 * math.sin(at / 9)) for at in range(round(RATE * seconds)))
        sound.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))
    return stream.getvalue()


def timed_talk(name: str, step: float = 4.0, first: float = 0.0) -> Transcript:
    """The interview of other tests, a turn every `step` seconds; its last turn has no time."""
    plain = talk(name)
    turns = [
        replace(turn, time_start=first + at * step, time_end=first + (at + 1) * step)
        for at, turn in enumerate(plain.turns)
    ]
    return replace(plain, turns=(*turns[:-1], plain.turns[-1]), source=f"{name}.vtt")
