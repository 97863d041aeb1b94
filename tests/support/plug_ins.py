"""Small outside packages, put where Python finds them as it finds installed ones."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from secondcoder.exchange.registry import coded_formats
from secondcoder.transcripts.registry import readers


def put_package(monkeypatch: pytest.MonkeyPatch, folder: Path, module: str, code: str, **entry_points: str) -> None:
    """One module, and the metadata that an installer writes for it; `entry_points` are group (_ for .) to `name = value`."""
    metadata = folder / f"{module}-1.0.dist-info"
    metadata.mkdir(parents=True)
    (folder / f"{module}.py").write_text(code, encoding="utf-8")
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.0\n", encoding="utf-8")
    lines = [f"[secondcoder.{group}]\n{entry}\n" for group, entry in entry_points.items()]
    (metadata / "entry_points.txt").write_text("\n".join(lines), encoding="utf-8")
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.delitem(sys.modules, module, raising=False)
    forget_plug_ins()


def forget_plug_ins() -> None:
    """Let the registries look again."""
    readers.cache_clear()
    coded_formats.cache_clear()
