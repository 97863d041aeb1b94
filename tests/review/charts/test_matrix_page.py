"""The framework matrix as a page, without a browser: numbers, what nobody looked for, filters, and what a cell opens."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from secondcoder.domain.records import Case, Coding
from secondcoder.review.app import make_app
from secondcoder.review.security import LoginLinks
from secondcoder.review.session import ReviewSession
from secondcoder.study.study import Study
from starlette.testclient import TestClient
from support.chart_page_checks import MARKUP, columns, matrix_cells, said
from support.client import Client
from support.review_checks import LINES, talk, word


def test_a_cell_says_how_often_and_in_how_many_interviews(ada: Client) -> None:
    cells = matrix_cells(ada.get("/chart"))
    assert cells["Ash", "CO"] == "3 2 of 2 interviews ↑2 ↓1"
    assert cells["Ash", "RM"] == "1 1 of 2 interviews"
    assert cells["Birch", "CO"] == "1 ↕1"


def test_no_cell_is_empty_and_silence_is_absence_only_where_somebody_looked(ada: Client) -> None:
    cells = matrix_cells(ada.get("/chart"))
    assert all(cells.values())
    assert cells["Ash", "CP"] == "none in 2 interviews"
    assert cells["Birch", "CP"] == "read in part"
    assert cells["Cedar", "CP"] == "not read"
    assert cells["Elm", "CP"] == "no interview"


def test_what_is_only_suggested_stands_apart_until_it_is_accepted(review: ReviewSession, ada: Client) -> None:
    assert matrix_cells(ada.get("/chart"))["Cedar", "F1"] == "not read +1 suggested"
    review.decide("ada", word(review, 1, "accept", "cedar_gp", suggested="F1"))
    assert matrix_cells(ada.get("/chart"))["Cedar", "F1"] == "1"


def test_constructs_are_folded_until_opened(ada: Client) -> None:
    page = ada.get("/chart")
    assert not any("." in code for code in columns(page))
    opened = re.search(r'class="unfold " data-code="CO" href="([^"]*)"', page)
    assert opened
    shown = columns(ada.get(opened[1].replace("&amp;", "&")))
    assert shown[: shown.index("CP")] == ["CO", *(code for code in shown if code.startswith("CO."))]
    assert matrix_cells(ada.get("/chart?open=CO"))["Ash", "CO.DIF"] == "1 1 of 2 interviews ↑1"


def test_a_family_of_codes_alone(ada: Client) -> None:
    assert columns(ada.get("/chart?family=factor")) == ["F1", "F2", "F3", "F4", "F5"]
    assert "No code is of this family" in ada.get("/chart?family=weather")


def test_rows_may_be_participants_or_interviews(ada: Client) -> None:
    assert matrix_cells(ada.get("/chart?rows=participant"))["P-ash_gp", "CO"] == "2 ↑2"
    assert matrix_cells(ada.get("/chart?rows=transcript"))["ash_nurse", "CP"] == "none"
    refused = ada.http.get("/chart?rows=street")
    assert refused.status_code == 409
    assert "not &#39;street&#39;" in refused.text


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("case=Birch", {"Birch"}),
        ("case=Elm", {"Elm"}),
        ("wave=late", {"Ash", "Birch", "Cedar"}),
        ("role=nurse", {"Ash"}),
    ],
)
def test_the_address_filters_interviews(ada: Client, query: str, rows: set[str]) -> None:
    assert {row for row, _ in matrix_cells(ada.get(f"/chart?{query}"))} == rows


def test_a_filter_counts_those_interviews_alone(ada: Client) -> None:
    assert matrix_cells(ada.get("/chart?wave=late"))["Ash", "CO"] == "1 ↓1"
    assert "No interview is as these filters ask" in ada.get("/chart?role=astronaut")


def test_a_cell_opens_its_passages_with_where_they_stand(ada: Client) -> None:
    page = ada.get("/chart/cell?at=Ash&code=CO")
    quotes = re.findall(r'<span class="quoted">(.*?)</span>', page)
    assert {said(quote) for quote in quotes} == {LINES[0], LINES[1], MARKUP}
    for name, turn in re.findall(r'href="/code/(ash_\w+)#turn(\d+)"', page):
        words = ada.get(f"/code/{name}").split(f'id="turn{turn}"')[1].split("</section>")[0]
        assert any(line[:20] in words for line in (LINES[0], LINES[1], "He said"))
    assert 'href="/codes/CO.DIF"' in page


def test_a_suggestion_in_a_cell_leads_to_where_it_is_decided(ada: Client) -> None:
    page = ada.get("/chart/cell?at=Cedar&code=CO")
    link = re.search(r'href="(/transcript/cedar_gp\?at=[^"]*)">decide', page)
    assert link
    assert "No passage counts here: not read" in page
    assert LINES[0] in ada.get(link[1].replace("&amp;", "&"))


def test_the_way_back_keeps_the_place(ada: Client) -> None:
    page = ada.get("/chart/cell?rows=transcript&wave=late&open=CO&at=ash_nurse&code=CO")
    back = re.search(r'id="back" href="([^"]*)#here"', page)
    assert back
    there = ada.get(back[1].replace("&amp;", "&"))
    assert re.search(r'data-code="CO"><a class="opens"[^>]*id="here"', there)
    assert {row for row, _ in matrix_cells(there)} == {"ash_nurse", "birch_gp", "cedar_gp"}
    assert "CO.DIF" in columns(there)


@pytest.mark.parametrize(
    "query", ["at=Birch&wave=early", "at=Elm&wave=early", "at=P-birch_gp&rows=participant&role=nurse"]
)
def test_a_cell_without_an_interview_of_the_filters_says_so(ada: Client, query: str) -> None:
    assert "No passage counts here: no interview." in ada.get(f"/chart/cell?code=CO&{query}")


def test_a_cell_beside_the_matrix_is_in_its_address(ada: Client) -> None:
    page = ada.get("/chart?at=Ash&code=CO&beside=1")
    assert 'class="opencell" data-row="Ash" data-code="CO"' in page
    assert 'class="opencell"' not in ada.get("/chart?at=Nowhere&code=CO&beside=1")


def test_the_script_is_given_the_cell_alone(ada: Client) -> None:
    answer = ada.http.get("/chart/cell?at=Ash&code=CO", headers={"X-Asked-By": "page"}).text
    assert "<html" not in answer
    assert 'class="opencell"' in answer


@pytest.mark.parametrize(
    ("query", "wrong"), [("at=Oak&code=CO", "Oak"), ("at=Ash&code=NOPE", "NOPE"), ("at=Ash&code=level:sky", "sky")]
)
def test_a_cell_that_is_not_there_is_said(ada: Client, query: str, wrong: str) -> None:
    answer = ada.http.get(f"/chart/cell?{query}")
    assert answer.status_code == 404
    assert wrong in answer.text


@pytest.mark.parametrize("url", ["/chart", "/chart/cell?at=Ash&code=CO", "/chart/integration"])
def test_no_page_without_the_link(review: ReviewSession, logins: LoginLinks, url: str) -> None:
    answer = TestClient(make_app(review, logins, frozenset({"testserver"}))).get(url)
    assert answer.status_code == 403
    assert "Ash" not in answer.text


def test_names_and_words_are_shown_as_they_are(empty_study: Study, logins: LoginLinks) -> None:
    names = ("=1+1", "山田", "<i>", "a&b|c", "😀 x")
    with empty_study.store.transaction("test") as write:
        write.put_cases(map(Case, names))
        talks = [talk(f"t{at}", (MARKUP,), name) for at, name in enumerate(names)]
        write.add_transcripts(talks)
        write.add_codings([Coding(each.id, *each.turns[1].span, "CO", "ada") for each in talks], empty_study.codebook)
    ada = Client(ReviewSession(empty_study), logins, "ada")
    page = ada.get("/chart")
    cells = matrix_cells(page)
    assert {row for row, code in cells} == set(names)
    links = re.findall(r'href="(/chart/cell\?[^"]*code=CO)"', page)
    assert len(links) == len(names)
    for link in links:
        opened = ada.get(link.replace("&amp;", "&"))
        assert "&lt;b&gt;" in opened
        assert "<b>" not in opened


def test_without_cases_the_rows_are_interviews_unless_cases_are_asked_for(
    empty_study: Study, logins: LoginLinks
) -> None:
    with empty_study.store.transaction("test") as write:
        write.add_transcripts([replace(talk(name), case=None) for name in ("t1", "t2")])
    ada = Client(ReviewSession(empty_study), logins, "ada")
    assert {row for row, _ in matrix_cells(ada.get("/chart"))} == {"t1", "t2"}
    assert {row for row, _ in matrix_cells(ada.get("/chart?rows=case"))} == {"no case"}


def test_a_study_without_interviews_or_codes_given(empty_study: Study, logins: LoginLinks) -> None:
    ada = Client(ReviewSession(empty_study), logins, "ada")
    assert "No interview is as these filters ask" in ada.get("/chart")
    assert "no cases to describe" in ada.get("/chart/integration")
    with empty_study.store.transaction("test") as write:
        write.add_transcripts([talk("t1")])
    ada = Client(ReviewSession(empty_study), logins, "ada")
    assert set(matrix_cells(ada.get("/chart")).values()) == {"not read"}
