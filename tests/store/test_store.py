"""The store: what goes in comes out, together or not at all, and the event log only grows."""

from __future__ import annotations

import os
import pickle
from concurrent.futures import ThreadPoolExecutor, wait
from copy import copy, deepcopy
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from hypothesis import given, settings
from hypothesis import strategies as st
from secondcoder.codebook.yaml_file import load_codebook
from secondcoder.corpus import Corpus
from secondcoder.domain.records import (
    Case,
    Coding,
    CodingPass,
    Origin,
    Passage,
    SpeakerRole,
    Suggestion,
    Transcript,
    Turn,
    Valence,
)
from secondcoder.errors import StoreError
from secondcoder.store import Store, create_store, opening, schema
from secondcoder.store.evidence import read_evidence
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.exc import DatabaseError, IntegrityError
from support.study_checks import dump

URL = "sqlite:///study.db"
BOOK = load_codebook("npt-core")
WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)
NAMES = WORDS.filter(bool)
MAYBE = st.none() | NAMES
SECONDS = st.none() | st.floats(0, 1e6)
ATTRIBUTES = st.dictionaries(WORDS, WORDS, max_size=2)


@st.composite
def transcripts(draw: st.DrawFn, name: str) -> Transcript:
    text = draw(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=4, max_size=60))
    middle = draw(st.integers(1, len(text) - 2))
    turns = tuple(
        Turn(start, end, draw(MAYBE), draw(st.sampled_from([None, *SpeakerRole])), draw(SECONDS), draw(SECONDS))
        for start, end in ((0, middle), (middle, len(text)))
    )
    plain = {field: draw(MAYBE) for field in ("participant", "role", "wave")}
    return Transcript(
        name, text, turns, case=draw(st.sampled_from([None, "Ash"])), unitised=draw(st.booleans()), source=draw(WORDS),
        format=draw(WORDS), attributes=draw(ATTRIBUTES), notes=tuple(draw(st.lists(WORDS, max_size=2))), **plain,
    )  # fmt: skip


SPANS = st.tuples(st.integers(0, 50), st.integers(1, 50)).map(lambda pair: (pair[0], pair[0] + pair[1]))
CODINGS = st.builds(
    lambda span, *rest: Coding("t1", *span, *rest),
    SPANS,
    st.sampled_from(BOOK.ids),
    NAMES,
    st.sampled_from(Origin),
    st.none() | st.sampled_from(Valence),
    WORDS,
)
PASSES = st.builds(
    lambda coder, span, codes: CodingPass("t1", coder, *span, codes),
    NAMES,
    SPANS,
    st.lists(NAMES, max_size=3).map(tuple),
)


@pytest.fixture(scope="module")
def module_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("stores")


@pytest.fixture
def store(tmp_path: Path):
    made = create_store(URL, tmp_path)
    with made.transaction("maria") as write:
        write.add_codebook(BOOK)
        write.put_cases([Case("Ash", {"integration": "full"})])
        write.add_transcripts([Transcript("t1", "I: Why? 😀 R: Because é.", (Turn(3, 9), Turn(13, 24)), case="Ash")])
    yield made
    made.close()


@settings(max_examples=15)
@given(
    both=st.tuples(transcripts("t1"), transcripts("t2")),
    codings=st.lists(CODINGS, max_size=4, unique_by=lambda one: (one.start, one.end, one.code, one.coder, one.origin)),
    passes=st.lists(PASSES, max_size=3, unique=True),
)
def test_records_in_are_records_out(module_folder: Path, both, codings, passes) -> None:
    (module_folder / "study.db").unlink(missing_ok=True)
    store = create_store(URL, module_folder)
    with store.transaction("maria") as write:
        write.add_codebook(BOOK)
        write.put_cases([Case("Ash", {"list size": "4 000"})])
        write.add_transcripts(reversed(both))
        write.add_codings(codings, BOOK)
        write.add_passes(passes)
    assert list(Corpus(store).cases) == [Case("Ash", {"list size": "4 000"})]
    assert store.transcripts() == list(both)
    assert set(store.codings()) == set(codings)
    assert set(store.passes()) == set(passes)
    store.close()


def suggestion(**changes) -> Suggestion:
    nearest = (Passage("t1", 0, 4, "I: W", 0.25), Passage("t1", 2, 9, " Why? 😀", -0.5))
    one = Suggestion("t1", 3, 9, "CO", 0.75, 0.5, True, "m0001", ((3, 7), (8, 9)), nearest)
    return replace(one, **changes)


def test_suggestions_keep_their_evidence_and_replace_only_their_own(store: Store) -> None:
    older, other = suggestion(score=0.6), suggestion(model="m0002", calibrated=False, carrying=(), nearest=())
    with store.transaction("maria") as write:
        write.add_model("m0001", None, {})
        write.add_model("m0002", "m0001", {})
        write.replace_suggestions("m0001", ["t1"], [older])
        write.replace_suggestions("m0002", ["t1"], [other])
    with store.transaction("maria") as write:
        write.replace_suggestions("m0001", ["t1"], [suggestion(valence=Valence.MIXED, valence_probability=0.5125)])
    assert store.suggestions("m0001") == [suggestion(valence=Valence.MIXED, valence_probability=0.5125)]
    with store.transaction("test") as write:
        write.replace_suggestions("m0001", ["t1"], [suggestion(alternative="CP")])
    assert store.suggestions("m0001") == [suggestion(alternative="CP")]
    assert store.suggestions("m0002") == [other]


def test_one_model_is_in_use(store: Store) -> None:
    with store.transaction("maria") as write:
        write.add_model("m0001", None, {"scored": ["CO"]})
        write.add_model("m0002", "m0001", {})
    assert [(model["version"], model["in_use"]) for model in store.models()] == [("m0001", False), ("m0002", True)]
    assert store.models()[0]["manifest"] == {"scored": ["CO"]}


def test_nothing_lands_when_a_transaction_fails(store: Store, tmp_path: Path) -> None:
    before = dump(tmp_path)
    good, unknown = Coding("t1", 0, 3, "CO", "maria"), Coding("t9", 0, 3, "CO", "maria")
    with pytest.raises(StoreError), store.transaction("maria") as write:
        write.add_codings([good, unknown], BOOK)
    assert dump(tmp_path) == before


def test_events_say_who_what_and_when(store: Store) -> None:
    with store.transaction("jonas") as write:
        write.log("tried", files=["a.txt"])
    event = store.events()[-1]
    assert (event["who"], event["what"], event["detail"]) == ("jonas", "tried", {"files": ["a.txt"]})
    assert timedelta(0) <= datetime.now(UTC) - datetime.fromisoformat(event["at"]) < timedelta(minutes=1)


@pytest.mark.parametrize("statement", ["UPDATE events SET who = 'x'", "DELETE FROM events"])
def test_the_event_log_cannot_be_rewritten(store: Store, tmp_path: Path, statement: str) -> None:
    before = dump(tmp_path)
    engine = create_engine(f"sqlite:///{tmp_path / 'study.db'}")
    with pytest.raises(IntegrityError, match="append-only"), engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()
    assert dump(tmp_path) == before


def test_a_changed_case_keeps_what_it_was_in_the_log(store: Store) -> None:
    with store.transaction("maria") as write:
        write.put_cases([Case("Ash", {"integration": "partial", "list size": "900"})])
    assert list(Corpus(store).cases) == [Case("Ash", {"integration": "partial", "list size": "900"})]
    assert store.events()[-1]["detail"]["before"] == {"integration": "full"}


def test_foreign_keys_hold(store: Store) -> None:
    with pytest.raises(StoreError, match="FOREIGN KEY"), store.transaction("maria") as write:
        write.add_codings([Coding("nobody", 0, 3, "CO", "maria")], BOOK)


def test_the_file_is_in_write_ahead_mode(store: Store, tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'study.db'}")
    with engine.connect() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar() == "wal"
    engine.dispose()


def test_a_reader_sees_nothing_of_an_unfinished_transaction(store: Store, tmp_path: Path) -> None:
    reader = opening.open_store(URL, tmp_path)
    with store.transaction("maria") as write:
        write.add_codings([Coding("t1", 0, 3, "CO", "maria")], BOOK)
        assert reader.codings() == []
    assert len(reader.codings()) == 1
    reader.close()


def test_head_is_the_newest_migration() -> None:
    assert ScriptDirectory.from_config(opening._alembic()).get_heads() == [opening.HEAD]


def test_the_migrations_make_the_schema(store: Store, tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'study.db'}")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, schema.metadata) == []
        checks = {table.name: inspect(connection).get_check_constraints(table.name) for table in [schema.codings]}
    engine.dispose()
    assert [check["name"] for check in checks["codings"]] == ["ck_codings_span"]


def test_a_span_that_ends_before_it_starts_is_refused(store: Store) -> None:
    with pytest.raises(StoreError), store.transaction("maria") as write:
        write.add_codings([Coding("t1", 5, 5, "CO", "maria")], BOOK)


def test_a_database_error_is_one_sentence() -> None:
    fault = DatabaseError("SELECT", {}, Exception("database or disk is full"))
    said = str(opening.plain_store_error(fault, "mystudy"))
    assert said.startswith("The store of mystudy could not be used. The disk is full.")
    assert said.endswith("Nothing was changed.")


def test_who_reads_before_writing_waits_for_others_who_write(tmp_path: Path) -> None:
    """Two people at one store: neither is refused because the other wrote in between."""
    store = create_store("sqlite:///study.db", tmp_path)

    def other() -> None:
        with store.transaction("ben") as write:
            write.log("second")

    with ThreadPoolExecutor(1) as pool:
        with store.transaction("ada") as write:
            write.latest_change()
            waiting = pool.submit(other)
            wait([waiting], 0.3)
            write.log("first")
        waiting.result()
    assert [event["what"] for event in store.events()] == ["first", "second"]
    store.close()


def test_evidence_is_read_when_somebody_looks_at_it(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    with store.transaction("maria") as write:
        write.add_model("m0001", None, {})
        write.replace_suggestions("m0001", ["t1"], [suggestion()])
    read = []
    monkeypatch.setattr("secondcoder.store.rows.read_evidence", lambda text: read.append(text) or read_evidence(text))
    (found,) = store.suggestions("m0001")
    assert (found.place, found.code, found.score, read) == (suggestion().place, "CO", 0.75, [])
    assert (found.nearest, found.carrying, len(read)) == (suggestion().nearest, suggestion().carrying, 1)
    with pytest.raises(AttributeError):
        _ = found.nearset  # type: ignore[attr-defined]


@pytest.mark.parametrize("again", [copy, deepcopy, replace, lambda one: pickle.loads(pickle.dumps(one))])
def test_a_suggestion_whose_evidence_was_not_looked_at_can_be_copied(store: Store, again) -> None:
    with store.transaction("maria") as write:
        write.add_model("m0001", None, {})
        write.replace_suggestions("m0001", ["t1"], [suggestion()])
    (found,) = store.suggestions("m0001")
    assert again(found) == found == suggestion()
    assert hash(found) == hash(suggestion())
    assert repr(found) == repr(suggestion())


def test_what_gives_the_evidence_is_no_part_of_the_record(store: Store) -> None:
    with store.transaction("maria") as write:
        write.add_model("m0001", None, {})
        write.replace_suggestions("m0001", ["t1"], [suggestion()])
    assert asdict(store.suggestions("m0001")[0]) == asdict(suggestion())


@pytest.mark.parametrize("name", ["what next?", "a?mode=memory", "50%20#b", "file:x"])
def test_a_store_lies_in_its_folder_whatever_that_is_called(tmp_path: Path, name: str) -> None:
    if os.name == "nt":
        pytest.skip("Windows has no such names")
    folder = tmp_path / name
    folder.mkdir()
    create_store("sqlite:///study.db", folder).close()
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (folder / "study.db").stat().st_size
    opening.open_store("sqlite:///study.db", folder).close()
