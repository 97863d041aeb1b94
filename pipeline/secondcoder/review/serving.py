"""Starting the server: a free port, a link for each coder, and what it exposes."""

from __future__ import annotations

import os
import signal
import socket
import sys
import webbrowser
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address
from threading import Thread, Timer

from secondcoder.errors import InputError, StudyError
from secondcoder.review.app import make_app
from secondcoder.review.security import COOKIE, EVERYWHERE, Door, own_hosts
from secondcoder.review.session import Desk

LOOPBACK = "127.0.0.1"
CONSENSUS, MODEL = "consensus", "secondcoder"
"""Names that are nobody's: what is settled together, and the model as a coder."""


@dataclass(frozen=True)
class Link:
    """Whose link it is, and where it leads."""

    coder: str
    url: str


def is_loopback(host: str) -> bool:
    """The address reaches this machine only."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def check_exposure(host: str, coders: Sequence[str]) -> None:
    """InputError for a host beyond this machine without named coders."""
    if not is_loopback(host) and not coders:
        raise InputError(
            f"--host {host} lets other machines in, so each coder needs a link of their own. "
            "Name them: --coder NAME, once for each. Nothing was started."
        )


def check_names(coders: Sequence[str]) -> tuple[str, ...]:
    """The coders' names, each once; InputError for one that cannot be a person's."""
    for name in coders:
        if not name.strip() or not name.isprintable():
            raise InputError(f"'{name}' is no coder's name. Nothing was started.")
        if name.casefold() in (CONSENSUS, MODEL):
            whose = "what is settled together" if name.casefold() == CONSENSUS else "the model"
            raise InputError(f"The name '{name}' is kept for {whose}. Choose another. Nothing was started.")
    return tuple(dict.fromkeys(coders))


def exposure(host: str, port: int) -> str:
    """What a host beyond this machine exposes, to be said before it starts."""
    return (
        f"Listening on {host}:{port}: whoever can reach this machine over the network can try to connect. With a link they read "
        "every transcript in review and decide in that coder's name. The connection is not encrypted: use it only in a network that "
        "you trust, or through an SSH tunnel or a proxy with TLS."
    )


def listen(host: str, port: int) -> socket.socket:
    """A bound socket; port 0 takes a free one. StudyError when it cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
        sock.listen(128)  # from here on a browser that is early waits instead of being refused
    except OSError as error:
        sock.close()
        raise StudyError(
            f"{host}:{port} cannot be listened on ({error.strerror}). Another review may be running; "
            "leave --port out to take a free one."
        ) from None
    return sock


def links(door: Door, host: str, port: int, coders: Sequence[str], adjudicate: bool) -> list[Link]:
    """One-time links, one a coder, and one for adjudication together."""
    named = own_address() if host in EVERYWHERE else host
    root = f"http://{f'[{named}]' if ':' in named else named}:{port}/enter?token="
    found = [Link(coder, root + door.invite(coder)) for coder in coders]
    if adjudicate:
        found.append(Link(CONSENSUS, root + door.invite(CONSENSUS, adjudicates=True)))
    return found


def _at_terminal(asked: Callable[[], object]) -> bool:
    """Whether somebody sits at a terminal; from then on each Enter there calls `asked`."""
    if not (sys.stdin and sys.stdin.isatty()):
        return False
    if hasattr(signal, "SIGTTIN"):  # put into the background, the server goes on and only hears nothing any more
        signal.signal(signal.SIGTTIN, signal.SIG_IGN)
    keyboard = sys.stdin.fileno()
    Thread(target=at_each_line, args=(lambda: os.read(keyboard, 4096), asked), daemon=True).start()
    return True


def at_each_line(read: Callable[[], bytes], asked: Callable[[], object]) -> None:
    """Call `asked` for each line read, until there are no more."""
    with suppress(OSError):
        while read():
            asked()


def own_address() -> str:
    """The address by which the network reaches this machine; its name where it has none."""
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.connect(
            ("192.0.2.1", 9)
        )  # sends nothing: it asks which way a packet would go (RFC 5737 keeps the address free)
        return str(sock.getsockname()[0])
    return socket.gethostname()


def serve(
    desk: Desk,
    sock: socket.socket,
    coders: Sequence[str],
    *,
    adjudicate: bool,
    browser: bool,
    tell: Callable[[str], None],
    names: Sequence[str] = (),
) -> None:
    """Serve until the person stops it; prints the links first. `names` are those by which others reach the server."""
    import uvicorn

    host, port = sock.getsockname()[:2]
    door = Door(f"{COOKIE}_{port}")

    def hand_out() -> list[Link]:
        made = links(door, host, port, coders, adjudicate)
        for link in made:
            tell(f"{link.coder}: {link.url}" if len(made) > 1 else link.url)
        return made

    known = names if is_loopback(host) else (socket.gethostname(), *names)
    app = make_app(desk, door, own_hosts(host, port, known))
    config = uvicorn.Config(app, log_level="warning", access_log=False, server_header=False, lifespan="off")
    made = hand_out()
    with suppress(KeyboardInterrupt):  # before uvicorn hears it, or when it has closed down and hands it on
        anew = "; Enter gives new ones" if _at_terminal(hand_out) else ""
        tell(f"Each link opens once{anew}. Every decision is saved at once; stop with Ctrl+C.")
        if browser and len(made) == 1:  # of several links none is ours to spend
            timer = Timer(0.6, webbrowser.open, [made[0].url])
            timer.daemon = True
            timer.start()
        uvicorn.Server(config).run(sockets=[sock])
    tell("Stopped. Every decision is saved.")
