"""A study: one folder, and the verbs of the workflow.

The folder holds `secondcoder.toml` (settings), `codebook.yml`, `study.db` (the store), `models/` and `.cache/` (vectors; may be
deleted at any time). Every verb takes and returns records or tables, and writes in one transaction or not at all.
"""

from __future__ import annotations

import getpass
import hashlib
import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from secondcoder.codebook import Codebook, dump_codebook, load_codebook, shipped_text
from secondcoder.configuration import Configuration, default_text, load_configuration
from secondcoder.errors import InputError, ModelError, StudyError
from secondcoder.records import Segment, Transcript
from secondcoder.store import Store, create_store, open_store

if TYPE_CHECKING:
    import pandas as pd

    from secondcoder.agreeing import Question
    from secondcoder.agreement import Adjudication, AgreementReport
    from secondcoder.embedding import Embedder
    from secondcoder.importing import Given, Imported
    from secondcoder.learning.evaluation import Evaluation
    from secondcoder.learning.features import Features
    from secondcoder.learning.labels import LabelMatrix
    from secondcoder.learning.model import Model
    from secondcoder.learning.risk_control import RecallPlan

CONFIGURATION, CODEBOOK, MODELS, CACHE = "secondcoder.toml", "codebook.yml", "models", ".cache"
Progress = Callable[[str, int, int], None]
"""progress(what, done, total) for long work."""


@dataclass(frozen=True)
class Material:
    """What learning works on: n segments, transcript by transcript, with their labels, features and transcripts' ids."""

    segments: list[Segment]
    labels: LabelMatrix
    features: Features

    @property
    def transcripts(self) -> list[str]:
        """n transcript ids."""
        return [segment.transcript for segment in self.segments]


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
        self._progress = progress or (lambda what, done, total: None)

    @classmethod
    def create(cls, folder: str | Path, codebook: str | Path = "npt", progress: Progress | None = None) -> Study:
        """Make a study in a new or empty folder, with a shipped codebook or one from a file."""
        path, book = Path(folder), load_codebook(codebook)
        if (path / CONFIGURATION).exists():
            raise StudyError(f"{path} is a study already.")
        if path.exists() and (not path.is_dir() or any(path.iterdir())):
            raise StudyError(f"{path} exists and is not empty. A study is made in a new or empty folder.")
        stood = path.exists()
        try:
            (path / MODELS).mkdir(parents=True)
            is_shipped = not Path(codebook).is_file()
            (path / CODEBOOK).write_text(
                shipped_text(str(codebook)) if is_shipped else dump_codebook(book), encoding="utf-8"
            )
            store = create_store(load_configuration().store.url, path)
            with store.transaction(_who()) as write:
                write.add_codebook(book)
                write.log("study made", codebook=book.id)
            store.close()
            (path / CONFIGURATION).write_text(default_text(), encoding="utf-8")
        except (OSError, StudyError) as error:
            _clear(path, stood)
            fault = f"{path} could not be made ({error.strerror})." if isinstance(error, OSError) else str(error)
            raise StudyError(fault) from None
        return cls(path, progress)

    @cached_property
    def codebook(self) -> Codebook:
        """The study's codebook as it stands in its folder."""
        return load_codebook(self.folder / CODEBOOK)

    def close(self) -> None:
        """Let go of the store."""
        self.store.close()

    # -- import ---------------------------------------------------------------------------------------------------------

    def import_files(self, paths: Iterable[str | Path], given: Given | None = None) -> Imported:
        """Transcripts, coded tables and folders of both; everything lands, or nothing does.

        Raises:
            InputError: every fault found, with its place.
        """
        from secondcoder.importing import Given, new_passes, only_new, read_all

        known = {transcript.id: transcript for transcript in self.store.transcripts()}
        imported = read_all(
            [Path(path) for path in paths], given or Given(), self.codebook, known, self._telling("reading")
        )
        imported.codings = only_new(imported.codings, self.store.codings())
        imported.passes = new_passes(imported.passes, set(self.store.passes()), imported.codings)
        codebook = self._with_codebook(imported.book) if imported.added_codes else nullcontext()
        with codebook, self.store.transaction(_who()) as write:
            write.add_codebook(imported.book)
            write.put_cases(imported.cases)
            write.add_transcripts(imported.transcripts)
            write.add_codings(imported.codings, imported.book)
            write.add_passes(imported.passes)
            write.log(
                "import",
                files=[str(Path(path).name) for path in paths],
                transcripts=[transcript.id for transcript in imported.transcripts],
                codings=len(imported.codings),
                passes=len(imported.passes),
            )
        return imported

    def codings_table(self) -> pd.DataFrame:
        """All human codings and coding passes as a coded table of spans."""
        from secondcoder.exchange.coded_table_out import coded_table

        transcripts = {transcript.id: transcript for transcript in self.store.transcripts()}
        return coded_table(transcripts, self.store.codings(), self.store.passes())

    def replace_codebook(self, source: str | Path) -> Codebook:
        """Take another codebook; refused when codings would lose their code."""
        book = load_codebook(source)
        lost = sorted({coding.code for coding in self.store.codings()} - set(book.ids))
        if lost:
            raise InputError(
                f"{source}: {book.lacks(lost[0])} Codings of this study use it. The codebook was not changed."
            )
        with self._with_codebook(book), self.store.transaction(_who()) as write:
            write.add_codebook(book)
            write.log("codebook taken", id=book.id, version=book.version, hash=book.hash)
        return book

    @contextmanager
    def _with_codebook(self, book: Codebook) -> Iterator[None]:
        """Inside, the study has this codebook; an error there, the commit's too, puts the old one back."""
        from secondcoder.tables import write_whole

        path, old = self.folder / CODEBOOK, self.codebook
        before = path.read_bytes()
        write_whole(path, dump_codebook(book).encode())
        self.__dict__["codebook"] = book
        try:
            yield
        except BaseException:
            # In place: on a full disk there is no room for a second file.
            path.write_bytes(before)
            self.__dict__["codebook"] = old
            raise

    # -- learning -------------------------------------------------------------------------------------------------------

    def train(self) -> dict[str, Any]:
        """A new model version from all human codings; returns its manifest.

        While nobody has coded anything, all transcripts are taken, and every code is ranked from the codebook alone.
        """
        from secondcoder.learning.assessment import assess
        from secondcoder.learning.model import train_model
        from secondcoder.registry import card_files, next_version, save_version

        material = self._material(self.coded_transcripts() or self.store.transcripts())
        model = train_model(
            material.segments,
            material.features,
            material.labels,
            self.codebook,
            self._embedder,
            self.configuration.learning,
        )
        assessment = assess(
            model,
            material.segments,
            material.features,
            material.labels,
            self.configuration.learning,
            self._telling("judging"),
        )
        records = self.store.models()
        folders = [path.name for path in (self.folder / MODELS).glob("m*") if path.name[1:].isdecimal()]
        name = next_version([*folders, *(record["version"] for record in records)])
        parent = next((record["version"] for record in records if record["in_use"]), None)
        manifest = save_version(
            self.folder / MODELS,
            name,
            model,
            self.codebook,
            self._embedder,
            self._about(material, parent) | assessment.to_json(),
            lambda manifest: card_files(manifest, assessment, self.codebook),
        )
        try:
            with self.store.transaction(_who()) as write:
                write.add_codebook(self.codebook)
                write.add_model(name, parent, {key: manifest[key] for key in manifest if key != "exemplars"})
        except BaseException:
            shutil.rmtree(self.folder / MODELS / name, ignore_errors=True)
            raise
        return manifest

    def code(
        self, paths: Iterable[str | Path] = (), *, everything: bool = False, recall: float | None = None
    ) -> pd.DataFrame:
        """Suggestions for transcripts without a human coding pass, or for the transcripts in `paths`, as a table.

        With `everything` also each code below its threshold, without evidence, and the codes of `withheld`. With `recall` the
        thresholds are those of `recall_plan`. The suggestions are kept in the store; human codings are never touched.
        """
        from secondcoder.suggestions import suggest
        from secondcoder.tables import suggestion_table

        version, model = self.load_model()
        model = self._aimed(model, everything, recall)
        chosen = self._to_code(paths)
        transcripts = {transcript.id: transcript for transcript in self.store.transcripts()}
        segments = self.segments([transcripts[name] for name in chosen])
        features = self.features(segments)
        language = self.configuration.segments.language
        found = suggest(model, version, segments, features, self._embedder, transcripts, language, everything)
        kept = [one for one in found if one.score >= one.threshold]
        with self.store.transaction(_who()) as write:
            write.replace_suggestions(version, chosen, kept)
        return suggestion_table(found, segments, transcripts, self.codebook)

    @property
    def withheld(self) -> dict[str, str]:
        """Codes that the model in use could not learn, each with the reason; `code` leaves them out."""
        verdicts = self.manifest_in_use.get("verdicts", {})
        return {code: one["reason"] for code, one in verdicts.items() if one["withheld"]}

    def recall_plan(self, target: float, *, everything: bool = False) -> RecallPlan:
        """Thresholds that keep a recall target, with what is promised and what it costs to read.

        Raises:
            InputError: the target is not between 0.5 and 0.99, or no code is scored yet.
        """
        return self._recall_plan(self.load_model()[1], target, everything)

    def _recall_plan(self, model: Model, target: float, everything: bool) -> RecallPlan:
        from secondcoder.learning.risk_control import recall_plan

        if not 0.5 <= target <= 0.99:
            raise InputError(f"The recall target must be between 0.5 and 0.99. Got {target:g} instead.")
        if model.held_back is None:
            raise InputError(
                "No code is scored yet, so no recall can be aimed at. Code more transcripts and train again."
            )
        left_out = () if everything else self.withheld
        index = [j for j, code in enumerate(model.scored) if code not in left_out]
        return recall_plan(model.held_back.columns(index), tuple(model.scored[j] for j in index), target)

    def _aimed(self, model: Model, everything: bool, recall: float | None) -> Model:
        """The model with the thresholds that `code` was asked for."""
        thresholds = dict(zip(model.codes, model.thresholds.tolist(), strict=True))
        if recall is not None:
            plan = self._recall_plan(model, recall, everything)
            thresholds |= dict(zip(plan.codes, plan.thresholds.tolist(), strict=True))
        if not everything:
            thresholds |= dict.fromkeys(set(self.withheld) & set(thresholds), float("inf"))
        return model.with_thresholds([thresholds[code] for code in model.codes])

    def evaluate(self, by: str | None = None) -> Evaluation:
        """Out-of-fold figures of the present recipe on the study's human codings.

        Args:
            by: "transcript" or "case": what is held back whole; the configuration's `learning.group` by default.
        """
        import numpy as np

        from secondcoder.learning.codebook_texts import code_vectors
        from secondcoder.learning.evaluation import evaluate
        from secondcoder.learning.model import split_by_examples

        settings = self.configuration.learning
        material = self._material(self.coded_transcripts(), by)
        rows = np.flatnonzero(material.labels.coded_rows)
        if not len(rows):
            raise InputError("Nothing is coded yet, so there is nothing to evaluate on. Import a coded table first.")
        scored, too_few = split_by_examples(material.labels, material.transcripts, settings)
        if not scored:
            raise InputError(
                f"No code has {settings.min_examples} examples in {settings.min_transcripts} transcripts yet; "
                "there is too little to evaluate. Code more transcripts."
            )
        return evaluate(
            material.features.take(rows),
            material.labels.columns(scored).take(rows),
            [material.segments[row] for row in rows.tolist()],
            {code: n for code, n in too_few.items() if n},
            folds=settings.folds,
            seed=settings.seed,
            rounds=settings.bootstrap,
            grouped_by=by or settings.group,
            told=code_vectors([self.codebook[code] for code in scored], self._embedder),
            progress=self._telling("evaluating"),
        )

    # -- agreement ------------------------------------------------------------------------------------------------------

    def agree(self, question: Question | None = None) -> AgreementReport:
        """Agreement among the study's coders, human and model; AgreementError when there is nothing to compare."""
        from secondcoder.agreeing import Question, agree_in_study

        return agree_in_study(self, question or Question())

    def settle(
        self, sheet: str | Path, question: Question | None = None, adjudicator: str = "consensus"
    ) -> Adjudication:
        """Take the outcomes of an adjudication sheet as codings of origin `adjudicated`.

        Raises:
            TableError: every row that was changed or cannot be used; nothing is taken.
        """
        from secondcoder.agreeing import Question, settle
        from secondcoder.importing import only_new

        outcome = settle(self, Path(sheet), question or Question(model=False), adjudicator)
        new = only_new(outcome.codings, self.store.codings())
        with self.store.transaction(_who()) as write:
            write.add_codings(new, self.codebook)
            write.log("adjudication", sheet=Path(sheet).name, by=adjudicator, codings=len(outcome.codings))
        return outcome

    # -- the way from transcripts to features ----------------------------------------------------------------------------

    def segments(self, transcripts: Sequence[Transcript]) -> list[Segment]:
        """The segments of transcripts, in their order."""
        from secondcoder.segmentation import SpacySegmenter

        segmenter = SpacySegmenter(self.configuration.segments)
        found: list[Segment] = []
        for number, transcript in enumerate(transcripts, start=1):
            found += segmenter.segment(transcript)
            self._progress("segmenting", number, len(transcripts))
        return found

    @cached_property
    def _embedder(self) -> Embedder:
        from secondcoder.embedding import open_embedder

        cache = self.folder / CACHE / "vectors.sqlite"
        return open_embedder(self.configuration.embedding, cache, self._telling("embedding"))

    def coded_transcripts(self) -> list[Transcript]:
        """Transcripts on which a human coding or coding pass lies, ordered by id."""
        touched = {one.transcript for one in self.store.passes()} | {one.transcript for one in self.store.codings()}
        return [transcript for transcript in self.store.transcripts() if transcript.id in touched]

    def _material(self, transcripts: Sequence[Transcript], by: str | None = None) -> Material:
        from secondcoder.learning.labels import label_matrix

        settings = self.configuration
        segments = self.segments(transcripts)
        labels = label_matrix(
            segments,
            self.store.codings(),
            self.store.passes(),
            self.codebook,
            settings.learning,
            settings.segments.overlap,
        )
        return Material(segments, labels, self.features(segments, by))

    def features(self, segments: Sequence[Segment], by: str | None = None) -> Features:
        """What the classifier sees of segments that stand transcript by transcript."""
        from secondcoder.learning.features import build_features

        settings = self.configuration.learning
        cases = {transcript.id: transcript.case for transcript in self.store.transcripts()}
        by_case = (by or settings.group) == "case"
        groups = [(cases[segment.transcript] if by_case else None) or segment.transcript for segment in segments]
        return build_features(segments, groups, self._embedder, settings.use_question)

    def _to_code(self, paths: Iterable[str | Path]) -> list[str]:
        named = list(paths)
        if named:
            imported = self.import_files(named)
            chosen = [*imported.unchanged, *(transcript.id for transcript in imported.transcripts)]
            return sorted(set(chosen))
        looked_at = {one.transcript for one in self.store.passes()} - self.store.reviewed_transcripts()
        chosen = [transcript.id for transcript in self.store.transcripts() if transcript.id not in looked_at]
        if not chosen:
            raise InputError(
                "Every transcript has been coded by a human, so there is nothing to suggest. "
                "Import more transcripts, or name files: secondcoder code FILE..."
            )
        return chosen

    def load_model(self) -> tuple[str, Model]:
        """Name and content of the model in use; ModelError when there is none or it does not fit."""
        from secondcoder.registry import load_version

        version = self.model_in_use
        if version is None:
            raise ModelError("There is no model yet. Train one: secondcoder train")
        return version, load_version(self.folder / MODELS, version, self.codebook, self._embedder)

    @property
    def model_in_use(self) -> str | None:
        """Name of the model version in use."""
        return next((str(record["version"]) for record in self.store.models() if record["in_use"]), None)

    @property
    def manifest_in_use(self) -> dict[str, Any]:
        """Manifest of the model version in use, without the places of its exemplars; empty when there is none."""
        return next((dict(record["manifest"]) for record in self.store.models() if record["in_use"]), {})

    def _about(self, material: Material, parent: str | None) -> dict[str, Any]:
        labels = material.labels
        examples = (labels.y & labels.known).sum(axis=0)
        content = json.dumps(
            [[one.transcript, one.start, one.end, one.text, one.question] for one in material.segments]
        )
        digest = hashlib.sha256(content.encode())
        digest.update(labels.y.tobytes() + labels.known.tobytes())
        return {
            "parent": parent,
            "recipe": self.configuration.model_dump(exclude={"store", "review"}),
            "training": {
                "sha256": digest.hexdigest(),
                "segments": len(material.segments),
                "transcripts": len(set(material.transcripts)),
                "examples": {code: int(n) for code, n in zip(labels.codes, examples, strict=True)},
            },
        }

    def _telling(self, what: str) -> Callable[[int, int], None]:
        return lambda done, total: self._progress(what, done, total)


def _clear(folder: Path, keep: bool) -> None:
    """Take away what a failed `create` left, and the folder itself unless it was there before."""
    for name in (MODELS, CODEBOOK, CONFIGURATION, "study.db", "study.db-wal", "study.db-shm"):
        path = folder / name
        with suppress(OSError):
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    if not keep:
        with suppress(OSError):
            folder.rmdir()


def _who() -> str:
    """The person at the keyboard, for the event log."""
    with suppress(OSError, KeyError):
        return getpass.getuser()
    return "unknown"
