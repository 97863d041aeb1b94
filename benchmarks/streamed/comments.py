"""Comments of patients that nobody wrote: sentences of a small grammar, filled up with words whose frequencies follow Zipf's law."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path

from secondcoder.exchange.importing import ImportOptions
from secondcoder.study.folder import CONFIGURATION
from secondcoder.study.study import Study

TOPICS = {
    "STAFF": "nurse doctor receptionist staff kind rude friendly listened dismissive caring",
    "WAITING": "waited queue hours delay appointment late prompt minutes cancelled booked",
    "INFORMATION": "explained leaflet told understood results letter unclear informed answers questions",
    "PLACE": "ward parking clean noisy toilets room food bed signs car",
    "TREATMENT": "pain tablets operation physio better recovery dose relief surgery tests",
}
OPENINGS = ("The {a} {b}", "I felt that {a} and {b}", "They {a} about the {b}", "My {a} was {b}", "{a}, then {b}")
VOCABULARY, EMPTY = 5000, 0.005
"""Different filling words, and the share of rows without a comment."""
CODED, MISSED, STRAY = 600, 0.15, 0.02
"""Comments that the model learns from; the share of their topics that the coder missed, and of other codes that they gave."""


def words_of(rng: random.Random) -> tuple[list[str], list[float]]:
    """Invented words, and their cumulated weights 1/rank."""
    syllables = [first + second for first in "bdfgklmnprst" for second in "aeiou"]
    words = ["".join(rng.choices(syllables, k=rng.randint(1, 4))) for _ in range(VOCABULARY)]
    return words, list(accumulate(1 / rank for rank in range(1, VOCABULARY + 1)))


def comments(count: int, seed: int) -> Iterator[tuple[str, list[str]]]:
    """Texts of about 15 words, each with the topics it is on."""
    rng = random.Random(seed)
    words, weights = words_of(random.Random(0))
    for _ in range(count):
        if rng.random() < EMPTY:
            yield "", []
            continue
        topics = rng.sample(list(TOPICS), rng.choice((0, 1, 1, 1, 2)))
        sentences = [_sentence(rng, topic, words, weights) for topic in topics or [None]]
        yield " ".join(sentences), topics


def _sentence(rng: random.Random, topic: str | None, words: list[str], weights: list[float]) -> str:
    own = TOPICS[topic].split() if topic else rng.choices(words, cum_weights=weights, k=2)
    opening = rng.choice(OPENINGS).format(a=rng.choice(own), b=rng.choice(own))
    filling = rng.choices(words, cum_weights=weights, k=min(int(rng.expovariate(1 / 9)) + 1, 60))
    sentence = f"{opening} {' '.join(filling)}"
    return f"{sentence[0].upper()}{sentence[1:]}."


def write_table(path: Path, count: int, seed: int = 1) -> None:
    """A CSV with an id and a comment a row."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "text"])
        writer.writerows([number, text] for number, (text, _) in enumerate(comments(count, seed), start=1))


def make_study(folder: Path, embedding: str) -> None:
    """A study with a model that learned from some hundred coded comments, of four a person."""
    table = folder.with_suffix(".csv")
    with table.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["transcript", "text", "codes", "coder"])
        rng = random.Random(3)
        for number, (text, topics) in enumerate(comments(CODED, seed=7)):
            codes = [topic for topic in TOPICS if rng.random() < (1 - MISSED if topic in topics else STRAY)]
            if text:
                writer.writerow([f"p{number // 4}", text, "|".join(codes), "ana"])
    Study.create(folder, "npt-core").close()
    (folder / CONFIGURATION).write_text(f'[embedding]\nmodel = "{embedding}"\n', encoding="utf-8")
    study = Study(folder)
    study.import_files([table], ImportOptions(add_codes=True, same_interview="keep"))
    study.train()
    study.close()
