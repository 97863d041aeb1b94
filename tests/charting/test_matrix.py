"""The framework matrix, counted by hand and by another way."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from secondcoder.charting.chart_data import ROW_KINDS, ChartData, RowKind, chart_data
from secondcoder.charting.choice import chosen
from secondcoder.charting.matrix import CELLS, cells
from secondcoder.errors import InputError
from secondcoder.study.study import Study
from support.chart_tables import chart, mark, talk

TALKS = [
    talk("t1", "Ash", "p1", wave="early"),
    talk("t2", "Ash", "p1", wave="late"),
    talk("t3", "Ash", "p2"),
    talk("t4", "Oak"),
    talk("t5"),
]
READ = {("t1", "A"): "whole", ("t2", "A"): "part", ("t3", "A"): "whole", ("t4", "A"): "part", ("t5", "A"): "no"}
MARKS = [
    mark("t1", "A", 1, valence="promotes"),
    mark("t1", "A", 5, valence="promotes"),
    mark("t1", "A", 9, valence="inhibits"),
    mark("t2", "A", 1, valence="mixed"),
    mark("t2", "A", 7),
    mark("t4", "A", 1, counts=False, origin="suggested"),
]


@pytest.fixture
def data() -> ChartData:
    return chart(TALKS, ["A", "B"], MARKS, READ, [{"case": "Ash"}, {"case": "Oak"}, {"case": "Yew"}])


def cell(data: ChartData, kind: RowKind, row: str, code: str) -> dict[str, object]:
    table = cells(data, kind)
    found = table[(table["row"] == row) & (table["code"] == code)]
    assert len(found) == 1
    return {name: None if pd.isna(value) else value for name, value in found.iloc[0].items()}


def test_a_cell_counted_by_hand(data: ChartData) -> None:
    assert cell(data, "case", "Ash", "A") == {
        "row": "Ash",
        "code": "A",
        "passages": 5,
        "transcripts": 2,
        "transcripts_read": 3,  # t2 has the code, though only part of it was read
        "transcripts_in_row": 3,
        "share": pytest.approx(2 / 3),
        "participants": 1,
        "promotes": 2,
        "inhibits": 1,
        "mixed": 1,
        "no_valence": 1,
        "balance": pytest.approx(1 / 4),
        "suggested": 0,
        "summary": "",
        "light": "",
        "note": "",
    }
    absent = cell(data, "participant", "p2", "A")
    assert (absent["passages"], absent["transcripts"], absent["share"], absent["balance"]) == (0, 0, 0.0, None)


def test_where_nobody_looked_counts_are_missing_and_not_zero(data: ChartData) -> None:
    for row, code, note in (
        ("Oak", "A", "not read"),
        ("no case", "A", "not read"),
        ("Yew", "B", "no transcripts"),
        ("Ash", "B", "not read"),
    ):
        found = cell(data, "case", row, code)
        counts = (
            "passages",
            "transcripts",
            "share",
            "participants",
            "promotes",
            "inhibits",
            "mixed",
            "no_valence",
            "balance",
        )
        assert [found[name] for name in counts] == [None] * 9
        assert (found["transcripts_read"], found["note"]) == (0, note)
    assert cell(data, "case", "Oak", "A")["suggested"] == 1
    assert (
        cell(replace(data, passages=data.passages.iloc[:3]), "case", "Ash", "A")["note"] == "read in 2 of 3 transcripts"
    )


def test_every_row_has_every_code_in_order(data: ChartData) -> None:
    for kind in ROW_KINDS:
        table = cells(data, kind)
        assert list(table.columns) == list(CELLS)
        expected = [(row, code) for row in data.row_names(kind) for code in ("A", "B")]
        assert list(zip(table["row"], table["code"], strict=True)) == expected


def test_what_a_researcher_says_stands_in_its_cell(data: ChartData) -> None:
    notes = {
        ("case", "Ash", "A", ""): SimpleNamespace(summary="All agreed.", light="green"),
        ("case", "Ash", "A", "late"): SimpleNamespace(summary="Later not.", light="red"),
        ("participant", "p1", "A", ""): SimpleNamespace(summary="He did.", light=""),
    }
    table = cells(data, "case", notes=notes).set_index(["row", "code"])
    assert table.loc[("Ash", "A"), ["summary", "light"]].tolist() == ["All agreed.", "green"]
    assert (table["summary"] != "").sum() == 1
    assert cells(data, "participant", notes=notes).set_index(["row", "code"]).loc[("p1", "A"), "summary"] == "He did."


def test_chosen_cells_are_those_of_the_whole_matrix(data: ChartData) -> None:
    for kind in ROW_KINDS:
        whole, part = cells(data, kind), cells(data, kind, ["Name of a"], ["ash"])
        rows = {"case": ["Ash"], "participant": ["p1", "p2"], "transcript": ["t1", "t2", "t3"]}[kind]
        expected = whole[(whole["code"] == "A") & whole["row"].isin(rows)].reset_index(drop=True)
        pd.testing.assert_frame_equal(part, expected)
    assert cells(data, "case", cases=["no case"])["row"].unique().tolist() == ["no case"]


def test_a_code_or_case_that_is_none_is_named(data: ChartData) -> None:
    with pytest.raises(
        InputError, match=r"There is no code 'name of C'\. Did you mean 'name of [AB]'\? Nothing was charted\."
    ):
        cells(data, "case", ["name of C"])
    with pytest.raises(InputError, match=r"There is no case 'Asch'\. Did you mean 'Ash'\?"):
        cells(data, "case", cases=["Asch"])


def test_an_id_wins_over_the_name_of_another_code() -> None:
    data = chart([talk("t1")], ["A", "B"])
    data.codes.loc[data.codes["code"] == "B", "name"] = "A"
    assert chosen(data, ["A"]).codes["code"].tolist() == ["A"]


@st.composite
def charts(draw: st.DrawFn) -> ChartData:
    cases, people = st.sampled_from(["", "Ash", "Oak"]), st.sampled_from(["", "p1", "p2"])
    talks = [talk(f"t{at}", draw(cases), draw(people)) for at in range(draw(st.integers(0, 5)))]
    names = [name for name, *_ in talks]
    marks = [
        mark(
            draw(st.sampled_from(names)),
            draw(st.sampled_from("AB")),
            at,
            valence=draw(st.sampled_from(["", "promotes", "inhibits", "mixed"])),
            counts=draw(st.booleans()),
        )
        for at in range(draw(st.integers(0, 12)) if names else 0)
    ]
    read = {(name, code): draw(st.sampled_from(["whole", "part", "no"])) for name in names for code in "AB"}
    return chart(talks, ["A", "B"], marks, read, [{"case": "Ash"}, {"case": "Oak"}])


@settings(max_examples=25)
@given(data=charts(), kind=st.sampled_from(ROW_KINDS))
def test_cells_add_up_to_all_passages_and_are_counted_again_one_by_one(data: ChartData, kind: RowKind) -> None:
    table = cells(data, kind)
    assert table["passages"].sum() == len(data.counted)
    assert table["suggested"].sum() == len(data.suggested)
    read = {(row.transcript, row.code) for row in data.readings.itertuples() if row.read == "whole"}
    for found in table.itertuples():
        talks = data.transcripts[data.transcripts[kind] == found.row]["transcript"].tolist()
        there = data.counted[data.counted["transcript"].isin(talks) & (data.counted["code"] == found.code)]
        known = [name for name in talks if (name, found.code) in read or name in set(there["transcript"])]
        assert found.transcripts_read == len(known)
        if known:
            assert found.passages == len(there) == found.promotes + found.inhibits + found.mixed + found.no_valence
            assert found.share == there["transcript"].nunique() / len(known)
        else:
            assert pd.isna(found.passages)
            assert pd.isna(found.share)


def test_a_real_study_has_its_cells(coded_study: Study) -> None:
    data = chart_data(coded_study.workspace())
    table = cells(data, "transcript").set_index(["row", "code"])
    assert table.loc[("elder_gp", "CO"), "note"] == "not read"
    assert table["passages"].sum() == len(data.counted) > 0


def test_names_that_a_spreadsheet_would_take_for_something_else() -> None:
    data = chart(
        [talk("=1+1", "<b>|*", "語"), talk('"', "<b>|*", "🙂")],
        ["=A", "B"],
        [mark("=1+1", "=A", 1, valence="promotes")],
    )
    assert cell(data, "case", "<b>|*", "=A")["share"] == 0.5
    assert cell(data, "participant", "語", "=A")["passages"] == 1
