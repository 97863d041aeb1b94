"""A coding sheet as a person handles it: opened, filled, sorted, saved by another program."""

from __future__ import annotations

import csv
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from support.browser_checks import missing

Cells = dict[str, Any]


def sheet_rows(path: Path) -> list[Cells]:
    """The rows of a coding sheet, by column."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))
    header, *rows = load_workbook(path)["coding"].iter_rows(values_only=True)
    return [{name: cell or "" for name, cell in zip(header, row, strict=True)} for row in rows]


def write_rows(path: Path, rows: Sequence[Cells]) -> Path:
    """The sheet with these rows in place of its own."""
    if path.suffix == ".csv":
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        return path
    workbook = load_workbook(path)
    sheet = workbook["coding"]
    columns = [cell.value for cell in sheet[1]]
    sheet.delete_rows(2, sheet.max_row)
    for row in rows:
        sheet.append([row[column] or None for column in columns])
    workbook.save(path)
    return path


def fill(path: Path, change: Callable[[Cells], Cells]) -> Path:
    """The sheet with each row as `change` gives it."""
    return write_rows(path, [row | change(row) for row in sheet_rows(path)])


def saved_by_libreoffice(path: Path) -> Path:
    """The workbook or Word document as LibreOffice saves it; skips, or under CI fails, where that is not installed."""
    program = next((found for name in ("soffice", "libreoffice") if (found := shutil.which(name))), None)
    if program is None:
        missing("LibreOffice is not installed")
    out = path.parent / "resaved"
    profile = f"-env:UserInstallation=file://{path.parent}/profile"
    command = [str(program), profile, "--headless", "--convert-to", path.suffix[1:], "--outdir", str(out), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return out / path.name
