"""Words go out of rows and events, and the trail stays as true and as tight as it was."""

from __future__ import annotations

import json
import shutil
import sqlite3
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from secondcoder.audit import verify
from secondcoder.audit.table import trail_table
from secondcoder.deidentification.moves import Moves
from secondcoder.errors import StoreError
from secondcoder.store import Store, open_store, trail
from secondcoder.store.chain import REWRITTEN, START, link
from secondcoder.store.rewriting import Rewriting, rewrite
from secondcoder.store.rewritten_detail import rewritten_detail
from secondcoder.study.study import Study
from support.audit_checks import eventful, faults, tamper
from support.postgres_server import emptied
from support.study_checks import dump

URL = "sqlite:///study.db"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study in which something of everything happened."""
    folder = tmp_path_factory.mktemp("made") / "study"
    eventful(Study.create(folder, "npt-core")).close()
    return folder


def rewritten(folder: Path, replacements: dict[str, list[tuple[int, int, str]]], **renamed: str) -> None:
    """Rewrite a study's store as a de-identification does."""
    store = open_store(URL, folder)
    rewrite_store(store, replacements, renamed)
    store.close()


def rewrite_store(store: Store, replacements: dict[str, list[tuple[int, int, str]]], renamed: dict[str, str]) -> None:
    moves = {name: Moves(each) for name, each in replacements.items()}
    texts = {each.id: moves[each.id].text(each.text) for each in store.transcripts() if each.id in moves}
    spans = {name: each.span for name, each in moves.items()}
    with store.transaction("maria") as write:
        before = trail.transcript_digests(write.connection)
        events = rewrite(write, Rewriting(texts, spans, lambda string: renamed.get(string, string)))
        after = trail.transcript_digests(write.connection)
        names = {name: renamed.get(name, name) for name in before}
        pairs = {new: [before[old], after[new]] for old, new in names.items() if before[old] != after[new]}
        write.log("deidentified", transcripts=pairs, moves={}, **{REWRITTEN: events})


def quotes(folder: Path) -> list[tuple[Any, ...]]:
    """What every place in the store quotes."""
    found: list[tuple[Any, ...]] = []
    connection = sqlite3.connect(folder / "study.db")
    for table in ("turns", "codings", "coding_passes", "model_codings", "suggestions", "decisions", "code_assignments"):
        query = f'SELECT substr(text, start + 1, "end" - start) FROM {table} JOIN transcripts t ON t.id = transcript'
        found += [(table, *row) for row in connection.execute(query)]
    connection.close()
    return sorted(found)


def test_places_move_with_the_words_in_rows_and_trail(made: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(made, tmp_path / "study"))
    text = dict(sqlite3.connect(folder / "study.db").execute("SELECT id, text FROM transcripts"))["t1"]
    word = text.split()[2]
    at = text.index(word)
    before = quotes(folder)
    rewritten(folder, {"t1": [(at, at + len(word), "[somebody else altogether]")]}, t1="first", Ash="[case]", ok="fine")
    assert faults(folder) == ""
    now = [(table, quote.replace("[somebody else altogether]", word)) for table, quote in quotes(folder)]
    assert sorted(now) == before
    held = json.dumps(dump(folder))
    assert '"t1"' not in held
    assert '"Ash"' not in held


def test_names_are_replaced_wherever_an_event_holds_them() -> None:
    named = {"gp1": "gp-a", "Said": "Alder", "said": "alder", "ask Said": "ask Alder"}
    how = Rewriting({}, {"gp1": lambda start, end: (start + 2, end + 5)}, lambda string: named.get(string, string))
    detail = {
        "not_compared": {"gp1": "ask Said"},
        "coder": "Said",
        "said": {"columns": ["transcript", "start", "end", "codes"], "added": [["gp1", 1, 4, 0]], "codes": [["Said"]]},
        "passages": [["gp1", 1, 4, "random"]],
        "memory": {"codings": {"gp1\x1f1\x1f4\x1fCO\x1fSaid": ["A"]}},
        "code_start": 1,
        "code_end": 4,
        "transcript": "gp1",
    }
    assert rewritten_detail("any", detail, how) == {
        "not_compared": {"gp-a": "ask Alder"},
        "coder": "Said",
        "said": {"columns": ["transcript", "start", "end", "codes"], "added": [["gp-a", 3, 9, 0]], "codes": [["Said"]]},
        "passages": [["gp-a", 3, 9, "random"]],
        "memory": {"codings": {"gp-a\x1f3\x1f9\x1fCO\x1fSaid": ["A"]}},
        "code_start": 3,
        "code_end": 9,
        "transcript": "gp-a",
    }


spot = st.tuples(st.integers(0, 150), st.integers(1, 12), st.text("ab ", min_size=1, max_size=20))


@settings(max_examples=15)
@given(st.lists(spot, max_size=6), st.lists(spot, max_size=6))
def test_the_trail_holds_whatever_is_replaced(
    made: Path, first: list[tuple[int, int, str]], second: list[tuple[int, int, str]]
) -> None:
    with TemporaryDirectory() as parent:
        folder = Path(shutil.copytree(made, Path(parent) / "study"))
        rewritten(folder, {"t1": apart(first), "t2": apart(second)})
        # And a second time, on what the first one left.
        rewritten(folder, {"t1": apart(second)}, t2="second")
        assert faults(folder) == ""


def apart(spots: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Those that overlap none before them, within the text."""
    kept: list[tuple[int, int, str]] = []
    for start, length, words in sorted(spots):
        if (not kept or kept[-1][1] <= start) and start + length <= 150:
            kept.append((start, start + length, words))
    return kept


@pytest.mark.parametrize(
    "forgery",
    [
        "UPDATE events SET detail = replace(detail, 'at once', 'later') WHERE what = 'codings'",
        "UPDATE events SET who = 'nobody' WHERE what = 'codings'",
        "DELETE FROM events WHERE id = 4",
    ],
)
def test_a_rewritten_event_cannot_be_edited_unseen(made: Path, tmp_path: Path, forgery: str) -> None:
    folder = Path(shutil.copytree(made, tmp_path / "study"))
    rewritten(folder, {"t1": [(0, 3, "[x]"), (20, 22, "abcdef")], "t2": [(0, 3, "longer")]})
    assert faults(folder) == ""
    tamper(folder, forgery)
    assert "the hash is false" in faults(folder)


def test_what_stands_before_a_rewritten_event_cannot_be_forged_either(made: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(made, tmp_path / "study"))
    rewritten(folder, {"t1": [(0, 3, "[x]"), (20, 22, "abcdef")], "t2": [(0, 3, "longer")]})
    store = open_store(URL, folder)
    events = store.events()
    store.close()
    listed = {number for number, _ in events[-1]["detail"][REWRITTEN]}
    head = START
    for event, later in pairwise(events):
        if event["id"] not in listed and later["id"] in listed:
            break
        head = event["hash"]
    forged = link(head, {**event, "who": "nobody"})
    tamper(folder, f"UPDATE events SET who = 'nobody', hash = '{forged}' WHERE id = {event['id']}")
    assert f"events row {later['id']} " in faults(folder)


def test_nobody_vouches_for_an_event_after_itself(made: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(made, tmp_path / "study"))
    rewritten(folder, {"t1": [(0, 3, "[x]")]})
    tamper(folder, "UPDATE events SET detail = json_set(detail, '$.rewritten', 7) WHERE what = 'deidentified'")
    assert "deidentified" in faults(folder)


def test_the_store_refuses_changes_afterwards_as_before(made: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(made, tmp_path / "study"))
    rewritten(folder, {"t1": [(0, 3, "[x]")]})
    store = open_store(URL, folder)
    for statement in ("UPDATE events SET who = 'x'", "DELETE FROM decisions", "UPDATE code_assignments SET code = 'x'"):
        with pytest.raises(StoreError, match="append-only"), store.snapshot() as connection:
            connection.exec_driver_sql(statement)
    store.close()


def test_the_same_on_postgresql(postgres: str, tmp_path: Path) -> None:
    study = eventful(Study.create(tmp_path / "study", "npt-core", store=emptied(postgres)))
    rewrite_store(
        study.store, {"t1": [(0, 3, "[x]"), (20, 22, "abcdef")], "t2": [(0, 3, "longer")]}, {"t1": "first", "Ash": "B"}
    )
    assert verify(study.store).faults == ()
    assert {transcript.id for transcript in study.store.transcripts()} == {"first", "t2"}
    for statement in ("UPDATE events SET who = 'x'", "DELETE FROM decisions"):
        with pytest.raises(StoreError, match="append-only"), study.store.snapshot() as connection:
            connection.exec_driver_sql(statement)
    study.close()


def test_the_trail_as_a_table_has_a_row_for_each_transcript(made: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(made, tmp_path / "study"))
    rewritten(folder, {"t1": [(0, 3, "[x]")], "t2": [(0, 3, "longer")]})
    store = open_store(URL, folder)
    table = trail_table(store)
    store.close()
    assert list(table[table.what == "deidentified"].transcript) == ["t1", "t2"]
    assert table.detail.str.len().max() < 32_000
