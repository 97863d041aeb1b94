"""Starting the server: a free port, a login link for each coder, and what is exposed to the network."""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

from secondcoder.domain.names import folded, name
from secondcoder.errors import InputError, StudyError
from secondcoder.network.guard import asked_for, is_loopback, let_through
from secondcoder.review.app import make_app
from secondcoder.review.browser import has_screen, opened_browser
from secondcoder.review.security import COOKIE, EVERYWHERE, LoginLinks, own_hosts
from secondcoder.review.session import ReviewSession

LOOPBACK = "127.0.0.1"
CONSENSUS, MODEL = "consensus", "secondcoder"
"""Names that no coder may have: they stand for adjudicated codings and for the model as a coder."""


@dataclass(frozen=True)
class Link:
    """Whose link it is, and where it leads."""

    coder: str
    url: str


def check_exposure(host: str, coders: Sequence[str]) -> None:
    """InputError for a host beyond this machine without named coders."""
    if not is_loopback(host) and not coders:
        raise InputError(
            f"--host {host} lets other machines in, so each coder needs a link of their own. "
            "Name them: --coder NAME, once for each. Nothing was started."
        )


def check_names(coders: Sequence[str]) -> tuple[str, ...]:
    """The coders' names in one form, each once; InputError for one that cannot be a person's, and for two that are one name."""
    first: dict[str, str] = {}
    for written in coders:
        control = any(character < " " for character in written)
        if control or not name(written) or not name(written).isprintable():
            raise InputError(f"'{written}' cannot be a coder's name. Nothing was started.")
        if folded(written) in (CONSENSUS, MODEL):
            holder = "adjudicated codings" if folded(written) == CONSENSUS else "the model"
            raise InputError(f"The name '{written}' is reserved for {holder}. Choose another. Nothing was started.")
        other = first.setdefault(folded(written), name(written))
        if other != name(written):
            raise InputError(f"'{other}' and '{written}' are one name. Tell these people apart. Nothing was started.")
    return tuple(first.values())


def exposure(host: str, port: int) -> str:
    """What a host beyond this machine exposes, to be printed before the server starts."""
    return (
        f"Listening on {host}:{port}: whoever can reach this machine over the network can try to connect. With a link they read "
        "every transcript in review and decide in that coder's name. The connection is not encrypted: use it only in a network that "
        "you trust, or through an SSH tunnel or a proxy with TLS."
    )


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one. StudyError when the address cannot be used."""
    let_through(host)  # as --host says
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    # Else a port may be refused for a minute after a review on it has ended (TIME_WAIT).
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
        sock.listen(128)  # from here on a browser that is too early waits instead of being refused
    except OSError as error:
        sock.close()
        raise StudyError(
            f"{host}:{port} cannot be listened on ({error.strerror}). Another review may be running; "
            "leave --port out to take a free one."
        ) from None
    return sock


def links(logins: LoginLinks, host: str, port: int, coders: Sequence[str], adjudicate: bool) -> list[Link]:
    """Single-use links, one for each coder, and one for adjudication together."""
    root = f"{_entrance(host, port)}?token="
    new = [Link(coder, root + logins.invite(coder)) for coder in coders]
    if adjudicate:
        new.append(Link(CONSENSUS, root + logins.invite(CONSENSUS, adjudicates=True)))
    return new


def _entrance(host: str, port: int) -> str:
    named = own_address() if host in EVERYWHERE else host
    return f"http://{f'[{named}]' if ':' in named else named}:{port}/enter"


def _at_terminal(on_enter: Callable[[], object]) -> bool:
    """Whether the command runs in a terminal; from then on each Enter there calls `on_enter`."""
    if not (sys.stdin and sys.stdin.isatty()):
        return False
    if hasattr(signal, "SIGTTIN"):  # put into the background, the server goes on, and only Enter has no effect any more
        signal.signal(signal.SIGTTIN, signal.SIG_IGN)
    # Past sys.stdin: a thread that waits in its buffer holds a lock that Python needs when it ends.
    keyboard = sys.stdin.fileno()
    Thread(target=at_each_line, args=(lambda: os.read(keyboard, 4096), on_enter), daemon=True).start()
    return True


def at_each_line(read: Callable[[], bytes], call: Callable[[], object]) -> None:
    """Call `call` for each line read, until there are no more."""
    with suppress(OSError):
        while read():
            call()


def own_address() -> str:
    """The address by which the network reaches this machine; its name where it has none."""
    with suppress(OSError), asked_for(), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        # Sends nothing: it asks which way a packet would go (RFC 5737 keeps the address free).
        sock.connect(("192.0.2.1", 9))
        return str(sock.getsockname()[0])
    return socket.gethostname()


def serve(
    review: ReviewSession,
    sock: socket.socket,
    coders: Sequence[str],
    *,
    adjudicate: bool,
    browser: bool,
    tell: Callable[[str], None],
    names: Sequence[str] = (),
    recorded: Mapping[str, Path] | None = None,
    demonstration: Path | None = None,
) -> None:
    """Serve until somebody stops it; prints the links first by `tell`.

    `names` are those by which others reach the server, `recorded` is the recording of each interview that has one, `demonstration`
    the summary of the demonstration, where the study is one.
    """
    from secondcoder.review.timeouts import make_server

    host, port = sock.getsockname()[:2]
    logins = LoginLinks(f"{COOKIE}_{port}")

    def print_links() -> list[Link]:
        new = links(logins, host, port, coders, adjudicate)
        for link in new:
            tell(f"{link.coder}: {link.url}" if len(new) > 1 else link.url)
        return new

    known = names if is_loopback(host) else (socket.gethostname(), *names)
    app = make_app(review, logins, own_hosts(host, port, known), recorded=recorded, demonstration=demonstration)
    # As an exception, so that all that is open is closed: the browser's page, and a training.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    alone = len(print_links()) == 1  # several links are for several people
    with suppress(KeyboardInterrupt):  # before uvicorn handles it, or when it has closed down and raises it again
        more = "; Enter gives new ones" if _at_terminal(print_links) else ""
        tell(f"Each link opens once, within twelve hours{more}. Every decision is saved at once; stop with Ctrl+C.")
        opens = browser and alone and has_screen()
        entered = (
            opened_browser(logins, coders[0], _entrance(host, port), review.study.folder) if opens else nullcontext()
        )
        with entered:
            make_server(app).run(sockets=[sock])
    tell("Stopped. Every decision is saved.")
