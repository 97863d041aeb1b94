"""WebVTT: the layouts of Teams, Zoom and Stream, odd times, and broken files."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from secondcoder.domain.records import Transcript
from secondcoder.errors import ReadError
from secondcoder.transcripts import read_transcript
from support.transcript_checks import INTERVIEWER, PARTICIPANT, read_content, roles, spoken_turns, times


def vtt(*payloads: str, start: float = 0.0, step: float = 1.0) -> str:
    """A file with a cue a second."""
    stamps = [f"00:{int(at // 60):02}:{at % 60:06.3f}" for at in (start + step * n for n in range(len(payloads) + 1))]
    cues = [f"{a} --> {b}\n{payload}" for a, b, payload in zip(stamps, stamps[1:], payloads, strict=False)]
    return "\n\n".join(["WEBVTT", *cues]) + "\n"


def timed(*cues: tuple[str, str]) -> str:
    return "\n\n".join(["WEBVTT", *(f"{span}\n{payload}" for span, payload in cues)]) + "\n"


def read(folder: Path, content: str | bytes, *interviewer: str) -> Transcript:
    return read_content(folder, content, "p01.vtt", *interviewer)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_teams_with_ids_tags_and_lines(tmp_path: Path, newline: str, mark: str) -> None:
    content = (
        "WEBVTT\n\n8f6d1c4e-2b1a-4b55-9f0e-0c1d2e3f4a5b/12-0\n00:00:03.120 --> 00:00:06.480\n"
        "<v Interviewer, Jane>Can you tell me\nabout your day?</v>\n\n"
        "8f6d1c4e-2b1a-4b55-9f0e-0c1d2e3f4a5b/12-1\n00:00:06.480 --> 00:00:09.000\n"
        "<v Doe, P (Guest)>R&amp;D &lt;busy&gt;.</v>\n\n"
        "8f6d1c4e-2b1a-4b55-9f0e-0c1d2e3f4a5b/12-2\n00:00:08.000 --> 00:00:10.500\n<v Doe, P (Guest)>Very 😊.</v>"
    )
    transcript = read(tmp_path, mark + content.replace("\n", newline))
    assert (
        transcript.text == "Interviewer, Jane: Can you tell me about your day?\n\nDoe, P (Guest): R&D <busy>. Very 😊."
    )
    assert spoken_turns(transcript) == [
        ("Interviewer, Jane", "Can you tell me about your day?"),
        ("Doe, P (Guest)", "R&D <busy>. Very 😊."),
    ]
    assert roles(transcript) == {"Interviewer, Jane": INTERVIEWER, "Doe, P (Guest)": PARTICIPANT}
    assert times(transcript) == [(3.12, 6.48), (6.48, 10.5)]
    assert (transcript.format, transcript.notes) == ("WebVTT", ())


@pytest.mark.parametrize(
    ("payload", "speaker", "speech"),
    [
        ("<v Jane O&#39;Neil>Hello.</v>", "Jane O'Neil", "Hello."),
        ('<v "Doe, Jane">Hello.</v>', "Doe, Jane", "Hello."),
        ("<v.loud Jane>Hello.", "Jane", "Hello."),
        ("<v Jane><c.yellow>He</c><i>llo</i><00:00:00.500>.</v>", "Jane", "Hello."),
        ("<v Jane>I said <inaudible> & a < b.</v>", "Jane", "I said <inaudible> & a < b."),
        ("<v Jane>&amp;lt; AT&T&nbsp;x</v>", "Jane", "&lt; AT&T\xa0x"),
        ("<v >Hello.</v>", None, "Hello."),
        ("<v Jane>  Hello.  \n\tYes. </v>", "Jane", "Hello. Yes."),
    ],
)
def test_voices_and_tags(tmp_path: Path, payload: str, speaker: str | None, speech: str) -> None:
    assert spoken_turns(read(tmp_path, vtt(payload))) == [(speaker, speech)]


def test_two_voices_in_one_cue(tmp_path: Path) -> None:
    transcript = read(tmp_path, vtt("<v Anna>Hello.</v> <v Bertil>Hi.</v>\n<v Anna>Well.</v>"))
    assert spoken_turns(transcript) == [("Anna", "Hello."), ("Bertil", "Hi."), ("Anna", "Well.")]
    assert times(transcript) == [(0.0, 1.0)] * 3


def test_repeated_cues_are_kept(tmp_path: Path) -> None:
    assert spoken_turns(read(tmp_path, vtt(*["<v Anna>Yes.</v>"] * 3))) == [("Anna", "Yes. Yes. Yes.")]


def test_cues_are_joined_by_one_space_whatever_their_ends(tmp_path: Path) -> None:
    cues = [
        "<v Anna>It was </v>",
        "<v Anna>late and</v>",
        "<v Anna> cold</v>",
        "<v Anna>and dark</v>",
        "<v Anna>too.</v>",
    ]
    assert spoken_turns(read(tmp_path, vtt(*cues))) == [("Anna", "It was late and cold and dark too.")]


def test_a_word_cut_between_cues_is_whole_where_the_file_writes_its_spaces(tmp_path: Path) -> None:
    cues = [
        "<v Anna>It was </v>",
        "<v Anna>very un</v>",
        "<v Anna>pleasant </v>",
        "<v Anna>and </v>",
        "<v Anna>cold. </v>",
    ]
    spaced = [*cues, "<v Bertil>Yes </v>"]
    assert spoken_turns(read(tmp_path, vtt(*spaced)))[0] == ("Anna", "It was very unpleasant and cold.")
    capital = [cue.replace("pleasant", "Pleasant") for cue in spaced]
    assert spoken_turns(read(tmp_path, vtt(*capital)))[0] == ("Anna", "It was very un Pleasant and cold.")


def test_teams_2022(tmp_path: Path) -> None:
    transcript = read(
        tmp_path,
        timed(
            ("0:0:0.0 --> 0:0:0.250", "<v Doe, Jane>Yes.</v>"),
            ("0:0:-6.-820 --> 0:0:8.970", "<v Roe, Max>Well, no.</v>"),
            ("0:0:10.20 --> 0:0:14.5", "<v Doe, Jane>Oh.</v>"),
            ("0:0:9.0 --> 0:1:2.110", "<v Roe, Max>Indeed.</v>"),
        ),
    )
    assert times(transcript) == [(0.0, 0.25), (-6.82, 8.97), (10.02, 14.005), (9.0, 62.11)]
    assert [speech for _, speech in spoken_turns(transcript)] == ["Yes.", "Well, no.", "Oh.", "Indeed."]
    odd = "cue times: 1 negative, 2 before that of the cue above; every cue is kept, in the order of the file"
    assert transcript.notes[0] == odd


def test_a_short_fraction_is_decimal_where_times_are_padded(tmp_path: Path) -> None:
    transcript = read(
        tmp_path,
        timed(
            ("00:00:10.20 --> 00:00:14,5 align:start", "<v Doe>Oh.</v>"), ("01:02.5 --> 01:03.000", "<v Roe>Ah.</v>")
        ),
    )
    assert times(transcript) == [(10.2, 14.5), (62.5, 63.0)]


def test_an_end_before_its_start_is_counted(tmp_path: Path) -> None:
    transcript = read(tmp_path, timed(("00:00:05.000 --> 00:00:04.000", "<v Doe>Oh.</v>")))
    assert transcript.notes[0] == "cue times: 1 after its own end; every cue is kept, in the order of the file"


def test_overlapping_cues_are_normal(tmp_path: Path) -> None:
    transcript = read(
        tmp_path,
        timed(("00:00:01.000 --> 00:00:09.000", "<v I>Oh.</v>"), ("00:00:05.000 --> 00:00:06.000", "<v R>Ah.</v>")),
    )
    assert transcript.notes == ()


def test_zoom_name_left_out_when_the_speaker_goes_on(tmp_path: Path) -> None:
    content = "WEBVTT\n\n" + "\n\n".join(
        f"{n}\n00:00:0{n}.000 --> 00:00:0{n + 1}.000\n{payload}"
        for n, payload in enumerate(
            ["Jane O'Neil: Thanks.", "It goes on.", "P01: Sure: it was busy.", "Three things: tea.", "Jane O'Neil: Ah."]
        )
    )
    transcript = read(tmp_path, content)
    assert spoken_turns(transcript) == [
        ("Jane O'Neil", "Thanks. It goes on."),
        ("P01", "Sure: it was busy. Three things: tea."),
        ("Jane O'Neil", "Ah."),
    ]
    assert transcript.text.startswith("Jane O'Neil: Thanks. It goes on.\n\nP01: Sure: it was busy.")
    assert transcript.notes[0] == "cues that name no speaker: 2; read as the last speaker going on"


def test_zoom_name_missing_where_the_file_repeats_names(tmp_path: Path) -> None:
    transcript = read(tmp_path, vtt("Anna Doe: One.", "Anna Doe: Two.", "Who knows.", "Anna Doe: Three."), "Anna Doe")
    assert spoken_turns(transcript) == [("Anna Doe", "One. Two."), (None, "Who knows."), ("Anna Doe", "Three.")]
    assert roles(transcript) == {"Anna Doe": INTERVIEWER, None: None}
    assert transcript.notes == ("cues that name no speaker, in a file that repeats names: 1; their speaker stays open",)


def test_zoom_names_fold(tmp_path: Path) -> None:
    assert [speaker for speaker, _ in spoken_turns(read(tmp_path, vtt("I: One.", "R: Two.", "i: Three.")))] == [
        "I",
        "R",
        "I",
    ]


def test_stream_without_speakers_breaks_at_pauses(tmp_path: Path) -> None:
    content = timed(
        ("00:00:00.000 --> 00:00:03.000", "Hello there: you."),
        ("00:00:04.900 --> 00:00:06.000", "And\nmore."),
        ("00:00:08.100 --> 00:00:09.000", "After a pause."),
        ("00:00:07.000 --> 00:00:08.000", "Early."),
    ).replace(
        "WEBVTT\n",
        'WEBVTT - some title\nKind: captions\n\nNOTE duration:"00:10:00"\n\nNOTE\nConfidence: 0.87\n\nSTYLE\n::cue {}\n',
        1,
    )
    transcript = read(tmp_path, content)
    assert spoken_turns(transcript) == [(None, "Hello there: you. And more."), (None, "After a pause. Early.")]
    assert transcript.text == "Hello there: you. And more.\n\nAfter a pause. Early."
    assert transcript.notes == (
        "cue times: 1 before that of the cue above; every cue is kept, in the order of the file",
        "no speakers found",
    )


def test_cues_without_words_are_left_out(tmp_path: Path) -> None:
    transcript = read(tmp_path, vtt("<v Anna>One.</v>", "<v Bertil></v>", "", "<v Anna>Two.</v>"))
    assert spoken_turns(transcript) == [("Anna", "One. Two.")]


def test_webvtt_is_known_by_its_content(tmp_path: Path) -> None:
    assert read_content(tmp_path, vtt("<v I>Hello?</v>"), "a.txt").format == "WebVTT"
    assert read_content(tmp_path, vtt("<v I>Café?</v>").encode("utf-16"), "b.txt").format == "WebVTT"


GOOD = vtt("<v Anna>One.</v>", "<v Bertil>Two.</v>")
FAULTS = {
    "no header": (
        GOOD[8:],
        "line 1: a WebVTT file begins with WEBVTT, and this one with '00:00:00.000 --> 00:00:01.000'.",
    ),
    "other header": (GOOD.replace("WEBVTT", "WEBVTTX"), "line 1: a WebVTT file begins with WEBVTT"),
    "letter in a time": (
        GOOD.replace("00:00:01.000 -->", "00:00:0x.000 -->"),
        "line 6: '00:00:0x.000' is not a time as 00:00:05.250.",
    ),
    "75 minutes": (GOOD.replace("00:00:01.000 -->", "00:75:01.000 -->"), "line 6: '00:75:01.000' is not a time"),
    "half a time line": (GOOD.replace("00:00:01.000 -->", "-->"), "line 6: '--> 00:00:02.000' is not 'start --> end'."),
    "cut in a time line": (GOOD[: GOOD.rindex("-->") + 3], "line 6: '00:00:01.000 -->' is not 'start --> end'."),
    "cut before an arrow": (GOOD[: GOOD.rindex("-->")], "line 6: neither a cue nor a NOTE: '00:00:01.000 '."),
    "cut before the text": (GOOD[: GOOD.rindex("<v")], "line 6: the file is cut off in its last cue."),
    "cut in a name": (GOOD[: GOOD.rindex("til>")], "line 7: the file is cut off in its last cue."),
    "cut in the text": (GOOD[: GOOD.rindex("o.</v>")], "line 7: the file is cut off in its last cue."),
    "cut in a closing tag": (GOOD[: GOOD.rindex(">")], "line 7: the file is cut off in its last cue."),
    "stray text": (GOOD + "\nwhat is this\n", "line 9: neither a cue nor a NOTE: 'what is this'."),
    "no cues": ("WEBVTT\n\nNOTE nothing\n", "the file ends without a single cue."),
    "header only": ("WEBVTT", "line 1: the file ends without a single cue."),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_broken_file_is_refused_with_its_line(tmp_path: Path, fault: str) -> None:
    content, message = FAULTS[fault]
    (tmp_path / "p01.vtt").write_text(content, newline="")
    with pytest.raises(ReadError) as refusal:
        read_transcript(tmp_path / "p01.vtt")
    assert str(refusal.value).startswith("p01.vtt line ")
    assert message in str(refusal.value)
    assert str(refusal.value).endswith("Nothing was imported.")


def test_a_file_of_empty_cues_holds_no_speech(tmp_path: Path) -> None:
    (tmp_path / "p01.vtt").write_text(vtt("<v Anna></v>"))
    with pytest.raises(ReadError, match=r"^p01\.vtt: nobody says anything in it\. Nothing was imported\.$"):
        read_transcript(tmp_path / "p01.vtt")


WORDS = st.text(st.characters(categories=["Lu", "Ll", "Lo", "Mn", "So", "Nd", "Zs"]), max_size=30)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["Jane O'Neil", "Doe, Max (Guest)", "P01"]), WORDS), min_size=1, max_size=8))
def test_speakers_and_words_come_back(tmp_path: Path, spoken: list[tuple[str, str]]) -> None:
    transcript = read(tmp_path, vtt(*(f"<v {speaker}>yes {words}.</v>" for speaker, words in spoken)))
    runs: list[tuple[str, list[str]]] = []
    for speaker, words in spoken:
        if not runs or runs[-1][0] != speaker:
            runs.append((speaker, []))
        runs[-1][1].append(f"yes {words}.")
    assert spoken_turns(transcript) == [(speaker, " ".join(speeches)) for speaker, speeches in runs]
    assert transcript.text == "\n\n".join(f"{speaker}: {speech}" for speaker, speech in spoken_turns(transcript))
