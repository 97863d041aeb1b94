"""What is reviewed: passages of transcripts with what the model suggested on them, and why each is shown."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil, floor, log2, sqrt

from secondcoder.configuration import ReviewSettings
from secondcoder.domain.records import Sample, Segment, Suggestion

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
    begun: Mapping[Place, Sample] | None = None,
) -> list[Passage]:
    """Segments as passages; the samples follow from the settings' seed, the transcript and what was begun.

    Args:
        order: codes in the codebook's order.
        all_blind: every passage with suggestions is coded before they are seen.
        begun: the sample of each passage that somebody decided on before; it stays, whatever is suggested since. Only `all_blind`
            takes passages out of the ordinary.
    """
    rank = {code: at for at, code in enumerate(order)}
    by_place: dict[Place, list[Suggestion]] = {}
    for one in sorted(suggestions, key=lambda one: rank.get(one.code, len(rank))):
        by_place.setdefault((one.transcript, one.start, one.end), []).append(one)
    plain = [Passage(one, tuple(by_place.get((one.transcript, one.start, one.end), ()))) for one in segments]
    share = 1.0 if all_blind else settings.blind
    kept = {place: sample for place, sample in (begun or {}).items() if not all_blind or sample is not Sample.ORDINARY}
    samples = _blind(plain, share, settings.sample_seed, kept) | _below(plain, settings, kept) | kept
    return [Passage(one.segment, one.suggestions, samples.get(one.place, Sample.ORDINARY)) for one in plain]


def _blind(passages: Iterable[Passage], share: float, seed: int, begun: Mapping[Place, Sample]) -> dict[Place, Sample]:
    """The share of each transcript's passages with suggestions, by their draw; a part of a passage is rounded by the transcript's.

    Transcript by transcript, so that the share is kept in a small review and no passage changes when interviews are added.
    """
    places: dict[str, list[Place]] = {}
    for one in passages:
        if one.suggestions:
            places.setdefault(one.place[0], []).append(one.place)
    found: list[Place] = []
    for transcript, own in places.items():
        wanted = floor(share * len(own) + draw((transcript, 0, 0), seed, "share"))
        found += _drawn(own, wanted, seed, begun, Sample.BLIND)
    return dict.fromkeys(found, Sample.BLIND)


def _below(passages: Sequence[Passage], settings: ReviewSettings, begun: Mapping[Place, Sample]) -> dict[Place, Sample]:
    """The passages without suggestion that are shown: `below` of all that are, by their draw."""
    suggested = sum(bool(one.suggestions) for one in passages)
    wanted = ceil(suggested * settings.below / (1 - settings.below))
    left = [one.place for one in passages if not one.suggestions]
    return dict.fromkeys(_drawn(left, wanted, settings.sample_seed, begun, Sample.BELOW), Sample.BELOW)


def _drawn(
    places: Iterable[Place], wanted: int, seed: int, begun: Mapping[Place, Sample], sample: Sample
) -> list[Place]:
    """`wanted` places: those begun in the sample, then by their draw those that nobody began."""
    own = list(places)
    kept = sum(begun.get(one) is sample for one in own)
    free = sorted((one for one in own if one not in begun), key=lambda one: draw(one, seed))
    return free[: max(0, wanted - kept)]


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
