"""What Word shows is read, and what is not read is named with its count."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document
from secondcoder.domain.records import Transcript
from support.transcript_checks import read_content, spoken_turns

SPACES = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
    "v": "urn:schemas-microsoft-com:vml",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
}
DECLARED = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in SPACES.items())
RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(*runs: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{''.join(runs)}</w:p>"


def cell(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(run(text))}</w:tc>"


def table(*rows: tuple[str, ...]) -> str:
    return f"<w:tbl>{''.join('<w:tr>' + ''.join(row) + '</w:tr>' for row in rows)}</w:tbl>"


def document(body: str, spaces: str = DECLARED, **parts: str) -> bytes:
    """A document of this body; `parts` are further ones by their kind, of these elements."""
    links = "".join(
        f'<Relationship Id="r{n}" Type="{RELATED}/{kind}" Target="{kind}.xml"/>' for n, kind in enumerate(parts)
    )
    relationships = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
    )
    main = f'<Relationship Id="r" Type="{RELATED}/officeDocument" Target="word/document.xml"/>'
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr("_rels/.rels", relationships.format(main))
        package.writestr("word/document.xml", f"<w:document {spaces}><w:body>{body}</w:body></w:document>")
        package.writestr("word/_rels/document.xml.rels", relationships.format(links))
        for kind, content in parts.items():
            package.writestr(f"word/{kind}.xml", f"<w:{kind}s {spaces}>{content}</w:{kind}s>")
    return stream.getvalue()


def read(folder: Path, data: bytes, name: str = "p01.docx") -> Transcript:
    return read_content(folder, data, name)


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


def test_a_hidden_row_of_a_table_is_not_read(tmp_path: Path) -> None:
    hidden = "<w:trPr><w:hidden/></w:trPr>"
    rows = [
        (cell("I"), cell("How?")),
        (hidden, cell("R"), cell("Margaret.")),
        (cell("R"), cell("So.")),
        (cell("I"), cell("Ah.")),
    ]
    transcript = read(tmp_path, document(table(*rows)))
    assert spoken_turns(transcript) == [("I", "How?"), ("R", "So."), ("I", "Ah.")]
    assert transcript.notes == ("not read: 1 stretch of hidden text",)


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
    assert read(tmp_path, data).notes == ("not read: 3 comments and the text of headers and footers",)


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


def test_a_deleted_row_is_gone(tmp_path: Path) -> None:
    gone = f"<w:trPr><w:del/></w:trPr>{cell('R')}{cell('No.')}"
    rows = [(cell("I"), cell("How?")), (gone,), (cell("R"), cell("So.")), (cell("I"), cell("Ah."))]
    transcript = read(tmp_path, document(table(*rows)))
    assert spoken_turns(transcript) == [("I", "How?"), ("R", "So."), ("I", "Ah.")]
    assert transcript.notes == ("1 tracked change read as if all were accepted",)


TALK = [
    ("I", "How was it at first?"),
    ("R", "Busy, and nobody knew."),
    ("I", "Who told you?"),
    ("R", "The manager did."),
]


def across(text: str, columns: int) -> str:
    return cell(text, f'<w:gridSpan w:val="{columns}"/>')


def of_talk(*further: str) -> list[tuple[str, ...]]:
    return [(cell(who), cell(said), *map(cell, further)) for who, said in TALK]


def test_a_row_merged_across_is_text_and_nobodys_speech(tmp_path: Path) -> None:
    rows = of_talk()
    rows.insert(2, (across("Part two: the second year", 2),))
    transcript = read(tmp_path, document(table(*rows)))
    assert spoken_turns(transcript) == TALK
    assert "\nPart two: the second year\n" in transcript.text
    assert transcript.notes == ("1 merged row of a table in the text, as nobody's speech unless a label begins it",)


def test_speech_that_reaches_over_a_further_column_is_speech(tmp_path: Path) -> None:
    rows = of_talk("a note")
    rows[3] = (cell("R"), across("The manager did.", 2))
    assert spoken_turns(read(tmp_path, document(table(*rows)))) == TALK


@pytest.mark.parametrize("titles", [(), ("Speaker", "Text", "Notes")])
def test_a_further_column_is_text_and_nobodys_speech(tmp_path: Path, titles: tuple[str, ...]) -> None:
    rows = [tuple(map(cell, titles))] * bool(titles) + of_talk("a rather long note by the typist")
    transcript = read(tmp_path, document(table(*rows)))
    assert spoken_turns(transcript) == TALK
    assert transcript.text.count("a rather long note") == 4
    which = "'Notes'" if titles else "3"
    assert transcript.notes == (f"column {which} of a table is in the text, as nobody's speech",)


@pytest.mark.parametrize(
    "titles", [("Sprecher", "Text"), ("Beszélő", "Szöveg"), ("話者", "発話"), ("Hvem", "Hva de sier")]
)
def test_titles_in_other_languages_are_nobodys_turn(tmp_path: Path, titles: tuple[str, ...]) -> None:
    transcript = read(tmp_path, document(table(tuple(map(cell, titles)), *of_talk())))
    guessed = len(titles[1].split()) < 3 and titles[0] != "Sprecher"
    assert spoken_turns(transcript) == ([titles] if len(titles[1].split()) > 2 else []) + TALK
    assert (
        transcript.notes[:guessed]
        == (f"first row of a table taken for titles: '{titles[0]}' and '{titles[1]}'",) * guessed
    )


@pytest.mark.parametrize("names", [("Interviewer", "Participant"), ("Moderator", "Åse Lie"), ("Q", "A")])
def test_a_column_a_speaker(tmp_path: Path, names: tuple[str, str]) -> None:
    rows = [(cell(said), cell("")) if at % 2 == 0 else (cell(""), cell(said)) for at, (_, said) in enumerate(TALK)]
    transcript = read(tmp_path, document(table(tuple(map(cell, names)), *rows)))
    assert spoken_turns(transcript) == [(names[at % 2], said) for at, (_, said) in enumerate(TALK)]
    assert (
        transcript.notes[0]
        == f"first row of a table taken for the speakers of its columns: '{names[0]}' and '{names[1]}'"
    )


def test_a_row_of_a_column_a_speaker_may_hold_both(tmp_path: Path) -> None:
    rows = [(cell(asked), cell(said)) for (_, asked), (_, said) in zip(TALK[::2], TALK[1::2], strict=True)]
    transcript = read(tmp_path, document(table((cell("Question"), cell("Answer")), *rows)))
    assert spoken_turns(transcript) == [(("Question", "Answer")[at % 2], said) for at, (_, said) in enumerate(TALK)]


@pytest.mark.parametrize("place", ["above", "between"])
def test_sentences_that_nobody_says_are_named(tmp_path: Path, place: str) -> None:
    sentence = paragraph(run("Thank you for coming today, and do begin where you like."))
    talk = table(*of_talk())
    transcript = read(tmp_path, document(sentence + talk if place == "above" else talk + sentence + talk))
    assert transcript.notes == (
        "1 line above the first label or between tables, read as nobody's speech: "
        "'Thank you for coming today, and do begin where you like.'",
    )


def test_the_speaker_stands_left_of_the_speech_where_codes_recur_right_of_it(tmp_path: Path) -> None:
    assert spoken_turns(read(tmp_path, document(table(*of_talk("CO"))))) == TALK


def test_times_in_two_columns(tmp_path: Path) -> None:
    rows = [(cell(f"0:0{n}"), cell(f"0:0{n + 1}"), cell(who), cell(said)) for n, (who, said) in enumerate(TALK)]
    transcript = read(tmp_path, document(table(*rows)))
    assert spoken_turns(transcript) == TALK
    assert [(turn.time_start, turn.time_end) for turn in transcript.turns] == [(n, n + 1) for n in range(4)]


def test_a_transcript_in_a_table_that_only_holds_it(tmp_path: Path) -> None:
    outer = table((f"<w:tc>{table(*of_talk())}{paragraph()}</w:tc>",))
    assert spoken_turns(read(tmp_path, document(outer))) == TALK


def test_a_table_that_is_no_transcript_is_named(tmp_path: Path) -> None:
    form = table((cell("Site"), cell("North")), (cell("Years in post"), cell("Eleven")))
    body = form + "".join(paragraph(run(f"{who}: {said}")) for who, said in TALK)
    transcript = read(tmp_path, document(body))
    assert spoken_turns(transcript) == TALK
    assert transcript.notes == ("1 table read cell by cell, as paragraphs",)


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
