"""Captions as editors and exporters leave them: empty cues, cues run together, stamps and labels in cues of their own, remarks."""

from __future__ import annotations

from pathlib import Path

import pytest
from secondcoder.domain.records import Transcript
from secondcoder.errors import ReadError
from secondcoder.transcripts import read_transcript
from support.transcript_checks import read_content, spoken_turns, times

ANNA = "00:00:01.000 --> 00:00:04.000\n<v Anna>Where was it kept?</v>"
BO = "00:00:05.000 --> 00:00:08.000\n<v Bo>In the drawer.</v>"
SAID = [("Anna", "Where was it kept?"), ("Bo", "In the drawer.")]
SPANS = [(1.0, 4.0), (5.0, 8.0)]


def read(folder: Path, *blocks: str, end: str = "\n") -> Transcript:
    return read_content(folder, "\n\n".join(["WEBVTT", *blocks]) + end, "p01.vtt")


@pytest.mark.parametrize(
    "blocks",
    [
        ["00:00:00.000 --> 00:00:00.900\n" + ANNA, BO],
        ["00:00:00.000 --> 00:00:00.900 line:90% position:50%\n" + ANNA + "\n00:00:04.500 --> 00:00:04.900\n" + BO],
        [ANNA, BO, "00:00:09.000 --> 00:00:09.500\n"],
        [ANNA, BO, "00:00:09.000 --> 00:00:09.500\n  \n"],
        [ANNA, "00:00:04.200 --> 00:00:04.400\n<v Anna></v>", "00:00:04.500 --> 00:00:04.600", BO, "00:00:09.000 --> 00:00:10.000"],
        ["1\n" + ANNA, "2\n" + BO, "3\n00:00:09.000 --> 00:00:09.500\n"],
        ["1\n" + ANNA + "\n2\n" + BO],
        [ANNA + "\n" + BO],
        ["cue-1\n" + ANNA + "\ncue-2\n" + BO],
        ["Clip 01\n" + ANNA, "Clip 02\n" + BO + "\nClip 03\n00:00:09.000 --> 00:00:09.500\n"],
        [ANNA.replace("Where", "{\\an8}Where"), BO.replace("drawer.", "drawer.{\\pos(10,20)}")],
        ["1", ANNA, "2", BO],
        ["8f6d1c4e-2b1a-4b55-9f0e-0c1d2e3f4a5b/12-0", ANNA, "8f6d1c4e-2b1a-4b55-9f0e-0c1d2e3f4a5b/12-1\n" + BO],
        ["NOTE\nmade by hand, 00:00:03\n\nand more of it", ANNA, "NOTE one line", "NOTE", BO, "NOTE 12"],
        ["STYLE\n::cue { color: red }", "REGION\nid:a\nwidth:40%", ANNA, BO],
        ["00:00:01.000 --> 00:00:04.000\n\n<v Anna>Where was it kept?</v>", BO],
        ["00:00:01.000 --> 00:00:04.000\n<v Anna>Where was\n   \nit kept?</v>", BO],
        ["00:00:01.000 --> 00:00:04.000\n<v Anna>Where was\n\nit kept?</v>", BO],
        ["00:00:01.000 --> 00:00:04.000\n<v Anna>Where was\n\xa0\nit kept?</v>", "\u200b" + BO],
        ["\ufeff" + ANNA, "\u200b\n" + BO],
        [ANNA, "00:00:04.100 --> 00:00:04.200\n<v Anna>00:00:04</v>", "00:00:05.000 --> 00:00:08.000\n<v Bo>[00:00:05]</v>", BO],
        [ANNA, "00:00:04.100 --> 00:00:04.400\n<v >(2 seconds pause) </v>", BO, "00:00:08.000 --> 00:00:09.000\n(3 Sekunden)"],
        [ANNA, "00:00:04.100 --> 00:00:04.400\n<v Anna>[Pause]</v>",
         "00:00:05.000 --> 00:00:08.000\n<v Bo>[00:00:05] In the drawer. #00:00:08-1#</v>"],
        ["00:00:01.000 --> 00:00:04.000\n<v Anna>Interviewer: </v>", ANNA, "00:00:05.000 --> 00:00:08.000\n<v Bo>Guest:</v>", BO],
        ["00:00:01.000 --> 00:00:04.000\n<v Anna>Interviewer: </v>", "00:00:01.000 --> 00:00:04.000\n<v Anna>[00:00:01]</v>", ANNA,
         "00:00:05.000 --> 00:00:08.000\n<v Bo>Bo: In the drawer.</v>"],
    ],
)  # fmt: skip
def test_only_what_is_said_is_speech(tmp_path: Path, blocks: list[str]) -> None:
    transcript = read(tmp_path, *blocks)
    assert spoken_turns(transcript) == SAID
    assert times(transcript) == SPANS


def test_what_is_left_out_is_named(tmp_path: Path) -> None:
    editor = [
        "00:00:00.000 --> 00:00:01.000\n<v >(1 second pause)",
        "00:00:01.000 --> 00:00:04.000\n<v Anna>Ada:",
        "00:00:01.000 --> 00:00:04.000\n<v Anna>[00:00:01]",
    ]
    notes = read(tmp_path, *editor, ANNA, BO).notes
    assert notes[0] == (
        "in cues and no speech, so left out: 1 time; 1 pause ('(1 second pause)'); labels in cues of their own ('Ada' before Anna)"
    )
    split = read(tmp_path, "00:00:01.000 --> 00:00:04.000\n<v Anna>Where was\n\nit kept?</v>", BO).notes
    assert split[0] == "cues with an empty line before or in their text: 1; read whole"
    remark = read(tmp_path, "NOTE\nby hand\n\nand slowly", ANNA, BO).notes
    assert remark[0] == "text outside of cues: 1, read as remarks: 'and slowly'"


def test_numbers_and_brackets_that_are_said_stay(tmp_path: Path) -> None:
    transcript = read(
        tmp_path,
        "00:00:01.000 --> 00:00:02.000\n<v Anna>How many?",
        "00:00:02.000 --> 00:00:03.000\n<v Bo>45",
        "00:00:03.000 --> 00:00:04.000\n<v Anna>[laughs]",
        "00:00:04.000 --> 00:00:05.000\n<v Bo>Three things: tea, keys, [inaudible 00:00:04].",
    )
    assert spoken_turns(transcript) == [
        ("Anna", "How many?"), ("Bo", "45"), ("Anna", "[laughs]"), ("Bo", "Three things: tea, keys, [inaudible 00:00:04].")
    ]  # fmt: skip


@pytest.mark.parametrize(
    "cues",
    [
        ["Anna: Where was it kept?\nBo: In the drawer."],
        ["Anna:\nWhere was it kept?", "Bo:\nIn the drawer."],
        ["Anna:", "Where was it kept?", "Bo:", "In the drawer."],
        ["[Anna] Where was it kept?", "[Bo] In the drawer."],
        ["- Anna: Where was it kept?", "- Bo: In the drawer."],
        ["anna：Where was it kept?", "bo：In the drawer."],
    ],
)
def test_labels_in_the_speech(tmp_path: Path, cues: list[str]) -> None:
    twice = [f"00:{at:02}:00.000 --> 00:{at:02}:09.000\n{cue}" for at, cue in enumerate(cues * 2)]
    found = [(speaker and speaker.capitalize(), speech) for speaker, speech in spoken_turns(read(tmp_path, *twice))]
    assert found == SAID * 2


@pytest.mark.parametrize(
    ("blocks", "fault"),
    [
        ([ANNA, BO, "what is this"], "neither a cue nor a NOTE: 'what is this'"),
        ([ANNA.replace("</v>", ""), "00:00:05.000"], "neither a cue nor a NOTE: '00:00:05.000'"),
        ([ANNA.replace("</v>", ""), "12"], "neither a cue nor a NOTE: '12'"),
        ([ANNA, "00:00:05.000 --> 00:00:08.000\n<v B"], "cut off in its last cue"),
        ([ANNA, "00:00:05.000 --> 00:00:08.000\n<v Bo>In the</"], "cut off in its last cue"),
    ],
)
def test_what_shows_damage_is_refused(tmp_path: Path, blocks: list[str], fault: str) -> None:
    with pytest.raises(ReadError, match=r"^p01\.vtt line \d+: .*Nothing was imported\.$") as refusal:
        read(tmp_path, *blocks)
    assert fault in str(refusal.value)


def test_a_sign_at_the_end_of_speech_is_no_cut(tmp_path: Path) -> None:
    last = "00:00:05.000 --> 00:00:08.000\n<v Bo>It was a <five"
    assert spoken_turns(read(tmp_path, ANNA.replace("</v>", ""), last))[-1] == ("Bo", "It was a <five")


def test_one_voice_in_two_spellings_is_one_and_said(tmp_path: Path) -> None:
    """Somebody edited a name in one cue: capitals, a no-break space and a zero-width space make nobody new."""
    names = ["Ngozi Okafor", "nGOZI oKAFOR", "Ngozi\u00a0Okafor", "Ngozi\u200b Okafor"]
    cues = "\n\n".join(
        f"00:00:0{at}.000 --> 00:00:0{at}.900\n<v {name}>Part {at}.</v>" for at, name in enumerate(names)
    )
    path = tmp_path / "t.vtt"
    path.write_text(f"WEBVTT\n\n{cues}\n", encoding="utf-8")
    transcript = read_transcript(path)
    assert {turn.speaker for turn in transcript.turns} == {"Ngozi Okafor"}
    assert any("'nGOZI oKAFOR' is taken for 'Ngozi Okafor'" in note for note in transcript.notes)


@pytest.mark.parametrize("speech", ["Ben: We sat.", "Well.\nBen: We sat.", "[00:01] Ben: We sat."])
def test_a_label_in_the_cue_of_another_speaker_is_named(tmp_path: Path, speech: str) -> None:
    """One microphone in a room, and a person who wrote down who spoke."""
    cues = [("Room", "Ana: How?"), ("Room", speech), ("Guest", "I came later.")]
    blocks = (f"00:0{at}.000 --> 00:0{at + 1}.000\n<v {who}>{said}</v>" for at, (who, said) in enumerate(cues))
    transcript = read_content(tmp_path, "WEBVTT\n\n" + "\n\n".join(blocks) + "\n", "p01.vtt")
    (note,) = [note for note in transcript.notes if "labels of others" in note]
    assert "'Ana' in Room's (1 time)" in note
    assert "'Ben' in Room's (1 time)" in note
