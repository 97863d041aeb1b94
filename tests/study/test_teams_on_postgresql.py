"""A team on one PostgreSQL database: one training at a time over all folders, versions in a shared folder, and plain words for what a
server may refuse."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Barrier

import pytest
from secondcoder.audit import verify
from secondcoder.domain.records import CellNote
from secondcoder.errors import BusyError, DecisionError, ModelError, StoreError
from secondcoder.store import open_store
from secondcoder.store.cell_notes import put_cell_note
from secondcoder.study.folder import CONFIGURATION
from secondcoder.study.study import Study
from secondcoder.workspace import Workspace
from sqlalchemy import create_engine, text
from support.postgres_server import emptied
from support.study_checks import CHEAP, TALK, write_csv

pytest.importorskip("psycopg", reason="the postgres extra is not installed")
pytestmark = pytest.mark.slow
HOLD = """
import sys
from pathlib import Path
from secondcoder.model_store.training_lock import one_training
from secondcoder.study.study import Study
from secondcoder.workspace import Workspace
study = Study(sys.argv[1])
with one_training(study.folder, sys.argv[2], study.store):
    print('holding', flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def url(postgres: str) -> str:
    return emptied(postgres)


@pytest.fixture
def folders(url: str, tmp_path: Path) -> Iterator[tuple[Study, Study]]:
    """Two folders on one database."""
    studies = []
    for name in ("ada", "ben"):
        Study.create(tmp_path / name).close()
        (tmp_path / name / CONFIGURATION).write_text(f'{CHEAP}[store]\nurl = "{url}"\n', encoding="utf-8")
        studies.append(Study(tmp_path / name))
    yield studies[0], studies[1]
    for study in studies:
        study.close()


@contextmanager
def training_in(folder: Path, what: str) -> Iterator[subprocess.Popen[str]]:
    """A process that holds the study of a folder as a training does."""
    command = [sys.executable, "-c", HOLD, str(folder), what]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "holding\n"
        yield process


def test_a_training_in_one_folder_refuses_one_in_another_and_says_whose_it_is(folders: tuple[Study, Study]) -> None:
    ada, ben = folders
    with training_in(ada.folder, "retrain"):
        for verb in (ben.train, ben.retrain, ada.train):
            with pytest.raises(
                BusyError, match=r"running \(retrain by \S+ on \S+, since 20\d\d-\d\d-\d\d \d\d:\d\d UTC\)\. Wait"
            ):
                verb()


def test_a_killed_training_keeps_nobody_out(folders: tuple[Study, Study]) -> None:
    ada, ben = folders
    with training_in(ada.folder, "train") as other:
        other.kill()
        other.wait()
    with training_in(ben.folder, "train") as other, pytest.raises(BusyError, match="train by"):
        ada.train()


def test_two_databases_of_one_server_do_not_wait_for_each_other(url: str, folders: tuple[Study, Study]) -> None:
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("CREATE DATABASE another"))
    other = open_store(url.replace("/study?", "/another?"), folders[0].folder)
    with training_in(folders[0].folder, "train"), other.held_on_server("train"):
        pass
    other.close()
    with engine.connect() as connection:
        connection.execute(text("DROP DATABASE another"))
    engine.dispose()


def test_of_two_who_write_on_one_cell_at_once_one_is_refused(folders: tuple[Study, Study]) -> None:
    """A new note, and one in place of another: the later writer is told to look again, and nothing of theirs is kept."""
    note = CellNote("case", "Ash", "CO")
    for replaced in (False, True):
        before = [kept.id for kept in folders[0].store.cell_notes()]
        assert bool(before) is replaced
        together, outcomes = Barrier(2), []

        def write(at: int, before: list[int] = before, together: Barrier = together) -> str:
            try:
                with folders[at].store.transaction(f"coder{at}") as write:
                    together.wait()
                    put_cell_note(write, replace(note, summary=f"by {at}"), before)
            except DecisionError as error:
                return str(error)
            return "kept"

        with ThreadPoolExecutor(2) as pool:
            outcomes = sorted(pool.map(write, range(2)))
        assert outcomes == ["Somebody else has written here meanwhile. Look at it again. Nothing was saved.", "kept"]
        assert len(folders[0].store.cell_notes()) == 1
    assert verify(folders[0].store).faults == ()


def test_two_who_write_on_two_cells_at_once_are_both_kept(folders: tuple[Study, Study]) -> None:
    together = Barrier(2)

    def write(at: int) -> None:
        for number in range(10):
            with folders[at].store.transaction(f"coder{at}") as write:
                together.wait()
                put_cell_note(write, CellNote("case", f"case {number}", ("CO", "CP")[at], summary="words"))

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(write, range(2)))
    notes = folders[0].store.cell_notes()
    assert len({note.id for note in notes}) == len(notes) == 20
    assert verify(folders[0].store).faults == ()


def test_a_version_of_another_folder_is_missing_until_the_models_are_shared(
    folders: tuple[Study, Study], quick_training: None
) -> None:
    ada, ben = folders
    ada.import_files([TALK])
    assert ada.train()["version"] == "m0001"
    with pytest.raises(
        ModelError, match=r"m0001: its folder is missing.*models/m0001 from the folder.*in which it was trained"
    ):
        ben.code()
    shutil.copytree(ada.folder / "models", ben.folder / "models", dirs_exist_ok=True)
    ben.code()
    assert ben.check(ben.folder) == []


@pytest.mark.parametrize(
    ("instead", "said"),
    [
        (("/study?", "/nobody?"), "no database of the name in store.url"),
        (("//study@", "//stranger@"), "does not know the user"),
        (("host=", "host=/nowhere"), "does not answer"),
    ],
)
def test_what_the_server_refuses_is_said_in_plain_words(
    postgres: str, tmp_path: Path, instead: tuple[str, str], said: str
) -> None:
    with pytest.raises(StoreError, match=said) as refused:
        open_store(postgres.replace(*instead), tmp_path)
    assert "Traceback" not in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_team_begins_with_one_who_makes_the_study_and_others_who_join(url: str, tmp_path: Path, run_cli) -> None:
    ana, ben = tmp_path / "ana", tmp_path / "ben"
    assert run_cli("init", ana, "--codebook", "npt-core", "--store", url)[0] == 0
    assert run_cli("-C", ana, "import", TALK)[0] == 0
    code, _, err = run_cli("init", ben, "--codebook", "npt", "--store", url)
    assert (code, "The database holds a study already" in err, ben.exists()) == (1, True, False)
    code, _, err = run_cli("init", ben, "--store", url)
    assert (code, f"{ben} is now a folder of the study in the database: 7 transcripts" in err) == (0, True)
    with closing(Study(ana)) as hers, closing(Study(ben)) as his:
        assert hers.codebook == his.codebook
    assert not (ben / "study.db").exists()
    # A change of the codebook in one folder is told in the other.
    file = ana / "codebook.yml"
    file.write_text(file.read_text(encoding="utf-8").replace("name: ", "name: Our ", 1), encoding="utf-8")
    assert run_cli("-C", ana, "codebook", "change", "--yes")[0] == 0
    assert "codebook.yml is an earlier codebook of this study" in run_cli("-C", ben, "status")[2]
    shutil.copy(file, ben / "codebook.yml")
    assert run_cli("-C", ben, "status")[0] == 0


def broken(url: str) -> None:
    """The server ends the connection of whoever trains, as a network that fails does."""
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.connect() as connection:
        ended = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'train by%'")
        assert connection.execute(ended).scalars().all() == [True]
    engine.dispose()


def test_a_training_whose_connection_broke_goes_on_where_nobody_came_between(
    url: str, folders: tuple[Study, Study], monkeypatch: pytest.MonkeyPatch
) -> None:
    ada, ben = folders

    def training(workspace: Workspace) -> dict[str, str]:
        broken(url)
        with workspace.write(), pytest.raises(BusyError, match="train by"):
            ben.retrain()
        return {"version": "m0001"}

    monkeypatch.setattr("secondcoder.training.train.train", training)
    assert ada.train()["version"] == "m0001"


@pytest.mark.parametrize("ended", [False, True])
def test_a_training_whose_connection_broke_is_refused_where_another_came_between(
    url: str, folders: tuple[Study, Study], monkeypatch: pytest.MonkeyPatch, ended: bool
) -> None:
    ada, ben = folders

    def training(workspace: Workspace) -> None:
        broken(url)
        with training_in(ben.folder, "retrain"):
            if not ended:
                write(workspace)
            with ben.store.transaction("ben") as new:
                new.add_model("m0001", None, {})
        write(workspace)

    def write(workspace: Workspace) -> None:
        with workspace.write():
            pytest.fail("nothing may be written")

    monkeypatch.setattr("secondcoder.training.train.train", training)
    said = "trained a version or chose another. Nothing was changed" if ended else "running .retrain by"
    with pytest.raises(BusyError, match=said):
        ada.train()


def test_changes_in_two_folders_wait_for_each_other_and_none_is_lost(
    folders: tuple[Study, Study], tmp_path: Path
) -> None:
    def bring(study: Study, name: str) -> None:
        rows = [{"transcript": name, "order": 0, "text": "It went on.", "codes": "", "coder": "anna"}]
        study.import_files([write_csv(tmp_path / f"{name}.csv", rows)])

    with ThreadPoolExecutor(2) as threads:
        for number in range(4):
            both = [threads.submit(bring, study, f"{study.folder.name}{number}") for study in folders]
            for done in both:
                done.result()
    assert len(folders[0].corpus.by_id) == 8
    assert verify(folders[0].store).faults == ()


def test_who_waits_for_another_folder_s_change_is_told_whose_it_is(
    folders: tuple[Study, Study], monkeypatch: pytest.MonkeyPatch
) -> None:
    ada, ben = folders
    monkeypatch.setattr("secondcoder.study.change_lock.AT_ONCE", 0.1)
    ben._change_lock._patience = 0.5
    told: list[str] = []
    ben._change_lock._tell = told.append
    with ada.changing("import"), ThreadPoolExecutor(1) as threads:
        with pytest.raises(BusyError, match=r"still changing this study \(import by \S+ on \S+, since 20"):
            threads.submit(ben.import_files, [TALK]).result()
        assert ben.status()["transcripts"] == 0  # who reads does not wait
    assert [sentence.startswith("Another command is changing this study (import by ") for sentence in told] == [True]
    assert ben.import_files([TALK]).transcripts
