"""The commands of the README and of the pages it leads to, on the example table and manifest of these pages.

Everything is read from the pages, so that page and program cannot part. What they do not give is made here: the transcript
that the table is of, a few more coded interviews (three units teach nothing), and the two files that a person edits.
"""

from __future__ import annotations

import csv
import io
import re
import shlex
import sys
import tomllib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from docx import Document
from openpyxl import load_workbook
from support.places import ROOT
from support.study_checks import talk_rows

README = (ROOT / "README.md").read_text(encoding="utf-8")
TRANSCRIPTS, CODED_DATA, RETRAINING = (
    (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8") for name in ("transcripts", "coded-data", "retraining")
)
HOW_TO = ("transcripts", "coded-data", "suggestions", "agreement", "retraining", "tutorial", "offline", "figures")
PAGES = {"README": README, **{name: (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8") for name in HOW_TO}}


def section(page: str, title: str) -> str:
    """What stands under a heading."""
    found = page.partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    assert found, f"no section '{title}'"
    return found


def blocks(text: str, kind: str) -> list[str]:
    """The fenced blocks of a kind in a stretch of Markdown."""
    return re.findall(rf"^```{kind}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def commands(page: str, title: str = "") -> list[list[str]]:
    """The commands of a section's blocks, or of those above all sections, as arguments."""
    part = section(page, title) if title else page.partition("\n## ")[0]
    lines = (line for block in blocks(part, "console") for line in block.splitlines())
    return [shlex.split(line, comments=True)[2:] for line in lines if line.startswith("$ secondcoder ")]


def example(page: str, first: str) -> str:
    """The example file of a page whose first column is `first`."""
    (found,) = [block for block in blocks(page, "text") if block.startswith(f"{first},")]
    return found


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


EXAMPLE = next(block for block in blocks(CODED_DATA, "text") if block.startswith("transcript,order,"))


class Folder:
    """An empty folder and a terminal in it."""

    def __init__(
        self, folder: Path, run_cli: Callable[..., tuple[int, str, str]], answered: Callable[[str], None]
    ) -> None:
        self.path, self.run_cli, self.answered = folder, run_cli, answered

    def run(self, arguments: Sequence[str], answer: str = "") -> str:
        """What a command that must end well printed, on both streams."""
        code, said = self.try_(arguments, answer)
        assert code == 0, f"secondcoder {shlex.join(arguments)}\n{said}"
        return said

    def try_(self, arguments: Sequence[str], answer: str = "") -> tuple[int, str]:
        self.answered(answer)
        code, out, err = self.run_cli(*arguments)
        said = out + err
        assert "Traceback" not in said, said
        return code, said

    def write_example(self) -> None:
        """`interviews/` with gp1.docx and its manifest, and codes.csv."""
        (self.path / "interviews").mkdir()
        (self.path / "interviews" / "manifest.csv").write_text(example(TRANSCRIPTS, "file"), encoding="utf-8")
        (self.path / "codes.csv").write_text(EXAMPLE, encoding="utf-8")
        document = Document()
        for row in table(EXAMPLE):
            document.add_paragraph(f"{row['speaker']}: {row['text']}")
        document.save(str(self.path / "interviews" / "gp1.docx"))

    def write_more(self) -> None:
        """Rows of further interviews below the example's."""
        columns = list(table(EXAMPLE)[0])
        with (self.path / "codes.csv").open("a", encoding="utf-8", newline="") as file:
            csv.DictWriter(file, columns, extrasaction="ignore").writerows(talk_rows())


@pytest.fixture
def folder(tmp_path: Path, run_cli: Callable[..., tuple[int, str, str]], monkeypatch: pytest.MonkeyPatch) -> Folder:
    monkeypatch.chdir(tmp_path)
    return Folder(tmp_path, run_cli, lambda answer: monkeypatch.setattr(sys, "stdin", io.StringIO(answer)))


@pytest.mark.slow
@pytest.mark.model
def test_the_example_comes_in_as_it_stands(folder: Folder) -> None:
    """The transcript as a Word file and its table of units, in one import, on an empty study; and out and in as a project."""
    folder.write_example()
    init, bring, _ = commands(CODED_DATA, "A table of codes")
    folder.run(init)
    said = folder.run(bring)
    assert "1 transcript" in said
    assert "2 codings by Ines" in said
    rows = table(folder.run(["-C", "mystudy", "export"]))
    codes = {(row["text"], row["codes"]) for row in rows if row["codes"]}
    assert codes == {(row["text"], code) for row in table(EXAMPLE) for code in row["codes"].split("|") if code}
    out, begin, take = commands(CODED_DATA, "From another program")
    folder.run(out)
    folder.run(begin)
    assert "1 transcript and 2 codings by Ines" in folder.run(take)


@pytest.mark.slow
def test_the_smallest_loop_leads_to_the_browser(folder: Folder) -> None:
    folder.write_example()
    init, bring, open_ = commands(README, "The smallest loop")
    folder.run(init)
    assert f"{open_[2]}   (or in a spreadsheet" in folder.run(bring)
    assert open_[2:] == ["open", "--coder", "Ana"]


def test_no_line_is_too_long_to_read() -> None:
    assert max(map(len, README.splitlines())) < 135


def test_it_is_one_screen() -> None:
    """About sixty lines, with the two commands for a checkout."""
    assert len(README.splitlines()) < 70
    assert {"make demo", "make test"} <= set(re.findall(r"^\$ (make \w+)", README, re.MULTILINE))


@pytest.mark.slow
@pytest.mark.model
def test_the_commands_run_in_the_pages_order(folder: Folder) -> None:
    folder.write_example()
    folder.write_more()
    for arguments in (*commands(CODED_DATA, "A table of codes"), *commands(PAGES["suggestions"])[2:]):
        folder.run(arguments)
    assert (folder.path / "suggestions.xlsx").is_file()
    # The review itself is a server; what it does can be done in a spreadsheet, too.
    export, take, summary = commands(PAGES["suggestions"], "Decide in a spreadsheet, or in another program")
    folder.run(export)
    _fill(folder.path / "review.xlsx", "decision", "accept", rows=4)
    folder.run(take)
    folder.run(summary)
    for arguments in commands(RETRAINING, "Retrain"):
        folder.run(arguments)
    folder.run(["-C", "mystudy", "doubts", "--new"])
    folder.run(["-C", "mystudy", "code", "--model", "m0001"])
    _change_the_codebook(folder)
    # As `check` advises: the model in use knows the codebook from before.
    for arguments in (["-C", "mystudy", "train"], *commands(RETRAINING, "Who said what, when")):
        folder.run(arguments)


def _fill(sheet: Path, column: str, value: str, rows: int) -> None:
    """The first cells of a column, as a person fills them."""
    workbook = load_workbook(sheet)
    page = workbook.worksheets[0]
    at = [cell.value for cell in page[1]].index(column) + 1
    assert page.max_row > rows, f"{sheet.name} has too few rows to fill"
    for row in range(2, 2 + rows):
        page.cell(row, at, value)
    workbook.save(sheet)


def _change_the_codebook(folder: Folder) -> None:
    """The split of the page, its sheet filled for one code, and read back."""
    change, assign, history = commands(RETRAINING, "When the codebook changes")
    assert change[:4] == ["-C", "mystudy", "codebook", "change"]
    old, _, new = change[change.index("--split") + 1].partition("=")
    book = yaml.safe_load((folder.path / "mystudy" / "codebook.yml").read_text(encoding="utf-8"))
    text = yaml.safe_dump(_split(book, old, new.split(",")), allow_unicode=True)
    (folder.path / change[4]).write_text(text, encoding="utf-8")
    folder.run(change, answer="y\n")
    sheet = folder.path / change[change.index("--sheet") + 1]
    _fill(sheet, "new_code", new.split(",")[0], rows=1)
    assert assign[-1] == sheet.name
    folder.run(assign)
    assert old in folder.run(history)


def _split(book: dict[str, Any], old: str, new: Sequence[str]) -> dict[str, Any]:
    """The codebook as a person divides a code in it: a part for each, and what pointed to the whole points to the first."""
    (whole,) = [code for code in book["codes"] if code["id"] == old]
    others = [code for code in book["codes"] if code is not whole]
    for exclusion in (
        each for code in others for each in code.get("excludes", ()) if isinstance(each, dict) and "see" in each
    ):
        exclusion["see"] = [new[0] if code == old else code for code in exclusion["see"]]
    parts = [{**whole, "id": code, "name": f"{whole['name']} {code}", "aliases": []} for code in new]
    return {**book, "codes": [*others, *parts]}


def _named_settings() -> Iterator[tuple[str, str]]:
    """Every `part.name` of a part of the settings in the pages' running text."""
    parts = "|".join(SETTINGS)
    for text in PAGES.values():
        yield from re.findall(rf"`({parts})\.([a-z_]+)(?: = [^`]*)?`", text)


SETTINGS = tomllib.loads((ROOT / "configs" / "default.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("part", "name"), sorted(set(_named_settings())))
def test_every_setting_that_is_named_exists(part: str, name: str) -> None:
    assert name in SETTINGS[part]
