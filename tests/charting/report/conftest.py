"""The findings of the demonstration study, as people coded it, written once."""

from __future__ import annotations

from contextlib import closing
from importlib import resources
from pathlib import Path

import pytest
from secondcoder.charting.question import ChartQuestion
from secondcoder.charting.report.write import write_findings
from secondcoder.study.folder import CONFIGURATION
from secondcoder.study.study import Study
from support.report_checks import Exported, Page
from support.study_checks import CHEAP


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("numbers")
    Study.create(folder / "study", "npt").close()
    (folder / "study" / CONFIGURATION).write_text(CHEAP, encoding="utf-8")
    with (
        closing(Study(folder / "study")) as study,
        resources.as_file(resources.files("secondcoder.corpora").joinpath("demo")) as files,
    ):
        study.import_files([Path(files)])
        write_findings(study.chart(ChartQuestion(compare="integration")), folder / "out")
    return folder / "out"


@pytest.fixture(scope="session")
def page(written: Path) -> Page:
    return Page((written / "report.html").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def tables(written: Path) -> Exported:
    return Exported(written / "tables")
