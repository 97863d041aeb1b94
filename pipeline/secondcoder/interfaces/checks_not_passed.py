"""Checks of scikit-learn's `check_estimator` that `SegmentClassifier` does not pass, each with the reason."""

from __future__ import annotations

from typing import Any

_WEIGHT = (
    "rows are dealt out to inner folds by their groups: the same row given twice, without groups, is two rows that may lie in two "
    "folds, where one of weight 2 lies in one; and what the kernels say is scaled by standard deviations without weights"
)
CHECKS_NOT_PASSED = {
    "check_supervised_y_2d": "a y of one column is the labels of one code (given, not given, unknown), and not a 1-d y of classes "
    "that was given as a column: class numbers above 1 are refused in it",
    "check_sample_weight_equivalence_on_dense_data": _WEIGHT,
    "check_sample_weight_equivalence_on_sparse_data": _WEIGHT,
}
"""Name of a check -> why. A test runs all checks and holds these, and no others, to fail."""


def checks_not_passed(estimator: Any) -> dict[str, str]:
    """What `parametrize_with_checks` and `check_estimator` take as `expected_failed_checks`."""
    return dict(CHECKS_NOT_PASSED)
