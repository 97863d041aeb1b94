"""The passages that tell most: like their cell, unlike each other, from different people, of both valences."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from secondcoder.charting.chart_data import ROW_KINDS, ChartData, RowKind
from secondcoder.charting.telling_passages import telling_passages
from secondcoder.errors import InputError
from support.chart_tables import chart, mark, talk

TALKS = [talk("t1", "Ash", "p1"), talk("t2", "Ash", "p1"), talk("t3", "Ash", "p2"), talk("t4", "Oak", "p3")]


def quoted(data: ChartData, kind: RowKind = "case", **asked: Any) -> list[tuple[int, str]]:
    return [(row.passage, row.why) for row in telling_passages(data, kind, **asked).itertuples()]


def said(*passages: tuple[str, str, str]) -> ChartData:
    """Of (transcript, valence, text) a chart whose passages have one code."""
    marks = [
        mark(name, "A", at, at + 1, valence=valence, text=text) for at, (name, valence, text) in enumerate(passages)
    ]
    return chart(TALKS, ["A"], marks)


def test_the_first_is_the_one_most_like_the_others() -> None:
    data = said(
        ("t1", "", "the weather was fine on the day"),
        ("t1", "", "nobody sent the link worker any referral forms"),
        ("t1", "", "referral forms for the link worker were lost"),
        ("t1", "", "we sent referral forms to our link worker"),
        ("t1", "", "link worker and kettle both were broken"),
    )
    [(first, why), *_] = quoted(data)
    assert first in (2, 3, 4)
    assert why == "most like the others"
    assert 1 not in [passage for passage, _ in quoted(data, most=2)]


def test_a_passage_that_says_the_same_again_gives_way() -> None:
    same = "nobody sent the link worker any referral forms"
    data = said(
        ("t1", "", same), ("t1", "", same), ("t1", "", same), ("t1", "", "the link worker went on her own rounds")
    )
    assert quoted(data, most=2) == [(1, "most like the others"), (4, "unlike those before")]


def test_both_valences_are_heard_and_then_different_people() -> None:
    text = "the link worker came to the practice"
    data = said(
        ("t1", "promotes", text),
        ("t1", "promotes", f"{text} again"),
        ("t3", "promotes", f"{text} once"),
        ("t2", "inhibits", "it never worked at all here"),
        ("t1", "mixed", text),
    )
    found = quoted(data)
    assert found[1] == (4, "another side: inhibits")
    assert {passage for passage, _ in found} & {3}
    assert quoted(said(("t1", "promotes", text), ("t3", "inhibits", text)))[1] == (
        2,
        "another side: inhibits, from somebody else",
    )


def test_of_one_persons_row_interviews_are_varied_and_a_lone_passage_is_called_so() -> None:
    text = "the link worker came to the practice"
    data = said(("t1", "", text), ("t1", "", f"{text} today"), ("t2", "", "a wholly different thing"), ("t4", "", text))
    assert quoted(data, "participant")[1] == (3, "from another interview")
    assert quoted(data, cases=["Oak"]) == [(4, "the only one")]


def test_half_a_sentence_and_a_page_give_way_to_a_passage_of_usual_length() -> None:
    words = "we sent many referral forms to our link worker last winter"
    usual = [("t1", "", words) for _ in range(3)]
    data = said(("t1", "", "referral forms"), ("t1", "", f"{words} " * 30), *usual)
    assert quoted(data, most=1)[0][0] not in (1, 2)


@pytest.mark.parametrize("text", ["🙂 🙂", "", "*", "<b>|</b>", "a"])
def test_talk_without_words_is_quoted_too(text: str) -> None:
    assert [passage for passage, _ in quoted(said(("t1", "", text), ("t3", "", text)))] == [1, 2]


def test_likeness_is_seen_in_scripts_without_blanks() -> None:
    data = said(
        ("t1", "", "天気はとても良かった"), ("t1", "", "連絡員が診療所に来た"), ("t1", "", "連絡員は診療所に来ない")
    )
    assert 1 not in [passage for passage, _ in quoted(data, most=1)]


SIDES = st.sampled_from(["", "promotes", "inhibits", "mixed"])
WORDS = st.lists(st.sampled_from(["link", "worker", "came", "to", "us", "again"]), max_size=9)
SAID = st.lists(st.tuples(st.sampled_from(["t1", "t2", "t3", "t4"]), SIDES, WORDS.map(" ".join)), max_size=12)


@settings(max_examples=25)
@given(passages=SAID, kind=st.sampled_from(ROW_KINDS), most=st.integers(0, 4), shuffled=st.randoms())
def test_what_holds_of_any_choice(
    passages: list[tuple[str, str, str]], kind: RowKind, most: int, shuffled: Any
) -> None:
    data = said(*passages)
    found = telling_passages(data, kind, most)
    rows = data.rows(kind)
    people = data.transcripts.set_index("transcript")["participant"]
    there = data.counted.assign(row=data.counted["transcript"].map(rows), who=data.counted["transcript"].map(people))
    for row, cell in there.groupby("row"):
        picked = found[found["row"] == row].merge(cell, on="passage")
        assert len(picked) == min(most, len(cell))
        assert picked["passage"].is_unique
        assert picked["rank"].tolist() == list(range(1, len(picked) + 1))
        sides = {"promotes", "inhibits"} & set(cell["valence"])
        assert len(sides & set(picked["valence"])) >= min(len(sides), most - 1)
        if not sides and kind == "case":
            assert picked["who"].nunique() == min(most, cell["who"].nunique())
    order = list(range(len(data.passages)))
    shuffled.shuffle(order)
    mixed = replace(data, passages=data.passages.iloc[order])
    pd.testing.assert_frame_equal(
        telling_passages(mixed, kind, most).sort_values(["row", "rank"]), found.sort_values(["row", "rank"])
    )


def test_the_choice_in_a_cell_is_the_same_whatever_else_is_asked_for() -> None:
    """Words and lengths are weighed by the whole study: rare ones of a cell may be common elsewhere."""
    rng = np.random.default_rng(5)
    words = {code: [f"{code}{number}" for number in range(12)] + ["usual"] * 6 for code in "AB"}
    marks = [
        mark(
            f"t{rng.integers(1, 5)}",
            code,
            at,
            text=" ".join(rng.choice(words[code], rng.integers(1, 6 if code == "A" else 30))),
        )
        for at in range(60)
        for code in "AB"
    ]
    data = chart(TALKS, "AB", marks)
    whole = telling_passages(data, "case")
    for row, code in whole[["row", "code"]].drop_duplicates().itertuples(index=False):
        alone = telling_passages(data, "case", codes=[code], cases=[row])
        expected = whole[(whole["row"] == row) & (whole["code"] == code)].reset_index(drop=True)
        pd.testing.assert_frame_equal(alone, expected)


def test_what_is_only_suggested_is_never_quoted_and_nothing_gives_an_empty_table() -> None:
    data = chart(TALKS, ["A"], [mark("t1", "A", 1, counts=False, text="suggested")])
    assert telling_passages(data, "case").empty
    assert telling_passages(chart([], ["A"]), "case").empty
    with pytest.raises(InputError, match="There is no code 'Z'"):
        telling_passages(data, "case", codes=["Z"])
