"""Verbs on model versions: what there is, which one is in use, one given away, taken in, or deleted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

from secondcoder.study.change_lock import changes
from secondcoder.study.open_study import OpenStudy

if TYPE_CHECKING:
    from secondcoder.study.plain_records import ListedVersion, Manifest
    from secondcoder.training.version_diff import VersionDifferences


class ModelVerbs(OpenStudy):
    """Model versions: which there are, which one is in use, one given away, taken in, or deleted."""

    @property
    def model_in_use(self) -> str | None:
        """Name of the model version in use."""
        return self.corpus.model_in_use

    def models(self) -> list[ListedVersion]:
        """All model versions, oldest first, with their origin, the gate's decision and their main figures."""
        from secondcoder.study.model_versions import list_versions

        return cast("list[ListedVersion]", list_versions(self.workspace()))

    def model_card(self, version: str | None = None) -> Path:
        """The file of a version's card, in Markdown; by default of the one in use.

        Raises:
            ModelError: there is no such version, or its folder is not as it was written.
        """
        from secondcoder.study.model_versions import card_of

        return card_of(self.workspace(), version)

    @changes("models use")
    def models_use(self, version: str) -> str | None:
        """Take a version into use, if it still loads and fits; returns the one that was in use.

        Raises:
            ModelError: there is no such version, or it does not fit the study as it is now. BusyError: a training runs.
        """
        from secondcoder.study.model_versions import use_version

        return use_version(self.workspace(), version)

    def models_export(
        self, version: str, out: str | Path, *, without_talk: bool = False, vocabulary: str = "words"
    ) -> Manifest:
        """Write a version to a folder or a zip, for another study with the same codebook; its manifest there.

        Args:
            without_talk: leave out what it keeps of the interviews. vocabulary: what then stays of words: "words" that several
                participants say, "hashed" ones, or "none".

        Raises:
            ModelError: there is no such version, or it cannot be exported so. InputError: `out` is there, or cannot be written.
        """
        from secondcoder.study.share_model import export_version, export_without_talk

        workspace = self.workspace(version)
        return (
            export_without_talk(workspace, version, Path(out), vocabulary)
            if without_talk
            else export_version(workspace, version, Path(out))
        )

    @changes("models import")
    def models_import(self, path: str | Path) -> Manifest:
        """Take a version that another study exported into this one, not into use; its manifest here.

        Raises:
            InputError: it is no model. ModelError: it was changed, or fits neither codebook nor embedder. BusyError: a training runs.
        """
        from secondcoder.study.share_model import import_version

        with self.alone("models import") as workspace:
            return import_version(workspace, Path(path))

    @changes("models remove")
    def models_remove(self, version: str) -> None:
        """Delete what a version learned, and its card.

        Raises:
            ModelError: there is no such version, or it is in use. BusyError: a training runs.
        """
        from secondcoder.study.model_versions import remove_version

        with self.alone("models remove") as workspace:
            remove_version(workspace, version)

    def models_diff(self, before: str, after: str) -> VersionDifferences:
        """The passages of all transcripts whose suggested codes differ between two versions.

        Raises:
            ModelError: there is no such version, or it does not fit the study as it is now.
        """
        from secondcoder.training.version_diff import differences

        return differences(self.workspace(), before, after)
