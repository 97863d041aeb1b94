"""Layouts of labels other than a name and a colon at the start of the line, and what of them is believed, named, or asked about."""

from __future__ import annotations

from pathlib import Path

import pytest
from secondcoder.errors import ReadError
from secondcoder.transcripts import read_transcript
from support.transcript_checks import INTERVIEWER, PARTICIPANT, read_content, roles, spoken_turns, times

TALK = ("How did it begin?", "With a list on the door.", "Who wrote it?", "Nobody knows.", "And then?", "It stayed.")
LABELS = [
    ("I", "R"),
    ("Lektorin", "Åse Lie"),
    ("SPEAKER_00", "SPEAKER_01"),
    ("الباحثة", "سلمى"),
    ("主持人", "嘉宾"),
    ("Jeanne d'Arc", "Nur al-Din"),
]
LAYOUTS = [
    "[{label}] {speech}", "[{label}]: {speech}", "({label}) {speech}", "<{label}> {speech}", "{{{label}}} {speech}",
    "【{label}】{speech}", "[{label}]\n{speech}", "{label}\n{speech}", "**{label}**\n\n{speech}", "### {label}\n{speech}",
    "{label}:\n{speech}", "{label} – {speech}", "{label} - {speech}", "{label}\t{speech}", "{label}> {speech}",
    "#{label}: {speech}", "@{label}: {speech}", "- {label}: {speech}", "* {label}: {speech}", "• {label}: {speech}",
    "> {label}: {speech}", "{number}. {label}: {speech}", "{number}) {label}: {speech}", "{number}\t{label}: {speech}",
    "{number} {label}: {speech}", "   {number}   {label}: {speech}", "__{label}:__ {speech}", "\\[{label}\\] {speech}",
    "“{label}”: {speech}", "{label}?: {speech}", "{label} [?]: {speech}", "{label} (GP): {speech}", "{label} [GP]: {speech}",
    "{label}.- {speech}", "{label}.– {speech}",
]  # fmt: skip
TIMED = [
    "[{time}] {label}: {speech}", "#{time}# {label}: {speech}", "{time} - {label}: {speech}", "[{time}] [{label}] {speech}",
    "{label} [{time} - {until}]: {speech}", "{label} ({time}): {speech}", "[{label}] {time}\n{speech}", "{label}\n[{time}] - {speech}",
    "[{time}] - {label}\n{speech}", "{label}\n{time} {speech}", "**{label}** {time}\n\n{speech}",
    "[{time} --> {until}] {label}: {speech}",
]  # fmt: skip


def laid_out(layout: str, labels: tuple[str, str], divider: str = "\n") -> str:
    fields = (
        {"label": labels[at % 2], "speech": speech, "number": at + 1, "time": f"00:0{at}:05", "until": f"00:0{at}:40"}
        for at, speech in enumerate(TALK)
    )
    return divider.join(layout.format(**field) for field in fields)


@pytest.mark.parametrize("labels", LABELS)
@pytest.mark.parametrize("layout", LAYOUTS + TIMED)
@pytest.mark.parametrize("divider", ["\n", "\n\n"])
def test_two_speakers_take_turns(tmp_path: Path, layout: str, labels: tuple[str, str], divider: str) -> None:
    content = laid_out(layout, labels, divider)
    transcript = read_content(tmp_path, content, "p01.md")
    names = [speaker for speaker, _ in spoken_turns(transcript)]
    assert names == names[:2] * 3
    assert all(name and name.startswith(label) for name, label in zip(names, labels * 3, strict=True))
    assert tuple(speech for _, speech in spoken_turns(transcript)) == TALK
    assert transcript.text == content
    if layout in TIMED:
        assert [start for start, _ in times(transcript)] == [5.0 + 60 * at for at in range(6)]
    if labels == ("I", "R") and "GP" not in layout:
        assert roles(transcript) == {names[0]: INTERVIEWER, names[1]: PARTICIPANT}


@pytest.mark.parametrize("labels", [("interviewer", "respondent"), ("moderator", "nurse"), ("anna", "bo"), ("q", "a")])
def test_labels_in_lower_case(tmp_path: Path, labels: tuple[str, str]) -> None:
    transcript = read_content(tmp_path, laid_out("{label}: {speech}", labels))
    assert spoken_turns(transcript) == list(zip(labels * 3, TALK, strict=True))


def test_times_below_a_label_divide_its_turn(tmp_path: Path) -> None:
    part = "{0}\n[00:0{1}:00] - One.\n[00:0{1}:30] - Two.\n"
    transcript = read_content(tmp_path, "".join(part.format(name, at) for at, name in enumerate(["Ida", "Per"] * 2)))
    assert spoken_turns(transcript)[:3] == [("Ida", "One."), ("Ida", "Two."), ("Per", "One.")]
    assert [start for start, _ in times(transcript)][:3] == [0.0, 30.0, 60.0]


BASE = "I: How did it begin?\nR: With a list on the door.\n"


@pytest.mark.parametrize(
    ("line", "speaker"),
    [
        ("Second interviewer: What list was that?", "Second interviewer"),
        ("Interviewer two: what list?", "Interviewer two"),
        ("R?: Nobody knows.", "R?"),
        ("?: Nobody knows.", "?"),
        ("[R] Nobody knows.", "R"),
    ],
)
def test_a_rare_label_that_is_one(tmp_path: Path, line: str, speaker: str) -> None:
    transcript = read_content(tmp_path, BASE * 6 + line + "\n" + BASE)
    assert spoken_turns(transcript)[12] == (speaker, line.split(maxsplit=speaker.count(" ") + 1)[-1])
    assert "interviewer" not in line.casefold() or transcript.turns[12].role == INTERVIEWER


def test_doubt_about_the_interviewer_makes_no_participant(tmp_path: Path) -> None:
    transcript = read_content(tmp_path, BASE * 3 + "I?: Which?\n" + BASE)
    assert roles(transcript) == {"I": INTERVIEWER, "R": PARTICIPANT, "I?": INTERVIEWER}


@pytest.mark.parametrize("label", ["District nurse", "Lead pharmacist", "caretaker"])
def test_a_quiet_third_speaker(tmp_path: Path, label: str) -> None:
    transcript = read_content(tmp_path, (BASE * 7 + f"{label}: I was away then.\n") * 3)
    assert [speaker for speaker, _ in spoken_turns(transcript)].count(label) == 3


@pytest.mark.parametrize(
    ("line", "times", "named"),
    [
        ("District nurse: I was away.", 2, "'District nurse' (2 times, first line 13)"),
        ("District nurse: I was away.", 1, "'District nurse' (line 13)"),
        ("caretaker: I was away.", 1, "'caretaker' (line 13)"),
        ("[Caretaker] I was away.", 1, "'Caretaker' in brackets (1 time)"),
        ("Caretaker\nI was away.", 1, "'Caretaker' alone in the line (1 time)"),
        ("Caretaker – I was away.", 2, "'Caretaker' before a dash (2 times)"),
        ("Caretaker\tI was away.", 3, "'Caretaker' before a tab (3 times)"),
    ],
)
def test_what_looks_like_a_label_and_is_not_believed_is_named(
    tmp_path: Path, line: str, times: int, named: str
) -> None:
    content = BASE * 6 + (line + "\n" + BASE) * times
    transcript = read_content(tmp_path, content)
    assert {speaker for speaker, _ in spoken_turns(transcript)} == {"I", "R"}
    assert any(named in note for note in transcript.notes)


@pytest.mark.parametrize(
    "line",
    [
        "Three things: keys, rota, tea.", "The thing is: It was late.", "What I said was: No.", "[laughs]", "[Pause]",
        "[inaudible]", "Well: No.", "For example: Monday.", "http://example.org", "10:30 it was.", "So – no.",
    ],
)  # fmt: skip
@pytest.mark.parametrize("times", [1, 3])
def test_speech_is_neither_label_nor_named(tmp_path: Path, line: str, times: int) -> None:
    transcript = read_content(tmp_path, BASE * 6 + (line + "\n" + BASE) * times)
    assert {speaker for speaker, _ in spoken_turns(transcript)} == {"I", "R"}
    # "Three things" three times before a list is named, since it recurs.
    assert transcript.notes == () or (times == 3 and line.startswith("Three"))


@pytest.mark.parametrize(
    "text",
    [
        "Monday - busy\nTuesday - quiet\nMonday - busy\nTuesday - quiet\n",
        "Yes\nYes\nNo\nMaybe\nYes\nNo\n",
        "[Laughter] Well.\n[Pause]\n[Laughter]\n[Pause] So.\n",
        "It was late\nand cold - very cold -\nand nobody came.\n",
        "他说：我们走吧。\n我们走了。\n他说：好的。\n没有人说话。\n很安静。\n",
    ],
)
def test_prose_gets_no_speakers(tmp_path: Path, text: str) -> None:
    assert {speaker for speaker, _ in spoken_turns(read_content(tmp_path, text))} == {None}


NAMED = [
    ("q7", "z"), ("the man by the door in the hall", "her"), ("Doe, Jane", "Roe, Max"), ("so", "well"), ("?", "!"), ("12", "13"),
    ("P 1 #a", "x/y"),
]  # fmt: skip


@pytest.mark.parametrize("labels", NAMED)
@pytest.mark.parametrize(
    "layout",
    ["{label}: {speech}", "{label} - {speech}", "[{label}] {speech}", "{label}\n{speech}", "{label} {speech}",
     "**{label}** {speech}", "{label}\t{speech}", "- {label}：{speech}", "\u200b{label}. {speech}", "{label}, {speech}"],
)  # fmt: skip
def test_named_labels_count_however_they_stand(tmp_path: Path, layout: str, labels: tuple[str, str]) -> None:
    path = tmp_path / "a.txt"
    path.write_text(laid_out(layout, labels), encoding="utf-8")
    transcript = read_transcript(path, [labels[0]], [labels[1]])
    assert spoken_turns(transcript) == list(zip(labels * 3, TALK, strict=True))
    assert roles(transcript) == {labels[0]: INTERVIEWER, labels[1]: PARTICIPANT}
    assert [speaker for speaker, _ in spoken_turns(read_transcript(path, (), labels))] == [*labels] * 3


@pytest.mark.parametrize("written", ["[Ida]", "Ida:", "**Ida**", "#Ida", "ida"])
def test_a_label_may_be_named_as_it_is_copied_from_the_file(tmp_path: Path, written: str) -> None:
    assert roles(read_content(tmp_path, laid_out("[{label}] {speech}", ("Ida", "Per")), "a.txt", written)) == {
        "Ida": INTERVIEWER, "Per": PARTICIPANT
    }  # fmt: skip


def test_labels_in_captions_are_named_too(tmp_path: Path) -> None:
    cues = [
        f"00:0{at}:00.000 --> 00:0{at}:09.000\n{line}" for at, line in enumerate(["x - One.", "y - Two.", "x - Three."])
    ]
    (tmp_path / "a.vtt").write_text("WEBVTT\n\n" + "\n\n".join(cues) + "\n", encoding="utf-8")
    transcript = read_transcript(tmp_path / "a.vtt", ["x"], ["y"])
    assert spoken_turns(transcript) == [("x", "One."), ("y", "Two."), ("x", "Three.")]


def test_a_named_label_that_begins_no_line_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="'Ida' cannot be the interviewer: no speakers found"):
        read_content(tmp_path, "We met Ida at the door.\nNobody else came.", "a.txt", "Ida")


def test_a_talk_in_which_only_the_interviewer_has_a_label_is_noted(tmp_path: Path) -> None:
    transcript = read_content(tmp_path, "I: How?\nSo it was.\nI: Why?\nNobody knows.")
    assert transcript.notes == (
        "nobody but the interviewer has a label: all is read as theirs; name the others with --speakers LABEL",
    )


@pytest.mark.parametrize("question", ["?", "？", "؟"])
def test_who_asks_is_known_in_other_scripts(tmp_path: Path, question: str) -> None:
    talk = ("问题是什么", "门上有一张单子，我们每天早上都看。") * 4
    content = "\n".join(
        f"{'甲乙'[at % 2]}：{speech}{question if at % 2 == 0 else ''}" for at, speech in enumerate(talk)
    )
    assert roles(read_content(tmp_path, content)) == {"甲": INTERVIEWER, "乙": PARTICIPANT}
