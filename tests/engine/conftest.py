"""Batch runs with small parts."""

from __future__ import annotations

import pytest
from secondcoder.engine import parts, staging


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of seven rows, or of a few files."""
    monkeypatch.setattr(staging, "PART_ROWS", 7)
    monkeypatch.setattr(parts, "PART_FILES", 2)
