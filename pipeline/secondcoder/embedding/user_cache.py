"""The folder of this person's on this machine, for what can be made again at any time."""

from __future__ import annotations

import os
from pathlib import Path

from platformdirs import user_cache_dir

VARIABLE = "SECONDCODER_CACHE"


def user_cache() -> Path:
    """Where the environment variable says, else where this system keeps caches."""
    return Path(os.environ.get(VARIABLE) or user_cache_dir("secondcoder", appauthor=False))
