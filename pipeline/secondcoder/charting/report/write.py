"""Findings to files: a page, a workbook, a Word document, or a folder of all of them with a table a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from secondcoder.charting.findings import Findings
from secondcoder.charting.model_tables import OF_THE_MODEL
from secondcoder.charting.report.documents import appendix, results
from secondcoder.charting.report.page import page
from secondcoder.charting.report.workbook import workbook
from secondcoder.domain.wording import shorten
from secondcoder.errors import InputError, did_you_mean
from secondcoder.reports.tables import neutral_cell, write_table
from secondcoder.reports.whole_file import write_whole

FOLDER, TABLES = "findings", "tables"
"""In a study's folder, and in that."""


def check_out(out: Path) -> None:
    """InputError for a file that could not be written, before the work that fills it."""
    try:
        out.is_dir()
    except OSError as error:
        raise InputError(
            f"No file can be called '{shorten(out.name, 60)}' ({error.strerror}). Nothing was written."
        ) from None
    if out.suffix and out.suffix.lower() not in WRITERS and not out.is_dir():
        near = did_you_mean(out.suffix.lower(), WRITERS)
        raise InputError(
            f"{out.name}: findings are written as {', '.join(WRITERS)}, by suffix, or all of them into a folder.{near} "
            "Nothing was written."
        )
    folder = out.parent if out.suffix.lower() in WRITERS else out
    if in_the_way := next((each for each in (folder, *folder.parents) if each.is_file()), None):
        raise InputError(f"{in_the_way} is a file, and not a folder to write into. Nothing was written.")


def write_findings(findings: Findings, out: Path) -> list[Path]:
    """Write one file by its suffix, or all into a folder; what was written."""
    check_out(out)
    if out.suffix.lower() in WRITERS and not out.is_dir():
        write_whole(out, WRITERS[out.suffix.lower()](findings))
        return [out]
    written = []
    for name, write in FILES.items():
        write_whole(out / name, write(findings))
        written.append(out / name)
    for name, table in findings.tables.items():
        # Names of columns may be a study's own words, too.
        write_table(table.rename(columns=neutral_cell), out / TABLES / f"{name}.csv")
    for name in {*findings.refusals, *OF_THE_MODEL} - findings.tables.keys():
        # One of an earlier chart would pass for one of this.
        (out / TABLES / f"{name}.csv").unlink(missing_ok=True)
    return [*written, out / TABLES]


def _page(findings: Findings) -> bytes:
    return page(findings).encode()


WRITERS: Mapping[str, Callable[[Findings], bytes]] = {".html": _page, ".xlsx": workbook, ".docx": appendix}
FILES: Mapping[str, Callable[[Findings], bytes]] = {
    "report.html": _page,
    "matrix.xlsx": workbook,
    "appendix.docx": appendix,
    "results.docx": results,
}
"""What stands in the folder beside the tables."""
