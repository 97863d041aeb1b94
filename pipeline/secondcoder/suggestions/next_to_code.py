"""Which transcript to code by hand next: what would improve the model most, without repetition (`next_passages`: which passages).

With a model, a passage's gain is how undecided the model is on each code plus how likely it brings an example of a code that is
short of them (uncertainty sampling, Lewis & Gale 1994, arXiv:cmp-lg/9407020, with a share for rare codes, since a model without
examples of a code is confident of its absence). A passage like one already coded or already counted adds little, so its gain
shrinks with the similarity. A transcript is worth the mean gain of its passages, lest the longest always win. Every third
proposal is the best for rare codes alone.

Without a model the proposals spread out: each next one is the farthest from all that are coded or proposed (k-centre; Sener &
Savarese 2018, arXiv:1708.00489).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from secondcoder.domain.arrays import Bools, Floats, Rows, Vectors

PROPOSED = 3
RARE_EVERY = 3
NAMED_CODES = 3
ALIKE = 0.9
"""Cosine above which two passages say nearly the same, and only the first counts."""
BLOCK = 1000
ENOUGH = 30.0
"""Examples of a code beyond which it is short of none."""
RANKED_CHANCE, RANKED_FADE = 0.2, 0.03
"""Taken as the chance that the passage ranked first for a code carries it, and the share of the study down the ranking over which that
chance falls to a third; assumptions, as ranks have no probability."""


@dataclass(frozen=True)
class PoolPredictions:
    """Predictions for n passages and k codes.

    Attributes:
        chance: (n, k) chance that a passage carries a code.
        doubt: (n, k) how undecided the model is, in [0, 1].
        examples: (k,) human-coded examples of each code so far.
    """

    chance: Floats
    doubt: Floats
    examples: Floats

    @classmethod
    def of(cls, scores: Floats, thresholds: Floats, ranked: Bools, examples: Floats) -> PoolPredictions:
        """From (n, k) scores: a scored code counts by its probability, a `ranked` one (k,) by its place in the ranking."""
        chance = np.where(ranked, RANKED_CHANCE * np.exp((scores - 1) / RANKED_FADE), scores)
        return cls(chance, np.where(ranked, 0.0, uncertainty(scores, thresholds)), examples)

    def take(self, rows: Rows) -> PoolPredictions:
        """The same for some passages."""
        return PoolPredictions(self.chance[rows], self.doubt[rows], self.examples)

    @property
    def rare(self) -> Floats:
        """(n, k) chance of an example, weighted by how short of examples its code is."""
        return np.asarray(self.chance * np.clip(1 - self.examples / ENOUGH, 0, 1))


@dataclass(frozen=True)
class Pool:
    """What is not coded yet: n passages, transcript by transcript.

    Attributes:
        transcripts: n ids. vectors: (n, d) unit vectors. words: (n,) words in each.
        coded: (m, d) vectors of what is coded; passages with a model, transcripts' means without.
        predictions: None without a model.
    """

    transcripts: Sequence[str]
    vectors: Vectors
    words: Rows
    coded: Vectors
    predictions: PoolPredictions | None = None

    def take(self, rows: Rows) -> Pool:
        """The same for some passages, ascending."""
        names = [self.transcripts[row] for row in rows.tolist()]
        known = self.predictions and self.predictions.take(rows)
        return Pool(names, self.vectors[rows], self.words[rows], self.coded, known)


@dataclass(frozen=True)
class Proposal:
    """Row `row` of the pool: a passage, or the first one of a transcript.

    `why` is "gain" (undecided, or codes short of examples), "rare" (examples of rare codes), "spread" (unlike all that is coded),
    "rest" (a transcript for which nothing speaks), or "random"; `codes` are the columns that speak for it, the strongest first.
    """

    row: int
    why: str
    codes: tuple[int, ...] = ()


def propose_transcripts(pool: Pool) -> list[Proposal]:
    """Up to three transcripts, the most useful first."""
    names, first, where = np.unique(np.asarray(pool.transcripts), return_index=True, return_inverse=True)
    if pool.predictions is None:
        means = [_unit(pool.vectors[where == number].mean(axis=0)) for number in range(len(names))]
        spread = _farthest_first(np.stack(means), pool.coded) if means else []
        return [Proposal(int(first[number]), "spread") for number in spread]
    gain, rare = (_mean_by(values, where) for values in _gains(pool, pool.predictions))
    proposals: list[Proposal] = []
    for _ in range(min(PROPOSED, len(names))):
        left = ~np.isin(np.arange(len(names)), [where[proposal.row] for proposal in proposals])
        why, worth = _criterion(len(proposals), gain, rare, left)
        number = int(np.argmax(worth))
        codes = strongest_codes(pool.predictions, np.flatnonzero(where == number), why)
        proposals.append(
            Proposal(int(first[number]), why, codes) if worth[number] > 0 else Proposal(int(first[number]), "rest")
        )
    return proposals


def uncertainty(probability: Floats, thresholds: Floats) -> Floats:
    """(n, k) in [0, 1]: 1 where a probability stands on its threshold, 0 where it is 0 or 1."""
    # Nothing is divided by 0 where a threshold is 0 or 1.
    below = probability / np.maximum(thresholds, 1e-9)
    above = (1 - probability) / np.maximum(1 - thresholds, 1e-9)
    return np.asarray(np.clip(np.minimum(below, above), 0, 1))


def _criterion(at: int, gain: Floats, rare: Floats, left: Bools) -> tuple[str, Floats]:
    """What the next proposal is chosen by, and its value for each candidate; -1 for those not `left`.

    Every third proposal goes to rare codes, if any candidate is likely to carry one.
    """
    # Where nothing left may carry one, the turn is not wasted on it.
    why, worth = ("rare", rare) if at % RARE_EVERY == RARE_EVERY - 1 and rare[left].any() else ("gain", gain)
    return why, np.where(left, worth, -1.0)


def _gains(pool: Pool, predictions: PoolPredictions) -> tuple[Floats, Floats]:
    """(n,) gain and gain for rare codes alone, both shrunk by similarity."""
    novelty, codes = _novelty(pool), max(predictions.chance.shape[1], 1)
    rare = predictions.rare.sum(axis=1) / codes
    return np.asarray((predictions.doubt.sum(axis=1) / codes + rare) * novelty), np.asarray(rare * novelty)


def _novelty(pool: Pool) -> Floats:
    """(n,) 1 minus the similarity to the nearest coded passage; 0 for near copies of an earlier passage."""
    novelty = np.ones(len(pool.vectors))
    for at in range(0, len(novelty), BLOCK):  # a block at a time, so that a large study fits into memory
        block = pool.vectors[at : at + BLOCK]
        if len(pool.coded):
            novelty[at : at + BLOCK] -= np.clip((block @ pool.coded.T).max(axis=1), 0, 1)
        # Only earlier passages: of two alike one must keep its gain.
        alike = np.tril(block @ pool.vectors[: at + BLOCK].T >= ALIKE, k=at - 1)
        novelty[at : at + BLOCK][alike.any(axis=1)] = 0.0
    return novelty


def _mean_by(values: Floats, where: Rows) -> Floats:
    return np.asarray(np.bincount(where, values) / np.maximum(np.bincount(where), 1))


def strongest_codes(predictions: PoolPredictions, rows: Rows, why: str) -> tuple[int, ...]:
    """Columns of the codes that contribute most to the gain of these passages."""
    worth = predictions.rare[rows].sum(axis=0)
    if why == "gain":
        worth = worth + predictions.doubt[rows].sum(axis=0)
    order = np.argsort(-worth, kind="stable")[:NAMED_CODES]
    return tuple(int(column) for column in order if worth[column] > 0)


def _farthest_first(vectors: Vectors, taken: Vectors) -> list[int]:
    """Up to three rows, each the farthest from all taken ones; with nothing taken, the most typical one first."""
    if not len(vectors):
        return []
    picked: list[int] = []
    if len(taken):
        similarity = (vectors @ taken.T).max(axis=1)
    else:
        picked.append(int(np.argmax(vectors @ vectors.mean(axis=0))))
        similarity = vectors @ vectors[picked[0]]
    while len(picked) < min(PROPOSED, len(vectors)):
        masked = similarity.copy()
        masked[picked] = np.inf
        picked.append(int(np.argmin(masked)))
        similarity = np.maximum(similarity, vectors @ vectors[picked[-1]])
    return picked


def _unit(vector: Vectors) -> Vectors:
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-12), dtype=np.float32)
