"""Workbooks written in memory: openpyxl's files in the system's temporary folder would outlive a killed process, talk and all."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from openpyxl import Workbook


def workbook_in_memory(book: Workbook) -> bytes:
    """As `book.save`; the sheets of a workbook that is only written come from `add_sheet`."""
    from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
    from openpyxl.writer.excel import ExcelWriter

    class InMemory(ExcelWriter):  # type: ignore[misc]
        def write_worksheet(self, ws: Any) -> None:
            ws._drawing = SpreadsheetDrawing()
            ws._drawing.charts, ws._drawing.images = ws._charts, ws._images
            if book.write_only:
                ws.close()
            else:
                ws._writer = _writer(ws)
                ws._writer.write()
            ws._rels = ws._writer._rels
            self._archive.writestr(ws.path[1:], ws._writer.read())
            self.manifest.append(ws)

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:
        InMemory(book, archive).write_data()
    return out.getvalue()


def add_sheet(book: Workbook, name: str) -> Any:
    """A new sheet of a workbook that is only written, row by row."""
    sheet: Any = book.create_sheet(name)

    def begun() -> None:
        # At its first row, when it is known how its columns look.
        if sheet._writer is None:
            sheet._writer = _writer(sheet)
            sheet._writer.write_top()

    sheet._get_writer = begun
    return sheet


def _writer(sheet: Any) -> Any:
    from openpyxl.worksheet._writer import WorksheetWriter

    return WorksheetWriter(sheet, out=io.BytesIO())
