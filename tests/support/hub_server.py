"""A small real server on a loopback address that answers as a Hugging Face hub does."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

NAME, REVISION = "owner/tiny", "0123456789abcdef0123456789abcdef01234567"


class Hub(ThreadingHTTPServer):
    """Serves the files of one model, under NAME at REVISION; everything asked is in `asked`.

    Attributes:
        status: answered to every request, where it is not 200.
        breaks_after: bytes after which the connection breaks off, for each of the next answers with a file.
        spoilt: paths whose content is not what the list says.
    """

    daemon_threads = True

    def __init__(self, files: dict[str, bytes]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.files, self.asked, self.status = files, [], 200
        self.breaks_after: list[int] = []
        self.spoilt: set[str] = set()
        self.revision = REVISION

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, *_: Any) -> None:
        """A client that went away is no news here."""

    def listing(self) -> dict[str, Any]:
        return {
            "id": NAME,
            "sha": self.revision,
            "cardData": {"license": "mit"},
            "siblings": [_listed(path, content) for path, content in self.files.items()],
        }


def _listed(path: str, content: bytes) -> dict[str, Any]:
    git = hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
    listed: dict[str, Any] = {"rfilename": path, "size": len(content), "blobId": git}
    if path.endswith((".safetensors", ".bin", ".onnx")):
        listed["lfs"] = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content), "pointerSize": 130}
    return listed


class _Handler(BaseHTTPRequestHandler):
    server: Hub

    def do_GET(self) -> None:
        hub, path = self.server, self.path.partition("?")[0]
        hub.asked.append((path, dict(self.headers)))
        if hub.status != 200:
            return self._answer(hub.status, b"{}")
        if path in {f"/api/models/{NAME}/revision/{name}" for name in ("main", hub.revision)}:
            return self._answer(200, json.dumps(hub.listing()).encode())
        content = hub.files.get(path.removeprefix(f"/{NAME}/resolve/{hub.revision}/"))
        if content is None:
            return self._answer(404, b"Entry not found")
        if path.rpartition("/")[2] in hub.spoilt:
            content = bytes([content[0] ^ 1]) + content[1:]
        start = int((self.headers.get("Range") or "bytes=0-").removeprefix("bytes=").rstrip("-"))
        return self._answer(
            206 if start else 200, content[start:], hub.breaks_after.pop(0) if hub.breaks_after else None
        )

    def _answer(self, status: int, content: bytes, breaks_after: int | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[:breaks_after])
        if breaks_after is not None:
            self.close_connection = True

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def serving_hub(files: dict[str, bytes]) -> Iterator[Hub]:
    """A hub that has answered its last request when the block ends."""
    with Hub(files) as hub:
        Thread(target=hub.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        try:
            yield hub
        finally:
            hub.shutdown()


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }
