"""What is installed here: this package's files by their hashes, and the packages that it needs with their versions."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Sequence
from importlib import metadata, resources
from pathlib import Path, PurePosixPath

PACKAGE = "secondcoder"
BESIDE = ("configs", "corpora", "models")
"""Packages of data, which lie beside the code in a checkout and within it where it is installed."""
NAME = re.compile(r"[A-Za-z0-9._-]+")
EXTRA = re.compile(r"extra\s*==\s*[\"']([^\"']+)")


def needed_packages(extras: Sequence[str] = ()) -> dict[str, str]:
    """The packages that secondcoder needs, and those that they need, by their own spelling: name -> version.

    Args:
        extras: secondcoder's own that count too.
    """
    found: dict[str, str] = {}
    ahead = [(PACKAGE, tuple(extras))]
    while ahead:
        name, wanted = ahead.pop()
        try:
            package = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue  # of another system or another Python
        if package.name not in found:
            found[package.name] = package.version
            ahead += _required(package, wanted)
    del found[PACKAGE]
    return dict(sorted(found.items(), key=lambda item: folded(item[0])))


def _required(package: metadata.Distribution, extras: Sequence[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    for line in package.requires or ():
        requirement, _, marker = line.partition(";")
        if not (only := EXTRA.findall(marker)) or set(only) & set(extras):
            name, _, rest = requirement.partition("[")
            yield NAME.match(name.strip())[0], tuple(NAME.findall(rest.partition("]")[0]))  # type: ignore[index]


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
