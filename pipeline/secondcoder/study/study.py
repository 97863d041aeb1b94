"""A study: one folder, and the verbs of the workflow.

The folder holds `secondcoder.toml` (settings), `codebook.yml`, `study.db` (the store), `models/`, `.cache/` (vectors; may be
deleted at any time) and, once it was trained, an empty `.training.lock`. Every verb takes and returns records or tables, and writes in
one transaction or not at all.
"""

from __future__ import annotations

import getpass
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from copy import copy
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from secondcoder.codebook.model import Codebook, dump_codebook, load_codebook, parse_codebook
from secondcoder.configuration import Configuration, load_configuration, with_recipe
from secondcoder.domain.records import Segment, Transcript
from secondcoder.errors import ModelError, StudyError, did_you_mean
from secondcoder.store import Store, open_store

if TYPE_CHECKING:
    import pandas as pd

    from secondcoder.agreement import Adjudication, AgreementReport
    from secondcoder.agreement.study_report import Question
    from secondcoder.embedding import Embedder
    from secondcoder.exchange.exporting import Exported
    from secondcoder.exchange.importing import Given, Imported
    from secondcoder.exchange.registry import CodedData
    from secondcoder.learning.assessment.evaluate import Evaluation
    from secondcoder.learning.assessment.recall_control import RecallPlan
    from secondcoder.learning.features import Features
    from secondcoder.learning.model import Model
    from secondcoder.learning.training_data import Material
    from secondcoder.store.writing import Writer
    from secondcoder.training.retrain import Retraining

CONFIGURATION, CODEBOOK, MODELS, CACHE = "secondcoder.toml", "codebook.yml", "models", ".cache"
Progress = Callable[[str, int, int], None]
"""progress(what, done, total) for long work."""


class Study:
    """An open study.

    Args:
        folder: made by `Study.create`.
        progress: called during long work.

    Raises:
        StudyError: the folder is no study, is damaged, or was made by a newer secondcoder.
    """

    def __init__(self, folder: str | Path, progress: Progress | None = None) -> None:
        self.folder = Path(folder)
        if not (self.folder / CONFIGURATION).is_file():
            raise StudyError(
                f"{self.folder} is not a study: it has no {CONFIGURATION}. "
                "Make one with `secondcoder init DIR`, or name one with -C."
            )
        self.configuration: Configuration = load_configuration(self.folder / CONFIGURATION)
        self.store: Store = open_store(self.configuration.store.url, self.folder)
        self.pinned: str | None = None
        self._progress = progress or (lambda what, done, total: None)

    @classmethod
    def create(cls, folder: str | Path, codebook: str | Path = "npt", progress: Progress | None = None) -> Study:
        """Make a study in a new or empty folder, with a shipped codebook or one from a file."""
        from secondcoder.study.create import create_study

        create_study(Path(folder), codebook)
        return cls(folder, progress)

    @cached_property
    def codebook(self) -> Codebook:
        """The study's codebook; StudyError where its file was edited and nobody confirmed what that changes."""
        from secondcoder.study.codebook_change import must_be_confirmed

        book = self.codebook_file
        must_be_confirmed(self, book)
        return book

    def reread(self) -> None:
        """Read the codebook's file anew when it is next asked for: another command may have changed it."""
        if self.pinned is None:
            self.__dict__.pop("codebook", None)

    @property
    def codebook_file(self) -> Codebook:
        """The codebook as it stands in the study's folder, confirmed or not."""
        return load_codebook(self.folder / CODEBOOK)

    @property
    def models_folder(self) -> Path:
        """Where the model versions lie."""
        return self.folder / MODELS

    def transaction(self) -> AbstractContextManager[Writer]:
        """A transaction of the store, signed by the person at the keyboard."""
        return self.store.transaction(who())

    def close(self) -> None:
        """Let go of the store."""
        self.store.close()

    # -- import ---------------------------------------------------------------------------------------------------------

    def import_files(self, paths: Iterable[str | Path], given: Given | None = None) -> Imported:
        """Transcripts, coded tables and folders of both; everything lands, or nothing does.

        Raises:
            InputError: every fault found, with its place.
        """
        from secondcoder.exchange.importing import Given
        from secondcoder.exchange.persist import import_files

        return import_files(self, [Path(path) for path in paths], given or Given())

    def codings_table(self, as_made: bool = False) -> pd.DataFrame:
        """All human codings and coding passes as a coded table of spans: in the present codes, or as they were made."""
        from secondcoder.exchange.coded_table_out import coded_table

        return coded_table(self.coded_data(as_made), self.codebook)

    def export(self, path: Path | None = None, form: str | None = None, as_made: bool = False) -> Exported:
        """All human codings and coding passes in a format of coded data, by default the coded table: to a file, or as text.

        Raises:
            InputError: no format is written under the name `form`, or it cannot be written so.
        """
        from secondcoder.exchange.exporting import export_coded

        return export_coded(self.coded_data(as_made), self.codebook, path, form)

    def coded_data(self, as_made: bool = False) -> CodedData:
        """All human codings and coding passes, and what they lie on, as every format of coded data writes them."""
        from secondcoder.exchange.registry import CodedData

        codings, passes = self.store.codings(as_made=as_made), self.store.passes(as_made=as_made)
        return CodedData(self.store.transcripts(), self.store.cases(), codings, passes)

    def replace_codebook(self, source: str | Path) -> Codebook:
        """Take another codebook; refused where a coding or a pass would be read as another code: `codebook change` asks first."""
        from secondcoder.study.codebook_change import take_codebook

        return take_codebook(self, source)

    @contextmanager
    def with_codebook(self, book: Codebook, text: str | None = None) -> Iterator[None]:
        """Inside, the study has this codebook, its file this text; an error there, the commit's too, puts the old one back."""
        from secondcoder.reports.tables import write_whole

        path = self.folder / CODEBOOK
        before = path.read_bytes()
        if text is not None or self.codebook_file.hash != book.hash:
            write_whole(path, (text or dump_codebook(book)).encode())
        self.__dict__["codebook"] = book
        try:
            yield
        except BaseException:
            # In place: on a full disk there is no room for a second file.
            path.write_bytes(before)
            self.__dict__.pop("codebook")
            raise

    # -- learning -------------------------------------------------------------------------------------------------------

    def train(self) -> dict[str, Any]:
        """A new model version from all human codings, taken into use; returns its manifest.

        While nobody has coded anything, all transcripts are taken, and every code is ranked from the codebook alone.
        """
        from secondcoder.training.train import train

        return train(self)

    def retrain(self, promote: bool = False) -> Retraining:
        """A candidate from all codings so far, compared with the model in use and promoted only if it earns it.

        Args:
            promote: take it into use whatever the gate says.
        """
        from secondcoder.training.retrain import retrain

        return retrain(self, promote)

    def code(
        self,
        paths: Iterable[str | Path] = (),
        *,
        everything: bool = False,
        recall: float | None = None,
    ) -> pd.DataFrame:
        """Suggestions for transcripts without a human coding pass, or for the transcripts in `paths`, as a table.

        With `everything` also each code below its threshold, without evidence, and the codes of `withheld`. With `recall` the
        thresholds are those of `recall_plan`. The suggestions are kept in the store; human codings are never touched.

        An earlier version's come from `study.as_of(version).code(...)`, to the last byte; without paths, for the transcripts that it
        coded before.
        """
        from secondcoder.suggestions.code import code

        return code(self, paths, everything, recall)

    @property
    def withheld(self) -> dict[str, str]:
        """Codes that the model in use could not learn, each with the reason; `code` leaves them out."""
        from secondcoder.suggestions.code import withheld

        return withheld(self.manifest_in_use)

    def recall_plan(self, target: float, *, everything: bool = False) -> RecallPlan:
        """Thresholds that keep a recall target, with what is promised and what it costs to read.

        Raises:
            InputError: the target is not between 0.5 and 0.99, or no code is scored yet.
        """
        from secondcoder.suggestions.code import plan_recall

        return plan_recall(self, self.load_model()[1], target, everything)

    def evaluate(self, by: str | None = None) -> Evaluation:
        """Out-of-fold figures of the present recipe on the study's human codings.

        Args:
            by: "transcript" or "case": what is held back whole; the configuration's `learning.group` by default.
        """
        from secondcoder.training.train import evaluate_recipe

        return evaluate_recipe(self, by)

    # -- agreement ------------------------------------------------------------------------------------------------------

    def agree(self, question: Question | None = None) -> AgreementReport:
        """Agreement among the study's coders, human and model; AgreementError when there is nothing to compare."""
        from secondcoder.agreement.study_report import Question, agree_in_study

        return agree_in_study(self, question or Question())

    def settle(
        self, sheet: str | Path, question: Question | None = None, adjudicator: str = "consensus"
    ) -> Adjudication:
        """Take the outcomes of an adjudication sheet as codings and passes of origin `adjudicated`.

        Raises:
            TableError: every row that was changed or cannot be used; nothing is taken.
        """
        from secondcoder.agreement.study_report import Question, settle

        return settle(self, Path(sheet), question or Question(model=False), adjudicator)

    # -- the way from transcripts to features ----------------------------------------------------------------------------

    def segments(self, transcripts: Sequence[Transcript]) -> list[Segment]:
        """The segments of transcripts, in their order."""
        from secondcoder.segments.segmenter import SpacySegmenter

        segmenter = SpacySegmenter(self.configuration.segments)
        found: list[Segment] = []
        for number, transcript in enumerate(transcripts, start=1):
            found += segmenter.segment(transcript)
            self._progress("segmenting", number, len(transcripts))
        return found

    @cached_property
    def embedder(self) -> Embedder:
        """Text to vectors, as the configuration says, with the study's cache."""
        from secondcoder.embedding import open_embedder

        cache = self.folder / CACHE / "vectors.sqlite"
        return open_embedder(self.configuration.embedding, cache, self.telling("embedding"))

    def coded_transcripts(self) -> list[Transcript]:
        """Transcripts on which a human coding or coding pass lies, ordered by id."""
        touched = {one.transcript for one in self.store.passes()} | {one.transcript for one in self.store.codings()}
        return [transcript for transcript in self.store.transcripts() if transcript.id in touched]

    def material(self, transcripts: Sequence[Transcript], by: str | None = None) -> Material:
        """Segments of the transcripts with their features and what people said of them."""
        from secondcoder.labels.label_matrix import label_matrix
        from secondcoder.labels.label_weights import meant, trusted
        from secondcoder.learning.training_data import Material

        settings = self.configuration
        segments = self.segments(transcripts)
        labels = label_matrix(
            segments,
            meant(self),
            self.store.passes(),
            self.codebook,
            settings.learning,
            settings.segments.overlap,
        )
        return Material(segments, trusted(self, segments, labels), self.features(segments, by))

    def features(self, segments: Sequence[Segment], by: str | None = None) -> Features:
        """What the classifier sees of segments that stand transcript by transcript."""
        from secondcoder.learning.features import build_features

        settings = self.configuration.learning
        cases = {transcript.id: transcript.case for transcript in self.store.transcripts()}
        by_case = (by or settings.group) == "case"
        groups = [(cases[segment.transcript] if by_case else None) or segment.transcript for segment in segments]
        return build_features(segments, groups, self.embedder, settings.use_question)

    # -- model versions ---------------------------------------------------------------------------------------------------

    def load_model(self) -> tuple[str, Model]:
        """Name and content of the model in use; ModelError when there is none or it does not fit."""
        from secondcoder.model_store import load_version

        version = self.model_in_use
        if version is None:
            raise ModelError("There is no model yet. Train one: secondcoder train")
        sealed = self.manifest_in_use.get("sha256")
        return version, load_version(
            self.models_folder, version, self.codebook, self.embedder, sealed, self.store.fates()
        )

    @property
    def model_in_use(self) -> str | None:
        """Name of the model version in use."""
        if self.pinned:
            return self.pinned
        return next((str(record["version"]) for record in self.store.models() if record["in_use"]), None)

    @property
    def manifest_in_use(self) -> dict[str, Any]:
        """Manifest of the model version in use, without the places of its exemplars; empty when there is none."""
        version = self.model_in_use
        return next((dict(record["manifest"]) for record in self.store.models() if record["version"] == version), {})

    def as_of(self, version: str) -> Study:
        """The study as a model version knew it: its codebook and recipe, with that version in use. The store is the same.

        Raises:
            ModelError: there is no such version.
        """
        record = next((one for one in self.store.models() if one["version"] == version), None)
        if record is None:
            known = [str(one["version"]) for one in self.store.models()]
            raise ModelError(
                f"There is no model '{version}'.{did_you_mean(version, known)} `secondcoder models list` shows all."
            )
        manifest, then = record["manifest"], copy(self)
        then.configuration = with_recipe(self.configuration, manifest["recipe"])
        then.pinned = version
        for name in ("codebook", "embedder"):
            then.__dict__.pop(name, None)
        text = self.store.codebook_yaml(manifest["codebook"]["hash"])
        if text is not None:
            then.__dict__["codebook"] = parse_codebook(text, f"codebook of {version}")
        return then

    def telling(self, what: str) -> Callable[[int, int], None]:
        """A callback for one kind of long work: (done, total)."""
        return lambda done, total: self._progress(what, done, total)


def who() -> str:
    """The person at the keyboard, for the event log."""
    with suppress(OSError, KeyError):
        return getpass.getuser()
    return "unknown"
