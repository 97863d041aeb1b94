"""A table of who is who, given with --speakers: roles and names of speakers, the text untouched; and --dry-run."""

from __future__ import annotations

from pathlib import Path

import pytest
from secondcoder.errors import InputError
from secondcoder.exchange.importing import ImportOptions
from secondcoder.study.study import Study
from support.study_checks import dump

GROUP = "M: What changed?\nP1: A lot.\nP2: Not much.\nM: And then?\nP1: We stopped.\nP2: They did.\n"
OTHER = "M: How was it?\nP1: Fine.\nM: Why?\nP1: Because.\n"


@pytest.fixture
def put(tmp_path: Path):
    def write(name: str, content: str) -> Path:
        (tmp_path / name).write_text(content, encoding="utf-8")
        return tmp_path / name

    return write


def speakers(study: Study, name: str) -> dict[str, str | None]:
    transcript = next(each for each in study.store.transcripts() if each.id == name)
    return {turn.speaker: turn.role and turn.role.value for turn in transcript.turns}


def imported(study: Study, table: Path, *files: Path) -> list[str]:
    return study.import_files(files, ImportOptions(speakers=(str(table),))).notes


def test_roles_and_names_are_given_and_the_text_stays(empty_study: Study, put) -> None:
    table = put("who.csv", "speaker,role,name\nm,interviewer,Anna\nP1,participant,GP 07\nP2,participant,\n")
    notes = imported(empty_study, table, put("group.txt", GROUP))
    assert speakers(empty_study, "group") == {"Anna": "interviewer", "GP 07": "participant", "P2": "participant"}
    assert empty_study.store.transcripts()[0].text == GROUP
    assert not [note for note in notes if "nothing says who is the interviewer" in note]


def test_a_row_may_speak_of_one_transcript(empty_study: Study, put) -> None:
    rows = (
        "transcript,speaker,role,participant\n,M,interviewer,\ngroup,P1,participant,Ida\nother.txt,P1,participant,Per\n"
    )
    imported(empty_study, put("who.csv", rows), put("group.txt", GROUP), put("other.txt", OTHER))
    assert list(speakers(empty_study, "group")) == ["M", "Ida", "P2"]
    assert list(speakers(empty_study, "other")) == ["M", "Per"]
    assert speakers(empty_study, "group")["P2"] == "participant"


def test_two_labels_of_one_person_become_one_speaker(empty_study: Study, put) -> None:
    talk = (
        "Emilie Lane: Your name?\nJay: Jay.\nEL: And then?\nJay: I left.\nEmilie Lane: Why?\nEL: Really?\nJay: Yes.\n"
    )
    table = put("who.csv", "speaker,name\nEL,Emilie Lane\n")
    imported(empty_study, table, put("talk.txt", talk))
    assert set(speakers(empty_study, "talk")) == {"Emilie Lane", "Jay"}


def test_the_table_may_lie_among_the_files(empty_study: Study, put, tmp_path: Path) -> None:
    put("group.txt", GROUP)
    table = put("who.csv", "speaker;role\nM;interviewer\n")
    imported(empty_study, table, tmp_path)
    assert speakers(empty_study, "group")["P1"] == "participant"


def test_a_coded_table_takes_names_and_roles_too(empty_study: Study, put) -> None:
    rows = "transcript,order,speaker,text,codes,coder\ng,1,M,What changed?,,Ana\ng,2,P1,A lot.,CO,Ana\n"
    imported(
        empty_study, put("who.csv", "speaker,role,name\nM,interviewer,\nP1,participant,Ida\n"), put("codes.csv", rows)
    )
    assert speakers(empty_study, "g") == {"M": "interviewer", "Ida": "participant"}


FAULTS = {
    "speaker,role\nM,interviewr\n": "line 2: role 'interviewr' is neither interviewer nor participant. Did you mean 'interviewer'?",
    "speaker,role\n,interviewer\n": "line 2: no speaker is named.",
    "speaker,role\nM,interviewer\nm:,participant\n": "line 3: speaker 'm:' stands on line 2 already.",
    "speaker,role\nM,interviewer\nP9,participant\n": "line 3: 'P9' speaks in none of these files.",
    "speaker,role\nM,interviewer\nZorro,\n": "line 3: 'Zorro' speaks in none of these files. Speakers there: 'M', 'P1' and 'P2'.",
    "speakr,role\nM,interviewer\n": "line 1: column 'speaker' is missing. Did you mean 'speakr'?",
    "speaker,note\nM,x\n": "line 1: neither a column 'role' nor a column 'name'",
    "speaker,role,transcript\nM,interviewer,grup\n": "line 2: 'M' speaks in none of these files (grup).",
}


@pytest.mark.parametrize("table", FAULTS)
def test_faults_are_named_with_their_lines(empty_study: Study, put, table: str) -> None:
    with pytest.raises(InputError) as refusal:
        imported(empty_study, put("who.csv", table), put("group.txt", GROUP))
    assert "who.csv" in str(refusal.value)
    assert FAULTS[table] in str(refusal.value)
    assert not empty_study.store.transcripts()


def test_what_is_there_already_is_named_with_the_command_that_changes_it(empty_study: Study, put) -> None:
    file = put("group.txt", GROUP)
    empty_study.import_files([file])
    notes = imported(empty_study, put("who.csv", "speaker,role,name\nM,interviewer,Anna\n"), file)
    assert "secondcoder transcript edit group --interviewer Anna --rename M=Anna" in " ".join(notes)


def test_a_dry_run_shows_the_turns_and_writes_nothing(empty_study: Study, put, run_cli) -> None:
    before = dump(empty_study.folder)
    files = [put("group.txt", GROUP), put("p1.rtf", "{\\rtf1 I: How? #00:00:05-2#\\par R: Fine. #01:02:03-4#\\par}")]
    code, out, said = run_cli("-C", empty_study.folder, "import", "--dry-run", "--interviewer", "M", files[0])
    assert code == 0
    assert all(words in out for words in ("first words", "What changed?", "interviewer", "participant"))
    assert "Would import 1 transcript." in said
    assert "Nothing was written." in said
    code, out, said = run_cli("-C", empty_study.folder, "import", "--dry-run", files[1])
    assert "until 0:05" in out
    assert "until 1:02:03" in out
    assert dump(empty_study.folder) == before


def test_a_dry_run_of_what_cannot_be_imported_fails(empty_study: Study, put, run_cli) -> None:
    code, _, said = run_cli("-C", empty_study.folder, "import", "--dry-run", put("bad.pdf", "%PDF-1.4\n"))
    assert code == 1
    assert "bad.pdf: the PDF is damaged" in said
