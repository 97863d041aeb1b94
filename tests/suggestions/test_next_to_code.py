"""What to code next: what teaches most, without repeating itself."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from secondcoder.suggestions.next_to_code import (
    PROPOSED,
    Pool,
    PoolPredictions,
    propose_transcripts,
    uncertainty,
)

D = 40


def _unit(vectors: np.ndarray) -> np.ndarray:
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def _pool(transcripts: int = 6, length: int = 10, seed: int = 0) -> Pool:
    rng = np.random.default_rng(seed)
    n = transcripts * length
    names = [f"t{at // length}" for at in range(n)]
    predictions = PoolPredictions(np.full((n, 2), 0.01), np.zeros((n, 2)), np.array([100.0, 3.0]))
    return Pool(names, _unit(rng.normal(size=(n, D))), np.full(n, 40), _unit(rng.normal(size=(5, D))), predictions)


def _names(pool: Pool) -> list[str]:
    return [pool.transcripts[one.row] for one in propose_transcripts(pool)]


def test_where_the_model_is_undecided_comes_first():
    pool = _pool()
    pool.predictions.doubt[20:30, 0] = 1.0
    assert _names(pool)[0] == "t2"
    first = propose_transcripts(pool)[0]
    assert (first.why, first.codes[0]) == ("gain", 0)


def test_every_third_is_for_rare_codes():
    pool = _pool()
    pool.predictions.doubt[:30, 0] = 1.0  # three transcripts of doubt on a common code
    pool.predictions.chance[50:, 1] = 0.9  # one of likely examples of a rare one
    third = propose_transcripts(pool)[2]
    assert (pool.transcripts[third.row], third.why, third.codes[0]) == ("t5", "rare", 1)


def test_rare_codes_have_no_turn_where_nothing_that_is_left_speaks_for_them():
    pool = _pool()
    pool.predictions.chance[:] = 0.0
    pool.predictions.doubt[:30, 0] = 1.0
    pool.predictions.chance[:10, 1] = 1.0  # the rare code's examples lie in the transcript that is proposed first
    proposals = propose_transcripts(pool)
    assert [one.why for one in proposals] == ["gain"] * 3
    assert all(one.codes for one in proposals)


def test_a_transcript_for_which_nothing_speaks_is_said_to_be_such():
    pool = _pool(transcripts=3)
    pool.predictions.chance[:] = 0.0
    pool.predictions.doubt[12, 0] = 1.0
    assert [(one.why, one.codes) for one in propose_transcripts(pool)] == [("gain", (0,)), ("rest", ()), ("rest", ())]


def test_a_code_with_examples_enough_is_not_sought():
    pool = _pool()
    pool.predictions.chance[20:30, 0] = 0.9  # likely, but there are 100 examples
    pool.predictions.chance[40:50, 1] = 0.5
    assert _names(pool)[0] == "t4"


def test_near_copies_count_once():
    pool = _pool()
    pool.predictions.doubt[:20] = 1.0
    pool.vectors[:10] = pool.vectors[0]  # ten times the same
    assert _names(pool)[0] == "t1"


def test_near_copies_are_seen_across_blocks():
    pool = _pool(transcripts=22, length=100)
    pool.vectors[2100:] = pool.vectors[1500]
    pool.predictions.doubt[2100:] = 1.0
    assert _names(pool)[0] != "t21"


def test_what_is_like_coded_passages_waits():
    pool = _pool()
    pool.predictions.doubt[:20] = 1.0
    pool.vectors[:10] = pool.coded[0] + 0.1 * pool.vectors[:10]
    assert _names(pool)[0] == "t1"


def test_without_a_model_proposals_spread_out():
    pool = replace(_pool(), predictions=None)
    pool.vectors[:] = pool.vectors[::10].repeat(10, axis=0)  # each transcript of one mind
    pool.vectors[10:20] = pool.vectors[0]  # two say the same
    names = _names(pool)
    assert len(names) == len(set(names)) == PROPOSED
    assert not {"t0", "t1"} <= set(names)
    assert {one.why for one in propose_transcripts(pool)} == {"spread"}


def test_without_a_model_the_first_is_unlike_what_is_coded():
    pool = replace(_pool(transcripts=3), predictions=None)
    pool.vectors[:10], pool.vectors[10:20], pool.vectors[20:] = np.eye(D)[0], np.eye(D)[1], np.eye(D)[2]
    pool = replace(pool, coded=np.eye(D, dtype=np.float32)[[0, 1]])
    assert _names(pool)[0] == "t2"


def test_with_nothing_coded_the_most_typical_is_first():
    vectors = np.eye(D, dtype=np.float32)[[0, 0, 0, 1]]
    pool = Pool(["a", "b", "c", "d"], vectors, np.full(4, 40), vectors[:0])
    assert _names(pool)[0] in {"a", "b", "c"}
    assert _names(pool)[1] == "d"


@pytest.mark.parametrize("transcripts", [0, 1, 2])
def test_it_proposes_no_more_than_there_is(transcripts):
    for predictions in (True, False):
        pool = _pool(transcripts=transcripts)
        pool = pool if predictions else replace(pool, predictions=None)
        assert len(_names(pool)) == transcripts


def test_doubt_is_greatest_on_the_threshold():
    found = uncertainty(np.array([[0.0], [0.1], [0.2], [0.6], [1.0]]), np.array([0.2]))
    np.testing.assert_allclose(found[:, 0], [0, 0.5, 1, 0.5, 0])
