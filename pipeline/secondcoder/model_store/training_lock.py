"""One training of a study at a time, whichever process runs it: at the command line, from the review's page, or in Python.

Where the store is a file, the lock is the kernel's, on an empty file in the study's folder. Where it is on a database server, which
several folders may share, the lock is the server's (`store.server_lock`). Either goes when its process ends, however that ends, so
that a killed training keeps nobody out. Who holds it is told to whoever is refused: by a note in the cache, or by the server.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy.exc import DatabaseError

from secondcoder.errors import BusyError, StudyError
from secondcoder.reports.whole_file import file_mode
from secondcoder.store import Store, Writer
from secondcoder.store.database_errors import plain_store_error
from secondcoder.store.folder_lock import read_note, remove_note, write_note
from secondcoder.store.server_lock import HeldElsewhereError

StillAlone = Callable[[], None]
"""Does nothing while no other training can have run beside this one, whose lock it takes again where a broken connection lost it.

Raises:
    BusyError: another training runs, or ran meanwhile.
    StoreError: the server cannot be reached.
"""
LOCK, NOTE = ".training.lock", Path(".cache", "training.txt")


@contextmanager
def one_training(folder: Path, what: str, store: Store | None = None) -> Iterator[StillAlone]:
    """Inside, no other training of this study runs; gives what is to be asked before a training of hours is recorded.

    Args:
        folder: the study's.
        what: what is run here, for whoever is refused meanwhile.
        store: the study's; the lock of one on a server holds for all its folders.

    Raises:
        BusyError: another training is running.
        StudyError: the folder cannot be locked, or the server not be reached.
    """
    with _on_server(store, what) if store and store.is_on_server else _in_folder(folder, what) as still_alone:
        yield still_alone


def when_alone(
    still_alone: StillAlone, transaction: Callable[[], AbstractContextManager[Writer]]
) -> Callable[[], AbstractContextManager[Writer]]:
    """The same transactions, each begun only once `still_alone` was asked."""

    @contextmanager
    def begun() -> Iterator[Writer]:
        still_alone()
        with transaction() as write:
            yield write

    return begun


@contextmanager
def _on_server(store: Store, what: str) -> Iterator[StillAlone]:
    with ExitStack() as held:

        def take() -> Callable[[], bool]:
            try:
                return held.enter_context(store.held_on_server(what))
            except HeldElsewhereError as error:
                raise _busy(str(error)) from None
            except DatabaseError as error:
                raise plain_store_error(error, "this study") from None

        is_held, before = take(), _versions(store)

        def still_alone() -> None:
            nonlocal is_held
            # The server gave the lock back when the connection broke: another training may have begun, and even have ended.
            if not is_held():
                is_held = take()
                if _versions(store) != before:
                    raise BusyError(
                        "The connection to the database broke while this was trained, and meanwhile somebody else trained a version "
                        "or chose another. Nothing was changed. Try again."
                    )

        yield still_alone


def _versions(store: Store) -> list[tuple[str, bool]]:
    return [(model["version"], model["in_use"]) for model in store.models()]


def _busy(holder: str) -> BusyError:
    told = f" ({holder})" if holder else ""
    return BusyError(
        f"Another training of this study is running{told}. Wait until it is done, then try again. Nothing was changed."
    )


@contextmanager
def _in_folder(folder: Path, what: str) -> Iterator[StillAlone]:
    note = folder / NOTE
    lock = _take(folder / LOCK, note)
    try:
        write_note(note, what)
        yield lambda: None
    finally:
        remove_note(note)
        lock.release()


def _take(path: Path, note: Path) -> FileLock:
    lock = FileLock(path, mode=file_mode(path.parent))
    try:
        # Refused at once: a training takes minutes, and whoever waits should know.
        lock.acquire(timeout=0)
    except Timeout:
        raise _busy(read_note(note)) from None
    except OSError as error:
        raise StudyError(
            f"{path} could not be locked ({error.strerror}). A training needs to write to this folder, on a disk that knows locks. "
            "Nothing was changed."
        ) from None
    return lock
