"""A key for a result: SHA-256 of everything that decides it, so that equal keys stand for equal results."""

from __future__ import annotations

import hashlib
import struct
import sys
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache, lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

LIBRARIES = ("numpy", "scipy", "scikit-learn")
"""Another version of these may round otherwise."""


def content_key(*parts: object) -> str:
    """Hexadecimal SHA-256 of numbers, texts, arrays, and of sequences, sets, mappings and dataclasses of these.

    Every part carries its type and length, so that no two contents run into each other.

    Raises:
        TypeError: a part is of another type, which nothing tells apart.
    """
    digest = hashlib.sha256()
    _add(digest, parts)
    return digest.hexdigest()


def _add(digest: Any, part: object) -> None:
    if isinstance(part, np.ndarray) and not part.dtype.hasobject:
        _put(
            digest,
            f"array {part.dtype.str} {part.shape}",
            np.ascontiguousarray(part).data.cast("B") if part.size else b"",
        )
    elif isinstance(part, str):
        # A lone surrogate in a text must not stop the hashing.
        _put(digest, "text", part.encode("utf-8", "surrogatepass"))
    elif isinstance(part, tuple | list):
        _put(digest, f"sequence {len(part)}", b"")
        for one in part:
            _add(digest, one)
    elif isinstance(part, frozenset):
        _put(digest, "set", _of_set(part))
    elif isinstance(part, Mapping):
        _put(digest, "mapping", b"")
        _add(digest, sorted(part.items()))
    elif is_dataclass(part) and not isinstance(part, type):
        _put(digest, type(part).__name__, b"")
        _add(digest, [(field.name, getattr(part, field.name)) for field in fields(part)])
    elif part is None or isinstance(part, bool | int | float):
        _put(digest, type(part).__name__, repr(part).encode())
    else:
        raise TypeError(f"A result's key cannot rest on {type(part).__name__}.")


def _put(digest: Any, kind: str, content: Any) -> None:
    name = kind.encode()
    digest.update(struct.pack("<QQ", len(name), len(content)) + name)
    digest.update(content)


@lru_cache(maxsize=4096)  # thousands of segments share a few sets
def _of_set(members: frozenset[Any]) -> bytes:
    return content_key(sorted(members)).encode()


def code_version(part: type) -> tuple[str, ...]:
    """What computes a result: the code of this package and of the package that a class comes from, and the libraries' versions.

    By its text and not by its version alone, which stays while somebody works on it.
    """
    packages = sorted({name.partition(".")[0] for name in (__name__, part.__module__)})
    return (part.__qualname__, *(_code_of(package) for package in packages), *(version(name) for name in LIBRARIES))


@cache
def _code_of(package: str) -> str:
    file = getattr(sys.modules[package], "__file__", None)
    if file is None:
        return package
    path = Path(file)
    files = sorted(path.parent.rglob("*.py")) if path.name == "__init__.py" else [path]
    return content_key([(one.name, hashlib.sha256(one.read_bytes()).hexdigest()) for one in files])
