"""PDF of transcripts as programs print them, with invented words."""

from __future__ import annotations

import re
import zlib
from pathlib import Path

import pytest
from secondcoder.domain.records import Transcript
from secondcoder.errors import ReadError
from secondcoder.transcripts import read_transcript
from secondcoder.transcripts.documents import pdf_lines
from support.documents import BOLD, Printed, pdf
from support.transcript_checks import read_content, spoken_turns

TALK = ["I: How was the first week?", "R: Well, it was busy.", "I: And then?", "R: We went on."]
SPOKEN = [("I", "How was the first week?"), ("R", "Well, it was busy."), ("I", "And then?"), ("R", "We went on.")]


def read(folder: Path, data: bytes, name: str = "p01.pdf") -> Transcript:
    return read_content(folder, data, name)


def column(lines: list[str], left: float = 60, top: float = 100, pitch: float = 14) -> list[Printed]:
    return [(left, top + pitch * at, line) for at, line in enumerate(lines)]


def test_a_line_a_turn(tmp_path: Path) -> None:
    transcript = read(tmp_path, pdf(column(TALK)))
    assert (transcript.format, spoken_turns(transcript)) == ("PDF", SPOKEN)
    assert transcript.text == "\n".join(TALK)
    assert transcript.notes == (
        "a PDF keeps no paragraphs: 4 lines joined to 4 paragraphs by spacing, indents and labels; look them through",
    )


WRAPPED = [
    "I: What did the team make of the new way of working in the",
    "first week, and who took part?",
    "R: Most of us were tired, and the in-",
    "formation came late; a well-known story with well-",
    "known ends.",
    "I: And then, when the programme had",
    "begun?",
    "R: Then it went on.",
]


def test_wrapped_lines_are_joined_and_divided_words_too(tmp_path: Path) -> None:
    transcript = read(tmp_path, pdf(column(WRAPPED)))
    assert transcript.text.split("\n") == [
        "I: What did the team make of the new way of working in the first week, and who took part?",
        "R: Most of us were tired, and the information came late; a well-known story with well-known ends.",
        "I: And then, when the programme had begun?",
        "R: Then it went on.",
    ]
    assert "1 word divided at line ends joined: 'information'" in transcript.notes


def test_paragraphs_by_distance(tmp_path: Path) -> None:
    lines = [(60, 100, "We began in the spring, when the"), (60, 114, "weather was fine and"), (60, 128, "the doors stood open."),
             (60, 160, "Then came a summer that nobody"), (60, 174, "had seen before, with"),
             (60, 188, "long days and no rain.")]  # fmt: skip
    transcript = read_content_without_speakers(tmp_path, pdf(lines))
    assert transcript.text.split("\n") == [
        "We began in the spring, when the weather was fine and the doors stood open.",
        "Then came a summer that nobody had seen before, with long days and no rain.",
    ]


def read_content_without_speakers(folder: Path, data: bytes) -> Transcript:
    transcript = read(folder, data)
    assert {turn.speaker for turn in transcript.turns} == {None}
    return transcript


def with_title(number: int, lines: list[str]) -> list[Printed]:
    return [(60, 40, "Study of Example Practice, confidential"), *column(lines), (290, 810, f"Page {number} of 3")]


def test_running_titles_and_page_numbers_are_left_out_and_named(tmp_path: Path) -> None:
    pages = [with_title(1, [*TALK[:3], "R: We went on, and nobody had thought that it would"]),
             with_title(2, ["take so long as it did.", *TALK[:1]]), with_title(3, TALK[1:2])]  # fmt: skip
    transcript = read(tmp_path, pdf(*pages))
    assert "Example Practice" not in transcript.text
    assert "Page" not in transcript.text
    assert spoken_turns(transcript)[3] == (
        "R",
        "We went on, and nobody had thought that it would take so long as it did.",
    )
    assert transcript.notes[0] == (
        "6 lines at the edges of pages, as running titles and page numbers, left out: 'Study of Example Practice, confidential' "
        "and 'Page 1 of 3'"
    )


def test_an_answer_that_recurs_in_other_places_stays(tmp_path: Path) -> None:
    pages = [
        column(["I: So?", "R: Yes."]),
        column(["I: Why?", "R: Yes."], top=200),
        column(["I: And?", "R: Yes."], top=300),
    ]
    assert [speech for _, speech in spoken_turns(read(tmp_path, pdf(*pages)))] == [
        "So?",
        "Yes.",
        "Why?",
        "Yes.",
        "And?",
        "Yes.",
    ]


def test_questions_that_differ_in_a_number_are_no_titles(tmp_path: Path) -> None:
    pages = [column([f"I: Question {7 * at}, then?", "R: Yes.", f"I: Item {at * at + 3}?"]) for at in range(1, 5)]
    spoken = [speech for _, speech in spoken_turns(read(tmp_path, pdf(*pages)))]
    assert [speech for speech in spoken if speech != "Yes."] == [
        words for at in range(1, 5) for words in (f"Question {7 * at}, then?", f"Item {at * at + 3}?")
    ]


def test_line_numbers_beside_the_text_are_no_speech(tmp_path: Path) -> None:
    lines = [*WRAPPED, *WRAPPED]
    numbered = [
        each
        for at, line in enumerate(lines, start=1)
        for each in ((30, 86 + 14 * at, str(at)), (60, 86 + 14 * at, line))
    ]
    transcript = read(tmp_path, pdf(numbered))
    assert [speaker for speaker, _ in spoken_turns(transcript)] == ["I", "R", "I", "R"] * 2
    assert not re.search(r"\d", transcript.text)
    assert "16 line numbers beside the text, 1 to 16, left out" in transcript.notes


def test_numbers_that_count_paragraphs_tell_where_they_begin(tmp_path: Path) -> None:
    """As MAXQDA prints transcripts: wrapped lines have no number, and labels are bold."""
    paragraphs = [
        "Interview",
        f"{BOLD}Dan: How do you",
        f"{BOLD}Participant: Sure:",
        f"{BOLD}Dan: And",
        f"{BOLD}Participant: Well.",
        f"{BOLD}Dan: So?",
    ]
    wrapped = [
        [],
        ["work today, and why?"],
        ["note: it was busy, and", "Dan: that is what they say."],
        ["then?"],
        [],
        [],
    ]
    lines: list[Printed] = []
    for number, (first, rest) in enumerate(zip(paragraphs, wrapped, strict=True), start=1):
        top = 100 + 14 * len(lines)
        lines += [(30, top, str(number)), (60, top, first)]
        lines += [(60, 100 + 14 * (len(lines) + at), line) for at, line in enumerate(rest)]
    transcript = read(tmp_path, pdf(lines))
    assert transcript.text.split("\n")[1:3] == [
        "Dan: How do you work today, and why?",
        "Participant: Sure: note: it was busy, and Dan: that is what they say.",
    ]
    assert "6 paragraph numbers beside the text, 1 to 6, left out" in transcript.notes


def test_numbers_that_are_speech_stay(tmp_path: Path) -> None:
    lines = [
        "I: How many?",
        "R: 12 in all, I think, and more of them at the end, so",
        "3 or four a day, with",
        "5 on Fridays.",
    ]
    assert "3 or four a day, with 5 on Fridays." in read(tmp_path, pdf(column(lines))).text


def test_a_hanging_indent(tmp_path: Path) -> None:
    lines = [(40, 100, "I: What did you"), (70, 114, "make of it?"), (70, 128, "Really?"), (40, 142, "R: It was"), (70, 156, "new."),
             (70, 170, "And good."), (40, 184, "I: So?"), (40, 198, "R: Yes.")]  # fmt: skip
    assert spoken_turns(read(tmp_path, pdf(lines))) == [
        ("I", "What did you make of it? Really?"), ("R", "It was new. And good."), ("I", "So?"), ("R", "Yes."),
    ]  # fmt: skip


def test_scanned_pages_are_refused_by_number(tmp_path: Path) -> None:
    (tmp_path / "scan.pdf").write_bytes(pdf(column(TALK), [], [], pictures=(1, 2)))
    with pytest.raises(
        ReadError, match=r"^scan\.pdf: pages 2 and 3 are pictures without text, as a scanner makes them\."
    ):
        read_transcript(tmp_path / "scan.pdf")


def test_text_in_columns_is_refused(tmp_path: Path) -> None:
    left, right = (
        [f"I: This is a left line {at}" for at in range(20)],
        [f"and this a right one {at}" for at in range(20)],
    )
    (tmp_path / "columns.pdf").write_bytes(pdf([*column(left), *column(right, left=330)]))
    with pytest.raises(ReadError, match=r"^columns\.pdf page 1: text in columns, or a table"):
        read_transcript(tmp_path / "columns.pdf")


def test_labels_in_a_column_of_their_own_are_none_of_two(tmp_path: Path) -> None:
    labels = [f"{label}:" for label in ("Speaker 1", "Speaker 2") * 6]
    said = [f"This is what was said at {at}." for at in range(12)]
    transcript = read(tmp_path, pdf([*column(labels), *column(said, left=160)]))
    assert spoken_turns(transcript)[1] == ("Speaker 2", "This is what was said at 1.")


def test_coded_passages_are_no_transcript(tmp_path: Path) -> None:
    (tmp_path / "coded.pdf").write_bytes(
        pdf(column(["Coded Segments", "Document name Code Segment", "P1 Use We plot it."]))
    )
    with pytest.raises(
        ReadError, match=r"^coded\.pdf: a table of coded passages, as other tools print them, and no transcript\."
    ):
        read_transcript(tmp_path / "coded.pdf")


def test_a_picture_beside_text_is_counted(tmp_path: Path) -> None:
    assert "not read: 1 picture" in read(tmp_path, pdf(column(TALK), pictures=(0,))).notes


BOMB = zlib.compress(b" " * 700_000_000, 9)


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"%PDF-1.4\n", "the PDF is damaged or cut off"),
        (pdf(column(TALK))[:400], "the PDF is damaged or cut off"),
        (pdf(*[[]] * 501), "over 500 pages, which no transcript has"),
        (pdf([]), "no page of it holds text"),
        (pdf([], raw=BOMB), "reading the PDF takes more memory"),
        (pdf([], raw=zlib.compress(BOMB), filters=b"[/FlateDecode/FlateDecode]"), "reading the PDF takes more memory"),
    ],
)
def test_hostile_and_damaged_files_end_in_one_line(tmp_path: Path, data: bytes, fault: str) -> None:
    (tmp_path / "bad.pdf").write_bytes(data)
    with pytest.raises(ReadError, match=rf"^bad\.pdf: {fault}") as refusal:
        read_transcript(tmp_path / "bad.pdf")
    assert "\n" not in str(refusal.value)


@pytest.mark.slow
def test_a_page_without_end_is_stopped(tmp_path: Path) -> None:
    endless = zlib.compress(b"BT /F1 11 Tf " + b"(aaaaaaaaaaaaaaa) Tj " * 400_000 + b"ET")
    (tmp_path / "endless.pdf").write_bytes(pdf([], raw=endless))
    with pytest.raises(
        ReadError, match=r"^endless\.pdf: reading (a page of the PDF takes longer|the PDF takes more memory)"
    ):
        read_transcript(tmp_path / "endless.pdf")


def test_the_limits() -> None:
    assert (pdf_lines.MOST_PAGES, pdf_lines.SECONDS, pdf_lines.MEMORY) == (500, 9, 450 * 2**20)
