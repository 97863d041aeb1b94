"""A study with cases, waves and roles, open in the review, and its coders."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from secondcoder.review.security import LoginLinks
from secondcoder.review.session import ReviewSession
from secondcoder.study.folder import CONFIGURATION
from secondcoder.study.study import Study
from support.chart_page_checks import charted_study
from support.client import Client
from support.study_checks import CHEAP


@pytest.fixture(scope="session")
def _charted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("charts") / "study"
    Study.create(folder, "npt").close()
    (folder / CONFIGURATION).write_text(f"{CHEAP}[review]\nblind = 0.0\nbelow = 0.0\n", encoding="utf-8")
    study = Study(folder)
    charted_study(study).close()
    return folder


@pytest.fixture
def charted(open_copy: Callable[[Path], Study], _charted: Path) -> Study:
    """The study of `chart_page_checks`, with the NPT codebook and its sub-constructs."""
    return open_copy(_charted)


@pytest.fixture
def review(charted: Study) -> ReviewSession:
    """The same, open in the review."""
    return ReviewSession(charted)


@pytest.fixture
def ada(review: ReviewSession, logins: LoginLinks) -> Client:
    """Who coded everything."""
    return Client(review, logins, "ada")


@pytest.fixture
def cleo(review: ReviewSession, logins: LoginLinks) -> Client:
    """Who has coded and read nothing."""
    return Client(review, logins, "cleo")


@pytest.fixture
def together(review: ReviewSession, logins: LoginLinks) -> Client:
    """The adjudication session."""
    return Client(review, logins, "consensus", adjudicates=True)
