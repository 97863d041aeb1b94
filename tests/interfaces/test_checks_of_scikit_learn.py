"""scikit-learn's own checks of an estimator; what is listed as not passed fails, and nothing else."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
from secondcoder import SegmentClassifier, TextEmbedder
from secondcoder.interfaces.checks_not_passed import CHECKS_NOT_PASSED, checks_not_passed
from sklearn.utils.estimator_checks import parametrize_with_checks
from support.places import ROOT

SETTINGS = [SegmentClassifier(), SegmentClassifier(purpose="balanced", folds=3)]
PAGE = ROOT / "docs" / "spacy-and-scikit-learn.md"


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@parametrize_with_checks(SETTINGS, expected_failed_checks=checks_not_passed)
def test_a_check_of_scikit_learn(estimator: Any, check: Any) -> None:
    check(estimator)


def test_what_is_not_passed_stands_in_the_docstring_and_on_the_page() -> None:
    page, told = PAGE.read_text(encoding="utf-8"), inspect.getdoc(SegmentClassifier) or ""
    for check, why in CHECKS_NOT_PASSED.items():
        assert f"`{check}`: {why}" in told
        assert f"| `{check}` | {why} |" in page


def test_text_embedder_has_the_tags_of_a_transformer_of_texts() -> None:
    tags = TextEmbedder().__sklearn_tags__()
    assert (tags.estimator_type, tags.input_tags.string, tags.input_tags.two_d_array) == (None, True, False)
