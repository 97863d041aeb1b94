"""What a figure was measured with: every report ends with it."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

LIBRARIES = ("secondcoder", "numpy", "scipy", "scikit-learn", "sentence-transformers", "spacy", "torch")


def machine(packages: Sequence[str] = LIBRARIES) -> str:
    """Python, packages, system, cores and processor, in two sentences."""
    named = ", ".join(f"{name} {_version(name)}" for name in packages)
    return f"Python {platform.python_version()}, {named}. {platform.system()}, {os.cpu_count()} cores, {processor()}."


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def processor() -> str:
    """The name of this machine's processor."""
    about = Path("/proc/cpuinfo")
    if about.is_file():
        names = [
            line.partition(":")[2].strip()
            for line in about.read_text(encoding="utf-8").splitlines()
            if line.startswith("model name")
        ]
        if names:
            return names[0]
    return platform.processor() or platform.machine()
