"""The summary when a model learned from an earlier review: what was decided then is told against what was suggested then."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from secondcoder.cli import cli
from secondcoder.review.session import ReviewSession
from secondcoder.review.summary_pages import summary_of
from secondcoder.study.study import Study
from support.review_checks import MODEL, small_study, word

NEXT = "m0002"


@pytest.fixture
def reviewed(empty_study: Study) -> Study:
    """Half of the first interview's passages with suggestions came blind; there F1 was found beside what was suggested."""
    study = small_study(empty_study, blind=0.5)
    review = ReviewSession(study)
    for at in (0, 1, 3):
        passage = review.interviews["t1"].passages[at]
        if passage.is_blind:
            for code in ("F1", *(suggestion.code for suggestion in passage.suggestions)):
                review.decide("ada", word(review, at, "add", code=code))
            review.decide("ada", word(review, at, "looked"))
        else:
            for suggestion in passage.suggestions:
                review.decide("ada", word(review, at, "accept", suggested=suggestion.code))
    return study


def next_model(study: Study, instead: dict[str, str] | None) -> None:
    """A model that learned from the review and suggests, on the other interview, what the first did but for some codes, or nothing."""
    made = [
        replace(suggestion, model=NEXT)
        for suggestion in study.store.suggestions(MODEL)
        if suggestion.transcript == "t2"
    ]
    with study.transaction() as write:
        write.add_model(NEXT, MODEL, {})
        write.use_model(NEXT, "for the test")
        if instead is not None:
            marks = [replace(one, code=instead.get(one.code, one.code)) for one in made]
            write.replace_suggestions(NEXT, ["t2"], marks)


def test_what_was_decided_before_stands_beside_what_was_suggested_then(reviewed: Study) -> None:
    before = summary_of(ReviewSession(reviewed), None)
    assert before.also_coded.of > 0
    assert before.also_coded.part == before.also_coded.of
    assert before.missed_with_suggestions.part == before.missed_with_suggestions.of > 0
    next_model(reviewed, {})
    assert summary_of(ReviewSession(reviewed), None) == before


def test_a_later_models_suggestions_change_no_earlier_figure(reviewed: Study) -> None:
    before = summary_of(ReviewSession(reviewed), None)
    next_model(reviewed, {"CO": "F2"})
    after = summary_of(ReviewSession(reviewed), None)
    assert (after.also_coded, after.missed_with_suggestions, after.followed) == (
        before.also_coded,
        before.missed_with_suggestions,
        before.followed,
    )


def test_the_summary_can_be_had_while_the_new_model_has_suggested_nothing(reviewed: Study, tmp_path: Path) -> None:
    next_model(reviewed, None)
    page = tmp_path / "summary.html"
    result = CliRunner().invoke(cli, ["-C", str(reviewed.folder), "review", "summary", "--out", str(page)])
    assert result.exit_code == 0, result.output
    assert "The first share applies to the 3 of 6 passages of these interviews" in page.read_text(encoding="utf-8")
