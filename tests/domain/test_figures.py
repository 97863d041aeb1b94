"""Numbers in what people send: those that Python alone would read, or fail on, are none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from secondcoder.domain.figures import number, whole_number


@given(st.integers(0, 10**18 - 1))
def test_a_whole_number_is_read(value: int) -> None:
    assert whole_number(str(value)) == value
    assert number(str(value)) == float(value)


@pytest.mark.parametrize("written", ["", "-1", "1_000", "²", "1.0", " 1", "9" * 19, "9" * 5000, "ten"])
def test_what_is_no_whole_number_is_none(written: str) -> None:
    assert whole_number(written) is None


@pytest.mark.parametrize("written", ["", "1_000", "1_0.5", "nan", "inf", "-Infinity", "1e999", "1,5", "x", "²"])
def test_what_is_no_number_is_none(written: str) -> None:
    assert number(written) is None


def test_figures_of_other_scripts_are_figures() -> None:
    assert (whole_number("١٢"), number("١٢.٥")) == (12, 12.5)
