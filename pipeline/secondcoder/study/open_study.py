"""An open study's folder: its settings, store and codebook, and the workspace that each verb is given.

The folder holds `secondcoder.toml` (settings), `codebook.yml`, `study.db` (the store), `models/`, `.cache/` (vectors,
scorers' answers and where interviews were cut; may be deleted at any time) and, once it was trained, an empty `.training.lock`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from secondcoder.codebook.model import Codebook
from secondcoder.codebook.yaml_edit import yaml_of
from secondcoder.codebook.yaml_file import load_codebook
from secondcoder.configuration import Configuration, load_configuration
from secondcoder.corpus import Corpus
from secondcoder.errors import StudyError
from secondcoder.store import Store, open_store
from secondcoder.study.folder import CODEBOOK, CONFIGURATION, who

if TYPE_CHECKING:
    from secondcoder.learning.pipeline import Pipeline, Progress
    from secondcoder.store.reading import StoreContent
    from secondcoder.store.writing import Writer
    from secondcoder.workspace import Workspace


class OpenStudy:
    """An open study, without its verbs.

    Args:
        progress: called during long work: (what, done, total).
        unchanging: only to be read, while nobody writes (see `store.open_store`).
        configuration: where the folder's own settings cannot be read.

    Raises:
        StudyError: the folder is no study, is damaged, or was made by a newer secondcoder.
    """

    def __init__(
        self,
        folder: str | Path,
        progress: Progress | None = None,
        *,
        unchanging: bool = False,
        configuration: Configuration | None = None,
    ) -> None:
        self.folder = Path(folder)
        if configuration is None:
            self.must_be_study(self.folder)
        self.configuration = configuration or load_configuration(self.folder / CONFIGURATION)
        self.store: Store = open_store(self.configuration.store.url, self.folder, unchanging=unchanging)
        self._progress = progress or (lambda what, done, total: None)
        self._kept_pipeline: Pipeline | None = None

    @staticmethod
    def must_be_study(folder: Path) -> None:
        """StudyError where the folder has no settings."""
        if not (folder / CONFIGURATION).is_file():
            raise StudyError(
                f"{folder} is not a study: it has no {CONFIGURATION}. "
                "Make one with `secondcoder init DIR`, or name one with -C."
            )

    def close(self) -> None:
        """Close the store."""
        self.store.close()

    # -- what verbs work with -------------------------------------------------------------------------------------------

    @property
    def corpus(self) -> Corpus:
        """A new snapshot of the store."""
        return Corpus(self.store)

    @property
    def codebook(self) -> Codebook:
        """The study's codebook; UnconfirmedError where its file was edited and nobody confirmed what that changes."""
        return self._confirmed_codebook(self.corpus)

    @property
    def codebook_file(self) -> Codebook:
        """The codebook as it stands in the study's folder, confirmed or not."""
        return load_codebook(self.folder / CODEBOOK)

    def workspace(self, version: str | None = None, rows: StoreContent | None = None) -> Workspace:
        """A snapshot of the store, with codebook and pipeline: the present ones, or those that `version` was trained with.

        Args:
            rows: of a snapshot that is open, for a verb that needs few of them.
        """
        from secondcoder.workspace import Workspace

        corpus = Corpus(self.store, content=rows)
        codebook = self._confirmed_codebook(corpus)
        now = Workspace(self.folder, corpus, codebook, self._pipeline, corpus.model_in_use, self.transaction)
        return now if version is None else now.as_of(version)

    @contextmanager
    def alone(self, called: str) -> Iterator[Workspace]:
        """A workspace while no other training of this study runs; nothing is written where one may have come between.

        BusyError while another runs, in which `called` is the name of this one.
        """
        from secondcoder.model_store.training_lock import one_training, when_alone

        with one_training(self.folder, called, self.store) as still_alone:
            # Read inside: a training may just have been ending.
            yield replace(self.workspace(), write=when_alone(still_alone, self.transaction))

    def transaction(self) -> AbstractContextManager[Writer]:
        """A transaction of the store, signed by the person at the keyboard."""
        return self.store.transaction(who())

    @property
    def _pipeline(self) -> Pipeline:
        """One pipeline, and so one embedder, for all verbs."""
        from secondcoder.embedding.cache_folder import replace_earlier
        from secondcoder.learning.pipeline import Pipeline
        from secondcoder.workspace import CACHE

        cache = self.folder / CACHE
        if self._kept_pipeline is None:
            replace_earlier(cache)
        known = self._kept_pipeline or Pipeline(self.configuration, cache, self._progress)
        self._kept_pipeline = known.with_configuration(self.configuration)
        return self._kept_pipeline

    def _confirmed_codebook(self, corpus: Corpus) -> Codebook:
        from secondcoder.study.codebook_change import must_be_confirmed

        book = self.codebook_file
        must_be_confirmed(corpus, book)
        return book

    @contextmanager
    def with_codebook(self, book: Codebook, text: str | None = None) -> Iterator[None]:
        """Inside, the study's codebook file is this codebook; an error there, the commit's too, puts the old one back."""
        from secondcoder.study.codebook_change import codebook_in_place

        path = self.folder / CODEBOOK
        # A text is written even for the same codes: its comments may differ.
        if text is None and self.codebook_file.hash != book.hash:
            text = yaml_of(book, path.read_text(encoding="utf-8"))
        with codebook_in_place(path, text):
            yield
