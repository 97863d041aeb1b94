"""A coding by hand and a blind decision that say the same are one row: what is left of them when the one is taken away."""

from __future__ import annotations

from pathlib import Path

import pytest
from secondcoder.codebook.plan import NamedSteps
from secondcoder.codebook.yaml_file import dump_codebook
from secondcoder.domain.records import Coding
from secondcoder.exchange.importing import ImportOptions
from secondcoder.review.session import ReviewSession
from secondcoder.study.study import Study
from support.change_checks import with_ids
from support.office import unlooked
from support.review_checks import small_study, word
from support.study_checks import write_csv

REPLACE = ImportOptions(replace=True)


@pytest.fixture
def review(empty_study: Study) -> ReviewSession:
    return ReviewSession(small_study(empty_study, blind=1.0, below=0.25))


def imported(review: ReviewSession, path: Path, codes: str, at: int = 0) -> list[str]:
    """Import the coder's table of one answer, and give the notes."""
    start, end = review.interviews["t1"].passages[at].segment.span
    row = {"transcript": "t1", "start": start, "end": end, "codes": codes, "coder": "ada"}
    return review.study.import_files([write_csv(path / "ada.csv", [row])], REPLACE).notes


def own(study: Study) -> list[Coding]:
    return [coding for coding in study.corpus.codings if coding.coder == "ada"]


def test_a_blind_decision_holds_what_a_replaced_table_lacks(review: ReviewSession, tmp_path: Path) -> None:
    imported(review, tmp_path, "CO|CA")
    review.decide("ada", word(review, 0, "add", code="CO"))
    assert [coding.code for coding in own(review.study)] == ["CA", "CO"]
    notes = imported(review, tmp_path, "")
    assert [coding.code for coding in own(review.study)] == ["CO"]
    assert any(
        note.startswith("1 coding that was replaced stays, given in the review as well (CO by ada") for note in notes
    )
    assert not review.study.check_audit().faults


def test_what_the_new_table_brings_too_is_there_once(review: ReviewSession, tmp_path: Path) -> None:
    imported(review, tmp_path, "CO|CA")
    review.decide("ada", word(review, 0, "add", code="CO"))
    notes = imported(review, tmp_path, "CO|CP")
    assert [coding.code for coding in own(review.study)] == ["CO", "CP"]
    assert not any("in the review" in note for note in notes)
    assert not review.study.check_audit().faults


def test_a_decision_that_was_undone_holds_nothing(review: ReviewSession, tmp_path: Path) -> None:
    imported(review, tmp_path, "CO")
    review.decide("ada", word(review, 0, "add", code="CO"))
    review.decide("ada", word(review, 0, "undo"))
    imported(review, tmp_path, "")
    assert own(review.study) == []


def test_a_coding_that_waits_to_be_assigned_outlives_a_replacing_import_with_its_look(
    review: ReviewSession, tmp_path: Path
) -> None:
    """It stands in no table that could be mended; nobody may take it for a code that was given without looking."""
    imported(review, tmp_path, "CO")
    study, book = review.study, tmp_path / "book.yml"
    book.write_text(dump_codebook(with_ids(study.codebook, {"CO": None}, "CO1", "CO2")), encoding="utf-8")
    study.codebook_change(study.codebook_plan(book, NamedSteps(split={"CO": ("CO1", "CO2")})), book)
    imported(review, tmp_path, "CA", at=2)
    (waiting,) = [coding for coding, _ in study.corpus.imported_as_made if coding.code == "CO"]
    assert unlooked(study) == []
    assert [coding.code for coding in own(study)] == ["CA"]
    looks = [look.span for look, _ in study.corpus.passes_as_made if look.codes == ("CO",)]
    assert looks == [waiting.span]
    assert not study.check_audit().faults
