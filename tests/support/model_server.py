"""A small real server on a loopback address that speaks as a language model's does."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

Reply = Callable[[dict[str, Any]], Any]
"""From the request's JSON to what is answered: a JSON value, or (status, headers, bytes)."""


class ModelServer(ThreadingHTTPServer):
    """Answers by `reply`; keeps the path and JSON of every request."""

    daemon_threads = True

    def __init__(self, reply: Reply) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.reply, self.asked = reply, []

    def handle_error(self, *_: Any) -> None:
        """A client that went away, or a reply that breaks off, is no news here."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"

    @property
    def prompts(self) -> list[str]:
        return [body["messages"][-1]["content"] for _, body in self.asked]


class _Handler(BaseHTTPRequestHandler):
    server: ModelServer

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append((self.path, body))
        answer = self.server.reply(body)
        if not isinstance(answer, tuple):
            answer = (200, {"Content-Type": "application/json"}, json.dumps(answer).encode())
        status, headers, content = answer
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def serving(reply: Reply) -> Iterator[ModelServer]:
    """A server that has answered its last request when the block ends."""
    with ModelServer(reply) as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()


def says(content: str, **choice: Any) -> dict[str, Any]:
    """An answer without the tokens' probabilities."""
    return {"choices": [{"index": 0, "message": {"role": "assistant", "content": content}, **choice}]}


def weighs(**chances: float) -> dict[str, Any]:
    """An answer of one token, with the probabilities of candidates."""
    places = [{"token": token, "logprob": math.log(chance)} for token, chance in chances.items()]
    best = max(places, key=lambda place: place["logprob"])
    return says(best["token"], logprobs={"content": [{**best, "top_logprobs": places}]})
