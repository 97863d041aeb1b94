"""Times of a recording, as they are shown and looked up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from secondcoder.domain.records import Turn
from secondcoder.domain.times import cell, clock, iso_duration, time_at
from secondcoder.transcripts.clock import seconds


@pytest.mark.parametrize(
    ("time", "shown", "in_a_table", "duration"),
    [
        (0.0, "0:00", "0:00:00", "PT0S"),
        (7.98, "0:07", "0:00:07", "PT7S"),
        (763.4, "12:43", "0:12:43", "PT12M43S"),
        (3600.0, "1:00:00", "1:00:00", "PT1H0M0S"),
        (3723.9, "1:02:03", "1:02:03", "PT1H2M3S"),
        (-6.82, "-0:06", "-0:00:06", ""),
        (-0.25, "0:00", "0:00:00", ""),
    ],
)
def test_how_a_time_is_written(time: float, shown: str, in_a_table: str, duration: str) -> None:
    assert (clock(time), cell(time), iso_duration(time)) == (shown, in_a_table, duration)


@given(st.integers(0, 359_999))
def test_a_time_shown_is_read_back(time: int) -> None:
    assert seconds(clock(time)) == seconds(cell(time)) == time


def test_a_place_has_the_time_of_its_turn() -> None:
    turns = [Turn(5, 10, time_start=1.5), Turn(12, 20), Turn(22, 30, time_start=9.0)]
    assert [time_at(turns, at) for at in (0, 5, 9, 11, 12, 25, 40)] == [None, 1.5, 1.5, 1.5, None, 9.0, 9.0]
    assert time_at([], 3) is None


def test_where_only_ends_are_known_a_turn_begins_at_the_end_of_the_one_before() -> None:
    turns = [Turn(0, 5, time_end=4.0), Turn(6, 9, time_end=7.5), Turn(10, 12)]
    assert [time_at(turns, turn.start) for turn in turns] == [None, 4.0, 7.5]
