"""What is released: a source distribution and a wheel that hold what they should and nothing else, the one made from the other."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
import tarfile
import zipfile
from configparser import ConfigParser
from email.parser import HeaderParser
from pathlib import Path
from typing import NamedTuple

import pytest
from support.places import ROOT

pytestmark = pytest.mark.slow
FOLDERS = {
    "pipeline/secondcoder/": "secondcoder/",
    "configs/": "secondcoder/configs/",
    "models/": "secondcoder/models/",
}
CORPORA = ("corpora/__init__.py", "corpora/README.md", "corpora/demo/")
BESIDE = {
    "CHANGELOG.md", "CITATION.cff", "LICENSE", "MANIFEST.in", "README.md", "constraints.txt", "pyproject.toml", "setup.cfg",
    "setup.py",
}  # fmt: skip
GENERATED = ("PKG-INFO", "secondcoder.egg-info/")


class Built(NamedTuple):
    """The source distribution, the wheel made from it, the one made from the checkout, and the tracked files that ship."""

    source: Path
    wheel: Path
    direct: Path
    shipped: dict[str, str]


def build(folder: Path, out: Path, *what: str) -> None:
    subprocess.run([sys.executable, "-m", "build", *what, "--outdir", out, folder], check=True, capture_output=True)


def in_wheel(path: str) -> str | None:
    """Where a tracked file lies in the wheel; None where it does not ship."""
    if path.startswith(CORPORA):
        return f"secondcoder/{path}"
    return next((to + path.removeprefix(folder) for folder, to in FOLDERS.items() if path.startswith(folder)), None)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Built as `make dist` does, but from a copy: what an earlier build left in the checkout must not ship."""
    if not (ROOT / ".git").exists():
        pytest.skip("the files that are tracked are known in a git checkout only")
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    folder = tmp_path_factory.mktemp("release")
    tracked = [name for name in names.split("\0") if name and (ROOT / name).is_file()]
    for name in tracked:
        to = folder / "copy" / name
        to.parent.mkdir(parents=True, exist_ok=True)
        to.write_bytes((ROOT / name).read_bytes())
    build(folder / "copy", folder / "both")
    build(folder / "copy", folder / "direct", "--wheel")
    (source,), (wheel,) = (folder / "both").glob("*.tar.gz"), (folder / "both").glob("*.whl")
    (direct,) = (folder / "direct").glob("*.whl")
    return Built(source, wheel, direct, {name: place for name in tracked if (place := in_wheel(name))})


def record(wheel: Path) -> dict[str, str]:
    """File -> hash, as the wheel's RECORD has them."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith(".dist-info/RECORD")]
        rows = csv.reader(io.StringIO(archive.read(name).decode()))
        return {row[0]: row[1] for row in rows if not row[0].endswith("/RECORD")}


def test_the_wheel_holds_what_is_tracked_and_nothing_else(built: Built) -> None:
    assert {name for name in record(built.wheel) if ".dist-info/" not in name} == set(built.shipped.values())


def test_the_source_distribution_holds_what_the_wheel_is_made_of_and_nothing_else(built: Built) -> None:
    with tarfile.open(built.source) as archive:
        files = {member.name.partition("/")[2] for member in archive.getmembers() if member.isfile()}
    assert {name for name in files if not name.startswith(GENERATED)} == BESIDE | set(built.shipped)


def test_the_source_distribution_gives_the_same_wheel(built: Built) -> None:
    assert record(built.wheel) == record(built.direct)


def test_name_and_version_are_those_of_the_one_place(built: Built) -> None:
    setup = ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    version = setup["metadata"]["version"]
    assert built.wheel.name == f"secondcoder-{version}-py3-none-any.whl"
    assert built.source.name == f"secondcoder-{version}.tar.gz"
    with zipfile.ZipFile(built.wheel) as archive:
        metadata = HeaderParser().parsestr(archive.read(f"secondcoder-{version}.dist-info/METADATA").decode())
    assert (metadata["Version"], metadata["Requires-Python"]) == (version, ">=3.11")
    assert metadata["License-Expression"] == "MIT"
