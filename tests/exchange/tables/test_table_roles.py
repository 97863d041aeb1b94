"""Who asks in a coded table: by the role column, by labels, by what the person or the settings say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from secondcoder.domain.records import SpeakerRole
from secondcoder.errors import ReadError
from secondcoder.study.study import Study
from support.coded_rows import ROW, SPOKEN, read, rows
from support.study_checks import write_csv


def test_only_plain_words_make_an_interviewer(tmp_path: Path) -> None:
    said = [("I:", ""), ("Anna", "Interviewer"), ("Ian", ""), ("P1", "GP")]
    table = read(tmp_path, rows(*({"speaker": speaker, "role": role} for speaker, role in said)))
    asks, answers = SpeakerRole.INTERVIEWER, SpeakerRole.PARTICIPANT
    assert [turn.role for turn in table.transcripts[0].turns] == [asks, asks, answers, answers]
    assert table.transcripts[0].role == "GP"


def speakers(folder: Path, *rows: Mapping[str, object], interviewer: Sequence[str] = ()) -> dict[str, list[object]]:
    """The roles of each transcript's units."""
    table = [{**ROW, "order": order, "speaker": "", **row} for order, row in enumerate(rows)]
    transcripts = read(folder, table, interviewer=interviewer).transcripts
    return {transcript.id: [turn.role for turn in transcript.turns] for transcript in transcripts}


ASKS, ANSWERS = SpeakerRole.INTERVIEWER, SpeakerRole.PARTICIPANT
TALKS = [
    {"transcript": "t1", "speaker": "Anna:"}, {"transcript": "t1", "speaker": "Bea"}, {"transcript": "t1"},
    {"transcript": "t2", "speaker": "I"}, {"transcript": "t2", "speaker": "Cleo"},
]  # fmt: skip


def test_an_interviewer_named_by_the_person_asks_where_she_speaks(tmp_path: Path) -> None:
    assert speakers(tmp_path, *TALKS) == {"t1": [None, None, None], "t2": [ASKS, ANSWERS]}
    named = speakers(tmp_path, *TALKS, interviewer=["anna"])
    assert named == {"t1": [ASKS, ANSWERS, ANSWERS], "t2": [ASKS, ANSWERS]}
    named = speakers(tmp_path, *TALKS, interviewer=["Bea", "Cleo"])
    assert named == {"t1": [ANSWERS, ASKS, ANSWERS], "t2": [ANSWERS, ASKS]}


def test_the_person_overrules_the_role_column(tmp_path: Path) -> None:
    rows = [{"speaker": "Anna", "role": "interviewer"}, {"speaker": "Bea", "role": "GP"}]
    assert speakers(tmp_path, *rows) == {"t1": [ASKS, ANSWERS]}
    assert speakers(tmp_path, *rows, interviewer=["Bea"]) == {"t1": [ANSWERS, ASKS]}


def test_a_named_interviewer_must_speak_in_the_table(tmp_path: Path) -> None:
    with pytest.raises(ReadError) as refusal:
        speakers(tmp_path, *TALKS, interviewer=["Ana"])
    there = "'Anna:', 'Bea', 'I', 'Cleo'. Did you mean 'Anna:'?"
    assert (
        str(refusal.value) == f"codes.csv: 'Ana' is no speaker of this table, which has {there} Nothing was imported."
    )
    with pytest.raises(ReadError, match="'Ana' cannot be the interviewer: no speakers found"):
        speakers(tmp_path, {}, interviewer=["Ana"])


def test_a_table_of_spans_has_no_speakers_to_name(tmp_path: Path) -> None:
    span = {**ROW, "start": 12, "end": 19, "text": "Because", "codes": "CO"}
    assert len(read(tmp_path, [span], SPOKEN, interviewer=["Anna"]).codings) == 1


def test_only_whole_words_of_the_role_column_make_an_interviewer(tmp_path: Path) -> None:
    roles = [
        "Interviewer",
        "INTERVIEWER:",
        "research nurse",
        "Interviewer 2",
        "R",
        "Researcher",
        "Facilitator",
        "moderator.",
        "Int1",
        "i",
    ]
    asked = speakers(tmp_path, *({"speaker": f"S{at}", "role": role} for at, role in enumerate(roles)))
    assert asked == {"t1": [ASKS] * 2 + [ANSWERS] * 8}


@pytest.mark.parametrize("word", ["facilitator", "Moderator", "researcher", "I"])
def test_a_role_that_may_ask_is_a_job_and_the_import_says_so(tmp_path: Path, word: str) -> None:
    talk = rows({"speaker": "Bea", "role": word, "codes": "CO"}, {"speaker": "Cleo", "role": "GP"})
    table = read(tmp_path, talk)
    assert [turn.role for turn in table.transcripts[0].turns] == [None, None]
    assert any(f"'{word.casefold()}' is read as a participant's job" in note for note in table.notes)
    assert not any("job" in note for note in read(tmp_path, rows({"role": "nurse"}, {"role": "interviewer"})).notes)


def test_the_settings_add_roles_that_ask(empty_study: Study, tmp_path: Path) -> None:
    settings_file = empty_study.folder / "secondcoder.toml"
    settings_file.write_text(
        settings_file.read_text("utf-8") + '[transcripts]\ninterviewer_roles = ["interviewer", "Fragende"]\n', "utf-8"
    )
    talk = rows(
        {"speaker": "Bea", "role": "fragende"},
        {"speaker": "Cleo", "role": "Moderator"},
        {"speaker": "Di", "role": "Interviewer"},
    )
    study = Study(empty_study.folder)
    (transcript,) = study.import_files([write_csv(tmp_path / "codes.csv", talk)]).transcripts
    study.close()
    assert [turn.role for turn in transcript.turns] == [ASKS, ANSWERS, ASKS]


def test_a_participant_by_role_is_no_interviewer_for_their_label(tmp_path: Path) -> None:
    said = [{"speaker": "Researcher", "role": "participant"}, {"speaker": "Anna", "role": "interviewer"}]
    assert speakers(tmp_path, *said) == {"t1": [ANSWERS, ASKS]}
    assert speakers(tmp_path, {"speaker": "Moderator"}, {"speaker": "P1"}) == {"t1": [ASKS, ANSWERS]}


def test_questions_alone_make_no_interviewer_in_a_table(tmp_path: Path) -> None:
    """In a transcript they do; here it would take units that people coded out of the study."""
    rows = [{"speaker": "Anna", "text": "And then?"}, {"speaker": "Bea", "text": "Then it went on, for days and days."}]
    assert speakers(tmp_path, *rows * 5) == {"t1": [None] * 10}


def test_who_seems_to_ask_is_named_with_the_option_that_says_so(tmp_path: Path) -> None:
    talk = [
        {"speaker": "Anna B", "text": "And then?"},
        {"speaker": "Bea", "text": "Then it went on, for days and days."},
    ] * 5
    table = [{**ROW, **row, "order": at, "transcript": name} for name in ("t1", "t2") for at, row in enumerate(talk)]
    assert read(tmp_path, table).notes == [
        "nothing says who is the interviewer, and 'Anna B' asks 5 of 5 questions in 10 of 50 words of 't1', and nearly all in 1 other "
        "transcript: if they interview, import with --interviewer 'Anna B'"
    ]
    assert not read(tmp_path, table, interviewer=["Anna B"]).notes


@pytest.mark.parametrize("word", ["Moderación", "Befragerin", "访谈者", "Tutkija"])
def test_a_role_in_another_language_is_named_with_the_setting(tmp_path: Path, word: str) -> None:
    answers = {"speaker": "Cleo", "role": "nurse"}
    talk = rows({"speaker": "Bea", "role": word}, answers, answers)
    (note,) = [note for note in read(tmp_path, talk).notes if "job" in note]
    assert f"'{word.casefold()}'" in note
    assert "`interviewer_roles` under [transcripts]" in note
    assert not [note for note in read(tmp_path, talk, roles=[word.upper()]).notes if "job" in note]
    assert not [note for note in read(tmp_path, rows(answers, answers)).notes if "job" in note]
