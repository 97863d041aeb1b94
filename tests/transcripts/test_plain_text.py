"""Plain text: its text, its turns, Otter's layout, and what is no transcript."""

from __future__ import annotations

import string
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from secondcoder.errors import ReadError
from secondcoder.transcripts import Source, find_reader, read_transcript, readers
from support.transcript_checks import (
    INTERVIEWER,
    PARTICIPANT,
    check_invariants,
    read_content,
    roles,
    spoken_turns,
    times,
)

FRESH_FOLDER_NOT_NEEDED = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)

INTERVIEW = """Interview 7, 3 May

I: How was
the first week?

R:\tLong. [00:12:03] We had no rota,

and no keys.
Three things: keys, rota, tea.
I: And now?
R: Better 😊 nai\u0308ve as I was.
"""


def test_turns_run_on_until_the_next_label(tmp_path: Path) -> None:
    transcript = read_content(tmp_path, INTERVIEW)
    assert spoken_turns(transcript) == [
        ("I", "How was\nthe first week?"),
        ("R", "Long. [00:12:03] We had no rota,\n\nand no keys.\nThree things: keys, rota, tea."),
        ("I", "And now?"),
        ("R", "Better 😊 nai\u0308ve as I was."),
    ]
    assert roles(transcript) == {"I": INTERVIEWER, "R": PARTICIPANT}
    assert (transcript.format, transcript.notes) == ("plain text", ())


def test_more_lines_than_a_transcript_has_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=r"60,001 lines, and a transcript has at most 50,000\. Nothing was imported"):
        read_content(tmp_path, "".join(f"P{number}: So.\n" for number in range(60_000)))


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_the_text_is_the_file_but_for_line_ends_and_the_mark(tmp_path: Path, newline: str, mark: str) -> None:
    transcript = read_content(tmp_path, mark + INTERVIEW.replace("\n", newline))
    assert transcript.text == INTERVIEW


def test_utf16_and_unusual_line_separators_stay(tmp_path: Path) -> None:
    text = "I: one\u2028two?\x0bthree\x85 four\nR: yes\x0c"
    transcript = read_content(tmp_path, text.encode("utf-16"))
    assert transcript.text == text
    assert spoken_turns(transcript) == [("I", "one\u2028two?\x0bthree\x85 four"), ("R", "yes")]


def test_a_label_without_speech_is_no_turn(tmp_path: Path) -> None:
    assert spoken_turns(read_content(tmp_path, "I: Hello?\nR:\n\nI: Are you there?\nR: Yes.")) == [
        ("I", "Hello?"),
        ("I", "Are you there?"),
        ("R", "Yes."),
    ]


def test_a_time_alone_in_a_line_is_in_the_text_and_in_no_speech(tmp_path: Path) -> None:
    transcript = read_content(tmp_path, "I: Hello?\n[00:05]\nR: (00:06)\nYes.\n\n[00:07]\nNo.\n\n[00:08]\n\nI: Well?")
    assert spoken_turns(transcript) == [("I", "Hello?"), ("R", "Yes."), ("R", "No."), ("I", "Well?")]


def test_a_time_before_or_behind_the_label_is_the_time_of_the_turn(tmp_path: Path) -> None:
    transcript = read_content(tmp_path, "[00:00:05] I: Hello?\n[00:01:07] R: Yes.\nI (02:10): Well?")
    assert spoken_turns(transcript) == [("I", "Hello?"), ("R", "Yes."), ("I", "Well?")]
    assert [start for start, _ in times(transcript)] == [5.0, 67.0, 130.0]


@pytest.mark.parametrize("footer", ["END OF INTERVIEW", "[End of recording]", "Transcribed by https://otter.ai"])
def test_a_footer_is_in_no_turn(tmp_path: Path, footer: str) -> None:
    transcript = read_content(tmp_path, f"I: Hello?\nR: Yes.\n\n{footer}\n")
    assert spoken_turns(transcript)[-1] == ("R", "Yes.")
    assert transcript.text.endswith(f"{footer}\n")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One line,\nwrapped.\n\n-----\n\nTwo.\n", ["One line,\nwrapped.", "Two."]),
        ("\n\nOne.\nTwo.\n", ["One.", "Two."]),
        ("One.\n \t\nTwo.\n\n\n  Three. ", ["One.", "Two.", "Three."]),
        ("Only this", ["Only this"]),
        ("00:00:01\nOne.\n[0:09]\nTwo.", ["One.", "Two."]),
    ],
)
def test_a_text_without_speakers_has_a_turn_a_paragraph(tmp_path: Path, text: str, expected: list[str]) -> None:
    transcript = read_content(tmp_path, text)
    assert spoken_turns(transcript) == [(None, speech) for speech in expected]
    assert transcript.notes == ("no speakers found",)
    assert transcript.text == text


OTTER = (
    "P01  0:00  \nI have read it.\nAt 10:30 that was.\n\nJane O'Neil  0:13\nWhat: all of it?\n\nP01  1:00:02 \nYes.\n\n"
    "Unknown Speaker  1:00:09\nBye.\n\nTranscribed by https://otter.ai\n"
)


def test_otter(tmp_path: Path) -> None:
    transcript = read_content(tmp_path, OTTER)
    assert spoken_turns(transcript) == [
        ("P01", "I have read it.\nAt 10:30 that was."),
        ("Jane O'Neil", "What: all of it?"),
        ("P01", "Yes."),
        ("Unknown Speaker", "Bye."),
    ]
    assert [start for start, _ in times(transcript)] == [0.0, 13.0, 3602.0, 3609.0]
    assert transcript.text == OTTER


def test_otter_with_its_front_matter(tmp_path: Path) -> None:
    front = "Interview 7\nWed, May 03, 2023 2:11PM • 45:02\n\nSUMMARY KEYWORDS\nrota, keys\n\nSPEAKERS\nP01, Jane O'Neil\n\n"
    transcript = read_content(tmp_path, front + OTTER)
    assert [speaker for speaker, _ in spoken_turns(transcript)] == ["P01", "Jane O'Neil", "P01", "Unknown Speaker"]
    assert transcript.text[: transcript.turns[0].start].startswith(front)


def test_a_time_at_the_end_of_speech_is_no_heading(tmp_path: Path) -> None:
    text = "I: When?\nR: Soon.\nSee you at 10:30\nI: Where?\nR: Here.\nMeet at 11:00"
    assert [speaker for speaker, _ in spoken_turns(read_content(tmp_path, text))] == ["I", "R", "I", "R"]
    assert spoken_turns(read_content(tmp_path, "See you at 10:30\nBring the keys."))[0] == (None, "See you at 10:30")


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.text", "notes"])
def test_the_reader_takes_text_by_these_names(tmp_path: Path, name: str) -> None:
    assert read_content(tmp_path, INTERVIEW, name).format == "plain text"


def test_plain_text_is_asked_last() -> None:
    assert readers()[-1].name == "plain text"


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.txt", b"", "a.txt: the file is empty."),
        ("a.txt", b" \r\n\t\n", "a.txt: the file is empty."),
        ("a.txt", b"\xef\xbb\xbf\n", "a.txt: the file is empty."),
        ("a.txt", "\n ".encode("utf-16"), "a.txt: the file is empty."),
        ("a.txt", "\xa0\n".encode(), "a.txt: nobody says anything in it. Nothing was imported."),
        ("a.txt", b"I:\nR:\n", "a.txt: nobody says anything in it. Nothing was imported."),
        ("a.rtf", b"{\\rtf1 I: Hello", "a.rtf: the file is cut off or damaged"),
        ("a.txt", b"{\\rtf1 I: Hello", "a.txt: the file is cut off or damaged"),
        ("a.log", b"{}", "a.log: not a transcript in a format that secondcoder reads"),
        ("a.txt", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "a.txt: control characters as in a binary file"),
    ],
)
def test_what_cannot_be_read_is_refused(tmp_path: Path, name: str, data: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(ReadError) as refusal:
        read_transcript(tmp_path / name)
    assert str(refusal.value).startswith(message)


def test_a_missing_file_is_a_read_error(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=r"^gone\.txt: cannot be read \(No such file or directory\)\.$"):
        find_reader(Source(tmp_path / "gone.txt"))


# Sentences that cannot be taken for a label, a header line or a footer, which are not the matter here: no colon, a full stop.
WORDS = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"], exclude_characters=":：\ufffd\ufeff.[("), max_size=60
)
SPEECH = st.builds(
    lambda first, rest: f"{first} {rest}".strip() + ".", st.text(string.ascii_lowercase, min_size=4, max_size=9), WORDS
)
SPEAKERS = st.sampled_from(["I", "R", "P1", "Jane O'Neil", "Interviewer", "Åsa Öberg"])


@FRESH_FOLDER_NOT_NEEDED
@given(
    spoken=st.lists(st.tuples(SPEAKERS, SPEECH), min_size=1, max_size=8),
    gap=st.sampled_from(["\n", "\n\n", "\r\n\r\n"]),
)
def test_what_is_written_as_labelled_text_is_read_back(tmp_path: Path, spoken: list[tuple[str, str]], gap: str) -> None:
    spoken = [*spoken, *spoken]  # so that every name recurs
    transcript = read_content(tmp_path, gap.join(f"{speaker}: {speech}" for speaker, speech in spoken))
    assert spoken_turns(transcript) == spoken


@FRESH_FOLDER_NOT_NEEDED
@given(
    text=st.text(
        st.one_of(
            st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffd"), st.sampled_from("\n:. IRa1")
        )
    )
)
def test_any_text_gives_a_sound_transcript_or_one_clear_error(tmp_path: Path, text: str) -> None:
    path = tmp_path / "any.txt"
    path.write_text(text, encoding="utf-8", newline="")
    if not any(character.isalnum() for character in text):
        with pytest.raises(ReadError, match=r"^any\.txt: "):
            read_transcript(path)
        return
    with suppress(ReadError):  # a text may still hold nothing but labels
        transcript = read_transcript(path)
        check_invariants(transcript)
        assert transcript.text == text.removeprefix("\ufeff")
