"""Passages that were proposed for coding because of what they say: they teach more than others, and are no sample of the talk.

A model is learned from them as from any other. Figures are not taken on them: codes are more frequent there, and the passages harder,
than in the rest. Part of each proposal is drawn at random (`suggestions.next_passages`), and on that part figures rest instead. Where
everything in a transcript was looked at, by whatever way, its passages are all of them and count like any others. The same goes for
agreement on passages that a second person was asked to code (`suggestions.double_coding`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from secondcoder.corpus import Corpus
from secondcoder.domain.arrays import Bools
from secondcoder.domain.grouping import by_transcript, group_by
from secondcoder.domain.records import Coding, CodingPass, Origin, Place, Segment, Span
from secondcoder.domain.spans import coded_turns, covers, difference, merged, within

RANDOM = "random"
Spans = Mapping[tuple[str, str], Sequence[Span]]
"""Coder and transcript -> merged spans."""


def proposal_detail(places: Iterable[tuple[Place, str]], model: str | None, twice: str | None = None) -> dict[str, Any]:
    """What the audit trail keeps of a proposal: each passage's place, and why it is in it; `RANDOM` for those drawn at random.

    `twice` is the person who is to code passages that somebody coded before; None where nobody looked at them.
    """
    detail = {"model": model, "passages": [[*place, why] for place, why in places]}
    return detail if twice is None else detail | {"twice": twice}


def places_of(detail: Mapping[str, Any]) -> Iterator[tuple[Place, str]]:
    """Each passage of a proposal, as the audit trail keeps it: its place, and why it is in it."""
    for name, start, end, why in detail["passages"]:
        yield (str(name), int(start), int(end)), str(why)


def proposed_places(corpus: Corpus, drawn: bool = True) -> frozenset[Place]:
    """Places that nobody had looked at and that were proposed; without the `drawn` ones, those that were chosen in some proposal."""
    once = [event["detail"] for event in corpus.proposals if "twice" not in event["detail"]]
    return frozenset(place for detail in once for place, why in places_of(detail) if drawn or why != RANDOM)


def chosen(corpus: Corpus, segments: Sequence[Segment]) -> Bools:
    """(n,) segments that were chosen, in transcripts of which the rest was not looked at."""
    places = proposed_places(corpus, drawn=False)
    looks = by_transcript(made for made in corpus.passes if made.origin is not Origin.REVIEWED) if places else {}
    partly = {name for name in {place[0] for place in places} if not _is_read(corpus, name, looks.get(name, ()))}
    return np.array([one.transcript in partly and one.place in places for one in segments], dtype=bool)


def are_proposed(corpus: Corpus, passes: Collection[CodingPass]) -> bool:
    """Whether all that was looked at are passages that were proposed, to be coded first or a second time."""
    details = [event["detail"] for event in corpus.proposals]
    asked = _by_name(place for detail in details for place, _ in places_of(detail))
    spans = {name: merged(place[1:] for place in own) for name, own in asked.items()}
    new = [made for made in passes if made.transcript in spans]
    return 0 < len(passes) == len(new) and not any(_outside(corpus, made, spans[made.transcript]) for made in new)


def looked_beyond(corpus: Corpus) -> set[str]:
    """Ids of the transcripts in which somebody looked at more than passages that were proposed."""
    spans = {name: merged(place[1:] for place in own) for name, own in _by_name(proposed_places(corpus)).items()}
    return {made.transcript for made in corpus.passes if _outside(corpus, made, spans.get(made.transcript, ()))}


def without_doubted(
    corpus: Corpus, codings: Iterable[Coding], passes: Iterable[CodingPass]
) -> tuple[list[Coding], list[CodingPass]]:
    """Codings and passes less those at passages that their coder was asked for because what another had said there was doubtful.

    People differ more there than elsewhere, so agreement is not measured on it. What a coder read whole counts, all of it.
    """
    looks = [*passes]
    doubted = _doubted(corpus, looks)
    kept = [one for one in codings if _outside(corpus, one, doubted.get((one.coder, one.transcript), ()))]
    cut = [
        replace(made, start=start, end=end)
        for made in looks
        for start, end in _outside(corpus, made, doubted.get((made.coder, made.transcript), ()))
    ]
    return kept, cut


def _doubted(corpus: Corpus, passes: Iterable[CodingPass]) -> Spans:
    asked: dict[tuple[str, str], set[Span]] = {}
    for detail in (event["detail"] for event in corpus.proposals if "twice" in event["detail"]):
        for (name, start, end), why in places_of(detail):
            if why != RANDOM:
                asked.setdefault((detail["twice"], name), set()).add((start, end))
    looks = group_by(passes, lambda made: (made.coder, made.transcript)) if asked else {}
    return {key: merged(spans) for key, spans in asked.items() if not _is_read(corpus, key[1], looks.get(key, ()))}


def _outside(corpus: Corpus, made: Coding | CodingPass, spans: Sequence[Span]) -> list[Span]:
    """The pieces of a coding or pass in which something is said, outside of merged spans of its transcript."""
    if not spans:
        return [made.span]
    transcript = corpus.by_id[made.transcript]
    # Between turns stand labels and times, which nobody looks at.
    talk = [turn.span for turn in transcript.turns]

    def is_said(piece: Span) -> bool:
        return any(transcript.text[slice(*part)].strip() for part in within(piece, talk))

    return list(filter(is_said, difference(made.span, spans)))


def _is_read(corpus: Corpus, name: str, passes: Sequence[CodingPass]) -> bool:
    """All talk of the transcript was looked at; True for one that was removed since."""
    transcript = corpus.by_id.get(name)
    return transcript is None or covers(merged(made.span for made in passes), coded_turns(transcript), transcript.text)


def _by_name(places: Iterable[Place]) -> dict[str, list[Place]]:
    return group_by(places, lambda place: place[0])
