"""A process cut off from every network: a namespace of its own (Linux, https://man7.org/linux/man-pages/man7/network_namespaces.7.html).

In a new one there is no interface but a loopback of its own. The kernel counts what is tried there all the same, by whatever library
and in whatever language, so that an attempt does not pass unseen because it fails.
"""

from __future__ import annotations

import os
import socket
import struct
import sys
from contextlib import suppress
from pathlib import Path

NEW_USER, NEW_NET = 0x10000000, 0x40000000
GET_FLAGS, SET_FLAGS, UP = 0x8913, 0x8914, 1
COUNTED = {
    "packets without a route": ("Ip OutNoRoutes", "Ip6OutNoRoutes"),
    "datagrams (as to look up a name)": ("Udp OutDatagrams", "Udp6OutDatagrams"),
}
"""Counters of RFC 4293 and RFC 4113 as /proc/net/snmp and /proc/net/snmp6 name them."""


def cut_off() -> str:
    """Move this process, and those that it starts from now on, into a network namespace of its own.

    To be called before anything starts a thread, which Linux demands where the right to do so comes with a user namespace.

    Returns:
        "" where it is cut off, else why it cannot be; then nothing was changed.
    """
    if sys.platform != "linux":
        return "the system has no network namespaces"
    user, group = os.getuid(), os.getgid()
    if _unshare(
        NEW_NET
    ):  # which needs a right that the administrator has; with a user namespace everybody has it there
        if fault := _unshare(NEW_USER | NEW_NET):
            return f"the system refuses a network namespace ({os.strerror(fault)})"
        with suppress(OSError):  # without it the process runs on as nobody, and reads what it could read
            Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
            Path("/proc/self/uid_map").write_text(f"{user} {user} 1", encoding="ascii")
            Path("/proc/self/gid_map").write_text(f"{group} {group} 1", encoding="ascii")
    return _loopback_up()


def _unshare(flags: int) -> int:
    """0, or the error's number."""
    import ctypes  # Python has it by itself from 3.12 on

    return ctypes.get_errno() if ctypes.CDLL(None, use_errno=True).unshare(flags) else 0


def _loopback_up() -> str:
    import fcntl

    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            asked = struct.pack("16sh22x", b"lo", 0)
            flags = struct.unpack("16sh22x", fcntl.ioctl(sock, GET_FLAGS, asked))[1]
            fcntl.ioctl(sock, SET_FLAGS, struct.pack("16sh22x", b"lo", flags | UP))
    except OSError as error:
        return f"the loopback of a network namespace cannot be used ({error.strerror})"
    return ""


def interfaces() -> list[str]:
    """The network interfaces that this process can use."""
    return [name for _, name in socket.if_nameindex()]


def tried() -> dict[str, int]:
    """What was tried in this network namespace to reach another machine since it was made, as the kernel counted it."""
    counters = _of_pairs(Path("/proc/net/snmp")) | _of_lines(Path("/proc/net/snmp6"))
    return {what: sum(counters.get(name, 0) for name in names) for what, names in COUNTED.items()}


def _of_pairs(path: Path) -> dict[str, int]:
    """Of lines in pairs, names and then values, each behind the protocol."""
    lines = [line.split() for line in path.read_text(encoding="ascii").splitlines()]
    pairs = zip(lines[::2], lines[1::2], strict=True)
    return {
        f"{names[0].rstrip(':')} {name}": int(value)
        for names, values in pairs
        for name, value in zip(names[1:], values[1:], strict=True)
    }


def _of_lines(path: Path) -> dict[str, int]:
    """Of lines with a name and a value; {} on a system without IPv6."""
    lines = path.read_text(encoding="ascii").splitlines() if path.is_file() else []
    return {name: int(value) for name, value in map(str.split, lines)}
