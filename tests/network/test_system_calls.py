"""Every system call about a network that the demonstration and a review make, in whatever library and language, by strace."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from ipaddress import ip_address
from pathlib import Path

import pytest
from secondcoder.network.offline_proof import read_statement
from support.browser_checks import missing

ADDRESS = re.compile(r'inet_addr\("([^"]+)"|inet_pton\(AF_INET6, "([^"]+)"')
CARRYING = re.compile(r"sa_family=(AF_PACKET|AF_VSOCK|AF_BLUETOOTH)|sun_path=@?\"[^\"]*(resolve|avahi|dnsmasq)")
"""Other ways out: a raw interface, the machine around this one, a resolver that is asked through a Unix socket."""


def beyond(lines: Iterable[str]) -> list[str]:
    """The lines of strace in which something beyond this machine's loopback is named."""
    found = []
    for line in lines:
        hosts = [one or other for one, other in ADDRESS.findall(line)]
        if CARRYING.search(line) or any(not ip_address(host).is_loopback for host in hosts):
            found.append(line)
    return found


@pytest.mark.parametrize(
    ("line", "leaves"),
    [
        ('7 connect(3, {sa_family=AF_INET, sin_port=htons(443), sin_addr=inet_addr("192.0.2.1")}, 16) = -1', True),
        (
            '7 sendto(3, "..", 2, 0, {sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr("8.8.8.8")}, 16) = 2',
            True,
        ),
        ('bind(3, {sa_family=AF_INET, sin_port=htons(0), sin_addr=inet_addr("0.0.0.0")}, 16) = 0', True),
        ('connect(3, {sa_family=AF_INET6, inet_pton(AF_INET6, "2001:db8::1", &sin6_addr)}, 28) = -1 ENETUNREACH', True),
        ('connect(3, {sa_family=AF_UNIX, sun_path="/run/systemd/resolve/io.systemd.Resolve"}, 42) = 0', True),
        ("sendto(3, ..., {sa_family=AF_VSOCK, svm_cid=0x2, svm_port=0x400}, 16) = 0", True),
        ('connect(3, {sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("127.0.0.1")}, 16) = 0', False),
        ('bind(7, {sa_family=AF_INET6, sin6_port=htons(0), inet_pton(AF_INET6, "::1", &sin6_addr)}, 28) = 0', False),
        ('connect(6, {sa_family=AF_UNIX, sun_path="/var/run/nscd/socket"}, 110) = -1 ENOENT', False),
        ("socket(AF_NETLINK, SOCK_RAW|SOCK_CLOEXEC, NETLINK_ROUTE) = 3", False),
    ],
)
def test_a_call_that_leaves_the_machine_is_known(line: str, leaves: bool) -> None:
    assert bool(beyond([line])) == leaves


@pytest.mark.slow
@pytest.mark.minutes
@pytest.mark.model
@pytest.mark.skipif(sys.platform != "linux", reason="strace is of Linux")
def test_the_demonstration_and_a_review_reach_for_nothing_beyond_loopback(coded_study, tmp_path: Path) -> None:
    """With a cache of its own: models are loaded by torch and made ready anew, as on a new machine."""
    if shutil.which("strace") is None:
        missing("strace is not installed")
    if subprocess.run(["strace", "-o", os.devnull, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this machine lets no process be traced")
    coded_study.close()
    calls = tmp_path / "calls"
    traced = ["strace", "-f", "-qq", "--seccomp-bpf", "-e", "trace=network", "-o", str(calls)]
    command = [sys.executable, "-P", "-m", "secondcoder", "-C", str(coded_study.folder), "check", "--offline"]
    done = subprocess.run([*traced, *command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    lines = calls.read_text(encoding="utf-8", errors="replace").splitlines()
    assert any('inet_addr("127.0.0.1")' in line for line in lines)  # the review's own: it was seen
    assert beyond(lines) == []
    statement = read_statement(coded_study.folder)
    assert statement is not None
    assert [step["fault"] for step in statement["ran"]] == ["", ""]
