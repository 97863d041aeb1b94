"""The guard: Python opens no connection beyond this machine that neither a command nor a line of the settings asks for.

An audit hook (PEP 578) sees each connection, look-up of a name and address to listen on before it is made, in whatever library. It
cannot be taken away again, so what may pass is a list beside it. It keeps libraries in, and mistakes; hostile code in this process
could change the list, and what is not Python it does not see, nor, on Windows, what asyncio connects to by an address: `cut_off` shows
that nothing else tries either.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ipaddress import IPv4Address, IPv6Address
    from types import FrameType

Place = tuple[Any, int | None]
"""Host, or None for this machine; and port, None where none is named."""

RECORD = "SECONDCODER_REFUSED"
"""Variable of the environment: a file to which each place that is refused is added, in whatever process, as HOST:PORT. Whoever tried
may go on without a word."""
_let_through: set[tuple[str, int | None]] = set()
_asked = ContextVar("asked", default=False)
_installed: list[bool] = []


def refuse_connections() -> None:
    """From now on, for as long as this process lives, NetworkError for each connection that nothing asks for."""
    if not _installed:
        _installed.append(True)
        sys.addaudithook(_hook)


def let_through(host: str, port: int | None = None) -> None:
    """A line of the settings or an option names this place; without a port, any of its ports."""
    _let_through.add((_plain(host), port))


@contextmanager
def asked_for() -> Iterator[None]:
    """Inside, what this thread opens passes: for a download that somebody asks for, whose hub sends on to other places."""
    before = _asked.set(True)
    try:
        yield
    finally:
        _asked.reset(before)


def is_loopback(host: str) -> bool:
    """Whether a name or address reaches this machine only."""
    address = _address(host)
    if address is None:
        return _plain(host) == "localhost"
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback


def _of_address(arguments: tuple[Any, ...]) -> Place:
    """Of (socket, address): Unix sockets have a path, and those to the kernel numbers; neither leads to another machine."""
    address = arguments[1]
    is_internet = isinstance(address, tuple) and len(address) > 1 and isinstance(address[0], str | bytes | bytearray)
    return (address[0], address[1]) if is_internet else (None, None)


def _of_look_up(arguments: tuple[Any, ...]) -> Place:
    """Only a name is asked of others; what is an address already, or nothing, is not."""
    host, port = (*arguments, None)[:2]
    is_name = host and _address(_plain(host)) is None
    return (host if is_name else None, port if isinstance(port, int) and port else None)


SEEN: dict[str, Callable[[tuple[Any, ...]], Place]] = {
    **dict.fromkeys(("socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg"), _of_address),
    **dict.fromkeys(("socket.getaddrinfo", "socket.gethostbyname"), _of_look_up),
    "socket.gethostbyaddr": lambda arguments: (arguments[0], None),
    "socket.getnameinfo": lambda arguments: arguments[0][:2],
}
"""Audit event (https://docs.python.org/3/library/audit_events.html) -> the place that it is about."""


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    # Called for every file and import of the process, too: nothing is done before it is known to be of a socket.
    if find := SEEN.get(event):
        host, port = find(arguments)
        if host is not None and not _asked.get() and not _passes(_plain(host), port):
            _refuse(_plain(host), port, listens=event == "socket.bind")


def _passes(host: str, port: int | None) -> bool:
    if is_loopback(host):
        return True
    named = {name for name, at in _let_through if at is None or port is None or at == port}
    return host in named or (_address(host) is not None and any(host in _addresses(name) for name in named))


def _addresses(name: str) -> set[str]:
    """Of a name that passes: who connects has looked it up already, and names the address."""
    import socket

    try:
        return {str(entry[4][0]) for entry in socket.getaddrinfo(name, None)}
    except OSError:
        return set()


def _address(host: str) -> IPv4Address | IPv6Address | None:
    from ipaddress import ip_address  # only where there is something to look at: the command line starts without

    try:
        return ip_address(host)
    except ValueError:
        return None


def _plain(host: Any) -> str:
    text = host.decode("ascii", "replace") if isinstance(host, bytes | bytearray) else str(host)
    return text.casefold().rstrip(".")


def _refuse(host: str, port: int | None, listens: bool) -> None:
    from secondcoder.errors import NetworkError

    place = f"{f'[{host}]' if ':' in host else host}{'' if port is None else f':{port}'}"
    _record(place)
    if listens:
        raise NetworkError(
            f"{_who()} would listen on {place}, where other machines can reach it, and nothing asks for that. Nothing was opened. "
            "For the review: --host and --coder."
        )
    raise NetworkError(
        f"{_who()} would connect to {place}, which neither this command nor a line in secondcoder.toml asks for. Nothing was sent. "
        f'Where it is meant, the line is, under [network]: allow = ["{place}"]'
    )


def _record(place: str) -> None:
    if path := os.environ.get(RECORD):
        with open(path, "a", encoding="utf-8") as file:
            file.write(f"{place}\n")


def _who() -> str:
    """The package that tries: the nearest one on the stack that is neither this module nor Python's own."""
    frame: FrameType | None = sys._getframe(1)
    while frame:
        name = str(frame.f_globals.get("__name__", ""))
        if name not in (__name__, "__main__") and name.partition(".")[0] not in sys.stdlib_module_names:
            return f"'{name.partition('.')[0]}'"
        frame = frame.f_back
    return "Python"
