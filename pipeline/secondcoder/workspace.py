"""The workspace of one command: a snapshot of the store with the codebook, the pipeline and the model versions.

Rooms below `study` take this instead of the study, so that nothing is read twice and nothing imports upwards.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from secondcoder.codebook.history import CodeHistory
from secondcoder.codebook.model import Codebook
from secondcoder.codebook.yaml_file import parse_codebook
from secondcoder.configuration import Configuration, with_recipe
from secondcoder.corpus import Corpus
from secondcoder.errors import ModelError, did_you_mean

if TYPE_CHECKING:
    # At run time inside functions: `secondcoder status` must not wait for SciPy and scikit-learn.
    from secondcoder.domain.records import Segment, Transcript
    from secondcoder.embedding.embedder import Embedder
    from secondcoder.labels.model_coders import ModelScores
    from secondcoder.learning.features import Features
    from secondcoder.learning.kept_results import KeptResults
    from secondcoder.learning.model import Model
    from secondcoder.learning.pipeline import Pipeline, Progress
    from secondcoder.learning.training_data import TrainingData
    from secondcoder.store import Writer

MODELS, CACHE, CROSS_VALIDATION = "models", ".cache", "cross-validation"


@dataclass(frozen=True)
class Workspace:
    """A study at one moment.

    Attributes:
        version: the model version to work with, None without a model.
        write: opens a transaction of the store, signed by the person at the keyboard.
        earlier: `version` was asked for; codebook and recipe are those that it was trained with.
    """

    folder: Path
    corpus: Corpus
    codebook: Codebook
    pipeline: Pipeline
    version: str | None
    write: Callable[[], AbstractContextManager[Writer]]
    earlier: bool = False
    _loaded: dict[str, Model] = field(default_factory=dict, repr=False)

    def now(self) -> Workspace:
        """The same with the store as it stands now."""
        # Loaded models go along: a version on disk never changes.
        return replace(self, corpus=self.corpus.now())

    @property
    def configuration(self) -> Configuration:
        """The study's settings."""
        return self.pipeline.configuration

    @property
    def embedder(self) -> Embedder:
        """The one embedder of all verbs."""
        return self.pipeline.embedder

    @property
    def models_folder(self) -> Path:
        """The folder of the model versions."""
        return self.folder / MODELS

    @property
    def kept(self) -> KeptResults:
        """What cross-validations came to, for every verb that rests on one."""
        from secondcoder.learning.kept_results import KeptResults

        return KeptResults(self.folder / CACHE / CROSS_VALIDATION)

    @property
    def progress(self) -> Progress:
        """Called during long work: (what, done, total)."""
        return self.pipeline.progress

    # -- from transcripts to training data ------------------------------------------------------------------------------

    def segments(self, transcripts: Sequence[Transcript]) -> list[Segment]:
        """The segments of transcripts, in their order."""
        return self.pipeline.segments(transcripts)

    def features(self, segments: Sequence[Segment], by: str | None = None) -> Features:
        """The classifier's features of segments, which stand transcript by transcript."""
        groups = self.corpus.groups(by or self.configuration.learning.group)
        return self.pipeline.features(segments, groups, self.model_scores)

    @cached_property
    def model_scores(self) -> ModelScores:
        """What other models said of the study's passages, in the codes of this codebook; asked for by a model version alone."""
        from secondcoder.labels.model_coders import stored_scores

        history = self.corpus.history
        at = history.last_change_with(self.codebook.hash) if self.earlier else None
        then = history if at is None else CodeHistory([change for change in history.changes if change.id <= at])
        return stored_scores(self.corpus, self.codebook, self.configuration, then)

    def training_data(self, transcripts: Sequence[Transcript], by: str | None = None) -> TrainingData:
        """Segments of the transcripts with their features and labels."""
        from secondcoder.learning.training_data import training_data

        return training_data(self.corpus, self.codebook, self.pipeline, transcripts, by)

    # -- model versions -------------------------------------------------------------------------------------------------

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """Manifest of the model version, without the places of its exemplars; empty when there is none."""
        return self.corpus.manifests.get(self.version or "", {})

    @property
    def withheld(self) -> dict[str, str]:
        """Codes that are not learnable or too seldom suggested rightly, each with the reason; `code` leaves them out."""
        readiness = self.manifest.get("verdicts", {})
        return {code: entry["reason"] for code, entry in readiness.items() if entry["withheld"]}

    def load_model(self) -> tuple[str, Model]:
        """Name and content of the model version, read and checked once; ModelError when there is none or it does not fit."""
        if self.version is None:
            purged = "No model is in use" if self.corpus.purged else "There is no model yet"
            raise ModelError(f"{purged}. Train one: secondcoder train")
        if self.version not in self._loaded:
            self._loaded[self.version] = self.load_version(self.version)
        return self.version, self._loaded[self.version]

    def load_version(self, version: str) -> Model:
        """The content of any version; ModelError where it does not fit the codebook and the embedder as they are."""
        from secondcoder.model_store.version import load_version

        if gone := self.corpus.purged.get(version):
            raise ModelError(
                f"Model {version} can be used no more: what it had learned was deleted ({gone['why']}). Train one: secondcoder train"
            )
        sealed = self.corpus.manifests[version].get("sha256")
        scorers = self.pipeline.answers.ids
        return load_version(
            self.models_folder, version, self.codebook, self.embedder, sealed, self.corpus.history, scorers
        )

    def as_of(self, version: str) -> Workspace:
        """The same snapshot with the codebook and recipe of a model version; ModelError when there is no such version."""
        manifest = self.manifest_of(version)
        text = self.corpus.codebooks.get(manifest["codebook"]["hash"])
        codebook = self.codebook if text is None else parse_codebook(text, f"codebook of {version}")
        pipeline = self.pipeline.with_configuration(with_recipe(self.configuration, manifest["recipe"]))
        # No loaded models: they were checked against the present codebook and embedder.
        return replace(self, codebook=codebook, pipeline=pipeline, version=version, earlier=True, _loaded={})

    def manifest_of(self, version: str) -> dict[str, Any]:
        """The manifest of a version; ModelError when there is none."""
        manifests = self.corpus.manifests
        if version not in manifests:
            raise ModelError(
                f"There is no model '{version}'.{did_you_mean(version, manifests)} `secondcoder models list` shows all."
            )
        return manifests[version]
