"""codebook.yml and the store change together or not at all, wherever a process is killed.

The new codebook is first written beside codebook.yml, as a draft whose name holds a hash of the file that it replaces. Then the store
takes the change, in a transaction. Then the draft takes the file's place. So whether a draft counts is for the store to say: where it
has that codebook as the one confirmed last, the change was made, and the draft is the study's codebook, for readers too; where it has
not, the draft is nothing. The next change of the study settles it (`settle`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from secondcoder.codebook.yaml_file import load_codebook
from secondcoder.corpus import Corpus
from secondcoder.errors import SecondcoderError, StudyError
from secondcoder.reports.whole_file import folder_to_disk, write_draft
from secondcoder.store import Store
from secondcoder.store.reading import StoreContent
from secondcoder.study.codebook_change import confirmed_codebook
from secondcoder.study.folder import CODEBOOK


def codebook_path(folder: Path, store: Store) -> Path:
    """The file that holds the study's codebook: codebook.yml, or a draft of a change that the store has made."""
    draft = _draft(folder)
    return draft if draft.is_file() and _is_confirmed(draft, store) else folder / CODEBOOK


@contextmanager
def codebook_in_place(folder: Path, store: Store, text: str | None) -> Iterator[None]:
    """Inside, the store is to take the codebook of this text; then it is the study's file (None: the file stays).

    StudyError where it cannot be written, before anything is changed.
    """
    if text is None:
        yield
        return
    try:
        write_draft(folder / CODEBOOK, text.encode(), _draft(folder))
    except OSError as error:
        raise StudyError(
            f"{CODEBOOK} could not be written ({error.strerror}). What stood there before is unchanged."
        ) from None
    folder_to_disk(folder)
    try:
        yield
    finally:
        # Whatever happened: whether the commit came through is the store's to say. Where it cannot, the next change asks again.
        with suppress(SecondcoderError):
            settle(folder, store)


def settle(folder: Path, store: Store) -> None:
    """Put drafts in place that count, and remove the others; to be done while nobody else changes the study.

    StudyError where one that counts cannot take its place, as on Windows, where another program holds the file; it goes on counting.
    """
    for draft in folder.glob(f".{CODEBOOK}.*.new"):
        # Where codebook.yml was edited since, the edit stands, to be confirmed like any other.
        counts = draft == _draft(folder) and _is_confirmed(draft, store)
        try:
            if counts:
                draft.replace(folder / CODEBOOK)
                folder_to_disk(folder)
            else:
                draft.unlink()
        except OSError as error:
            if counts:
                raise StudyError(
                    f"{CODEBOOK} cannot be brought up to date ({error.strerror}). Close it in other programs, then try again. Nothing "
                    "was changed."
                ) from None


def _draft(folder: Path) -> Path:
    file, digest = folder / CODEBOOK, "none"
    with suppress(OSError):
        if file.is_file():  # a pipe would be waited for
            digest = hashlib.sha256(file.read_bytes()).hexdigest()[:16]
    return folder / f".{CODEBOOK}.{digest}.new"


def _is_confirmed(draft: Path, store: Store) -> bool:
    try:
        book = load_codebook(draft)
    except (SecondcoderError, OSError):  # only half of it reached the disk: then no commit came after it
        return False
    with store.snapshot() as connection:
        return confirmed_codebook(Corpus(store, content=StoreContent(connection)), book) == book
