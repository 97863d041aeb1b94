"""A study: one folder, and the verbs of the workflow.

The folder holds `secondcoder.toml` (settings), `codebook.yml`, `study.db` (the store), `models/` and `.cache/` (vectors; may be
deleted at any time). Every verb takes and returns records or tables, and writes in one transaction or not at all.
"""

from __future__ import annotations

import getpass
import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
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
        except OSError as error:
            raise StudyError(f"{path} could not be made ({error.strerror}).") from None
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
        from secondcoder.importing import Given, read_all

        known = {transcript.id: transcript for transcript in self.store.transcripts()}
        imported = read_all(
            [Path(path) for path in paths], given or Given(), self.codebook, known, self._telling("reading")
        )
        codings = set(self.store.codings())
        passes = set(self.store.passes())
        imported.codings = [one for one in dict.fromkeys(imported.codings) if one not in codings]
        imported.passes = [one for one in dict.fromkeys(imported.passes) if one not in passes]
        with self.store.transaction(_who()) as write:
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
            if imported.added_codes:
                self._write_codebook(imported.book)
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
        with self.store.transaction(_who()) as write:
            write.add_codebook(book)
            self._write_codebook(book)
        return book

    def _write_codebook(self, book: Codebook) -> None:
        from secondcoder.tables import write_whole

        write_whole(self.folder / CODEBOOK, dump_codebook(book).encode())
        self.__dict__["codebook"] = book

    # -- learning -------------------------------------------------------------------------------------------------------

    def train(self) -> dict[str, Any]:
        """A new model version from all human codings; returns its manifest."""
        from secondcoder.learning.model import train_model
        from secondcoder.registry import next_version, save_version

        material = self._material(self.coded_transcripts())
        model = train_model(
            material.segments,
            material.features,
            material.labels,
            self.codebook,
            self._embedder,
            self.configuration.learning,
        )
        records = self.store.models()
        name = next_version(record["version"] for record in records)
        parent = next((record["version"] for record in records if record["in_use"]), None)
        manifest = save_version(
            self.folder / MODELS, name, model, self.codebook, self._embedder, self._about(material, parent)
        )
        with self.store.transaction(_who()) as write:
            write.add_codebook(self.codebook)
            write.add_model(name, parent, {key: manifest[key] for key in manifest if key != "exemplars"})
        return manifest

    def code(self, paths: Iterable[str | Path] = (), *, everything: bool = False) -> pd.DataFrame:
        """Suggestions for transcripts without a human coding pass, or for the transcripts in `paths`, as a table.

        With `everything` also each code below its threshold, without evidence. The suggestions are kept in the store; human
        codings are never touched.
        """
        from secondcoder.suggestions import suggest
        from secondcoder.tables import suggestion_table

        chosen = self._to_code(paths)
        version, model = self.load_model()
        transcripts = {transcript.id: transcript for transcript in self.store.transcripts()}
        segments = self.segments([transcripts[name] for name in chosen])
        features = self._features(segments)
        language = self.configuration.segments.language
        found = suggest(model, version, segments, features, self._embedder, transcripts, language, everything)
        kept = [one for one in found if one.score >= one.threshold]
        with self.store.transaction(_who()) as write:
            write.replace_suggestions(version, chosen, kept)
        return suggestion_table(found, segments, transcripts, self.codebook)

    def evaluate(self, by: str | None = None) -> Evaluation:
        """Out-of-fold figures of the present recipe on the study's human codings.

        Args:
            by: "transcript" or "case": what is held back whole; the configuration's `learning.group` by default.
        """
        import numpy as np

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

        outcome = settle(self, Path(sheet), question or Question(model=False), adjudicator)
        known = set(self.store.codings())
        with self.store.transaction(_who()) as write:
            write.add_codings([one for one in outcome.codings if one not in known], self.codebook)
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
        return Material(segments, labels, self._features(segments, by))

    def _features(self, segments: Sequence[Segment], by: str | None = None) -> Features:
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
        looked_at = {one.transcript for one in self.store.passes()}
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
            "recipe": self.configuration.model_dump(exclude={"store"}),
            "training": {
                "sha256": digest.hexdigest(),
                "segments": len(material.segments),
                "transcripts": len(set(material.transcripts)),
                "examples": {code: int(n) for code, n in zip(labels.codes, examples, strict=True)},
            },
        }

    def _telling(self, what: str) -> Callable[[int, int], None]:
        return lambda done, total: self._progress(what, done, total)


def _who() -> str:
    """The person at the keyboard, for the event log."""
    with suppress(OSError, KeyError):
        return getpass.getuser()
    return "unknown"
