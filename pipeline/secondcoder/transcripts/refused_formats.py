"""Files that are not read: what they are, and how to make a transcript or a coded table of them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePath

_SAVE = "Open it in {program} and save it as a Word document (.docx) or plain text (.txt)"
_TABLE = "make it a coded table: a .csv or .xlsx with the columns transcript, text, codes and coder"
_WORD, _WRITER = _SAVE.format(program="Word"), _SAVE.format(program="LibreOffice or Word")
_RECORDING = "a recording. Import its transcript"
_EXPORT = "Export its text there as Word (.docx) or plain text (.txt), each turn with its speaker's label"


def _suffixes(listed: str) -> list[str]:
    return [f".{suffix}" for suffix in listed.split()]


_KINDS = {
    ".doc": f"an old Word document. {_WORD}",
    ".dot": f"an old Word document. {_WORD}",
    ".pages": "a Pages document. Export it from Pages as Word (.docx)",
    ".epub": f"an e-book. {_WRITER}",
    ".xls": "an old Excel workbook. Open it in Excel and save it as .xlsx",
    ".xlsb": "a binary Excel workbook. Open it in Excel and save it as .xlsx",
    ".ods": "an OpenDocument sheet. Open it in LibreOffice or Excel and save it as .xlsx or .csv",
    ".numbers": "a Numbers sheet. Export it from Numbers as CSV or Excel (.xlsx)",
    ".ppt": "slides. Copy their text into a Word document (.docx)",
    ".pptx": "slides. Copy their text into a Word document (.docx)",
    ".zip": "a packed folder. Unpack it and import what is in it",
    ".7z": "a packed folder. Unpack it and import what is in it",
    ".rar": "a packed folder. Unpack it and import what is in it",
    **dict.fromkeys(_suffixes("mp3 wav m4a mp4 mov ogg opus flac aac wma amr 3gp webm avi mkv"), _RECORDING),
    **dict.fromkeys(
        _suffixes("png jpg jpeg tif tiff heic"),
        "a picture. Type its text, or have it recognised, and check it",
    ),
    **dict.fromkeys(
        _suffixes("sbv ttml dfxp ass ssa sub lrc stl"),
        "captions of a kind that is not read. Export them as WebVTT (.vtt) or SubRip (.srt)",
    ),
    **dict.fromkeys(_suffixes("trs cha exb flextext xml"), f"a file of another tool. {_EXPORT}"),
    **dict.fromkeys(_suffixes("ndjson jsonlines"), "a table of JSON lines. Give its name the ending .jsonl"),
    **dict.fromkeys(
        _suffixes("gdoc gsheet"),
        "a link to Google Drive. Open it there and download it as Word (.docx) or Excel (.xlsx)",
    ),
    **dict.fromkeys(
        _suffixes("eml msg"), "an e-mail. Save what is attached to it, or copy its text into a Word document (.docx)"
    ),
    ".qde": "the inside of a REFI-QDA project. Import the project, a .qdpx, as it was exported",
    **dict.fromkeys(
        _suffixes("nvp nvpx mx20 mx22 mx24 mex22 mex24 atlproj hpr7 atlproj23 f4p qdpx"),
        f"a project of another tool. Export it there as a REFI-QDA project (.qdpx), or its documents as text, its codings: {_TABLE}",
    ),
}
# By content, whatever the file's name.
_BEGINNINGS = (
    (b"\xd0\xcf\x11\xe0", ".doc"),
    (b"ID3", ".mp3"),
    (b"\x89PNG", ".png"),
    (b"\xff\xd8\xff", ".jpg"),
    (b"7z\xbc\xaf", ".7z"),
    (b"Rar!", ".rar"),
)
_MIMETYPES = ((b"opendocument.spreadsheet", ".ods"), (b"epub", ".epub"))
# Titles of the columns in which other tools export coded passages, in lower case.
_TITLES = """
    beginning begin code codes coder coded segment color colour comment content coverage document excerpt extract end id memo
    name node quotation quote reference references segments source sources tag tags weight
"""
_OF_EXPORTS = frozenset(_TITLES.split())
FEWEST_COLUMNS = 3
FEWEST_TITLES = 2


def refusal(name: str, data: bytes) -> str | None:
    """What a file is that no reader takes, and how to convert it; None for one that is not known."""
    kind = _KINDS.get(_told(data, PurePath(name).suffix.lower()))
    return f"{name}: {kind}. Nothing was imported." if kind else None


def _told(data: bytes, suffix: str) -> str:
    """The kind by the file's beginning, else by its suffix."""
    told = next((kind for beginning, kind in _BEGINNINGS if data.startswith(beginning)), suffix)
    if told == ".doc" and suffix in (".xls", ".ppt", ".dot", ".msg"):  # all old files of Microsoft's begin alike
        return suffix
    # OpenDocument and EPUB: a zip whose first part, without compression, is the name of its kind.
    if data[30:38] == b"mimetype":
        return next((kind for word, kind in _MIMETYPES if word in data[38:100]), suffix)
    return told


def export_refusal(name: str, text: str) -> str | None:
    """For tab-separated coded passages as other tools export them, which would be taken for plain text; None for others."""
    first = text.lstrip("\ufeff\r\n").splitlines()[:1]
    titles = [title.strip(' "').casefold() for title in (first[0] if first else "").split("\t")]
    known = sum(bool(_OF_EXPORTS.intersection(title.split())) for title in titles)
    if len(titles) < FEWEST_COLUMNS or known < FEWEST_TITLES or known < len(titles) / 2:
        return None
    how = "let its name end in .tsv, and say with --columns what its columns hold where they are not known"
    return f"{name}: a table of coded passages, divided by tabs, and no transcript. To import it, {how}. Nothing was imported."


def printed_export_refusal(name: str, lines: Iterable[str]) -> str | None:
    """For a table of coded passages as other tools print it: one of these lines holds nothing but its titles; None for others."""
    words = [line.casefold().split() for line in lines]
    titled = any(
        len(line) >= FEWEST_COLUMNS and _OF_EXPORTS.issuperset(line) and len({*line}) == len(line) for line in words
    )
    if not titled:
        return None
    what = f"{name}: a table of coded passages, as other tools print them, and no transcript"
    return f"{what}. To import it, {_TABLE}. Nothing was imported."
