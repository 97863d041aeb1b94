"""Which project of a file that holds several: what the person said, for all files of an import."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

from secondcoder.domain.names import same
from secondcoder.errors import InputError, did_you_mean

_said: ContextVar[str | None] = ContextVar("project", default=None)


@contextmanager
def reading_project(name: str | None) -> Iterator[None]:
    """While inside, files that hold several projects are read for the one of this name."""
    token = _said.set(name)
    try:
        yield
    finally:
        _said.reset(token)


def chosen(projects: Mapping[int, str], file: str) -> int:
    """The number of the project to read; InputError where there are several and nobody chose, or none of that name."""
    said = _said.get()
    found = [number for number, name in projects.items() if said is None or same(name, said)]
    if len(found) == 1:
        return found[0]
    names = ", ".join(f"'{name}'" for name in projects.values()) or "none"
    if said is not None and not found:
        near = did_you_mean(said, projects.values())
        raise InputError(f"{file}: no project in it is called '{said}'; it holds {names}.{near} Nothing was imported.")
    raise InputError(
        f"{file}: it holds {len(projects)} projects: {names}. Choose one with --project NAME. Nothing was imported."
    )
