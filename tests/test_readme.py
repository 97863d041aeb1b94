"""The README's commands, copied in its order into an empty folder, with its own example table and manifest.

Everything is read from README.md, so that page and program cannot part. What the page does not give is made here: the
transcript that its table is of, a few more coded interviews (three units teach nothing), and the two files that a person edits.
"""

from __future__ import annotations

import csv
import io
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from docx import Document
from openpyxl import load_workbook
from support.places import ROOT
from support.study_checks import talk_rows

README = (ROOT / "README.md").read_text(encoding="utf-8")
PROGRAM = "import sys; sys.argv = ['secondcoder', *sys.argv[1:]]\nfrom secondcoder.cli import main\nmain()\n"


def section(title: str) -> str:
    """What stands under a heading."""
    return README.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def blocks(text: str) -> list[str]:
    """The indented blocks of a stretch of Markdown."""
    return [
        re.sub(r"^ {4}", "", found, flags=re.MULTILINE) for found in re.findall(r"(?:^ {4}.*\n?)+", text, re.MULTILINE)
    ]


def commands(title: str) -> list[list[str]]:
    """The commands of a section's blocks, as arguments."""
    lines = (line for block in blocks(section(title)) for line in block.splitlines())
    return [shlex.split(line, comments=True)[1:] for line in lines if line.startswith("secondcoder ")]


def example(first: str) -> str:
    """The example file whose first column is `first`."""
    (found,) = [block for block in blocks(README) if block.startswith(f"{first},")]
    return found


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


class Folder:
    """An empty folder and a terminal in it."""

    def __init__(self, folder: Path) -> None:
        self.path = folder

    def run(self, arguments: Sequence[str], answer: str = "") -> str:
        """What a command that must end well printed, on both streams."""
        code, said = self.try_(arguments, answer)
        assert code == 0, f"secondcoder {shlex.join(arguments)}\n{said}"
        return said

    def try_(self, arguments: Sequence[str], answer: str = "") -> tuple[int, str]:
        command = [sys.executable, "-c", PROGRAM, *arguments]
        done = subprocess.run(command, cwd=self.path, input=answer, capture_output=True, encoding="utf-8", check=False)
        said = done.stdout + done.stderr
        assert "Traceback" not in said, said
        return done.returncode, said

    def write_example(self) -> None:
        """`transcripts/` with gp1.docx and its manifest, and codes.csv."""
        (self.path / "transcripts").mkdir()
        (self.path / "transcripts" / "manifest.csv").write_text(example("file"), encoding="utf-8")
        (self.path / "codes.csv").write_text(example("transcript"), encoding="utf-8")
        document = Document()
        for row in table(example("transcript")):
            document.add_paragraph(f"{row['speaker']}: {row['text']}")
        document.save(str(self.path / "transcripts" / "gp1.docx"))

    def write_more(self) -> None:
        """Rows of further interviews below the example's."""
        columns = list(table(example("transcript"))[0])
        with (self.path / "codes.csv").open("a", encoding="utf-8", newline="") as file:
            csv.DictWriter(file, columns, extrasaction="ignore").writerows(talk_rows())


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


@pytest.mark.slow
@pytest.mark.model
def test_the_example_comes_in_as_it_stands(folder: Folder) -> None:
    """The transcript as a Word file and its table of units, in one import, on an empty study."""
    folder.write_example()
    init, bring, *_ = commands("Interviews that are coded already")
    folder.run(init)
    said = folder.run(bring)
    assert "1 transcript" in said
    assert "2 codings by Ines" in said
    rows = table(folder.run(["-C", "mystudy", "export"]))
    codes = {(row["text"], row["codes"]) for row in rows if row["codes"]}
    assert codes == {
        (row["text"], code) for row in table(example("transcript")) for code in row["codes"].split("|") if code
    }
    folder.run(["-C", "mystudy", "export", "--out", "team.qdpx"])
    begin, take = commands("Coming from NVivo, MAXQDA, ATLAS.ti, QualCoder or Word")
    folder.run(begin)
    assert "1 transcript and 2 codings by Ines" in folder.run(take)


@pytest.mark.slow
def test_the_first_steps_lead_to_the_browser(folder: Folder) -> None:
    folder.write_example()
    (folder.path / "transcripts").rename(folder.path / "interviews")
    init, bring, open_ = commands("First steps, in the browser")
    folder.run(init)
    assert f"{open_[2]}   (or in a spreadsheet" in folder.run(bring)
    assert open_[2:] == ["open", "--coder", "Ana"]


def test_no_line_is_too_long_to_read() -> None:
    assert max(map(len, README.splitlines())) < 135


@pytest.mark.slow
@pytest.mark.model
def test_the_commands_run_in_the_readmes_order(folder: Folder) -> None:
    folder.write_example()
    folder.write_more()
    for arguments in commands("Interviews that are coded already"):
        folder.run(arguments)
    assert (folder.path / "suggestions.xlsx").is_file()
    # The review itself is a server; its spreadsheet and its summary stand in the table of commands.
    folder.run(["-C", "mystudy", "review", "export", "review.xlsx"])
    _fill(folder.path / "review.xlsx", "decision", "accept", rows=4)
    folder.run(["-C", "mystudy", "review", "import", "review.xlsx", "--coder", "Ana"])
    folder.run(["-C", "mystudy", "review", "summary"])
    for arguments in commands("Learning from new codings"):
        folder.run(arguments)
    folder.run(["-C", "mystudy", "doubts", "--new"])
    folder.run(["-C", "mystudy", "code", "--model", "m0001"])
    _change_the_codebook(folder)
    # As `check` advises: the model in use knows the codebook from before.
    for arguments in (
        ["train"],
        ["check", "--audit"],
        ["export", "--audit", "trail.csv"],
        ["export", "--methods", "methods.md"],
    ):
        folder.run(["-C", "mystudy", *arguments])


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
    (change,) = commands("When the codebook changes")
    assert change[:4] == ["-C", "mystudy", "codebook", "change"]
    old, _, new = change[change.index("--split") + 1].partition("=")
    book = yaml.safe_load((folder.path / "mystudy" / "codebook.yml").read_text(encoding="utf-8"))
    text = yaml.safe_dump(_split(book, old, new.split(",")), allow_unicode=True)
    (folder.path / change[4]).write_text(text, encoding="utf-8")
    folder.run(change, answer="y\n")
    sheet = folder.path / change[change.index("--sheet") + 1]
    _fill(sheet, "new_code", new.split(",")[0], rows=1)
    folder.run(["-C", "mystudy", "codebook", "assign", sheet.name])
    assert old in folder.run(["-C", "mystudy", "codebook", "history"])


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


def _named_options() -> Iterator[tuple[str, str]]:
    """Every `COMMAND --option` and `--option` in the running text, with its command where it is named."""
    from secondcoder.cli import COMMANDS

    for span in re.findall(r"`([^`\n]+)`", README):
        words = span.removeprefix("secondcoder ").split()
        command = next((word for word in words if word in COMMANDS), "")
        yield from ((command, word) for word in words if word.startswith("--"))


@pytest.mark.parametrize(("command", "option"), sorted(set(_named_options())))
def test_every_option_that_is_named_exists(command: str, option: str) -> None:
    assert option in _help(command), f"`{command} {option}`"


def _help(command: str) -> str:
    """The help of a command and its sub-commands; of all commands where none is named."""
    import click
    from secondcoder.cli import COMMANDS, cli

    context = click.Context(cli)
    found = [cli.get_command(context, name) for name in ([command] if command else COMMANDS)]
    found += [sub for group in found if isinstance(group, click.Group) for sub in group.commands.values()]
    return " ".join(each.get_help(click.Context(each)) for each in found)


def test_the_table_of_commands_is_whole() -> None:
    from secondcoder.cli import COMMANDS

    rows = re.findall(r"^\| `(\w+)` \|", README, re.MULTILINE)
    assert sorted(rows) == sorted(COMMANDS)
