"""One study in which something of everything happened, made once and copied."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from secondcoder.study.folder import CONFIGURATION
from secondcoder.study.study import Study
from support.audit_checks import eventful
from support.study_checks import CHEAP


@pytest.fixture(scope="session")
def full_study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The study's folder; not to be changed."""
    folder = tmp_path_factory.mktemp("audit") / "eventful"
    Study.create(folder, "npt-core").close()
    (folder / CONFIGURATION).write_text(CHEAP, encoding="utf-8")
    study = eventful(Study(folder))
    study.close()
    return folder


@pytest.fixture
def folder(full_study: Path, tmp_path: Path) -> Path:
    """A copy of it to tamper with."""
    return Path(shutil.copytree(full_study, tmp_path / "study"))
