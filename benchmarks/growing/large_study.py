"""A large invented study: talk with a realistic growth of its vocabulary, coded by two people, a part of it by both."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from secondcoder.study.folder import CONFIGURATION
from secondcoder.study.study import Study

CODES, LENGTH, WORDS = 40, 200, 40
"""Codes; segments of a transcript; words of a segment."""
VOCABULARY, OWN = 40_000, 12
"""Different words of the talk, drawn by Zipf's law; words that speak for one code."""
TWICE, VALENCED, ASKED = 10, 20, 4
"""One transcript in so many is coded by both; one mark in so many has a valence; so many segments follow one question."""
COLUMNS = ("transcript", "order", "speaker", "text", "codes", "coder", "valence", "role", "case")
SETTINGS = '[embedding]\nmodel = "words"\n[learning]\nclassifier = "{classifier}"\n'


def made_study(folder: Path, segments: int, classifier: str) -> Study:
    """The study with so many coded segments, in transcripts of `LENGTH`."""
    book, table = folder / "codebook.yml", folder / "coded.csv"
    book.write_text(_codebook(), encoding="utf-8")
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(_rows(segments))
    Study.create(folder / "study", str(book)).close()
    (folder / "study" / CONFIGURATION).write_text(SETTINGS.format(classifier=classifier), encoding="utf-8")
    study = Study(folder / "study")
    study.import_files([table])
    return study


def _codebook() -> str:
    codes = [
        f"  - id: c{j:02}\n    name: Code {j}\n    family: f{j % 4}\n    definition: {' '.join(_own_words(j))}\n"
        for j in range(CODES)
    ]
    return "format: secondcoder-codebook/1\nid: grown\ntitle: Grown\nversion: '1'\nlanguage: en\ncodes:\n" + "".join(
        codes
    )


def _own_words(code: int) -> list[str]:
    return [f"c{code}w{word}" for word in range(OWN)]


def _rows(segments: int) -> Iterator[tuple[str, ...]]:
    rng = np.random.default_rng(segments)
    chance = 1 / np.arange(1, VOCABULARY + 1)
    chance /= chance.sum()
    share = rng.uniform(0.01, 0.05, CODES)
    for number in range(-(-segments // LENGTH)):
        name, length = f"t{number:04}", min(LENGTH, segments - number * LENGTH)
        about = ("GP" if number % 2 else "nurse", f"practice {number // 10}")
        talk = [f"w{word}" for word in rng.choice(VOCABULARY, length * WORDS, p=chance).tolist()]
        coders = ("ada", "ben") if number % TWICE == 0 else (("ada", "ben")[number % 2],)
        for at in range(length):
            if at % ASKED == 0:
                yield name, f"{2 * at}", "INT", f"Question {rng.integers(50)} about it?", "", coders[0], "", *about
            codes = np.flatnonzero(rng.random(CODES) < share).tolist()
            told = [word for code in codes for word in rng.choice(_own_words(code), 4).tolist()]
            text = " ".join([*talk[at * WORDS : (at + 1) * WORDS - len(told)], *told])
            for coder in coders:
                given = [code for code in codes if len(coders) == 1 or rng.random() < 0.85]
                valence = (
                    ("promotes", "inhibits")[int(rng.integers(2))] if given and rng.integers(VALENCED) == 0 else ""
                )
                yield (
                    name,
                    f"{2 * at + 1}",
                    "P",
                    text,
                    "|".join(f"c{code:02}" for code in given),
                    coder,
                    valence,
                    *about,
                )
