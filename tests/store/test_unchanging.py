"""A store that many processes read at once: as a file that does not change, so that nothing is shared beside it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from secondcoder.errors import StudyError
from secondcoder.study.study import Study


def beside(study: Study) -> list[str]:
    """What lies beside the database, as memory that its readers share."""
    return sorted(path.name for path in study.folder.glob("study.db-*"))


def test_nothing_is_written_and_nothing_shared(coded_study: Study) -> None:
    known = [transcript.id for transcript in coded_study.corpus.transcripts]
    coded_study.close()
    was = (coded_study.folder / "study.db").read_bytes()
    study = Study(coded_study.folder, unchanging=True)
    assert [transcript.id for transcript in study.corpus.transcripts] == known
    assert beside(study) == []
    with pytest.raises(StudyError):
        study.transcript_remove(known[0])
    study.close()
    assert (study.folder / "study.db").read_bytes() == was


def test_what_stands_only_in_the_write_ahead_log_is_read_too(coded_study: Study) -> None:
    """As after a program that was killed."""
    writing = sqlite3.connect(coded_study.folder / "study.db")
    writing.execute("PRAGMA wal_autocheckpoint=0")
    writing.execute("UPDATE transcripts SET participant = 'changed just now'")
    writing.commit()
    study = Study(coded_study.folder, unchanging=True)
    assert {transcript.participant for transcript in study.corpus.transcripts} == {"changed just now"}
    study.close()
    writing.close()


def test_a_store_that_is_none_is_refused(tmp_path: Path, coded_study: Study) -> None:
    coded_study.close()
    (coded_study.folder / "study.db").write_text("no database")
    with pytest.raises(StudyError):
        Study(coded_study.folder, unchanging=True)
