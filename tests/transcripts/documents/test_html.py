"""Web pages as tools export transcripts, with invented words."""

from __future__ import annotations

from pathlib import Path

import pytest
from secondcoder.domain.records import Transcript
from secondcoder.errors import ReadError
from secondcoder.transcripts import read_transcript
from secondcoder.transcripts.documents import document_draft, html_body
from secondcoder.transcripts.encoding import reading_as
from support.documents import page
from support.transcript_checks import read_content, spoken_turns, times

TALK = ["I: How was it?", "R: Well & good.\nIn two lines. 🎉", "I: So?", "R: Fine."]
SPOKEN = [("I", "How was it?"), ("R", "Well & good.\nIn two lines. 🎉"), ("I", "So?"), ("R", "Fine.")]


def read(folder: Path, data: bytes | str, name: str = "p01.html") -> Transcript:
    return read_content(folder, data, name)


def test_paragraphs_with_labels(tmp_path: Path) -> None:
    transcript = read(tmp_path, page(*TALK))
    assert (transcript.format, spoken_turns(transcript), transcript.notes) == ("web page", SPOKEN, ())
    assert "Talk" not in transcript.text  # the page's title


def test_a_table_with_paragraph_numbers_of_maxqda(tmp_path: Path) -> None:
    rows = "".join(f"<tr><td><p>{at}</p></td><td><p><b>{label}:</b>\n {words}</p></td></tr>" for at, label, words in (
        (1, "I", "How\n  was it?"), (2, "B", "Well."), (3, "I", "So?"), (4, "B", "Fine.")
    ))  # fmt: skip
    transcript = read(tmp_path, f"<!DOCTYPE HTML><html><body><table>{rows}</table></body></html>")
    assert transcript.text == "I: How was it?\nB: Well.\nI: So?\nB: Fine."
    assert [speaker for speaker, _ in spoken_turns(transcript)] == ["I", "B", "I", "B"]


def test_a_table_of_nvivo(tmp_path: Path) -> None:
    rows = "<tr><td>0:00.0 - 0:10.5<td>How?<td>Ana<tr><td>0:10.5 - 0:12.0<td>Well.<td>Ben"
    rows += "<tr><td>0:12.0 - 0:13.0<td>So?<td>Ana<tr><td>0:13.0 - 0:19.0<td>Fine.<td>Ben"
    transcript = read(tmp_path, f"<table><thead><tr><th>Timespan<th>Content<th>Speaker</thead>{rows}</table>")
    assert spoken_turns(transcript) == [("Ana", "How?"), ("Ben", "Well."), ("Ana", "So?"), ("Ben", "Fine.")]
    assert times(transcript)[:2] == [(0.0, 10.5), (10.5, 12.0)]


def test_blocks_are_lines_and_what_is_hidden_is_not_read(tmp_path: Path) -> None:
    text = """<html><head><style>p {}</style></head><ol><li>I: How?<li>R: Well.</ol><div>I: Yes?<div>R: <s>No.</s></div></div>
    <p style="display: none">Anna Example</p><pre>I: a\n\nR: b</pre><img src=x><script>alert("I: x")</script><!-- I: no --></html>"""
    transcript = read(tmp_path, text)
    assert transcript.text == "I: How?\nR: Well.\nI: Yes?\nR: No.\nI: a\n\nR: b"
    assert transcript.notes == (
        "1 stretch struck through read as text",
        "not read: 2 automatic list numbers or bullets, 1 picture and 1 stretch of hidden text",
    )


@pytest.mark.parametrize(
    ("declared", "written"),
    [
        ("windows-1250", "cp1250"),
        ("ISO-8859-2", "iso8859-2"),
        ("iso-8859-1", "cp1252"),
        ("shift_jis", "shift_jis"),
        ("utf-8", "utf-8"),
    ],
)
def test_the_encoding_is_that_which_the_page_declares(tmp_path: Path, declared: str, written: str) -> None:
    words = {"iso-8859-1": "“Fenêtre”, so", "shift_jis": "日本"}.get(declared, "Žluťoučký kůň")
    head = f'<meta http-equiv="Content-Type" content="text/html; charset={declared}">'
    transcript = read(tmp_path, page(f"I: {words}?", "R: So.", "I: And?", "R: No.", head=head).encode(written))
    assert spoken_turns(transcript)[0] == ("I", f"{words}?")
    assert transcript.notes == ()


def test_utf8_goes_before_what_is_declared_and_what_a_person_says_before_both(tmp_path: Path) -> None:
    head = "<meta charset=windows-1252>"
    transcript = read(tmp_path, page("I: Žluť?", "R: So.", "I: And?", "R: No.", head=head))
    assert transcript.notes == ("read as utf-8, which it is, and not as cp1252",)
    with reading_as("cp1250"):
        said = read(tmp_path, page("I: Žluť?", "R: So.", "I: And?", "R: No.", head=head).encode("cp1250"))
    assert spoken_turns(said)[0] == ("I", "Žluť?")


def test_an_unseen_character_before_a_label_hides_it_not(tmp_path: Path) -> None:
    text = "<html><p>&#8203;I: How?<p>&#xFEFF;R: Well.<p>&nbsp;I: So?<p>R: Yes.</html>"
    assert [speaker for speaker, _ in spoken_turns(read(tmp_path, text))] == ["I", "R", "I", "R"]


def test_a_page_under_the_name_of_a_text_is_a_page(tmp_path: Path) -> None:
    assert read(tmp_path, page(*TALK), "talk.txt").format == "web page"


def test_a_table_of_coded_passages_is_no_transcript(tmp_path: Path) -> None:
    rows = "<tr><td>Document name<td>Code<td>Segment<td>Coder<tr><td>P1<td>Use<td>We plot it.<td>Ana"
    (tmp_path / "coded.html").write_text(f"<html><table>{rows}</table></html>")
    with pytest.raises(ReadError, match=r"^coded\.html: a table of coded passages"):
        read_transcript(tmp_path / "coded.html")
    (tmp_path / "sheet.xls").write_text(f"<html><table>{rows}</table></html>")
    with pytest.raises(ReadError, match=r"^sheet\.xls: an old Excel workbook"):
        read_transcript(tmp_path / "sheet.xls")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("<html>" + "<br>" * 40_000, "over 10,000 tags, which no transcript has"),
        ("<html>" + "<div>" * 5_000, "tags within 1,000 others"),
        ("<html>" + "<table><tr><td>" * 100, "tables nest over 20 deep"),
        ("<html>" + "<p>I: a" * 2_000, "over 1,000 paragraphs"),
        ("<html><body>", "nobody says anything in it"),
    ],
)
def test_hostile_pages_end_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, fault: str) -> None:
    assert html_body.MOST_TAGS == 500_000
    monkeypatch.setattr(html_body, "MOST_TAGS", 10_000)
    monkeypatch.setattr(document_draft, "MOST_PARAGRAPHS", 1_000)
    (tmp_path / "bad.html").write_text(text)
    with pytest.raises(ReadError, match=rf"^bad\.html: {fault}") as refusal:
        read_transcript(tmp_path / "bad.html")
    assert "\n" not in str(refusal.value)


def test_a_table_wider_than_any_transcript_is_read_cell_by_cell(tmp_path: Path) -> None:
    cells = "".join(f"<td>{label}: words {at}" for at, label in enumerate(("I", "R") * 30))
    transcript = read(tmp_path, f"<html><table><tr>{cells}</table></html>")
    assert len(transcript.turns) == 60
    assert "1 table read cell by cell, as paragraphs" in transcript.notes


def test_entities_that_a_page_declares_are_not_expanded(tmp_path: Path) -> None:
    text = '<!DOCTYPE html [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><html><p>I: &b; so?<p>R: Yes.<p>I: And?<p>R: No.'
    assert "aaaa" not in "".join(speech for _, speech in spoken_turns(read(tmp_path, text)))
