"""One change of a study at a time, by whichever command or process: who comes second waits, says for whom, and in the end gives up.

What a change rests on (the store, codebook.yml) is read inside the lock, so that nothing is written on top of what somebody else wrote
in between. Who only reads takes no lock, and so do decisions in a review, which are one transaction each. The lock is the kernel's, on
an empty file in the study's folder; a store on a database server, which several folders may share, has one of the server's besides
(`store.server_lock`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import wraps
from pathlib import Path
from threading import local
from time import monotonic, sleep
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from filelock import FileLock, Timeout
from sqlalchemy.exc import DatabaseError

from secondcoder.errors import BusyError, StudyError
from secondcoder.reports.whole_file import file_mode
from secondcoder.store import Store
from secondcoder.store.database_errors import plain_store_error
from secondcoder.store.folder_lock import read_note, remove_note, write_note
from secondcoder.store.server_lock import HeldElsewhereError

LOCK, NOTE = ".change.lock", Path(".cache", "change.txt")
AT_ONCE = 1.0
"""Seconds of waiting before it is said that one waits."""
PATIENCE = 300.0
"""Seconds of waiting before one gives up: a large import takes minutes."""
AGAIN = 0.2
"""Seconds between two questions to a database server."""


class Changeable(Protocol):
    """An open study, to whoever only has to know that it is changed."""

    def changing(self, what: str) -> AbstractContextManager[None]:
        """Inside, no other command changes the study."""


S = TypeVar("S", bound=Changeable)
P = ParamSpec("P")
R = TypeVar("R")


class ChangeLock:
    """The lock of one open study; a thread that holds it may take it again.

    Args:
        tell: shows a sentence to the person who waits.
    """

    def __init__(self, folder: Path, store: Store, tell: Callable[[str], None], patience: float = PATIENCE) -> None:
        self._folder, self._store, self._tell, self._patience = folder, store, tell, patience
        # Each thread has a lock of its own in it, so that threads wait for each other as processes do.
        self._file = FileLock(folder / LOCK, mode=file_mode(folder))
        self._mine = local()

    @property
    def is_held(self) -> bool:
        """By this thread."""
        return getattr(self._mine, "held", False)

    @contextmanager
    def held(self, what: str) -> Iterator[None]:
        """Inside, nobody else changes the study.

        Args:
            what: is done here, for whoever has to wait.

        Raises:
            BusyError: somebody else's change took longer than `patience`.
            StudyError: the folder cannot be written, or the server not be reached.
        """
        if self.is_held:
            yield
            return
        self._store.refuse_if_only_read()
        with ExitStack() as stack:
            waiting = _Waiting(self._tell, self._patience)
            self._take_file(waiting)
            stack.callback(self._file.release)
            if self._store.is_on_server:
                self._take_on_server(stack, waiting, what)
            write_note(self._folder / NOTE, what)
            stack.callback(remove_note, self._folder / NOTE)
            self._mine.held = True
            stack.callback(setattr, self._mine, "held", False)
            yield

    def _take_file(self, waiting: _Waiting) -> None:
        while True:
            try:
                self._file.acquire(timeout=waiting.step)
                return
            except Timeout:
                waiting.go_on(read_note(self._folder / NOTE))
            except OSError as error:
                raise StudyError(
                    f"The study in {self._folder} cannot be changed: {LOCK} could not be locked there ({error.strerror}). Nothing was "
                    "changed. To read it (status, export, transcript show) no lock is needed."
                ) from None

    def _take_on_server(self, stack: ExitStack, waiting: _Waiting, what: str) -> None:
        while True:
            try:
                stack.enter_context(self._store.held_on_server(what, changes=True))
                return
            except HeldElsewhereError as error:
                sleep(AGAIN)
                waiting.go_on(str(error))
            except DatabaseError as error:
                raise plain_store_error(error, self._folder.name) from None


class _Waiting:
    """How long somebody has waited, and what they were told."""

    def __init__(self, tell: Callable[[str], None], patience: float) -> None:
        self._tell, self._patience, self._since, self._told = tell, patience, monotonic(), False

    @property
    def step(self) -> float:
        """Seconds until something is to be said."""
        until = self._patience if self._told else min(AT_ONCE, self._patience)
        return max(0.0, self._since + until - monotonic())

    def go_on(self, holder: str) -> None:
        """Say that one waits, once; BusyError where it was long enough."""
        waited, whose = monotonic() - self._since, f" ({holder})" if holder else ""
        if waited >= self._patience:
            raise BusyError(
                f"Another command is still changing this study{whose}, after {self._patience:.0f} seconds of waiting. Try again when "
                "it has ended. Nothing was changed."
            )
        if waited >= AT_ONCE and not self._told:
            self._told = True
            self._tell(f"Another command is changing this study{whose}. Waiting for it ...")


def changes(what: str) -> Callable[[Callable[Concatenate[S, P], R]], Callable[Concatenate[S, P], R]]:
    """A verb of a study that changes it: all of it happens while nobody else's change does."""

    def one_at_a_time(verb: Callable[Concatenate[S, P], R]) -> Callable[Concatenate[S, P], R]:
        @wraps(verb)
        def alone(study: S, /, *arguments: P.args, **options: P.kwargs) -> R:
            with study.changing(what):
                return verb(study, *arguments, **options)

        return alone

    return one_at_a_time
