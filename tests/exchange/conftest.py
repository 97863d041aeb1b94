"""Files to import."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.importing_checks import TALKED


@pytest.fixture
def put(tmp_path: Path):
    """Writes a small interview under `files/`."""

    def write(place: str, answer: str = "") -> Path:
        path = tmp_path / "files" / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(TALKED.format(answer or f"It began at {path.stem}."), encoding="utf-8")
        return path

    return write
