"""The guard on connections, each case in a process of its own: once there, an audit hook cannot be taken away."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from secondcoder.configuration import default_text, load_configuration
from secondcoder.errors import StudyError
from secondcoder.network.guard import RECORD, is_loopback
from support.study_checks import CHEAP

ELSEWHERE = "192.0.2.1"
"""TEST-NET-1, which RFC 5737 keeps free."""
NOT_WINDOWS = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such call, or asyncio's is no event")
GUARDED = "import socket\nfrom secondcoder.network.guard import *\nfrom secondcoder.network import guard\nrefuse_connections()\n"


def ran(
    code: str, *arguments: str, guarded: bool = True, record: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """What a fresh Python with the guard writes, and how it ends; in `record` it notes down what it refused."""
    command = [sys.executable, "-P", "-c", (GUARDED if guarded else "") + textwrap.dedent(code), *arguments]
    environment = {**os.environ, RECORD: str(record or "")}
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, env=environment)


@pytest.mark.parametrize(
    ("attempt", "place"),
    [
        (f"socket.create_connection(('{ELSEWHERE}', 443), timeout=1)", f"{ELSEWHERE}:443"),
        (f"socket.socket().connect_ex(('{ELSEWHERE}', 443))", f"{ELSEWHERE}:443"),
        ("socket.socket(socket.AF_INET6).connect(('2001:db8::1', 443))", "[2001:db8::1]:443"),
        (f"socket.socket(type=socket.SOCK_DGRAM).sendto(b'talk', ('{ELSEWHERE}', 53))", f"{ELSEWHERE}:53"),
        pytest.param(
            f"socket.socket(type=socket.SOCK_DGRAM).sendmsg([b'talk'], [], 0, ('{ELSEWHERE}', 53))",
            f"{ELSEWHERE}:53",
            marks=NOT_WINDOWS,
        ),
        ("socket.getaddrinfo('example.org', 443)", "example.org"),
        ("socket.gethostbyname('example.org')", "example.org"),
        ("socket.gethostbyname_ex(b'example.org')", "example.org"),
        (f"socket.gethostbyaddr('{ELSEWHERE}')", ELSEWHERE),
        (f"socket.getnameinfo(('{ELSEWHERE}', 80), 0)", f"{ELSEWHERE}:80"),
        ("socket.create_server(('', 0))", ":0"),
        ("socket.create_server(('0.0.0.0', 0))", "0.0.0.0:0"),
        ("import urllib.request; urllib.request.urlopen('http://example.org/')", "example.org"),
        ("import httpx; httpx.get('http://example.org/')", "example.org"),
        pytest.param(
            f"import asyncio; asyncio.run(asyncio.open_connection('{ELSEWHERE}', 443))",
            f"{ELSEWHERE}:443",
            marks=NOT_WINDOWS,
        ),
        ("import threading; t = threading.Thread(target=socket.getfqdn, args=('example.org',)); t.start(); t.join()", "example.org"),
    ],
)  # fmt: skip
def test_a_connection_that_nothing_asks_for_is_refused(attempt: str, place: str, tmp_path: Path) -> None:
    code = f"""
    try:
        {attempt}
    except Exception as error:
        print(type(error).__name__, error)
    """
    done = ran(code, record=tmp_path / "refused")
    if "thread" not in attempt:  # in which nobody hears of it
        assert done.stdout.startswith("NetworkError"), done
        assert place in done.stdout
    assert place in (tmp_path / "refused").read_text().splitlines()[0]


def test_what_stays_on_this_machine_passes(tmp_path: Path) -> None:
    code = """
    import asyncio, os, sys, tempfile
    for host in ("127.0.0.1", "localhost", *["127.8.8.8"] * (sys.platform == "linux")):
        with socket.create_server((host, 0)) as server:
            socket.create_connection(server.getsockname(), timeout=5).close()
    socket.getaddrinfo(None, 80), socket.getaddrinfo("192.0.2.1", 80), socket.getaddrinfo("::1", 80)
    with socket.socket(type=socket.SOCK_DGRAM) as sock:
        sock.sendto(b"", ("127.0.0.1", 9))
    one, other = socket.socketpair()
    one.sendall(b"1")
    if hasattr(socket, "AF_UNIX"):
        path = os.path.join(tempfile.mkdtemp(), "s")
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(path); server.listen()
            socket.socket(socket.AF_UNIX).connect(path)
    asyncio.run(asyncio.sleep(0))
    """
    done = ran(code, record=tmp_path / "refused")
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "refused").exists()


def test_the_message_names_who_tries_and_the_line_that_would_allow_it() -> None:
    done = ran("import httpx; httpx.get('http://models.example.org:8080/')")
    assert "NetworkError: 'httpcore' would connect to models.example.org:8080" in done.stderr
    assert 'under [network]: allow = ["models.example.org:8080"]' in done.stderr


def test_a_place_that_is_let_through_passes_and_no_other() -> None:
    """Looked up as a name, connected to as an address; the resolver is the test's own, so that nothing is asked of anybody."""
    code = f"""
    import _socket
    known = {{"models.example.org": "{ELSEWHERE}", "other.example.org": "198.51.100.1"}}
    def look_up(host, *_, **__):
        sys.audit("socket.getaddrinfo", host, 0, 0, 0, 0)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (known[host], 0))]
    import sys
    socket.getaddrinfo = look_up
    let_through("Models.example.org", 443)
    def try_to(what):
        try:
            what()
            return "passed"
        except Exception as error:
            return type(error).__name__
    def connect(host, port):
        sys.audit("socket.connect", None, (host, port))
    print(try_to(lambda: socket.getaddrinfo("models.example.org")), try_to(lambda: connect("{ELSEWHERE}", 443)))
    print(try_to(lambda: connect("{ELSEWHERE}", 80)), try_to(lambda: connect("198.51.100.1", 443)))
    print(try_to(lambda: socket.getaddrinfo("other.example.org")))
    """
    done = ran(code)
    assert done.stdout.split() == ["passed", "passed", "NetworkError", "NetworkError", "NetworkError"], done.stderr


def test_what_is_asked_for_passes_in_its_thread_and_time_alone() -> None:
    code = f"""
    import sys, threading
    def try_it():
        try:
            sys.audit("socket.connect", None, ("{ELSEWHERE}", 443))
            print("passed")
        except NetworkErr:
            print("refused")
    from secondcoder.errors import NetworkError as NetworkErr
    with asked_for():
        try_it()
        thread = threading.Thread(target=try_it); thread.start(); thread.join()
    try_it()
    """
    done = ran(code)
    assert done.stdout.split() == ["passed", "refused", "refused"], done.stderr


@pytest.mark.parametrize(
    ("host", "here"),
    [
        *((host, True) for host in ("127.0.0.1", "127.3.2.1", "::1", "localhost", "LocalHost.", "::ffff:127.0.0.1")),
        *((host, False) for host in ("0.0.0.0", "::", "", "128.0.0.1", "localhost.example.org", "::ffff:8.8.8.8")),
    ],
)
def test_what_reaches_this_machine_alone(host: str, here: bool) -> None:
    assert is_loopback(host) == here


def test_the_command_line_is_guarded_and_its_libraries_are_silent() -> None:
    """Before anything else of it runs: an import that would report home, too."""
    code = """
    import os, sys
    from secondcoder import cli
    def command(**_):
        import socket
        print({name: os.environ.get(name) for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "DO_NOT_TRACK")})
        print(sys.modules["openvino_telemetry"])
        socket.create_connection(("192.0.2.1", 443), timeout=1)
    cli.cli.main = command
    cli.main()
    """
    done = ran(code, guarded=False)
    assert done.stdout.splitlines() == [
        "{'HF_HUB_OFFLINE': '1', 'TRANSFORMERS_OFFLINE': '1', 'DO_NOT_TRACK': '1'}",
        "None",
    ]
    assert done.returncode == 1
    assert "would connect to 192.0.2.1:443" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_package_offers_the_guard_to_scripts() -> None:
    code = f"import secondcoder, socket; secondcoder.refuse_connections(); socket.socket().connect(('{ELSEWHERE}', 1))"
    assert "NetworkError" in ran(code, guarded=False).stderr


def test_a_study_names_the_places_that_it_needs(tmp_path) -> None:
    path = tmp_path / "secondcoder.toml"
    path.write_text('[network]\nallow = ["models.example.ac.uk:443", "10.0.0.7", "[2001:db8::1]:5000", "[::2]"]\n')
    places = [("models.example.ac.uk", 443), ("10.0.0.7", None), ("2001:db8::1", 5000), ("::2", None)]
    assert load_configuration(path).network.places == places
    assert load_configuration().network.places == []
    for wrong in ("https://models.example.ac.uk", "host:port", "a b", "", "2001:db8::1"):
        path.write_text(f"[network]\nallow = {json.dumps([wrong])}\n")
        with pytest.raises(StudyError, match=r"network\.allow names '.*HOST or HOST:PORT"):
            load_configuration(path)


OPENS = """
from secondcoder import Study
from secondcoder.network import guard
try:
    study = Study(sys.argv[1])
except Exception as error:
    print(type(error).__name__)
print(guard._passes("10.0.0.7", 443), guard._passes("10.0.0.8", 443), guard._passes("db.example.ac.uk", 5432))
"""


@pytest.mark.parametrize(
    ("settings", "passes"),
    [
        ("", "False False False"),
        ('[network]\nallow = ["10.0.0.7"]\n', "True False False"),
        (
            '[store]\nurl = "postgresql://ada@db.example.ac.uk:5432/study?host=/nowhere"\n',
            "StoreError False False True",
        ),
    ],
)
def test_what_a_study_s_settings_name_passes(settings: str, passes: str, coded_study) -> None:
    coded_study.close()
    (coded_study.folder / "secondcoder.toml").write_text(CHEAP + settings, encoding="utf-8")
    done = ran("import sys\n" + OPENS, str(coded_study.folder))
    assert " ".join(done.stdout.split()) == passes, done.stderr


def test_the_shipped_settings_let_nothing_through() -> None:
    assert "\nallow = []\n" in default_text()
