"""The application on a real socket, in a thread, and clients that speak to it byte by byte."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

from secondcoder.review.app import make_app
from secondcoder.review.security import LoginLinks, own_hosts
from secondcoder.review.serving import listen
from secondcoder.review.session import ReviewSession
from secondcoder.review.timeouts import make_server

ANSWER_SECONDS = 20.0  # long enough for the slowest machine; what is to end ends by itself


@contextmanager
def listening(review: ReviewSession, logins: LoginLinks) -> Iterator[int]:
    """The port of a server that runs meanwhile."""
    with listen("127.0.0.1", 0) as sock:
        port = sock.getsockname()[1]
        server = make_server(make_app(review, logins, own_hosts("127.0.0.1", port)))
        server.force_exit = True  # it waits for nobody at the end
        running = Thread(target=server.run, kwargs={"sockets": [sock]}, daemon=True)
        running.start()
        try:
            yield port
        finally:
            server.should_exit = True
            running.join(ANSWER_SECONDS)


def connected(port: int, said: bytes = b"") -> socket.socket:
    """A connection on which something was said."""
    sock = socket.create_connection(("127.0.0.1", port), timeout=ANSWER_SECONDS)
    sock.sendall(said)
    return sock


def heard(sock: socket.socket) -> bytes:
    """All that comes until the server ends the connection."""
    whole = b""
    try:
        while part := sock.recv(65536):
            whole += part
    except ConnectionResetError:
        pass
    return whole


def asked(port: int, request: bytes) -> bytes:
    """The answer to one request, up to the connection's end."""
    with connected(port, request) as sock:
        return heard(sock)
