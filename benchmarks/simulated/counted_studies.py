"""Simulated studies in which a model suggests a code rightly and wrongly, passages are drawn and coded, and the truth is known."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit, logit
from secondcoder.domain.arrays import Bools, Floats, Rows
from secondcoder.statistics.design_based import DrawnUnits
from secondcoder.suggestions.counting_sample import drawn_of

PASSAGES = (30, 80)
CASES = {8: 4, 15: 5, 40: 8}
"""Transcripts of a study -> its cases."""
BETWEEN = 0.7
"""Standard deviation between transcripts of how common the code is, on the logit scale; `ERRING` of how the model errs."""
ERRING = 0.5
OTHERS = 0.35
"""Share of the passages on which the model suggests another code."""
MODELS = {
    "useless": None,
    "weak": (0.35, 0.35),
    "fair": (0.6, 0.6),
    "good": (0.85, 0.85),
    "misses much": (0.3, 0.9),
}
"""Recall and precision of a typical transcript's suggestions; None for suggestions at random, as many as the code."""
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(40)


@dataclass(frozen=True)
class CountedStudy:
    """One study of n passages.

    Attributes:
        y: (n,) what people would code; suggested: (n,).
        case_of: (transcripts,) number of each transcript's case.
        units: what is known after the draw.
    """

    y: Bools
    suggested: Bools
    case_of: Rows
    units: DrawnUnits

    @property
    def case(self) -> Rows:
        """(n,)"""
        return self.case_of[self.units.cluster]


@lru_cache
def centre(mean: float, deviation: float) -> float:
    """The logit around which normal effects of transcripts give this mean probability."""

    def excess(at: float) -> float:
        return float(_WEIGHTS @ expit(at + deviation * _NODES) / _WEIGHTS.sum()) - mean

    return float(brentq(excess, -20, 20))


def counted_study(
    rng: np.random.Generator, transcripts: int, prevalence: float, model: str, drawn: int, by_hand: int = 0
) -> CountedStudy:
    """A study of so many transcripts, of which some are coded `by_hand` whole and from the others `drawn` passages are."""
    cluster = np.repeat(np.arange(transcripts), rng.integers(PASSAGES[0], PASSAGES[1] + 1, transcripts))
    case_of = np.arange(transcripts) * CASES[transcripts] // transcripts

    def varied(mean: float, deviation: float) -> Floats:
        return expit(centre(mean, deviation) + rng.normal(0, deviation, transcripts))[cluster]

    y = rng.random(len(cluster)) < varied(prevalence, BETWEEN)
    recall, precision = MODELS[model] or (prevalence, prevalence)
    wrongly = recall * prevalence * (1 - precision) / (precision * (1 - prevalence))
    suggested = rng.random(len(cluster)) < np.where(y, varied(recall, ERRING), varied(wrongly, ERRING))
    others = rng.random(len(cluster)) < expit(logit(OTHERS) + rng.normal(0, ERRING, transcripts))[cluster]
    kind = np.where(suggested, 0, np.where(others, 1, 2))
    # Transcripts coded by hand are spread over the cases.
    whole = np.isin(cluster, np.linspace(0, transcripts - 1, by_hand).round()) if by_hand else cluster < 0
    known, probability = whole.copy(), np.ones(len(cluster))
    rest = np.flatnonzero(~whole)
    is_drawn, probability[rest] = drawn_of(
        case_of[cluster[rest]], kind[rest] < 2, rng.random(len(rest)), drawn, np.zeros(len(rest), dtype=bool)
    )
    known[rest[is_drawn]] = True
    units = DrawnUnits(cluster, kind, probability, np.where(known, y, np.nan), 3)
    return CountedStudy(y, suggested, case_of, units)
