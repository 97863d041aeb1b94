"""Invented segments whose codes have valences that can be learned from their words."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from secondcoder.labels.label_matrix import LabelMatrix
from secondcoder.labels.valences import UNKNOWN, Valences
from secondcoder.learning.assessment.valence_figures import ValenceAssessment, assess_valence

from support.planted import CODES, FILLER, Planted, features_of, segments_of, settings

SAID = ("glad works helped easily", "refused stuck never broken")
"""Words of what promotes, and of what inhibits."""


@dataclass(frozen=True)
class Valenced:
    """Talk, and the valences of its labels."""

    talk: Planted
    valences: Valences

    def given(self, value: np.ndarray) -> Valenced:
        return replace(self, valences=Valences(value.astype(np.int8)))

    def shuffled(self, seed: int) -> Valenced:
        """The same valences dealt out anew among the labels that have one."""
        value, known = self.valences.value.copy(), self.valences.known
        value[known] = np.random.default_rng(seed).permutation(value[known])
        return self.given(value)

    def assessed(self, **changes: object) -> ValenceAssessment:
        talk, how = self.talk, settings(**{"group": "transcript", "bootstrap": 300} | changes)
        by_hand = np.ones(len(talk.segments), dtype=bool)
        return assess_valence(talk.features, talk.labels, self.valences, talk.segments, by_hand, how)


def valenced(transcripts: int = 10, length: int = 14, seed: int = 0, own_words: bool = False) -> Valenced:
    """Filler talk with a code on most segments, each promoting or inhibiting, which its words tell.

    Args:
        own_words: instead each transcript has words of its own and a single valence throughout, at random.
    """
    rng, segments, value = np.random.default_rng(seed), [], []
    by_transcript = rng.permutation(np.arange(transcripts) % 2)
    for number in range(transcripts):
        texts = []
        for _ in range(length):
            code, valence = int(rng.integers(4)), int(by_transcript[number] if own_words else rng.integers(2))
            row = np.full(len(CODES), UNKNOWN)
            if code < len(CODES):
                row[code] = valence
            told = [f"t{number}word{word}" for word in rng.choice(6, 3)] if own_words else SAID[valence].split()
            texts.append(" ".join(rng.permutation([*rng.choice(FILLER, 7), *(told if code < len(CODES) else [])])))
            value.append(row)
        segments += segments_of(texts, f"t{number:02}")
    valences = Valences(np.array(value, dtype=np.int8))
    labels = LabelMatrix(CODES, valences.known, np.ones_like(valences.known))
    return Valenced(Planted(segments, features_of(segments), labels), valences)
