"""Which passages a review shows, and which of them blind: samples drawn by a seed, the same on every start.

Two samples correct what a review of suggestions alone cannot show. *Blind*: a share of the passages with suggestions is coded before
the suggestions are seen, which measures acceptance bias. *Below*: some passages without any suggestion are coded too, which
measures elusion, the codes that the model misses.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor

from secondcoder.configuration import ReviewSettings
from secondcoder.corpus import of_reviews
from secondcoder.domain.grouping import group_by
from secondcoder.domain.records import Decision, Place, Sample, Segment, Suggestion


@dataclass(frozen=True)
class Passage:
    """A segment with its suggestions, in the codebook's order, and the sample it belongs to; of the folded codes only the number is
    shown."""

    segment: Segment
    suggestions: tuple[Suggestion, ...] = ()
    sample: Sample = Sample.ORDINARY
    folded: frozenset[str] = frozenset()

    @property
    def place(self) -> Place:
        """Transcript, start, end."""
        return self.segment.place

    @property
    def key(self) -> str:
        """The place in one string, for forms and links."""
        return f"{self.segment.start}-{self.segment.end}-{self.segment.transcript}"

    @property
    def is_blind(self) -> bool:
        """To be coded before anything of the model is seen."""
        return self.sample is not Sample.ORDINARY

    @property
    def shown(self) -> tuple[Suggestion, ...]:
        """The suggestions that are not folded."""
        return tuple(suggestion for suggestion in self.suggestions if suggestion.code not in self.folded)

    def suggestion(self, code: str) -> Suggestion | None:
        """The suggestion of a code here."""
        return next((suggestion for suggestion in self.suggestions if suggestion.code == code), None)


@dataclass(frozen=True)
class Interview:
    """The passages of one transcript, in its order."""

    transcript: str
    passages: tuple[Passage, ...]

    @property
    def in_review(self) -> tuple[Passage, ...]:
        """The passages on which somebody has to decide: with suggestions, or drawn from those without."""
        return tuple(passage for passage in self.passages if passage.suggestions or passage.is_blind)


def sampled_before(decisions: Sequence[Decision]) -> dict[Place, Sample]:
    """The sample in which each passage was first decided on, by one person: an adjudication does not say how it was first shown."""
    # Newest first, so that a passage's first decision is written last and stays.
    return {decision.place: decision.sample for decision in reversed(of_reviews(decisions))}


def build_passages(
    segments: Iterable[Segment],
    suggestions: Iterable[Suggestion],
    order: Sequence[str],
    settings: ReviewSettings,
    all_blind: bool = False,
    begun: Mapping[Place, Sample] | None = None,
) -> list[Passage]:
    """Segments as passages; the samples depend on the settings' seed, the transcript and `begun` alone.

    Args:
        order: codes in the codebook's order.
        all_blind: every passage with suggestions is coded before they are seen.
        begun: the sample of each passage that somebody decided on before. It stays, whatever is suggested since, except that
            `all_blind` may move passages out of the ordinary sample.
    """
    rank = {code: at for at, code in enumerate(order)}
    ordered = sorted(suggestions, key=lambda suggestion: rank.get(suggestion.code, len(rank)))
    by_place = group_by(ordered, lambda suggestion: suggestion.place)
    plain = [Passage(segment, tuple(by_place.get(segment.place, ()))) for segment in segments]
    share = 1.0 if all_blind else settings.blind
    kept = {place: sample for place, sample in (begun or {}).items() if not all_blind or sample is not Sample.ORDINARY}
    # `kept` comes last, and so overrules both draws.
    samples = _blind(plain, share, settings.sample_seed, kept) | _below(plain, settings, kept) | kept
    return [
        Passage(passage.segment, passage.suggestions, samples[passage.place]) if passage.place in samples else passage
        for passage in plain
    ]


def _blind(passages: Iterable[Passage], share: float, seed: int, begun: Mapping[Place, Sample]) -> dict[Place, Sample]:
    """`share` of each transcript's passages with suggestions; a fraction of a passage is rounded by the transcript's own draw.

    Transcript by transcript, so that the share is kept in a small review and no passage changes when interviews are added.
    """
    places_in = group_by((passage.place for passage in passages if passage.suggestions), lambda place: place[0])
    blind: list[Place] = []
    for transcript, places in places_in.items():
        # Rounded up as often as the fraction says, so that on average the share is kept exactly.
        wanted = floor(share * len(places) + draw((transcript, 0, 0), seed, "share"))
        blind += _drawn(places, wanted, seed, begun, Sample.BLIND)
    return dict.fromkeys(blind, Sample.BLIND)


def _below(passages: Sequence[Passage], settings: ReviewSettings, begun: Mapping[Place, Sample]) -> dict[Place, Sample]:
    """The passages without suggestion that are shown: a share `below` of all passages shown."""
    suggested = sum(bool(passage.suggestions) for passage in passages)
    wanted = ceil(suggested * settings.below / (1 - settings.below))
    unsuggested = [passage.place for passage in passages if not passage.suggestions]
    return dict.fromkeys(_drawn(unsuggested, wanted, settings.sample_seed, begun, Sample.BELOW), Sample.BELOW)


def _drawn(
    places: Sequence[Place], wanted: int, seed: int, begun: Mapping[Place, Sample], sample: Sample
) -> list[Place]:
    """The places to draw in addition to those begun in the sample, so that there are `wanted` in all."""
    kept = sum(begun.get(place) is sample for place in places)
    # Each place by a number of its own: one that comes or goes reorders no others.
    free = sorted((place for place in places if place not in begun), key=lambda place: draw(place, seed))
    return free[: max(0, wanted - kept)]


def draw(place: Place, seed: int, purpose: str = "sample") -> float:
    """A number in [0, 1) that depends on the place, the seed and the purpose alone."""
    # Not `hash`, which differs between processes, nor a generator, whose numbers depend on how many were drawn before.
    digest = hashlib.sha256("\x1f".join(map(str, (purpose, seed, *place))).encode()).digest()
    return int.from_bytes(digest[:8]) / 2**64
