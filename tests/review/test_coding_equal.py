"""The same codings given in the browser, with all the detours that people make, and by a table come to the same store and model."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from secondcoder.exchange.importing import ImportOptions
from secondcoder.review.session import ReviewSession
from secondcoder.study.study import Study
from support.coding_checks import Coder, fresh_study
from support.study_checks import dump, write_csv

Row = dict[str, Any]
ROWS = ("codings", "coding_passes")


def offset_rows(coded: Study) -> list[Row]:
    """Every other coding of the shared table by its offsets, and who read which interview whole."""
    corpus = coded.corpus
    texts = {name: transcript.text for name, transcript in corpus.by_id.items()}
    rows: list[Row] = [
        {
            "transcript": coding.transcript, "start": coding.start + 2, "end": coding.end - at % 3,
            "text": texts[coding.transcript][coding.start + 2 : coding.end - at % 3], "codes": coding.code, "coder": coding.coder,
            "valence": ("", "promotes", "mixed")[at % 3], "memo": "" if at % 4 else f"memo {at}", "read": "",
        }
        for at, coding in enumerate(corpus.codings)
    ]  # fmt: skip
    whole = sorted({(row["transcript"], row["coder"]) for row in rows})[::2]
    for name, coder in whole:
        row = next(row for row in rows if (row["transcript"], row["coder"]) == (name, coder))
        row["read"] = "whole"
    return rows


def by_browser(study: Study, rows: list[Row]) -> None:
    """Each row coded by HTTP in an order of its own, with wrong codes mended, strays removed and undone, readings first or last."""
    rng = random.Random(7)
    review = ReviewSession(study)
    coders = {name: Coder(review, name) for name in {row["coder"] for row in rows}}
    todo: list[Callable[[], object]] = []
    for row in rows:
        coder, where = coders[row["coder"]], row["transcript"]

        def code(row: Row = row, coder: Coder = coder, where: str = where) -> None:
            first = rng.choice(["CO", row["codes"]])
            wide = {"start": max(0, row["start"] - 2), "end": row["end"]}
            asked = coder.ask("code", where, code=first, **wide)
            if asked.status_code != 200:  # somebody's stray on the same words: then at once as it is to be
                asked = coder.ask("code", where, code=row["codes"], start=row["start"], end=row["end"])
            key = asked.json()["keys"][0]
            fields = {name: row[name] for name in ("start", "end", "valence", "memo")} | {"code": row["codes"]}
            coder.do("change", where, key=key, **fields)

        def stray(coder: Coder = coder, where: str = where) -> None:
            key = coder.code("F5", 3, 9, where)
            if rng.random() < 0.5:
                coder.do("remove", where, key=key)
            else:
                coder.do("undo", where)

        todo += [code, stray] if rng.random() < 0.3 else [code]
        if row["read"]:
            todo.append(lambda coder=coder, where=where: coder.do("read", where))
    rng.shuffle(todo)
    for step in todo:
        step()


def rows_of(study: Study) -> dict[str, list[tuple[Any, ...]]]:
    """Codings and passes as they stand in the database, but for the number of each row, which means nothing."""
    tables = dump(study.folder)
    return {name: sorted((row[1:] for row in tables[name]), key=repr) for name in ROWS}


@pytest.fixture
def both(coded_study: Study, open_copy, _empty: Path, tmp_path: Path) -> tuple[Study, Study]:
    """The same codings by a table of offsets, and in the browser."""
    table, browser = (fresh_study(open_copy(_empty), *coded_study.corpus.transcripts) for _ in range(2))
    rows = offset_rows(coded_study)
    table.import_files([write_csv(tmp_path / "offsets.csv", rows)], ImportOptions())
    by_browser(browser, rows)
    return table, browser


def test_the_store_holds_the_same_rows(both: tuple[Study, Study]) -> None:
    table, browser = both
    assert rows_of(browser) == rows_of(table)
    assert len(rows_of(table)["codings"]) > 30
    assert browser.check_audit().faults == ()


@pytest.mark.slow
def test_the_model_has_the_same_bytes_and_evaluate_the_same_figures(both: tuple[Study, Study]) -> None:
    table, browser = both
    folders = [study.folder / "models" / study.train()["version"] for study in both]
    arrays = [(folder / "arrays.npz").read_bytes() for folder in folders]
    assert arrays[0] == arrays[1]
    assert table.evaluate().to_json() == browser.evaluate().to_json()
