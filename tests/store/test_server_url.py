"""A database server on another machine is reached by TLS or not at all, and its password is told to nobody."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st
from secondcoder.errors import SecondcoderError, StoreError
from secondcoder.store import clear_text_warning, open_store, password_warning, server_url
from secondcoder.store.server_url import parsed, without_password
from secondcoder.study.check import store_warnings
from secondcoder.study.folder import CONFIGURATION
from secondcoder.study.study import Study

SECRET = "s3cr3t"
SSL_REQUEST = struct.pack("!ii", 8, 80877103)  # PostgreSQL's protocol, section "Message Formats"
CLEARTEXT_PASSWORD = struct.pack("!cii", b"R", 8, 3)


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PGSSLMODE", "PGHOST", "PGSERVICE", "PGPASSWORD"):
        monkeypatch.delenv(name, raising=False)


def mode(url: str) -> object:
    return server_url.server_url(url).query.get("sslmode")


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://study@dbhost/study", "postgres://study@10.0.0.4/study", "postgresql+psycopg://study@dbhost:5433/study",
        "postgresql://study@/study?host=dbhost", "postgresql://study@/study?host=dbhost:5432", "postgresql://study@/study?hostaddr=10.0.0.4",
        "postgresql://study@localhost/study?host=dbhost", "postgresql://study@/study?host=localhost,dbhost", "postgresql://[fe80::1]/study",
        "postgresql://study@/study?host=/tmp&host=dbhost", "postgresql://localhost.evil.example/study", "postgresql://0.0.0.0/study",
    ],
)  # fmt: skip
def test_another_machine_is_reached_by_tls(url: str) -> None:
    assert mode(url) == "require"
    assert clear_text_warning(url) is None


@pytest.mark.parametrize(
    "url",
    [
        "postgresql:///study", "postgresql://study@localhost/study", "postgresql://127.0.0.1:5433/study", "postgresql://[::1]/study",
        "postgresql://study@/study?host=/var/run/postgresql", "postgresql://study@/study?host=localhost:5433,127.0.0.1",
    ],
)  # fmt: skip
def test_on_this_machine_nothing_is_asked_for(url: str) -> None:
    assert mode(url) is None
    assert clear_text_warning(f"{url}{'&' if '?' in url else '?'}sslmode=disable") is None


@pytest.mark.parametrize("said", ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"])
def test_what_somebody_chose_stands_and_clear_text_is_said(said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    url = "postgresql://study@dbhost/study"
    assert mode(f"{url}?sslmode={said}") == said
    assert bool(clear_text_warning(f"{url}?sslmode={said}")) is (not said.startswith(("require", "verify")))
    monkeypatch.setenv("PGSSLMODE", said)
    assert mode(url) is None
    assert bool(clear_text_warning(url)) is (not said.startswith(("require", "verify")))


def test_a_host_of_the_environment_counts_and_a_service_speaks_for_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGHOST", "dbhost")
    assert mode("postgresql:///study") == "require"
    assert mode("postgresql://localhost/study") is None
    assert mode("postgresql:///study?service=team") is None
    monkeypatch.setenv("PGSERVICE", "team")
    assert mode("postgresql:///study") is None


@contextmanager
def eavesdropper() -> Iterator[tuple[int, list[bytes]]]:
    """The port of a server without TLS that asks for a password, and all that it was told."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def listen() -> None:
            while True:
                try:
                    client, _ = listening.accept()
                except OSError:
                    return
                with client:
                    while said := client.recv(4096):
                        heard.append(said)
                        client.sendall(b"N" if said == SSL_REQUEST else CLEARTEXT_PASSWORD)
                        if SECRET.encode() in said:
                            break

        Thread(target=listen, daemon=True).start()
        yield listening.getsockname()[1], heard
        listening.shutdown(socket.SHUT_RDWR)


def test_a_server_without_tls_hears_neither_password_nor_talk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("psycopg")
    monkeypatch.setattr(server_url, "_is_here", lambda host: False)
    with eavesdropper() as (port, heard):
        url = f"postgresql://study:{SECRET}@127.0.0.1:{port}/study"
        with pytest.raises(StoreError, match="offers no TLS") as refused:
            open_store(url, tmp_path)
        assert heard == [SSL_REQUEST]
        assert SECRET not in str(refused.value)
        with pytest.raises(StoreError) as refused:  # who allows it sends it
            open_store(f"{url}?sslmode=disable", tmp_path)
        assert SECRET.encode() in b"".join(heard)
        assert SECRET not in str(refused.value)


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://study:{SECRET}@dbhost:port/study", f"postgresql://study:{SECRET}@x:y@dbhost/study",
        f"postgresql//study:{SECRET}@dbhost",
        f"postgresql://study:{SECRET}", f"study:{SECRET}@dbhost", f"postgres ql://study:{SECRET}@dbhost/study?password={SECRET}",
        f"nosuch://study:{SECRET}@dbhost/study", f"mysql://study:{SECRET}@127.0.0.1/study", f"postgresql+nosuch://study:{SECRET}@dbhost/x",
        f"postgresql://study:{SECRET}@127.0.0.1:1/study", f"postgresql://study@127.0.0.1:1/study?password={SECRET}",
        f"postgresql://study:{SECRET}@127.0.0.1:1/study?nosuch=1", f"postgresql://study:{SECRET}@127.0.0.1:1/study?sslmode=maybe",
        f"postgresql://study:{SECRET}@127.0.0.1:99999/study",
    ],
)  # fmt: skip
def test_no_message_holds_the_password(url: str, tmp_path: Path, empty_study: Study) -> None:
    empty_study.close()
    with pytest.raises(SecondcoderError) as refused:
        open_store(url, tmp_path)
    assert SECRET not in str(refused.value)
    settings = empty_study.folder / CONFIGURATION
    settings.write_text(f"{settings.read_text(encoding='utf-8')}\n[store]\nurl = '{url}'\n", encoding="utf-8")
    with pytest.raises(SecondcoderError) as refused:
        Study(empty_study.folder).workspace()
    assert SECRET not in str(refused.value)


@given(
    st.text(st.characters(codec="utf-8", exclude_characters="?"), max_size=20),
    st.sampled_from(["", "/study", ":5432/study", "/s?a=b"]),
)
def test_what_is_shown_of_a_url_holds_no_password(password: str, rest: str) -> None:
    url = f"postgresql://study:~{password}~@dbhost{rest}"
    assert f"~{password}~" not in without_password(url)
    assert without_password(url).startswith("postgresql:***@dbhost")
    assert without_password("study.db") == "study.db"


def test_a_password_in_the_settings_is_said() -> None:
    for url in (f"postgresql://study:{SECRET}@dbhost/study", f"postgresql://study@dbhost/study?password={SECRET}"):
        warning = password_warning(url)
        assert warning is not None
        assert "pgpass" in warning
        assert SECRET not in warning
    for url in ("sqlite:///study.db", "postgresql://study@dbhost/study"):
        assert list(store_warnings(url)) == []
    assert len(list(store_warnings(f"postgresql://study:{SECRET}@dbhost/study?sslmode=prefer"))) == 2


def test_what_is_read_shows_no_password_itself() -> None:
    assert SECRET not in repr(parsed(f"postgresql://study:{SECRET}@dbhost/study"))
