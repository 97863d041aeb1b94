"""A transcript in a few figures: what it talks about, in which words, how long the answers are, who speaks, which codes to expect."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

from secondcoder.domain.arrays import Floats
from secondcoder.domain.records import Segment, SpeakerRole, Transcript
from secondcoder.learning.features import Features

WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
"""Letters, with apostrophes inside; numbers are no vocabulary."""


@dataclass(frozen=True)
class Profile:
    """Of one transcript with at least one segment; `case`, `role` and `wave` are '' where not given.

    Attributes:
        segments: how many.
        vector: (d,) mean of the segments' unit vectors.
        rates: (k,) expected number of each scored code a segment; nan where it is not known.
        answers: mean logarithm of the words in an answer (the segments of one turn).
        asked: the interviewer's share of all words spoken, in [0, 1].
        words, counts: the participants' words as ascending hashes, and how often each comes.
    """

    transcript: str
    case: str
    role: str
    wave: str
    segments: int
    vector: Floats
    rates: Floats
    answers: float
    asked: float
    words: npt.NDArray[np.uint64]
    counts: Floats


def profiles(
    segments: Sequence[Segment], features: Features, rates: Floats, transcripts: Mapping[str, Transcript]
) -> list[Profile]:
    """One for each transcript of n segments, in their order.

    Args:
        features: of the segments.
        rates: (n, k) probabilities of the scored codes, nan where there are none.
        transcripts: by id.
    """
    rows: dict[str, list[int]] = {}
    for row, segment in enumerate(segments):
        rows.setdefault(segment.transcript, []).append(row)
    return [
        _profile(transcripts[name], [segments[row] for row in its_rows], features.vectors[its_rows], rates[its_rows])
        for name, its_rows in rows.items()
    ]


def _profile(
    transcript: Transcript, segments: Sequence[Segment], vectors: npt.NDArray[np.floating], rates: Floats
) -> Profile:
    counted = Counter(word for segment in segments for word in WORD.findall(segment.text.casefold()))
    hashes = np.array([_hash(word) for word in counted], dtype=np.uint64)
    order = np.argsort(hashes)
    return Profile(
        transcript=transcript.id,
        case=transcript.case or "",
        role=transcript.role or "",
        wave=transcript.wave or "",
        segments=len(segments),
        vector=np.asarray(vectors, dtype=np.float64).mean(axis=0),
        rates=_mean_of_known(rates),
        answers=_answers(segments),
        asked=_asked(transcript),
        words=hashes[order],
        counts=np.array(list(counted.values()), dtype=np.float64)[order],
    )


def _hash(word: str) -> int:
    # Not `hash`, which differs from process to process; "surrogatepass" as a text may hold a lone surrogate.
    return int.from_bytes(blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")


def _mean_of_known(rates: Floats) -> Floats:
    known = rates[~np.isnan(rates).any(axis=1)]
    return np.asarray(known.mean(axis=0)) if len(known) else np.full(rates.shape[1], np.nan)


def _answers(segments: Sequence[Segment]) -> float:
    # By turn, so that the length of an answer does not depend on how it was cut.
    words: Counter[int] = Counter()
    for segment in segments:
        words[segment.turn] += len(segment.text.split())
    # On the log scale: one long story must not make all answers long.
    return float(np.mean(np.log(np.maximum(list(words.values()), 1))))


def _asked(transcript: Transcript) -> float:
    spoken = [(turn.role, len(transcript.text[turn.start : turn.end].split())) for turn in transcript.turns]
    interviewer = sum(words for role, words in spoken if role is SpeakerRole.INTERVIEWER)
    return interviewer / max(sum(words for _, words in spoken), 1)
