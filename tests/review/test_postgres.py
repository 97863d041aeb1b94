"""The same store on PostgreSQL, by URL: schema, append-only log, and several people deciding at once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic import command
from secondcoder.audit import verify
from secondcoder.domain.records import Origin
from secondcoder.errors import StoreError
from secondcoder.review.session import ReviewSession
from secondcoder.store import open_store, opening, schema
from secondcoder.study.folder import CONFIGURATION
from secondcoder.study.study import Study
from sqlalchemy import create_engine, text
from support.coding_checks import Coder
from support.postgres_server import emptied
from support.review_checks import small_study, word
from support.study_checks import CHEAP

pytest.importorskip("psycopg", reason="the postgres extra is not installed")
pytestmark = pytest.mark.slow


@pytest.fixture
def url(postgres: str) -> str:
    return emptied(postgres)


@pytest.fixture
def review(url: str, empty_study: Study) -> Iterator[ReviewSession]:
    folder = empty_study.folder
    (folder / CONFIGURATION).write_text(f'{CHEAP}[store]\nurl = "{url}"\n', encoding="utf-8")
    study = Study(folder)
    yield ReviewSession(small_study(study))
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


def test_the_migrations_make_the_schema(review: ReviewSession) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with review.study.store._engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, schema.metadata) == []


@pytest.mark.parametrize("table", ["events", "decisions"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = 99", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_the_log_and_the_decisions_cannot_be_rewritten(review: ReviewSession, table: str, statement: str) -> None:
    review.decide("ada", word(review, 1, "accept", suggested="CA"))
    with pytest.raises(Exception, match="append-only"), review.study.store._engine.begin() as connection:
        connection.execute(text(statement.format(table)))
    assert len(review.study.store.decisions()) == 1


def test_decisions_go_with_a_removed_transcript(review: ReviewSession) -> None:
    review.decide("ada", word(review, 1, "accept", suggested="CA"))
    review.study.transcript_remove("t1", why="participant withdrew")
    assert review.study.store.decisions() == []
    assert {each.transcript for each in review.study.store.suggestions("m0001")} == {"t2"}
    assert review.study.check_audit().faults == ()


@pytest.mark.parametrize(
    ("statement", "place"),
    [
        ("UPDATE events SET who = 'ben' WHERE what = 'decision'", "events row"),
        ("UPDATE events SET detail = '{}' WHERE what = 'decision'", "events row"),
        ("DELETE FROM events WHERE id = 2", "events row 3"),
        ("UPDATE decisions SET memo = 'other'", "decisions 1: its memo is 'other'"),
        ("UPDATE codings SET coder = 'ben'", "codings"),
        ("UPDATE suggestions SET score = 0.99 WHERE code = 'RM'", "suggestions m0001 on t"),
        ("UPDATE codebooks SET yaml = yaml || ' '", "codebooks"),
    ],
)
def test_what_was_edited_past_secondcoder_is_found(review: ReviewSession, statement: str, place: str) -> None:
    review.decide("ada", word(review, 1, "accept", suggested="CA", seconds="2.5"))
    assert verify(review.study.store).faults == ()
    with review.study.store._engine.begin() as connection:
        for table in ("events", "decisions"):
            connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        connection.execute(text(statement))
    assert place in "\n".join(map(str, verify(review.study.store).faults))


def test_a_store_of_before_the_trail_is_chained(url: str, tmp_path: Path) -> None:
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        config = opening._alembic()
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
        for n in range(3):
            detail = f'{{"n": {n}.0, "é": [1e3]}}'
            row = {"detail": detail, "at": f"2026-{n}"}
            connection.execute(
                text("INSERT INTO events (at, who, what, detail) VALUES (:at, 'm', 'tried', :detail)"), row
            )
        connection.execute(text("INSERT INTO cases (id, attributes) VALUES ('Ash', '{}')"))
    store = open_store(url, tmp_path)
    audit = verify(store)
    assert (audit.faults, audit.events) == ((), {"tried": 3, "cases": 1})
    for statement in ("UPDATE events SET who = 'x'", "DELETE FROM events", "TRUNCATE events"):
        with pytest.raises(Exception, match="append-only"), engine.begin() as connection:
            connection.execute(text(statement))
    store.close()
    engine.dispose()


def test_deciding_and_undoing(review: ReviewSession) -> None:
    said = word(review, 1, "accept", suggested="CA", valence="mixed", memo="ok 😀")
    review.decide("ada", said)
    review.decide("ada", said)
    (coding,) = review.study.store.codings()
    assert (coding.code, coding.origin, coding.memo) == ("CA", Origin.REVIEWED, "ok 😀")
    review.decide("ada", word(review, 1, "undo"))
    assert review.study.store.codings() == []
    assert len(review.study.store.decisions()) == 2


def test_twenty_people_at_once_lose_and_double_nothing(review: ReviewSession) -> None:
    def work(coder: str) -> None:
        for at, code in ((0, "CO"), (0, "CP"), (1, "CA"), (3, "RM")):
            said = word(review, at, "accept", suggested=code)
            review.decide(coder, said)
            review.decide(coder, said)

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(work, [f"coder{n}" for n in range(20)]))
    assert len(review.study.store.decisions()) == 80
    assert len(review.study.store.codings()) == 80
    audit = verify(review.study.store)
    assert audit.faults == ()
    assert (audit.events["decision"], audit.rows["decisions"]) == (80, 80)
    assert {event["who"] for event in review.study.store.events() if event["what"] == "decision"} == {
        f"coder{n}" for n in range(20)
    }


def test_one_coder_in_two_programs_at_once(review: ReviewSession) -> None:
    other = ReviewSession(review.study)

    def work(which: ReviewSession) -> None:
        for _ in range(10):
            which.decide("ada", word(which, 1, "accept", suggested="CA"))

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, [review, other]))
    assert len(review.study.store.decisions()) == 20
    assert [coding.code for coding in review.study.store.codings()] == ["CA"]


def test_a_missing_driver_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(*given: object, **named: object) -> None:
        raise ModuleNotFoundError("No module named 'psycopg'", name="psycopg")

    monkeypatch.setattr(opening, "create_engine", absent)
    with pytest.raises(StoreError, match=r"psycopg\[binary\]"):
        open_store("postgresql://nowhere/study", tmp_path)


def test_a_server_that_does_not_answer_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="could not be used"):
        open_store("postgresql://study@127.0.0.1:1/study", tmp_path)


def test_coding_by_hand_and_undo(review: ReviewSession) -> None:
    with ThreadPoolExecutor(3) as pool:
        coders = [Coder(review, name) for name in ("ada", "ada", "ben")]
        keys = list(pool.map(lambda at: coders[at].code("CO", 12 + 9 * at, 20 + 9 * at, "t2"), range(3)))
    ada = coders[0]
    key = ada.do("change", "t2", key=keys[0], valence="mixed")["keys"][0]
    ada.do("remove", "t2", key=key)
    assert "Took back the removal" in ada.do("undo", "t2")["message"]
    assert "Took back the change" in ada.do("undo", "t2")["message"]
    assert [(coding.coder, coding.valence) for coding in review.study.store.codings()] == [
        ("ada", None),
        ("ada", None),
        ("ben", None),
    ]
    assert verify(review.study.store).faults == ()
