"""The folder of a cache of vectors."""

from __future__ import annotations

from pathlib import Path

import pytest
from secondcoder.embedding.cache_folder import VECTORS


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "new" / VECTORS
