"""Fixtures of the review: an open desk over a small invented study, and a browser's hands without a browser."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from secondcoder.review.security import Door
from secondcoder.review.session import Desk
from secondcoder.study.study import Study
from support.browser_checks import ARGUMENTS, Opener, chromium, missing
from support.client import Client
from support.review_checks import small_study


@pytest.fixture
def desk(empty_study: Study) -> Desk:
    """Two interviews, nothing blind."""
    return Desk(small_study(empty_study))


@pytest.fixture
def blind_desk(empty_study: Study) -> Desk:
    """The same; every passage with suggestions is coded first, and some without any are drawn."""
    return Desk(small_study(empty_study, blind=1.0, below=0.25))


@pytest.fixture
def door() -> Door:
    return Door()


@pytest.fixture
def client(desk: Desk, door: Door) -> Client:
    return Client(desk, door)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("playwright is not installed")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture
def enter(browser: Any) -> Iterator[Opener]:
    """Opens a link in a browser of its own; what the page logs as an error fails the test."""
    contexts, faults = [], []

    def opened(link: str, **options: Any) -> Any:
        context = browser.new_context(viewport={"width": 1280, "height": 900}, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(8000)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: faults.append(said.text) if "Content Security" in said.text else None)
        page.goto(link)
        page.wait_for_url("**/")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert faults == []
