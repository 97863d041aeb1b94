"""Shares of a run: each part in one, whatever their number, and none much larger than it must be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from secondcoder.engine.shards import Shard, shares
from secondcoder.errors import InputError

SIZES = st.lists(st.integers(0, 10_000), max_size=60)


@given(SIZES, st.integers(1, 70))
def test_every_part_is_in_one_share(sizes: list[int], count: int) -> None:
    held = [Shard(number, count).of(sizes) for number in range(1, count + 1)]
    assert sorted(part for share in held for part in share) == list(range(len(sizes)))
    assert all(share == sorted(share) for share in held)


@given(SIZES, st.integers(1, 70))
def test_no_share_is_much_larger_than_it_must_be(sizes: list[int], count: int) -> None:
    """Graham's other bound: whatever the order, the largest share holds less than the mean and one part more."""
    largest = max(sum(sizes[part] for part in share) for share in shares(sizes, count))
    assert largest <= sum(sizes) / count + max(sizes, default=0)


def test_the_example_of_graham_for_the_largest_first() -> None:
    """Parts of 5, 5, 4, 4, 3, 3, 3 on three: 11, where 9 is possible: 4/3 - 1/9 of it, the worst there is."""
    sizes = [5, 5, 4, 4, 3, 3, 3]
    assert sorted(sum(sizes[part] for part in share) for share in shares(sizes, 3)) == [8, 8, 11]


def test_equal_parts_go_round() -> None:
    assert shares([7] * 7, 3) == [[0, 3, 6], [1, 4], [2, 5]]


@pytest.mark.parametrize("written", ["3/40", " 3 / 40 "])
def test_a_shard_is_read_as_it_is_written(written: str) -> None:
    shard = Shard.parse(written)
    assert (shard, str(shard)) == (Shard(3, 40), "3/40")


@pytest.mark.parametrize("written", ["", "3", "3/", "/40", "a/b", "-1/4", "1.5/4", "3/40/2", "٣/٤"])
def test_what_is_no_shard_is_refused_with_an_example(written: str) -> None:
    with pytest.raises(InputError, match="as in 3/40"):
        Shard.parse(written)


@pytest.mark.parametrize("written", ["0/4", "5/4", "0/0", "1/0"])
def test_a_shard_that_is_not_there_is_refused(written: str) -> None:
    with pytest.raises(InputError, match="counted from 1"):
        Shard.parse(written)
