"""Files of a model, asked for by name from a Hugging Face hub or a mirror of one.

The one place that opens a connection to another machine, and only when it is called. It asks for the list of files, then for those
that are needed (https://huggingface.co/docs/hub/api); nothing else is sent. Not through the hub's own client: that also asks the
public hub for things of its own, even where a mirror is named.
"""

from __future__ import annotations

import hashlib
import os
import re
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import quote

import httpx

from secondcoder.embedding.fetched import HUB_NAME
from secondcoder.embedding.model_folder import PICKLED, READ
from secondcoder.errors import InputError, ModelError
from secondcoder.network.guard import asked_for

HUB = "https://huggingface.co"
WEIGHTS = ".safetensors"
TEXT = re.compile(r"(README|LICEN[CS]E|NOTICE)[\w.-]*", re.IGNORECASE)
PLACE = re.compile(r"(\d+_\w+/)?[\w][\w.-]*")
"""A model's own files: at the top, and in the folders of its modules, such as 1_Pooling/; exports to other formats lie elsewhere."""
HASH = re.compile(r"[0-9a-f]{40,64}")
TRIES, TIMEOUT = 3, 30
Progress = Callable[[int], None]
"""progress(bytes of a file that are there)."""


@dataclass(frozen=True)
class HubFile:
    """A file as the hub lists it; a large one has a SHA-256, a small one the hash that git gives it."""

    path: str
    size: int
    sha256: str
    git: str

    def is_whole(self, path: Path) -> bool:
        """Whether the file at a path is this one."""
        if not path.is_file() or path.stat().st_size != self.size:
            return False
        with path.open("rb") as file:
            if self.sha256:
                return hashlib.file_digest(file, "sha256").hexdigest() == self.sha256
            # https://git-scm.com/book/en/v2/Git-Internals-Git-Objects
            head = f"blob {self.size}\0".encode()
            return hashlib.sha1(head + file.read(), usedforsecurity=False).hexdigest() == self.git


@dataclass(frozen=True)
class HubModel:
    """A model at one revision, with the files that are needed of it.

    Attributes:
        revision: the commit.
        chosen: its address was given with the call: then no token of the environment goes there.
    """

    name: str
    address: str
    revision: str
    licence: str
    files: tuple[HubFile, ...]
    chosen: bool

    @property
    def size(self) -> int:
        """Bytes to download."""
        return sum(file.size for file in self.files)


def look_up(name: str, revision: str = "main", address: str | None = None) -> HubModel:
    """What a hub has under a name; no file is downloaded yet.

    Args:
        address: of a mirror; without one `HF_ENDPOINT` of the environment, or the public hub.

    Raises:
        InputError: that is no name of a model, or no address.
        ModelError: the hub cannot be reached, does not have it, wants a login, or has no weights without pickle.
    """
    if not HUB_NAME.fullmatch(name):
        raise InputError(f"'{name}' is no name of a model on a hub, which is like intfloat/e5-small-v2.")
    place = (address or os.environ.get("HF_ENDPOINT") or HUB).rstrip("/")
    if not place.startswith(("https://", "http://")):
        raise InputError(f"'{place}' is no address of a hub. It begins with https://")
    with _said_plainly(name, place, revision), _client(token=address is None) as client:
        answer = client.get(f"{place}/api/models/{name}/revision/{quote(revision, safe='')}", params={"blobs": "true"})
        answer.raise_for_status()
        told = answer.json()
        files = [_file(each) for each in told["siblings"]]
        licence = str((told.get("cardData") or {}).get("license") or "not stated")
        commit = _hash(told["sha"])
    return HubModel(name, place, commit, licence, tuple(_needed(name, files)), address is not None)


def _file(listed: dict[str, Any]) -> HubFile:
    lfs = listed.get("lfs") or {}
    sha256 = _hash(lfs["sha256"]) if lfs else ""
    return HubFile(str(listed["rfilename"]), int(lfs.get("size") or listed["size"]), sha256, _hash(listed["blobId"]))


def _hash(told: Any) -> str:
    if not isinstance(told, str) or not HASH.fullmatch(told):
        raise ValueError(f"{told!r} is no hash")
    return told


def _needed(name: str, files: Sequence[HubFile]) -> Iterator[HubFile]:
    """The files that make the model, with its licence and card; ModelError where some weights are pickled only."""
    own = [PurePosixPath(file.path) for file in files if PLACE.fullmatch(file.path)]
    safe = {path.parent for path in own if path.suffix == WEIGHTS}
    pickled = [path for path in own if any(path.match(ending) for ending in PICKLED) and path.parent not in safe]
    if pickled or not safe:
        raise ModelError(
            f"{name} has no model.safetensors{f' in place of {pickled[0]}' if pickled else ''}. Only weights without pickle are "
            "fetched. Nothing was downloaded."
        )
    wanted = {str(path) for path in own if path.suffix in {WEIGHTS, *READ} or TEXT.fullmatch(path.name)}
    yield from (file for file in files if file.path in wanted)


def download(model: HubModel, file: HubFile, folder: Path, progress: Progress) -> None:
    """Put one of the model's files into a folder; what was downloaded of it before is gone on with.

    Raises:
        ModelError: the hub cannot be reached, or gives another file than it lists.
    """
    path = folder / file.path
    if not file.is_whole(path):
        part = path.with_name(f"{path.name}.{file.git[:12]}.incomplete")
        part.parent.mkdir(parents=True, exist_ok=True)
        with _said_plainly(model.name, model.address, model.revision), _client(token=not model.chosen) as client:
            _try(lambda: _go_on(client, model, file, part, progress))
        if not file.is_whole(part):
            part.unlink()
            raise ModelError(
                f"{file.path} of {model.name}: what came from {model.address} is not the file that it lists (another hash or size), "
                "and was not kept. Try again, or from another address: --from URL"
            )
        part.replace(path)
    progress(file.size)


def _try(ask: Callable[[], None]) -> None:
    """Ask again where the connection breaks off."""
    for _ in range(TRIES - 1):
        with suppress(httpx.TransportError):
            return ask()
    return ask()


def _go_on(client: httpx.Client, model: HubModel, file: HubFile, part: Path, progress: Progress) -> None:
    there = part.stat().st_size if part.exists() else 0
    if there >= file.size > 0:
        return
    url = f"{model.address}/{model.name}/resolve/{model.revision}/{quote(file.path)}"
    with client.stream("GET", url, headers={"Range": f"bytes={there}-"} if there else {}) as answer:
        answer.raise_for_status()
        there = there if answer.status_code == httpx.codes.PARTIAL_CONTENT else 0
        with part.open("ab" if there else "wb") as out:
            for piece in answer.iter_raw():
                out.write(piece)
                there += len(piece)
                if there > file.size:
                    return  # more than it lists: its hash will not do
                progress(there)


def _client(token: bool) -> httpx.Client:
    mine = os.environ.get("HF_TOKEN") if token else None
    headers = {"User-Agent": "secondcoder", "Accept-Encoding": "identity"}
    # Where another host is redirected to, httpx takes the token away.
    headers |= {"Authorization": f"Bearer {mine}"} if mine else {}
    return httpx.Client(headers=headers, timeout=TIMEOUT, follow_redirects=True, verify=_certificates())


@cache
def _certificates() -> ssl.SSLContext:
    return httpx.create_ssl_context()


@contextmanager
def _said_plainly(name: str, address: str, revision: str) -> Iterator[None]:
    """Inside, a hub is asked, which may send on to other places; whatever goes wrong in that."""
    try:
        with asked_for():
            yield
    except httpx.HTTPStatusError as error:
        raise ModelError(_refusal(error.response.status_code, name, address, revision)) from None
    except httpx.HTTPError as error:
        raise ModelError(
            f"{address} cannot be reached, or broke off ({str(error) or type(error).__name__}). Once connected, call it again: it "
            "goes on where it stopped; from a mirror: --from URL. Without a connection: copy the model's folder to this machine, and "
            "name it as embedding.model."
        ) from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(
            f"{address} does not answer as a hub of models does ({type(error).__name__}: {error})."
        ) from None


def _refusal(status: int, name: str, address: str, revision: str) -> str:
    if status in (401, 403):
        return (
            f"{address} gives {name} only to those who are logged in: it is gated or private, or its name is misspelt. Accept its "
            f"terms at {address}/{name}, put a token of yours (from {address}/settings/tokens) into the environment as HF_TOKEN, "
            "and call it again. To an address given by --from no token is sent: give that one as HF_ENDPOINT."
        )
    if status == 404:
        return f"{address} has no model {name} at revision '{revision}'. Look its name up there: as a rule OWNER/MODEL."
    return f"{address} answered with an error ({status}). Try again later; it goes on where it stopped."
