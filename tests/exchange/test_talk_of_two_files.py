"""A recording of which each speaker has a file of their own is one interview, however it is imported."""

from __future__ import annotations

from pathlib import Path

import pytest
from secondcoder.exchange.importing import ImportOptions
from secondcoder.study.study import Study
from support.study_checks import write_csv
from support.timed_files import short_grid

DOCTOR = short_grid([("Speaker", [(0, 1, "How did it start?"), (3, 4, "And then?")])])
PATIENT = short_grid([("Speaker", [(1, 2, "We sat down."), (5, 6, "It rained.")])])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in" / "Ash").mkdir(parents=True)
    (tmp_path / "in" / "Ash" / "talk_doctor.TextGrid").write_text(DOCTOR)
    (tmp_path / "in" / "Ash" / "talk_patient.TextGrid").write_text(PATIENT)
    return tmp_path / "in"


@pytest.mark.parametrize("by", ["folder", "names", "names turned round"])
def test_they_become_one_interview_and_come_again_unchanged(empty_study: Study, folder: Path, by: str) -> None:
    files = sorted(folder.glob("*/*"), reverse=by.endswith("round"))
    asked = ImportOptions(interviewer=("doctor",))
    paths = [folder] if by == "folder" else files
    imported = empty_study.import_files(paths, asked)
    (transcript,) = imported.transcripts
    assert (transcript.id, transcript.case) == ("talk", "Ash" if by == "folder" else None)
    assert [(turn.speaker, turn.role, turn.time_start, turn.time_end) for turn in transcript.turns] == [
        ("doctor", "interviewer", 0.0, 1.0),
        ("patient", "participant", 1.0, 2.0),
        ("doctor", "interviewer", 3.0, 4.0),
        ("patient", "participant", 5.0, 6.0),
    ]
    assert any("are one recording: put together in the order of time" in note for note in imported.notes)
    assert empty_study.corpus.transcripts[0].turns == transcript.turns
    assert empty_study.import_files(paths, asked).unchanged == ["talk"]


def test_a_manifest_that_names_two_keeps_two(empty_study: Study, folder: Path) -> None:
    rows = [{"file": f"Ash/talk_{who}.TextGrid", "transcript": f"{who} alone"} for who in ("doctor", "patient")]
    write_csv(folder / "manifest.csv", rows)
    imported = empty_study.import_files([folder])
    assert sorted(transcript.id for transcript in imported.transcripts) == ["doctor alone", "patient alone"]


def test_a_fault_in_one_of_them_is_named(empty_study: Study, folder: Path) -> None:
    (folder / "Ash" / "talk_patient.TextGrid").write_text(PATIENT[:-10])
    with pytest.raises(Exception, match=r"talk_patient\.TextGrid: the file ends before"):
        empty_study.import_files([folder])
    assert not empty_study.corpus.transcripts
