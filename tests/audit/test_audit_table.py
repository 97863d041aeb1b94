"""The audit trail as a table: a row for every thing, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import json
from functools import partial
from pathlib import Path

import pandas as pd
import pytest
from secondcoder.audit import verify
from secondcoder.audit.table import COLUMNS, trail_table
from secondcoder.domain.records import Coding
from secondcoder.store import Store, open_store, schema


@pytest.fixture(scope="module")
def store(full_study: Path):
    opened = open_store("sqlite:///study.db", full_study)
    yield opened
    opened.close()


def _rows(store: Store) -> list[dict[str, object]]:
    return [dict(row) for row in trail_table(store).to_dict(orient="records")]  # type: ignore[call-overload]


def test_every_event_is_there_with_its_hash_in_order(store: Store) -> None:
    table = trail_table(store)
    assert tuple(table.columns) == COLUMNS
    events = {event["id"]: event for event in store.events()}
    assert sorted(table["event"]) == list(table["event"])
    assert set(table["event"]) == set(events)
    for row in _rows(store):
        event = events[row["event"]]
        assert (row["hash"], row["at"], row["who"]) == (event["hash"], event["at"], event["who"])
    assert table["hash"].iloc[-1] == verify(store).head


def test_each_suggestion_decision_and_coding_is_a_row_of_its_own(store: Store) -> None:
    rows = _rows(store)
    told = [one for one in rows if one["what"] == "suggestion"]
    assert len(told) == 4 + 4 + 3
    last = {(one["transcript"], one["start"], one["end"], one["code"]) for one in told[4:]}
    assert last == {(one.transcript, one.start, one.end, one.code) for one in store.suggestions("m0001")}
    assert {one["version"] for one in told} == {"m0001"}
    decisions = [one for one in rows if one["what"] == "decision"]
    assert [json.loads(str(one["detail"]))["verdict"] for one in decisions] == ["accept", "reject", "change", "undo"]
    assert [one["who"] for one in decisions] == ["ada", "ada", "ben", "ada"]
    came = sum(one["what"] == "coding added" for one in rows) - sum(one["what"] == "coding removed" for one in rows)
    assert came == store.count(schema.codings)
    passes = sum((one["what"] == "coding pass added") - (one["what"] == "coding pass removed") for one in rows)
    assert passes == store.count(schema.passes)
    assert {one["version"] for one in rows if one["what"] == "coding added"} == {"npt-core 1.1"}


def test_as_csv_a_memo_cannot_run_as_a_formula(coded_study, tmp_path: Path, run_cli) -> None:
    with coded_study.store.transaction("=cmd()") as write:
        write.add_codings([Coding("ash_gp", 0, 9, "CO", "+49 170", memo='=HYPERLINK("x")\r\n"')], coded_study.codebook)
    code, _, err = run_cli("-C", coded_study.folder, "export", "--audit", tmp_path / "trail.csv")
    assert (code, "check --audit" in err) == (0, True)
    with (tmp_path / "trail.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(trail_table(coded_study.store))
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    last = rows[-1]
    assert (last["who"], last["what"], last["start"], last["end"]) == ("'=cmd()", "coding added", "0", "9")
    assert json.loads(last["detail"]) == {
        "coder": "+49 170", "origin": "independent", "memo": '=HYPERLINK("x")\r\n"', "codebook": coded_study.codebook.hash,
    }  # fmt: skip


def test_another_suffix_is_refused_before_the_work(coded_study, tmp_path: Path, run_cli) -> None:
    code, _, err = run_cli("-C", coded_study.folder, "export", "--audit", tmp_path / "trail.doc")
    assert code == 1
    assert ".csv" in err
    assert not (tmp_path / "trail.doc").exists()


@pytest.mark.parametrize("suffix", ["xlsx", "jsonl", "parquet"])
def test_every_kind_of_table_holds_the_trail(suffix: str, coded_study, tmp_path: Path, run_cli) -> None:
    """Most events have no span: a missing whole number is an empty cell."""
    path = tmp_path / f"trail.{suffix}"
    assert run_cli("-C", coded_study.folder, "export", "--audit", path)[0] == 0
    readers = {"xlsx": pd.read_excel, "parquet": pd.read_parquet, "jsonl": partial(pd.read_json, lines=True)}
    read, table = readers[suffix](path), trail_table(coded_study.store)
    assert list(read.columns) == list(COLUMNS)
    assert read["start"].isna().tolist() == table["start"].isna().tolist()
    assert (set(read["start"].dropna()), list(read["hash"])) == (set(table["start"].dropna()), list(table["hash"]))
