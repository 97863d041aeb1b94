"""What of a model goes along when a spaCy pipeline is saved: by default its name and its seal alone, by which it is known again.

A pipeline's folder is copied and published without a second thought, and a model may remember talk. So its files go along only where
somebody says so (`store`), and only those of a model that was exported from its study, which the study's audit trail tells of.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from secondcoder.domain.json_text import parse_json
from secondcoder.errors import ModelError
from secondcoder.interfaces.opened_model import OpenedModel
from secondcoder.reports.whole_file import write_whole

REFERENCE, MODEL, WITH_TALK = "reference", "model", "model with talk"
STORES = (REFERENCE, MODEL, WITH_TALK)
"""Nothing of the model; its files, where they hold no talk (`models export --without-talk`); its files, whatever they hold."""
ABOUT, FOLDER = "secondcoder.json", "model"
FORMAT = "secondcoder spaCy component/1"


@dataclass(frozen=True)
class Saved:
    """A model as a pipeline remembers it: version, seal, and its files where they went along."""

    version: str
    sha256: str
    files: Mapping[str, bytes] | None

    def refuse_another(self, opened: OpenedModel, place: str) -> None:
        """ModelError where the model that was opened is not the one of the pipeline."""
        if opened.sha256 != self.sha256:
            same_name = opened.version == self.version
            raise ModelError(
                f"The pipeline was saved with model {self.version}; "
                + (
                    f"the {opened.version} at {place} is another one of that name"
                    if same_name
                    else f"at {place} is {opened.version}"
                )
                + f', and suggests otherwise. Name the old one in the pipeline\'s config (model, or version = "{self.version}" of a '
                "study), or add the component anew and save again."
            )

    @contextmanager
    def as_folder(self) -> Iterator[Path]:
        """The files in a folder, for as long."""
        with TemporaryDirectory(prefix="secondcoder-") as folder:
            target = Path(folder) / FOLDER
            _write_files(target, self.files or {})
            yield target

    def about(self) -> dict[str, Any]:
        """All but the files."""
        return {
            "format": FORMAT,
            "version": self.version,
            "sha256": self.sha256,
            "files": None if self.files is None else sorted(self.files),
        }


def saved(opened: OpenedModel, store: str) -> Saved:
    """What is to be saved.

    Raises:
        ModelError: the model's files may not go along.
    """
    if store == REFERENCE:
        return Saved(opened.version, opened.sha256, None)
    if opened.files is None:
        raise ModelError(
            f'Model {opened.version} lies in its study, and store = "{store}" would copy it past the study\'s audit trail. Export it '
            f"(secondcoder models export {opened.version} --without-talk --out given.zip), name that as the model, and save again. "
            "The pipeline was not saved whole."
        )
    if store == MODEL and opened.remembers_talk:
        raise ModelError(
            f"Model {opened.version} remembers talk: words, and vectors of passages (card.md counts them). Export it so: "
            f"secondcoder models export {opened.version} --without-talk --out given.zip. Or, if whoever gets it may have the talk, "
            f'set store = "{WITH_TALK}". The pipeline was not saved whole.'
        )
    return Saved(opened.version, opened.sha256, opened.files)


def write_saved(path: Path, what: Saved) -> None:
    """Into a folder."""
    path.mkdir(parents=True, exist_ok=True)
    write_whole(path / ABOUT, json.dumps(what.about(), indent=1).encode())
    if what.files is not None:
        _write_files(path / FOLDER, what.files)


def _write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        write_whole(folder / name, content)


def read_saved(path: Path) -> Saved:
    """From a folder; ModelError where it is damaged."""
    try:
        about = parse_json((path / ABOUT).read_bytes())
        names = _checked(about)
        files = None if names is None else {name: (path / FOLDER / name).read_bytes() for name in names}
        return Saved(str(about["version"]), str(about["sha256"]), files)
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise ModelError(_damaged(error)) from None


def packed(what: Saved) -> bytes:
    """As bytes: JSON, the files in base 64."""
    files = {name: b64encode(content).decode("ascii") for name, content in (what.files or {}).items()}
    return json.dumps({"about": what.about(), "content": files}).encode()


def unpacked(data: bytes) -> Saved:
    """From bytes; ModelError where they are damaged."""
    try:
        parts = parse_json(data)
        about, names = parts["about"], _checked(parts["about"])
        files = None if names is None else {name: b64decode(parts["content"][name], validate=True) for name in names}
        return Saved(str(about["version"]), str(about["sha256"]), files)
    except (ValueError, LookupError, TypeError) as error:
        raise ModelError(_damaged(error)) from None


def _checked(about: Any) -> list[str] | None:
    if about["format"] != FORMAT:
        raise ValueError(f"format {about['format']}")
    names: list[str] | None = about["files"]
    for name in names or ():
        if Path(name).name != name or "\\" in name:
            raise ValueError(f"a file called {name}")
    return names


def _damaged(error: Exception) -> str:
    return (
        f"What the pipeline saved of its secondcoder component cannot be read ({type(error).__name__}: {error}). Take the pipeline "
        "from where it came again, or add the component anew."
    )
