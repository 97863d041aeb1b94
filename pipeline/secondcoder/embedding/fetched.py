"""Models that `secondcoder embedder get` has fetched: where they lie, and whether they still are what was fetched."""

from __future__ import annotations

import json
import os
import re
from dataclasses import asdict, dataclass
from pathlib import Path

from platformdirs import user_data_dir

from secondcoder.domain.json_text import parse_json
from secondcoder.embedding.model_folder import FETCHED, READ, WEIGHTS, sha256_of
from secondcoder.errors import ModelError

HUB_NAME = re.compile(r"(?!.*\.\.)[\w][\w.-]*(/[\w][\w.-]*)?")
"""A model's name on a hub: as a rule OWNER/MODEL."""
DATA = "SECONDCODER_DATA"
"""Environment variable: the folder for what secondcoder keeps for a user, in place of the system's usual one."""


@dataclass(frozen=True)
class Fetched:
    """The record beside the files of a fetched model.

    Attributes:
        source: the address of the hub or mirror.
        revision: the hub's commit.
        fetched: when, UTC.
        files: SHA-256 of each file by its path in the folder.
    """

    model: str
    source: str
    revision: str
    fetched: str
    licence: str
    files: dict[str, str]

    @classmethod
    def of(cls, folder: Path) -> Fetched | None:
        """The record in a folder; None where there is none that can be read."""
        try:
            return cls(**parse_json((folder / FETCHED).read_bytes()))
        except (OSError, ValueError, TypeError):
            return None

    def write(self, folder: Path) -> None:
        """Put the record beside the files."""
        (folder / FETCHED).write_text(json.dumps(asdict(self), indent=2, ensure_ascii=False), encoding="utf-8")

    def changes(self, folder: Path) -> list[str]:
        """Files that are not as they were fetched, are missing, or have come since and would decide what a vector is."""
        changed = [path for path, digest in self.files.items() if _digest(folder / path) != digest]
        come = [file for file in sorted(folder.rglob("*")) if file.suffix in READ or file.match(WEIGHTS)]
        names = [file.relative_to(folder).as_posix() for file in come if file.name != FETCHED]
        return changed + [name for name in names if name not in self.files]


def local_folder(model: str) -> Path:
    """The folder that `embedding.model` names, by its path or as the name of a fetched model.

    Raises:
        ModelError: there is none, or a fetched model is no longer what was fetched.
    """
    for folder in (Path(model).expanduser(), fetched_folder(model)):
        if folder.is_dir():
            check_unchanged(folder, model)
            return folder
    raise ModelError(
        f"embedding.model is '{model}', which is no installed embedder, no folder on this machine, and no model that was fetched. "
        "secondcoder downloads nothing by itself: fetch it once, with a connection: secondcoder embedder get "
        f"{model if HUB_NAME.fullmatch(model) else 'NAME'}   (or name the folder of a sentence-transformers model, or use 'minilm')"
    )


def fetched_folder(name: str) -> Path:
    """Where the model of this name lies, or would."""
    return _home().joinpath(*name.split("/"))


def fetched_models() -> dict[str, Path]:
    """Folder by name of every model that was fetched for this user."""
    found = {record.parent: Fetched.of(record.parent) for record in sorted(_home().rglob(FETCHED))}
    return {of.model: folder for folder, of in found.items() if of and folder == fetched_folder(of.model)}


def check_unchanged(folder: Path, name: str) -> None:
    """ModelError when a fetched model's files are not those that were fetched; nothing for a folder that was not fetched."""
    if not (folder / FETCHED).exists():
        return
    record = Fetched.of(folder)
    changed = [FETCHED] if record is None else record.changes(folder)
    if changed:
        raise ModelError(
            f"{name}: {', '.join(changed[:3])} {'is' if len(changed) == 1 else 'are'} not as fetched. Fetch it again: "
            f"secondcoder embedder get {record.model if record else name}"
        )


def _home() -> Path:
    return Path(os.environ.get(DATA) or user_data_dir("secondcoder", appauthor=False)) / "embedders"


def _digest(path: Path) -> str | None:
    try:
        return sha256_of(path)
    except OSError:
        return None
