"""What a figure was measured with."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version

LIBRARIES = ("numpy", "scipy", "scikit-learn", "sentence-transformers", "spacy", "torch")


def machine() -> str:
    """One sentence: processor, cores, Python and libraries."""
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}, {libraries}."
