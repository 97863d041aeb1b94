"""Any codebook that a person names: one that ships, or a file of a format in the registry; and codebooks to files, by suffix."""

from __future__ import annotations

from pathlib import Path

from secondcoder.codebook.model import Codebook
from secondcoder.codebook.shipped import SHIPPED
from secondcoder.codebook.yaml_file import dump_codebook, load_codebook, shipped_text, text_of
from secondcoder.errors import CodebookError, InputError
from secondcoder.exchange.codebooks.registry import CodebookFile, find_codebook_reader, find_codebook_writer

__all__ = ["CodebookFile", "read_codebook", "write_codebook"]

ELSEWHERE = {
    ".xls": "an old Excel workbook. Save it as .xlsx",
    ".ods": "an OpenDocument sheet. Save it as .xlsx or .csv",
    ".doc": "an old Word document. Save it as .docx",
    ".odt": "an OpenDocument text. Save it as .docx",
    ".html": "a web page. Export it as a table or as .qdc where the program can",
    ".rtf": "Rich Text. Save it as .docx",
    ".pdf": "a PDF. Copy its table into Excel or Word",
}


def read_codebook(source: str | Path) -> CodebookFile:
    """A shipped codebook by name, or one from a file of any format that is known, or what a project of another program carries.

    Raises:
        CodebookError: there is no such file, it is no codebook, or parts of it cannot be used.
    """
    if str(source) in SHIPPED:
        return CodebookFile(load_codebook(source), shipped_text(str(source)))
    path = Path(source)
    if not _is_there(path):
        return CodebookFile(load_codebook(source), "")  # which says that there is none
    read = find_codebook_reader(path) if path.is_file() else None
    if read is None and (carried := _carried(path)):
        return CodebookFile(carried, dump_codebook(carried))
    if read is None and (what := ELSEWHERE.get(path.suffix.lower())):
        raise CodebookError(f"{path.name}: {what}; a codebook is YAML, CSV, .xlsx or a table in .docx.")
    return read(path) if read else CodebookFile(load_codebook(source), text_of(path))


def _is_there(path: Path) -> bool:
    """CodebookError for what would be waited for without end, or lies in a folder that may not be looked into."""
    try:
        if path.is_file() or path.is_dir() or not path.exists():
            return path.exists()
    except OSError as error:
        raise CodebookError(f"{path.name}: cannot be read ({error.strerror}).") from None
    raise CodebookError(f"{path.name}: a pipe, a socket or a device, and no file.")


def _carried(path: Path) -> Codebook | None:
    """The codebook of another program's project, None for what is none."""
    from secondcoder.exchange.registry import find_coded_format

    coded_format = find_coded_format(path)
    try:
        return coded_format.codebook(path) if coded_format and coded_format.codebook else None
    except InputError as error:
        raise CodebookError(str(error).removesuffix("Nothing was imported.").rstrip()) from None


def write_codebook(book: Codebook, path: Path, text: str | None = None, form: str | None = None) -> None:
    """Write a codebook, by suffix, or in the format named `form`.

    Args:
        text: its YAML with comments, where there are any.

    Raises:
        InputError: another suffix or name; StudyError: the file cannot be written.
    """
    find_codebook_writer(path, form)(book, path, text)
