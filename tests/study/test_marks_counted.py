"""`status` counts plain rows; the records that every other verb reads must come to the same."""

from __future__ import annotations

from dataclasses import fields

import pytest
from secondcoder.domain.records import Coding
from secondcoder.labels.unplaced import unplaced_codings
from secondcoder.store.reading import StoreContent
from secondcoder.study.marks_counted import _of_records, _of_rows
from secondcoder.study.study import Study


@pytest.mark.parametrize("overlap", [0.5, 0.8])
def test_rows_and_records_come_to_the_same(coded_study: Study, overlap: float) -> None:
    settings = coded_study.configuration.segments.model_copy(update={"overlap": overlap})
    coded_study.configuration = coded_study.configuration.model_copy(update={"segments": settings})
    question = coded_study.corpus.transcripts[0].turns[0]
    with coded_study.transaction() as write:
        place = coded_study.corpus.transcripts[0].id, question.start, question.end
        write.add_codings([Coding(*place, "CO", "dora"), Coding(*place, "XX", "dora")], coded_study.codebook)
    by_records = _of_records(coded_study.workspace())
    with coded_study.store.snapshot() as connection:
        rows = StoreContent(connection)
        by_rows = _of_rows(coded_study.workspace(rows=rows), rows)
    for field in fields(by_rows):
        assert getattr(by_rows, field.name) == getattr(by_records, field.name), field.name
    assert [coding.coder for coding in by_rows.unplaced] == ["dora"]
    assert by_rows.codings["XX"] == 1
    # Most transcripts are not cut for it; cutting all of them finds no more.
    workspace = coded_study.workspace()
    known = [coding for coding in workspace.corpus.codings if coding.code in workspace.codebook]
    assert by_rows.unplaced == unplaced_codings(workspace.segments(workspace.corpus.transcripts), known, overlap)
