"""Label consistency: whether codings of new transcripts are consistent with the model in use.

A robust classifier gains from new transcripts even when a third of their labels are wrong, so a comparison of out-of-fold figures
would let a faulty round pass. Consistency shows it: sound codings are about as consistent with the model in use as those of its
training transcripts are out of fold.

A coded passage is consistent if its codes are likelier there than in the transcript's passages at large. The share of consistent
passages is estimated as a mixture: some of the coded passages have their own codes, the others those of any passage. A
mixture tells wrong codes from uncertain ones, which an area under the ROC curve mixes up (benchmarks/NOTES.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from secondcoder.domain.arrays import Bools, Floats
from secondcoder.training.paired_comparison import PairedScores

USUAL_SPREAD, USUAL_COUNTS = 0.1, 6.0
"""Prior standard deviation of the share between transcripts, and its weight in degrees of freedom, as a study has few
transcripts of its own."""
MISPLACED = np.linspace(0, 1, 41)[:-1]
"""Grid of the mixture: shares of passages with codes that are not their own."""
PRIOR = (1 - MISPLACED) ** 2
"""Their prior, Beta(1, 3): as after two consistent passages."""
STEPS = 12
"""Newton steps of the recalibration; 12 reach the root, as each is clipped to 1 in log-odds."""


@dataclass(frozen=True)
class LabelConsistency:
    """Shares of coded passages consistent with the model in use, in [0, 1].

    Attributes:
        usual: mean over its training transcripts, out of fold.
        found: mean over the new transcripts.
        floor: below it, `found` is an alarm.
        transcripts: how many new ones.
    """

    usual: float
    found: float
    floor: float
    transcripts: int

    @property
    def is_alarm(self) -> bool:
        """The new codings are less consistent with the model than those of its training transcripts, beyond chance."""
        return self.found < self.floor

    def to_json(self) -> dict[str, Any]:
        """For the manifest."""
        shares = {name: round(getattr(self, name), 4) for name in ("usual", "found", "floor")}
        return shares | {"transcripts": self.transcripts}


def label_consistency(unseen: PairedScores, alarm: float) -> LabelConsistency | None:
    """Consistency of new and of training transcripts; None with fewer than two training transcripts or no new one.

    Args:
        alarm: error rate: share of sound rounds that may be stopped by mistake.
    """
    usual, found = (_by_transcript(unseen.take(rows)) for rows in (~unseen.fresh, unseen.fresh))
    if len(usual) < 2 or not len(found):
        return None
    floor = usual.mean() - prediction_reach(usual, len(found), alarm)
    return LabelConsistency(float(usual.mean()), float(found.mean()), float(floor), len(found))


def prediction_reach(usual: Floats, new: int, alarm: float) -> float:
    """How far the mean share of `new` transcripts may lie on one side of that of the `usual` ones, but for a chance of `alarm`."""
    from scipy.special import stdtrit

    # Few transcripts say little of how much transcripts differ, so their variance is shrunk towards a prior one (Smyth 2004,
    # doi:10.2202/1544-6115.1027), and the new round's mean is compared with a prediction interval.
    free = len(usual) - 1
    spread = np.sqrt((free * usual.var(ddof=1) + USUAL_COUNTS * USUAL_SPREAD**2) / (free + USUAL_COUNTS))
    return float(stdtrit(free + USUAL_COUNTS, 1 - alarm) * spread * np.sqrt(1 / len(usual) + 1 / new))


def _by_transcript(unseen: PairedScores) -> Floats:
    """(m,) the consistent share of each transcript with a coding."""
    names = np.asarray(unseen.transcript)
    shares = [consistent_share(unseen.take(names == name)) for name in sorted(set(unseen.transcript))]
    return np.array([share for share in shares if share is not None])


def consistent_share(scores: PairedScores) -> float | None:
    """Posterior mean, under `PRIOR`, of the share of a transcript's coded passages that are consistent; None without a coding."""
    ratio = _log_likelihood_ratio(scores)
    if not len(ratio):
        return None
    # The share 0 gives log 0, which `logaddexp` takes as what it is: that part is absent.
    likelihood = np.log(PRIOR) + np.logaddexp(np.log1p(-MISPLACED)[:, None] + ratio, _log(MISPLACED)[:, None]).sum(
        axis=1
    )
    # Less the largest, so that the sum over many passages does not underflow.
    weight = np.exp(likelihood - likelihood.max())
    return float(((1 - MISPLACED) * weight).sum() / weight.sum())


def _log_likelihood_ratio(scores: PairedScores) -> Floats:
    """(m,) for each coded passage: log of the likelihood of its codes there over their mean likelihood anywhere in the transcript."""
    from scipy.special import logsumexp

    yes, no = scores.y & scores.known, ~scores.y & scores.known
    coded = np.flatnonzero(yes.any(axis=1))
    # At the model's own rates, more than twice as many sound rounds were stopped (benchmarks/NOTES.md).
    p = _recalibrated(scores.before, yes, scores.known)
    likely = np.log(p) @ yes[coded].T + np.log1p(-p) @ no[coded].T
    there = likely[coded, np.arange(len(coded))]
    # The logarithm of n turns the sum over the transcript's passages into their mean.
    return np.asarray(there - logsumexp(likely, axis=0) + np.log(len(p)))


def _recalibrated(p: Floats, yes: Bools, known: Bools) -> Floats:
    """(n, k) probabilities shifted in log-odds until each code is as frequent as in the transcript, plus half a coding."""
    from scipy.special import expit, logit

    # Clipped: a model that is sure of everything would have infinite odds.
    odds, seen = logit(p.clip(1e-4, 1 - 1e-4)), np.maximum(known.sum(axis=0), 1)
    wanted = (yes.sum(axis=0) + 0.5) / (seen + 1) * seen
    shift = np.zeros(p.shape[1])
    for _ in range(STEPS):  # Newton's method, damped where the curve is flat
        now = expit(odds + shift)
        slope = (now * (1 - now) * known).sum(axis=0)
        shift += np.clip((wanted - (now * known).sum(axis=0)) / (slope + 0.3), -1, 1)
    return np.asarray(expit(odds + shift).clip(1e-5, 1 - 1e-5))


def _log(share: Floats) -> Floats:
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(share))
