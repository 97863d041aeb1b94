"""What scorers say, as evidence for the stacker: calibrated on human codes, and kept for the codes that it helps.

For each code a logistic regression on the scorer's log-odds, beside the log-odds of everything else (an offset), says how much it is
to be believed. Slopes are drawn to the common one as far as they do not really differ (empirical Bayes: the moment estimator of
DerSimonian and Laird 1986, doi:10.1016/0197-2456(86)90046-2). A code keeps a scorer when, learned from other groups, it makes people's
codes of a group more likely, by more than a parameter's price (benchmarks/NOTES.md); a slope below 0 is never believed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from secondcoder.domain.arrays import Bools, Floats, Rows, State, weights
from secondcoder.labels.label_matrix import LabelMatrix
from secondcoder.learning.features import Features

FURTHEST = 0.001
"""Probabilities nearer to 0 or 1 count as this far away: a language model's certainty is worth no more."""
SHIFT_SPREAD, SLOPE_SPREAD = 1.0, 2.0
"""Prior standard deviations of a code's shift, and of its slope before the codes are looked at together."""
STEPS, CLOSE = 30, 1e-9
LEAST_GAIN = 1.0
"""Of log-likelihood, out of fold, that a code must have of a scorer: the price of a parameter (Akaike 1974)."""


@dataclass(frozen=True)
class ScorerEvidence:
    """A scorer's calibrated log-odds for k codes.

    Attributes:
        scorer: its id.
        definitions: (k,) as they were asked: a later codebook or transcript changes no word of them. Of
            scores that were imported, codes.
        middle: (k,) mean log-odds of each code, `spread` their common standard deviation.
        slopes: (k,) weight of the standardised log-odds, 0 for a code that does without the scorer.
    """

    scorer: str
    definitions: npt.NDArray[np.str_]
    middle: Floats
    spread: float
    slopes: Floats

    @property
    def kept(self) -> Bools:
        """(k,) codes that use the scorer."""
        return np.asarray(self.slopes > 0)

    def evidence(self, features: Features) -> Floats:
        """(n, k) log-odds; 0 where the scorer does not say. Codes that do without it are not asked for."""
        found = np.zeros((len(features), len(self.slopes)))
        at = np.flatnonzero(self.kept)
        log_odds = _log_odds(features, self.scorer, self.definitions[at])
        found[:, at] = np.nan_to_num((log_odds - self.middle[at]) / self.spread * self.slopes[at])
        return found

    def state(self) -> State:
        """Plain arrays."""
        return {
            "scorer": np.array([self.scorer]),
            "definitions": self.definitions,
            "middle": self.middle,
            "spread": np.array([self.spread]),
            "slopes": self.slopes,
        }

    @classmethod
    def restored(cls, state: Mapping[str, npt.NDArray[Any]]) -> ScorerEvidence:
        """From `state`."""
        spread = float(state["spread"][0])
        return cls(str(state["scorer"][0]), state["definitions"], state["middle"], spread, state["slopes"])


def fit_scorers(features: Features, labels: LabelMatrix, log_odds: Floats, fold: Rows) -> list[ScorerEvidence]:
    """Those of the features' scorers that help some code; arguments as for `fit_scorer`."""
    fitted = (fit_scorer(scorer, features, labels, log_odds, fold) for scorer in features.scorers)
    return [scorer for scorer in fitted if scorer.kept.any()]


def fit_scorer(scorer: str, features: Features, labels: LabelMatrix, log_odds: Floats, fold: Rows) -> ScorerEvidence:
    """How far a scorer is believed of each of k codes.

    Args:
        log_odds: (n, k), out of fold, of everything else.
        fold: (n,) folds of the groups.
    """
    definitions = np.array(features.definitions_of(labels.codes, scorer), dtype=np.str_)
    said = _log_odds(features, scorer, definitions)
    answered = labels.known & ~np.isnan(said)
    middle = np.array([said[rows, j].mean() if rows.any() else 0.0 for j, rows in enumerate(answered.T)])
    centred = np.where(np.isnan(said), 0.0, said - middle)
    spread = float(max(np.sqrt((centred[answered] ** 2).mean()), 1e-9)) if answered.any() else 1.0
    weight = answered * weights(labels.weight, len(said))[:, None]
    z, target = centred / spread, labels.target
    gains = np.zeros_like(z)
    for number in range(fold.max() + 1):
        rest, inside = fold != number, fold == number
        learned = (log_odds[rest], z[rest], target[rest], weight[rest])
        shift, slopes = shrunken_slopes(*learned)
        # Beside what a shift alone would do, or a scorer would be thanked for it.
        plain = shift_alone(*learned)
        heard = log_odds[inside] + np.where(slopes > 0, shift + slopes * z[inside], plain)
        gains[inside] = weight[inside] * (
            _likelihood(heard, target[inside]) - _likelihood(log_odds[inside] + plain, target[inside])
        )
    _, slopes = shrunken_slopes(log_odds, z, target, weight)
    return ScorerEvidence(scorer, definitions, middle, spread, slopes * (gains.sum(axis=0) > LEAST_GAIN))


def shift_alone(offset: Floats, z: Floats, target: Floats, weight: Floats) -> Floats:
    """(k,) shifts, as for `shrunken_slopes` without the slopes."""
    nothing = np.zeros(offset.shape[1])
    return code_slopes(offset, np.zeros_like(z), target, weight, nothing, SLOPE_SPREAD)[0]


def shrunken_slopes(offset: Floats, z: Floats, target: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """(k,) shifts, and slopes drawn to the common one: `offset + shift + slope * z` are log-odds. All arguments are (n, k)."""
    k = offset.shape[1]
    _, own, variance = code_slopes(offset, z, target, weight, np.zeros(k), SLOPE_SPREAD)
    common, spread = common_slope(own, variance)
    shift, slopes, _ = code_slopes(offset, z, target, weight, np.full(k, common), max(spread, 1e-3))
    return shift, slopes


def common_slope(slopes: Floats, variances: Floats) -> tuple[float, float]:
    """The mean of k slopes and the standard deviation with which they really differ, by DerSimonian and Laird."""
    w = 1 / variances
    mean = float(w @ slopes / w.sum())
    beyond = w @ (slopes - mean) ** 2 - (len(w) - 1)
    scale = w.sum() - (w**2).sum() / w.sum()
    between = max(0.0, float(beyond / scale)) if scale > 1e-12 else 0.0
    w = 1 / (variances + between)
    return float(w @ slopes / w.sum()), between**0.5


def code_slopes(
    offset: Floats, z: Floats, target: Floats, weight: Floats, mean: Floats, spread: float
) -> tuple[Floats, Floats, Floats]:
    """(k,) shifts, slopes and the slopes' variances, by Newton's method for all codes at once.

    Args:
        offset, z, target, weight: (n, k); weight 0 leaves a passage out.
        mean, spread: (k,) and one number, of the slopes' normal prior.
    """
    shift, slope = np.zeros(len(mean)), mean.copy()
    for _ in range(STEPS):
        chance = 0.5 * (1 + np.tanh((offset + shift + slope * z) / 2))
        error, information = weight * (chance - target), weight * chance * (1 - chance)
        down, along = error.sum(axis=0) + shift / SHIFT_SPREAD**2, (error * z).sum(axis=0) + (slope - mean) / spread**2
        a, b = information.sum(axis=0) + SHIFT_SPREAD**-2, (information * z).sum(axis=0)
        c = (information * z**2).sum(axis=0) + spread**-2
        determinant = a * c - b**2
        # Bounded steps: far from the optimum the parabola can lie.
        step = np.clip(np.array([c * down - b * along, a * along - b * down]) / determinant, -1, 1)
        shift, slope = shift - step[0], slope - step[1]
        if np.abs(step).max() < CLOSE:
            break
    return shift, slope, a / determinant


def _likelihood(log_odds: Floats, target: Floats) -> Floats:
    return np.asarray(target * log_odds - np.logaddexp(0, log_odds))


def _log_odds(features: Features, scorer: str, definitions: npt.NDArray[np.str_]) -> Floats:
    chance = np.clip(features.answers_of(scorer, definitions.tolist()), FURTHEST, 1 - FURTHEST)
    return np.asarray(np.log(chance / (1 - chance)))
