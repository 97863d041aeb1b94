"""Orders for a second look: that of secondcoder, and those that it was compared with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from secondcoder.domain.arrays import Bools, Floats
from secondcoder.suggestions.coder_errors import coder_evidence, several_looked
from secondcoder.suggestions.slip_probability import NEVER, contradicted, doubt, shares


@dataclass(frozen=True)
class Judged:
    """Labels of n passages and k codes, with what is known of the slips among them.

    Attributes:
        probability: (n, k), out of fold; y, known: (n, k) labels that were learned from.
        slips: (n, k); eligible: (n, k) judgements of which it is known whether they are slips.
        transcripts: (n,) of the passages.
        marks, looked: (c, n, k) of each coder.
    """

    probability: Floats
    y: Bools
    known: Bools
    slips: Bools
    eligible: Bools
    transcripts: np.ndarray
    marks: Bools
    looked: Bools

    @property
    def clipped(self) -> Floats:
        """Probabilities inside (0, 1)."""
        return np.clip(self.probability, NEVER, 1 - NEVER)


Order = Callable[[Judged], Floats]


def second_look(judged: Judged) -> Floats:
    """As `secondcoder doubts`: what the model contradicts, the most doubtful first."""
    coders = (judged.marks, judged.looked) if several_looked(judged.looked) else None
    order = doubt(judged.probability, judged.y, judged.known, coders)
    return np.where(contradicted(judged.probability, judged.y, judged.known), order, -np.inf)


def before(judged: Judged) -> Floats:
    """As 0.1.0: what is contradicted, by Bayes' rule with a tenth of a code's marks missing and as many too many."""
    p, share = judged.clipped, shares(judged.y, judged.known)
    too_many = np.minimum(0.1 * share / (1 - share), 0.5)
    of_coded = (1 - p) * too_many / ((1 - p) * too_many + p * 0.9)
    of_left_out = p * 0.1 / (p * 0.1 + (1 - p) * (1 - too_many))
    listed = contradicted(judged.probability, judged.y, judged.known)
    return np.where(listed, np.where(judged.y, of_coded, of_left_out), -np.inf)


def self_confidence(judged: Judged) -> Floats:
    """1 - p for a mark, p for its absence; cleanlab's label quality by self-confidence comes to the same."""
    return np.where(judged.y, 1 - judged.probability, judged.probability)


def normalised_margin(judged: Judged) -> Floats:
    """By how far a label stays below the mean confidence of the code's such labels (Northcutt et al 2021, equation 2)."""
    p, marked, left_out = judged.probability, judged.y & judged.known, ~judged.y & judged.known
    return np.where(judged.y, _mean(p, marked) - p, _mean(1 - p, left_out) - (1 - p))


def doubt_of_the_model_alone(judged: Judged) -> Floats:
    """As `secondcoder doubts` where nobody coded twice."""
    return doubt(judged.probability, judged.y, judged.known)


def dawid_skene(judged: Judged) -> Floats:
    """1 - the posterior of the label from the coders alone, with the code's share as prior (Dawid & Skene 1979)."""
    share = shares(judged.y, judged.known)
    every = np.broadcast_to(share, judged.y.shape)
    return _against(judged, np.log(share / (1 - share)) + coder_evidence(every, judged.marks, judged.looked, share))


def dawid_skene_and_model(judged: Judged) -> Floats:
    """The same with each passage's probability as prior (Raykar et al 2010)."""
    p = judged.clipped
    said = coder_evidence(p, judged.marks, judged.looked, shares(judged.y, judged.known))
    return _against(judged, np.log(p / (1 - p)) + said)


def crowdlab(judged: Judged) -> Floats:
    """1 - CROWDLAB's consensus quality of the label, code by code (Goh et al 2022, arXiv:2210.06812, section 3)."""
    quality = np.stack([_crowdlab(judged, code) for code in range(judged.y.shape[1])], axis=1)
    return np.where(judged.y, 1 - quality, quality)


def _crowdlab(judged: Judged, code: int) -> Floats:
    """(n,) probability of the code: the model's and the coders', weighed by how much better than the commoner label each agrees."""
    p, marks, looked = judged.probability[:, code], judged.marks[:, :, code], judged.looked[:, :, code]
    number, votes = looked.sum(axis=0), (marks & looked).sum(axis=0)
    several, predicted = number > 1, p >= 0.5
    if not several.any():
        return p
    consensus = np.where(votes * 2 == number, predicted, votes * 2 > number)
    agrees = (marks == consensus) & looked
    commoner = max(consensus[several].mean(), 1 - consensus[several].mean(), 0.5)
    spare = max(1 - commoner, 1e-3)
    likelihood = np.mean([_share(one, seen & several) for one, seen in zip(agrees, looked, strict=True)])
    weight = [max(1 - (1 - _with_others(marks, looked, coder)) / spare, 1e-2) for coder in range(len(marks))]
    of_model = max(1 - (1 - _share(predicted == consensus, several)) / spare, 1e-2) * np.sqrt(number[number > 0].mean())
    said = np.where(marks, likelihood, 1 - likelihood)
    weights = np.asarray(weight)[:, None] * looked
    return np.asarray((of_model * p + (weights * said).sum(axis=0)) / (of_model + weights.sum(axis=0)))


def _with_others(marks: Bools, looked: Bools, coder: int) -> float:
    """Agreement of a coder with the others, over all pairs."""
    others = [other for other in range(len(marks)) if other != coder]
    both = np.stack([looked[coder] & looked[other] for other in others])
    return _share(np.stack([marks[coder] == marks[other] for other in others]), both)


def _share(true: Bools, among: Bools) -> float:
    return float((true & among).sum() / max(among.sum(), 1))


def _against(judged: Judged, log_odds: Floats) -> Floats:
    return np.where(judged.y, -log_odds, log_odds)


def _mean(values: Floats, such: Bools) -> Floats:
    return np.asarray((values * such).sum(axis=0) / np.maximum(such.sum(axis=0), 1))


ONE_CODER: dict[str, Order] = {
    "as in 0.1.0": before,
    "1 - p": self_confidence,
    "normalised margin": normalised_margin,
    "**secondcoder doubts**": second_look,
}
SEVERAL_CODERS: dict[str, Order] = {
    "as in 0.1.0": before,
    "1 - p": self_confidence,
    "normalised margin": normalised_margin,
    "the model alone": doubt_of_the_model_alone,
    "CROWDLAB": crowdlab,
    "Dawid and Skene": dawid_skene,
    "Dawid and Skene, the model as prior": dawid_skene_and_model,
    "**secondcoder doubts**": second_look,
}
