"""The sample that was drawn to correct counts by, as the audit trail keeps it.

It is an event of a proposal (`chosen_passages`), and no plain random sample, since half is drawn where the model suggests
something; so figures do not rest on it. What else is kept says how likely each passage was to be drawn. The latest draw holds
those before it, as long as the model is the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from secondcoder.corpus import Corpus
from secondcoder.domain.records import Place
from secondcoder.labels.chosen_passages import places_of, proposal_detail

DRAWN = "drawn"
"""Why a passage is in the proposal."""


@dataclass(frozen=True)
class CountingDraw:
    """One draw.

    Attributes:
        model: the version whose suggestions are to be corrected; None where there was no model.
        size: how many were asked for; `coder` who was to code them.
        places: those drawn, each with its probability.
        transcripts: those they were drawn from; `coded` the places there that were coded by hand before, and not drawn from.
    """

    model: str | None
    size: int
    coder: str
    places: Mapping[Place, float]
    transcripts: frozenset[str]
    coded: frozenset[Place]

    def detail(self, seed: int) -> dict[str, Any]:
        """What the audit trail keeps."""
        return proposal_detail([(place, DRAWN) for place in self.places], self.model) | {
            "draw": {
                "size": self.size,
                "coder": self.coder,
                "seed": seed,
                "probabilities": [*self.places.values()],
                "transcripts": sorted(self.transcripts),
                "coded": [list(place) for place in sorted(self.coded)],
            }
        }


def latest_draw(corpus: Corpus) -> CountingDraw | None:
    """The study's last draw, less transcripts that were removed since."""
    details = _details(corpus)
    if not details:
        return None
    last, draw, here = details[-1], details[-1]["draw"], corpus.by_id.keys()
    drawn = zip((place for place, _ in places_of(last)), draw["probabilities"], strict=True)
    return CountingDraw(
        last["model"],
        draw["size"],
        draw["coder"],
        {place: float(probability) for place, probability in drawn if place[0] in here},
        frozenset(draw["transcripts"]) & here,
        frozenset((str(name), int(start), int(end)) for name, start, end in draw["coded"]),
    )


def drawn_places(corpus: Corpus) -> frozenset[Place]:
    """Places of all draws."""
    return frozenset(place for detail in _details(corpus) for place, _ in places_of(detail))


def _details(corpus: Corpus) -> list[Mapping[str, Any]]:
    return [event["detail"] for event in corpus.proposals if "draw" in event["detail"]]
