"""Samples and order: the same for the same seed, told by nothing on the page, and never by the suggestions themselves."""

from __future__ import annotations

from itertools import pairwise
from math import ceil, floor, isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st
from secondcoder.configuration import load_configuration
from secondcoder.domain.records import Place, Sample, Segment, Suggestion
from secondcoder.labels.review_order import expected_gain, spread_evenly
from secondcoder.labels.review_sample import build_passages, draw
from secondcoder.labels.suggestion_trees import trees
from secondcoder.review.queue import Filter, queue
from secondcoder.review.session import ReviewSession
from secondcoder.study.study import Study
from support.review_checks import LINES, MODEL, fill, settings, suggestion, talk, word

SETTINGS = load_configuration().review
SEGMENTS = [Segment(f"t{n:02}", at, 10 * at, 10 * at + 8, "a passage"[:8], at) for n in range(40) for at in range(25)]
MARKED = [
    Suggestion(segment.transcript, segment.start, segment.end, "CO", 0.5, 0.3, True, MODEL)
    for segment in SEGMENTS
    if segment.order % 2
]


def sampled(**changes: float) -> list[Sample]:
    settings = SETTINGS.model_copy(update=changes)
    return [passage.sample for passage in build_passages(SEGMENTS, MARKED, ["CO"], settings)]


def test_the_shares_are_those_of_the_settings() -> None:
    found = [sample for seed in range(8) for sample in sampled(sample_seed=seed)]
    blind, below = found.count(Sample.BLIND), found.count(Sample.BELOW)
    assert 0.09 < blind / (8 * len(MARKED)) < 0.11
    assert isclose(below / (below + 8 * len(MARKED)), 0.05, abs_tol=0.002)


@given(st.integers(0, 10_000), st.integers(1, 40), st.floats(0.05, 0.5))
def test_each_interview_has_its_share_blind(seed: int, length: int, share: float) -> None:
    """Drawn passage by passage, an interview with twenty suggestions would have none blind in one study of eight."""
    talked = [Segment("t", at, 10 * at, 10 * at + 8, "a passage"[:8], at) for at in range(length)]
    marks = [Suggestion("t", one.start, one.end, "CO", 0.5, 0.3, True, MODEL) for one in talked]
    changed = SETTINGS.model_copy(update={"sample_seed": seed, "blind": share, "below": 0.0})
    blind = [passage.sample for passage in build_passages(talked, marks, ["CO"], changed)].count(Sample.BLIND)
    assert floor(share * length) <= blind <= ceil(share * length)


@given(st.integers(0, 10_000), st.sets(st.integers(0, 24)), st.sets(st.integers(0, 24)))
def test_what_was_begun_keeps_its_sample_when_suggestions_are_added(seed: int, first: set[int], more: set[int]) -> None:
    talked = SEGMENTS[:25]
    changed = SETTINGS.model_copy(update={"sample_seed": seed, "blind": 0.3, "below": 0.2})

    def drawn(suggested: set[int], begun: dict[Place, Sample]) -> dict[Place, Sample]:
        marks = [Suggestion("t00", 10 * at, 10 * at + 8, "CO", 0.5, 0.3, True, MODEL) for at in suggested]
        return {
            passage.place: passage.sample for passage in build_passages(talked, marks, ["CO"], changed, begun=begun)
        }

    before = drawn(first, {})
    begun = {place: sample for n, (place, sample) in enumerate(before.items()) if n % 2}
    after = drawn(first | more, begun)
    assert begun.items() <= after.items()
    blind = sum(after["t00", 10 * at, 10 * at + 8] is Sample.BLIND for at in first | more)
    assert blind <= ceil(0.3 * len(first | more))


def test_nothing_is_sampled_where_the_settings_say_so() -> None:
    assert set(sampled(blind=0.0, below=0.0)) == {Sample.ORDINARY}


def test_all_blind_means_all_with_suggestions() -> None:
    found = build_passages(SEGMENTS, MARKED, ["CO"], SETTINGS, all_blind=True)
    assert all(one.is_blind for one in found if one.suggestions)


def test_below_the_threshold_means_without_a_suggestion() -> None:
    found = build_passages(SEGMENTS, MARKED, ["CO"], SETTINGS)
    assert all(not one.suggestions for one in found if one.sample is Sample.BELOW)


def test_the_draw_depends_on_the_seed_and_on_nothing_else() -> None:
    assert sampled() == sampled()
    assert sampled() != sampled(sample_seed=7)


def test_a_passage_stays_blind_when_more_interviews_come() -> None:
    few = build_passages(SEGMENTS[:250], MARKED, ["CO"], SETTINGS)
    many = {passage.place: passage.sample for passage in build_passages(SEGMENTS, MARKED, ["CO"], SETTINGS)}
    assert all(many[one.place] is Sample.BLIND for one in few if one.sample is Sample.BLIND)


def test_the_draw_is_even() -> None:
    drawn = [draw(("t", at, at + 5), 1) for at in range(2000)]
    assert 0.47 < sum(drawn) / len(drawn) < 0.53
    assert min(drawn) >= 0
    assert max(drawn) < 1


def test_doubt_and_rarity_promise_most() -> None:
    talked = talk("t1")
    even, sure = suggestion(talked, 0, "CO", 0.5), suggestion(talked, 0, "CO", 0.95)
    assert expected_gain(even, 10) > expected_gain(sure, 10)
    assert expected_gain(even, 2) > expected_gain(even, 50)
    assert expected_gain(even, 0) == 1.0


def leading(review: ReviewSession, wanted: Filter | None = None) -> list[str]:
    return [trees(item.passage.shown, review.book)[0].rows[0][0].code for item in queue(review, "code", wanted)]


def test_the_queue_takes_all_of_one_code_in_a_row(review: ReviewSession) -> None:
    """Each passage once, with the code at its top; CO and CP are suggested on the same passages."""
    codes = leading(review)
    assert sorted(codes) == ["CA", "CA", "CO", "CO", "RM", "RM"]
    assert sum(left != right for left, right in pairwise(codes)) == 2


def test_a_code_begins_with_its_clearest_passage(empty_study: Study) -> None:
    one, two = talk("t1"), talk("t2")
    marks = [suggestion(one, 0, "CO", 0.5), suggestion(one, 1, "CO", 0.9), suggestion(two, 0, "CO", 0.9)]
    fill(empty_study, [one, two], marks)
    settings(empty_study, blind=0.0, below=0.0)
    found = [(item.passage.place[0], item.passage.segment.order) for item in queue(ReviewSession(empty_study), "code")]
    assert found == [("t1", 1), ("t1", 0), ("t2", 0)]


def test_by_transcript_the_talk_goes_in_its_order(review: ReviewSession) -> None:
    places = [one.passage.place[:2] for one in queue(review, "transcript")]
    assert places == sorted(places)
    assert len(places) == len(set(places)) == 6


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        (Filter(code="CO"), 2),
        (Filter(transcript="t2"), 3),
        (Filter(least=0.7), 4),
        (Filter(text="CORRIDOR"), 2),
        (Filter(case="nowhere"), 0),
        (Filter(text=LINES[0][:9], code="RM"), 0),
    ],
)
def test_filters(review: ReviewSession, wanted: Filter, count: int) -> None:
    assert len(queue(review, "code", wanted)) == count


def test_a_construct_finds_its_sub_constructs(empty_study: Study) -> None:
    empty_study.codebook_import("npt")
    talked = talk("t1")
    fill(empty_study, [talked], [suggestion(talked, 0, "CP.ENR"), suggestion(talked, 1, "CA.CI")])
    settings(empty_study, blind=0.0, below=0.0)
    assert leading(ReviewSession(empty_study), Filter(code="CP")) == ["CP.ENR"]


def test_a_filter_unfolds_what_it_asks_for(empty_study: Study) -> None:
    """Whoever looks through one code has its unlikely passages to decide on too; elsewhere they stay folded."""
    talked = talk("t1")
    fill(empty_study, [talked], [suggestion(talked, 0, "CO", 0.8), suggestion(talked, 0, "CP", 0.2)])
    settings(empty_study, blind=0.0, below=0.0)
    review = ReviewSession(empty_study)
    for wanted, shown in ((Filter(), ["CO"]), (Filter(code="CP"), ["CO", "CP"]), (Filter(least=0.2), ["CO", "CP"])):
        (item,) = queue(review, "code", wanted)
        assert [suggestion.code for suggestion in item.passage.shown] == shown
    progress = review.progress_of("ada")
    review.decide("ada", word(review, 0, "accept", suggested="CO"))
    progress = review.progress_of("ada")
    assert [item.is_done(progress) for item in queue(review, "code")] == [True]
    assert [item.is_done(progress) for item in queue(review, "code", Filter(code="CP"))] == [False]


def test_a_filter_by_code_tells_nothing_of_blind_passages(blind_review: ReviewSession) -> None:
    blind = [one.key for one in queue(blind_review, "code") if one.passage.is_blind]
    assert [one.key for one in queue(blind_review, "code", Filter(code="RM", least=0.99))] == blind


@given(st.integers(0, 40), st.lists(st.integers(1, 3), max_size=12))
def test_blind_passages_are_spread_evenly(ordinary: int, sizes: list[int]) -> None:
    """Nothing is lost or torn apart, the ordinary order stays, and each stretch of the queue holds its share of blind passages."""
    blind = [[(at, part) for part in range(size)] for at, size in enumerate(sizes)]
    mixed = spread_evenly(list(range(ordinary)), blind)
    assert [item for item in mixed if isinstance(item, int)] == list(range(ordinary))
    assert [item for item in mixed if not isinstance(item, int)] == [item for passage in blind for item in passage]
    before = 0
    for item in mixed:
        if isinstance(item, int):
            before += 1
        elif item[1] == 0:
            assert abs(before / max(ordinary, 1) - (item[0] + 0.5) / len(blind)) <= 1 / max(ordinary, 1) or not ordinary
