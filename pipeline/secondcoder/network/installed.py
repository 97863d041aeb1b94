"""What is installed here: this package's files by their hashes, and the packages that it needs with their versions."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from importlib import metadata, resources
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from packaging.requirements import Requirement

PACKAGE = "secondcoder"
BESIDE = ("configs", "corpora", "models")
"""Packages of data, which lie beside the code in a checkout and within it where it is installed."""


def needed_packages(extras: Sequence[str] = ()) -> dict[str, str]:
    """The packages that secondcoder needs here, and those that they need, by their own spelling: name -> version.

    Args:
        extras: secondcoder's own that count too.
    """
    found: dict[str, str] = {}
    ahead = [(PACKAGE, frozenset(extras))]
    seen = set(ahead)
    while ahead:
        name, wanted = ahead.pop()
        try:
            package = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue  # only in part installed, as without an extra's packages
        found[package.name] = package.version
        more = {(need.name, frozenset(need.extras)) for need in requirements(package, wanted)} - seen
        seen |= more
        ahead += sorted(more, key=str)
    del found[PACKAGE]
    return dict(sorted(found.items(), key=lambda item: folded(item[0])))


def requirements(package: metadata.Distribution, extras: Iterable[str] = ()) -> Iterator[Requirement]:
    """What a package requires on this system and in this Python, with these of its extras."""
    from packaging.requirements import Requirement

    for requirement in map(Requirement, package.requires or ()):
        if requirement.marker is None or any(requirement.marker.evaluate({"extra": one}) for one in ("", *extras)):
            yield requirement


def folded(name: str) -> str:
    """A package's name as names are compared (https://packaging.python.org/en/latest/specifications/name-normalization/)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def hashed_files() -> dict[str, str]:
    """SHA-256 of each file of this package, by its path within it; what Python compiled is left out."""
    roots = {"": PACKAGE} | {f"{name}/": f"{PACKAGE}.{name}" for name in BESIDE}
    found: dict[str, str] = {}
    for prefix, package in roots.items():
        root = Path(str(resources.files(package)))
        for path in root.rglob("*"):
            if path.is_file() and path.suffix != ".pyc":
                found[prefix + path.relative_to(root).as_posix()] = _sha256(path).hex()
    return dict(sorted(found.items()))


def changed_files() -> list[str] | None:
    """This package's files that are not as they were installed, by the hashes that were recorded then (RECORD); None without any."""
    recorded = [file for file in metadata.files(PACKAGE) or () if file.hash and file.parts[0] == PACKAGE]
    changed = [str(PurePosixPath(file)) for file in recorded if not _as_recorded(file)]
    return changed if recorded else None


def _as_recorded(file: metadata.PackagePath) -> bool:
    path = Path(str(file.locate()))
    if not path.is_file() or file.hash is None:
        return False
    return base64.urlsafe_b64encode(_sha256(path)).decode().rstrip("=") == file.hash.value


def _sha256(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()
