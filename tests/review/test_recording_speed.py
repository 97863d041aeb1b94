"""What a decision costs does not grow with the decisions before it: no statement reads a whole table of marks."""

from __future__ import annotations

from typing import Any

from secondcoder.review.session import ReviewSession
from sqlalchemy import Engine, event
from support.review_checks import word


def test_a_decision_reads_what_came_of_its_own_transcript_alone(review: ReviewSession) -> None:
    asked: list[tuple[str, Any]] = []

    def keep(_: object, __: object, statement: str, parameters: Any, *___: object) -> None:
        asked.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", keep)
    try:
        review.decide("ada", word(review, 0, "accept", suggested="CO"))
    finally:
        event.remove(Engine, "before_cursor_execute", keep)
    marks = [each for each in asked if "FROM codings" in each[0] or "FROM coding_passes" in each[0]]
    assert len(marks) >= 3, "read, and taken away"
    with review.study.store._engine.connect() as connection:
        plans = [
            row.detail
            for statement, parameters in marks
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]
    assert plans
    assert [plan for plan in plans if plan.startswith("SCAN")] == []
