"""A new study: its folder with settings, codebook and an empty store, or nothing at all."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from secondcoder.codebook.model import Codebook
from secondcoder.codebook.yaml_file import dump_codebook, parse_codebook
from secondcoder.configuration import default_text, load_configuration
from secondcoder.domain.languages import ENGLISH, Language, find_language
from secondcoder.errors import BusyError, StudyError
from secondcoder.exchange.codebooks.files import CodebookFile, read_codebook
from secondcoder.reports.whole_file import (
    PRIVATE_FOLDER,
    file_mode,
    is_shared,
    new_file,
    new_folder,
    put_in_place,
    to_disk,
)
from secondcoder.segments.sentence_pipelines import installed_pipelines
from secondcoder.store import Store, create_store, open_store
from secondcoder.study.change_lock import LOCK
from secondcoder.study.folder import CODEBOOK, CONFIGURATION, who
from secondcoder.workspace import MODELS

NO_CODEBOOK = "none"
DRAFT = f".{CONFIGURATION}.part"
OWN = (MODELS, CODEBOOK, CONFIGURATION, "study.db", "study.db-wal", "study.db-shm", "study.db-journal", DRAFT)
"""What a making puts into its folder, the draft last, so that it goes last."""


def create_study(folder: Path, codebook: str | Path, store: str | None = None, language: str = ENGLISH) -> None:
    """Make the study's folder, with a shipped codebook, one from a file, or ("none") an empty one.

    Args:
        store: the URL of an empty database for its store; by default a file in the folder.
        language: that of the talk, by code or name.

    Raises:
        StudyError: the folder is a study already, is not empty or cannot be written; it is left as it was.
        InputError: no such language.
    """
    spoken = find_language(language)
    empty = str(codebook) == NO_CODEBOOK and not Path(codebook).is_file()
    make_folder(folder, _no_codes(spoken) if empty else read_codebook(codebook), settings=_settings(store, spoken))


def join_study(folder: Path, store: str, language: str = ENGLISH) -> None:
    """Make another folder of a study that a database holds, with the study's codebook; settings are each folder's own.

    Raises:
        StudyError: as `create_study`; or the database holds no study, or cannot be reached.
    """
    spoken = find_language(language)
    refuse_folder(folder)
    with closing(open_store(store, folder)) as opened:
        rows = opened.content(())
    confirmed = rows.history.changes[-1].after if rows.history else [*rows.codebooks][-1]
    text = rows.codebooks[confirmed]
    read = CodebookFile(parse_codebook(text, "the codebook in the store"), text)
    make_folder(folder, read, settings=_settings(store, spoken), joins=True)


def _settings(store: str | None, language: Language) -> str:
    """The settings of a new study, with the URL of its store, and what goes with the language of its talk."""
    usual = load_configuration()
    text = _set(default_text(), "url", usual.store.url, store or usual.store.url)
    if language.code == ENGLISH:
        return text
    text = _set(text, "language", usual.segments.language, language.code)
    roles = dict.fromkeys((*usual.transcripts.interviewer_roles, *language.interviewer_roles))
    text = _set(text, "interviewer_roles", list(usual.transcripts.interviewer_roles), list(roles))
    # Named, so that another machine cuts alike or says what it lacks.
    pipelines = installed_pipelines(language.code)
    return _set(text, "sentence_pipeline", "", pipelines[0]) if pipelines else text


def _set(text: str, key: str, usual: str | list[str], wanted: str | list[str]) -> str:
    # JSON strings and lists of them are TOML, too.
    before, after = (f"{key} = {json.dumps(value, ensure_ascii=False)}" for value in (usual, wanted))
    return text.replace(before, after, 1)


def make_folder(
    folder: Path,
    read: CodebookFile,
    fill: Callable[[Store], None] | None = None,
    settings: str | None = None,
    joins: bool = False,
) -> None:
    """Make a study's folder with a codebook.

    Args:
        fill: puts more into its new store.
        settings: the text of its settings.
        joins: its store is there already.

    Raises:
        StudyError: as `create_study`; nothing of the folder is left then.
    """
    refuse_folder(folder)
    stood = folder.exists()
    try:
        _begin(folder, stood)
        with _alone(folder):
            _fill(folder, read, fill, settings or default_text(), joins)
    except (OSError, StudyError) as error:
        if not isinstance(error, BusyError):
            _clear(folder, stood)
            with suppress(OSError):
                (folder / LOCK).unlink()
        fault = f"{folder} could not be made ({error.strerror})." if isinstance(error, OSError) else str(error)
        raise StudyError(fault) from None


def _begin(folder: Path, stood: bool) -> None:
    """The folder for its owner alone, or for the group that it, or the one above, was given to."""
    if not stood:
        new_folder(folder)
    elif not is_shared(folder):
        folder.chmod(PRIVATE_FOLDER)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Inside, no other command makes this study; what one that was killed left of it is gone."""
    lock = FileLock(folder / LOCK, mode=file_mode(folder))
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise BusyError(f"Another command is making a study in {folder}. Nothing was changed.") from None
    try:
        refuse_folder(folder)
        _clear(folder, keep=True)
        yield
    finally:
        lock.release()


def refuse_folder(folder: Path) -> None:
    """StudyError where no study can be made: one is there already, or something else."""
    if (folder / CONFIGURATION).exists():
        raise StudyError(f"{folder} is a study already.")
    if folder.exists() and (not folder.is_dir() or not _is_free(folder)):
        raise StudyError(f"{folder} exists and is not empty. A study is made in a new or empty folder.")


def _is_free(folder: Path) -> bool:
    """Nothing is in the folder, or only what a making left that was killed: such a one begins with the draft."""
    names = {path.name for path in folder.iterdir()}
    return names <= {LOCK} or (DRAFT in names and names <= {*OWN, LOCK})


def _no_codes(language: Language) -> CodebookFile:
    book = Codebook(id="own", title="The codes of this study", version="1.0", language=language.code)
    return CodebookFile(book, dump_codebook(book))


def _fill(folder: Path, read: CodebookFile, fill: Callable[[Store], None] | None, settings: str, joins: bool) -> None:
    """The settings come first, as a draft, and take their place last: a folder without them is no study."""
    draft = folder / DRAFT
    new_file(draft)
    draft.write_text(settings, encoding="utf-8")
    to_disk(draft)
    new_folder(folder / MODELS)
    new_file(folder / CODEBOOK)
    (folder / CODEBOOK).write_text(read.text, encoding="utf-8")
    url = load_configuration(draft).store.url
    if not joins:
        with closing(create_store(url, folder)) as store:
            with store.transaction(who()) as write:
                write.add_codebook(read.book)
                # `agree` leaves events from now on
                write.log("study made", codebook=read.book.id, agreement_recorded=True)
            if fill:
                fill(store)
    put_in_place(draft, folder / CONFIGURATION)


def _clear(folder: Path, keep: bool) -> None:
    """Take away what a failed making left, and the folder itself unless it was there before."""
    for name in OWN if keep else (*OWN, LOCK):
        path = folder / name
        with suppress(OSError):
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    if not keep:
        with suppress(OSError):
            folder.rmdir()
