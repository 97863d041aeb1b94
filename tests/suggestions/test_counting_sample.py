"""A sample for counting: drawn as often as its probabilities say, grown without a loss, and of nothing that its coder has seen."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from secondcoder.domain.records import ReviewAction
from secondcoder.errors import InputError
from secondcoder.labels.chosen_passages import chosen
from secondcoder.labels.counting_draw import latest_draw
from secondcoder.labels.new_decision import ActionRequest
from secondcoder.review.session import ReviewSession
from secondcoder.study.study import Study
from secondcoder.suggestions.code import uncoded
from secondcoder.suggestions.counting_sample import allocated, drawn_of
from support.counting_checks import LINES, Truth, code_by_hand, counting_study, draw_sample
from support.review_checks import MODEL, suggestion, talk
from support.sheet_checks import sheet_rows


@pytest.fixture
def truth(empty_study: Study) -> Truth:
    return counting_study(empty_study)


def test_shares_are_in_proportion_and_leave_no_stratum_out() -> None:
    assert allocated(np.array([100, 200, 300]), 60) == [10, 20, 30]
    assert allocated(np.array([500, 5, 1]), 10) == [10, 1, 1]
    assert sum(allocated(np.array([7, 11, 13]), 10)) == 10
    assert allocated(np.array([3, 2]), 50) == [3, 2]
    assert allocated(np.array([], dtype=int), 5) == []


def test_each_passage_is_drawn_as_often_as_its_probability_says() -> None:
    rng = np.random.default_rng(3)
    cases, with_suggestions = np.repeat([0, 1], [30, 10]), np.arange(40) % 4 == 0
    times = np.zeros(40)
    for _ in range(4000):
        drawn, probability = drawn_of(cases, with_suggestions, rng.random(40), 12, np.zeros(40, dtype=bool))
        times += drawn
        assert drawn.sum() == 12
        assert drawn[with_suggestions].sum() == 6
    # The standard error of a share of 4000 is at most 0.008.
    np.testing.assert_allclose(times / 4000, probability, atol=0.035)


def test_a_larger_sample_holds_the_smaller_and_a_smaller_one_gives_nothing_back() -> None:
    rng = np.random.default_rng(4)
    cases, with_suggestions, numbers = np.arange(100) % 3, rng.random(100) < 0.3, rng.random(100)
    first, _ = drawn_of(cases, with_suggestions, numbers, 20, np.zeros(100, dtype=bool))
    larger, _ = drawn_of(cases, with_suggestions, numbers, 50, first)
    again, probability = drawn_of(cases, with_suggestions, numbers, 10, first)
    assert (first <= larger).all()
    assert (first == again).all()
    assert (probability[first] > 0).all()


def test_where_a_half_is_short_the_other_gives_what_is_left() -> None:
    few = np.arange(50) < 3
    drawn, probability = drawn_of(np.zeros(50, dtype=int), few, np.arange(50) / 50, 20, np.zeros(50, dtype=bool))
    assert (drawn[few].sum(), drawn.sum()) == (3, 20)
    assert (probability[few] == 1).all()
    drawn, _ = drawn_of(np.zeros(50, dtype=int), few, np.arange(50) / 50, 80, np.zeros(50, dtype=bool))
    assert drawn.all()


def test_the_trail_keeps_the_draw_and_asked_again_it_is_the_same(
    empty_study: Study, truth: Truth, tmp_path: Path
) -> None:
    first = draw_sample(empty_study, tmp_path, 40)
    assert draw_sample(empty_study, tmp_path, 40) == first
    events = empty_study.corpus.events("passages proposed")
    assert len(events) == 1
    assert (first.model, first.size, first.coder, len(first.places)) == (MODEL, 40, "Ana", 40)
    assert first.places.keys() <= truth.keys()
    assert empty_study.check_audit().faults == ()


def test_more_are_drawn_onto_those_that_are_coded(empty_study: Study, truth: Truth, tmp_path: Path) -> None:
    first = draw_sample(empty_study, tmp_path, 30)
    code_by_hand(empty_study, truth, first.places)
    with pytest.raises(InputError, match="All 30 passages that were drawn are coded"):
        draw_sample(empty_study, tmp_path, 30)
    second = draw_sample(empty_study, tmp_path, 70)
    assert first.places.keys() < second.places.keys()
    assert all(second.places[place] > p for place, p in first.places.items())
    text_of = {place: empty_study.corpus.by_id[place[0]].text[slice(*place[1:])] for place in second.places}
    to_code = [row["text"] for row in sheet_rows(tmp_path / "sample1.csv") if row["coder"]]
    assert sorted(to_code) == sorted(text for place, text in text_of.items() if place not in first.places)


def test_new_transcripts_are_drawn_from_as_densely_as_those_before(
    empty_study: Study, truth: Truth, tmp_path: Path
) -> None:
    first = draw_sample(empty_study, tmp_path, 60)
    with empty_study.store.transaction("test") as write:
        new = [
            talk(f"ash9{at}", tuple(f"New answer {line} of {at}." for line in range(LINES)), "ash") for at in range(3)
        ]
        write.add_transcripts(new)
        made = [suggestion(one, at, "CO") for one in new for at in range(0, LINES, 3)]
        write.replace_suggestions(MODEL, [one.id for one in new], made)
    second = draw_sample(empty_study, tmp_path, 60)
    assert first.places.keys() <= second.places.keys()
    assert any(place[0].startswith("ash9") for place in second.places)


def test_by_another_model_the_draw_is_a_new_one_of_what_is_not_coded(
    empty_study: Study, truth: Truth, tmp_path: Path
) -> None:
    first = draw_sample(empty_study, tmp_path, 40)
    code_by_hand(empty_study, truth, first.places)
    with empty_study.store.transaction("test") as write:
        write.add_model("m0002", MODEL, {"training": {"learned_from": [*{place[0] for place in first.places}]}})
        write.replace_suggestions("m0002", sorted({place[0] for place in truth}), [])
    second = draw_sample(empty_study, tmp_path, 20)
    assert second.model == "m0002"
    assert not second.places.keys() & first.places.keys()
    assert second.coded == first.places.keys()


def test_it_is_drawn_from_what_the_coder_has_not_seen(empty_study: Study, truth: Truth, tmp_path: Path) -> None:
    review = ReviewSession(empty_study)
    passage = next(one for one in review.interviews["ash0"].in_review if not one.is_blind)
    review.decide("Ana", ActionRequest(ReviewAction.ACCEPT, passage.key, "1", suggested=passage.suggestions[0].code))
    assert "ash0" not in draw_sample(empty_study, tmp_path, 60, "Ana").transcripts
    assert "ash0" in draw_sample(empty_study, tmp_path, 60, "Ben").transcripts
    for name in {place[0] for place in truth} - {"ash0"}:
        passage = next(one for one in review.interviews[name].in_review if not one.is_blind)
        review.decide(
            "Ana", ActionRequest(ReviewAction.ACCEPT, passage.key, name, suggested=passage.suggestions[0].code)
        )
    with pytest.raises(InputError, match="Ana has seen the suggestions on all"):
        draw_sample(empty_study, tmp_path, 60, "Ana")


def test_what_the_model_has_not_coded_is_not_drawn_from(empty_study: Study, truth: Truth, tmp_path: Path) -> None:
    with empty_study.store.transaction("test") as write:
        write.add_transcripts([talk("late", case="ash")])
    with pytest.raises(InputError, match=r"m0001 has not coded late yet.*secondcoder code"):
        draw_sample(empty_study, tmp_path, 20)
    assert latest_draw(empty_study.corpus) is None
    assert not [*tmp_path.glob("sample*")]


def test_without_transcripts_there_is_nothing_to_draw_or_to_count(empty_study: Study, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no transcripts yet"):
        draw_sample(empty_study, tmp_path, 20)
    with pytest.raises(InputError, match="no transcripts yet"):
        empty_study.corrected_counts()


def test_where_all_is_coded_there_is_nothing_to_draw(empty_study: Study, truth: Truth, tmp_path: Path) -> None:
    code_by_hand(empty_study, truth, truth)
    with pytest.raises(InputError, match="everything is coded by hand"):
        draw_sample(empty_study, tmp_path, 20)


def test_without_a_model_it_is_drawn_by_case(empty_study: Study, tmp_path: Path) -> None:
    with empty_study.store.transaction("test") as write:
        write.add_transcripts([talk(f"t{at}") for at in range(4)])
    drawn = draw_sample(empty_study, tmp_path, 12)
    assert (drawn.model, len(drawn.places)) == (None, 12)
    assert {*drawn.places.values()} == {0.5}


def test_its_passages_judge_no_model_and_their_interviews_still_wait(
    empty_study: Study, truth: Truth, tmp_path: Path
) -> None:
    drawn = draw_sample(empty_study, tmp_path, 40)
    code_by_hand(empty_study, truth, drawn.places)
    workspace = empty_study.workspace()
    segments = workspace.segments(workspace.corpus.transcripts)
    is_chosen = chosen(workspace.corpus, segments)
    assert {one.place for one, is_it in zip(segments, is_chosen, strict=True) if is_it} == drawn.places.keys()
    assert len(uncoded(workspace)) == 9


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--sample", "20"], "--sample N --coder NAME"),
        (["--sample", "20", "--next", "5", "--coder", "Ana"], "Give one of"),
        (["--sample", "1", "--coder", "Ana"], "not in the range"),
    ],
)
def test_options_that_do_not_go_together(
    empty_study: Study, run_cli, tmp_path: Path, options: list[str], said: str
) -> None:
    code, _, err = run_cli("-C", empty_study.folder, "sheet", "make", tmp_path / "x.xlsx", *options)
    assert code == 2
    assert said in err


def test_the_methods_section_tells_the_draw_apart_from_rounds(empty_study: Study, tmp_path: Path) -> None:
    with empty_study.store.transaction("test") as write:
        write.add_transcripts([talk(f"t{at}") for at in range(4)])
    draw_sample(empty_study, tmp_path, 12)
    written = empty_study.export_methods()
    assert "12 passages were drawn with known probability" in written
    assert "proposed for coding" not in written
