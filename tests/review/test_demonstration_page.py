"""The page on which a demonstration opens: it leads to what there is, and no other study has it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from secondcoder.demo.demo_folder import FILES, SUMMARY, TITLE, summary_of
from secondcoder.domain.records import Coding
from secondcoder.reports.page import Section, page
from secondcoder.review.app import make_app
from secondcoder.review.security import LoginLinks
from secondcoder.review.session import ReviewSession
from secondcoder.study.study import Study
from starlette.testclient import TestClient
from support.client import Client
from support.review_checks import fill, suggestion, talk


@pytest.fixture
def demonstration(empty_study: Study) -> Study:
    """A study with a suggestion, and what the demonstration leaves in its folder."""
    one = talk("t1")
    fill(empty_study, [one, talk("t2")], [suggestion(one, 0, "CO", 0.6)])
    (empty_study.folder / FILES).mkdir()
    (empty_study.folder / SUMMARY).write_text(page(TITLE, [Section("S", ("what it says",))]), encoding="utf-8")
    return empty_study


def opened(study: Study, logins: LoginLinks) -> Client:
    review = ReviewSession(study)
    app = make_app(review, logins, frozenset({"testserver"}), demonstration=summary_of(study.folder))
    return Client(review, logins, app=app)


def test_it_opens_on_the_page_and_all_that_the_page_leads_to_is_there(demonstration: Study) -> None:
    logins = LoginLinks()
    ada = opened(demonstration, logins)
    entered = ada.http.get("/enter", params={"token": logins.invite("bob")}).text
    assert 'href="/demonstration"' in entered
    text = ada.get("/demonstration")
    links = set(re.findall(r'href="(/[^"]*)"', text[text.index("<main") :]))
    assert {"/queue?by=code", "/codes", "/chart", "/demonstration/summary"} <= links
    assert "/code/t1" in links
    assert all(ada.http.get(link).status_code == 200 for link in links)
    assert "invented" in text
    assert "what it says" in ada.get("/demonstration/summary")
    assert "sandbox" in ada.http.get("/demonstration/summary").headers["content-security-policy"]
    assert 'href="/demonstration"' in ada.get("/")  # the way back


def test_it_says_that_others_codings_are_held_back_where_they_are(demonstration: Study) -> None:
    assert "is held back there" not in opened(demonstration, LoginLinks()).get("/demonstration")
    coded = talk("t2")
    with demonstration.store.transaction("test") as write:
        write.add_codings([Coding(coded.id, *coded.turns[1].span, "CO", "ines")], demonstration.codebook)
    page = opened(demonstration, LoginLinks()).get("/demonstration")
    assert (
        page.count("is held back there") == 2
    )  # before the codes and before the chart, which look empty without a word


def test_nobody_reads_it_without_a_link(demonstration: Study) -> None:
    app = make_app(ReviewSession(demonstration), LoginLinks(), frozenset({"testserver"}), demonstration=Path("x"))
    for url in ("/demonstration", "/demonstration/summary"):
        assert TestClient(app).get(url).status_code == 403


def test_another_study_has_no_such_page(demonstration: Study) -> None:
    (demonstration.folder / SUMMARY).write_text(page("Review of mine", []), encoding="utf-8")
    assert summary_of(demonstration.folder) is None
    ada = opened(demonstration, LoginLinks())
    for url in ("/demonstration", "/demonstration/summary"):
        assert ada.http.get(url).status_code == 404
    assert "/demonstration" not in ada.get("/")
