"""The manifest: a table that describes each transcript file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from secondcoder.domain.names import file_name, folded
from secondcoder.domain.wording import counted, listed
from secondcoder.errors import TableError, did_you_mean
from secondcoder.exchange.named_speakers import listed_labels
from secondcoder.exchange.tables.attributes import constant_within
from secondcoder.exchange.tables.clean_cells import clean_rows
from secondcoder.exchange.tables.rows import GUARDED, Row, read_table

COLUMNS = ("file", "transcript", "case", "participant", "role", "wave", "interviewer", "speakers")
SHOWN = 8
"""Files that a note names."""


@dataclass(frozen=True)
class Manifest:
    """Rows by file name, folded, and attributes by case: every further column that is constant within each case.

    `name` is that of its file, '' where there is no manifest.
    """

    by_file: dict[str, dict[str, str]] = field(default_factory=dict)
    case_attributes: dict[str, dict[str, str]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    name: str = ""

    def about(self, path: Path) -> dict[str, str]:
        """The manifest's entry for a file: by its name, or by the end of its path where names repeat."""
        parts = [folded(file_name(part)) for part in path.parts]
        ends = ("/".join(parts[-depth:]) for depth in (1, 2, 3))
        return next((self.by_file[end] for end in ends if end in self.by_file), {})

    def labels(self, path: Path, column: Literal["interviewer", "speakers"]) -> tuple[str, ...]:
        """The labels of a file's interviewers or speakers, () where the manifest names none."""
        return listed_labels([self.about(path).get(column, "")])

    def unnamed(self, paths: Iterable[Path]) -> list[str]:
        """A note on the files that the manifest does not name, so that it says nothing of them."""
        names = [file_name(path.name) for path in paths if self.name and not self.about(path)]
        if not names:
            return []
        shown, more = names[:SHOWN], len(names) - SHOWN
        files = listed([f"'{name}'" for name in shown] + ([counted(more, "other")] if more > 0 else []))
        return [f"{self.name} does not name {files}: imported without case, participant, role and wave from there."]


def is_manifest(path: Path) -> bool:
    """A table named manifest.csv (or .xlsx) is one."""
    return path.stem.casefold() == "manifest" and path.suffix.lower() in (".csv", ".tsv", ".xlsx")


def read_manifest(path: Path) -> Manifest:
    """A manifest; TableError for a missing `file` column, an empty name, a file named twice."""
    table = read_table(path, ("file",))
    rows, notes = clean_rows(table.rows, guarded=path.suffix.lower() in GUARDED)
    if "file" not in rows[0].cells:
        raise TableError(path.name, [f"line 1: column 'file' is missing.{did_you_mean('file', rows[0].cells)}"])
    faults = [f"{row.place}: column '{column}' {why}." for row in rows for column, why in row.unclear.items()]
    by_file: dict[str, dict[str, str]] = {}
    for row in rows:
        name = row["file"].strip().replace("\\", "/")  # folders as Windows writes them
        if not name:
            faults.append(f"{row.place}: no file is named.")
        elif first := by_file.get(folded(file_name(name))):
            also = "" if first["file"] == name else f", also as '{first['file']}'"
            faults.append(f"{row.place}: file '{name}' is named twice{also}.")
        by_file[folded(file_name(name))] = {column: value.strip() for column, value in row.cells.items()} | {
            "file": name
        }
    further = [column for column in rows[0].cells if column and column not in COLUMNS]
    in_cases = [(row["case"].strip(), row.cells) for row in rows if row["case"].strip()]
    attributes, varying = constant_within(in_cases, further)
    faults += [
        f"line 1: column '{column}' differs within a case, so it is no attribute of cases."
        for column in sorted(varying)
    ]
    if faults:
        raise TableError(path.name, faults)
    told = (*table.notes, *notes, *_of_no_case(rows, further))
    return Manifest(by_file, attributes, tuple(f"{path.name}: {note}" for note in told), path.name)


def _of_no_case(rows: Sequence[Row], further: Sequence[str]) -> list[str]:
    """A note on what describes cases in rows that name none."""
    lost = [column for column in further if any(row[column].strip() and not row["case"].strip() for row in rows)]
    if not lost:
        return []
    near = "" if "case" in rows[0].cells else did_you_mean("case", further)
    columns = listed([f"'{column}'" for column in lost])
    return [
        f"what {columns} say describes cases; of rows that name no case in the column 'case' it was not taken.{near}"
    ]
