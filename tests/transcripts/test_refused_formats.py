"""Files that are not read: one clear line that says what they are and how to convert them."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from secondcoder.errors import ReadError
from secondcoder.transcripts import read_transcript


def zipped(mimetype: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr("mimetype", mimetype)
    return stream.getvalue()


REFUSED = {
    "a.doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Word document", "save it as a Word document (.docx)"),
    "a.pages": (b"PK\x03\x04 whatever", "a Pages document", "Export it from Pages as Word"),
    "a.mp3": (b"ID3\x03", "a recording", "Import its transcript"),
    "a.zip": (b"PK\x03\x04 whatever", "a packed folder", "Unpack it"),
    "a.mx24": (b"SQLite format 3", "a project of another tool", "REFI-QDA project (.qdpx)"),
    "a.sbv": (b"0:00:01.000,0:00:02.000\nhi\n", "captions of a kind", "WebVTT"),
    "a.trs": (b"<Trans/>", "a file of another tool", "Word (.docx)"),
    "a.cha": (b"@Begin", "a file of another tool", "plain text (.txt)"),
    "a.json": (b"{}", "JSON", ".jsonl"),
    "a.ndjson": (b"{}", "a table of JSON lines", ".jsonl"),
    "a.gdoc": (b"{}", "a link to Google Drive", "download it as Word"),
    "a.msg": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an e-mail", "Word document"),
    "a.opus": (b"OggS", "a recording", "Import its transcript"),
    "a.qdpx": (b"PK\x03\x04", "a project of another tool", "coded table"),
    "a.log": (b"text", "not a transcript in a format", "Save it as one of these"),
    "a.ods": (zipped("application/vnd.oasis.opendocument.spreadsheet"), "an OpenDocument sheet", ".xlsx"),
    # Known by its content, whatever it is called.
    "b.txt": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Word document", "Word document"),
    "d": (zipped("application/epub+zip"), "an e-book", "LibreOffice"),
    "e.xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel workbook", ".xlsx"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_format_that_is_not_read_is_refused_in_one_line_with_the_mend(tmp_path: Path, name: str) -> None:
    content, what, mend = REFUSED[name]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ReadError) as refusal:
        read_transcript(tmp_path / name)
    message = str(refusal.value)
    assert message.startswith(f"{name}: {what}")
    assert mend in message
    assert "\n" not in message


EXPORTS = {
    "MAXQDA": "Color\tDocument name\tCode\tBeginning\tEnd\tSegment\n●\tgp1\tCO\t3\t3\tIt began well.\n",
    "ATLAS.ti": "ID\tDocument\tQuotation Content\tCodes\n1:1\tgp1\tIt began well.\tCO\n",
    "Taguette": "id\tdocument\ttag\tcontent\n1\tgp1\tCO\tIt began well.\n",
    "NVivo": '\ufeff"Name"\t"Sources"\t"References"\n"CO"\t"3"\t"12"\n',
}


@pytest.mark.parametrize("tool", EXPORTS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_tab_separated_export_is_no_plain_text(tmp_path: Path, tool: str, encoding: str) -> None:
    (tmp_path / "export.txt").write_bytes(EXPORTS[tool].encode(encoding))
    with pytest.raises(ReadError, match=r"^export\.txt: a table of coded passages, divided by tabs, and no transcript"):
        read_transcript(tmp_path / "export.txt")


@pytest.mark.parametrize(
    "text",
    [
        "I:\tHow?\nR:\tSo.\nI:\tWhy?\nR:\tBecause.\n",
        "Name:\tJo\tRole:\tnurse\nI: How?\nR: So.\n",
        "0:03\tI\tHow?\n0:10\tR\tSo.\n",
        "I: The code and the document and the end.\nR: So.\n",
    ],
)
def test_tabs_in_a_transcript_are_no_export(tmp_path: Path, text: str) -> None:
    (tmp_path / "talk.txt").write_text(text, encoding="utf-8")
    assert read_transcript(tmp_path / "talk.txt").text == text
