"""Studies of G transcripts with scores, suggestions and labels, drawn from populations of which every figure is known.

There is no learning: one fixed scorer and fixed thresholds. How frequent a code is, how well its scores separate and how high they are
vary from transcript to transcript.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from secondcoder.domain.arrays import Bools, Floats, Rows
from secondcoder.learning.assessment.metrics import LabelledPredictions, point_and_draws
from secondcoder.learning.assessment.splits import group_folds, train_and_test
from secondcoder.statistics.classification import average_precision
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

SEED = 20260101
PREVALENCE = np.array([0.03, 0.05, 0.08, 0.12, 0.18, 0.28])
SEPARATION = np.array([2.2, 1.2, 1.8, 1.4, 2.0, 1.1])
"""Mean difference of the scores of marked and other passages, in standard deviations of the scores within a transcript."""
VARIES = {"prevalence": 0.7, "separation": 0.4, "level": 0.3, "level with prevalence": 0.3}
"""Standard deviations between transcripts; the last is a slope: the level of the scores rises with the log-odds of the code."""
SUGGESTED = 1.3
"""Suggestions for each mark, in the population."""
POPULATION = 20_000
HISTORIES = "ohd_long1960s"
FEWEST = 20
"""Marks that a code of the histories needs to be measured."""
LEARNED = 5
"""Times a random order's average precision that a single code's must reach for its figures to be shown."""

Scores = tuple[Floats, Bools, Rows]
"""Scores (n, k), labels (n, k), and each passage's transcript (n,)."""


@dataclass(frozen=True)
class Design:
    """One kind of study.

    Attributes:
        draw: from so many transcripts, the scores and labels of a study.
        rare, middling: the codes of which single figures are shown.
    """

    name: str
    says: str
    draw: Callable[[int, np.random.Generator], Scores]
    rare: int
    middling: int

    def study(self, transcripts: int, rng: np.random.Generator, thresholds: Floats) -> LabelledPredictions:
        """So many transcripts."""
        score, y, of = self.draw(transcripts, rng)
        names = np.char.zfill(of.astype(str), 6).tolist()
        return LabelledPredictions(score, score >= thresholds, y, np.ones_like(y), names)


class Figure(NamedTuple):
    """A figure by its name in a table; `of_code` the single code's figure that it is, of `code`, or the mean of."""

    name: str
    of_code: str | None = None
    code: int | None = None


def figures(design: Design, known: Truth) -> list[Figure]:
    """What is looked at: three over all codes, and those of a rare and a middling code."""
    overall = [Figure("macro_ap", "average_precision"), Figure("macro_f1", "f1"), Figure("pooled_kappa")]
    short = {"AP": "average_precision", "F1": "f1", "kappa": "kappa"}
    single = [
        Figure(f"{name}, {100 * known.prevalence[j]:.0f} %", figure, j)
        for j in (design.rare, design.middling)
        for name, figure in short.items()
    ]
    return overall + single


@dataclass(frozen=True)
class Truth:
    """Figures of the population (those of a code as (k,)), the thresholds that every study uses, and how often codes are marked."""

    figures: dict[str, Floats]
    thresholds: Floats
    prevalence: Floats

    def of(self, figure: Figure, scored: Rows) -> float:
        """A macro figure is the mean over the codes that a study scores."""
        values = self.figures[figure.of_code or figure.name]
        if figure.of_code is None:
            return float(values)
        return float(values[scored].mean() if figure.code is None else values[figure.code])


def truth(design: Design, transcripts: int = POPULATION) -> Truth:
    """From a very large number of transcripts, taken together."""
    score, y, _ = design.draw(transcripts, np.random.default_rng(SEED))
    prevalence = y.mean(axis=0)
    thresholds = np.array(
        [np.quantile(column, 1 - SUGGESTED * p) for column, p in zip(score.T, prevalence, strict=True)]
    )
    together = LabelledPredictions(score, score >= thresholds, y, np.ones_like(y), ["all"] * len(y))
    return Truth(point_and_draws(together, 1, SEED)[0], thresholds, prevalence)


def _normal(shape: tuple[int, int], rng: np.random.Generator) -> Floats:
    return rng.standard_normal(shape)


def _heavy(shape: tuple[int, int], rng: np.random.Generator) -> Floats:
    """Student's t with 4 degrees of freedom, of variance 1."""
    return np.asarray(rng.standard_t(4, shape) / np.sqrt(2))


def _plain_sizes(transcripts: int, rng: np.random.Generator) -> Rows:
    return np.asarray(15 + rng.negative_binomial(4, 4 / 34, transcripts))


def _uneven_sizes(transcripts: int, rng: np.random.Generator) -> Rows:
    """Log-normal about 40 passages, from 8 on: one in twenty has more than 100."""
    return np.maximum(8, np.exp(rng.normal(np.log(40), 0.6, transcripts)).astype(np.intp))


Effects = Callable[[tuple[int, int], np.random.Generator], Floats]
Sizes = Callable[[int, np.random.Generator], Rows]


def _hierarchical(effects: Effects, sizes: Sizes, transcripts: int, rng: np.random.Generator) -> Scores:
    shape = (transcripts, len(PREVALENCE))
    of = np.repeat(np.arange(transcripts), sizes(transcripts, rng))
    frequency = VARIES["prevalence"] * effects(shape, rng)
    odds = np.log(PREVALENCE / (1 - PREVALENCE)) + frequency
    y = rng.random((len(of), shape[1])) < (1 / (1 + np.exp(-odds)))[of]
    separation = SEPARATION + VARIES["separation"] * effects(shape, rng)
    level = VARIES["level with prevalence"] * frequency + VARIES["level"] * effects(shape, rng)
    return level[of] + separation[of] * y + rng.standard_normal(y.shape), y, of


PLAIN = Design(
    "Normal effects",
    "Passages by transcript: 15 and a negative binomial of mean 30. Transcripts differ by normal effects.",
    partial(_hierarchical, _normal, _plain_sizes),
    rare=0,
    middling=3,
)
UNEVEN = Design(
    "Heavy tails",
    "Passages by transcript: log-normal about 40, a few transcripts of more than 100. Transcripts differ by effects of Student's t "
    "with 4 degrees of freedom, so that now and then one is quite unlike the others.",
    partial(_hierarchical, _heavy, _uneven_sizes),
    rare=0,
    middling=3,
)


def histories(data: Path) -> Design:
    """Real scores: of a logistic regression on words, out of fold, on the 16 oral histories.

    A study draws whole histories with replacement, then as many passages of each, so that a history drawn twice is not the same twice.
    """
    units = pd.read_parquet(data / HISTORIES / "units.parquet").sort_values(["doc_id", "order"], kind="stable")
    labels = units["labels"].str.get_dummies("|").drop(columns="", errors="ignore")
    y = labels.loc[:, labels.sum() >= FEWEST].to_numpy(dtype=bool)
    score = _out_of_fold(units["text"].tolist(), y, units["doc_id"].tolist())
    of = np.unique(units["doc_id"], return_inverse=True)[1]
    by_number = np.argsort(y.sum(axis=0), kind="stable")
    # Words find some codes no better than chance; of the others the rarest.
    found = [j for j in by_number.tolist() if average_precision(score[:, j], y[:, j]) > LEARNED * y[:, j].mean()]
    return Design(
        "Real scores",
        f"{HISTORIES}: {len(y)} passages of {of.max() + 1} oral histories, {y.shape[1]} codes with {FEWEST} marks, scored out of "
        "fold by words. A study draws histories with replacement, and again passages within each.",
        partial(_resampled, score, y, [np.flatnonzero(of == at) for at in range(of.max() + 1)]),
        rare=found[0],
        middling=found[len(found) // 2],
    )


def _resampled(score: Floats, y: Bools, own: list[Rows], transcripts: int, rng: np.random.Generator) -> Scores:
    drawn = [rng.choice(own[at], len(own[at])) for at in rng.integers(len(own), size=transcripts)]
    rows, of = np.concatenate(drawn), np.repeat(np.arange(transcripts), [len(part) for part in drawn])
    return score[rows], y[rows], of


def _out_of_fold(texts: list[str], y: Bools, groups: list[str]) -> Floats:
    words = TfidfVectorizer(sublinear_tf=True, min_df=2).fit_transform(texts)
    score = np.zeros(y.shape)
    for train, test in train_and_test(group_folds(groups, 5, SEED)):
        for j in np.flatnonzero(y[train].any(axis=0)):
            model = LogisticRegression(C=10, class_weight="balanced").fit(words[train], y[train, j])
            score[test, j] = model.decision_function(words[test])
    return score
