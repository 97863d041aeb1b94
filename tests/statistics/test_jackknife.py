"""The jackknife against what is known of it: for a mean it is the usual standard error."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import sem, ttest_1samp
from secondcoder.statistics.jackknife import jackknife_error, upper_limit


def _left_out(values: np.ndarray) -> np.ndarray:
    return (values.sum() - values) / (len(values) - 1)


@given(st.lists(st.floats(-100, 100), min_size=2, max_size=20))
def test_of_a_mean_it_is_the_standard_error_of_the_mean(values: list[float]) -> None:
    assert jackknife_error(_left_out(np.array(values))) == pytest.approx(float(sem(values)), abs=1e-9)


def test_the_upper_limit_of_a_mean_is_that_of_the_one_sided_t_test() -> None:
    values = np.random.default_rng(0).normal(size=9)
    expected = ttest_1samp(values, 0, alternative="less").confidence_interval(0.975).high
    assert upper_limit(float(values.mean()), _left_out(values), 9, 0.025) == pytest.approx(expected)


def test_undefined_values_do_not_count_and_without_any_there_is_no_error() -> None:
    left_out = np.array([0.1, 0.3, 0.4])
    assert jackknife_error(np.append(left_out, np.nan)) == jackknife_error(left_out)
    assert np.isnan(jackknife_error(np.array([np.nan, np.nan])))
