"""What tests of batch runs share: invented comments, and runs looked at from outside."""

from __future__ import annotations

import csv
import hashlib
import random
from pathlib import Path

import pandas as pd

WORDS = """
they explained the purpose over lunch understood meaning room desk computer slots corridor link worker waits kind staff long time
never happy numbers benefit worth patients referral told knew agreed shared together
""".split()  # noqa: SIM905 - words are easier read so


def comment(rng: random.Random) -> str:
    """One to three sentences of invented words."""
    sentences = [" ".join(rng.choices(WORDS, k=rng.randint(3, 12))).capitalize() for _ in range(rng.randint(1, 3))]
    return ". ".join(sentences) + "."


def write_comments(path: Path, count: int, seed: int = 1, title: str = "text") -> Path:
    """A CSV with an id and a comment a row."""
    rng = random.Random(seed)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["id", title])
        writer.writerows([f"c{number}", comment(rng)] for number in range(count))
    return path


def result_of(folder: Path) -> pd.DataFrame:
    """The suggestions of a finished run."""
    return pd.read_parquet(folder / "suggestions.parquet")


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def digests(folder: Path) -> dict[str, str]:
    """Every file of a run's folder with its SHA-256."""
    return {str(path.relative_to(folder)): digest(path) for path in sorted(folder.rglob("*")) if path.is_file()}


def write_interviews(folder: Path, count: int = 4) -> Path:
    """Invented interviews in files of their own; the folder."""
    rng = random.Random(8)
    folder.mkdir(parents=True)
    for number in range(count):
        talk = "\n\n".join(f"I: {comment(rng)}?\n\nP: {comment(rng)}" for _ in range(3))
        (folder / f"p{number}.txt").write_text(talk)
    return folder
