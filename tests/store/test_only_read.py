"""A study where nothing can be written, as on a write-protected disk or another person's, can be looked at."""

from __future__ import annotations

import os
import shutil
import sqlite3
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from secondcoder.errors import StudyError
from secondcoder.store import opening
from secondcoder.study.edit_transcript import TranscriptEdit
from secondcoder.study.study import Study
from support.study_checks import everything

READING = (
    ("status",),
    ("status", "--next"),
    ("transcript", "list"),
    ("transcript", "show", "ash_gp"),
    ("codebook", "show"),
    ("codebook", "history"),
    ("agree",),
    ("models", "list"),
    ("models", "show"),
    ("passages",),
    ("passages", "CO"),
    ("export",),
    ("check", "--audit"),
)
CHANGING = (
    ("train",),
    ("retrain",),
    ("code",),
    ("import", __file__),
    ("transcript", "edit", "ash_gp", "--wave", "2"),
    ("transcript", "remove", "ash_gp", "--yes"),
    ("codebook", "import", "npt"),
    ("models", "use", "m0001"),
)
SENTENCE = r"can only be read here: study\.db or its folder cannot be written by you\. Nothing was changed\."


@pytest.fixture
def protected(trained_study: Study, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where nothing may be written, by what the system says."""
    trained_study.close()
    allowed = os.access

    def access(path: object, mode: int, **options: bool) -> bool:
        return not mode & os.W_OK and allowed(path, mode, **options)  # type: ignore[arg-type, type-var]

    monkeypatch.setattr(os, "access", access)
    return trained_study.folder


@pytest.mark.parametrize("arguments", READING, ids=" ".join)
def test_it_can_be_looked_at_and_nothing_is_left_in_it(protected: Path, run_cli, arguments: tuple[str, ...]) -> None:
    names = sorted(path.name for path in protected.iterdir())
    store = (protected / "study.db").read_bytes()
    code, out, err = run_cli("-C", protected, *arguments)
    assert code == 0, err
    assert out.strip()
    assert sorted(path.name for path in protected.iterdir()) == names
    assert (protected / "study.db").read_bytes() == store


@pytest.mark.parametrize("arguments", [("chart",), ("export",), ("passages", "CO")], ids=" ".join)
def test_what_is_made_of_it_is_written_elsewhere(
    protected: Path, run_cli, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    out = tmp_path / "made.csv"
    code, _, err = run_cli(
        "-C", protected, *arguments, "--out", out.with_suffix(".html") if arguments == ("chart",) else out
    )
    assert code == 0, err
    assert list(tmp_path.glob("made*"))


@pytest.mark.parametrize("arguments", CHANGING, ids=" ".join)
def test_what_changes_says_so_in_a_sentence(protected: Path, run_cli, arguments: tuple[str, ...]) -> None:
    before = everything(protected)
    code, _, err = run_cli("-C", protected, *arguments)
    assert code == 1
    assert "can only be read here: study.db or its folder cannot be written by you. Nothing was changed." in err
    assert "Traceback" not in err
    assert everything(protected) == before


def test_it_can_be_backed_up(protected: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = Study(protected).back_up(tmp_path / "copy")
    monkeypatch.undo()
    assert Study.check(made.path) == []


def test_what_stands_in_its_log_alone_is_read_too(protected: Path) -> None:
    """As of a study that somebody else has open."""
    writing = sqlite3.connect(protected / "study.db")
    writing.execute("PRAGMA wal_autocheckpoint=0")
    writing.execute("UPDATE transcripts SET participant = 'changed just now'")
    writing.commit()
    study = Study(protected)
    assert {transcript.participant for transcript in study.corpus.transcripts} == {"changed just now"}
    with pytest.raises(StudyError, match=SENTENCE):
        study.transcript_edit("ash_gp", TranscriptEdit(wave="2"))
    study.close()
    writing.close()


def test_an_older_one_is_refused_and_stays(protected: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "HEAD", "9999")
    before = (protected / "study.db").read_bytes()
    with pytest.raises(StudyError, match=r"of an older secondcoder, and cannot be brought up to date"):
        Study(protected)
    assert (protected / "study.db").read_bytes() == before


def test_on_a_full_disk_it_can_be_read(trained_study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite itself could not: its log's index takes room beside the file."""
    trained_study.close()
    usage = shutil.disk_usage(trained_study.folder)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=4096))
    study = Study(trained_study.folder)
    assert study.status()["transcripts"]
    assert study.export().codings
    with pytest.raises(
        StudyError, match=r"can only be read here: the disk is full\. Nothing was changed\. Free some space"
    ):
        study.transcript_edit("ash_gp", TranscriptEdit(wave="2"))
    study.close()
    assert not list(study.folder.glob("study.db-*"))


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix" or os.getuid() != 0, reason="only root can become somebody else")
def test_another_user_may_look_where_they_may_read(trained_study: Study) -> None:
    trained_study.close()
    with TemporaryDirectory() as above:
        folder = Path(above, "study")
        shutil.copytree(trained_study.folder, folder)
        for path in (Path(above), folder, *folder.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)
        child = os.fork()
        if not child:
            try:
                os.setgid(65534)
                os.setuid(65534)
                _look(folder)
                os._exit(0)
            finally:
                os._exit(1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert not list(folder.glob("study.db-*"))


def _look(folder: Path) -> None:
    study = Study(folder)
    for read in (study.status, study.export, study.agree, study.chart, study.models, study.check_audit):
        assert read() is not None
    with pytest.raises(StudyError, match=SENTENCE):
        study.transcript_edit("ash_gp", TranscriptEdit(wave="2"))
