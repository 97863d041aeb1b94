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
