"""A model version by where it lies: of a study, or exported from one; opened to suggest, and never changed.

`models export` decides what leaves a study, and notes it in the study's audit trail: so only an exported model's files may be copied.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from secondcoder.configuration import load_configuration, with_recipe
from secondcoder.errors import InputError, ModelError, did_you_mean
from secondcoder.model_store.folder import MANIFEST, read_folder
from secondcoder.model_store.shared_folder import CODEBOOK, unpacked
from secondcoder.model_store.version import load_version
from secondcoder.study.batch_run import open_workspace
from secondcoder.study.create import create_study
from secondcoder.study.folder import CONFIGURATION
from secondcoder.study.open_study import OpenStudy
from secondcoder.suggestions.suggester import Suggester, open_suggester, without_withheld
from secondcoder.workspace import MODELS, Workspace


@dataclass(frozen=True)
class OpenedModel:
    """A model version, ready to suggest.

    Attributes:
        suggester: it keeps no vectors, and reads no store any more.
        sha256: the seal of the version's manifest: another version, or a changed one, has another.
        files: name -> content of an exported one's files, its manifest among them; None where it lies in a study.
        remembers_talk: its files hold words or vectors of the interviews that it learned from.
        withheld: codes that it does not suggest, with the reason.
    """

    suggester: Suggester
    sha256: str
    files: Mapping[str, bytes] | None
    remembers_talk: bool
    withheld: Mapping[str, str]

    @property
    def version(self) -> str:
        """Its name in the study that it was trained in."""
        return self.suggester.version


def open_model(place: Path, version: str | None = None, everything: bool = False) -> OpenedModel:
    """The model at a place: a study's folder (the version in use, unless one is named), a version's folder in a study, or what
    `models export` wrote, a folder or a zip.

    Raises:
        ModelError: there is nothing, or no model; the version is another one; it was changed, or does not fit what is installed here.
    """
    if not place.exists():
        near = did_you_mean(place.name, [path.name for path in place.parent.glob("*")] if place.parent.is_dir() else [])
        raise ModelError(f"No model at {place}: there is no such folder or file.{near} Nothing was loaded.")
    if place.parent.name == MODELS and (place.parent.parent / CONFIGURATION).is_file():
        return _of_study(place.parent.parent, _same(place, place.name, version), everything)
    if (place / CONFIGURATION).is_file():
        return _of_study(place, version, everything)
    return _exported(place, version, everything)


def _same(place: Path, found: str, version: str | None) -> str:
    if version is not None and found != version:
        raise ModelError(
            f"{place} is model {found}, and not '{version}' as `version` says. Leave that out, or name another place."
        )
    return found


def _of_study(study: Path, version: str | None, everything: bool) -> OpenedModel:
    workspace = open_workspace(study, version)
    suggester = open_suggester(workspace, everything=everything)
    manifest = workspace.manifest
    withheld = {} if everything else workspace.withheld
    return OpenedModel(suggester, str(manifest.get("sha256")), None, not manifest.get("without_talk"), withheld)


def _exported(place: Path, version: str | None, everything: bool) -> OpenedModel:
    try:
        with unpacked(place) as (folder, name):
            manifest, files = read_folder(folder, name)
            if CODEBOOK not in files:
                raise InputError("It has no codebook.")
            found = _same(place, str(manifest["version"]), version)
            workspace = _around(manifest, folder / name / CODEBOOK)
            scorers = workspace.pipeline.answers.ids
            model = load_version(
                folder, name, workspace.codebook, workspace.embedder, str(manifest["sha256"]), scorers=scorers
            )
            whole = {**files, MANIFEST: (folder / name / MANIFEST).read_bytes()}
    except InputError as error:
        told = str(error).removesuffix(" Nothing was imported.")
        raise ModelError(
            f"{place} is neither a study nor a model that `secondcoder models export` wrote ({told}) Nothing was loaded."
        ) from None
    # As a workspace has it of a model of the study.
    verdicts = manifest.get("verdicts", {})
    withheld = {} if everything else {code: of["reason"] for code, of in verdicts.items() if of["withheld"]}
    suggester = Suggester(workspace, found, without_withheld(model, withheld), everything)
    return OpenedModel(suggester, str(manifest["sha256"]), whole, not manifest.get("without_talk"), withheld)


def _around(manifest: Mapping[str, Any], codebook: Path) -> Workspace:
    """The workspace of a study without transcripts, with the model's codebook and recipe; nothing of it stays on the disk."""
    configuration = with_recipe(load_configuration(), manifest["recipe"])
    with TemporaryDirectory(prefix="secondcoder-", ignore_cleanup_errors=True) as folder:
        empty = Path(folder) / "study"
        create_study(empty, codebook)
        study = OpenStudy(empty, configuration=configuration)
        try:
            workspace = study.workspace()
            _ = workspace.model_scores  # read now: the store goes
        finally:
            study.close()
    return replace(workspace, pipeline=workspace.pipeline.without_cache(lambda what, done, total: None))
