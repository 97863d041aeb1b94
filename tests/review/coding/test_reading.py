"""What somebody says to have read, and what counts as reviewed beside suggestions."""

from __future__ import annotations

import re

from secondcoder.domain.records import Origin
from secondcoder.review.others_codings import give_up_independence
from secondcoder.review.session import ReviewSession
from secondcoder.study.study import Study
from support.coding_checks import ALL, Coder, fresh_study, marks, passes
from support.review_checks import fill, settings, small_study, suggestion, talk, word

# -- reading ---------------------------------------------------------------------------------------------------------------


def test_silence_means_something_where_it_was_said(ada: Coder, study: Study) -> None:
    ada.do("read", part="some", **{"from": 3, "to": 4}, which="some", holds="CO")
    (look,) = study.store.passes()
    turns = study.corpus.by_id["t1"].turns
    assert (look.span, look.codes, look.origin) == ((turns[2].start, turns[3].end), ("CO",), Origin.INDEPENDENT)
    said = ada.do("read")
    assert said["message"].startswith("Read: the whole interview.")
    assert [look.codes for look in study.store.passes()] == [study.codebook.ids, ("CO",)]
    key = re.search(r'name="key" value="(\w+)"', said["readings"])[1]
    ada.do("unread", key=key)
    assert [look.codes for look in study.store.passes()] == [("CO",)]
    assert "said this already" in ada.refused("read", part="some", **{"from": 3, "to": 4}, which="some", holds="CO")


def test_a_reading_of_just_the_coded_words_outlives_the_coding(ada: Coder, study: Study) -> None:
    """A coding is a look at its own words; who says in so many words to have read them has said more."""
    turn = study.corpus.by_id["t1"].turns[1]
    key = ada.code("CO", turn.start, turn.end)
    said = ada.do("read", part="some", **{"from": 2, "to": 2})
    assert "turn 2, for all 9 codes" in said["readings"]
    assert passes(study) == [("ada", *turn.span)]
    ada.do("remove", key=key)
    assert passes(study) == [("ada", *turn.span)]
    for _ in range(2):
        ada.do("undo")
    assert passes(study) == [("ada", *turn.span)]
    ada.do("undo")
    assert passes(study) == []
    assert study.check_audit().faults == ()


def test_a_whole_reading_swallows_the_looks_within_and_gives_them_back(ada: Coder, study: Study) -> None:
    ada.code("CO", 12, 30)
    ada.do("read")
    assert passes(study) == [("ada", *ALL)]
    ada.code("CP", 100, 120)
    assert passes(study) == [("ada", *ALL)]
    ada.do(
        "unread", key=re.search(r'name="key" value="(\w+)"', ada.client.get("/code/t1").split('id="readings"')[1])[1]
    )
    assert passes(study) == [("ada", 12, 30), ("ada", 100, 120)]


# -- with suggestions --------------------------------------------------------------------------------------------------------


def test_beside_suggestions_nothing_is_independent_any_more(empty_study: Study) -> None:
    one, two = talk("t1"), talk("t2")
    fill(fresh_study(empty_study, talk("t3")), [one, two], [suggestion(one, 0, "CO")])
    settings(empty_study, blind=0.0, below=0.0)
    ada = Coder(ReviewSession(empty_study))
    for name in ("t1", "t2", "t3"):
        ada.code("CA", 100, 120, name)
        ada.do("read", name)
    origins = {coding.transcript: coding.origin for coding in empty_study.store.codings()}
    # On t2 the model was asked and suggested nothing, and t3 it was not asked about: nobody saw anything there.
    assert origins == {"t1": Origin.REVIEWED, "t2": Origin.INDEPENDENT, "t3": Origin.INDEPENDENT}
    assert {(look.transcript, look.span, look.origin) for look in empty_study.store.passes()} == {
        ("t1", ALL, Origin.REVIEWED),
        ("t2", ALL, Origin.INDEPENDENT),
        ("t3", ALL, Origin.INDEPENDENT),
    }
    assert "counts as reviewed" in ada.client.get("/code/t1")
    assert "counts as reviewed" not in ada.client.get("/code/t3")


def test_where_every_passage_is_coded_first_the_first_look_ends_independence(empty_study: Study) -> None:
    review = ReviewSession(small_study(empty_study), all_blind=True)
    ada = Coder(review)
    ada.code("CA", 100, 120)
    review.decide("ada", word(review, 0, "looked"))
    ada.code("CP", 100, 120)
    assert {coding.code: coding.origin for coding in empty_study.store.codings()} == {
        "CA": Origin.INDEPENDENT,
        "CP": Origin.REVIEWED,
    }


def test_what_was_said_before_the_suggestions_stays(study: Study) -> None:
    ada = Coder(ReviewSession(study))
    ada.code("CA", 100, 120)
    ada.do("read")
    fill(study, [], [])
    with study.store.transaction("test") as write:
        write.replace_suggestions("m0001", ["t1"], [suggestion(study.corpus.by_id["t1"], 0, "CO")])
    ada = Coder(ReviewSession(study))
    page = ada.client.get("/code/t1")
    coding = re.search(r'li class="coding" data-key="(\w+)"', page)[1]
    reading = re.search(r'name="key" value="(\w+)"', page.split('id="readings"')[1])[1]
    for action, fields in (
        ("remove", {"key": coding}),
        ("change", {"key": coding, "code": "CP"}),
        ("change", {"key": coding, "valence": "mixed"}),
        ("unread", {"key": reading}),
        ("undo", {}),
    ):
        assert "before you could see a model's suggestions" in ada.refused(action, **fields)
    ada.do("change", key=coding, memo="seen again")
    assert [(code, memo) for code, *_, memo in marks(study)] == [("CA", "seen again")]


def test_what_came_of_decisions_is_shown_and_changed_there(review: ReviewSession) -> None:
    review.decide("ada", word(review, 1, "accept", suggested="CA"))
    ada = Coder(review)
    key = re.search(r'li class="coding" data-key="(\w+)"', ada.client.get("/code/t1"))[1]
    assert "given in the review" in ada.refused("remove", key=key)
    asked = {"X-Asked-By": "page"}
    assert "given in the review" in ada.client.http.get(f"/code/t1?edit={key}", headers=asked).text
    ada.code("CP", 96, 120)
    assert [coding.code for coding in review.study.store.codings()] == ["CP", "CA"]
    assert review.imported_codes("ada", review.interviews["t1"].passages[1]) == ["CP"]


def test_who_asked_to_see_others_codings_codes_no_more_independently(ada: Coder, study: Study) -> None:
    give_up_independence(ReviewSession(study), "ada", ["t1"])
    ada.code("CO", 12, 30)
    assert [coding.origin for coding in study.store.codings()] == [Origin.REVIEWED]
