"""Whether the model in use bears out codings of transcripts that are new to it.

A learner this robust gains from new transcripts even when a third of their labels are wrong, so that a comparison of held-back figures
would let a spoilt round through. What tells it is the model in use: of a sound round it makes sense about as well as of the
transcripts that were held back when it was trained.

It makes sense of a marked passage if the passage's codes suit it better than they suit the transcript's passages at large. How
many it does is estimated as a mixture: so many of the marked passages have their own codes, the others those of any passage. A
mixture tells wrong codes from faint ones, which an area under the ROC curve mixes up (benchmarks/NOTES.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from secondcoder.domain.arrays import Bools, Floats
from secondcoder.training.paired_comparison import Unseen

USUAL_SPREAD, USUAL_COUNTS = 0.1, 6.0
"""Transcripts usually differ this much in the share that makes sense; it counts like so many degrees of freedom beside the
study's own transcripts, of which there are few."""
STRANGE = np.linspace(0, 1, 41)[:-1]
"""Shares of passages with codes that are not their own, at which the mixture is looked at."""
PRIOR = (1 - STRANGE) ** 2
"""Belief in each of them beforehand: as after two passages that made sense, Beta(1, 3)."""
STEPS = 12


@dataclass(frozen=True)
class Bearing:
    """Of how many marked passages the model in use made sense, on transcripts that it had not seen.

    Attributes:
        usual: mean share over the transcripts held back when it was trained.
        found: mean share over the new ones.
        floor: below it, `found` is an alarm.
        transcripts: how many new ones.
    """

    usual: float
    found: float
    floor: float
    transcripts: int

    @property
    def is_alarm(self) -> bool:
        """The new codings contradict the model more than held-back ones did."""
        return self.found < self.floor

    def to_json(self) -> dict[str, Any]:
        """For the manifest."""
        return {
            "usual": round(self.usual, 4),
            "found": round(self.found, 4),
            "floor": round(self.floor, 4),
            "transcripts": self.transcripts,
        }


def bearing(unseen: Unseen, alarm: float) -> Bearing | None:
    """The new transcripts' codings beside the held-back ones; None with fewer than two held-back transcripts or no new one.

    Args:
        alarm: share of sound rounds that may be stopped by mistake.
    """
    from scipy.stats import t as student

    usual, found = (_by_transcript(unseen.take(rows)) for rows in (~unseen.fresh, unseen.fresh))
    if len(usual) < 2 or not len(found):
        return None
    # Few transcripts tell little of how much transcripts differ, so their spread is drawn to a usual one (Smyth 2004,
    # doi:10.2202/1544-6115.1027), and a new round's mean is held against a prediction interval.
    free = len(usual) - 1
    spread = np.sqrt((free * usual.var(ddof=1) + USUAL_COUNTS * USUAL_SPREAD**2) / (free + USUAL_COUNTS))
    reach = student.ppf(alarm, free + USUAL_COUNTS) * spread * np.sqrt(1 / len(usual) + 1 / len(found))
    return Bearing(float(usual.mean()), float(found.mean()), float(usual.mean() + reach), len(found))


def _by_transcript(unseen: Unseen) -> Floats:
    """The share for each transcript with a mark."""
    names = np.asarray(unseen.transcript)
    found = [makes_sense(unseen.take(names == name)) for name in sorted(set(unseen.transcript))]
    return np.array([share for share in found if share is not None])


def makes_sense(one: Unseen) -> float | None:
    """Share of a transcript's marked passages of which the model in use makes sense; None without a mark.

    The share's mean after what the passages say, under `PRIOR`.
    """
    ratio = _own_against_any(one)
    if not len(ratio):
        return None
    likelihood = np.log(PRIOR) + np.logaddexp(np.log1p(-STRANGE)[:, None] + ratio, _log(STRANGE)[:, None]).sum(axis=1)
    weight = np.exp(likelihood - likelihood.max())
    return float(((1 - STRANGE) * weight).sum() / weight.sum())


def _own_against_any(one: Unseen) -> Floats:
    """(m,) for each marked passage: how likely its codes are there, against their mean likelihood anywhere in the transcript; log."""
    from scipy.special import logsumexp

    yes, no = one.y & one.known, ~one.y & one.known
    marked = np.flatnonzero(yes.any(axis=1))
    p = _at_own_rates(one.before, yes, one.known)
    likely = np.log(p) @ yes[marked].T + np.log1p(-p) @ no[marked].T
    own = likely[marked, np.arange(len(marked))]
    return np.asarray(own - logsumexp(likely, axis=0) + np.log(len(p)))


def _at_own_rates(p: Floats, yes: Bools, known: Bools) -> Floats:
    """(n, k) probabilities with each code as frequent as in the transcript, half a mark more or less; the order stays."""
    from scipy.special import expit, logit

    odds, seen = logit(p.clip(1e-4, 1 - 1e-4)), np.maximum(known.sum(axis=0), 1)
    wanted = (yes.sum(axis=0) + 0.5) / (seen + 1) * seen
    shift = np.zeros(p.shape[1])
    for _ in range(STEPS):  # Newton's, held back where the curve is flat
        now = expit(odds + shift)
        slope = (now * (1 - now) * known).sum(axis=0)
        shift += np.clip((wanted - (now * known).sum(axis=0)) / (slope + 0.3), -1, 1)
    return np.asarray(expit(odds + shift).clip(1e-5, 1 - 1e-5))


def _log(share: Floats) -> Floats:
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(share))
