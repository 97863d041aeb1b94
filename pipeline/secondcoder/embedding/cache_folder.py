"""The folder of a cache: which models' vectors lie there, how large they are, what goes when they are too many, what is damaged."""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from secondcoder.block_cache import shard_file
from secondcoder.block_cache.blocks import folders_in
from secondcoder.block_cache.shard_file import KEY, count_in, remove, shard_files, write_shard
from secondcoder.domain.json_text import parse_json
from secondcoder.domain.wording import counted

VECTORS, ANSWERS, CUTS, EARLIER = "vectors", "answers", "segments", "vectors.sqlite"
"""In a study's cache: the folders of vectors, of scorers' answers, of transcripts' cuts; the file of the first two before."""
ABOUT = "model.json"


@dataclass(frozen=True)
class CachedModel:
    """Whose vectors a folder keeps."""

    id: str
    window: int | None
    width: int

    @classmethod
    def of(cls, folder: Path) -> CachedModel | None:
        """As the folder says; None where it does not."""
        try:
            return cls(**parse_json((folder / ABOUT).read_bytes()))
        except (OSError, ValueError, TypeError):
            return None

    def write(self, folder: Path) -> None:
        """Say so in the folder."""
        if self.of(folder) == self:
            return
        draft = folder / f"{ABOUT}.part"
        # Another process may be writing the same; where nothing can be written, the vectors will say so.
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            draft.write_text(json.dumps(asdict(self)), encoding="utf-8")
            draft.replace(folder / ABOUT)


def folder_of(cache: Path, id_: str, window: int | None) -> Path:
    """Where the vectors of a model lie."""
    digest = hashlib.sha256(f"{id_}\0{window}".encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return cache / f"{re.sub(r'[^A-Za-z0-9]+', '-', id_)[:40]}-{digest}"


def usage(cache: Path) -> dict[str, Any]:
    """What a study's cache holds: bytes, and for each model its vectors; no file is opened but those that name the model."""
    models = []
    for folder in folders_in(cache / VECTORS):
        about, held = CachedModel.of(folder), _held(folder)
        if held["entries"]:
            named = asdict(about) if about else {"id": folder.name, "window": None, "width": None}
            models.append({"model": named.pop("id")} | named | held)
    answers = _held(cache / ANSWERS)
    models.sort(key=lambda model: -model["bytes"])
    return {"bytes": sum(of["bytes"] for of in [*models, answers]), "models": models, "answers": answers}


def _held(folder: Path) -> dict[str, Any]:
    files = shard_files(folder)
    used = max((file.used for file in files), default=None)
    return {
        "entries": sum(count_in(file.path) for file in files),
        "bytes": sum(file.size for file in files),
        "last_used": None if used is None else datetime.fromtimestamp(used, UTC).strftime("%Y-%m-%d"),
    }


def mend(cache: Path) -> Iterator[str]:
    """Remove what is damaged in a study's cache; a sentence for each damaged file."""
    for folder in [*folders_in(cache / VECTORS), *folders_in(cache / CUTS), cache / ANSWERS]:
        for file in shard_files(folder):
            if lost := shard_file.mend(file.path):
                again = "asked" if folder.name == ANSWERS else "computed"
                yield (
                    f"{file.path.relative_to(cache.parent).as_posix()}: damaged; {counted(lost, 'entry', 'entries')} of "
                    f"{count_in(file.path)} removed. What it held is {again} again when it is needed."
                )


def replace_earlier(cache: Path) -> None:
    """Take the scorers' answers out of the one file that earlier versions kept, and remove it; vectors are computed anew."""
    earlier = cache / EARLIER
    if not earlier.is_file():
        return
    # Damaged, or held by another program: then its answers are asked again.
    with suppress(sqlite3.Error, OSError, TypeError, ValueError), closing(sqlite3.connect(earlier)) as file:
        # An answer is one number; no vector is as short.
        rows = file.execute("SELECT key, vector FROM vectors WHERE length(vector) = 4").fetchall()
        keys = np.frombuffer(b"".join(key[: KEY.itemsize] for key, _ in rows), dtype=KEY)
        if rows:
            write_shard(cache / ANSWERS, keys, [answer for _, answer in rows])
    remove(earlier)
