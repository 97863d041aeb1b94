"""Tables to files: CSV, XLSX, Parquet, JSONL by suffix, the same bytes for the same content."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from secondcoder.errors import InputError, did_you_mean
from secondcoder.reports.whole_file import write_whole
from secondcoder.reports.workbook_memory import workbook_in_memory

if TYPE_CHECKING:
    import pandas as pd
    from openpyxl import Workbook

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
LONGEST_CELL = 32_767
"""UTF-16 units that a cell of a workbook holds."""
# An underscore too, where what follows would be read as such a character.
NOT_IN_XML = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
# The earliest time that a zip file can hold.
EPOCH = (1980, 1, 1, 0, 0, 0)


def write_table(table: pd.DataFrame, path: Path, sheet: str = "suggestions") -> None:
    """Write by suffix, whole or not at all; cells that a spreadsheet would run as a formula get an apostrophe before them.

    Args:
        sheet: what a workbook's sheet is called.
    """
    write_whole(path, _writer(path, sheet=sheet)(table))


def check_suffix(path: Path, *, pages: bool = False) -> None:
    """InputError for a file that `write_table` would refuse, before the work that fills it; with `pages`, `.html` will do too."""
    if not (pages and is_page(path)):
        _writer(path, "pages are written as .html, " if pages else "")


def is_page(path: Path) -> bool:
    """The suffix is one of a page's."""
    return path.suffix.lower() in (".html", ".htm")


def _writer(path: Path, also: str = "", sheet: str = "") -> Callable[[pd.DataFrame], bytes]:
    writers: dict[str, Callable[[pd.DataFrame], bytes]] = {
        # With a byte order mark, without which Excel takes UTF-8 for an old code page.
        ".csv": lambda frame: b"\xef\xbb\xbf" + csv_text(frame).encode("utf-8"),
        ".xlsx": lambda frame: _xlsx(frame, sheet),
        ".parquet": _parquet,
        ".jsonl": _jsonl,
    }
    if path.suffix.lower() not in writers:
        near = did_you_mean(path.suffix.lower(), writers)
        raise InputError(
            f"{path.name}: {also}tables are written as {', '.join(writers)}, by suffix.{near} Nothing was written."
        )
    return writers[path.suffix.lower()]


def csv_text(table: pd.DataFrame) -> str:
    """CSV with spreadsheet formulas neutralised and all text quoted: a bare carriage return would begin a row of its own."""
    # The same line ends on every system.
    return str(_neutral(table).to_csv(index=False, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC))


def neutral_cell(value: Any) -> Any:
    """A text cell that begins like a formula, with an apostrophe before it (OWASP, CSV injection).

    So has one that begins like that behind apostrophes of its own: `plain_cell` takes one off.
    """
    return f"'{value}" if isinstance(value, str) and _is_dangerous(value) else value


def plain_cell(text: str) -> str:
    """What `neutral_cell` was given, for tables that come back."""
    return text[1:] if text.startswith("'") and _is_dangerous(text[1:]) else text


def _is_dangerous(text: str) -> bool:
    return text.lstrip("'").startswith(DANGEROUS)


def workbook_text(text: str) -> str:
    """The text with characters that XML cannot hold, or would change, written as Excel does: `_x000C_` (ECMA-376, ST_Xstring)."""
    return NOT_IN_XML.sub(lambda sign: f"_x{ord(sign[0]):04X}_", text)


def _neutral(table: pd.DataFrame) -> pd.DataFrame:
    return table.map(neutral_cell)


def _xlsx(table: pd.DataFrame, title: str) -> bytes:
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font

    book = Workbook()
    sheet = book.active
    sheet.title = title
    sheet.append(list(table.columns))
    for number, values in enumerate(_neutral(table).itertuples(index=False), start=2):
        sheet.append(
            [_workbook_cell(v, f"row {number}, column '{column}'") for column, v in zip(table, values, strict=True)]
        )
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for number, name in enumerate(table.columns, start=1):
        letter = sheet.cell(1, number).column_letter
        sheet.column_dimensions[letter].width = 60 if name in {"text", "carrying"} else 24 if "nearest" in name else 14
    for row in sheet.iter_rows(min_row=2):
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if isinstance(cell.value, str):
                cell.data_type = "s"  # text, never a formula or an error
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    return workbook_bytes(book)


def _workbook_cell(value: Any, place: str) -> Any:
    if not isinstance(value, str):
        return _or_none(value)
    text = workbook_text(value)
    if len(text.encode("utf-16-le", "surrogatepass")) // 2 > LONGEST_CELL:
        raise InputError(
            f"{place} has {len(value):,} characters, and a cell of a workbook holds {LONGEST_CELL:,}. Name a file that ends in .csv, "
            ".parquet or .jsonl. Nothing was written."
        )
    return text


def workbook_bytes(book: Workbook) -> bytes:
    """The file of a workbook, without the hour it was written, which openpyxl puts in three places."""
    book.properties.created = book.properties.modified = datetime(*EPOCH[:3])
    return with_fixed_times(workbook_in_memory(book))


def with_fixed_times(package: bytes) -> bytes:
    """A file of Microsoft Office, which is a zip, without the hour it was written."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist()):
            content = old.read(name)
            if name == "docProps/core.xml":
                # openpyxl sets this time on saving, whatever the properties say.
                content = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>1980-01-01T00:00:00Z", content)
            new.writestr(zipfile.ZipInfo(name, date_time=EPOCH), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _parquet(table: pd.DataFrame) -> bytes:
    out = io.BytesIO()
    # By its checksum a reader knows a damaged page.
    table.to_parquet(out, index=False, write_page_checksum=True)
    return out.getvalue()


def _jsonl(table: pd.DataFrame) -> bytes:
    records = [{key: _or_none(value) for key, value in row.items()} for row in table.to_dict(orient="records")]
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records).encode()


def _or_none(value: Any) -> Any:
    from pandas import NA

    # nan: JSON has no word for it, and Excel would show an error. NA, a missing whole number, compares to nothing.
    return None if value is NA or value != value else value
