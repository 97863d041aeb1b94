"""docs/interchange.md and docs/findings.md: the formats, dialects, files and settings that they name exist; tables hold.

Commands, options and links of all pages: tests/docs.
"""

from __future__ import annotations

import re
import sys

import pytest
import secondcoder
from secondcoder.charting.report.tables_view import ABOUT
from secondcoder.charting.report.write import FILES, WRITERS
from secondcoder.configuration import ChartingSettings, LearningSettings
from secondcoder.exchange.registry import coded_formats
from support.places import BENCHMARKS, ROOT, SHARED

PAGES = {name: (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8") for name in ("interchange", "findings")}
PAGE, FINDINGS = PAGES["interchange"], PAGES["findings"]


def test_the_formats_that_are_written_are_on_the_page() -> None:
    named = set(re.findall(r"--format ([a-z-]+)", PAGE))
    written = {each.name for each in coded_formats() if each.write and not {".qdpx", ".csv"} & set(each.suffixes)}
    assert named - {"maxqda"} == written


def test_the_dialects_are_those_of_the_program() -> None:
    rows = re.findall(
        r"^\| `([a-z0-9-]+)`(?:, unless said)? \|(?= [A-Zp])", PAGE.partition("## REFI-QDA\n")[0], re.MULTILINE
    )
    (project,) = [each for each in coded_formats() if each.dialects]
    assert rows == [*project.dialects]


def test_the_files_of_a_chart_are_those_of_the_program() -> None:
    """Those of the folder, and tables by the name that the report explains."""
    assert set(FILES) <= set(re.findall(r"`([a-z]+\.(?:html|xlsx|docx))`", FINDINGS))
    tables = set(re.findall(r"`(?:tables/)?([a-z_]+)\.csv`", FINDINGS))
    assert tables
    assert tables <= set(ABOUT)
    assert set(re.findall(r"`(\.[a-z]+)`", FINDINGS)) <= set(WRITERS)


def test_the_settings_of_charting_are_those_of_the_program() -> None:
    (paragraph,) = [part for part in FINDINGS.split("\n\n") if "[charting]" in part]
    named = set(re.findall(r"`([a-z_]+)`", paragraph))
    assert named
    assert named <= set(ChartingSettings.model_fields)
    rolled = re.findall(r"`learning\.([a-z_]+)`", FINDINGS)
    assert rolled
    assert set(rolled) <= set(LearningSettings.model_fields)


@pytest.mark.slow
@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="the reference files do not lie beside this checkout")
def test_the_table_is_what_comes_of_the_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [str(BENCHMARKS), *sys.path])
    from tried_files import MARKED, table

    (written,) = MARKED.findall(PAGE)
    assert written == table()


def test_installing_names_this_version_and_the_torch_that_it_needs() -> None:
    page = (ROOT / "docs" / "install.md").read_text(encoding="utf-8")
    assert set(re.findall(r"secondcoder-([\d.]+)-py3", page)) == {secondcoder.__version__}
    (needed,) = re.findall(r"^    torch(>=[\d.]+)", (ROOT / "setup.cfg").read_text(encoding="utf-8"), re.MULTILINE)
    assert f"torch{needed} has no wheels" in page
