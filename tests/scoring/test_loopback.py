"""Which addresses a model is asked at: those of RFC 1122, section 3.2.1.3 (127.0.0.0/8) and RFC 4291, section 2.5.3 (::1)."""

from __future__ import annotations

import socket

import pytest
from secondcoder.errors import StudyError
from secondcoder.scoring.loopback import loopback_address


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:11434/v1",
        "http://127.8.9.10/v1",
        "http://[::1]:8080/v1",
        "http://LOCALHOST:1/v1",
        "https://127.0.0.1",
    ],
)
def test_this_machine(url: str) -> None:
    assert loopback_address(f"{url}/") == url


@pytest.mark.parametrize(
    "url",
    [
        "http://192.168.1.4:8000/v1",
        "http://0.0.0.0:8000/v1",
        "http://api.openai.com/v1",
        "http://127.0.0.1.example.org/v1",
        "http://localhost.example.org/v1",
        "http://localhost@203.0.113.7/v1",
        "http://127.0.0.1:80@203.0.113.7/v1",
        "http://2130706433/v1",
        "http://[fe80::1]/v1",
    ],
)
def test_elsewhere_or_perhaps_elsewhere_and_no_name_is_looked_up(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: pytest.fail("a name was looked up"))
    with pytest.raises(StudyError, match=r"another machine.*Nothing was sent"):
        loopback_address(url)


@pytest.mark.parametrize(
    "url", ["", "127.0.0.1:11434", "ftp://127.0.0.1/", "http://", "http://127.0.0.1:x/v1", "http://[::1/v1"]
)
def test_no_address(url: str) -> None:
    with pytest.raises(StudyError, match="no address of a model's server"):
        loopback_address(url)


def test_a_localhost_that_somebody_points_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (host, 0)) for host in ("127.0.0.1", "203.0.113.7")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: entries)
    with pytest.raises(StudyError, match="another machine"):
        loopback_address("http://localhost/v1")
