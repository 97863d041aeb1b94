"""The code view without a browser: what it shows to whom, and what is taken to Word."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from docx import Document
from secondcoder.domain.records import CodingPass, Valence
from secondcoder.labels.code_passages import coding_key
from secondcoder.review.app import make_app
from secondcoder.review.others_codings import GIVEN_UP
from secondcoder.review.security import LoginLinks
from secondcoder.review.session import ReviewSession
from starlette.testclient import TestClient
from support.client import Client
from support.code_view_checks import APART, NAMED, answer_span, code, read_whole, shown
from support.review_checks import LINES, word


def decide_all(review: ReviewSession, coder: str, transcript: str) -> None:
    for at, codes in ((0, ("CO", "CP")), (1, ("CA",)), (3, ("RM",))):
        for each in codes:
            review.decide(coder, word(review, at, "reject", transcript, suggested=each))


def test_one_s_own_codings_are_always_shown(review: ReviewSession, ada: Client) -> None:
    code(review, "ada", 2, "CO")
    code(review, "ada", 2, "CO", "t1")
    assert shown(ada.get("/codes/CO")) == [LINES[2]] * 2


def test_others_codings_are_held_back_until_the_interview_is_read_for_the_code(
    review: ReviewSession, ada: Client
) -> None:
    code(review, "ben", 2, "CO")
    page = ada.get("/codes/CO")
    assert shown(page) == []
    assert LINES[2] not in page
    assert "1 coding of others on 1 interview" in page
    assert "ben" not in ada.get("/codes")
    read_whole(review, "ada", codes=("CA",))
    assert shown(ada.get("/codes/CO")) == []
    read_whole(review, "ada", codes=("CO",))
    page = ada.get("/codes/CO")
    assert shown(page) == [LINES[2]]
    assert "Held back" not in page


def test_a_reading_of_a_part_opens_nothing(review: ReviewSession, ada: Client) -> None:
    code(review, "ben", 0, "CO")
    with review.study.store.transaction("test") as write:
        write.add_passes([CodingPass("t3", "ada", 0, answer_span(review, 4)[1], review.book.ids)])
    assert shown(ada.get("/codes/CO")) == []


def test_while_something_is_left_to_decide_nothing_opens_the_interview(review: ReviewSession, ada: Client) -> None:
    code(review, "ben", 2, "CO", "t1")
    read_whole(review, "ada", "t1")
    ada.post("/codes/others", code="CO")
    page = ada.get("/codes/CO")
    assert shown(page) == []
    assert "until you have decided on everything there: 1 coding of others on 1 interview" in page
    decide_all(review, "ada", "t1")
    assert shown(ada.get("/codes/CO")) == [LINES[2]]


def test_a_blind_passage_still_to_code_keeps_the_interview_shut(
    blind_review: ReviewSession, logins: LoginLinks
) -> None:
    ada = Client(blind_review, logins, "ada")
    code(blind_review, "ben", 2, "CO", "t1")
    for passage in blind_review.interviews["t1"].in_review[:-1]:
        blind_review.decide("ada", word(blind_review, passage.segment.order, "looked"))
        for each in passage.suggestions:
            blind_review.decide("ada", word(blind_review, passage.segment.order, "reject", suggested=each.code))
    assert shown(ada.get("/codes/CO")) == []


def test_who_says_so_sees_what_they_will_not_code_and_the_trail_keeps_it(review: ReviewSession, ada: Client) -> None:
    code(review, "ben", 2, "CO")
    assert ada.post("/codes/others", code="CO", below="no").headers["location"] == "/codes/CO?below=no"
    assert shown(ada.get("/codes/CO")) == [LINES[2]]
    (event,) = review.study.store.events(GIVEN_UP)
    assert (event["who"], event["detail"]) == ("ada", {"coder": "ada", "transcripts": ["t3"]})
    assert not review.study.check_audit().faults


def test_what_one_coder_gave_up_is_not_given_up_for_another(
    review: ReviewSession, ada: Client, logins: LoginLinks
) -> None:
    code(review, "ben", 2, "CO")
    ada.post("/codes/others")
    assert shown(Client(review, logins, "cleo").get("/codes/CO")) == []


def test_the_adjudication_session_sees_all_codings_and_no_suggestion(review: ReviewSession, logins: LoginLinks) -> None:
    code(review, "ben", 2, "CO", "t1")
    both = Client(review, logins, "consensus", adjudicates=True)
    page = both.get("/codes/CO")
    assert shown(page) == [LINES[2]]
    assert APART not in page
    assert 'name="holds"' not in page
    assert both.post("/recode", holds="c1", to="CA", code="CO").status_code == 409


def test_suggestions_of_blind_passages_stay_hidden(blind_review: ReviewSession, logins: LoginLinks) -> None:
    ada = Client(blind_review, logins, "ada")
    assert APART not in ada.get("/codes/CO")
    assert "80 in 100" not in ada.get("/codes/CO")
    blind_review.decide("ada", word(blind_review, 0, "looked"))
    page = ada.get("/codes/CO").split(APART)[1]
    assert page.count('class="quoted"') == 1
    assert "(80 in 100)" in page


def test_a_suggestion_that_was_decided_on_is_shown_no_more(review: ReviewSession, ada: Client) -> None:
    assert ada.get("/codes/CO").split(APART)[1].count('class="quoted"') == 2
    review.decide("ada", word(review, 0, "reject", suggested="CO"))
    assert ada.get("/codes/CO").split(APART)[1].count('class="quoted"') == 1


def test_where_a_passage_stands_leads_there(review: ReviewSession, ada: Client, logins: LoginLinks) -> None:
    code(review, "ada", 2, "CO")
    place = re.search(r'<p class="from"><a href="(/code/t3)#(turn\d+)">', ada.get("/codes/CO"))
    assert place
    words = ada.get(place[1]).split(f'id="{place[2]}"')[1].split("</section>")[0]
    assert LINES[2] in words
    both = Client(review, logins, "consensus", adjudicates=True)
    assert 'href="/code/' not in both.get("/codes/CO")


def test_no_document_has_more_than_the_page(review: ReviewSession, ada: Client) -> None:
    code(review, "ben", 2, "CO")
    code(review, "ada", 4, "CO", valence=Valence.PROMOTES)
    answer = ada.http.get("/passages.docx?code=CO")
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''CO.docx"
    quotes = [part.text for part in Document(BytesIO(answer.content)).paragraphs if part.style.name == "Quote"]
    assert quotes[:2] == [LINES[4], "— GP, wave late; interview t3, turn 10. [CO, by ada, promotes]"]
    assert LINES[2] not in quotes
    assert sum("suggested" in quote for quote in quotes) == 2
    only = Document(BytesIO(ada.http.get("/passages.docx?code=CO&valence=inhibits").content))
    assert not [part for part in only.paragraphs if part.style.name == "Quote"]


def test_the_counts_are_of_what_is_shown(review: ReviewSession, ada: Client) -> None:
    for at in range(3):
        code(review, "ada", at, "CO")
    code(review, "ben", 4, "CO")
    row = re.search(r'href="/codes/CO">.*?</tr>', ada.get("/codes"), re.S)
    assert row is not None
    assert re.findall(r'data-head="([^"]*)">(\d+)<', row[0]) == [
        ("Codings", "3"),
        ("Interviews", "1"),
        ("by ada", "3"),
        ("Suggested", "2"),
    ]


@pytest.mark.parametrize(
    ("url", "wrong", "status"),
    [
        ("/codes/NOPE", "NOPE", 404),
        ("/passages.docx?code=NOPE", "NOPE", 404),
        ("/split?code=NOPE", "NOPE", 404),
        ("/codes/CO?valence=good", "good", 409),
    ],
)
def test_what_is_not_there_is_said(ada: Client, url: str, wrong: str, status: int) -> None:
    answer = ada.http.get(url)
    assert answer.status_code == status
    assert wrong in answer.text


@pytest.mark.parametrize("url", ["/codes", "/codes/CO", "/passages.docx?code=CO", "/split?code=CO"])
def test_no_page_without_the_link(review: ReviewSession, logins: LoginLinks, url: str) -> None:
    code(review, "ada", 2, "CO")
    answer = TestClient(make_app(review, logins, frozenset({"testserver"}))).get(url)
    assert answer.status_code == 403
    assert LINES[2].encode() not in answer.content


@pytest.mark.parametrize("url", ["/recode", "/split", "/codes/others"])
def test_a_form_of_another_site_changes_nothing(review: ReviewSession, ada: Client, url: str) -> None:
    coding = code(review, "ada", 2, "CO")
    code(review, "ben", 2, "CO")
    before = review.study.store.events()
    sent = NAMED | {"holds": [coding_key(coding)], "to": "CA", "sure": "yes"}
    assert ada.post(url, mark="wrong", **sent).status_code == 403
    assert ada.post(url, headers={"Sec-Fetch-Site": "cross-site"}, **sent).status_code == 403
    assert review.study.store.events() == before
