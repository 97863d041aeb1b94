"""A review with one interview that is not in it, and a coder's requests to it."""

from __future__ import annotations

import pytest
from secondcoder.review.security import LoginLinks
from secondcoder.review.session import ReviewSession
from secondcoder.study.study import Study
from support.client import Client
from support.review_checks import small_study, talk


@pytest.fixture
def review(empty_study: Study) -> ReviewSession:
    """t1 and t2 are in the review, nothing blind; t3 is not."""
    study = small_study(empty_study)
    with study.store.transaction("test") as write:
        write.add_transcripts([talk("t3")])
    return ReviewSession(study)


@pytest.fixture
def ada(review: ReviewSession, logins: LoginLinks) -> Client:
    return Client(review, logins, "ada")
