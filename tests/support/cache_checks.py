"""A counting embedder, and a cache's files, for tests of caches."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from secondcoder.block_cache.shards import HOUR
from secondcoder.embedding.hashed_words import WordHashEmbedder

TEXTS = ["the desk", "no room 😀", "the desk", "", "e\u0301te\u0301", "\ud800 alone"]


class Counting:
    """Words, and a record of what was asked."""

    width, sha256 = WordHashEmbedder.width, None

    def __init__(self, id_: str = "fake@1", window: int | None = None) -> None:
        self.id, self.window, self.asked = id_, window, []

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        self.asked += texts
        return WordHashEmbedder().embed([f"{self.id} {text}".replace("\ud800", "?") for text in texts])

    def describe(self) -> str:
        return "Counted."


def files(cache: Path) -> list[Path]:
    return sorted(cache.rglob("*.shard"))


def many(count: int, start: int = 0) -> list[str]:
    return [f"text {number:05}" for number in range(start, start + count)]


def aged(paths: Sequence[Path], hours: float) -> None:
    for path in paths:
        os.utime(path, (time.time() - hours * HOUR,) * 2)
