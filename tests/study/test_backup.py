"""`check --backup`: a copy that is a study, with every decision that was acknowledged, made while others write."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import stat
import threading
import zipfile
from pathlib import Path

import pytest
from secondcoder.errors import InputError, StudyError
from secondcoder.study import backup
from secondcoder.study.study import Study
from support.study_checks import dump, listing


def same(study: Study, copy: Path) -> None:
    assert dump(copy) == dump(study.folder)
    there = listing(copy)
    del there["backup.json"]
    assert there == listing(study.folder)


def test_a_backup_is_the_study_and_opens(trained_study: Study, tmp_path: Path) -> None:
    made = trained_study.back_up(tmp_path / "copies" / "first")
    same(trained_study, made.path)
    assert Study.check(made.path) == []
    assert not list(made.path.glob("study.db-*"))
    # To restore it is to copy it to the study's place.
    folder = trained_study.folder
    trained_study.transcript_remove("ash_gp")
    trained_study.close()
    shutil.rmtree(folder)
    shutil.copytree(made.path, folder)
    restored = Study(folder)
    assert "ash_gp" in restored.corpus.by_id
    assert restored.check_audit().faults == ()
    restored.close()


def test_its_list_has_every_file_with_its_hash(trained_study: Study, tmp_path: Path) -> None:
    made = trained_study.back_up(tmp_path / "copy")
    listed = json.loads((made.path / "backup.json").read_text(encoding="utf-8"))["files"]
    files = [path for path in made.path.rglob("*") if path.is_file() and path.name != "backup.json"]
    assert {path.relative_to(made.path).as_posix() for path in files} == listed.keys()
    for name, of in listed.items():
        content = (made.path / name).read_bytes()
        assert (of["bytes"], of["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
    assert (made.files, made.bytes) == (len(files), sum(path.stat().st_size for path in files))


def test_what_stands_in_the_write_ahead_log_alone_is_in_it(coded_study: Study, tmp_path: Path) -> None:
    """Where copying study.db alone loses it."""
    writing = sqlite3.connect(coded_study.folder / "study.db")
    writing.execute("PRAGMA wal_autocheckpoint=0")
    writing.execute("UPDATE transcripts SET participant = 'decided just now'")
    writing.commit()
    copied = tmp_path / "copied.db"
    shutil.copyfile(coded_study.folder / "study.db", copied)
    read = sqlite3.connect(copied).execute("SELECT DISTINCT participant FROM transcripts").fetchall()
    assert ("decided just now",) not in read
    made = coded_study.back_up(tmp_path / "copy")
    assert {each.participant for each in Study(made.path).corpus.transcripts} == {"decided just now"}
    writing.close()


def test_every_decision_before_it_is_in_it_while_others_write(coded_study: Study, tmp_path: Path) -> None:
    """Events as decisions leave them, by four writers; each backup has all that was acknowledged before it began, in a whole trail."""
    stop, acknowledged, lock = threading.Event(), list[str](), threading.Lock()

    def write(who: int) -> None:
        number = 0
        while not stop.is_set():
            number += 1
            with coded_study.store.transaction(f"coder{who}") as writing:
                writing.log("decided", number=f"{who}-{number}")
            with lock:
                acknowledged.append(f"{who}-{number}")

    threads = [threading.Thread(target=write, args=(who,)) for who in range(4)]
    for thread in threads:
        thread.start()
    try:
        for at in range(3):
            with lock:
                before = set(acknowledged)
            made = coded_study.back_up(tmp_path / f"copy{at}")
            copy = Study(made.path)
            held = [event["detail"]["number"] for event in copy.store.events("decided")]
            assert before <= set(held)
            assert len(held) == len(set(held))
            assert copy.check_audit().faults == ()
            copy.close()
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert before


def test_a_zip_holds_the_folder(coded_study: Study, tmp_path: Path) -> None:
    made = coded_study.back_up(tmp_path / "copy.zip")
    with zipfile.ZipFile(made.path) as archive:
        archive.extractall(tmp_path / "unpacked")
    same(coded_study, tmp_path / "unpacked" / "copy")
    assert Study.check(tmp_path / "unpacked" / "copy") == []


def test_by_default_it_lies_beside_the_study_and_takes_the_place_of_nothing(coded_study: Study, run_cli) -> None:
    folder = coded_study.folder
    code, out, err = run_cli("-C", folder, "check", "--backup")
    assert code == 0, err
    (made,) = folder.parent.glob(f"{folder.name}-backup-*")
    assert f"Backup: {made} (" in out
    assert "verified." in out
    assert run_cli("-C", folder, "check", "--backup", made)[0] == 1
    with pytest.raises(InputError, match="never takes the place of anything"):
        coded_study.back_up(made)
    with pytest.raises(InputError, match="in the study itself"):
        coded_study.back_up(folder / "backup")


def test_a_store_elsewhere_lies_in_the_copy(coded_study: Study, tmp_path: Path) -> None:
    """Else the copy would open the study's own store, and change it."""
    folder = coded_study.folder
    coded_study.close()
    (tmp_path / "stores").mkdir()
    (folder / "study.db").rename(tmp_path / "stores" / "mine.db")
    settings = folder / "secondcoder.toml"
    settings.write_text(
        f'[store]\nurl = "sqlite:///{tmp_path / "stores" / "mine.db"}"  # here\n\n{settings.read_text(encoding="utf-8")}',
        encoding="utf-8",
    )
    study = Study(folder)
    made = study.back_up(tmp_path / "copy")
    copy = Study(made.path)
    assert copy.store.path == made.path / "study.db"
    assert copy.corpus.by_id == study.corpus.by_id
    study.close()


def test_what_fails_leaves_nothing(coded_study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def damaged(path: Path, to: Path) -> None:
        to.write_bytes(path.read_bytes())
        raise sqlite3.DatabaseError("database disk image is malformed")

    monkeypatch.setattr(backup, "copy_database", damaged)
    with pytest.raises(
        StudyError, match=r"could not be written \(database disk image is malformed\)\. Nothing of it is left"
    ):
        coded_study.back_up(tmp_path / "copies" / "copy")
    assert list((tmp_path / "copies").iterdir()) == []


def test_a_file_that_does_not_reach_the_disk_is_found(
    coded_study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flush = backup.to_disk

    def damaging(path: Path) -> None:
        flush(path)
        if path.name == "codebook.yml":
            path.write_text("something else", encoding="utf-8")

    monkeypatch.setattr(backup, "to_disk", damaging)
    with pytest.raises(StudyError, match=r"codebook\.yml is not on the disk as it was written"):
        coded_study.back_up(tmp_path / "copy")


def test_it_is_its_owner_s_alone(coded_study: Study, tmp_path: Path) -> None:
    for made in (coded_study.back_up(tmp_path / "copy").path, coded_study.back_up(tmp_path / "copy.zip").path):
        assert stat.S_IMODE(made.stat().st_mode) & 0o077 == 0


def test_a_database_server_is_told_how_to_back_up() -> None:
    note = backup._server_note("postgresql+psycopg://ada:secret@db.example/study")
    assert "pg_dump --format=custom --file=study.dump 'postgresql://ada:***@db.example/study'" in note
    assert "secret" not in note
