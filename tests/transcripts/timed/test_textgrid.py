"""Praat's TextGrid: a tier or a file a speaker, read as Praat reads it. praatio is the other implementation."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from secondcoder.domain.records import Transcript
from secondcoder.errors import ReadError
from secondcoder.transcripts import files_together, read_transcript
from secondcoder.transcripts.registry import Source
from secondcoder.transcripts.timed.captions import Utterance
from secondcoder.transcripts.timed.textgrid import parse_grid
from secondcoder.transcripts.timed.timed_speech import by_time
from support.timed_files import HEAD, long_grid, short_grid
from support.transcript_checks import INTERVIEWER, check_invariants, read_content, roles, spoken_turns, times

TALK = [
    ("INT", [(0, 2.5, "How did it start?"), (2.5, 6, ""), (6, 7, "And then?"), (7, 9, "  ")]),
    ("P1", [(0, 2, ""), (2.25, 4, "We sat down,"), (4, 5.5, "all of us."), (7, 9.125, "Then it rained.")]),
]


@pytest.mark.parametrize("write", [long_grid, short_grid])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_tier_a_speaker_in_the_order_of_time(tmp_path: Path, write: object, encoding: str) -> None:
    content = write(TALK).replace("\n", "\r\n").encode(encoding)  # type: ignore[operator]
    transcript = read_content(tmp_path, content, "p01.TextGrid")
    assert spoken_turns(transcript) == [
        ("INT", "How did it start?"),
        ("P1", "We sat down, all of us."),
        ("INT", "And then?"),
        ("P1", "Then it rained."),
    ]
    assert times(transcript) == [(0, 2.5), (2.25, 5.5), (6, 7), (7, 9.125)]
    assert roles(transcript)["INT"] == INTERVIEWER
    assert (
        "1 stretch of speech begins while another speaks; all stand in the order of their beginnings"
        in transcript.notes
    )


def test_marks_of_the_format_and_of_transcribers_within_the_speech_stay(tmp_path: Path) -> None:
    said = 'He said ""item [1]: <UNIN/> xmin = 4""! Yes, class = ""IntervalTier"".'
    transcript = read_content(
        tmp_path, long_grid([("A", [(0, 1, said)]), ("B", [(1, 2, "No.\nNever.")])]), "p.TextGrid"
    )
    assert spoken_turns(transcript) == [("A", said.replace('""', '"')), ("B", "No. Never.")]


def test_praat_takes_what_stands_free_whatever_the_words_around_it(tmp_path: Path) -> None:
    text = (
        short_grid([("A", [(0, 1, "Hi.")])])
        .replace("<exists>", '! a remark with "quotes" and 7\n<exists>')
        .replace('"A"', 'name: "A"')
    )
    assert spoken_turns(read_content(tmp_path, text, "p.TextGrid")) == [("A", "Hi.")]


def test_tiers_that_hold_no_speech_are_named(tmp_path: Path) -> None:
    tiers = [("Maria - words", [(0, 1, "Hi")]), ("Maria - phones", [(0, 0.5, "h")]), ("Tom", [(0, 1, "")])]
    points = '"TextTier"\n"bells"\n0\n10\n1\n3.5\n"ding"\n'
    text = short_grid(tiers).replace("<exists>\n3", "<exists>\n4") + points
    transcript = read_content(tmp_path, text, "p.TextGrid")
    assert [speech for _, speech in spoken_turns(transcript)] == ["Hi"]
    assert "tiers left out, as they hold no speech: 'Maria - phones', 'Tom' and 'bells'" in transcript.notes


def test_tiers_of_one_name_are_told_apart_by_number(tmp_path: Path) -> None:
    transcript = read_content(
        tmp_path, short_grid([("Speaker", [(0, 1, "Hi.")]), ("Speaker", [(1, 2, "Ho.")])]), "p.TextGrid"
    )
    assert spoken_turns(transcript) == [("Speaker 1", "Hi."), ("Speaker 2", "Ho.")]


def written(folder: Path, **grids: str) -> list[Path]:
    paths = [folder / f"{name}.TextGrid" for name in grids]
    for path, grid in zip(paths, grids.values(), strict=True):
        path.write_text(grid)
    return paths


def read_pair(paths: list[Path]) -> Transcript:
    groups = files_together(paths)
    assert groups == {paths[0]: tuple(paths[1:])}
    transcript = read_transcript(paths[0], beside=groups[paths[0]])
    check_invariants(transcript)
    return transcript


def test_a_file_a_speaker(tmp_path: Path) -> None:
    one, other = short_grid([("Speaker", [(0, 1, "How?"), (3, 4, "Why?")])]), short_grid([("Speaker", [(1, 2, "So.")])])
    paths = written(tmp_path, talk_7_doctor=one, talk_7_patient=other)
    transcript = read_pair(paths)
    assert (transcript.id, transcript.source) == ("talk_7", "talk_7_doctor.TextGrid")
    assert spoken_turns(transcript) == [("doctor", "How?"), ("patient", "So."), ("doctor", "Why?")]
    assert times(transcript) == [(0, 1), (1, 2), (3, 4)]
    assert transcript.notes[0] == (
        "'talk_7_doctor.TextGrid' (doctor) and 'talk_7_patient.TextGrid' (patient) end at the same time and are one recording: put "
        "together in the order of time"
    )


def test_tiers_that_have_names_of_their_own_keep_them_in_a_pair(tmp_path: Path) -> None:
    paths = written(tmp_path, t_a=short_grid([("Maria", [(0, 1, "How?")])]), t_b=short_grid([("Tom", [(1, 2, "So.")])]))
    assert [speaker for speaker, _ in spoken_turns(read_pair(paths))] == ["Maria", "Tom"]


@pytest.mark.parametrize(
    "grids",
    [
        {"t_a": short_grid([("x", [(0, 1, "Hi.")])], 10), "t_b": short_grid([("x", [(0, 1, "Ho.")])], 10.5)},
        {
            "t_1": short_grid([("x", [(0, 1, "Hi.")])]),
            "t_2": short_grid([("x", [(0, 1, "Ho.")])]),
        },  # interviews by number
        {"ann": short_grid([("x", [(0, 1, "Hi.")])]), "bob": short_grid([("x", [(0, 1, "Ho.")])])},
        {"t_a": short_grid(TALK), "t_b": short_grid([("x", [(0, 1, "Ho.")])])},
        {"t_a": "broken", "t_b": short_grid([("x", [(0, 1, "Ho.")])])},
    ],
)
def test_files_that_are_not_surely_of_one_recording_stay_apart(tmp_path: Path, grids: dict[str, str]) -> None:
    assert files_together(written(tmp_path, **grids)) == {}


def test_one_file_of_a_pair_alone_says_how_they_are_put_together(tmp_path: Path) -> None:
    transcript = read_content(tmp_path, short_grid([("Speaker", [(0, 1, "How?")])]), "talk_doctor.TextGrid")
    assert "import them together" in transcript.notes[0]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.text(
            st.characters(exclude_categories=["Cs", "Cc", "Cn", "Co"], exclude_characters='"\ufffd\ufeff'),
            min_size=1,
            max_size=12,
        ),
        min_size=1,
    )
)
def test_the_same_intervals_as_praatio(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    textgrid = pytest.importorskip("praatio.textgrid")
    path = tmp_path_factory.mktemp("grid") / "p.TextGrid"
    path.write_text(long_grid([("A", [(at, at + 1, text) for at, text in enumerate(texts)])], len(texts)), "utf-8")
    other = textgrid.openTextgrid(str(path), includeEmptyIntervals=False, reportingMode="silence").getTier("A")
    found = [(start, end, text.strip()) for start, end, text in parse_grid(Source(path)).tiers[0].stretches]
    assert found == [tuple(entry) for entry in other.entries]


CUT = short_grid(TALK)
BROKEN = {
    "cut off": (CUT[: CUT.index('"all of us."')], "the file ends before the text of interval 3 of tier 'P1'"),
    "claims a thousand million": (
        CUT.replace('"INT"\n0\n10\n4', '"INT"\n0\n10\n1000000000'),
        'line 25: "IntervalTier" where the time',
    ),
    "tiers that are not there": (CUT.replace("<exists>\n2", "<exists>\n1000000000"), "ends before the class of a tier"),
    "half a tier": (CUT.replace("<exists>\n2", "<exists>\n1.5"), "the number of tiers is 1.5"),
    "NaN": (short_grid([("A", [("NaN", 1, "Hi.")])]), 'line 15: "Hi." where the time in interval 1'),
    "Infinity": (short_grid([("A", [("Infinity", 1, "Hi.")])]), "where the time in interval 1"),
    "negative": (short_grid([("A", [(-3, 1, "Hi.")])]), "tier 'A', interval 1: -3.0 is not the time of a recording"),
    "huge": (short_grid([("A", [(0, "1e300", "Hi.")])]), "is not the time of a recording"),
    "infinite end": (short_grid(TALK, "1e999"), "its end: inf is not the time of a recording"),
    "binary": ("ooBinaryFile\x08TextGrid", "binary format. Save it in Praat as a text file"),
    "chronological": ('"Praat chronological TextGrid text file"\n0 2.3', "no TextGrid as Praat writes one"),
    "another class": (CUT.replace('"IntervalTier"', '"PitchTier"'), "is of class 'PitchTier'"),
    "an open quotation mark": (
        HEAD + '0\n1\n<exists>\n1\n"IntervalTier"\n"' + "x" * 1_000_000,
        "the file ends before the name",
    ),
    "a crowd": (
        short_grid([(f"S{at}", [(at, at + 1, "x")]) for at in range(9000)], 9999),
        "9,000 speakers, more than a talk has",
    ),
    "white space": (short_grid([("A", [(0, 1, " " * 1_000_000)])]), "nobody says anything"),
    "one endless stretch": (short_grid([("A", [(0, 1, "a " * 150_000)])]), "more than a talk has"),
}


@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_or_hostile_file_ends_in_one_clear_error(tmp_path: Path, how: str) -> None:
    content, fault = BROKEN[how]
    with pytest.raises(ReadError, match=re.escape(fault)) as refusal:
        read_content(tmp_path, content, "p.TextGrid")
    assert str(refusal.value).startswith("p.TextGrid")
    assert str(refusal.value).endswith("Nothing was imported.")


@given(st.lists(st.tuples(st.sampled_from("ABC"), st.integers(0, 20), st.integers(0, 6)), max_size=12))
def test_overlaps_are_counted_as_by_looking_at_every_pair(spoken: list[tuple[str, int, int]]) -> None:
    stretches = [Utterance(who, "x", float(start), float(start + length)) for who, start, length in spoken]
    ordered, notes = by_time(stretches)
    by_pairs = sum(
        any(before.end > stretch.start and before.speaker != stretch.speaker for before in ordered[:at])
        for at, stretch in enumerate(ordered)
    )
    assert [int(note.split()[0]) for note in notes] == ([by_pairs] if by_pairs else [])
