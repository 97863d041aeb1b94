"""The passages chosen for a clinic are those on which two readings part, not slips."""

from __future__ import annotations

import numpy as np
import pytest
from secondcoder.agreement.separating_passages import LEAST_GAIN, MOST, separating_passages

TOPICS, EACH, GROUPS = 8, 40, 8


def _talk(seed: int):
    """Passages about TOPICS apart topics; (n, d) unit vectors, topics, names of groups."""
    rng = np.random.default_rng(seed)
    topic = np.repeat(np.arange(TOPICS), EACH)
    vectors = np.eye(32)[topic] + 0.05 * rng.standard_normal((len(topic), 32))
    groups = [f"t{number}" for number in np.arange(len(topic)) % GROUPS]
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True), topic, groups


def _slips(marks, share, rng):
    return marks ^ (rng.random(marks.shape) < share)


@pytest.mark.parametrize("seed", range(3))
def test_readings_are_found_among_slips(seed):
    vectors, topic, groups = _talk(seed)
    readings = np.stack([np.isin(topic, (0, 1)), np.isin(topic, (0, 2))])
    marks = _slips(readings, 0.1, np.random.default_rng(seed))
    chosen = separating_passages(vectors, groups, marks, np.ones(len(topic), dtype=bool))
    # One of each topic on which the readings part separates them; slips, a third of all differences, are left out.
    assert sorted(topic[passage.row] for passage in chosen[:2]) == [1, 2]
    assert {int(topic[passage.row]) for passage in chosen} == {1, 2}
    assert {passage.gave for passage in chosen[:2]} == {0, 1}
    for passage in chosen:
        assert passage.readings[passage.gave] > passage.readings[1 - passage.gave]


def test_many_slips_on_one_topic_are_no_reading():
    vectors, topic, groups = _talk(7)
    rng = np.random.default_rng(7)
    # Of topics 3 to 5 each gives half of the passages, by lot: more differences than the two readings have, on rarer topics.
    marks = np.stack([np.isin(topic, (0, 1)), np.isin(topic, (0, 2))]) | (
        np.isin(topic, (3, 4, 5)) & (rng.random((2, len(topic))) < 0.5)
    )
    both = ~np.isin(topic, (1, 2)) | (np.arange(len(topic)) % 3 == 0)
    assert (both & np.isin(topic, (3, 4, 5)) & (marks[0] != marks[1])).sum() > 2 * (both & np.isin(topic, (1, 2))).sum()
    assert sorted(topic[passage.row] for passage in separating_passages(vectors, groups, marks, both)[:2]) == [1, 2]


def test_a_passage_stands_for_none_on_which_they_part_the_other_way():
    vectors, topic, groups = _talk(8)
    first = (topic == 1) & (np.arange(len(topic)) % 4 == 0)
    second = (topic == 1) & ~first
    chosen = separating_passages(vectors, groups, np.stack([first, second]), np.ones(len(topic), dtype=bool))
    for side, marks in enumerate((first, second)):
        assert sum(passage.stands_for for passage in chosen if passage.gave == side) == marks.sum()


def test_every_difference_is_stood_for_once():
    vectors, topic, groups = _talk(3)
    marks = np.stack([np.isin(topic, (0, 1, 3)), np.isin(topic, (0, 2))])
    chosen = separating_passages(vectors, groups, marks, np.ones(len(topic), dtype=bool))
    assert sum(passage.stands_for for passage in chosen) == (marks[0] != marks[1]).sum() == 3 * EACH
    assert {int(topic[passage.row]) for passage in chosen} == {1, 2, 3}


def test_only_passages_that_both_looked_at_are_chosen():
    vectors, topic, groups = _talk(4)
    marks, both = np.stack([topic == 1, topic == 2]), np.arange(len(topic)) % 3 == 0
    assert all(both[passage.row] for passage in separating_passages(vectors, groups, marks, both))


def test_never_more_than_a_meeting_can_talk_about():
    vectors, topic, groups = _talk(5)
    marks = np.stack([topic != 0, topic < 0])
    assert len(separating_passages(vectors, groups, marks, np.ones(len(topic), dtype=bool))) == MOST
    assert 1 / LEAST_GAIN > MOST


def test_coders_who_never_part_need_no_clinic():
    vectors, topic, groups = _talk(6)
    assert separating_passages(vectors, groups, np.stack([topic == 1] * 2), np.ones(len(topic), dtype=bool)) == []
    alone = np.array([group == "t0" for group in groups])
    assert separating_passages(vectors, groups, np.stack([topic == 1, topic == 2]), alone) == []
