"""What is installed is what is here: every package listed, every data file shipped and reachable."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from configparser import ConfigParser
from fnmatch import fnmatch
from importlib import metadata, resources
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version
from support.places import ROOT

SETUP = ConfigParser()
SETUP.read(ROOT / "setup.cfg", encoding="utf-8")
PACKAGES = SETUP["options"]["packages"].split()
FOLDERS = {"secondcoder.configs": "configs", "secondcoder.corpora": "corpora", "secondcoder.models": "models"}
NEVER_IMPORTED = {"dask-jobqueue", "defusedxml", "python-multipart"}
"""Required for what setup.cfg says."""
SHIPPED = [
    *((f"secondcoder.{folder}", path.relative_to(ROOT / folder))
    for folder, pattern in (("configs", "default.toml"), ("configs", "codebooks/*.yml"), ("corpora", "demo/**/*"))
    for path in sorted((ROOT / folder).glob(pattern)) if path.is_file() and not path.name.startswith(".")),
    ("secondcoder.store.migrations", Path("script.py.mako")),
]  # fmt: skip


def test_every_package_is_listed() -> None:
    source = ROOT / "pipeline"
    found = {".".join(path.parent.relative_to(source).parts) for path in source.rglob("__init__.py")}
    assert set(PACKAGES) == found | set(FOLDERS)


@pytest.mark.parametrize(("package", "path"), SHIPPED, ids=str)
def test_every_data_file_is_shipped(package: str, path: Path) -> None:
    patterns = SETUP["options.package_data"][package].split()
    assert any(fnmatch(path.as_posix(), pattern) for pattern in patterns)
    assert resources.files(package).joinpath(*path.parts).is_file()


def test_data_beside_the_code_has_a_line_in_package_data() -> None:
    for path in (ROOT / "pipeline" / "secondcoder").rglob("*"):
        if path.is_dir() or path.suffix in {".py", ".pyc"}:
            continue
        package = next(folder for folder in path.parents if (folder / "__init__.py").exists())
        listed = SETUP["options.package_data"].get(".".join(package.relative_to(ROOT / "pipeline").parts), "").split()
        assert any(path.relative_to(package).match(pattern) for pattern in listed), path


def test_the_command_is_installed() -> None:
    (entry,) = metadata.entry_points(group="console_scripts", name="secondcoder")
    assert entry.value == "secondcoder.cli:main"
    assert callable(entry.load())


def test_the_version_is_one() -> None:
    version = SETUP["metadata"]["version"]
    assert metadata.version("secondcoder") == version
    # For Zenodo and for whoever cites, which read no setup.cfg.
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    heading = re.search(r"^## (\d.*) \((.*)\)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert heading is not None
    assert heading.groups() == (citation["version"], citation["date-released"]) == (version, citation["date-released"])


def test_every_requirement_has_a_lower_bound() -> None:
    for requirement in SETUP["options"]["install_requires"].split():
        assert ">=" in requirement, requirement


def test_every_library_that_is_imported_is_required_and_no_other() -> None:
    libraries = {"docx": "python-docx", "yaml": "pyyaml", "sklearn": "scikit-learn", "pdfminer": "pdfminer.six"}
    imported_names = {name for path in (ROOT / "pipeline").rglob("*.py") for name in imported(path)}
    used = {
        libraries.get(name, name.replace("_", "-").casefold())
        for name in imported_names - sys.stdlib_module_names - {"secondcoder"}
    }
    assert used ^ {*required("install_requires"), *required("cluster")} == NEVER_IMPORTED


def test_every_requirement_is_pinned() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pinned = {line.partition("==")[0].replace("_", "-").casefold() for line in lines}
    assert set(required("install_requires")) <= pinned
    assert set(required("dev")) <= pinned


def required(key: str) -> list[str]:
    """Names of the libraries that setup.cfg requires, of all users or for an extra."""
    section = "options" if key in SETUP["options"] else "options.extras_require"
    return [re.split(r"[<>=\[]", line)[0].casefold() for line in SETUP[section][key].split()]


def imported(path: Path) -> Iterator[str]:
    """Top-level names of what a module imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield (node.module or "").partition(".")[0]


def test_the_oldest_versions_that_are_promised_are_those_that_are_tried() -> None:
    """Of what everybody gets: the extras' bounds are tried at their newest only."""
    lines = (ROOT / "constraints-oldest.txt").read_text(encoding="utf-8").splitlines()
    tried = {
        canonicalize_name(name): Version(version)
        for name, _, version in (line.partition("==") for line in lines)
        if version
    }
    for line in SETUP["options"]["install_requires"].split():
        requirement = Requirement(line)
        (bound,) = [Version(each.version) for each in requirement.specifier if each.operator == ">="]
        assert tried[canonicalize_name(requirement.name)] == bound, line


def test_the_torch_that_pages_name_is_the_one_that_constraints_allow() -> None:
    """Another one would be replaced by the next line, by PyPI's with libraries for graphics cards."""
    pinned = re.search(r"^torch==(\S+)", (ROOT / "constraints.txt").read_text(encoding="utf-8"), re.MULTILINE)
    assert pinned is not None
    for page in ("README.md", "CONTRIBUTING.md"):
        assert set(re.findall(r"torch==([\d.]+)", (ROOT / page).read_text(encoding="utf-8"))) == {pinned[1]}, page
