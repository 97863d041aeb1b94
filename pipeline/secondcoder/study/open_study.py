"""An open study's folder: its settings, store and codebook, and the workspace that each verb is given.

The folder holds `secondcoder.toml` (settings), `codebook.yml`, `study.db` (the store), `models/`, `.cache/` (vectors,
scorers' answers and where interviews were cut; may be deleted at any time) and, once it was changed or trained, an empty
`.change.lock` and `.training.lock`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Self

from secondcoder.codebook.model import Codebook
from secondcoder.codebook.yaml_edit import yaml_of
from secondcoder.codebook.yaml_file import load_codebook
from secondcoder.configuration import Configuration, load_configuration
from secondcoder.corpus import Corpus
from secondcoder.errors import CodebookError, StudyError, UnconfirmedError
from secondcoder.network.guard import let_through
from secondcoder.store import Store, open_store
from secondcoder.study.change_lock import ChangeLock
from secondcoder.study.codebook_file import codebook_in_place, codebook_path, settle
from secondcoder.study.folder import CODEBOOK, CONFIGURATION, who

if TYPE_CHECKING:
    from secondcoder.learning.pipeline import Pipeline, Progress
    from secondcoder.store.reading import StoreContent
    from secondcoder.store.writing import Writer
    from secondcoder.workspace import Workspace

GONE = ("transcript removed",)
CHANGED = ("codebook changed", "transcript changed", *GONE)
"""Events after which what was computed from a snapshot may be of codes, turns or interviews that are no more."""


class OpenStudy:
    """An open study, without its verbs.

    Args:
        progress: called during long work: (what, done, total).
        unchanging: only to be read, while nobody writes (see `store.open_store`).
        tell: called with a sentence for the person, such as that one waits for another command.
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
        tell: Callable[[str], None] = lambda sentence: None,
        configuration: Configuration | None = None,
    ) -> None:
        self.folder = Path(folder)
        if configuration is None:
            self.must_be_study(self.folder)
        self.configuration = configuration or load_configuration(self.folder / CONFIGURATION)
        for host, port in self.configuration.network.places:
            let_through(host, port)
        self.store: Store = open_store(self.configuration.store.url, self.folder, unchanging=unchanging)
        self._progress = progress or (lambda what, done, total: None)
        self._kept_pipeline: Pipeline | None = None
        for note in self.store.notes:
            tell(note)
        self._change_lock = ChangeLock(self.folder, self.store, tell)

    @staticmethod
    def must_be_study(folder: Path) -> None:
        """StudyError where the folder has no settings."""
        if not (folder / CONFIGURATION).is_file():
            raise StudyError(
                f"{folder} is not a study: it has no {CONFIGURATION}. "
                "Make one with `secondcoder init DIR`, or name one with -C."
            )

    def close(self) -> None:
        """Close the store; a `with` block does it at its end."""
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *ending: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self.folder)!r})"

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
        path = codebook_path(self.folder, self.store)
        try:
            return load_codebook(path)
        except CodebookError:
            if path.exists():
                raise
            return load_codebook(self.folder / CODEBOOK)  # a draft that took its place just now

    def workspace(self, version: str | None = None, rows: StoreContent | None = None) -> Workspace:
        """A snapshot of the store, with codebook and pipeline: the present ones, or those that `version` was trained with.

        Args:
            rows: of a snapshot that is open, for a verb that needs few of them.
        """
        from secondcoder.workspace import Workspace

        corpus = Corpus(self.store, content=rows)
        try:
            codebook = self._confirmed_codebook(corpus)
        except UnconfirmedError:
            if rows is not None or corpus.rows.last_event == self.store.last_event():
                raise
            return self.workspace(version)  # another command changed the codebook between the two readings
        write = partial(self._transaction_on, corpus)
        now = Workspace(self.folder, corpus, codebook, self._pipeline, corpus.model_in_use, write)
        return now if version is None else now.as_of(version)

    @contextmanager
    def changing(self, what: str) -> Iterator[None]:
        """Inside, no other command changes the study; to be entered before anything is read that the change rests on.

        Args:
            what: is done here, for whoever has to wait.

        Raises:
            BusyError: another command's change took too long.
            StudyError: the folder cannot be written.
        """
        begins = not self._change_lock.is_held
        with self._change_lock.held(what):
            if begins:
                settle(self.folder, self.store)
            yield

    @contextmanager
    def alone(self, called: str) -> Iterator[Workspace]:
        """A workspace while no other training of this study runs; nothing is written where one may have come between.

        BusyError while another runs, in which `called` is the name of this one.
        """
        from secondcoder.model_store.training_lock import one_training, when_alone

        self.store.refuse_if_only_read()
        with one_training(self.folder, called, self.store) as still_alone:
            # Read inside: a training may just have been ending.
            workspace = self.workspace()
            # A change of the codebook costs no training: a model is read by the codes' history.
            write = partial(self._transaction_on, workspace.corpus, but=GONE)
            yield replace(workspace, write=when_alone(still_alone, write))

    def transaction(self) -> AbstractContextManager[Writer]:
        """A transaction of the store, signed by the person at the keyboard."""
        return self.store.transaction(who())

    @contextmanager
    def _transaction_on(self, corpus: Corpus, but: Sequence[str] = CHANGED) -> Iterator[Writer]:
        """A transaction for what was computed from a snapshot; StudyError where any event of `but` happened since."""
        with self.transaction() as write:
            if write.happened_since(corpus.rows.last_event, but):
                raise StudyError(
                    "The codebook or an interview was changed by another command while this one worked. Nothing was recorded. Run it "
                    "again."
                )
            yield write

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
        """Inside, the store is to take this codebook, which then is the study's file; an error there leaves the old one."""
        with self.changing("codebook"):
            # A text is written even for the same codes: its comments may differ.
            if text is None and self.codebook_file.hash != book.hash:
                text = yaml_of(book, (self.folder / CODEBOOK).read_text(encoding="utf-8"))
            with codebook_in_place(self.folder, self.store, text):
                yield
