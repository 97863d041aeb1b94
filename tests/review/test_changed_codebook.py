"""A review in the midst of which the codebook changes: what was decided holds in the present codes, and the review goes on."""

from __future__ import annotations

from dataclasses import replace

import pytest
from secondcoder.codebook.history import Change, CodeHistory, Kind, Step
from secondcoder.codebook.model import Code, Codebook
from secondcoder.codebook.yaml_file import dump_codebook
from secondcoder.domain.records import Coding, CodingPass, Decision, Origin, ReviewAction, Suggestion
from secondcoder.errors import DecisionError, InputError
from secondcoder.labels.decisions import codings_and_passes
from secondcoder.labels.passage_state import passage_state
from secondcoder.labels.review_figures import summarise
from secondcoder.review.queue import queue
from secondcoder.review.security import LoginLinks
from secondcoder.review.session import ReviewSession, require_suggestions
from secondcoder.review.spreadsheet import read_sheet, write_sheet
from secondcoder.study.study import Study
from support.client import Client
from support.review_checks import small_study, talk, word
from support.study_checks import dump

RENAMED = (Step(Kind.RENAMED, ("CO",), ("SENSE",)),)
MERGED = (Step(Kind.MERGED, ("CO", "CP"), ("BOTH",)),)
SPLIT = (Step(Kind.SPLIT, ("CO",), ("CO1", "CO2")),)
RETIRED = (Step(Kind.RETIRED, ("CO",)),)
ADDED = (Step(Kind.ADDED, (), ("NEW",)),)


def change(study: Study, steps: tuple[Step, ...]) -> Study:
    """Confirm a change to the codes; the codebook afterwards has no more than their names."""
    before = study.codebook
    gone = {old for step in steps for old in step.old}
    ids = [code for code in before.ids if code not in gone] + [new for step in steps for new in step.new]
    after = Codebook(id=before.id, title="After", codes=tuple(Code(id=code, name=f"name of {code}") for code in ids))
    with study.with_codebook(after), study.transaction() as write:
        write.add_change(before, after, steps)
    return study


def reopened(review: ReviewSession, steps: tuple[Step, ...]) -> ReviewSession:
    """The review over the same study after the change; the model is of before."""
    study = change(review.study, steps)
    manifest = {
        "codebook": {"hash": study.corpus.history.changes[0].before},
        "scored": ["CO", "CP", "CA", "RM"],
        "ranked": [],
    }
    with study.transaction() as write:
        write.add_model("m0002", None, manifest)
        write.replace_suggestions(
            "m0002", ["t1", "t2"], [_of(suggestion, "m0002") for suggestion in study.store.suggestions("m0001")]
        )
    return ReviewSession(study)


def _of(suggestion: Suggestion, model: str) -> Suggestion:
    return replace(suggestion, model=model)


def suggested(review: ReviewSession) -> set[str]:
    return {suggestion.code for item in queue(review, "code") for suggestion in item.passage.suggestions}


def test_a_renamed_code_goes_on_under_its_new_name(review: ReviewSession) -> None:
    review.decide("ada", word(review, 0, "accept", suggested="CO"))
    before = dump(review.study.folder)["codings"]
    again = reopened(review, RENAMED)
    assert suggested(again) == {"SENSE", "CP", "CA", "RM"}
    place = again.interviews["t1"].passages[0].place
    decided = again.progress_of("ada").state(place).decision_on("SENSE")
    assert decided is not None
    assert (decided.verdict, decided.code) == (ReviewAction.ACCEPT, "SENSE")
    again.decide("ada", word(again, 0, "reject", suggested="CP"))
    assert dump(review.study.folder)["codings"] == before
    again.decide("ada", word(again, 0, "reject", suggested="SENSE"))
    assert again.study.corpus.codings == []
    assert {coding_pass.codes for coding_pass in again.study.corpus.passes} == {("CP",), ("SENSE",)}


@pytest.mark.parametrize(("steps", "hidden"), [(MERGED, {"CO", "CP"}), (SPLIT, {"CO"}), (RETIRED, {"CO"})])
def test_codes_that_are_not_the_same_any_more_are_not_suggested(review: ReviewSession, steps, hidden: set[str]) -> None:
    again = reopened(review, steps)
    assert suggested(again) == {"CO", "CP", "CA", "RM"} - hidden
    assert again.unknown.summary


def test_a_merged_code_holds_where_one_was_given(review: ReviewSession) -> None:
    review.decide("ada", word(review, 0, "accept", suggested="CO"))
    review.decide("ada", word(review, 0, "reject", suggested="CP"))
    again = reopened(review, MERGED)
    place = again.interviews["t1"].passages[0].place
    decided = again.progress_of("ada").state(place).decision_on("BOTH")
    assert decided is not None
    assert decided.verdict is ReviewAction.ACCEPT
    assert [coding.code for coding in again.study.corpus.codings] == ["BOTH"]
    assert again.study.corpus.passes == []


def test_a_later_word_on_a_merged_code_takes_all_back_that_went_into_it(review: ReviewSession) -> None:
    review.decide("ada", word(review, 0, "accept", suggested="CO"))
    review.decide("ada", word(review, 0, "add", code="CP"))
    review.decide("ada", word(review, 2, "add", code="CO"))
    again = reopened(review, MERGED)
    again.decide("ada", word(again, 2, "remove", code="BOTH"))
    assert {(coding.start, coding.code) for coding in again.study.corpus.codings} == {
        (again.interviews["t1"].passages[0].segment.start, "BOTH")
    }


def test_what_a_split_or_retired_code_had_stays_in_the_history(review: ReviewSession) -> None:
    review.decide("ada", word(review, 0, "accept", suggested="CO", memo="over lunch"))
    before = dump(review.study.folder)["codings"]
    again = reopened(review, SPLIT)
    again.decide("ada", word(again, 0, "reject", suggested="CP"))
    assert dump(review.study.folder)["codings"] == before
    assert again.study.corpus.codings == []
    assert [one.code for one in again.progress_of("ada").history(again.interviews["t1"].passages[0].place)] == [
        None,
        "CO",
    ]


def test_saying_that_no_other_code_applies_never_covers_a_code_of_later(review: ReviewSession) -> None:
    review.decide("ada", word(review, 2, "looked"))
    again = reopened(review, ADDED)
    again.decide("ada", word(again, 2, "add", code="RM"))
    (looked,) = again.study.corpus.passes
    assert "NEW" not in looked.codes
    assert set(looked.codes) == set(again.book.ids) - {"NEW"}
    again.decide("ada", word(again, 2, "looked"))
    assert "NEW" in again.study.corpus.passes[0].codes


def test_an_undo_reaches_back_over_a_change(review: ReviewSession) -> None:
    accepted = review.decide("ada", word(review, 0, "accept", suggested="CO"))
    assert accepted
    again = reopened(review, RENAMED)
    again.decide("ada", word(again, 0, "undo"))
    assert again.study.corpus.codings == []
    place = again.interviews["t1"].passages[0].place
    assert again.progress_of("ada").state(place).decision_on("SENSE") is None


def test_a_desk_of_before_refuses_and_records_nothing(review: ReviewSession) -> None:
    other = Study(review.study.folder)
    change(other, RENAMED)
    other.close()
    before = dump(review.study.folder)
    with pytest.raises(DecisionError, match="changed while this page was open"):
        review.decide("ada", word(review, 0, "accept", suggested="CO"))
    assert dump(review.study.folder) == before
    assert ReviewSession(review.study).book.ids == ("CP", "CA", "RM", *review.book.ids[4:], "SENSE")


def test_while_an_edited_codebook_is_unconfirmed_the_page_names_the_command(
    review: ReviewSession, logins: LoginLinks
) -> None:
    """The file alone stops nobody; once the study is to be opened anew, nothing is shown or recorded until it is confirmed."""
    client, study = Client(review, logins, "ada"), review.study
    file = study.folder / "codebook.yml"
    before = file.read_text(encoding="utf-8")
    book = study.codebook
    other = book.codes[0].model_copy(update={"definition": "Something else."})
    edited = book.model_copy(update={"codes": (other, *book.codes[1:])})
    file.write_text(dump_codebook(edited), encoding="utf-8")
    assert client.http.get("/queue").status_code == 200
    with study.transaction() as write:
        write.add_transcripts([talk("t9")])
    for answer in (client.http.get("/queue"), client.post("/decide", verdict="looked", passage="p", request="r")):
        assert answer.status_code == 409
        assert "secondcoder codebook change" in answer.text
    file.write_text(before, encoding="utf-8")
    assert client.http.get("/queue").status_code == 200


def test_the_figures_and_the_sheet_know_the_present_codes(review: ReviewSession, tmp_path) -> None:
    review.decide("ada", word(review, 0, "accept", suggested="CO"))
    again = reopened(review, RENAMED)
    corpus = again.study.corpus
    summary = summarise(corpus.decisions, again.book, corpus.codings, corpus.passes, {})
    assert [code.code for code in summary.codes] == ["SENSE"]
    write_sheet(again, "ben", tmp_path / "review.xlsx")
    assert read_sheet(again, "ben", tmp_path / "review.xlsx").empty == 8


def test_a_model_that_suggested_only_vanished_codes_has_nothing_to_review(empty_study: Study) -> None:
    steps = tuple(Step(Kind.RETIRED, (code,)) for code in ("CO", "CP", "CA", "RM"))
    review = reopened(ReviewSession(small_study(empty_study)), steps)
    assert review.passages == []
    with pytest.raises(InputError, match="only codes that are not in the codebook any more"):
        require_suggestions(review)


def test_unsure_after_a_merge_is_left_out_of_what_was_looked_for() -> None:
    """Said in the old codes, read in the new ones: what is unsure in part is not covered."""
    history = CodeHistory([Change(1, "", "", "a", "b", MERGED)])

    def said(number: int, verdict: str, suggested: str | None = None, after: int = 0) -> Decision:
        book = "b" if after else "a"
        return Decision(
            "ada",
            ReviewAction(verdict),
            "t1",
            10,
            50,
            suggested=suggested,
            id=number,
            after_change=after,
            codebook=book,
        )

    told = [said(1, "looked"), said(2, "unsure", "BOTH", after=1)]
    _, passes = codings_and_passes(passage_state(told, history), ("BOTH", "CA"), history, {"a": ("CO", "CP", "CA")})
    assert [one for one, _ in passes] == [CodingPass("t1", "ada", 10, 50, ("CA",), Origin.REVIEWED)]


def test_the_same_code_given_before_and_after_a_split_is_two_codings() -> None:
    history = CodeHistory([Change(1, "", "", "a", "b", (Step(Kind.SPLIT, ("CO",), ("CO", "CX")),))])
    told = [
        Decision("ada", ReviewAction.ACCEPT, "t1", 10, 50, suggested="CO", code="CO", id=at, after_change=at - 1)
        for at in (1, 2)
    ]
    codings, _ = codings_and_passes(passage_state(told, history), ("CO", "CX"), history)
    one = Coding("t1", 10, 50, "CO", "ada", Origin.REVIEWED)
    assert [(made, by.after_change) for made, by in codings] == [(one, 0), (one, 1)]
