"""Codes on the same words, against pairs counted one by one and passages moved to every place."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from secondcoder.charting.chart_data import ChartData
from secondcoder.charting.codes.cooccurrence import COOCCURRENCE, cooccurrence, left_out
from secondcoder.errors import InputError
from support.chart_tables import chart, mark, talk


def pair(table: pd.DataFrame, code: str, other: str) -> dict[str, Any]:
    found = table[(table["code"] == code) & (table["other"] == other)]
    assert len(found) == 1
    return found.iloc[0].to_dict()


@st.composite
def charts(draw: st.DrawFn) -> ChartData:
    """Passages of a code share no text with each other, as in every chart."""
    marks = []
    for name, code in product(["t1", "t2"], "ABC"):
        edges = sorted(draw(st.sets(st.integers(0, 40), max_size=8)))
        marks += [mark(name, code, start, end) for start, end in zip(edges[::2], edges[1::2], strict=False)]
    return chart([talk("t1"), talk("t2"), talk("t3")], "ABC", draw(st.permutations(marks)))


@settings(max_examples=30)
@given(data=charts())
def test_pairs_transcripts_and_characters_are_those_counted_one_by_one(data: ChartData) -> None:
    table = cooccurrence(data)
    assert list(table.columns) == list(COOCCURRENCE)
    assert {frozenset(both) for both in zip(table["code"], table["other"], strict=True)} == {
        frozenset("AB"),
        frozenset("AC"),
        frozenset("BC"),
    }
    rows = list(data.counted.itertuples())
    places = {
        code: {(row.transcript, at) for row in rows if row.code == code for at in range(row.start, row.end)}
        for code in "ABC"
    }
    for found in table.itertuples():
        one, other = ([row for row in rows if row.code == code] for code in (found.code, found.other))
        shared = [
            1 for a, b in product(one, other) if a.transcript == b.transcript and a.start < b.end and b.start < a.end
        ]
        assert found.passages == len(shared)
        assert found.transcripts == len({row.transcript for row in one} & {row.transcript for row in other})
        either = places[found.code] | places[found.other]
        both = places[found.code] & places[found.other]
        assert found.jaccard == pytest.approx(len(both) / len(either)) if either else np.isnan(found.jaccard)


def test_expected_pairs_are_the_mean_over_all_places() -> None:
    """Two passages of 3 and 4 words and one of 5, each moved round a transcript of 20 words, ends joined; and another transcript."""
    data = chart(
        [talk("t1", words=20), talk("t2", words=50)],
        "AB",
        [
            mark("t1", "A", 0, 30, text="a b c"),
            mark("t1", "A", 40, 80, text="a b c d"),
            mark("t1", "B", 0, 50, text="a b c d e"),
            mark("t2", "A", 0, 10, text="a"),
            mark("t2", "B", 500, 510, text="a b"),
        ],
    )

    def mean(a: int, b: int, there: int) -> float:
        words = [{(start + at) % there for at in range(a)} for start in range(there)]
        return float(np.mean([bool(words[start] & set(range(b))) for start in range(there)]))

    expected = mean(3, 5, 20) + mean(4, 5, 20) + mean(1, 2, 50)
    assert pair(cooccurrence(data), "A", "B")["expected"] == pytest.approx(expected)


def test_a_code_with_one_above_it_is_no_finding() -> None:
    tree = ["A", "A1<A", "A1a<A1", "B"]
    data = chart([talk("t1")], tree, [mark("t1", code, 1, 9) for code in ("A", "A1", "A1a", "B")])
    pairs = set(zip(*(cooccurrence(data)[name] for name in ("code", "other")), strict=True))
    assert pairs == {("A", "B"), ("A1", "B"), ("A1a", "B")}
    assert left_out(data).startswith("3 pairs of a construct and a code below it are left out")
    # Also where the code between them is not chosen.
    assert cooccurrence(data, ["A", "A1a"]).empty
    assert left_out(data, ["A", "A1a"]).startswith("1 pair of a construct and a code below it is left out")
    assert left_out(data, ["A1", "B"]) == ""
    apart = chart([talk("t1")], tree, [mark("t1", "A", 1, 9), mark("t1", "A1", 1, 9)], roll_up=False)
    assert pair(cooccurrence(apart), "A", "A1")["passages"] == 1
    assert left_out(apart) == ""


def test_chosen_cases_and_what_was_not_read_for_both() -> None:
    data = chart(
        [talk("t1", "Ash"), talk("t2", "Oak")],
        "ABC",
        [mark("t1", "A", 1, 9), mark("t1", "B", 5, 12), mark("t2", "A", 1, 9), mark("t2", "A", 20, 29, counts=False)],
        {("t1", "A"): "whole", ("t1", "B"): "whole", ("t2", "A"): "whole"},
    )
    table = cooccurrence(data)
    assert pair(table, "A", "B")["note"] == "A has 2 passages; B has 1 passage"
    unread = pair(table, "A", "C")
    assert unread["note"] == "not read"
    assert all(pd.isna(unread[name]) for name in ("passages", "transcripts", "expected", "jaccard"))
    assert pair(cooccurrence(data, cases=["Ash"]), "A", "B")["passages"] == 1
    assert pair(cooccurrence(data, cases=["Oak"]), "A", "B")["note"] == "not read"
    assert table["code"].tolist()[0] == "A"  # those that share most come first
    with pytest.raises(InputError, match="There is no code 'D'"):
        cooccurrence(data, ["D"])


def test_nothing_gives_an_empty_table() -> None:
    assert cooccurrence(chart([], [])).empty
    assert cooccurrence(chart([talk("t1")], ["A"])).empty
    assert cooccurrence(chart([], ["A", "B"]))["note"].tolist() == ["not read"]
