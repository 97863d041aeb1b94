"""Rich Text as programs write it, with invented words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from secondcoder.errors import ReadError
from secondcoder.transcripts import read_transcript
from secondcoder.transcripts.documents import document_draft, rtf_words
from striprtf.striprtf import rtf_to_text
from support.documents import rtf
from support.transcript_checks import INTERVIEWER, PARTICIPANT, read_content, roles, spoken_turns, times

F4 = rb"""{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0 Arial;}}
\pard\b I:\b0  Wie war's f\'fcr Sie? #00:00:05-2#\par
\b Befr.:\b0  \u8222?Gut\u8220?, danke (.) und #00:00:07-0# weiter. #00:00:09-8#\par
\pard Ohne K\'fcrzel geht es weiter. #00:00:12-1#\par
\b I:\b0  Und dann? #00:01:02-3#\par
\b Befr.:\b0  Nichts. #01:00:04-0#\par
}"""


def read(folder: Path, data: bytes | str, name: str = "p01.rtf"):
    return read_content(folder, data, name)


def test_f4_ends_each_paragraph_with_its_time(tmp_path: Path) -> None:
    transcript = read(tmp_path, F4)
    assert transcript.format == "RTF"
    assert spoken_turns(transcript) == [
        ("I", "Wie war's für Sie?"),
        ("Befr", "„Gut“, danke (.) und #00:00:07-0# weiter."),
        ("Befr", "Ohne Kürzel geht es weiter."),
        ("I", "Und dann?"),
        ("Befr", "Nichts."),
    ]
    assert times(transcript) == [(None, 5.2), (None, 9.8), (None, 12.1), (None, 62.3), (None, 3604.0)]
    assert roles(transcript) == {"I": INTERVIEWER, "Befr": PARTICIPANT}


def test_the_text_is_that_of_another_reader(tmp_path: Path) -> None:
    """striprtf: what both give of a file that holds text alone."""
    assert read(tmp_path, F4).text == rtf_to_text(F4.decode("cp1252"), encoding="cp1252").strip("\n")


WORD = rb"""{\rtf1\ansi\ansicpg1252\uc1\deff0{\fonttbl{\f0\fcharset0 Times;}{\f1\fcharset238 Arial CE;}{\f2\fcharset2 Symbol;}
{\f3\fcharset128 MS Mincho;}}{\colortbl;\red0;}{\stylesheet{\ql Normal;}{\s1 heading 1;}}
{\*\listtable{\list{\listlevel{\leveltext\'01\u-3913 ?;}}}}{\info{\title Secret}{\author Anna Example}}
{\header \pard Confidential study {\field{\*\fldinst PAGE}{\fldrslt 1}}\par}
\pard\plain\f0 {\b I:}\tab How {\v Anna Example }are {\deleted not }{\revised you}?\line And\~you\_two{\footnote a note}
{\*\annotation a comment}\par
{\b R:}\tab {\f1 \'e8e\'9atina} {\f3 \'93\'fa\'96\'7b} \u-10179?\u-8694? {\strike struck}{\f2\'b7}{\field{\*\fldinst HYPERLINK "http://x"}
{\fldrslt , linked}}{\shp{\*\shpinst{\sp{\sn x}{\sv 1}}{\shptxt boxed\par}}{\shprslt{\pict 00}}}
{\*\shppict{\pict\pngblip 8950}}{\nonshppict{\pict 99}}\par
{\listtext 1.\tab}I: Then {\upr{ansi}{\*\ud one}}?\par
R: \ldblquote So.\rdblquote\par}"""


def test_what_word_writes(tmp_path: Path) -> None:
    transcript = read(tmp_path, WORD)
    assert spoken_turns(transcript) == [
        ("I", "How are you?\nAnd\xa0you-two"),
        ("R", "čeština 日本 😊 struck, linked"),
        ("I", "Then one?"),
        ("R", "“So.”"),
    ]
    assert "Anna" not in transcript.text
    assert transcript.notes == (
        "1 stretch struck through read as text",
        "2 tracked changes read as if all were accepted",
        "not read: 1 automatic list number or bullet, 1 comment, 1 footnote, 1 picture, 1 stretch of hidden text, 1 symbol, "
        "1 text box and the text of headers and footers",
    )


def test_a_table_is_read_by_its_columns(tmp_path: Path) -> None:
    rows = [
        ("Timespan", "Content", "Speaker"),
        ("0:00.0 - 0:12.4", r"How was it?\par And then?", "Ana"),
        ("0:12.4 - 0:20.0", "Well.", "Ben"),
        ("0:20.0 - 0:22.5", "So?", "Ana"),
        ("0:22.5 - 0:30.0", "Fine.", "Ben"),
    ]
    cells = "".join(
        r"\trowd\cellx1\cellx2\cellx3\pard\intbl " + "".join(rf"{cell}\cell " for cell in row) + r"\row" for row in rows
    )
    transcript = read(tmp_path, r"{\rtf1\ansi Interview\par" + cells + r"\pard the end\par}")
    assert spoken_turns(transcript) == [
        ("Ana", "How was it?\nAnd then?"),
        ("Ben", "Well."),
        ("Ana", "So?"),
        ("Ben", "Fine."),
    ]
    assert times(transcript) == [(0.0, 12.4), (12.4, 20.0), (20.0, 22.5), (22.5, 30.0)]


def test_textedit_ends_paragraphs_with_a_backslash(tmp_path: Path) -> None:
    text = b"{\\rtf1\\ansi\\ansicpg1252\\cocoartf2639\n\\f0\\fs24 I: How?\\\n\\\nR: Na\\'efve.\\\nI: So?\\\nR: It\\uc0\\u8217 s.}"
    assert spoken_turns(read(tmp_path, text)) == [("I", "How?"), ("R", "Naïve."), ("I", "So?"), ("R", "It’s.")]


def test_an_unseen_character_before_a_label_hides_it_not(tmp_path: Path) -> None:
    transcript = read(tmp_path, rtf("\u200bI: How?", "\ufeffR: Well.", "\u200eI: So?", "R\u00ad: Yes."))
    assert [speaker for speaker, _ in spoken_turns(transcript)] == ["I", "R", "I", "R"]


def test_accents_that_font_and_file_name_otherwise_are_named(tmp_path: Path) -> None:
    text = (
        rb"{\rtf1\ansi\ansicpg1250{\fonttbl{\f0\fcharset0 Times;}}\f0 I: \'e8?\par R: So.\par I: And?\par R: No.\par}"
    )
    notes = read(tmp_path, text).notes
    assert notes[0] == "accents read as cp1252, as their font says, though the file says cp1250: check them"


def test_utf8_in_rtf_is_read_and_named(tmp_path: Path) -> None:
    transcript = read(tmp_path, "{\\rtf1\\ansi I: Wie schön?\\par R: Für mich.\\par I: So?\\par R: Ja.\\par}")
    assert spoken_turns(transcript)[:2] == [("I", "Wie schön?"), ("R", "Für mich.")]
    assert "UTF-8" in transcript.notes[0]


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"{\\rtf1 " + b"{" * 100_000 + b"I: hi" + b"}" * 100_001, "nests over 1000 groups"),
        (b"{\\rtf1 " + b"\\b" * 20_000 + b"}", "has over 10,000 words of RTF"),
        (b"{\\rtf1 " + b"I: a\\par " * 2000 + b"}", "over 1,000 paragraphs, which no transcript has"),
        (b"{\\rtf1 I: How?\\par R: We", "the file is cut off or damaged (1 group stays open)"),
        (
            b"{\\rtf1 I: a\\par {\\pict\\bin99999999 abc}R: b\\par}",
            "the file is cut off or damaged (2 groups stay open)",
        ),
        (b"{\\rtf1 I: \\u-10179?\\par}", "half a character of Unicode"),
        (b"{\\rtf1\\ansi I: \\'81\\par}", "the byte 0x81 is no character of cp1252"),
        (b"{\\rtf1 I: \\u1?\\par}", "the control character U+0001"),
        (b"{\\rtf1 {\\pict 89}\\par}", "nobody says anything in it"),
    ],
)
def test_hostile_and_damaged_files_end_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: bytes, fault: str
) -> None:
    assert (rtf_words.MOST_WORDS, document_draft.MOST_PARAGRAPHS) == (1_000_000, 50_000)
    monkeypatch.setattr(document_draft, "MOST_PARAGRAPHS", 1000)
    monkeypatch.setattr(rtf_words, "MOST_WORDS", 10_000)
    (tmp_path / "bad.rtf").write_bytes(data)
    with pytest.raises(ReadError, match=rf"^bad\.rtf: {re.escape(fault)}") as refusal:
        read_transcript(tmp_path / "bad.rtf")
    assert "\n" not in str(refusal.value)
