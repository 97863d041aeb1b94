"""On a real socket: who is silent, slow or many keeps nobody out; and what is no proper request gets no page."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress

import pytest
from secondcoder.review import timeouts
from secondcoder.review.security import LoginLinks
from secondcoder.review.session import ReviewSession
from secondcoder.study.study import Study
from support.browser_checks import serving, study_with
from support.raw_server import asked, connected, heard, listening

HEAD = b"GET / HTTP/1.1\r\nHost: localhost:%d\r\n"


@pytest.fixture
def port(review: ReviewSession, logins: LoginLinks, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    monkeypatch.setattr(timeouts, "SECONDS", 0.4)
    with listening(review, logins) as number:
        yield number


def slowly(port: int, begun: bytes, piece: bytes) -> bytes:
    """What is heard by a client that goes on with a piece every moment until it is cut off."""
    with connected(port, begun) as sock:
        with suppress(ConnectionError):
            for _ in range(200):
                sock.sendall(piece)
                time.sleep(0.05)
            pytest.fail("it could go on for ever")
        return heard(sock)


@pytest.mark.parametrize("said", [b"", b"G", b"GET / HTTP/1.1\r\nHost: x\r\nA: b"])
def test_who_falls_silent_is_cut_off(port: int, said: bytes) -> None:
    assert asked(port, said) == b""


def test_who_speaks_for_ever_is_cut_off(port: int) -> None:
    assert slowly(port, HEAD % port + b"X: ", b"a") == b""
    form = b"POST /enter HTTP/1.1\r\nHost: localhost:%d\r\nContent-Type: application/x-www-form-urlencoded\r\n" % port
    assert slowly(port, form + b"Content-Length: 100000\r\n\r\n", b"a") == b""
    assert slowly(port, form + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n") == b""


def test_who_says_no_more_after_a_first_page_is_cut_off(port: int) -> None:
    first = HEAD % port + b"\r\n"
    assert asked(port, first + b"GET / HT").count(b"HTTP/1.1 403") == 1
    half = b"POST / HTTP/1.1\r\nHost: localhost:%d\r\nContent-Length: 9\r\n\r\nab" % port
    assert asked(port, first + half).count(b"HTTP/1.1 ") == 2


def test_a_page_that_takes_long_is_waited_for(review: ReviewSession, logins: LoginLinks, monkeypatch) -> None:
    """The time is the client's alone."""
    monkeypatch.setattr(timeouts, "SECONDS", 0.2)
    opened = logins.open

    def slow(token: str) -> str | None:
        time.sleep(1.0)
        return opened(token)

    monkeypatch.setattr(logins, "open", slow)
    with listening(review, logins) as port:
        request = b"GET /enter?token=x HTTP/1.1\r\nHost: localhost:%d\r\nConnection: close\r\n\r\n" % port
        assert asked(port, request).startswith(b"HTTP/1.1 403")


def test_the_longest_waited_for_gives_way(review: ReviewSession, logins: LoginLinks, monkeypatch) -> None:
    monkeypatch.setattr(timeouts, "MOST", 10)
    page = b"GET /static/review.js HTTP/1.1\r\nHost: localhost:%d\r\n\r\n"
    kinds: list[Callable[[int], bytes]] = [
        lambda port: b"",
        lambda port: b"GET / HTTP",
        lambda port: HEAD % port + b"\r\n",  # answered, and kept open
        lambda port: page % port * 400,  # takes nothing of what it asks for
    ]
    with listening(review, logins) as port, ExitStack() as stack:
        opened = [stack.enter_context(connected(port, kinds[at % 4](port))) for at in range(40)]
        assert asked(port, HEAD % port + b"Connection: close\r\n\r\n").startswith(b"HTTP/1.1 403")
        opened[0].settimeout(timeouts.SECONDS / 2)  # before its own time is over
        assert heard(opened[0]) == b""


@pytest.mark.parametrize(("limit", "most"), [(100, 50), (4, 8), (1_000_000, 500), (resource.RLIM_INFINITY, 500)])
def test_connections_leave_files_to_the_store(limit: int, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda which: (limit, limit))
    assert timeouts.most_connections() == most


@pytest.mark.slow
def test_eleven_hundred_silent_connections_lock_nobody_out(empty_study: Study) -> None:
    import httpx

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    folder = study_with(empty_study)
    with serving(folder, "--coder", "ada") as server, ExitStack() as stack:
        port = int(server.links[0].split(":")[2].split("/")[0])
        resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, (256, hard))  # as macOS gives
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(4096, hard), hard))
        try:
            for at in range(1100):
                stack.enter_context(connected(port, b"" if at % 2 else b"GET / HTTP/1.1\r\nHost: "))
            with httpx.Client(timeout=20) as browser:
                assert browser.get(server.links[0]).status_code == 200
                assert "t1" in browser.get(f"http://127.0.0.1:{port}/").text
        finally:
            stack.close()
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


CLOSE = b"Connection: close\r\n\r\n"


@pytest.mark.parametrize(
    ("request_line", "headers", "status"),
    [
        (b"GET / HTTP/1.1", b"Host: localhost:%d\r\nHost: localhost:%d\r\n", 400),
        (b"GET / HTTP/1.1", b"Host: localhost:%d\r\nHost: evil.example\r\n", 400),
        (b"GET / HTTP/1.1", b"", 400),
        (b"GET / HTTP/1.0", b"", 421),
        (b"GET / HTTP/1.0", b"Host: localhost:%d\r\n", 403),
        (b"GET / HTTP/1.1", b"Host: evil.example\r\nX-Forwarded-Host: localhost:%d\r\n", 421),
        (b"GET http://evil.example/ HTTP/1.1", b"Host: localhost:%d\r\n", 404),
        (b"GET http://evil.example/ HTTP/1.1", b"Host: evil.example\r\n", 421),
        (b"GET //evil.example/ HTTP/1.1", b"Host: localhost:%d\r\n", 404),
        (b"GET /static/../../../etc/passwd HTTP/1.1", b"Host: localhost:%d\r\n", 404),
        (b"GET /static/%2e%2e/%2e%2e/app.py HTTP/1.1", b"Host: localhost:%d\r\n", 404),
        (b"POST / HTTP/1.1", b"Host: localhost:%d\r\nContent-Length: 3\r\nContent-Length: 4\r\n", 400),
        (b"POST / HTTP/1.1", b"Host: localhost:%d\r\nContent-Length: -1\r\n", 400),
        (b"POST / HTTP/1.1", b"Host: localhost:%d\r\nTransfer-Encoding: gzip, chunked\r\n", 400),
        (b"GET /\x00 HTTP/1.1", b"Host: localhost:%d\r\n", 400),
        (b"GET / HTTP/1.1", b"Host: localhost:%d\r\n X: folded\r\n", 421),
        (b"PRI * HTTP/2.0", b"", 421),
        (b"\x16\x03\x01\x02\x00\x01\x00", b"", 400),
        (b"OPTIONS * HTTP/1.1", b"Host: localhost:%d\r\n", 404),
        (b"CONNECT evil.example:443 HTTP/1.1", b"Host: localhost:%d\r\n", 404),
        (b"TRACE / HTTP/1.1", b"Host: localhost:%d\r\n", 405),
    ],
)
def test_what_is_no_proper_request_gets_no_page(port: int, request_line: bytes, headers: bytes, status: int) -> None:
    said = request_line + b"\r\n" + headers.replace(b"%d", b"%d" % port) + CLOSE
    answer = asked(port, said)
    assert answer.startswith(b"HTTP/1.1 %d" % status), answer[:200]
    assert b"root:" not in answer


@pytest.mark.parametrize("begun", [b"GET /", b"GET / HTTP/1.1\r\nX: ", b"GET / HTTP/1.1\r\nX: y\r\n"])
def test_a_head_without_end_is_not_read_to_the_end(port: int, begun: bytes) -> None:
    with connected(port, begun) as sock, suppress(ConnectionError):
        for _ in range(1000):
            sock.sendall(b"X: y\r\n" * 10_000 if begun.endswith(b"\n") else b"a" * 60_000)
        pytest.fail("60 MB of head were taken")


def test_a_request_within_another_is_not_heard(port: int) -> None:
    """Both lengths at once: some proxies go by one and servers by the other (RFC 9112, section 6.1)."""
    hidden = b"GET /enter?token=x HTTP/1.1\r\nHost: localhost:%d\r\n\r\n" % port
    both = (
        b"POST / HTTP/1.1\r\nHost: localhost:%d\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
        % port
    )
    assert asked(port, both + hidden).count(b"HTTP/1.1 ") <= 1


def test_no_other_protocol_is_spoken(port: int, capfd: pytest.CaptureFixture[str]) -> None:
    upgrade = b"Upgrade: websocket\r\nConnection: Upgrade, close\r\nSec-WebSocket-Version: 13\r\n\r\n"
    assert asked(port, HEAD % port + upgrade).startswith(b"HTTP/1.1 403")
    assert capfd.readouterr().err == ""
