"""Fixtures of the review: an open review of a small invented study, and requests to it without a browser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from secondcoder.review.security import LoginLinks
from secondcoder.review.session import ReviewSession
from secondcoder.study.study import Study
from support.browser_checks import Opener
from support.client import Client
from support.review_checks import hand_coded, small_study, word


@pytest.fixture
def review(empty_study: Study) -> ReviewSession:
    """Two interviews, nothing blind."""
    return ReviewSession(small_study(empty_study))


@pytest.fixture
def blind_review(empty_study: Study) -> ReviewSession:
    """The same; every passage with suggestions is coded first, and some without any are drawn."""
    return ReviewSession(small_study(empty_study, blind=1.0, below=0.25))


@pytest.fixture
def disagreeing(review: ReviewSession) -> ReviewSession:
    """Ada and Ben agree on one passage and disagree on another, in a review."""
    for coder in ("ada", "ben"):
        review.decide(coder, word(review, 3, "accept", suggested="RM"))
    review.decide("ada", word(review, 1, "accept", suggested="CA", memo="the state"))
    review.decide("ben", word(review, 1, "change", suggested="CA", code="CP"))
    return review


@pytest.fixture
def by_hand(empty_study: Study) -> Study:
    """Two interviews coded by hand, without a model or a review."""
    return hand_coded(empty_study)


@pytest.fixture
def logins() -> LoginLinks:
    return LoginLinks()


@pytest.fixture
def client(review: ReviewSession, logins: LoginLinks) -> Client:
    return Client(review, logins)


@pytest.fixture
def enter(enter_anywhere: Opener) -> Opener:
    """Opens a link in a browser of its own, up to the list of interviews; what the page logs as an error fails the test."""

    def opened(link: str, **options: Any) -> Any:
        page = enter_anywhere(link, **options)
        page.wait_for_url("**/")
        return page

    return opened


@pytest.fixture
def enter_anywhere(browser: Any) -> Iterator[Opener]:
    """The same, wherever the link leads."""
    contexts, faults = [], []

    def opened(link: str, **options: Any) -> Any:
        context = browser.new_context(viewport={"width": 1280, "height": 900}, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: faults.append(said.text) if "Content Security" in said.text else None)
        page.goto(link)
        page.wait_for_url(lambda url: "/enter" not in url)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert faults == []
