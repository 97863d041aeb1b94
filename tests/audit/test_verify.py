"""Whatever is edited, added, taken out or moved past secondcoder is found, in the trail and in the tables."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from secondcoder.audit import verify
from secondcoder.audit.verify import EVENTS, chain_faults
from secondcoder.errors import InputError
from secondcoder.store import open_store, schema, trail
from secondcoder.store.chain import append
from secondcoder.study.study import Study
from sqlalchemy import JSON
from support.audit_checks import faults, tamper

Event = dict[str, Any]
URL = "sqlite:///study.db"
DERIVED = {
    ("codings", "id"),
    ("coding_passes", "id"),
    ("model_codings", "id"),
    ("suggestions", "id"),
    ("suggestions", "evidence"),
    ("transcripts", "notes"),
}
"""What the trail does not hold: numbers that mean nothing, evidence (made anew by the same version), the reader's notes."""
HELD = [
    (table.name, column.name)
    for table in schema.metadata.sorted_tables
    for column in table.columns
    if table.name != "events" and (table.name, column.name) not in DERIVED
]


def rows_of(folder: Path, table: str) -> int:
    connection = sqlite3.connect(folder / "study.db")
    (count,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    connection.close()
    return int(count)


def test_a_study_used_as_it_should_be_has_no_fault(full_study: Path) -> None:
    store = open_store(URL, full_study)
    audit = verify(store)
    store.close()
    assert audit.faults == ()
    assert min(audit.rows.values()) > 0
    assert audit.rows == {table: rows_of(full_study, table) for table in audit.rows}
    assert {"decision", "codings", "coding passes", "suggestions", "model", "model in use", "codebook"} <= set(
        audit.events
    )


def test_the_trail_keeps_suggestions_that_were_replaced(full_study: Path) -> None:
    store = open_store(URL, full_study)
    told = [event["detail"] for event in store.events() if event["what"] == "suggestions"]
    assert [(one["transcript"], len(one["rows"])) for one in told] == [("t1", 4), ("t2", 4), ("t1", 3)]
    assert len(store.suggestions("m0001")) == 7
    store.close()


@pytest.mark.parametrize(("table", "column"), HELD)
def test_an_edited_field_of_any_table_is_found(folder: Path, table: str, column: str) -> None:
    is_json = isinstance(schema.metadata.tables[table].c[column].type, JSON)
    other = f"""CASE WHEN typeof("{column}") = 'text' THEN "{column}" || ' ' WHEN "{column}" IS NULL THEN 7
        WHEN "{column}" IN (0, 1) THEN 1 - "{column}" ELSE "{column}" + 1 END"""
    new = "'[\"another\"]'" if is_json else other
    tamper(folder, f'UPDATE {table} SET "{column}" = {new} WHERE rowid = (SELECT max(rowid) FROM {table})')
    assert table.replace("turns", "transcripts") in faults(folder)


@pytest.mark.parametrize("table", sorted({table for table, _ in HELD}))
def test_a_removed_and_an_added_row_are_found(folder: Path, table: str) -> None:
    tamper(folder, f"DELETE FROM {table} WHERE rowid = (SELECT min(rowid) FROM {table})")
    assert table.replace("turns", "transcripts") in faults(folder)


def test_an_edited_decision_is_named_with_both_values(folder: Path) -> None:
    tamper(folder, "UPDATE decisions SET verdict = 'reject' WHERE id = 1")
    assert faults(folder) == "decisions 1: its verdict is 'reject', and the trail says 'accept'."


def test_an_edited_event_is_named(folder: Path) -> None:
    tamper(folder, "UPDATE events SET who = 'ben' WHERE what = 'decision' AND who = 'ada'")
    found = faults(folder).splitlines()
    assert len(found) == 3
    assert all("(decision, ben" in fault and "the hash is false" in fault for fault in found)


def test_a_missing_event_is_named(folder: Path) -> None:
    tamper(folder, "DELETE FROM events WHERE id = 2")
    assert "Before it row 2 is missing." in faults(folder)


def test_a_detail_that_is_no_json_is_a_fault_and_no_crash(folder: Path) -> None:
    tamper(folder, "UPDATE events SET detail = '{' WHERE what = 'decision'", "UPDATE models SET manifest = '{'")
    assert "its detail is not one that secondcoder writes" in faults(folder)
    assert "models m0001: its manifest" in faults(folder)


def test_an_edit_with_its_hash_made_anew_is_found_by_the_next(folder: Path) -> None:
    store = open_store(URL, folder)
    events = store.events()
    store.close()
    forged = {**events[4], "who": "nobody"}
    tamper(
        folder,
        f"UPDATE events SET who = 'nobody', hash = '{trail_hash(events[3]['hash'], forged)}' WHERE id = {forged['id']}",
    )
    assert faults(folder).startswith(f"events row {forged['id'] + 1} ")


def trail_hash(before: str, event: Event) -> str:
    """The chain's rule, written down a second time."""
    content = json.dumps([event[name] for name in EVENTS[:-1]], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{before}\n{content}".encode()).hexdigest()


def test_a_cut_off_end_is_found_only_by_a_noted_head(folder: Path) -> None:
    with Study(folder).store.transaction("maria") as write:
        write.log("came last")
    store = open_store(URL, folder)
    head = verify(store).head
    store.close()
    tamper(folder, "DELETE FROM events WHERE id = (SELECT max(id) FROM events)")
    assert faults(folder) == ""
    assert "it is not in the chain" in faults(folder, head)
    assert "it is not in the chain" in faults(folder, head[:12].upper())


def test_a_head_stays_in_the_chain_while_the_study_goes_on(folder: Path) -> None:
    study = Study(folder)
    head = verify(study.store).head
    with study.store.transaction("maria") as write:
        write.log("went on")
    assert verify(study.store, head).faults == verify(study.store, head[:12]).faults == ()
    with pytest.raises(InputError, match="no head"):
        verify(study.store, "abc")
    study.close()


@pytest.fixture(scope="module")
def events(full_study: Path) -> list[Event]:
    store = open_store(URL, full_study)
    found = store.events()
    store.close()
    return found


def other_detail(event: Event) -> st.SearchStrategy[object]:
    """The detail with one value changed, one key gone or one too many; or something else altogether."""
    detail = event["detail"]
    key = st.sampled_from([*detail, "more"])
    edited = st.tuples(key, st.none() | st.text(max_size=5) | st.integers()).map(lambda new: detail | {new[0]: new[1]})
    lacking = key.map(lambda gone: {name: value for name, value in detail.items() if name != gone})
    return edited | lacking | st.text(max_size=5)


EDITS: dict[str, Callable[[Event], st.SearchStrategy[object]]] = {
    "id": lambda _: st.integers(),
    "detail": other_detail,
    **dict.fromkeys(("at", "who", "what", "hash"), lambda _: st.text(max_size=9)),
}


@given(data=st.data())
@settings(max_examples=100)
def test_any_single_change_of_the_chain_is_found(events: list[Event], data: st.DataObject) -> None:
    changed = [dict(event) for event in events]
    at = data.draw(st.integers(0, len(events) - 1))
    kind = data.draw(st.sampled_from(["edit", "remove", "swap", "repeat", "insert"]))
    if kind == "edit":
        field = data.draw(st.sampled_from(EVENTS))
        changed[at][field] = data.draw(EDITS[field](events[at]))
    elif kind == "remove":
        del changed[at]
    elif kind == "swap":
        other = data.draw(st.integers(0, len(events) - 1))
        changed[at], changed[other] = changed[other], changed[at]
    else:
        changed.insert(at, dict(changed[at]) if kind == "repeat" else {**changed[at], "who": "another"})
    is_prefix = changed == events[: len(changed)]
    assert bool(list(chain_faults(changed))) != is_prefix


NUMBERS = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


@given(detail=st.dictionaries(st.text(max_size=6), VALUES, max_size=4))
@settings(max_examples=50)
def test_whatever_an_event_tells_verifies_after_the_database_had_it(
    full_study: Path, detail: dict[str, object]
) -> None:
    """Numbers, letters and orders that a database or JSON may write otherwise do not break the chain."""
    store = open_store(URL, full_study)
    try:
        with store._engine.connect() as connection:
            append(connection, [{"at": "now", "who": "é", "what": "tried", "detail": detail}])
            rows = trail.read_table(connection, "events", EVENTS)
            connection.rollback()
        assert list(chain_faults(rows)) == []
        assert rows[-1]["detail"] == detail
    finally:
        store.close()
