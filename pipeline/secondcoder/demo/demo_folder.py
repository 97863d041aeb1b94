"""The names of files in a demonstration's folder, by which it is known again without loading what computes one."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

TITLE = "The Kindling programme in seven practices (invented)"
SUMMARY, FILES, SHEET, FINDINGS = "summary.html", "files", "suggestions.xlsx", "findings"
_HEAD = 2000
"""Characters of a page within which its title stands."""


def summary_of(folder: Path) -> Path | None:
    """The summary of the demonstration in a folder; None where there is none, or where it was not finished."""
    page = folder / SUMMARY
    with suppress(OSError):
        if (folder / FILES).is_dir() and page.is_file():
            with page.open(encoding="utf-8", errors="replace") as file:
                return page if f"<title>{TITLE}</title>" in file.read(_HEAD) else None
    return None
