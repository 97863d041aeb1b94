"""Passages that were proposed for coding because of what they say: they teach more than others, and are no sample of the talk.

A model is learned from them as from any other. Figures are not taken on them: codes are more frequent there, and the passages harder,
than in the rest. Part of each proposal is drawn at random (`suggestions.next_to_code`), and on that part figures rest instead. Where
everything in a transcript was looked at, by whatever way, its passages are all of them and count like any others.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import numpy as np

from secondcoder.corpus import Corpus
from secondcoder.domain.arrays import Bools
from secondcoder.domain.grouping import by_transcript
from secondcoder.domain.records import CodingPass, Origin, Place, Segment, Transcript
from secondcoder.domain.spans import coded_turns, covers, merged

RANDOM = "random"


def proposal_detail(places: Iterable[tuple[Place, str]], model: str | None) -> dict[str, Any]:
    """What the audit trail keeps of a proposal: each passage's place, and why it is in it; `RANDOM` for those drawn at random."""
    return {"model": model, "passages": [[*place, why] for place, why in places]}


def proposed_places(corpus: Corpus, drawn: bool = True) -> frozenset[Place]:
    """Places that were proposed; without the `drawn` ones, those that some proposal chose rather than drew at random."""
    rows = (row for event in corpus.proposals for row in event["detail"]["passages"])
    return frozenset((str(name), int(start), int(end)) for name, start, end, why in rows if drawn or why != RANDOM)


def is_within(made: CodingPass, places: Collection[Place]) -> bool:
    """A pass reaches beyond none of these places."""
    return any(name == made.transcript and start <= made.start and made.end <= end for name, start, end in places)


def chosen(corpus: Corpus, segments: Sequence[Segment]) -> Bools:
    """(n,) segments that were chosen, in transcripts of which the rest was not looked at."""
    places = proposed_places(corpus, drawn=False)
    passes = by_transcript(made for made in corpus.passes if made.origin is not Origin.REVIEWED) if places else {}
    partly = {name for name, _, _ in places if not _is_read(corpus.by_id.get(name), passes.get(name, ()))}
    return np.array([one.transcript in partly and one.place in places for one in segments], dtype=bool)


def _is_read(transcript: Transcript | None, passes: Sequence[CodingPass]) -> bool:
    if transcript is None:  # removed since
        return True
    cover = merged(made.span for made in passes)
    return covers(cover, coded_turns(transcript), transcript.text)
