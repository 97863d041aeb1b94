"""Invented talk in any amount: studies as large as the largest, with words as uneven as in real talk, and vectors to go with them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from secondcoder.domain.arrays import Bools, Floats, Rows, Vectors
from secondcoder.labels.label_matrix import LabelMatrix
from secondcoder.learning.features import Features

WORDS, LENGTH, SEGMENTS = 40_000, 45, 200
"""Words of the language; of a segment, at the median; and segments of a transcript."""
FIXED, FOLLOWS, TOPICAL = 6, 0.35, 0.12
"""Words that often follow a word, how often one of them does, and how often a word is one of a code's own."""
OWN_WORDS, DIMENSIONS, THEMES = 80, 384, 60
"""Words of a code's own; width of the vectors; directions in which segments differ for other reasons than their codes."""


def large_study(rows: int, codes: int, seed: int = 0) -> tuple[Features, LabelMatrix, Vectors]:
    """Features and labels of a study of so many segments with k codes, and vectors (k, d) of their descriptions."""
    rng = np.random.default_rng(seed)
    group = np.arange(rows) // SEGMENTS
    y = _labels(rng, group, codes)
    topic, language = rng.normal(size=(codes, DIMENSIONS)), np.random.default_rng(0)
    vectors = _vectors(rng, group, y, topic)
    first, last = (np.diff(group, prepend=-1) > 0), (np.diff(group, append=group[-1] + 1) > 0)
    features = Features(
        texts=_texts(rng, language, y),
        groups=tuple(f"t{number:04}" for number in group),
        vectors=vectors,
        questions=np.roll(vectors, 1, axis=0) * ~first[:, None],
        previous=np.where(first, -1, np.arange(rows) - 1),
        following=np.where(last, -1, np.arange(rows) + 1),
    )
    names = tuple(f"code{number:02}" for number in range(codes))
    return features, LabelMatrix(names, y, np.ones_like(y)), _unit(topic + 0.7 * rng.normal(size=topic.shape))


def _labels(rng: np.random.Generator, group: Rows, codes: int) -> Bools:
    """Rare and common codes, more of them in some transcripts than in others."""
    level = np.linspace(-5.0, -2.0, codes) + rng.normal(0, 0.7, (group[-1] + 1, codes))
    return np.asarray(rng.random((len(group), codes)) < 1 / (1 + np.exp(-level[group])))


def _vectors(rng: np.random.Generator, group: Rows, y: Bools, topic: Floats) -> Vectors:
    """Unit vectors in which a code's direction is mixed with the transcript's, the themes' and chance."""
    themes = rng.normal(size=(THEMES, DIMENSIONS)) * (np.arange(1, THEMES + 1) ** -0.5)[:, None]
    mixed = 0.45 * (y @ topic) + rng.normal(size=(len(y), THEMES)) @ themes
    mixed += (0.4 * rng.normal(size=(group[-1] + 1, DIMENSIONS)))[group]
    return _unit(mixed + 0.6 * rng.normal(size=mixed.shape) + 0.8)


def _unit(values: Floats) -> Vectors:
    return np.asarray(values / np.linalg.norm(values, axis=1, keepdims=True), dtype=np.float32)


def _texts(rng: np.random.Generator, language: np.random.Generator, y: Bools) -> tuple[str, ...]:
    """Words by Zipf's law, some that follow each other again and again, some of a code's own."""
    words = _words(language)
    chance = 1 / (np.arange(WORDS) + 2.7)
    cumulative = np.cumsum(chance / chance.sum())
    follow = np.searchsorted(cumulative, language.random((WORDS, FIXED)))
    own = language.integers(100, WORDS // 4, (y.shape[1], OWN_WORDS))
    length = np.maximum(rng.lognormal(np.log(LENGTH), 0.6, len(y)).round().astype(np.intp), 3)
    segment = np.repeat(np.arange(len(y)), length)
    word = np.minimum(np.searchsorted(cumulative, rng.random(len(segment))), WORDS - 1)
    follows = rng.random(len(word)) < FOLLOWS
    follows[0] = False
    word[follows] = follow[word[np.flatnonzero(follows) - 1], rng.integers(0, FIXED, follows.sum())]
    # A word of one of the segment's codes, the commonest of its own words most often.
    marks = y.sum(axis=1)
    coded = np.flatnonzero((rng.random(len(word)) < TOPICAL) & (marks[segment] > 0))
    which = np.minimum(rng.geometric(0.5, len(coded)), marks[segment[coded]]) - 1
    code = np.argsort(~y, axis=1, kind="stable")[segment[coded], which]
    word[coded] = own[code, np.minimum(rng.geometric(0.05, len(coded)), OWN_WORDS) - 1]
    ends = np.cumsum(length)
    return tuple(" ".join(words[word[end - size : end]]) for size, end in zip(length, ends, strict=True))


def _words(language: np.random.Generator) -> npt.NDArray[np.object_]:
    """Invented words of one to four syllables, the common ones short."""
    syllables = [
        first + vowel + end for first in "bdfghklmnprstvwyz" for vowel in "aeiou" for end in ("", "n", "r", "s")
    ]
    syllable_chance = language.dirichlet(np.full(len(syllables), 0.3))
    several = np.minimum(1 + language.binomial(3, np.linspace(0.15, 0.75, WORDS)), 4)
    drawn = language.choice(syllables, (WORDS, 4), p=syllable_chance)
    return np.array(["".join(parts[:count]) for parts, count in zip(drawn, several, strict=True)], dtype=object)
