"""How long the server waits for a client, and how many connections it holds: one that says nothing keeps nobody else out.

uvicorn sets a time only between two requests of a connection, and every byte begins it anew. Here a client has so many seconds for
a whole request, its form too, however slowly it speaks (slowloris, CVE-2007-6750); and where too many connections are open, the one
whose client has been waited for longest gives way to a new one.
"""

from __future__ import annotations

from asyncio import BaseTransport, TimerHandle
from contextlib import suppress
from socket import socket

import h11
import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

SECONDS = 20.0
"""For a whole request, from the connection's first moment or from the request's first byte."""
MOST = 500
"""Connections; a browser opens up to six."""
AT_ONCE, QUEUED = 16, 1024
"""Connections that asyncio takes before it attends to any, of which several times as many are open for a moment, besides MOST; and
those that may wait to be taken."""


def most_connections() -> int:
    """MOST, or half of the files that this process may have open: each connection is one, and the store needs some."""
    with suppress(ImportError, OSError):
        import resource

        allowed = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
        if allowed != resource.RLIM_INFINITY:
            return max(8, min(MOST, allowed // 2))
    return MOST


class PatientProtocol(H11Protocol):
    """HTTP on one connection. `waits_since`: when the server began to wait for its client, None while it works for it."""

    waits_since: float | None = None
    _deadline: TimerHandle | None = None

    def connection_made(self, transport: BaseTransport) -> None:
        """Wait for the first request; where too many connections are open, end one."""
        super().connection_made(transport)  # type: ignore[arg-type]  # asyncio gives one that reads and writes
        self._await_request()
        if len(self.connections) > most_connections():
            waiting = [each for each in self.connections if isinstance(each, PatientProtocol) and each.waits_since]
            longest = min(waiting, key=lambda each: each.waits_since or 0.0)
            self.connections.discard(longest)  # now: it is lost only after others of this moment have come
            longest.transport.abort()

    def data_received(self, data: bytes) -> None:
        """Take what came; the time for a request runs on until it is whole."""
        super().data_received(data)
        if self.conn.their_state in (h11.IDLE, h11.SEND_BODY):
            self._await_request()
        else:
            self._request_is_whole()

    def on_response_complete(self) -> None:
        """Wait for the next request: by uvicorn's own time until its first byte, then by ours."""
        self._request_is_whole()
        super().on_response_complete()
        self.waits_since = self.waits_since or self.loop.time()
        if (
            self.conn.their_state is h11.SEND_BODY
        ):  # of the next, which came with this one; or of this one, answered before it ended
            self._await_request()

    def pause_writing(self) -> None:
        """The client takes nothing: a browser whose recording is paused may do so for long."""
        super().pause_writing()
        self.waits_since = self.loop.time()

    def resume_writing(self) -> None:
        """It takes again."""
        super().resume_writing()
        self.waits_since = None

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is waited for any more."""
        self._request_is_whole()
        super().connection_lost(exc)

    def _await_request(self) -> None:
        self.waits_since = self.waits_since or self.loop.time()
        if self._deadline is None:
            # Aborted and not closed, which would wait until the client has taken what is still to be sent.
            self._deadline = self.loop.call_later(SECONDS, self.transport.abort)

    def _request_is_whole(self) -> None:
        self.waits_since = None
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


class _Server(uvicorn.Server):
    async def startup(self, sockets: list[socket] | None = None) -> None:
        await super().startup(sockets)
        for sock in sockets or ():
            sock.listen(QUEUED)  # asyncio has one number for both


def make_server(app: ASGIApp) -> uvicorn.Server:
    """The server of an application, not yet running."""
    config = uvicorn.Config(
        app,
        http=PatientProtocol,
        ws="none",
        lifespan="off",
        backlog=AT_ONCE,
        access_log=False,  # it would hold the links' tokens
        log_level="error",  # not what strangers send
        use_colors=False,
        server_header=False,
        proxy_headers=False,  # nobody is believed to be another
    )
    return _Server(config)
