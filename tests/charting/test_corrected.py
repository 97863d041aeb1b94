"""Corrected counts of a study: from the draw through a sheet to tables that say what they rest on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from secondcoder.charting.corrected import CorrectedCounts
from secondcoder.charting.question import ChartQuestion
from secondcoder.charting.report.page import page
from secondcoder.codebook.plan import NamedSteps
from secondcoder.errors import CodebookError, InputError
from secondcoder.statistics.design_based import jeffreys
from secondcoder.study.study import Study
from support.counting_checks import (
    CASES,
    CODES,
    Truth,
    code_by_hand,
    counting_study,
    draw_sample,
    fill,
    review_as_people_would,
)
from support.review_checks import MODEL, settings


@pytest.fixture
def truth(empty_study: Study) -> Truth:
    return counting_study(empty_study)


@pytest.fixture
def counts(empty_study: Study, truth: Truth, tmp_path: Path) -> CorrectedCounts:
    code_by_hand(empty_study, truth, draw_sample(empty_study, tmp_path, 60).places)
    return empty_study.corrected_counts(CODES, compare="integration")


def row(table: pd.DataFrame, **wanted: str) -> pd.Series:
    found = table
    for name, value in wanted.items():
        found = found[found[name] == value]
    assert len(found) == 1
    return found.iloc[0]


def test_through_a_sheet_from_the_refusal_to_the_figures(
    empty_study: Study, truth: Truth, tmp_path: Path, run_cli
) -> None:
    with pytest.raises(InputError, match=r"sheet make sample\.xlsx --sample 60 --coder NAME"):
        empty_study.corrected_counts()
    sheet = tmp_path / "sample.xlsx"
    code, _, err = run_cli("-C", empty_study.folder, "sheet", "make", sheet, "--sample", 60, "--coder", "Ana")
    assert code == 0
    assert "60 rows to code" in err
    left = {empty_study.corpus.by_id[name].text[start:end] for name, start, end in [*truth][::7]}
    fill(empty_study, sheet, truth, leave=left)
    assert run_cli("-C", empty_study.folder, "import", sheet)[0] == 0
    with pytest.raises(InputError, match=r"of 60 drawn passages are not coded yet.*--sample 60 --coder Ana"):
        empty_study.corrected_counts()
    rest = tmp_path / "rest.xlsx"
    code, _, err = run_cli("-C", empty_study.folder, "sheet", "make", rest, "--sample", 60, "--coder", "Ana")
    assert code == 0
    fill(empty_study, rest, truth)
    assert run_cli("-C", empty_study.folder, "import", rest)[0] == 0
    found = empty_study.corrected_counts()
    assert "60 passages drawn with known probability from the 180 that nobody had coded by hand" in found.rests_on
    assert f"(coded by Ana without suggestions, to correct those of {MODEL})." in found.rests_on
    assert empty_study.check_audit().faults == ()


def test_the_rate_is_that_of_the_kinds_of_passages(empty_study: Study, truth: Truth, counts: CorrectedCounts) -> None:
    """Computed again from the truth, the suggestions and the trail: N_k r_k over kinds, Jeffreys' limits put together."""
    event = next(one["detail"] for one in empty_study.corpus.events("passages proposed"))
    probability = {tuple(at[:3]): p for at, p in zip(event["passages"], event["draw"]["probabilities"], strict=True)}
    suggested = {(one.place, one.code) for one in empty_study.corpus.suggestions(MODEL)}
    of_any = {place for place, _ in suggested}
    value, below, above = 0.0, 0.0, 0.0
    kinds = [
        [place for place in truth if (place, "CO") in suggested],
        [place for place in truth if place in of_any and (place, "CO") not in suggested],
        [place for place in truth if place not in of_any],
    ]
    for places in kinds:
        weights = {place: 1 / probability[place] for place in places if place in probability}
        total = sum(weights.values())
        rate = sum(weight for place, weight in weights.items() if "CO" in truth[place]) / total
        size = total**2 / sum(weight * (weight - 1) for weight in weights.values())
        low, high = (float(end[0]) for end in jeffreys(np.array([rate]), np.array([size])))
        share = len(places) / len(truth)
        value, below, above = (
            value + share * rate,
            below + (share * (rate - low)) ** 2,
            above + (share * (high - rate)) ** 2,
        )
    found = row(counts.prevalence, code="CO", kind="all")
    assert (found.rate, found.low, found.high) == pytest.approx((value, value - below**0.5, value + above**0.5))
    assert found.low_such <= found.low < found.rate < found.high <= found.high_such
    assert (found.segments, found.hand_coded, found.drawn) == (180, 0, 60)


def test_the_truth_lies_in_the_interval_where_the_plain_count_is_far_from_it(
    truth: Truth, counts: CorrectedCounts
) -> None:
    found = row(counts.prevalence, code="CA", kind="all")
    real = np.mean(["CA" in given for given in truth.values()])
    assert found.low <= real <= found.high
    assert found.plain_rate > 1.3 * real  # a quarter of the passages without CA are suggested


def test_groups_are_compared_with_each_other_and_differ_by_their_rates(truth: Truth, counts: CorrectedCounts) -> None:
    found = row(counts.differences, code="CO")
    rates = {of: row(counts.prevalence, code="CO", kind="group", of=of).rate for of in ("full", "partial")}
    assert (found["first"], found.second) == ("full", "partial")
    assert found.difference == pytest.approx(rates["full"] - rates["partial"])
    real = [
        np.mean(["CO" in given for (name, _, _), given in truth.items() if (CASES[name[:-1]] == level)])
        for level in ("full", "partial")
    ]
    assert found.low <= real[0] - real[1] <= found.high
    assert found.low_such <= found.low


def test_cases_are_compared_unless_an_attribute_is_named(
    empty_study: Study, truth: Truth, counts: CorrectedCounts
) -> None:
    found = empty_study.corrected_counts(["CO"])
    assert [*zip(found.differences["first"], found.differences.second, strict=True)] == [
        ("ash", "beech"),
        ("ash", "oak"),
        ("beech", "oak"),
    ]
    by_transcript = empty_study.corrected_counts(["CO"], by="transcript").prevalence
    assert (by_transcript.kind == "transcript").sum() == 9
    assert by_transcript[by_transcript.kind == "transcript"].low_such.isna().all()
    with pytest.raises(InputError, match="Did you mean 'integration'"):
        empty_study.corrected_counts(["CO"], compare="integratio")
    with pytest.raises(CodebookError, match="'CX' is not in the codebook"):
        empty_study.corrected_counts(["CX"])
    with pytest.raises(InputError, match="Got 'ward'"):
        empty_study.corrected_counts(["CO"], by="ward")


def test_in_how_many_it_occurs_lies_between_what_was_found_and_all(truth: Truth, counts: CorrectedCounts) -> None:
    for code in CODES:
        for unit, of in (("case", 3), ("transcript", 9)):
            found = row(counts.occurrence, code=code, unit=unit)
            assert found.of == of
            assert found.found <= found.low <= found.estimate <= found.high <= of
            names = {
                name if unit == "transcript" else name[:-1] for (name, _, _), given in truth.items() if code in given
            }
            assert found.low <= len(names) <= found.high


def test_what_is_all_coded_by_hand_needs_no_draw(empty_study: Study, truth: Truth) -> None:
    code_by_hand(empty_study, truth, truth)
    found = empty_study.corrected_counts(["CO"])
    real = np.mean(["CO" in given for given in truth.values()])
    total = row(found.prevalence, kind="all")
    assert (total.rate, total.low, total.high, total.plain_rate) == pytest.approx((real,) * 4)
    assert total.high_such > total.high
    assert found.rests_on == "The counts rest on 180 passages coded by hand."
    occurs = row(found.occurrence, unit="transcript")
    assert occurs.found == occurs.low == occurs.high


def test_transcripts_coded_by_hand_and_a_sample_of_the_rest(empty_study: Study, truth: Truth, tmp_path: Path) -> None:
    by_hand = [place for place in truth if place[0] in ("ash0", "beech1")]
    code_by_hand(empty_study, truth, by_hand, "Ben")
    drawn = draw_sample(empty_study, tmp_path, 50)
    assert not {place[0] for place in drawn.places} & {"ash0", "beech1"}
    code_by_hand(empty_study, truth, drawn.places)
    found = empty_study.corrected_counts(["CO"])
    total = row(found.prevalence, kind="all")
    assert (total.hand_coded, total.drawn, total.segments) == (40, 50, 180)
    real = np.mean(["CO" in given for given in truth.values()])
    assert total.low <= real <= total.high
    assert "from the 140 that nobody had coded by hand (coded by Ana" in found.rests_on
    assert found.rests_on.endswith(" and 40 passages coded by hand.")


def test_a_case_of_which_little_was_drawn_says_so(empty_study: Study, truth: Truth, tmp_path: Path) -> None:
    code_by_hand(empty_study, truth, draw_sample(empty_study, tmp_path, 8).places)
    found = empty_study.corrected_counts(["CO"])
    ash = row(found.prevalence, kind="case", of="ash")
    assert ash.note.startswith(f"only {ash.drawn} drawn passage")
    assert f"ash: {ash.note}" in row(found.differences, first="ash", second="oak").note


def test_a_finished_review_is_enough_and_what_was_not_reviewed_is_said(empty_study: Study, truth: Truth) -> None:
    settings(empty_study, blind=0.4, below=0.2)
    review_as_people_would(empty_study, truth, ["ash0", "oak2", "beech1"])
    found = empty_study.corrected_counts(["CO"])
    total = row(found.prevalence, kind="all")
    assert total.segments == 60
    assert total.hand_coded == 0
    real = np.mean(["CO" in given for (name, _, _), given in truth.items() if name in ("ash0", "oak2", "beech1")])
    assert total.low <= real <= total.high
    assert "(coded by Ada without suggestions, to correct those of m0001)" in found.rests_on
    assert found.rests_on.endswith("Left out, since nothing was drawn there: 120 passages of 6 transcripts.")
    assert row(found.occurrence, unit="transcript").of == 3


def test_a_chart_of_some_codes_and_cases_corrects_the_counts_of_these(
    empty_study: Study, truth: Truth, tmp_path: Path
) -> None:
    """By the name of a construct as well as by its id; and no other case is in a share, a difference or an occurrence."""
    code_by_hand(empty_study, truth, draw_sample(empty_study, tmp_path, 60).places)
    whole = empty_study.corrected_counts(["CO"])
    asked = ChartQuestion(codes=("coherence",), cases=("ASH", "oak"), corrected=True)
    tables = empty_study.chart(asked).tables
    assert set(tables["corrected"]["code"]) == {"CO"}
    by_case = tables["corrected"][tables["corrected"]["kind"] == "case"]
    assert set(by_case["of"]) == {"ash", "oak"}
    for case in ("ash", "oak"):
        one, same = (row(table, code="CO", of=case).drop("note") for table in (by_case, whole.prevalence))
        assert one.equals(same)
    total = row(tables["corrected"], code="CO", kind="all")
    assert total.segments == by_case.loc[by_case["code"] == "CO", "segments"].sum() == 120
    assert total.plain_count == by_case.loc[by_case["code"] == "CO", "plain_count"].sum()
    pairs = tables["corrected_differences"][["first", "second"]].drop_duplicates()
    assert pairs.to_numpy().tolist() == [["ash", "oak"]]
    assert [row(tables["occurrence"], code="CO", unit=unit).of for unit in ("case", "transcript")] == [2, 6]


def test_of_a_code_whose_codings_wait_to_be_assigned_no_rate_is_said(empty_study: Study, truth: Truth) -> None:
    """Only transcripts without it would be left to count: a zero, and a wrong one."""
    code_by_hand(empty_study, truth, truth)
    before = empty_study.corrected_counts(["CO"])
    book = yaml.safe_load((empty_study.folder / "codebook.yml").read_text())
    kept = [{"id": code["id"], "name": code["name"]} for code in book["codes"] if "parent" not in code]
    kept += [{"id": part, "name": part} for part in ("CA1", "CA2")]
    book |= {"codes": [code for code in kept if code["id"] != "CA"], "families": []}
    changed = empty_study.folder / "changed.yml"
    changed.write_text(yaml.safe_dump(book))
    empty_study.codebook_change(empty_study.codebook_plan(changed, NamedSteps(split={"CA": ("CA1", "CA2")})), changed)
    found = empty_study.corrected_counts(["CO", "CA1"])
    total = row(found.prevalence, code="CA1", kind="all")
    assert np.isnan([total.rate, total.low, total.high, total.low_such]).all()
    assert "secondcoder codebook assign" in total.note
    assert found.occurrence["code"].unique().tolist() == ["CO"]
    pd.testing.assert_frame_equal(found.prevalence[found.prevalence["code"] == "CO"], before.prevalence)
    assert page(empty_study.chart(ChartQuestion(corrected=True)))
