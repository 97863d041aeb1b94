"""A study's segments as X, y and groups."""

from __future__ import annotations

from collections import defaultdict

from secondcoder import Study, labelled_segments
from support.study_checks import CODED, talk_rows


def test_rows_and_labels_are_those_of_the_coded_table(coded_study: Study) -> None:
    X, y, groups, weight = labelled_segments(coded_study)
    given: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for row in talk_rows():
        if row["role"] != "interviewer" and row["transcript"] in CODED:
            given[row["transcript"], row["text"].strip()].append("CO" in row["codes"].split("|"))
    rows = [*zip(X["transcript"], X["text"], strict=True)]
    assert sorted(rows) == sorted(given)
    assert y["CO"].tolist() == [sum(given[row]) / len(given[row]) for row in rows]
    assert set(y["CO"]) == {0.0, 0.5, 1.0}  # two coders, who do not always agree
    assert X["segment"].tolist() == [number for name in CODED for number in range(list(X["transcript"]).count(name))]
    assert len(set(zip(groups, X["transcript"], strict=True))) == len(CODED)
    assert (weight == 1).all()


def test_without_what_rests_on_suggestions_the_same_is_known_before_any_review(coded_study: Study) -> None:
    every, unaided = labelled_segments(coded_study).y, labelled_segments(coded_study, unaided=True).y
    assert unaided.equals(every)
