"""Invented one-hour interviews as Word files: talk by a chain of the demonstration study's words, so that vocabulary and lengths of
sentences are those of interviews."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from docx import Document
from secondcoder.domain.records import SpeakerRole, Transcript
from secondcoder.transcripts.registry import read_transcript

DEMO = Path(__file__).parents[2] / "corpora" / "demo"
WORDS = 9_000
"""Of an hour, both speakers."""
ANSWER, SPREAD, QUESTION, LONGEST = 4.2, 0.8, 18, 60
"""Mean and standard deviation of the logarithm of an answer's words; words of a question; longest sentence."""
Chain = Mapping[tuple[str, str], Sequence[str]]
START = ("", "")


def demo_talk() -> list[str]:
    """What participants say in the demonstration study."""
    files = sorted(path for path in (DEMO / "transcripts").rglob("*") if path.is_file())
    transcripts: list[Transcript] = [read_transcript(file) for file in files]
    return [
        transcript.text[turn.start : turn.end]
        for transcript in transcripts
        for turn in transcript.turns
        if turn.role is not SpeakerRole.INTERVIEWER
    ]


def chain_of(talk: Sequence[str]) -> Chain:
    """Which words follow each two; a sentence begins and ends at START's empty words."""
    following: dict[tuple[str, str], list[str]] = defaultdict(list)
    for turn in talk:
        before = START
        for word in turn.split():
            following[before].append(word)
            before = START if word[-1] in ".?!" else (before[1], word)
    return following


def sentence(chain: Chain, draw: random.Random) -> list[str]:
    """Words of one sentence."""
    words: list[str] = []
    before = START
    while before in chain and len(words) < LONGEST:
        words.append(draw.choice(chain[before]))
        before = (before[1], words[-1])
        if words[-1][-1] in ".?!":
            break
    return words


def speech(chain: Chain, draw: random.Random, length: float) -> str:
    """Whole sentences, of about so many words together."""
    words: list[str] = []
    while len(words) < length:
        words += sentence(chain, draw)
    return " ".join(words)


def write_interview(path: Path, chain: Chain, draw: random.Random, words: int = WORDS) -> None:
    """Questions and answers as a Word file."""
    document, said = Document(), 0
    while said < words:
        for speaker, length in (("Interviewer", QUESTION), ("Participant", draw.lognormvariate(ANSWER, SPREAD))):
            talk = speech(chain, draw, length)
            document.add_paragraph(f"{speaker}: {talk}")
            said += len(talk.split())
    document.save(str(path))


def write_interviews(folder: Path, number: int, words: int = WORDS) -> list[Path]:
    """So many of them, the same ones every time."""
    chain, draw = chain_of(demo_talk()), random.Random(0)
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"hour {at:03d}.docx" for at in range(number)]
    for path in paths:
        write_interview(path, chain, draw, words)
    return paths
