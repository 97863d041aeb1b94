"""Invented interviews of chosen words, for tests of which transcripts are of one talk."""

from __future__ import annotations

import numpy as np
from secondcoder.domain.records import SpeakerRole, Transcript, Turn


def talk(name: str, *turns: tuple[str, str]) -> Transcript:
    """A transcript from (speaker, speech); 'I' interviews, 'R' answers, of others nothing is known."""
    text, placed = "", []
    roles = {"I": SpeakerRole.INTERVIEWER, "R": SpeakerRole.PARTICIPANT}
    for speaker, speech in turns:
        text += f"{speaker}: "
        placed.append(Turn(len(text), len(text) + len(speech), speaker, roles.get(speaker)))
        text += f"{speech}\n\n"
    return Transcript(name, text, tuple(placed))


def words(seed: int, count: int) -> str:
    """So many words, of which hardly four in a row are said with another seed."""
    rng = np.random.default_rng(seed)
    return " ".join(f"w{number}" for number in rng.integers(0, 500, count))
