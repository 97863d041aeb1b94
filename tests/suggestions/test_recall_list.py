"""Which suggestions a recall run lists."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
from secondcoder.domain.records import Segment, Suggestion
from secondcoder.learning.assessment.recall_control import RecallPlan
from secondcoder.suggestions.code import _to_read

CODES, THRESHOLDS = ("A", "B", "RANKED"), (0.5, 0.5, 0.98)
SCORES = np.array(
    [
        [0.7, 0.6, 0.1],  # to read, both suggested
        [0.6, 0.4, 0.1],  # to read, A suggested
        [0.3, 0.4, 0.1],  # to read, nothing suggested: B is the likeliest
        [0.1, 0.1, 0.99],  # not to read, ranked only
        [0.1, 0.2, 0.1],  # not to read
    ]
)


def test_what_to_read_is_listed_with_what_is_suggested_there_or_else_the_likeliest_code():
    segments = [Segment("t", at, 10 * at, 10 * at + 9, "some words", 0) for at in range(len(SCORES))]
    every = [
        Suggestion("t", segment.start, segment.end, code, float(score), threshold, code != "RANKED", "m0001")
        for segment, row in zip(segments, SCORES, strict=True)
        for code, score, threshold in zip(CODES, row, THRESHOLDS, strict=True)
    ]
    plan = RecallPlan(0.9, ("A", "B"), 0.5, True, 8, 5, 0.9, 0.9, np.ones(2), 0.6, 0.6)
    listed = _to_read(every, segments, SCORES, SimpleNamespace(codes=CODES), plan)
    assert [(suggestion.start // 10, suggestion.code) for suggestion in listed] == [
        (0, "A"), (0, "B"), (1, "A"), (2, "B"), (3, "RANKED"),
    ]  # fmt: skip
    # With a lower target fewer passages are read, and what is suggested elsewhere is not listed.
    fewer = _to_read(
        every, segments, SCORES, SimpleNamespace(codes=CODES), RecallPlan(**{**vars(plan), "threshold": 0.8})
    )
    assert [(suggestion.start // 10, suggestion.code) for suggestion in fewer] == [(0, "A"), (0, "B"), (3, "RANKED")]
