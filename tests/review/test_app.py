"""The pages without a browser: what they show, what they hold back, whom they let in."""

from __future__ import annotations

import re

import pytest
from secondcoder.domain.wording import counted
from secondcoder.review import security
from secondcoder.review.app import make_app
from secondcoder.review.security import COOKIE, LoginLinks
from secondcoder.review.session import ReviewSession
from secondcoder.study.study import Study
from starlette.testclient import TestClient
from support.review_checks import HOSTILE, LINES, fill, settings, suggestion, talk, word

PAGES = [
    "/",
    "/queue",
    "/queue?by=transcript",
    "/transcript/t1",
    "/codebook",
    "/codebook?code=CO",
    "/summary",
    "/summary.html",
]


@pytest.mark.parametrize("url", [*PAGES, "/adjudicate"])
def test_no_page_without_the_link(review: ReviewSession, logins: LoginLinks, url: str) -> None:
    answer = TestClient(make_app(review, logins, frozenset({"testserver"}))).get(url)
    assert answer.status_code == 403
    assert LINES[0] not in answer.text


def test_a_link_opens_once(review: ReviewSession, logins: LoginLinks) -> None:
    app, token = make_app(review, logins, frozenset({"testserver"})), logins.invite("ada")
    first, second = TestClient(app), TestClient(app)
    entered = first.get("/enter", params={"token": token})
    cookie = entered.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert second.get("/enter", params={"token": token}).status_code == 403
    assert second.get("/").status_code == 403
    assert first.get("/").status_code == 200


def test_a_preview_does_not_spend_the_link(review: ReviewSession, logins: LoginLinks) -> None:
    http, token = TestClient(make_app(review, logins, frozenset({"testserver"}))), logins.invite("ada")
    assert http.head("/enter", params={"token": token}).status_code == 405
    assert http.get("/enter", params={"token": token}).status_code == 200


def test_two_servers_on_one_machine_share_no_cookie(review: ReviewSession) -> None:
    """Browsers send a host's cookies to all its ports."""
    jar = {}
    for name in ("review_1", "review_2"):
        logins = LoginLinks(name)
        http = TestClient(make_app(review, logins, frozenset({"testserver"})), cookies=dict(jar))
        http.get("/enter", params={"token": logins.invite("ada")})
        jar |= dict(http.cookies)
    assert set(jar) == {"review_1", "review_2"}


def test_a_decision_without_a_session_is_refused_in_words(client, review: ReviewSession) -> None:
    client.http.cookies.clear()
    answer = client.post(verdict="accept", headers={"X-Asked-By": "page"})
    assert answer.status_code == 403
    assert "session has ended" in answer.text
    assert "<" not in answer.text
    assert review.study.store.decisions() == []


@pytest.mark.parametrize("token", ["", "x", "\u00e9", "a" * 500])
def test_a_wrong_link_opens_nothing(review: ReviewSession, logins: LoginLinks, token: str) -> None:
    logins.invite("ada")
    http = TestClient(make_app(review, logins, frozenset({"testserver"})))
    assert http.get("/enter", params={"token": token}).status_code == 403
    assert COOKIE not in http.cookies


def test_tokens_are_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[bytes] = []
    monkeypatch.setattr(security.hmac, "compare_digest", lambda a, b: (seen.append(b), a == b)[1])
    logins = LoginLinks()
    token = logins.invite("ada")
    logins.invite("ben")
    assert logins.open("wrong") is None
    assert logins.open(token)
    assert len(seen) == 4


def test_a_session_ends_when_nobody_uses_it(monkeypatch: pytest.MonkeyPatch) -> None:
    logins = LoginLinks()
    cookie = logins.open(logins.invite("ada"))
    assert logins.session(cookie)
    now = security.monotonic()
    monkeypatch.setattr(security, "monotonic", lambda: now + security.IDLE_LIMIT + 1)
    assert logins.session(cookie) is None


@pytest.mark.parametrize("url", [*PAGES, "/static/review.css", "/nowhere", "/enter?token=x"])
def test_every_answer_carries_the_guards(client, url: str) -> None:
    headers = client.http.get(url).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-frame-options"] == "DENY"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == ("no-referrer" if "token" in url else "same-origin")


@pytest.mark.parametrize("host", ["evil.example", "testserver.evil.example", "127.0.0.1:1", ""])
def test_another_name_for_this_machine_is_refused(client, host: str) -> None:
    assert client.http.get("/", headers={"Host": host}).status_code == 421


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
def test_a_request_from_another_site_changes_nothing(client, review: ReviewSession, headers: dict[str, str]) -> None:
    passage = review.interviews["t1"].passages[1]
    answer = client.post(headers=headers, verdict="accept", passage=passage.key, suggested="CA", request="r")
    assert answer.status_code == 403
    assert review.study.store.decisions() == []


@pytest.mark.parametrize("mark", ["", "wrong", "\u00e9"])
def test_a_request_without_the_mark_changes_nothing(client, review: ReviewSession, mark: str) -> None:
    passage = review.interviews["t1"].passages[1]
    answer = client.post(mark=mark, verdict="accept", passage=passage.key, suggested="CA", request="r")
    assert answer.status_code == 403
    assert review.study.store.decisions() == []


def test_a_decision_by_plain_form_leads_to_the_next_passage(client, review: ReviewSession) -> None:
    passage = review.interviews["t1"].passages[1]
    answer = client.post(
        headers={"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"},
        verdict="accept", passage=passage.key, suggested="CA", request="r", transcript="t1",
    )  # fmt: skip
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/transcript/t1?at=")
    assert [coding.code for coding in review.study.store.codings()] == ["CA"]


def test_the_script_gets_what_changed(client, review: ReviewSession) -> None:
    passage = review.interviews["t1"].passages[1]
    sent = {"verdict": "accept", "passage": passage.key, "suggested": "CA", "transcript": "t1"}
    answer = client.post(headers={"X-Asked-By": "page"}, request="r1", **sent).json()
    assert answer["message"] == "CA accepted."
    assert "accepted" in answer["rows"]["p1"]
    assert "1 of" in answer["progress"]


def test_a_refusal_is_said_and_nothing_lands(client, review: ReviewSession) -> None:
    passage = review.interviews["t1"].passages[1]
    answer = client.post(headers={"X-Asked-By": "page"}, verdict="add", code="ENROL", passage=passage.key, request="r")
    assert answer.status_code == 409
    assert "not in the codebook" in answer.text


def test_a_whole_queue_can_be_decided(client, review: ReviewSession) -> None:
    """Six passages with eight suggestions, one request each; what is left is counted alike on every page."""
    for at in range(6):
        page = client.get("/queue")
        assert f"{at} of 6 passages decided" in page
        assert f"left of {6}" in client.get("/")
        sent = dict(re.findall(r'name="(passage|request)" value="([^"]+)"', page))
        client.post(
            verdict=("none", "all")[at % 2], **sent, **dict.fromkeys(re.findall(r'name="(row [^"]+)"', page), "1")
        )
    assert "All decided" in client.get("/queue")
    assert "3 of 3" in client.get("/")
    assert len(review.study.store.decisions()) == 8


def test_the_words_on_screen_are_the_fields_own(client, review: ReviewSession) -> None:
    review.decide("ada", word(review, 1, "accept", suggested="CA"))
    pages = "".join(client.get(url) for url in ["/", "/queue", "/transcript/t1", "/summary"]).lower()
    assert "suggested" in pages
    assert "incorrect" not in pages
    assert "correct" not in pages


def test_one_interview_has_one_number_of_passages(client, review: ReviewSession) -> None:
    """As many on the list of interviews as beside the interview; together as many as in the queue."""
    review.decide("ada", word(review, 1, "accept", suggested="CA"))
    shown = dict(re.findall(r'"Decided in (t\d)"></progress> (\d+ of \d+)', client.get("/")))
    assert shown.keys() == review.interviews.keys()
    for name, told in shown.items():
        assert re.findall(r"<span>(\d+ of \d+) passages? decided", client.get(f"/transcript/{name}")) == [told]
    (queued,) = re.findall(r"<span>(\d+ of \d+) passages? decided", client.get("/queue"))
    assert queued == " of ".join(str(sum(int(told.split(" of ")[at]) for told in shown.values())) for at in (0, 1))


def test_nothing_of_the_model_is_on_a_blind_page(blind_review: ReviewSession, logins: LoginLinks) -> None:
    from support.client import Client

    client = Client(blind_review, logins)
    for url in ["/queue", "/queue?by=transcript", "/transcript/t1"]:
        page = client.get(url)
        assert "in 100<" not in page.replace(" in 100</option>", "")
        assert "suggested</span>" not in page
        assert 'class="w in carries"' not in page
        assert "people coded like this" not in page
    below = next(passage for passage in blind_review.passages if passage.sample == "below")
    above = next(passage for passage in blind_review.passages if passage.sample == "blind")

    def shape(key: str) -> str:
        page = client.get(f"/queue?at={key}~")
        main = page[page.index('<div class="stage">') : page.index('<nav class="steps"')]
        return re.sub(r'value="[^"]*"', "", main)

    assert shape(below.key) == shape(above.key)


def test_another_coders_decisions_are_nowhere(review: ReviewSession, logins: LoginLinks) -> None:
    from support.client import Client

    review.decide("ada", word(review, 1, "accept", suggested="CA", memo="between us"))
    ben = Client(review, logins, "ben")
    for url in PAGES:
        assert "between us" not in ben.get(url)
        assert "accepted</span>" not in ben.get(url)


def test_evidence_never_comes_from_an_interview_in_review(empty_study: Study, logins: LoginLinks) -> None:
    from dataclasses import replace

    from secondcoder.domain.records import Passage
    from support.client import Client

    one, two = talk("t1"), talk("t2")
    near = (Passage("t2", 0, 5, "seen by another coder", 0.9), Passage("old", 0, 5, "from long ago", 0.8))
    fill(empty_study, [one, two], [replace(suggestion(one, 0, "CO"), nearest=near), suggestion(two, 0, "CO")])
    settings(empty_study, blind=0.0, below=0.0)
    page = Client(ReviewSession(empty_study), logins).get("/transcript/t1")
    assert "from long ago" in page
    assert "seen by another coder" not in page


@pytest.mark.slow
def test_hostile_talk_is_shown_as_text(empty_study: Study, logins: LoginLinks) -> None:
    from support.client import Client

    talked = talk("t1", (HOSTILE, LINES[1], "b" * 100_000, "c " * 50_000))
    fill(empty_study, [talked], [suggestion(talked, at, "CO") for at in range(4)])
    settings(empty_study, blind=0.0, below=0.0)
    client = Client(ReviewSession(empty_study), logins)
    for url in ["/queue", "/transcript/t1", "/transcript/t1?text=%3Cscript%3E", "/queue?by=transcript"]:
        page = client.get(url)
        assert "<script>alert" not in page
        assert "49" not in re.findall(r"\{\{[^}]*\}\}|\b49\b", page)
        assert "\u202e" not in page
        assert "\x07" not in page
    assert "⟦U+202E⟧" in client.get("/transcript/t1")
    assert "{{ 7 * 7 }}" in client.get("/transcript/t1").replace("&#34;", '"')


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("/transcript/nobody", 404),
        ("/nowhere", 404),
        ("/codes/NOPE", 404),
        ("/code/nobody", 404),
        ("/queue?by=mood", 409),
        ("/queue?code=NOPE", 409),
        ("/queue?least=many", 200),
        ("/queue?at=nothing", 200),
        ("/codebook?code=NOPE", 200),
    ],
)
def test_addresses_typed_by_hand(client, url: str, status: int) -> None:
    answer = client.http.get(url)
    assert answer.status_code == status
    assert '<a class="brand" href="/">' in answer.text
    assert ("<h1>There is no such page</h1>" in answer.text) is (status == 404)


def test_an_address_that_leads_nowhere_tells_a_stranger_nothing(review: ReviewSession, logins: LoginLinks) -> None:
    stranger = TestClient(make_app(review, logins, frozenset({"testserver"})))
    answer = stranger.get("/nowhere")
    assert (answer.status_code, answer.headers["content-security-policy"] != "") == (404, True)
    assert "<h1>There is no such page</h1>" in answer.text
    assert "/codebook" not in answer.text
    assert stranger.get("/nowhere", headers={"x-asked-by": "page"}).headers["content-type"].startswith("text/plain")


def test_nothing_on_a_page_comes_from_elsewhere(client) -> None:
    for url in PAGES:
        assert not re.search(r'(?:src|href|action)="(?:https?:)?//', client.get(url))
        assert " style=" not in client.get(url)
        assert not re.search(r"\son\w+=", client.get(url))


@pytest.mark.parametrize(
    ("words", "places", "hand"),
    [("LUNCH", 1, "passage 1 of 6"), ("rained", 1, "passage 3 of 6"), ("question 4", 1, ""), ("zebra", 0, "")],
)
def test_search_finds_what_anybody_said(client, words: str, places: int, hand: str) -> None:
    """Passages with suggestions and without, and questions; the first passage that has the words comes to hand."""
    page = client.get(f"/transcript/t1?text={words}")
    assert f"found in {counted(places, 'place')} of this interview" in page
    assert page.count(' found"') == places
    assert hand in page
    assert ("No passage fits this filter" in page) == (not hand)


def test_a_code_can_be_added_where_nothing_was_suggested(client, review: ReviewSession) -> None:
    passage = review.interviews["t1"].passages[2]
    page = client.get(f"/transcript/t1?at={passage.key}~")
    assert f'value="{passage.key}"' in page
    assert "Add a code" in page
    assert 'id="next"' in page
    assert 'id="back"' in page
    sent = {"verdict": "add", "code": "F1", "passage": passage.key, "at": f"{passage.key}~", "transcript": "t1"}
    answer = client.post(headers={"X-Asked-By": "page"}, request="r1", **sent).json()
    assert passage.key in answer["url"]
    assert "added" in answer["rows"]["p2"]
    assert [(coding.code, coding.origin) for coding in review.study.store.codings()] == [("F1", "reviewed")]
