"""The same store on PostgreSQL, by URL: schema, append-only log, and several people deciding at once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from postgres_server import binaries, running
from review_checks import small_study, word
from secondcoder.errors import StoreError
from secondcoder.records import Origin
from secondcoder.review.desk import Desk
from secondcoder.store import open_store, opening, schema
from secondcoder.study import CONFIGURATION, Study
from sqlalchemy import create_engine, text
from study_checks import CHEAP

pytest.importorskip("psycopg", reason="the postgres extra is not installed")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(binaries() is None, reason="no PostgreSQL server is installed"),
]


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with running() as url:
        yield url


@pytest.fixture
def url(server: str) -> str:
    """The server's database, emptied."""
    engine = create_engine(server.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    return server


@pytest.fixture
def desk(url: str, empty_study: Study) -> Iterator[Desk]:
    folder = empty_study.folder
    (folder / CONFIGURATION).write_text(f'{CHEAP}[store]\nurl = "{url}"\n', encoding="utf-8")
    study = Study(folder)
    yield Desk(small_study(study))
    study.close()


def test_an_empty_database_becomes_the_studys_store(url: str, tmp_path: Path) -> None:
    store = open_store(url, tmp_path)
    assert store.transcripts() == []
    store.close()
    again = open_store(url, tmp_path)
    assert again.count(schema.events) == 0
    again.close()


def test_a_database_of_something_else_is_refused(url: str, tmp_path: Path) -> None:
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE theirs (id integer)"))
    engine.dispose()
    with pytest.raises(StoreError, match="not one of secondcoder"):
        open_store(url, tmp_path)


def test_the_migrations_make_the_schema(desk: Desk) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with desk.study.store._engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, schema.metadata) == []


@pytest.mark.parametrize("table", ["events", "decisions"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = 99", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_the_log_and_the_decisions_cannot_be_rewritten(desk: Desk, table: str, statement: str) -> None:
    desk.decide("ada", word(desk, 1, "accept", suggested="CA"))
    with pytest.raises(Exception, match="append-only"), desk.study.store._engine.begin() as connection:
        connection.execute(text(statement.format(table)))
    assert len(desk.study.store.decisions()) == 1


def test_deciding_and_undoing(desk: Desk) -> None:
    said = word(desk, 1, "accept", suggested="CA", valence="mixed", memo="ok 😀")
    desk.decide("ada", said)
    desk.decide("ada", said)
    (coding,) = desk.study.store.codings()
    assert (coding.code, coding.origin, coding.memo) == ("CA", Origin.REVIEWED, "ok 😀")
    desk.decide("ada", word(desk, 1, "undo"))
    assert desk.study.store.codings() == []
    assert len(desk.study.store.decisions()) == 2


def test_twenty_people_at_once_lose_and_double_nothing(desk: Desk) -> None:
    def work(coder: str) -> None:
        for at, code in ((0, "CO"), (0, "CP"), (1, "CA"), (3, "RM")):
            said = word(desk, at, "accept", suggested=code)
            desk.decide(coder, said)
            desk.decide(coder, said)

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(work, [f"coder{n}" for n in range(20)]))
    assert len(desk.study.store.decisions()) == 80
    assert len(desk.study.store.codings()) == 80


def test_one_coder_in_two_programs_at_once(desk: Desk) -> None:
    other = Desk(desk.study)

    def work(which: Desk) -> None:
        for _ in range(10):
            which.decide("ada", word(which, 1, "accept", suggested="CA"))

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, [desk, other]))
    assert len(desk.study.store.decisions()) == 20
    assert [one.code for one in desk.study.store.codings()] == ["CA"]


def test_a_missing_driver_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(*given: object, **named: object) -> None:
        raise ModuleNotFoundError("No module named 'psycopg'", name="psycopg")

    monkeypatch.setattr(opening, "create_engine", absent)
    with pytest.raises(StoreError, match=r"secondcoder\[postgres\]"):
        open_store("postgresql://nowhere/study", tmp_path)


def test_a_server_that_does_not_answer_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="could not be used"):
        open_store("postgresql://study@127.0.0.1:1/study", tmp_path)
