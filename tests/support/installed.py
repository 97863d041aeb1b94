"""Packages that are installed for one test: on the path with their metadata, as pip leaves it, but without pip."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest
from secondcoder.agreement import coefficients
from secondcoder.exchange.codebooks.registry import codebook_formats
from secondcoder.exchange.registry import coded_formats
from secondcoder.transcripts import readers

OUTSIDE = Path(__file__).parents[1] / "outside_package"
"""A package with one part of each kind."""
Groups = Mapping[str, Mapping[str, str]]
"""Entry points: group -> name -> value."""


def install(patch: pytest.MonkeyPatch, site: Path, name: str, groups: Groups, version: str = "1.0") -> None:
    """Put `site` on the path, with the metadata of a package and its entry points."""
    metadata = site / f"{name.replace('-', '_')}-{version}.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", encoding="utf-8")
    sections = (
        "\n".join([f"[{group}]", *(f"{entry} = {value}" for entry, value in entries.items()), ""])
        for group, entries in groups.items()
    )
    (metadata / "entry_points.txt").write_text("\n".join(sections), encoding="utf-8")
    patch.syspath_prepend(str(site))
    look_again()


def install_module(
    patch: pytest.MonkeyPatch, site: Path, content: str, group: str, entries: Mapping[str, str], name: str = "outside"
) -> None:
    """A package of one module, `outside`, with entry points of one group."""
    site.mkdir()
    (site / "outside.py").write_text(content, encoding="utf-8")
    install(patch, site, name, {f"secondcoder.{group}": entries})


def install_folder(patch: pytest.MonkeyPatch, site: Path, folder: Path = OUTSIDE) -> None:
    """A folder with a pyproject.toml, by what it says."""
    project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    patch.syspath_prepend(str(folder))
    install(patch, site, project["name"], project["entry-points"], project["version"])


def look_again() -> None:
    """What the registries keep is read anew, and the modules from outside are imported anew."""
    for registry in (readers, coded_formats, codebook_formats, coefficients):
        registry.cache_clear()
    for module in [name for name in sys.modules if name.partition(".")[0] in ("outside", "outside_parts")]:
        del sys.modules[module]
