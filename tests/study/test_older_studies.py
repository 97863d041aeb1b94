"""A study made by 0.1.0 opens and works: its models suggest, its tables export and its sheets are taken in as they were then.

`tests/support/make_study_0_1_0.py`, run with 0.1.0, made the archive. In it are the study, what 0.1.0 wrote of it, sheets to be taken
in, and stores of two older schemas with the events that 0.1.0's migrations led to.
"""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from secondcoder.audit import verify
from secondcoder.domain.records import SpeakerRole
from secondcoder.review.app import make_app
from secondcoder.review.security import LoginLinks
from secondcoder.review.session import ReviewSession
from secondcoder.store import open_store
from secondcoder.study.study import Study
from support.client import Client
from support.study_checks import write_csv

ARCHIVE = Path(__file__).parents[1] / "support" / "study-0.1.0.zip"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The archive, unpacked; the study is in `study`."""
    with zipfile.ZipFile(ARCHIVE) as archive:
        archive.extractall(tmp_path)
    return tmp_path


def rows(path: Path, query: str) -> list[tuple[Any, ...]]:
    """Rows of a store, read past secondcoder."""
    with closing(sqlite3.connect(path)) as store:
        return store.execute(query).fetchall()


TABLES = {
    "codings.csv": ("export", "--out"),
    "as_made.csv": ("export", "--as-made", "--out"),
    "audit.csv": ("export", "--audit"),
    "m0001.csv": ("code", "--model", "m0001", "--out"),
    "m0002.csv": ("code", "--model", "m0002", "--out"),
    "all.csv": ("code", "--all", "--out"),
}


@pytest.mark.parametrize("name", TABLES)
def test_tables_are_the_same_to_the_byte(folder: Path, run_cli: Run, name: str) -> None:
    """Where no transcript has times: with them, tables have a column more."""
    with closing(sqlite3.connect(folder / "study" / "study.db")) as store, store:
        store.execute("UPDATE turns SET time_start = NULL, time_end = NULL")
    code, _, err = run_cli("-C", folder / "study", *TABLES[name], folder / name)
    assert code == 0, err
    assert (folder / name).read_bytes() == (folder / "outputs" / name).read_bytes()


def same_but_for_times(folder: Path, name: str) -> list[list[str]]:
    """The rows of a table now, which are those that 0.1.0 wrote with a last column of times."""
    written = ((folder / at / name).read_bytes().decode("utf-8-sig") for at in ("outputs", "."))
    then, now = (list(csv.reader(io.StringIO(text, newline=""))) for text in written)
    assert [row[:-1] for row in now] == then
    assert now[0][-1] == "time"
    return now


@pytest.mark.parametrize("name", [name for name in TABLES if name != "audit.csv"])
def test_times_are_a_column_more(folder: Path, run_cli: Run, name: str) -> None:
    code, _, err = run_cli("-C", folder / "study", *TABLES[name], folder / name)
    assert code == 0, err
    now = same_but_for_times(folder, name)
    assert any(re.fullmatch(r"\d+:\d\d:\d\d", row[-1]) for row in now)


@pytest.mark.parametrize(
    "arguments",
    [
        ("status",),
        ("models", "list"),
        ("models", "show", "m0001"),
        ("models", "diff", "m0001", "m0002"),
        ("codebook", "history"),
        ("agree", "--no-model"),
        ("doubts",),
    ],
    ids=" ".join,
)
def test_a_command_runs_on_it(folder: Path, run_cli: Run, arguments: tuple[str, ...]) -> None:
    code, out, err = run_cli("-C", folder / "study", *arguments)
    assert code == 0, err
    assert out.strip()


@pytest.mark.slow
def test_training_runs_on_it(folder: Path, run_cli: Run) -> None:
    sheet = folder / "sheets" / "review.xlsx"
    for arguments in (("evaluate",), ("agree",), ("review", "import", sheet, "--coder", "frida"), ("retrain",)):
        code, out, err = run_cli("-C", folder / "study", *arguments)
        assert code == 0, err
        assert (out + err).strip()


def test_the_audit_trail_holds_and_ends_where_it_did(folder: Path, run_cli: Run) -> None:
    written = (folder / "outputs" / "check.txt").read_text(encoding="utf-8")
    (head,) = re.findall(r"\b[0-9a-f]{64}\b", written)
    assert run_cli("-C", folder / "study", "codebook", "assign", folder / "sheets" / "assign.xlsx")[0] == 0
    code, out, err = run_cli("-C", folder / "study", "check", "--audit", "--head", head)
    assert code == 0, out + err


@pytest.mark.parametrize(
    ("table", "arguments"),
    [
        ("decisions", ("review", "import", "review.xlsx", "--coder", "frida")),
        ("coding_passes", ("agree", "--settle", "adjudication.xlsx")),
        ("code_assignments", ("codebook", "assign", "assign.xlsx")),
    ],
    ids=["review", "adjudication", "assignment"],
)
def test_a_sheet_is_taken_in(folder: Path, run_cli: Run, table: str, arguments: tuple[str, ...]) -> None:
    before = rows(folder / "study" / "study.db", f"SELECT id FROM {table}")
    words = [folder / "sheets" / word if word.endswith(".xlsx") else word for word in arguments]
    code, _, err = run_cli("-C", folder / "study", *words)
    assert code == 0, err
    assert len(rows(folder / "study" / "study.db", f"SELECT id FROM {table}")) > len(before)


def test_another_models_codings_join_it_and_its_own_versions_suggest_as_before(folder: Path, run_cli: Run) -> None:
    study = Study(folder / "study")
    segments = study.workspace().segments(study.corpus.coded_transcripts)
    code = study.codebook.ids[0]
    study.close()
    said = [
        {"transcript": one.transcript, "start": one.start, "end": one.end, "code": code, "score": at % 10 / 10}
        for at, one in enumerate(segments)
    ]
    table = write_csv(folder / "said.csv", said)
    status, _, err = run_cli("-C", folder / "study", "import", table, "--model-coder", "gpt")
    assert status == 0, err
    assert "gpt" in run_cli("-C", folder / "study", "status")[1]
    for name, arguments in (("codings.csv", ("export", "--out")), ("m0001.csv", ("code", "--model", "m0001", "--out"))):
        assert run_cli("-C", folder / "study", *arguments, folder / name)[0] == 0
        same_but_for_times(folder, name)
    assert Study(folder / "study").check_audit().faults == ()


@pytest.mark.parametrize("revision", ["0002", "0003"])
def test_an_older_store_becomes_what_0_1_0_made_of_it(folder: Path, revision: str) -> None:
    """Row by row and event by event, but for when it was migrated; the events' hashes hold."""
    store = open_store(f"sqlite:///{revision}.db", folder / "older")
    assert verify(store).faults == ()
    store.close()
    events = rows(folder / "older" / f"{revision}.db", "SELECT id, who, what, detail FROM events ORDER BY id")
    expected = json.loads((folder / "older" / f"{revision}.json").read_text(encoding="utf-8"))
    assert [[*row, json.loads(detail)] for *row, detail in events] == expected


def test_it_is_coded_reviewed_and_loses_an_interview(folder: Path) -> None:
    """In the browser of today, and by today's commands; its audit trail stays whole."""
    study = Study(folder / "study")
    before = study.corpus
    review = ReviewSession(study)
    names = [*review.transcripts]
    app = make_app(review, logins := LoginLinks(), frozenset({"testserver"}))
    client = Client(review, logins, "frida", app=app)
    for url in ("/", "/queue", "/codes", "/summary", *(f"/code/{quote(name)}" for name in names)):
        assert client.get(url)
    turn = next(turn for turn in before.by_id[names[0]].turns if turn.role is not SpeakerRole.INTERVIEWER)
    sent = {"action": "code", "code": study.codebook.ids[0], "start": turn.start, "end": turn.end}
    assert client.post(f"/code/{quote(names[0])}", **sent).status_code == 303
    passage = next(each for each in review.passages if each.suggestions)
    asked = {"verdict": "accept", "passage": passage.key, "suggested": passage.suggestions[0].code, "request": "r1"}
    assert client.post(**asked).status_code == 303
    gone = before.decisions[0].transcript
    study.transcript_remove(gone)
    after = study.corpus
    assert gone not in after.by_id
    assert all(mark.transcript != gone for mark in (*after.marks, *after.decisions))
    assert [each for each in before.codings if each.transcript not in (gone, names[0])] == [
        each for each in after.codings if each.transcript not in (gone, names[0]) and each.coder != "frida"
    ]
    assert "No interview" in client.post(f"/code/{quote(gone)}", **sent).text
    assert study.check_audit().faults == ()
    study.close()
