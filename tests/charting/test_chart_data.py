"""The tables that all charts rest on: what counts, what was read, and that they say what the table of respondents says."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest
from secondcoder.charting.chart_data import ChartData, chart_data
from secondcoder.charting.matrix import cells
from secondcoder.charting.notes import notes_of, write_note
from secondcoder.codebook.plan import NamedSteps
from secondcoder.domain.records import (
    Case,
    CellNote,
    Coding,
    CodingPass,
    Decision,
    Origin,
    ReviewAction,
    SpeakerRole,
    Transcript,
    Turn,
)
from secondcoder.errors import InputError
from secondcoder.labels.respondents import RespondentOptions, respondents
from secondcoder.study.folder import CONFIGURATION
from secondcoder.study.follow_decisions import follow
from secondcoder.study.study import Study

TEXT = "I: And then?\nP: We had no room.\nP: It works now."
TURNS = (Turn(3, 12, "I", SpeakerRole.INTERVIEWER), Turn(16, 31, "P"), Turn(35, 48, "P"))
BOOK = "id: own\ntitle: Ours\ncodes: [{id: A, name: Aa}, {id: A1, name: Sub, parent: A}, {id: B, name: Bb}]\n"
CODES = ("A", "A1", "B")
TALKS = (("t1", "p1", "Ash"), ("t2", "p1", "Ash"), ("t3", "p2", "Oak"), ("t4", None, None))


@pytest.fixture
def study(tmp_path: Path) -> Iterator[Study]:
    (tmp_path / "own.yml").write_text(BOOK)
    study = Study.create(tmp_path / "study", tmp_path / "own.yml")
    with study.store.transaction("test") as write:
        write.put_cases([Case("Ash", {"size": "470"}), Case("Oak", {"size": "12"}), Case("Yew")])
        write.add_transcripts(Transcript(name, TEXT, TURNS, case, participant) for name, participant, case in TALKS)
    yield study
    study.close()


def add(study: Study, *marks: Coding | CodingPass) -> None:
    with study.store.transaction("test") as write:
        write.add_codings([mark for mark in marks if isinstance(mark, Coding)], study.codebook)
        write.add_passes([mark for mark in marks if isinstance(mark, CodingPass)])


def tables(study: Study) -> ChartData:
    return chart_data(study.workspace())


def passages(data: ChartData) -> list[tuple[str, int, int, str]]:
    return list(data.counted[["transcript", "start", "end", "code"]].itertuples(index=False, name=None))


def value(cell: pd.Series) -> int | None:
    """1, 0 or missing, as a table of respondents says it."""
    if not pd.isna(cell["transcripts"]) and cell["transcripts"] > 0:
        return 1
    return 0 if cell["transcripts_read"] == cell["transcripts_in_row"] else None


@pytest.mark.parametrize("interviewer", [False, True])
@pytest.mark.parametrize("roll_up", [True, False])
@pytest.mark.parametrize("seed", range(3))
def test_present_absent_and_unknown_are_those_of_the_table_of_respondents(
    study: Study, seed: int, roll_up: bool, interviewer: bool
) -> None:
    """Of random codings, passes and adjudications, by case, participant and transcript."""
    rng = random.Random(seed)
    settings = (
        f"[learning]\nroll_up = {str(roll_up).lower()}\n[segments]\ncode_interviewer = {str(interviewer).lower()}\n"
    )
    (study.folder / CONFIGURATION).write_text(settings)
    spans = [(3, 12), (16, 31), (35, 48), (20, 40), (0, len(TEXT))]
    names = [name for name, *_ in TALKS]
    coded = {(rng.choice(names), rng.choice(spans), rng.choice(CODES), rng.choice(["Ana", "Ben"])) for _ in range(5)}
    add(study, *(Coding(name, *span, code, coder) for name, span, code, coder in sorted(coded)))
    looks = [(name, rng.choice(spans), rng.sample(CODES, rng.randint(1, 3))) for name in names for _ in range(2)]
    add(study, *(CodingPass(name, "Ana", *span, tuple(codes)) for name, span, codes in looks))
    add(study, CodingPass(rng.choice(names), "consensus", *rng.choice(spans), ("B",), Origin.ADJUDICATED))
    with closing(Study(study.folder)) as again:
        data = tables(again)
        for kind in ("case", "participant", "transcript"):
            options = RespondentOptions(kind, roll_up=roll_up, interviewer=interviewer)
            stated = respondents(again.corpus, again.codebook, options)
            at = [place for place, variable in enumerate(stated.variables) if variable.kind == "code"]
            expected = {row[0]: [row[place] for place in at] for row in stated.rows}
            found = cells(data, kind)
            found = found[found["transcripts_in_row"] > 0]
            known = {row: [value(cell) for _, cell in there.iterrows()] for row, there in found.groupby("row")}
            # A transcript without a case stands there under its own name.
            assert known == {
                ("no case" if row == "t4" and kind == "case" else row): codes for row, codes in expected.items()
            }


def test_what_was_settled_together_overrules_what_one_had_said(study: Study) -> None:
    add(study, Coding("t1", 16, 31, "A1", "Ana"), Coding("t1", 16, 31, "B", "Ben"))
    assert passages(tables(study)) == [("t1", 16, 31, "A"), ("t1", 16, 31, "A1"), ("t1", 16, 31, "B")]
    add(
        study,
        CodingPass("t1", "consensus", 0, len(TEXT), ("A1", "B"), Origin.ADJUDICATED),
        Coding("t1", 16, 20, "B", "consensus", Origin.ADJUDICATED),
    )
    data = tables(study)
    assert passages(data) == [("t1", 16, 20, "B")]
    assert data.passages["origin"].tolist() == ["adjudicated"]


def test_what_a_coder_took_back_on_seeing_suggestions_counts_no_longer(study: Study) -> None:
    blind = {"origin": Origin.INDEPENDENT, "shown": False}
    decisions = [
        Decision("ada", ReviewAction.ADD, "t1", 16, 31, code="B", request="1", **blind),
        Decision("ada", ReviewAction.LOOKED, "t1", 16, 31, request="2", **blind),
        Decision("ada", ReviewAction.REMOVE, "t1", 16, 31, code="B", request="3"),
    ]
    for kept, decision in enumerate(decisions):
        with study.store.transaction("ada") as write:
            write.add_decision(decision, study.codebook)
            follow(write, "ada", ("t1", 16, 31), study.corpus.history, lambda book: CODES)
        assert passages(tables(study)) == ([("t1", 16, 31, "B")] if kept < 2 else [])
        stated = respondents(study.corpus, study.codebook, RespondentOptions("transcript"))
        assert stated.rows[0][-1] == (1 if kept < 2 else None)
    assert study.corpus.codings  # the row itself is kept


def test_what_may_not_be_seen_does_not_count(study: Study) -> None:
    add(study, Coding("t1", 16, 31, "B", "Ana"), Coding("t1", 20, 25, "B", "Ben"), Coding("t2", 16, 31, "B", "Ben"))
    mine = chart_data(study.workspace(), lambda coding: coding.coder == "Ana")
    assert passages(mine) == [("t1", 16, 31, "B")]
    assert mine.passages["coders"].tolist() == ["Ana"]


def test_interviewers_words_count_only_where_they_are_coded(study: Study) -> None:
    add(study, Coding("t1", 3, 12, "B", "Ana"), CodingPass("t1", "Ana", 16, 48, ("B",)))
    data = tables(study)
    assert passages(data) == []
    assert data.readings.set_index(["transcript", "code"])["read"].loc[("t1", "B")] == "whole"
    assert data.transcripts["words"].tolist() == [7] * 4
    (study.folder / CONFIGURATION).write_text("[segments]\ncode_interviewer = true\n")
    with closing(Study(study.folder)) as again:
        data = tables(again)
    assert passages(data) == [("t1", 3, 12, "B")]
    assert data.readings.set_index(["transcript", "code"])["read"].loc[("t1", "B")] == "part"
    assert data.transcripts["words"].tolist() == [9] * 4


def test_cases_without_transcripts_and_transcripts_without_a_case_have_rows(study: Study) -> None:
    data = tables(study)
    assert data.row_names("case") == ["Ash", "Oak", "Yew", "no case"]
    assert data.row_names("participant") == ["p1", "p2", "t4"]
    assert data.attribute("size").to_dict() == {"Ash": "470", "Oak": "12", "Yew": ""}
    with pytest.raises(InputError, match=r"No case has an attribute 'sise'\. Did you mean 'size'"):
        data.attribute("sise")


def test_nothing_at_all_gives_empty_tables(empty_study: Study) -> None:
    data = chart_data(empty_study.workspace())
    assert [len(table) for table in (data.transcripts, data.cases, data.passages, data.readings)] == [0] * 4
    assert len(data.counted) == len(data.suggested) == 0
    assert data.codes["code"].tolist() == list(empty_study.codebook.ids)


def test_tables_are_the_same_twice_and_say_what_is_quoted(coded_study: Study) -> None:
    first, second = chart_data(coded_study.workspace()), chart_data(coded_study.workspace())
    for name in ("transcripts", "cases", "codes", "passages", "readings"):
        pd.testing.assert_frame_equal(getattr(first, name), getattr(second, name))
    texts = {talk.id: talk.text for talk in coded_study.corpus.transcripts}
    for row in first.passages.itertuples():
        if "\n" not in row.text:
            assert texts[row.transcript][row.start : row.end].strip() == row.text
        assert row.transcript in row.where


def test_a_retired_code_gives_no_passages_and_no_column(study: Study) -> None:
    add(study, Coding("t1", 16, 31, "A1", "Ana"), Coding("t2", 16, 31, "B", "Ana"))
    without = study.folder / "without.yml"
    without.write_text(BOOK.replace("{id: A1, name: Sub, parent: A}, ", ""))
    study.codebook_change(study.codebook_plan(without, NamedSteps(retire=("A1",))), without)
    data = tables(study)
    assert data.codes["code"].tolist() == ["A", "B"]
    assert passages(data) == [("t2", 16, 31, "B")]


def test_the_same_number_in_two_cases_is_two_people(study: Study) -> None:
    """Teams number participants anew in every practice; by what `learning.group` says, they are different people, so here too."""
    with study.store.transaction("test") as write:
        write.add_transcripts([Transcript("t5", TEXT, TURNS, "Oak", "p1")])
    add(study, Coding("t1", 16, 31, "B", "Ana"), Coding("t5", 16, 31, "B", "Ana"))
    data = tables(study)
    found = cells(data, "participant", ["B"]).set_index("row")["transcripts_in_row"].to_dict()
    assert found == {"p1 (Ash)": 2, "p1 (Oak)": 1, "p2": 1, "t4": 1}
    stated = respondents(study.corpus, study.codebook, RespondentOptions("participant"))
    assert {row[0]: row[1] for row in stated.rows} == found
    with study.transaction() as write:
        write_note(write, study.corpus, study.codebook, (), CellNote("participant", "p1 (Oak)", "B", summary="hers"))
        write_note(write, study.corpus, study.codebook, (), CellNote("participant", "p1 (Ash)", "B", summary="his"))
    study.transcript_remove("t5")
    assert [note.summary for note in notes_of(study.workspace().corpus).values()] == ["his"]
