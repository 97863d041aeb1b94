"""Timed layouts as programs write them into documents and text: who speaks, in which order, and when."""

from __future__ import annotations

from pathlib import Path

import pytest
from docx import Document
from secondcoder.domain.records import Transcript
from secondcoder.transcripts import read_transcript
from support.transcript_checks import check_invariants, read_content, spoken_turns, times


def word(folder: Path, *paragraphs: str) -> Transcript:
    """A document of these paragraphs, a newline in one being a line break."""
    document = Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    document.save(str(folder / "p01.docx"))
    transcript = read_transcript(folder / "p01.docx")
    check_invariants(transcript)
    return transcript


SPOKEN = [
    ("Lind, Maria", "How did it start?"),
    ("P7", "We sat down.\nIn the kitchen.\nAll of us."),
    ("Lind, Maria", "Why?"),
    ("P7", "No idea."),
]
STARTS = [3.0, 22.0, 230.0, 242.0]
HEADINGS = {
    "glued": "Lind, Maria0:03|P70:22|P70:37|P73:37|Lind, Maria3:50|P74:02",
    "apart": "Lind, Maria   0:03|P7   0:22|P7   0:37|P7   3:37|Lind, Maria   3:50|P7   4:02",
    "as Word transcribes": "00:00:03 Lind, Maria|00:00:22 P7|00:00:37 P7|00:03:37 P7|00:03:50 Lind, Maria|00:04:02 P7",
    "name and time in lines": "Lind, Maria\n0:03|P7\n0:22|P7\n0:37|P7\n3:37|Lind, Maria\n3:50|P7\n4:02",
}
SAID = ["How did it start?", "We sat down.", "In the kitchen.", "All of us.", "Why?", "No idea."]


@pytest.mark.parametrize("layout", HEADINGS)
@pytest.mark.parametrize("form", ["paragraphs", "line breaks"])
def test_one_speaker_under_several_headings_is_one_turn(tmp_path: Path, layout: str, form: str) -> None:
    pairs = list(zip(HEADINGS[layout].split("|"), SAID, strict=True))
    parts = [f"{head}\n{said}" for head, said in pairs]
    transcript = word(tmp_path, *(parts if form == "line breaks" else "\n".join(parts).split("\n")))
    assert spoken_turns(transcript) == SPOKEN
    assert [since for since, _ in times(transcript)] == STARTS
    assert (
        "2 headings that name the speaker above again: left out of the text with their times, so that each turn is whole"
        in transcript.notes
    )
    # Nothing else is taken out.
    assert transcript.text == "\n".join(part for at, part in enumerate(parts) if at not in (2, 3)).replace(
        "We sat down.", "We sat down.\nIn the kitchen.\nAll of us."
    )


def test_the_times_of_a_whole_turn_end_with_its_last_heading(tmp_path: Path) -> None:
    cues = [
        "0:0:3.120 --> 0:0:6.480",
        "P7",
        "We sat",
        "0:0:6.480 --> 0:0:9.20",
        "P7",
        "down.",
        "0:0:9.30 --> 0:0:12.30",
        "Ana",
        "Why?",
    ]
    transcript = word(tmp_path, *cues)
    assert spoken_turns(transcript) == [("P7", "We sat\ndown."), ("Ana", "Why?")]
    assert times(transcript) == [(3.12, 9.02), (9.03, 12.03)]


def test_labels_that_recur_are_no_headings(tmp_path: Path) -> None:
    transcript = word(tmp_path, "I: How?", "R: So.", "R: And so.", "I: Why?")
    assert spoken_turns(transcript) == [("I", "How?"), ("R", "So."), ("R", "And so."), ("I", "Why?")]
    assert transcript.text == "I: How?\nR: So.\nR: And so.\nI: Why?"


def test_a_plain_text_is_kept_as_it_is(tmp_path: Path) -> None:
    text = "Ana  0:03\nHow?\n\nP7  0:22\nSo.\n\nP7  0:37\nAnd so.\n\nAna  1:00\nWhy?"
    transcript = read_content(tmp_path, text)
    assert transcript.text == text
    assert [speaker for speaker, _ in spoken_turns(transcript)] == ["Ana", "P7", "P7", "Ana"]


def test_what_is_set_off_is_found_behind_headings_that_went(tmp_path: Path) -> None:
    document = Document()
    for head, said, bold in (
        ("Ana  0:03", "How?", False),
        ("P7  0:22", "So.", False),
        ("P7  0:37", "So it was.", True),
    ):
        document.add_paragraph().add_run(head).bold = True
        document.add_paragraph().add_run(said).bold = bold
    document.save(str(tmp_path / "p01.docx"))
    notes = read_transcript(tmp_path / "p01.docx").notes
    assert any("read as speech: 'So it was.'" in note for note in notes)


def test_what_otter_writes_above_the_talk_is_named(tmp_path: Path) -> None:
    transcript = word(
        tmp_path,
        "Practice 7",
        "Tue, Nov 12, 2024 10:05AM • 32:10",
        "SUMMARY KEYWORDS",
        "booking list, kitchen, nurses",
        "SPEAKERS",
        "Jane O'Neil, P01, Unknown Speaker",
        "",
        "Jane O'Neil  00:03",
        "How did it start?",
        "",
        "P01  00:13",
        "We sat down.",
        "",
        "Unknown Speaker  1:02:03",
        "Tea?",
        "",
        "Transcribed by https://otter.ai",
    )
    assert spoken_turns(transcript) == [
        ("Jane O'Neil", "How did it start?"),
        ("P01", "We sat down."),
        ("Unknown Speaker", "Tea?"),
    ]
    assert [since for since, _ in times(transcript)] == [3.0, 13.0, 3723.0]
    assert transcript.notes[0] == (
        "above the talk and nobody's speech: SUMMARY KEYWORDS (booking list, kitchen, nurses), SPEAKERS (Jane O'Neil, P01, "
        "Unknown Speaker)"
    )
    assert "booking list" in transcript.text


def test_word_without_speakers_keeps_its_times(tmp_path: Path) -> None:
    transcript = word(
        tmp_path,
        "Audio file",
        "p7.wav",
        "Transcript",
        "00:00:02",
        "How did it start?",
        "00:00:05",
        "We sat down.",
        "All of us.",
    )
    assert spoken_turns(transcript) == [(None, "How did it start?"), (None, "We sat down."), (None, "All of us.")]
    assert times(transcript) == [(2.0, None), (5.0, None), (None, None)]
    assert "above the talk and nobody's speech: what Word writes, from 'Audio file' to 'Transcript'" in transcript.notes


NVIVO = [
    ("0:00.0 - 0:12.4", "How?", "Ana"),
    ("0:12.4 - 0:20.0", "So.", "P7"),
    ("0:20.0 - 0:24.0", "And so.", "P7"),
    ("0:24.0 - 0:27.0", "Why?", "Ana"),
]
TITLES = ("Timespan", "Content", "Speaker")


@pytest.mark.parametrize("titled", [True, False])
@pytest.mark.parametrize("form", ["lines", "rows", "rows, speaker first"])
def test_nvivo(tmp_path: Path, titled: bool, form: str) -> None:
    if form != "lines" and not titled:
        pytest.skip("a table of tabs is known by its titles")
    rows = [TITLES, *NVIVO] if titled else NVIVO
    ordered = [(time, who, said) if form.endswith("first") else (time, said, who) for time, said, who in rows]
    text = "\n".join(("\n" if form == "lines" else "\t").join(row) for row in ordered)
    transcript = read_content(tmp_path, text)
    assert spoken_turns(transcript) == [(who, said) for _, said, who in NVIVO]
    assert times(transcript) == [(0.0, 12.4), (12.4, 20.0), (20.0, 24.0), (24.0, 27.0)]
    assert transcript.text == text


def test_time_name_speech_is_not_taken_for_time_speech_name(tmp_path: Path) -> None:
    rows = [("0:01", "Ana", "Well"), ("0:05", "Bo", "Yes"), ("0:09", "Ana", "Yes"), ("0:12", "Bo", "No")]
    transcript = read_content(tmp_path, "\n".join("\n".join(row) for row in rows))
    assert spoken_turns(transcript) == [(who, said) for _, who, said in rows]


@pytest.mark.parametrize("form", ["#00:00:0{}-2#", "[00:00:0{}.2]"])
def test_f4_and_f5_in_text_and_word(tmp_path: Path, form: str) -> None:
    lines = ["I: How did it start?", "B: We sat down.", "And drank tea.", "I: Why?", "B: No idea."]
    stamped = [f"{line} {form.format(at)}" for at, line in enumerate(lines, start=1)]
    for transcript in (read_content(tmp_path, "\n".join(stamped)), word(tmp_path, *stamped)):
        assert [speech for _, speech in spoken_turns(transcript)] == [
            line.removeprefix("I: ").removeprefix("B: ") for line in lines
        ]
        assert [until for _, until in times(transcript)] == [1.2, 2.2, 3.2, 4.2, 5.2]


def test_a_time_below_a_label_is_that_of_the_speech(tmp_path: Path) -> None:
    """As Rev writes it."""
    text = "Maria: (00:07)\nHow?\n\nTom: (00:19)\nSo.\n\nTom: (01:10)\nAnd so.\n\nMaria: (01:22)\nWhy?\n"
    assert times(read_content(tmp_path, text)) == [(7.0, None), (19.0, None), (70.0, None), (82.0, None)]


def test_times_of_the_day_are_said_to_be(tmp_path: Path) -> None:
    """Zoom's closed_caption.txt counts by the clock on the wall."""
    text = "[Jane Doe] 10:15:03\nHow?\n\n[P7] 10:15:10\nSo.\n\n[Jane Doe] 10:16:03\nWhy?\n"
    transcript = read_content(tmp_path, text, "closed_caption.txt")
    assert spoken_turns(transcript) == [("Jane Doe", "How?"), ("P7", "So."), ("Jane Doe", "Why?")]
    assert [since for since, _ in times(transcript)] == [36903.0, 36910.0, 36963.0]
    mend = "secondcoder transcript edit closed_caption --shift-times -36903"
    assert (
        transcript.notes[0]
        == f"times begin at 10:15:03, as times of the day would; if they are, count them from the beginning: {mend}"
    )
