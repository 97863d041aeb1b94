"""From Word files to the first training: every command names the next one, and says nothing that a newcomer has to guess at."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest
from openpyxl import load_workbook
from secondcoder.errors import TableError
from secondcoder.study.study import Study
from support.coding_checks import fresh_study


def test_each_step_names_the_next(run_cli, tmp_path: Path) -> None:
    folder, interview = tmp_path / "mine", tmp_path / "gp1.docx"
    document = docx.Document()
    for line in ("I: How is it?", "R: We agreed what it is for.", "I: And now?", "R: The room is cold."):
        document.add_paragraph(line)
    document.save(str(interview))
    here = f"secondcoder -C {folder}"
    assert f"{here} import INTERVIEWS/" in run_cli("init", folder, "--codebook", "npt-core")[2]
    said = run_cli("-C", folder, "import", interview)[2]
    assert "Imported 1 transcript.\n" in said
    assert f"Next: code them in the browser: {here} open" in said
    assert run_cli("-C", folder, "status")[1].startswith("1 transcript (0 coded, 1 not); 0 codings.\n")
    sheet = tmp_path / "coding.xlsx"
    assert run_cli("-C", folder, "sheet", "make", sheet, "--coder", "Ana")[0] == 0
    workbook = load_workbook(sheet)
    page = workbook["coding"]
    page.cell(3, [cell.value for cell in page[1]].index("code 1") + 1, "CO")
    workbook.save(sheet)
    said = run_cli("-C", folder, "import", sheet)[2]
    assert "Imported 1 coding by Ana.\n" in said
    assert f"what to do next: {here} status" in said
    assert "not read" not in said  # of its own sheets


def test_talk_without_labels_is_told_what_to_write(run_cli, empty_study: Study, tmp_path: Path) -> None:
    bare = tmp_path / "bare.txt"
    bare.write_text("How did it begin here with you?\n\nWe sat down and agreed what it was for.\n", "utf-8")
    code, _, said = run_cli("-C", empty_study.folder, "import", bare)
    assert (code, "Best put a label such as `I:` before each question" in said) == (1, True)
    assert "files with labels keep theirs" in said


@pytest.mark.parametrize(
    ("faults", "lines"),
    [
        ([f"row {n}: no coder." for n in range(2, 60)], ["row 2, row 3, row 4 and 55 more: no coder."]),
        ([f"row {n}: {n} is no code." for n in (2, 3, 4, 5)], [f"row {n}: {n} is no code." for n in (2, 3, 4, 5)]),
        (["row 2: a.", "row 3: b.", "row 4: a."], ["row 2: a.", "row 3: b.", "row 4: a."]),
    ],
)
def test_rows_with_one_fault_share_a_line(faults: list[str], lines: list[str]) -> None:
    error = TableError("t.csv", faults)
    assert error.faults == faults
    assert str(error).splitlines()[1:-1] == [f"  {line}" for line in lines]


def test_who_codes_is_said_unless_named(run_cli, empty_study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    fresh_study(empty_study)
    monkeypatch.setattr("secondcoder.review.serving.serve", lambda review, sock, *args, **options: sock.close())
    monkeypatch.setattr("getpass.getuser", lambda: "root")
    assert "You code as 'root'" in run_cli("-C", empty_study.folder, "open")[2]
    assert "You code as" not in run_cli("-C", empty_study.folder, "open", "--coder", "Ana")[2]


def test_suggestions_lead_to_the_browser(run_cli, coded_study: Study, tmp_path: Path) -> None:
    assert run_cli("-C", coded_study.folder, "train")[0] == 0
    said = run_cli("-C", coded_study.folder, "code", "--out", tmp_path / "s.csv")[2]
    assert f"Decide on them in the browser: secondcoder -C {coded_study.folder} open" in said
