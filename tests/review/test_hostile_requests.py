"""Every address of the application x what strangers and broken pages send: a page or a refusal, guarded, never a fault of ours."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from secondcoder.review import app as application
from secondcoder.review.app import GET, POST, make_app
from secondcoder.review.security import LoginLinks
from secondcoder.review.session import ReviewSession
from starlette.testclient import TestClient
from support.client import Client

ROUTES = [*(("GET", path) for path in GET), *(("POST", path) for path in POST), ("GET", "/enter"), ("POST", "/enter")]
NAMES = [  # fields and parameters that handlers read
    "about", "action", "at", "back", "below", "beside", "by", "case", "code", "codebook", "definition", "differ", "done", "edit",
    "end", "family", "filter_code", "from", "holds", "id", "key", "least", "light", "mark", "memo", "name", "no_other", "open",
    "other", "parent", "part", "passage", "past", "request", "rows", "seconds", "seen", "since", "start", "suggested", "summary",
    "sure", "text", "to", "token", "transcript", "turn", "undecided", "undoes", "undone", "valence", "verdict", "which", "words",
]  # fmt: skip
ODD = [
    "", " ", "0", "-1", "1e309", "nan", "²", "9" * 30, "\x00", "\x1b[2J", "\u202e", "\ud800", "\ufffd", "a" * 900, "../../etc/passwd",
    "%", "%s", "%00", "t1", "t2", "CO", "CA", "t1\n", "~", "~~", "-", "--", "t1-0-5", "0-5-t1", "['x']", '{"a": 1}', "é", "e\u0301",
    "accept", "add", "change", "reject", "unsure", "looked", "other",
    "none", "all", "newcode", "code", "undo", "read", "<script>", "' OR 1=1", "promotes", "true", "null", "PASSAGE",
]  # fmt: skip
"""PASSAGE: the key of one that there is."""
VALUES = st.one_of(st.sampled_from(ODD), st.text(max_size=30))
FIELDS = st.lists(st.tuples(st.one_of(st.sampled_from(NAMES), VALUES), VALUES), max_size=8)
BODIES = st.one_of(
    st.sampled_from(["null", "[]", "{}", "1", '"x"', "[" * 2000, '{"mark": ["a"]}']).map(
        lambda text: ("application/json", text.encode())
    ),
    st.binary(max_size=200).map(lambda raw: ("application/x-www-form-urlencoded", raw)),
    st.binary(max_size=200).map(lambda raw: ("multipart/form-data; boundary=b", b"--b\r\n" + raw)),
    st.binary(max_size=50).map(lambda raw: ("multipart/form-data", raw)),
    st.binary(max_size=50).map(lambda raw: ("\u00ff;;=", raw)),
)
EXAMPLES = int(os.environ.get("REQUESTS", "100"))
GUARDS = {
    "x-frame-options": "DENY",
    "x-content-type-options": "nosniff",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}


def quoted(text: str) -> str:
    """Text in a path or query, bytes that are no UTF-8 too."""
    return "".join(f"%{byte:02X}" for byte in text.encode("utf-8", "surrogatepass"))


@pytest.fixture(params=["deciding", "adjudicating", "stranger"])
def asking(request: pytest.FixtureRequest, disagreeing: ReviewSession, logins: LoginLinks) -> Iterator[Client]:
    """Requests of a coder, of those who adjudicate, and of nobody; a fault of the application is raised."""
    client = Client(disagreeing, logins, "ada", adjudicates=request.param == "adjudicating")
    if request.param == "stranger":
        client.http.cookies.clear()
    return client


def address(path: str, within: str, query: list[tuple[str, str]]) -> str:
    """A route's address with something in the place of a name, and a query."""
    asked = "&".join(f"{quoted(name)}={quoted(value)}" for name, value in query)
    return path.split("{", maxsplit=1)[0] + (quoted(within) if "{" in path else "") + (f"?{asked}" if asked else "")


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(ROUTES), VALUES, FIELDS, FIELDS, st.one_of(st.none(), BODIES), st.booleans())
def test_nothing_that_is_sent_is_a_fault_of_ours(
    asking: Client,
    disagreeing: ReviewSession,
    route: tuple[str, str],
    within: str,
    query: list[tuple[str, str]],
    form: list[tuple[str, str]],
    body: tuple[str, bytes] | None,
    script: bool,
) -> None:
    method, path = route
    key = disagreeing.passages[1].key
    query, form = ([(name, key if value == "PASSAGE" else value) for name, value in fields] for fields in (query, form))
    headers: dict[str, Any] = {"X-Asked-By": "page"} if script else {}
    if method == "GET":
        answer = asking.http.get(address(path, within, query), headers=headers)
    elif body is None:
        sent = "&".join(f"{quoted(name)}={quoted(value)}" for name, value in [*form, ("mark", asking.token)])
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        answer = asking.http.post(address(path, within, query), content=sent, headers=headers)
    else:
        headers["Content-Type"] = body[0].encode("latin-1")
        answer = asking.http.post(address(path, within, query), content=body[1], headers=headers)
    assert answer.status_code in (200, 204, 303, 400, 403, 404, 409, 413)
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("path", [path for path in GET if "{" in path])
def test_an_address_that_ends_too_early_is_no_page(client: Client, path: str) -> None:
    for within in ("", "%00", "%ff%fe", "/", "..%2f..%2fetc%2fpasswd", "a" * 10_000):
        answer = client.http.get(path.split("{", maxsplit=1)[0] + within)
        assert answer.status_code == 404
        assert "<h1>There is no such page</h1>" in answer.text


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize(
    ("method", "path"), [*ROUTES, ("GET", "/static/review.css"), ("GET", "/static/.."), ("PUT", "/"), ("GET", "/x")]
)
def test_every_answer_is_guarded(client: Client, method: str, path: str, known: bool) -> None:
    if not known:
        client.http.cookies.clear()
    answer = client.http.request(method, path.replace("{transcript:path}", "t1").replace("{code:path}", "CO"))
    headers: dict[str, Any] = dict(answer.headers)
    assert {name: headers.get(name) for name in GUARDS} == GUARDS
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["referrer-policy"] == ("no-referrer" if path == "/enter" else "same-origin")
    assert "server" not in headers
    assert "set-cookie" not in headers  # one is given for a token alone


def test_a_form_is_bounded_whether_or_not_it_says_its_size(client: Client) -> None:
    def chunks() -> Iterator[bytes]:
        for _ in range(application.LARGEST_FORM // 1000 + 1):
            yield b"memo=" + b"a" * 995

    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    for path in ("/decide", "/enter"):
        assert client.http.post(path, content=chunks(), headers=kind).status_code == 413
        assert client.http.post(path, content=b"a" * (application.LARGEST_FORM + 1), headers=kind).status_code == 413
        assert client.http.post(path, content=b"a=1&" * 6000, headers=kind).status_code == 400


def test_what_no_database_holds_is_replaced(client: Client, review: ReviewSession) -> None:
    passage = review.interviews["t1"].passages[1]
    fields = {"verdict": "accept", "suggested": "CA", "passage": passage.key, "request": "r", "mark": client.token}
    lines = [
        f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields.items()
    ]
    odd = b'--b\r\nContent-Disposition: form-data; name="memo"\r\n\r\nwhy\x00+2AA-\r\n--b--\r\n'
    kind = {"Content-Type": "multipart/form-data; boundary=b; charset=utf-7"}
    answer = client.http.post("/decide", content="".join(lines).replace("+", "+-").encode() + odd, headers=kind)
    assert answer.status_code in (303, 409)
    for decision in review.study.store.decisions():
        assert "\x00" not in (decision.memo or "")
        json.dumps(decision.memo, ensure_ascii=False).encode("utf-8")


def test_a_second_application_knows_no_session_of_the_first(review: ReviewSession, logins: LoginLinks) -> None:
    first = Client(review, logins)
    other = TestClient(make_app(review, LoginLinks(), frozenset({"testserver"})), cookies=dict(first.http.cookies))
    assert other.get("/").status_code == 403
