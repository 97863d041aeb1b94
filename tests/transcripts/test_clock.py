"""Times in seconds."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from secondcoder.transcripts.clock import TIME, seconds, unpadded


@pytest.mark.parametrize(
    ("stamp", "expected"),
    [
        ("0:13", 13.0),
        ("1:02:03", 3723.0),
        ("00:00:03.120", 3.12),
        ("00:05,5", 5.5),
        ("125:00", 7500.0),
        ("00:00:00.1234567", 0.123),
        ("00:01:02-3", 62.3),  # f4 and MAXQDA
        ("00:01:02:12", 62.0),  # frames of Premiere
        ("01:00:02;29", 3602.0),  # drop-frame
        ("2m30s", 150.0),
        ("1h 2m 3s", 3723.0),
        ("0 minutes 3 seconds", 3.0),  # Teams
        ("1 hour 2 minutes 3 seconds", 3723.0),
    ],
)
def test_fractions_are_decimal_in_padded_files(stamp: str, expected: float) -> None:
    assert seconds(stamp) == expected


@pytest.mark.parametrize(
    ("stamp", "expected"),
    [("0:0:10.20", 10.02), ("0:1:2.110", 62.11), ("0:0:0.0", 0.0), ("0:0:-6.-820", -6.82), ("0:0:19.5", 19.005)],
)
def test_fractions_are_whole_milliseconds_in_unpadded_files(stamp: str, expected: float) -> None:
    assert seconds(stamp, whole_milliseconds=True) == expected


@pytest.mark.parametrize(
    ("stamps", "expected"),
    [
        (["0:0:10.20", "0:12:14.490"], True),
        (["0:12:10.20", "0:0:14.490"], True),
        (["0:0:-6.-820"], True),
        (["00:00:10.200"], False),
        (["0:13"], False),
        ([], False),
    ],
)
def test_a_file_is_unpadded_when_a_minute_or_second_is(stamps: list[str], expected: bool) -> None:
    assert unpadded(stamps) is expected


@pytest.mark.parametrize(
    "stamp", ["", "12", f"{'9' * 400}:00:00", "00:75:00.000", "00:00:61.000", "0:0x", "10:30am", "00:00:0x.000"]
)
def test_what_is_no_time_is_refused(stamp: str) -> None:
    with pytest.raises(ValueError, match=f"^{stamp}$"):
        seconds(stamp)


@given(
    text=st.lists(
        st.sampled_from(["0", "1", "59", "9", "00", ":", ";", "-", ".", ",", "h", "m", "s", "min", " "]), max_size=12
    ).map("".join)
)
def test_whatever_prose_holds_that_looks_like_a_time_is_one(text: str) -> None:
    """What the pattern finds, readers pass on: it must be read, or readers end in an error of Python's."""
    for found in re.finditer(TIME, text):
        assert seconds(found[0]) >= 0
