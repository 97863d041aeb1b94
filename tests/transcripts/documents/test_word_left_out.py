"""What Word shows is read, and what is not read is named with its count."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document
from support.transcript_checks import spoken_turns
from support.word_checks import RELATED, TALK, document, paragraph, read, run

Q = paragraph(run("I: How is it?"))

VANISH = "<w:vanish/>"

STYLES = (
    '<w:style w:type="character" w:styleId="Secret"><w:rPr><w:vanish/></w:rPr></w:style>'
    '<w:style w:type="character" w:styleId="Below"><w:basedOn w:val="Secret"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Note"><w:rPr><w:vanish w:val="1"/></w:rPr></w:style>'
    '<w:style w:type="character" w:styleId="Shown"><w:basedOn w:val="Secret"/><w:rPr><w:vanish w:val="0"/></w:rPr></w:style>'
)

HIDING = {
    "the run": paragraph(run("R: I told "), run("Margaret ", VANISH), run("him.")),
    "the run, inserted": paragraph(run("R: I told "), f"<w:ins>{run('Margaret ', VANISH)}</w:ins>", run("him.")),
    "a character style": paragraph(run("R: I told "), run("Margaret ", '<w:rStyle w:val="Secret"/>'), run("him.")),
    "the style below": paragraph(run("R: I told "), run("Margaret ", '<w:rStyle w:val="Below"/>'), run("him.")),
    "in a link": paragraph(run("R: I told "), f"<w:hyperlink>{run('Margaret ', VANISH)}</w:hyperlink>", run("him.")),
    "in a content control": paragraph(
        run("R: I told "), f"<w:sdt><w:sdtContent>{run('Margaret ', VANISH)}</w:sdtContent></w:sdt>", run("him.")
    ),
    "a paragraph between": paragraph(run("R: I told "), properties="<w:rPr><w:vanish/></w:rPr>")
    + paragraph(run("Margaret "), properties='<w:pStyle w:val="Note"/><w:rPr><w:vanish/></w:rPr>')
    + paragraph(run("him.")),
}


@pytest.mark.parametrize("how", HIDING)
def test_hidden_text_is_never_read_and_counted(tmp_path: Path, how: str) -> None:
    transcript = read(tmp_path, document(Q + HIDING[how], styles=STYLES))
    assert spoken_turns(transcript)[1] == ("R", "I told him.")
    assert "Margaret" not in transcript.text
    assert any("not read: 1 stretch of hidden text" in note for note in transcript.notes)


@pytest.mark.parametrize(
    "properties", ['<w:vanish w:val="0"/>', '<w:vanish w:val="false"/>', '<w:rStyle w:val="Shown"/>']
)
def test_text_that_is_not_hidden_after_all_is_read(tmp_path: Path, properties: str) -> None:
    transcript = read(tmp_path, document(Q + paragraph(run("R: I told "), run("him.", properties)), styles=STYLES))
    assert (spoken_turns(transcript)[1], transcript.notes) == (("R", "I told him."), ())


PICTURE = "<w:drawing><a:blip/></w:drawing>"

BOX = f"<w:txbxContent>{paragraph(run('aside'))}</w:txbxContent>"

TWICE = (
    f"<mc:AlternateContent><mc:Choice><w:drawing>{BOX}</w:drawing></mc:Choice>"
    f"<mc:Fallback><w:pict>{BOX}</w:pict></mc:Fallback></mc:AlternateContent>"
)

LEFT_OUT: dict[str, tuple[str, str]] = {
    "footnote": ('<w:r><w:footnoteReference w:id="2"/></w:r>', "1 footnote"),
    "endnotes": ('<w:r><w:endnoteReference w:id="2"/></w:r>' * 2, "2 endnotes"),
    "picture": (f"<w:r>{PICTURE}</w:r>", "1 picture"),
    "text box in two forms": (f"<w:r>{TWICE}</w:r>", "1 text box"),
    "symbol of a font": ('<w:r><w:sym w:font="Wingdings" w:char="F04A"/></w:r>', "1 symbol"),
    "reading": (f"<w:ruby><w:rt>{run('kan')}</w:rt><w:rubyBase/></w:ruby>", "1 reading above characters"),
}


@pytest.mark.parametrize("what", LEFT_OUT)
def test_what_is_not_read_is_named_with_its_count(tmp_path: Path, what: str) -> None:
    xml, named = LEFT_OUT[what]
    transcript = read(tmp_path, document(Q + paragraph(run("R: So"), xml, run("."))))
    assert spoken_turns(transcript)[1] == ("R", "So.")
    assert transcript.notes == (f"not read: {named}",)


def test_comments_and_headers_are_named_together(tmp_path: Path) -> None:
    comments = '<w:comment w:id="0"><w:p/></w:comment>' * 3
    data = document(Q + paragraph(run("R: So.")), comments=comments, header=paragraph(run("Interview with M.")))
    assert read(tmp_path, data).notes == ("3 comments beside the text", "not read: the text of headers and footers")


def test_a_header_of_page_numbers_is_not_worth_a_word(tmp_path: Path) -> None:
    assert read(tmp_path, document(Q + paragraph(run("R: So.")), footer=paragraph(run("- 12 -")))).notes == ()


@pytest.mark.parametrize("chunk", ['<w:altChunk r:id="x"/>', '<w:subDoc r:id="x"/>'])
def test_a_document_within_the_document_is_named(tmp_path: Path, chunk: str) -> None:
    body = Q + paragraph(run("R: So.")) + (chunk if "alt" in chunk else paragraph(chunk))
    assert read(tmp_path, document(body)).notes == ("not read: 1 embedded document",)


def test_automatic_numbers_are_named(tmp_path: Path) -> None:
    numbered = '<w:numPr><w:numId w:val="{}"/></w:numPr>'
    body = (
        Q
        + paragraph(run("R: One."), properties=numbered.format(3))
        + paragraph(run("Two."), properties=numbered.format(0))
    )
    assert read(tmp_path, document(body)).notes == ("not read: 1 automatic list number or bullet",)


@pytest.mark.parametrize("style", ["Asked", "Below"])
def test_numbers_that_a_style_gives_are_named(tmp_path: Path, style: str) -> None:
    styles = (
        '<w:style w:type="paragraph" w:styleId="Asked"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="Below"><w:basedOn w:val="Asked"/></w:style>'
    )
    of_style = f'<w:pStyle w:val="{style}"/>'
    taken_away = of_style + '<w:numPr><w:numId w:val="0"/></w:numPr>'
    body = Q + paragraph(run("R: One."), properties=of_style) + paragraph(run("Two."), properties=taken_away)
    assert read(tmp_path, document(body, styles=styles)).notes == ("not read: 1 automatic list number or bullet",)


@pytest.mark.parametrize("how", ["<w:strike/>", "<w:dstrike/>", '<w:strike w:val="true"/>'])
def test_what_is_struck_through_is_read_and_named(tmp_path: Path, how: str) -> None:
    body = Q + paragraph(run("R: One"), run(" or two", how), run(" and", '<w:strike w:val="0"/>'), run(" three."))
    transcript = read(tmp_path, document(body))
    assert spoken_turns(transcript)[1] == ("R", "One or two and three.")
    assert transcript.notes == ("1 stretch struck through read as text",)


@pytest.mark.parametrize("wrap", ["{}", "<w:p>{}</w:p>"])
def test_the_prompt_of_an_empty_field_is_nobodys_speech(tmp_path: Path, wrap: str) -> None:
    prompt = run("Click here.") if "<w:p>" in wrap else paragraph(run("Click here."))
    field = f"<w:sdt><w:sdtPr>{{}}</w:sdtPr><w:sdtContent>{prompt}</w:sdtContent></w:sdt>"
    talk = Q + paragraph(run("R: One."))
    empty = read(tmp_path, document(talk + wrap.format(field.format("<w:showingPlcHdr/>"))))
    assert (spoken_turns(empty)[1], empty.notes) == (("R", "One."), ("not read: 1 prompt of an empty field",))
    assert "Click here." in read(tmp_path, document(talk + wrap.format(field.format("")))).text


@pytest.mark.parametrize("kind", ["page", "column"])
def test_a_break_between_two_words_makes_no_one_word_of_them(tmp_path: Path, kind: str) -> None:
    new = f'<w:r><w:br w:type="{kind}"/></w:r>'
    body = Q + paragraph(new, run("R: One"), new, run("two"), new) + paragraph(run("three "), new, run("four."))
    assert spoken_turns(read(tmp_path, document(body)))[1] == ("R", "One\ntwo\nthree four.")


def math(text: str) -> str:
    return f"<m:r><m:t>{text}</m:t></m:r>"


FRACTION = f"<m:f><m:num>{math('1')}</m:num><m:den>{math('2')}</m:den></m:f>"

POWER = f"<m:sSup><m:e>{math('x')}</m:e><m:sup>{math('2')}</m:sup></m:sSup>"


@pytest.mark.parametrize(
    ("equation", "expected", "note"),
    [
        (math("95%"), "95%", False),
        (FRACTION, "1/2", True),
        (POWER, "x^2", True),
        (math("n=") + FRACTION, "n=1/2", True),
    ],
)
def test_equations_are_read_in_a_line(tmp_path: Path, equation: str, expected: str, note: bool) -> None:
    body = Q + paragraph(run("R: about "), f"<m:oMath>{equation}</m:oMath>", run(" of them."))
    transcript = read(tmp_path, document(body))
    assert spoken_turns(transcript)[1] == ("R", f"about {expected} of them.")
    assert transcript.notes == (("1 equation read as a line of text: check it",) if note else ())


def either(choice: str, fallback: str) -> str:
    return f"<mc:AlternateContent><mc:Choice>{choice}</mc:Choice><mc:Fallback>{fallback}</mc:Fallback></mc:AlternateContent>"


def test_of_two_forms_the_newer_is_read_once(tmp_path: Path) -> None:
    in_line = either(run("new "), run("old "))
    of_lines = either(paragraph(run("I: Ah?")), paragraph(run("I: Oh?")))
    transcript = read(tmp_path, document(Q + paragraph(run("R: A "), in_line, run("one.")) + of_lines))
    assert spoken_turns(transcript) == [("I", "How is it?"), ("R", "A new one."), ("I", "Ah?")]


def test_a_deleted_paragraph_mark_lets_the_paragraph_run_on(tmp_path: Path) -> None:
    deleted = "<w:rPr><w:del/></w:rPr>"
    body = Q + paragraph(run("R: We sat "), properties=deleted) + paragraph(run("down."))
    transcript = read(tmp_path, document(body))
    assert spoken_turns(transcript)[1] == ("R", "We sat down.")


STRICT = {
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main": "http://purl.oclc.org/ooxml/wordprocessingml/main",
    "http://schemas.openxmlformats.org/officeDocument/2006/math": "http://purl.oclc.org/ooxml/officeDocument/math",
    RELATED: "http://purl.oclc.org/ooxml/officeDocument/relationships",
}


def strict(data: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w") as new:
        for part in old.namelist():
            text = old.read(part)
            for usual, name in STRICT.items():
                text = text.replace(usual.encode(), name.encode())
            new.writestr(part, text)
    return stream.getvalue()


@pytest.mark.parametrize(
    "body", [Q + HIDING["a character style"], Q + paragraph(run("R: "), f"<m:oMath>{FRACTION}</m:oMath>")]
)
def test_strict_documents_are_read_as_the_usual_ones(tmp_path: Path, body: str) -> None:
    usual = document(body, styles=STYLES)
    assert strict(usual) != usual
    assert read(tmp_path, strict(usual)) == read(tmp_path, usual)


@pytest.mark.parametrize("suffix", [".docm", ".dotx", ".dotm"])
def test_documents_with_macros_and_templates_are_read(tmp_path: Path, suffix: str) -> None:
    transcript = read(tmp_path, document(Q + paragraph(run("R: So."))), f"p01{suffix}")
    assert spoken_turns(transcript) == [("I", "How is it?"), ("R", "So.")]


def test_every_word_is_read_or_counted(tmp_path: Path) -> None:
    """The words of python-docx's own reading of a document with everything that it knows are all in the text."""
    made = Document()
    made.add_heading("Interview")
    for who, said in TALK:
        made.add_paragraph(f"{who}: {said}").add_run(" Indeed.").bold = True
    made.add_table(1, 1).cell(0, 0).text = "Typed on Monday"
    made.sections[0].header.paragraphs[0].text = "Study of booking"
    stream = io.BytesIO()
    made.save(stream)
    text = read(tmp_path, stream.getvalue()).text
    words: Callable[[str], list[str]] = str.split
    assert all(word in text for paragraph in made.paragraphs for word in words(paragraph.text))
