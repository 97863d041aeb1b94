"""A process without network: what it can still use, and that the kernel counts what is tried, in whatever language."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap

import pytest

CUT_OFF = """
import ctypes, json, socket, struct, sys
from secondcoder.network.cut_off import cut_off, interfaces, tried
if why_not := cut_off():
    print(json.dumps([why_not])); sys.exit()
libc = ctypes.CDLL(None, use_errno=True)
def in_c(kind, host, port):
    "As a library in C connects, past Python's own sockets and their audit events."
    address = struct.pack("=H", socket.AF_INET) + struct.pack("!H4s8x", port, socket.inet_aton(host))
    return libc.connect(libc.socket(socket.AF_INET, kind, 0), address, len(address))
"""


def counted(attempt: str) -> list[int]:
    """What the kernel counted of an attempt, by a process that is cut off: packets without a route, datagrams."""
    code = f"{CUT_OFF}\n{textwrap.dedent(attempt)}\nprint(json.dumps([interfaces(), *tried().values()]))"
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True, timeout=60)
    outcome = json.loads(done.stdout)
    if len(outcome) == 1:
        pytest.skip(outcome[0])
    assert "lo" in outcome[0]
    return outcome[1:]


def test_loopback_works_and_is_not_counted() -> None:
    attempt = """
    for host in ("127.0.0.1", "localhost"):
        with socket.create_server((host, 0)) as server:
            socket.create_connection(server.getsockname(), timeout=5).close()
    """
    assert counted(attempt) == [0, 0]


@pytest.mark.parametrize(
    ("attempt", "by"),
    [
        ("assert in_c(socket.SOCK_STREAM, '192.0.2.1', 443) == -1", (1, 0)),
        ("assert in_c(socket.SOCK_DGRAM, '192.0.2.1', 53) == -1", (1, 0)),
        ("libc.gethostbyname(b'example.org')", None),
        ("socket.socket(type=socket.SOCK_DGRAM).sendto(b'', ('127.0.0.53', 53))", (0, 1)),
        (
            "import subprocess; subprocess.run([sys.executable, '-c', "
            "'import socket; socket.socket().connect_ex((\"192.0.2.1\", 443))'])",
            (1, 0),
        ),
    ],
)
def test_each_attempt_is_counted(attempt: str, by: tuple[int, int] | None) -> None:
    """In C too, and in a process that the cut-off one starts; a look-up asks as many servers as the machine names."""
    found = counted(attempt)
    assert found == list(by) if by else sum(found)
