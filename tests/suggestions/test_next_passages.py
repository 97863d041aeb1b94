"""Which passages to code next: useful ones that do not repeat each other, and a share at random that stays one."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from secondcoder.labels.chosen_passages import RANDOM
from secondcoder.suggestions.next_passages import RANDOM_SHARE, chosen, gains, propose_round
from secondcoder.suggestions.next_to_code import Pool, PoolPredictions

D, N = 30, 300
RARE = np.arange(240, 260)
"""Passages that carry the constructed study's rare code."""


def _study(seed: int = 0, told: float = 0.3) -> tuple[Pool, np.ndarray]:
    """300 passages on six topics, one code common, one rare and told by the model with chance `told` where it is; and their draws."""
    rng = np.random.default_rng(seed)
    topics = rng.normal(size=(6, D)) * 2
    vectors = topics[np.arange(N) % 6] + rng.normal(size=(N, D))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    chance = np.column_stack([np.full(N, 0.3), np.full(N, 0.01)])
    chance[RARE, 1] = told
    predictions = PoolPredictions(chance, np.full((N, 2), 0.1), np.array([60.0, 2.0]))
    return Pool([f"t{row // 30}" for row in range(N)], vectors, np.full(N, 20), vectors[:0], predictions), rng.random(N)


def _rows(pool: Pool, draws: np.ndarray, size: int = 25, seed: int = 0) -> list[int]:
    return [one.row for one in propose_round(pool, draws, size, seed)]


@pytest.mark.parametrize("size", [1, 2, 25, 299, 300, 400])
@pytest.mark.parametrize("with_model", [True, False])
def test_a_round_has_its_size_and_no_passage_twice(size: int, with_model: bool):
    pool, draws = _study()
    pool = pool if with_model else Pool(pool.transcripts, pool.vectors, pool.words, pool.coded)
    rows = _rows(pool, draws, size)
    assert len(set(rows)) == len(rows) == min(size, N)


def test_a_round_is_the_same_for_the_same_seed():
    pool, draws = _study()
    assert _rows(pool, draws, seed=3) == _rows(pool, draws, seed=3)
    assert _rows(pool, draws, seed=3) != _rows(pool, draws, seed=4)


def test_a_tenth_is_drawn_at_random_whatever_the_model_says():
    pool, draws = _study()
    other, _ = _study(told=0.9)
    for one in (pool, other):
        drawn = [proposal.row for proposal in propose_round(one, draws) if proposal.why == RANDOM]
        assert len(drawn) == np.ceil(RANDOM_SHARE * 25)
        assert drawn == np.argsort(draws)[:3].tolist()


def test_every_passage_is_drawn_equally_often():
    pool, _ = _study()
    rng, counts = np.random.default_rng(1), Counter[int]()
    bare = Pool(pool.transcripts[:10], pool.vectors[:10], pool.words[:10], pool.coded)
    for _ in range(2000):
        counts.update(one.row for one in propose_round(bare, rng.random(10), 5) if one.why == RANDOM)
    # Binomial with 2000 draws of one in ten: 200, standard deviation 13.4.
    assert all(150 < counts[row] < 250 for row in range(10))


def test_a_drawn_passage_that_nobody_coded_is_drawn_again():
    pool, draws = _study()
    left = np.setdiff1d(np.arange(N), [one.row for one in propose_round(pool, draws) if one.why != RANDOM])
    again = [left[one.row] for one in propose_round(pool.take(left), draws[left]) if one.why == RANDOM]
    assert again == np.argsort(draws)[:3].tolist()


@pytest.mark.parametrize("seed", range(5))
def test_rare_codes_are_reached_sooner_than_at_random(seed: int):
    pool, draws = _study(seed)
    found = np.isin(_rows(pool, draws), RARE).sum()
    # At random 25 * 20 / 300 = 1.7 of them, and more than 5 in one of 200 rounds (hypergeometric).
    assert found > 5


def test_examples_of_a_code_that_has_many_are_worth_less():
    pool, _ = _study(told=0.3)
    common = Pool(*[getattr(pool, name) for name in ("transcripts", "vectors", "words", "coded")],
                  PoolPredictions(pool.predictions.chance, pool.predictions.doubt, np.array([60.0, 60.0])))  # fmt: skip
    rest = np.setdiff1d(np.arange(N), RARE)
    assert gains(pool)[RARE].min() > 1.5 * gains(pool)[rest].max()
    assert gains(common)[RARE].max() < 1.2 * gains(common)[rest].min()


def test_what_is_chosen_does_not_repeat_itself():
    pool, _ = _study()
    vectors = np.repeat(pool.vectors[:10], 30, axis=0)  # ten passages, each said thirty times
    assert {row // 30 for row in chosen(vectors, np.ones(N), 10, 0).tolist()} == set(range(10))


def test_the_reason_names_the_code_that_speaks_for_a_passage():
    pool, draws = _study()
    proposals = {one.row: one for one in propose_round(pool, draws)}
    assert any(
        (proposals[row].why, proposals[row].codes[0]) == ("rare", 1) for row in RARE.tolist() if row in proposals
    )
