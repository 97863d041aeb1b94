"""The reference files beside the checkout, which are not part of it; each test skips where they are absent."""

from __future__ import annotations

import csv
from itertools import groupby, pairwise

import pytest
from secondcoder.domain.records import Transcript
from secondcoder.errors import ReadError
from secondcoder.transcripts import files_together, read_transcript
from support.places import SHARED
from support.transcript_checks import INTERVIEWER, PARTICIPANT, check_invariants, roles, spoken_turns, times

FOLDER = SHARED / "transcripts"
OPEN = "nothing says who is the interviewer among"

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not FOLDER.is_dir(), reason="the reference transcripts do not lie beside this checkout"),
]


def read(name: str, *interviewer: str) -> Transcript:
    path = FOLDER / name
    transcript = read_transcript(path, interviewer)
    check_invariants(transcript)
    assert (transcript.id, transcript.source) == (path.stem, path.name)
    return transcript


def ends(transcript: Transcript) -> tuple[list[str], list[str]]:
    """The first three words of the first turn and the last three of the last."""
    spoken = spoken_turns(transcript)
    return spoken[0][1].split()[:3], spoken[-1][1].split()[-3:]


@pytest.mark.parametrize(
    ("name", "asks", "answers"),
    [("synthetic_lecturerC.md", "Interviewer", "Lecturer C"), ("synthetic_lecturerD.txt", "S00", "S01")],
)
def test_lecturers(name: str, asks: str, answers: str) -> None:
    transcript = read(name)
    assert transcript.format == "plain text"
    assert [speaker for speaker, _ in spoken_turns(transcript)] == [asks, answers] * 8
    assert roles(transcript) == {asks: INTERVIEWER, answers: PARTICIPANT}
    assert transcript.text == (FOLDER / name).read_text("utf-8")
    assert transcript.text.startswith(f"Interviewer = {asks}")
    assert ends(transcript)[0] == ["Could", "you", "briefly"]
    assert all(speech.endswith("?") for speaker, speech in spoken_turns(transcript) if speaker == asks)
    assert not transcript.notes


def test_lecturers_end() -> None:
    assert ends(read("synthetic_lecturerC.md"))[1] == ["and", "available", "support."]
    assert ends(read("synthetic_lecturerD.txt"))[1] == ["of", "learning", "benefits."]


def test_otter() -> None:
    transcript = read("synthetic/otter.txt")
    assert spoken_turns(transcript) == [
        ("P01", "I have read the leaflet, but I was not sure what it meant for us."),
        ("Jane O'Neil", "Shall we go through it together?"),
    ]
    assert times(transcript) == [(0.0, None), (13.0, None)]
    assert transcript.notes[0].startswith(OPEN)


def test_whisper() -> None:
    transcript = read("synthetic/whisper.json")
    assert (spoken_turns(transcript), times(transcript)) == ([(None, "Hello there. Hi.")], [(0.0, 3.0)])
    assert transcript.notes == ("no speakers found",)


def test_a_consultation_of_two_text_grids() -> None:
    doctor, patient = sorted(FOLDER.glob("primock_*.TextGrid"))
    assert files_together([doctor, patient]) == {doctor: (patient,)}
    transcript = read_transcript(doctor, beside=[patient])
    check_invariants(transcript)
    assert transcript.id == "primock_day1_consultation03"
    spoken = spoken_turns(transcript)
    assert spoken[:3] == [
        ("doctor", "Hello?"),
        ("patient", "Hello."),
        ("doctor", "Hello there. It's uh Doctor <UNIN/> here. How can I help you this afternoon?"),
    ]
    assert times(transcript)[:3] == [(1.157, 2.088), (2.403, 3.014), (3.355, 6.438)]
    starts = [turn.time_start or 0.0 for turn in transcript.turns]
    assert starts == sorted(starts)
    assert all(before.speaker != turn.speaker for before, turn in pairwise(transcript.turns))
    assert transcript.text.count("<UNIN/>") == sum(
        path.read_text("utf-8").count("<UNIN/>") for path in (doctor, patient)
    )
    for path, speaker in ((doctor, "doctor"), (patient, "patient")):
        lines = [line.strip() for line in path.read_text("utf-8").splitlines() if line.strip().startswith("text = ")]
        words = [word for line in lines for word in line.removeprefix('text = "').removesuffix('"').split()]
        assert [word for who, speech in spoken if who == speaker for word in speech.split()] == words


def test_teams() -> None:
    transcript = read("synthetic/teams.vtt")
    assert spoken_turns(transcript) == [
        ("Jane O'Neil", "Thanks for joining. Can you tell me about your day?"),
        ("P01 (Guest)", "Sure & it was busy."),
    ]
    assert times(transcript) == [(3.12, 6.48), (6.48, 9.0)]


def test_zoom_invented() -> None:
    transcript = read("synthetic/zoom.vtt", "Jane O'Neil")
    assert spoken_turns(transcript) == [
        ("Jane O'Neil", "Thanks for joining. It continues without a name."),
        ("P01", "Sure: it was busy."),
    ]
    assert times(transcript) == [(3.12, 9.0), (3609.0, 3612.0)]
    assert roles(transcript) == {"Jane O'Neil": INTERVIEWER, "P01": PARTICIPANT}


def test_stream() -> None:
    transcript = read("synthetic/stream.vtt")
    assert (spoken_turns(transcript), transcript.notes) == ([(None, "Hello there.")], ("no speakers found",))


def test_teams_new_format_has_no_speakers() -> None:
    transcript = read("teams_new_format.vtt")
    assert [speaker for speaker, _ in spoken_turns(transcript)] == [None]
    assert "starts transcription. Yes, it does. There we go." in transcript.text
    assert ends(transcript) == (["And", "more.", "I"], ["that", "going", "to?"])
    assert times(transcript) == [(3.138, 11.403)]
    assert transcript.notes == ("no speakers found",)


def test_teams_2022_keeps_all_178_cues() -> None:
    transcript = read("teams_2022_v_tags.vtt")
    spoken = spoken_turns(transcript)
    assert len(spoken) == 100
    assert [speaker for speaker, _ in spoken] == ["Hurst, Peter", "Wright, Steve"] * 50
    assert ends(transcript) == (["Yeah."], ["stop", "recording", "now."])
    assert times(transcript)[:4] == [(0.0, 0.25), (-6.82, 8.97), (10.02, 14.49), (15.51, 19.02)]
    raw = (FOLDER / "teams_2022_v_tags.vtt").read_text("utf-8")
    payloads = [line.split(">", 1)[1].removesuffix("</v>") for line in raw.splitlines() if line.startswith("<v ")]
    assert len(payloads) == 178
    assert " ".join(speech for _, speech in spoken).split() == " ".join(payloads).split()
    assert (
        transcript.notes[0]
        == "cue times: 1 negative, 20 before that of the cue above; every cue is kept, in the order of the file"
    )
    assert set(roles(transcript).values()) == {None}


@pytest.mark.parametrize(("stem", "rows", "turns"), [("teams_old", 10, 10), ("zoom", 63, 34)])
def test_expected_conversions(stem: str, rows: int, turns: int) -> None:
    """That project starts a new row within a long turn, and joins cues by ---; speakers and words are the same."""
    lines = (FOLDER / f"{stem}.EXPECTED.txt").read_text("utf-8-sig").splitlines()
    expected = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    assert len(expected) == rows
    merged = [
        (speaker or None, " ".join(row["Content"] for row in group).replace("---", " ").split())
        for speaker, group in groupby(expected, key=lambda row: row["Speaker"])
    ]
    found = [(speaker, speech.split()) for speaker, speech in spoken_turns(read(f"{stem}.vtt"))]
    assert found == merged
    assert len(found) == turns


def test_teams_old_says_who_asks() -> None:
    transcript = read("teams_old.vtt")
    assert roles(transcript) == {"Speaker, First (Student)": PARTICIPANT, "Interviewer, First": INTERVIEWER}
    assert not transcript.notes


def test_zoom_seminar_leaves_roles_open() -> None:
    transcript = read("zoom.vtt")
    speakers = ["Andrew Knight", "Paul McCartney", "George Harrison", "Ringo Starr", "John Lennon", None]
    assert list(roles(transcript)) == speakers
    assert set(roles(transcript).values()) == {None}
    assert transcript.notes[0] == "cues that name no speaker, in a file that repeats names: 2; their speaker stays open"
    assert transcript.notes[1].startswith(OPEN)


def test_lecturer_in_open_document() -> None:
    transcript = read("synthetic_lecturerA.odt")
    assert transcript.format == "OpenDocument"
    assert [speaker for speaker, _ in spoken_turns(transcript)] == ["S00", "S01"] * 8
    assert roles(transcript) == {"S00": INTERVIEWER, "S01": PARTICIPANT}
    assert ends(transcript) == (["Could", "you", "briefly"], ["rather", "than", "everywhere."])
    assert all(speech.endswith("?") for speaker, speech in spoken_turns(transcript) if speaker == "S00")
    assert not transcript.notes


def test_f4() -> None:
    transcript = read("synthetic/f4.rtf")
    assert spoken_turns(transcript) == [("I", "Wie geht es Ihnen?"), ("B", "Gut, danke (.) „sehr“ gut.")]
    assert times(transcript) == [(None, 5.2), (None, 9.8)]
    assert roles(transcript) == {"I": INTERVIEWER, "B": PARTICIPANT}
    assert not transcript.notes


def test_maxqda_transcript_as_pdf() -> None:
    transcript = read("pdpilot_P3_maxqda.pdf")
    spoken = spoken_turns(transcript)
    assert [speaker for speaker, _ in spoken] == ["Dan", "Participant"] * 60 + ["Dan"]
    assert roles(transcript) == {"Dan": INTERVIEWER, "Participant": PARTICIPANT}
    assert transcript.text.startswith(
        "Interview\nDan: Okay. Now I'll share my screen. And the last step will just be, I have some "
    )
    assert ends(transcript) == (["Okay.", "Now", "I'll"], ["Bye."])
    assert "XXXXXX XXXX XX XXXXXXX, and also" in transcript.text
    # Each wrapped line once, though pages print it twice; no number of a paragraph or a page within the speech.
    assert transcript.text.count("scatter plots can be used to, you know, analyze") == 1
    assert len(transcript.text.split("\n")) == 122
    assert not any(f"{page}/6" in transcript.text for page in range(1, 7))
    assert "122 paragraph numbers beside the text, 1 to 122, left out" in transcript.notes


def test_maxqda_coded_segments_are_no_transcript() -> None:
    with pytest.raises(
        ReadError, match=r"^pdpilot_maxqda_coded_segments\.pdf: a table of coded passages, as other tools print them"
    ):
        read("pdpilot_maxqda_coded_segments.pdf")


def test_oral_history_table() -> None:
    transcript = read("ohd_hunter_jay.csv")
    rows = [
        row
        for row in csv.DictReader((FOLDER / "ohd_hunter_jay.csv").read_text("utf-8-sig").splitlines())
        if row["words"]
    ]
    assert spoken_turns(transcript) == [(row["speaker"] or None, row["words"].strip()) for row in rows]
    assert len(rows) == 203
    asks, answers = ("Emilie Baeth-Walter", "EBW"), ("Jay Hunter", "JH")
    assert roles(transcript) == {**dict.fromkeys(asks, INTERVIEWER), **dict.fromkeys(answers, PARTICIPANT), None: None}
    assert transcript.notes[0] == "2 rows without speaker, whose speaker stays open (line 43, 205)"


def test_word_document_without_interview() -> None:
    transcript = read("llmcode_word_comments.docx")
    assert transcript.format == "Word"
    assert {turn.speaker for turn in transcript.turns} == {None}
    assert len(transcript.turns) == 201
    assert ends(transcript)[0] == ["the", "experience", "was"]
    assert "-----" not in {speech for _, speech in spoken_turns(transcript)}
    assert transcript.notes == ("119 comments beside the text", "no speakers found")
