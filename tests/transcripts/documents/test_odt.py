"""OpenDocument texts as LibreOffice writes them, with invented words."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from secondcoder.domain.records import Transcript
from secondcoder.errors import ReadError
from secondcoder.transcripts import read_transcript, safe_xml
from secondcoder.transcripts.documents import odt_package
from support.documents import ODT, odt, zipped
from support.transcript_checks import INTERVIEWER, PARTICIPANT, read_content, roles, spoken_turns, times


def read(folder: Path, data: bytes, name: str = "p01.odt") -> Transcript:
    return read_content(folder, data, name)


def test_paragraphs_with_labels(tmp_path: Path) -> None:
    transcript = read(
        tmp_path,
        odt(
            "Interviewer = S00",
            "S00: How was it?",
            "S01: Well,\nin  two lines\tand a tab. 🎉",
            "It went on.",
            "S00: So?",
        ),
    )
    assert transcript.format == "OpenDocument"
    assert spoken_turns(transcript) == [
        ("S00", "How was it?"),
        ("S01", "Well,\nin  two lines\tand a tab. 🎉\nIt went on."),
        ("S00", "So?"),
    ]
    assert roles(transcript) == {"S00": INTERVIEWER, "S01": PARTICIPANT}
    assert transcript.notes == ()


def test_white_space_is_that_which_shows(tmp_path: Path) -> None:
    body = "<text:p>\n   I:  How\n   <text:span> are</text:span> you?<text:s text:c='3'/>Well?  </text:p><text:p>R: Fine.</text:p>"
    assert spoken_turns(read(tmp_path, odt(body=body)))[0] == ("I", "How are you?   Well?")


STYLES = """
<style:style style:name="hidden" style:family="text"><style:text-properties text:display="none"/></style:style>
<style:style style:name="under" style:family="text" style:parent-style-name="hidden"/>
<style:style style:name="bold" style:family="text"><style:text-properties fo:font-weight="bold"/></style:style>
<style:style style:name="struck" style:family="text"><style:text-properties style:text-line-through-style="solid"/></style:style>
"""
BODY = """
<text:tracked-changes><text:changed-region><text:deletion><text:p>Anna Example</text:p></text:deletion></text:changed-region>
</text:tracked-changes>
<text:p><text:span text:style-name="bold">I:</text:span> How<text:note><text:note-citation>1</text:note-citation><text:note-body>
<text:p>a note</text:p></text:note-body></text:note> are<office:annotation><text:p>a comment</text:p></office:annotation>
<text:change/> you?<text:span text:style-name="under"> Anna</text:span></text:p>
<text:p>R: <text:change-start/>Well<text:change-end/> <text:span text:style-name="struck">not</text:span> so.
<draw:frame><draw:image/></draw:frame><draw:frame><draw:text-box><text:p>boxed</text:p></draw:text-box></draw:frame></text:p>
<text:list><text:list-item><text:p>I: And?</text:p></text:list-item></text:list>
<text:section text:display="none"><text:p>Anna hidden</text:p></text:section>
<text:section><text:p>R: Yes.</text:p></text:section>
"""


def test_what_is_not_read_is_counted(tmp_path: Path) -> None:
    margins = (
        "<style:header><text:p>Confidential</text:p></style:header><style:footer><text:p>1</text:p></style:footer>"
    )
    transcript = read(tmp_path, odt(body=BODY, styles=STYLES, margins=margins))
    assert spoken_turns(transcript) == [("I", "How are you?"), ("R", "Well not so."), ("I", "And?"), ("R", "Yes.")]
    assert "Anna" not in transcript.text
    assert transcript.notes == (
        "1 stretch struck through read as text",
        "2 tracked changes read as if all were accepted",
        "not read: 1 automatic list number or bullet, 1 comment, 1 footnote, 1 picture, 2 stretches of hidden text, 1 text box and "
        "the text of headers and footers",
    )


def cells(*row: str) -> str:
    return (
        "<table:table-row>"
        + "".join(f"<table:table-cell><text:p>{cell}</text:p></table:table-cell>" for cell in row)
        + "</table:table-row>"
    )


def test_tables_are_read_by_their_columns(tmp_path: Path) -> None:
    rows = [
        ("0:00 - 0:12", "How?", "Ana"),
        ("0:12 - 0:20", "Well.", "Ben"),
        ("0:20 - 0:22", "So?", "Ana"),
        ("0:22 - 0:30", "Fine.", "Ben"),
    ]
    header = f"<table:table-header-rows>{cells('Timespan', 'Content', 'Speaker')}</table:table-header-rows>"
    table = f"<table:table>{header}{''.join(cells(*row) for row in rows)}</table:table>"
    transcript = read(tmp_path, odt(body=table))
    assert spoken_turns(transcript) == [("Ana", "How?"), ("Ben", "Well."), ("Ana", "So?"), ("Ben", "Fine.")]
    assert times(transcript) == [(0.0, 12.0), (12.0, 20.0), (20.0, 22.0), (22.0, 30.0)]


def test_a_table_with_paragraph_numbers_of_maxqda(tmp_path: Path) -> None:
    table = "".join(
        cells(str(at), words) for at, words in enumerate(("I: How?", "R: Well.", "I: So?", "R: Fine."), start=1)
    )
    transcript = read(tmp_path, odt(body=f"<table:table>{table}</table:table>"))
    assert transcript.text == "I: How?\nR: Well.\nI: So?\nR: Fine."


def test_a_quiet_third_speaker_is_one(tmp_path: Path) -> None:
    transcript = read(tmp_path, odt(*["I: How?", "R1: Well."] * 4, "R2: Yes.", "I: So?"))
    assert [speaker for speaker, _ in spoken_turns(transcript)] == ["I", "R1"] * 4 + ["R2", "I"]


def test_an_unseen_character_before_a_label_hides_it_not(tmp_path: Path) -> None:
    transcript = read(tmp_path, odt("\u200bI: How?", "\ufeffR: Well.", "\u2060I: So?", "R: Yes."))
    assert [speaker for speaker, _ in spoken_turns(transcript)] == ["I", "R", "I", "R"]


def test_the_kind_is_known_by_the_content(tmp_path: Path) -> None:
    assert read(tmp_path, odt("I: How?", "R: So."), "talk.txt").format == "OpenDocument"


DOCTYPE = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;">]><a>&b;</a>'


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"hello", "not an OpenDocument text"),
        (b"PK\x03\x04 cut off", "the file is cut off or damaged"),
        (odt("I: a")[:-40], "the file is cut off or damaged"),
        (zipped({"mimetype": ODT.encode()}), "a zip without an OpenDocument text"),
        (zipped({"mimetype": ODT.encode(), "content.xml": b"<a>"}), "content.xml is damaged"),
        (zipped({"mimetype": ODT.encode(), "content.xml": DOCTYPE}), "content.xml declares a DTD or entities"),
        (zipped({"mimetype": ODT.encode(), "content.xml": b"<a>" * 5000}), "content.xml nests over 300 deep"),
        (odt(**{"META-INF/manifest.xml": b"<a>content.xml<encryption-data/></a>"}), "protected by a password"),
        (odt(" "), "nobody says anything"),
        (odt("I: " + "ab " * 1_700_000), "5,100,003 characters, and a transcript has at most 5,000,000"),
        (odt(*["I: a"] * 50_001), "over 50,000 paragraphs, which no transcript has"),
    ],
)
def test_hostile_and_damaged_files_end_in_one_line(tmp_path: Path, data: bytes, fault: str) -> None:
    (tmp_path / "bad.odt").write_bytes(data)
    with pytest.raises(ReadError, match=rf"^bad\.odt: {fault}") as refusal:
        read_transcript(tmp_path / "bad.odt")
    assert "\n" not in str(refusal.value)


def test_a_bomb_is_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(odt_package, "MOST_UNPACKED", 2**20)
    (tmp_path / "bomb.odt").write_bytes(odt("I: a" + "b" * 2_000_000))
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_: pytest.fail("unpacked"))
    with pytest.raises(ReadError, match=r"^bomb\.odt: unpacks to over 1 MB"):
        read_transcript(tmp_path / "bomb.odt")


def test_endless_elements_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safe_xml, "MOST_ELEMENTS", 1000)
    (tmp_path / "many.odt").write_bytes(odt(*["I: a"] * 2000))
    with pytest.raises(ReadError, match=r"^many\.odt: content\.xml has over 1,000 elements"):
        read_transcript(tmp_path / "many.odt")
