"""Packages that are installed for one test: on the path with their metadata, as pip leaves it, but without pip."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest


def install(
    patch: pytest.MonkeyPatch, site: Path, name: str, groups: Mapping[str, Mapping[str, str]], version: str = "1.0"
) -> None:
    """Put `site` on the path, with the metadata of a package and its entry points (group -> name -> value)."""
    metadata = site / f"{name.replace('-', '_')}-{version}.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", encoding="utf-8")
    sections = (
        "\n".join([f"[{group}]", *(f"{entry} = {value}" for entry, value in entries.items()), ""])
        for group, entries in groups.items()
    )
    (metadata / "entry_points.txt").write_text("\n".join(sections), encoding="utf-8")
    patch.syspath_prepend(str(site))


def install_folder(patch: pytest.MonkeyPatch, site: Path, folder: Path) -> None:
    """The same for a folder with a pyproject.toml, by what it says."""
    project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    patch.syspath_prepend(str(folder))
    install(patch, site, project["name"], project["entry-points"], project["version"])


def forget(patch: pytest.MonkeyPatch, package: str) -> None:
    """Its modules are imported anew in each test, and are gone after it."""
    for module in [name for name in sys.modules if name.partition(".")[0] == package]:
        patch.delitem(sys.modules, module)
