"""A study as it is after its first import, and somebody who codes it by hand."""

from __future__ import annotations

import pytest
from secondcoder.review.session import ReviewSession
from secondcoder.study.study import Study
from support.coding_checks import Coder, fresh_study


@pytest.fixture
def study(empty_study: Study) -> Study:
    return fresh_study(empty_study)


@pytest.fixture
def ada(study: Study) -> Coder:
    return Coder(ReviewSession(study))
