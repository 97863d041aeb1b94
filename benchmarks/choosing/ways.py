"""Ways of choosing the next passages to code, each from what is known at the time; what each one is, is its docstring."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from secondcoder.domain.arrays import Bools, Floats, Rows, Vectors
from secondcoder.suggestions import next_to_code
from secondcoder.suggestions.next_passages import chosen, gains, propose_round
from secondcoder.suggestions.next_to_code import ALIKE, Pool, PoolPredictions, propose_transcripts

from choosing.learner import Learned
from choosing.studies import Coded

FEWEST_WORDS = 20
A_FIFTH = 0.2


@dataclass(frozen=True)
class Known:
    """What is known before a round: n passages to choose from, which of them are coded (n,), and the model made of these.

    `order` (n,) are the rows transcript by transcript, in a random order of transcripts; `draws` (n,) are random numbers.
    """

    coded_study: Coded
    coded: Bools
    learned: Learned
    rng: np.random.Generator
    order: Rows
    draws: Floats

    @property
    def left(self) -> Rows:
        """Rows that nobody coded."""
        return np.flatnonzero(~self.coded)

    @property
    def vectors(self) -> Vectors:
        """(n, d)."""
        return self.coded_study.features.vectors

    @cached_property
    def examples(self) -> Floats:
        """(k,) examples of each code so far."""
        return self.coded_study.labels.y[self.coded].sum(axis=0).astype(np.float64)

    @cached_property
    def scores(self) -> Floats:
        """(n, k)."""
        return self.learned.scores(self.coded_study.features)

    @cached_property
    def predictions(self) -> PoolPredictions:
        """Chance and doubt of every passage."""
        return PoolPredictions.of(self.scores, self.learned.thresholds, ~self.learned.scored, self.examples)

    @cached_property
    def pool(self) -> Pool:
        """All passages as `status --next` sees them."""
        carrying = self.coded & self.coded_study.labels.y.any(axis=1)
        names, words = self.coded_study.features.groups, self.coded_study.words
        return Pool(names, self.vectors, words, self.vectors[carrying], self.predictions)

    def without(self, rows: Rows) -> Known:
        """The same with some more passages taken, of which nothing is known yet."""
        taken = self.coded.copy()
        taken[rows] = True
        after = replace(self, coded=taken)
        after.__dict__.update({name: getattr(self, name) for name in ("examples", "scores", "predictions", "pool")})
        return after


Way = Callable[[Known, int], Rows]


def at_random(known: Known, size: int) -> Rows:
    """single passages at random"""
    return known.left[np.argsort(known.draws[known.left])[:size]]


def transcripts_at_random(known: Known, size: int) -> Rows:
    """whole transcripts in a random order, each read from its beginning"""
    return known.order[~known.coded[known.order]][:size]


def transcripts_different(known: Known, size: int) -> Rows:
    """whole transcripts, the one most unlike those that were coded first"""
    return _by_transcript(known, size, replace(known.pool, coded=_means(known), predictions=None))


def transcripts_of_gain(known: Known, size: int) -> Rows:
    """whole transcripts, the one of the largest mean gain first: what `status --next` says of transcripts"""
    return _by_transcript(known, size, known.pool)


def uncertain(known: Known, size: int) -> Rows:
    """the passages on which the model is most undecided, summed over the codes (Lewis & Gale 1994)"""
    doubt = known.predictions.doubt.sum(axis=1)
    return _best(known, doubt, size) if known.learned.scored.any() else at_random(known, size)


def farthest(known: Known, size: int) -> Rows:
    """the passage farthest from all that are coded, again and again (Sener & Savarese 2018)"""
    picks: list[int] = []
    coded = known.vectors[known.coded] if known.coded.any() else -known.vectors.mean(axis=0, keepdims=True)
    near = np.where(known.coded, np.inf, (known.vectors @ coded.T).max(axis=1))
    while len(picks) < min(size, len(known.left)):
        picks.append(int(np.argmin(near)))
        near = np.maximum(near, known.vectors @ known.vectors[picks[-1]])
        near[picks] = np.inf
    return np.array(picks)


def clusters(known: Known, size: int) -> Rows:
    """k-means of the uncoded passages, of each cluster the one nearest its centre"""
    return known.left[chosen(known.vectors[known.left], np.ones(len(known.left)), size, _seed(known))]


def longest(known: Known, size: int) -> Rows:
    """the longest passages, as a check on what length alone does"""
    return _best(known, known.coded_study.words.astype(np.float64), size)


def rare(known: Known, size: int) -> Rows:
    """the code with the fewest examples, counting those hoped for: its likeliest passage, again and again"""
    have, free, picks = known.examples + 1e-9 * known.rng.random(len(known.examples)), ~known.coded, list[int]()
    while len(picks) < size and free.any():
        code = int(np.argmin(have))
        picks.append(int(np.argmax(np.where(free, known.scores[:, code], -1.0))))
        free &= known.vectors @ known.vectors[picks[-1]] < ALIKE
        free[picks[-1]] = False
        have = have + known.predictions.chance[picks[-1]]
        have[code] += 0.05  # a code that never comes must not take all
    return _filled(known, picks, size)


def expected_gain(known: Known, size: int) -> Rows:
    """gain as `status --next` has it (examples of codes that have few, and doubt), less where alike: greedily, one by one"""
    have, picks, near = known.examples.copy(), list[int](), np.zeros(len(known.coded))
    if known.coded.any():
        near = np.clip((known.vectors @ known.vectors[known.coded].T).max(axis=1), 0, 1)
    while len(picks) < min(size, len(known.left)):
        worth = gains(replace(known.pool, predictions=replace(known.predictions, examples=have))) * (1 - near)
        worth[known.coded] = worth[picks] = -1
        picks.append(int(np.argmax(worth)))
        have += known.predictions.chance[picks[-1]]
        near = np.maximum(near, np.clip(known.vectors @ known.vectors[picks[-1]], 0, 1))
    return np.array(picks)


def before(known: Known, size: int) -> Rows:
    """what `status --next` did before: doubt and chances of rare codes, less where like coded ones; every third for rare codes"""
    rows = known.left
    pool = known.pool.take(rows)
    hopes = next_to_code.RANKED_CHANCE * (known.scores[rows] >= known.learned.thresholds)
    predictions = replace(known.predictions, chance=np.where(known.learned.scored, known.scores, 0.0)).take(rows)
    chance = np.where(known.learned.scored, predictions.chance, hopes)
    gain, scarce = next_to_code._gains(pool, replace(predictions, chance=chance))
    free, picks = known.coded_study.words[rows] >= FEWEST_WORDS, list[int]()
    while len(picks) < size and free.any():
        _, worth = next_to_code._criterion(len(picks), gain, scarce, free)
        if not worth.max() > 0:
            break
        picks.append(int(np.argmax(worth)))
        free &= pool.vectors @ pool.vectors[picks[-1]] < ALIKE
        free[picks[-1]] = False
    return _filled(known, rows[picks].tolist(), size)


def weighted_clusters(known: Known, size: int) -> Rows:
    """k-means with each passage weighed by the square of its gain (Zhdanov 2019): the chosen part of `status --next`"""
    return known.left[chosen(known.vectors[known.left], gains(known.pool)[known.left], size, _seed(known))]


def ours(known: Known, size: int) -> Rows:
    """what `status --next` does: a tenth at random (3 of 25), the others by weighted clusters"""
    rows = known.left
    return rows[[one.row for one in propose_round(known.pool.take(rows), known.draws[rows], size, _seed(known))]]


def mixture(known: Known, size: int) -> Rows:
    """a fifth at random, two fifths by weighted clusters, two fifths rare codes first"""
    drawn = at_random(known, round(A_FIFTH * size))
    clustered = weighted_clusters(left := known.without(drawn), (size - len(drawn)) // 2)
    scarce = rare(left.without(clustered), size - len(drawn) - len(clustered))
    return np.concatenate([drawn, clustered, scarce])


def _seed(known: Known) -> int:
    return int(known.rng.integers(1 << 30))


def _best(known: Known, worth: Floats, size: int) -> Rows:
    return known.left[np.argsort(-worth[known.left], kind="stable")[:size]]


def _filled(known: Known, picks: list[int], size: int) -> Rows:
    """Filled up at random, where a way has nothing more to say."""
    rest = at_random(known.without(np.array(picks, dtype=np.intp)), size - len(picks))
    return np.concatenate([np.array(picks, dtype=np.intp), rest])


def _means(known: Known) -> Vectors:
    """(m, d) of the transcripts that were begun."""
    names = known.coded_study.transcripts
    means = [known.vectors[names == name].mean(axis=0) for name in np.unique(names[known.coded])]
    return np.stack(means) if means else known.vectors[:0]


def _by_transcript(known: Known, size: int, pool: Pool) -> Rows:
    """First what is left of a transcript that was begun, then the transcripts that are proposed, from their beginnings."""
    names = known.coded_study.transcripts
    picks = known.left[np.isin(names[known.left], names[known.coded])].tolist()
    while len(picks) < min(size, len(known.left)):
        fresh = np.flatnonzero(~np.isin(names, names[known.coded]) & ~np.isin(names, names[picks]))
        best = propose_transcripts(pool.take(fresh))[0]
        picks += np.flatnonzero(names == names[fresh[best.row]]).tolist()
    return np.array(picks[:size])


WAYS: dict[str, Way] = {
    "random": at_random,
    "transcripts": transcripts_at_random,
    "transcripts, different": transcripts_different,
    "transcripts, gain": transcripts_of_gain,
    "uncertain": uncertain,
    "farthest first": farthest,
    "clusters": clusters,
    "longest": longest,
    "rare codes": rare,
    "expected gain": expected_gain,
    "before": before,
    "weighted clusters": weighted_clusters,
    "mixture": mixture,
    "ours": ours,
}
