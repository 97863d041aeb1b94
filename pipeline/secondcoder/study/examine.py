"""Every damage of a study's folder that can be reached: settings, codebook and store, each by itself, then what they say together.

What one part rests on may be what is damaged; the others are looked at all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from secondcoder.codebook.yaml_file import load_codebook, parse_codebook
from secondcoder.configuration import Configuration, load_configuration
from secondcoder.domain.grouping import group_by
from secondcoder.domain.wording import counted, shorten
from secondcoder.errors import SecondcoderError, StoreError
from secondcoder.model_store.folder import read_folder, version_folders
from secondcoder.store import Store
from secondcoder.store.integrity import store_faults
from secondcoder.store.reading import StoreContent
from secondcoder.study.check import TOGETHER, warnings
from secondcoder.study.folder import CODEBOOK, CONFIGURATION
from secondcoder.study.open_study import OpenStudy
from secondcoder.workspace import MODELS, Workspace

if TYPE_CHECKING:
    from secondcoder.learning.pipeline import Progress

BACKUP = "bring it back from a backup, as `secondcoder check --backup` makes them"
MEND = "Bring the store back from a backup, as `secondcoder check --backup` makes them."


def examine(folder: Path, progress: Progress | None = None) -> tuple[list[str], list[str]]:
    """Every fault, a sentence each with its mend, and what is none but should be known."""
    faults, configuration = _files(folder)
    try:
        study = OpenStudy(folder, progress, configuration=configuration or load_configuration())
    except SecondcoderError as error:
        return _each_once([*faults, str(error), *_models_alone(folder)]), []
    with closing(study):
        faults += _reached("The store", lambda: _store_faults(study.store))
        workspace = _workspace(study, faults)
        if workspace is None or configuration is None:  # models are checked against settings and codebook
            return _each_once([*faults, *_models_alone(folder)]), []
        for what, part in TOGETHER.items():
            faults += _reached(what, lambda part=part: part(workspace), quiet=bool(faults))  # type: ignore[misc]
        told = _reached("The study", lambda: warnings(workspace), quiet=bool(faults))
        return _each_once(faults), list(told)


def first_damage(folder: Path) -> str:
    """The first fault of settings, codebook and store, each by itself, or of the audit trail; "" without any.

    For a command that met what it could not read.
    """
    from secondcoder.audit.verify import verify

    faults, configuration = _files(folder)
    if faults:
        return faults[0]
    with closing(OpenStudy(folder, configuration=configuration)) as study:
        found = [*_reached("The store", lambda: _store_faults(study.store))]
        found += _reached("The audit trail", lambda: (f"{fault}" for fault in verify(study.store).faults))
    return found[0] if found else ""


def _reached(what: str, part: Callable[[], Iterable[str]], quiet: bool = False) -> Iterator[str]:
    """The sentences of one part; whatever it meets ends this part alone, and is told.

    Args:
        quiet: a damage was told already that explains whatever cannot be read.
    """
    try:
        yield from part()
    except SecondcoderError as error:
        if not (quiet and isinstance(error, StoreError)):
            yield str(error)
    except OSError as error:
        yield f"{what} cannot be read ({error.strerror or error}). Mend that, or {BACKUP}."
    except Exception as error:  # whatever damage brings about: a check that stops hides what comes after
        if not quiet:
            yield f"{what} cannot be read as it is ({type(error).__name__}: {shorten(str(error), 80)}): {BACKUP}."


def _each_once(faults: Iterable[str]) -> list[str]:
    # What a later part meets of a damage was told by an earlier one.
    return list(dict.fromkeys(faults))


def _files(folder: Path) -> tuple[list[str], Configuration | None]:
    """Faults of settings and codebook as files, and the settings where they can be read."""
    kept: list[Configuration] = []

    def settings() -> Iterator[str]:
        if not (folder / CONFIGURATION).is_file() and any((folder / name).exists() for name in (CODEBOOK, "study.db")):
            yield f"{CONFIGURATION} is missing from {folder}: {BACKUP}; `secondcoder init` writes one into a new folder."
            return
        OpenStudy.must_be_study(folder)
        kept.append(load_configuration(folder / CONFIGURATION))

    def codebook() -> Iterator[str]:
        load_codebook(folder / CODEBOOK)
        yield from ()

    found = [*_reached(CONFIGURATION, settings)]
    is_study = kept or (folder / CODEBOOK).exists()
    return [*found, *(_reached(CODEBOOK, codebook) if is_study else ())], kept[0] if kept else None


def _store_faults(store: Store) -> Iterator[str]:
    """A sentence for each kind of damage, with the first rows that have it."""
    with store.snapshot() as connection:
        found = group_by(store_faults(connection), lambda fault: (fault.table, fault.column))
    for first, *others in found.values():
        more = f", and {counted(len(others), 'more row has', 'more rows have')} the like there" if others else ""
        yield f"The store is damaged: {first}{more}. {MEND}"
    yield from _kept_codebooks(store)


def _kept_codebooks(store: Store) -> Iterator[str]:
    with store.snapshot() as connection:
        books = StoreContent(connection).codebooks
    for kept, text in books.items():
        if parse_codebook(text, f"The store is damaged: its codebook {kept[:8]}").hash != kept:
            yield f"The store is damaged: the codebook that it keeps as {kept[:8]} is another one. {MEND}"


def _workspace(study: OpenStudy, faults: list[str]) -> Workspace | None:
    """What the parts are compared with; None where a fault, told in `faults`, stands in its way."""
    made: list[Workspace] = []

    def read() -> Iterator[str]:
        made.append(study.workspace())
        yield from ()

    faults += _reached("The study", read, quiet=bool(faults))
    return made[0] if made else None


def _models_alone(folder: Path) -> Iterator[str]:
    """Faults of the versions' folders by what stands in them alone."""
    for name in version_folders(folder / MODELS):
        yield from _reached(f"Model {name}", lambda name=name: _sealed(folder, name))  # type: ignore[misc]


def _sealed(folder: Path, name: str) -> Iterator[str]:
    read_folder(folder / MODELS, name)
    yield from ()
