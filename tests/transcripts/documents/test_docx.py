"""Word documents: text, tables, what Word hides, and files that are none."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from secondcoder.domain.records import Transcript
from secondcoder.errors import ReadError
from secondcoder.transcripts import read_transcript, safe_xml
from secondcoder.transcripts.documents import word_package
from secondcoder.transcripts.documents.word_text import children, paragraph_text
from support.transcript_checks import INTERVIEWER, PARTICIPANT, read_content, roles, spoken_turns, times


def saved(document: Any) -> bytes:
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def of_paragraphs(*paragraphs: str) -> bytes:
    document = Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    return saved(document)


def of_table(*rows: Sequence[str], before: str = "") -> bytes:
    document = Document()
    if before:
        document.add_paragraph(before)
    table = document.add_table(len(rows), len(rows[0]))
    for row, cells in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    return saved(document)


def of_body(xml: str) -> bytes:
    document = Document()
    document.element.body.insert(0, parse_xml(f"<w:p {nsdecls('w')}>{xml}</w:p>"))
    return saved(document)


def read(folder: Path, data: bytes, *interviewer: str) -> Transcript:
    return read_content(folder, data, "p01.docx", *interviewer)


def run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def test_paragraphs_are_joined_by_newlines_with_their_breaks_and_tabs(tmp_path: Path) -> None:
    transcript = read(
        tmp_path, of_paragraphs("Interview 7", "I:\tHow was it?\nReally?", "", "R:\tBusy 😊.", "Very.", "I:\tAh.")
    )
    assert transcript.text == "Interview 7\nI:\tHow was it?\nReally?\n\nR:\tBusy 😊.\nVery.\nI:\tAh."
    assert spoken_turns(transcript) == [("I", "How was it?\nReally?"), ("R", "Busy 😊.\nVery."), ("I", "Ah.")]
    assert roles(transcript) == {"I": INTERVIEWER, "R": PARTICIPANT}
    assert (transcript.format, transcript.notes) == ("Word", ())


def test_the_text_is_that_of_python_docx(tmp_path: Path) -> None:
    document = Document()
    for text in ("I: One.\tTwo.\nThree.", "", "R: Four."):
        document.add_paragraph(text)
    document.paragraphs[2].add_run(" bold").bold = True
    document.add_page_break()
    expected = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert read(tmp_path, saved(document)).text == expected


def test_a_document_is_known_by_its_content(tmp_path: Path) -> None:
    assert read_content(tmp_path, of_paragraphs("I: How?", "R: So."), "a.txt").format == "Word"


def test_paragraphs_without_speakers_are_turns(tmp_path: Path) -> None:
    transcript = read(tmp_path, of_paragraphs("One.\nStill one.", "", "-----", "Two."))
    assert spoken_turns(transcript) == [(None, "One.\nStill one."), (None, "Two.")]
    assert transcript.notes == ("no speakers found",)


@pytest.mark.parametrize(
    ("xml", "expected"),
    [
        (run("I: a ") + f'<w:ins w:id="1" w:author="x">{run("new ")}</w:ins>' + run("word"), "I: a new word"),
        (
            run("I: a ")
            + '<w:del w:id="1" w:author="x"><w:r><w:delText>old</w:delText><w:tab/></w:r></w:del>'
            + run("word"),
            "I: a word",
        ),
        (f"{run('I: ')}<w:sdt><w:sdtPr/><w:sdtContent>{run('chosen')}</w:sdtContent></w:sdt>", "I: chosen"),
        (f'{run("I: ")}<w:hyperlink w:anchor="x">{run("link")}</w:hyperlink>', "I: link"),
        ("<w:pPr><w:tabs><w:tab w:val='left' w:pos='9'/></w:tabs></w:pPr>" + run("I: x"), "I: x"),
        (
            "<w:r><w:t>I: one</w:t><w:tab/><w:t>two</w:t><w:br/><w:t>three</w:t><w:br w:type='page'/></w:r>",
            "I: one\ttwo\nthree",
        ),
        ("<w:r><w:t>I: on</w:t><w:noBreakHyphen/><w:t>call</w:t></w:r>", "I: on-call"),
        (run("I: x") + "<w:r><w:instrText>PAGE</w:instrText></w:r>", "I: x"),
    ],
)
def test_what_a_paragraph_says(tmp_path: Path, xml: str, expected: str) -> None:
    assert read(tmp_path, of_body(xml)).text == expected


def test_tracked_changes_are_noted(tmp_path: Path) -> None:
    transcript = read(tmp_path, of_body(run("I: a ") + f'<w:ins w:id="1" w:author="x">{run("word")}</w:ins>'))
    assert transcript.notes == ("1 tracked change read as if all were accepted",)


def test_a_text_box_is_noted_and_not_read(tmp_path: Path) -> None:
    box = f"<w:r><w:pict><w:txbxContent><w:p>{run('aside')}</w:p></w:txbxContent></w:pict></w:r>"
    transcript = read(tmp_path, of_body(run("I: x") + box))
    assert (transcript.text, transcript.notes) == ("I: x", ("not read: 1 text box",))


def test_content_controls_around_paragraphs_are_looked_through() -> None:
    inner = f"<w:sdt><w:sdtContent><w:p>{run('inside')}</w:p></w:sdtContent></w:sdt><w:p>{run('outside')}</w:p>"
    body = parse_xml(f"<w:body {nsdecls('w')}>{inner}</w:body>")
    found = children(body, body[1].tag)
    assert [paragraph_text(paragraph) for paragraph in found] == ["inside", "outside"]


TABLES = {
    "numbers, as MAXQDA": [("1", "I: How was it?"), ("2", "R: Busy."), ("3", "Very."), ("4", "I: Ah.")],
    "speaker": [("I:", "How was it?"), ("R:", "Busy."), ("", "Very."), ("I:", "Ah.")],
    "titles": [("Speaker", "Text"), ("I", "How was it?"), ("R", "Busy.\nVery."), ("I", "Ah.")],
    "number, speaker": [("1", "I", "How was it?"), ("2", "R", "Busy."), ("3", "", "Very."), ("4", "I", "Ah.")],
    "time, speaker": [("0:03", "I", "How was it?"), ("0:10", "R", "Busy.\nVery."), ("0:20", "I", "Ah.")],
    "NVivo": [
        ("Timespan", "Content", "Speaker"),
        ("0:03.0 - 0:05.5", "How was it?", "I"),
        ("0:10.0 - 0:12.4", "Busy.\nVery.", "R"),
        ("0:20.0 - 0:21.0", "Ah.", "I"),
    ],
    "time, labels in the text": [("0:03", "I: How was it?"), ("0:10", "R: Busy.\nVery."), ("0:20", "I: Ah.")],
}


@pytest.mark.parametrize("layout", TABLES)
@pytest.mark.parametrize("before", ["", "Interview 7"])
def test_transcript_tables(tmp_path: Path, layout: str, before: str) -> None:
    transcript = read(tmp_path, of_table(*TABLES[layout], before=before))
    assert spoken_turns(transcript) == [("I", "How was it?"), ("R", "Busy.\nVery."), ("I", "Ah.")]
    if layout != "numbers, as MAXQDA" and "time" in layout:
        assert [start for start, _ in times(transcript)] == [3.0, 10.0, 20.0]


def test_the_text_of_a_table_leaves_out_only_the_paragraph_numbers(tmp_path: Path) -> None:
    assert read(tmp_path, of_table(*TABLES["numbers, as MAXQDA"])).text == "I: How was it?\nR: Busy.\nVery.\nI: Ah."
    text = read(tmp_path, of_table(*TABLES["time, speaker"])).text
    assert text == "0:03\tI\tHow was it?\n0:10\tR\tBusy.\nVery.\n0:20\tI\tAh."


def test_times_of_a_table_span(tmp_path: Path) -> None:
    assert times(read(tmp_path, of_table(*TABLES["NVivo"]))) == [(3.0, 5.5), (10.0, 12.4), (20.0, 21.0)]


def test_a_row_without_speaker_but_with_a_time_is_a_turn_of_the_last_one(tmp_path: Path) -> None:
    transcript = read(
        tmp_path, of_table(("0:03", "I", "How?"), ("0:10", "R", "Busy."), ("0:12", "", "Very."), ("0:20", "I", "Ah."))
    )
    assert spoken_turns(transcript)[1:3] == [("R", "Busy."), ("R", "Very.")]


def test_a_table_about_the_interview_is_front_matter(tmp_path: Path) -> None:
    document = Document()
    table = document.add_table(3, 2)
    cells = [("Site", "North"), ("Role", "Nurse"), ("Interviewer", "Jane")]
    for row, texts in zip(table.rows, cells, strict=True):
        row.cells[0].text, row.cells[1].text = texts
    for text in ("I: How?", "R: So.", "I: Ah.", "R: Yes."):
        document.add_paragraph(text)
    transcript = read(tmp_path, saved(document))
    assert spoken_turns(transcript) == [("I", "How?"), ("R", "So."), ("I", "Ah."), ("R", "Yes.")]
    assert transcript.text.startswith("Site\nNorth\nRole\nNurse\nInterviewer\nJane\nI: How?")


def test_figures_that_do_not_count_paragraphs_stay_in_the_text(tmp_path: Path) -> None:
    assert read(tmp_path, of_table(("45", "Years of age"), ("7", "Years in the practice"))).text == (
        "45\nYears of age\n7\nYears in the practice"
    )


def test_merged_and_nested_cells_are_read_once(tmp_path: Path) -> None:
    document = Document()
    table = document.add_table(2, 2)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "across"
    table.cell(1, 0).text = "left"
    table.cell(1, 1).add_table(1, 1).cell(0, 0).text = "nested"
    text = read(tmp_path, saved(document)).text
    assert [text.count(word) for word in ("across", "left", "nested")] == [1, 1, 1]


SPEECH = st.text(
    st.characters(categories=["Lu", "Ll", "Lo", "Mn", "So", "Zs", "Po"], exclude_characters=":："), max_size=40
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.sampled_from(["I", "R", "P1"]), SPEECH), min_size=1, max_size=5))
def test_what_is_written_as_labelled_paragraphs_is_read_back(tmp_path: Path, spoken: list[tuple[str, str]]) -> None:
    full = [(speaker, f"yes {speech}".strip() + ".") for speaker, speech in spoken] * 2
    assert spoken_turns(read(tmp_path, of_paragraphs(*(f"{speaker}: {speech}" for speaker, speech in full)))) == full


def repacked(change: Callable[[str, bytes], bytes]) -> bytes:
    """A good document with its parts changed."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(of_paragraphs("I: How?"))) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.infolist():
            new.writestr(part.filename, change(part.filename, old.read(part)))
    return stream.getvalue()


def with_doctype(name: str, part: bytes) -> bytes:
    doctype = b'<!DOCTYPE w:document [<!ENTITY a "aaaaaaaaaa">]>'
    return part.replace(b"<w:document", doctype + b"<w:document", 1) if name == "word/document.xml" else part


def with_utf16_doctype(name: str, part: bytes) -> bytes:
    if name != "word/document.xml":
        return part
    return (
        with_doctype(name, part)
        .decode()
        .replace("encoding='UTF-8'", "")
        .replace('encoding="UTF-8"', "")
        .encode("utf-16")
    )


def other_zip(*names: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        for name in names:
            package.writestr(name, "x")
    return stream.getvalue()


AGAIN = "Open it in Word and save it again as .docx. Nothing was imported."
GOOD = of_paragraphs("I: How was it?")
FAULTS = {
    "text": (b"I: Hello", f"not a Word document (a .docx is a zip, and this is none). {AGAIN}"),
    "old": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", f"an old .doc, or a document with a password, not a .docx. {AGAIN}"),
    "truncated": (GOOD[: len(GOOD) // 2], f"the file is cut off or damaged (a broken zip). {AGAIN}"),
    "flipped": (GOOD[:300] + bytes(40) + GOOD[340:], "damaged"),
    "other zip": (other_zip("a.txt"), f"a zip without a Word document in it. {AGAIN}"),
    "hollow": (other_zip("word/document.xml"), "word/document.xml is damaged."),
    "broken xml": (
        repacked(lambda name, part: part[:-9] if name == "word/document.xml" else part),
        "word/document.xml is damaged.",
    ),
    "doctype": (
        repacked(with_doctype),
        "word/document.xml declares a DTD or entities, which no transcript does. Nothing was imported.",
    ),
    "doctype in UTF-16": (repacked(with_utf16_doctype), "word/document.xml declares a DTD or entities"),
    "no styles": (
        repacked(lambda name, part: part.replace(b"styles.xml", b"gone.xml") if name.endswith(".rels") else part),
        f"word/gone.xml is missing. {AGAIN}",
    ),
    "nested": (
        repacked(lambda _, part: part.replace(b"<w:p>", b"<w:p>" + b"<w:smartTag>" * 400 + b"</w:smartTag>" * 400)),
        "word/document.xml nests over 300 deep, which no transcript does. Nothing was imported.",
    ),
    "no words": (of_paragraphs("", "  "), "nobody says anything in it. Nothing was imported."),
    "empty": (b"", "the file is empty."),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_no_sound_document_is_refused(tmp_path: Path, fault: str) -> None:
    data, message = FAULTS[fault]
    (tmp_path / "p01.docx").write_bytes(data)
    with pytest.raises(ReadError) as refusal:
        read_transcript(tmp_path / "p01.docx")
    assert str(refusal.value).startswith("p01.docx: ")
    assert message in str(refusal.value)


def test_a_document_that_unpacks_to_too_much_is_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    data = repacked(lambda name, part: part + b" " * 5_000_000 if name == "word/document.xml" else part)
    assert len(data) < 100_000
    monkeypatch.setattr(word_package, "MOST_UNPACKED", 2**20)
    with pytest.raises(ReadError, match=r"^p01\.docx: unpacks to over 1 MB, too much for a transcript\."):
        read(tmp_path, data)


def test_a_document_of_too_many_elements_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safe_xml, "MOST_ELEMENTS", 1000)
    data = repacked(lambda name, part: part.replace(b"<w:r>", b"<w:r/>" * 2000 + b"<w:r>"))
    with pytest.raises(
        ReadError, match=r"^p01\.docx: word/document\.xml has over 1,000 elements, which no transcript does\."
    ):
        read(tmp_path, data)


def test_the_limit_is_40_megabytes_of_xml() -> None:
    assert word_package.MOST_UNPACKED == 40 * 1024 * 1024


def test_a_header_line_above_a_table_is_no_turn(tmp_path: Path) -> None:
    document = Document()
    document.add_paragraph("Interviewer: Jo Marsh")
    document.add_paragraph("Invented for a test")
    table = document.add_table(rows=0, cols=2)
    talk = [("Jo Marsh", "How is it going?"), ("P1", "Well enough."), ("Jo Marsh", "Why?"), ("P1", "She rings.")]
    for row in talk:
        cells = table.add_row().cells
        cells[0].text, cells[1].text = row
    document.save(tmp_path / "table.docx")
    transcript = read_transcript(tmp_path / "table.docx")
    speech = [transcript.text[turn.start : turn.end] for turn in transcript.turns]
    assert speech == ["How is it going?", "Well enough.", "Why?", "She rings."]
