"""What is reviewed: passages of transcripts with what the model suggested on them, and why each is shown."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil, log2, sqrt

from secondcoder.configuration import ReviewSettings
from secondcoder.records import Sample, Segment, Suggestion

Place = tuple[str, int, int]
"""Transcript, start and end of a passage."""


@dataclass(frozen=True)
class Passage:
    """A segment with its suggestions, in the codebook's order, and its share in the samples."""

    segment: Segment
    suggestions: tuple[Suggestion, ...] = ()
    sample: Sample = Sample.ORDINARY

    @property
    def place(self) -> Place:
        """Transcript, start, end."""
        return self.segment.transcript, self.segment.start, self.segment.end

    @property
    def key(self) -> str:
        """The place as one word, for forms and links."""
        return f"{self.segment.start}-{self.segment.end}-{self.segment.transcript}"

    @property
    def is_blind(self) -> bool:
        """To be coded before anything of the model is seen."""
        return self.sample is not Sample.ORDINARY

    def suggestion(self, code: str) -> Suggestion | None:
        """The suggestion of a code here."""
        return next((one for one in self.suggestions if one.code == code), None)


@dataclass(frozen=True)
class Interview:
    """The passages of one transcript, in its order."""

    transcript: str
    passages: tuple[Passage, ...]
    by_key: Mapping[str, Passage] = field(default_factory=dict)

    @property
    def in_review(self) -> tuple[Passage, ...]:
        """The passages on which somebody has to decide: with suggestions, or drawn from below the threshold."""
        return tuple(one for one in self.passages if one.suggestions or one.is_blind)


def build_passages(
    segments: Iterable[Segment],
    suggestions: Iterable[Suggestion],
    order: Sequence[str],
    settings: ReviewSettings,
    all_blind: bool = False,
) -> list[Passage]:
    """Segments as passages; the samples are drawn by the settings' seed alone, so a passage keeps its place in them.

    Args:
        order: codes in the codebook's order.
        all_blind: every passage with suggestions is coded before they are seen.
    """
    rank = {code: at for at, code in enumerate(order)}
    by_place: dict[Place, list[Suggestion]] = {}
    for one in sorted(suggestions, key=lambda one: rank.get(one.code, len(rank))):
        by_place.setdefault((one.transcript, one.start, one.end), []).append(one)
    plain = [Passage(one, tuple(by_place.get((one.transcript, one.start, one.end), ()))) for one in segments]
    below = _below(plain, settings)
    return [
        Passage(one.segment, one.suggestions, _sample(one, settings, all_blind, one.place in below)) for one in plain
    ]


def _sample(one: Passage, settings: ReviewSettings, all_blind: bool, is_below: bool) -> Sample:
    if is_below:
        return Sample.BELOW
    drawn = draw(one.place, settings.sample_seed) < settings.blind
    return Sample.BLIND if one.suggestions and (all_blind or drawn) else Sample.ORDINARY


def _below(passages: Sequence[Passage], settings: ReviewSettings) -> set[Place]:
    """The passages without suggestion that are shown: `below` of all that are, by their draw."""
    suggested = sum(bool(one.suggestions) for one in passages)
    wanted = ceil(suggested * settings.below / (1 - settings.below))
    left = sorted((one.place for one in passages if not one.suggestions), key=lambda at: draw(at, settings.sample_seed))
    return set(left[:wanted])


def draw(place: Place, seed: int, purpose: str = "sample") -> float:
    """A number in [0, 1) that depends on the place, the seed and the purpose only."""
    digest = hashlib.sha256("\x1f".join(map(str, (purpose, seed, *place))).encode()).digest()
    return int.from_bytes(digest[:8]) / 2**64


def expected_gain(suggestion: Suggestion, examples: int) -> float:
    """How much a decision should teach: the doubt in the suggestion (entropy, in bits), more for a code with few examples.

    A code that is only ranked counts as wholly in doubt.
    """
    p = min(max(suggestion.score, 1e-6), 1 - 1e-6) if suggestion.calibrated else 0.5
    return -(p * log2(p) + (1 - p) * log2(1 - p)) / sqrt(1 + examples)
