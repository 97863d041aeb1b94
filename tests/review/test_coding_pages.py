"""Coding by hand over HTTP: from the first import on, every action, what is stale, what is whose, and the codebook that grows."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

import pytest
from secondcoder.domain.records import Origin, Valence
from secondcoder.errors import DecisionError
from secondcoder.review.coding.desk import Desk
from secondcoder.review.others_codings import give_up_independence
from secondcoder.review.security import LoginLinks
from secondcoder.review.session import ReviewSession
from secondcoder.study.edit_transcript import TranscriptEdit
from secondcoder.study.study import Study
from support.change_checks import renamed
from support.client import Client
from support.coding_checks import Coder, fresh_study
from support.review_checks import LINES, fill, settings, small_study, suggestion, talk, word

ALL = (0, len(talk("t1").text))


@pytest.fixture
def study(empty_study: Study) -> Study:
    return fresh_study(empty_study)


@pytest.fixture
def ada(study: Study) -> Coder:
    return Coder(ReviewSession(study))


def marks(study: Study) -> list[tuple[object, ...]]:
    return [(coding.code, *coding.span, coding.coder, coding.valence, coding.memo) for coding in study.store.codings()]


def passes(study: Study) -> list[tuple[str, int, int]]:
    return [(look.coder, *look.span) for look in study.store.passes()]


def test_a_fresh_study_opens_at_its_first_interview(study: Study, logins: LoginLinks) -> None:
    client = Client(ReviewSession(study), logins)
    entered = client.http.get("/enter", params={"token": logins.invite("ben")})
    assert "url=/code/t1" in entered.text
    assert all(line in client.get("/code/t1") for line in LINES)
    assert client.get("/").count('href="/code/') == 2


def test_who_has_coded_begins_at_the_list(ada: Coder, study: Study, logins: LoginLinks) -> None:
    ada.code("CO", 12, 30)
    client = Client(ReviewSession(study), logins)
    assert "url=/code/" not in client.http.get("/enter", params={"token": logins.invite("ada")}).text
    assert "url=/code/" in client.http.get("/enter", params={"token": logins.invite("ben")}).text


def test_what_is_coded_is_in_the_store_as_it_was_selected(ada: Coder, study: Study) -> None:
    said = ada.do("code", code="CO", start=16, end=40, valence="promotes", memo=" first thought ")
    assert said["message"].startswith("Coded: CO on “")
    assert marks(study) == [("CO", 16, 40, "ada", Valence.PROMOTES, "first thought")]
    assert [coding.origin for coding in study.store.codings()] == [Origin.INDEPENDENT]
    assert passes(study) == [("ada", 16, 40)]
    assert 'data-code="CO"' in said["margins"]["2"]


def test_several_codes_overlapping_and_across_turns(ada: Coder, study: Study) -> None:
    for code, start, end in (("CO", 12, 60), ("CP", 12, 60), ("CA", 40, 150), ("RM", 0, 11)):
        ada.code(code, start, end)
    assert [(code, start, end) for code, start, end, *_ in marks(study)] == [
        ("RM", 0, 11),
        ("CO", 12, 60),
        ("CP", 12, 60),
        ("CA", 40, 150),
    ]
    page = ada.client.get("/code/t1")
    # One coding on three turns: its name once, its stripe on each.
    assert page.count('data-code="CA" aria-hidden') == 2
    assert passes(study) == [("ada", 0, 11), ("ada", 12, 150)]


def test_a_coding_is_changed_moved_and_removed(ada: Coder, study: Study) -> None:
    key = ada.code("CO", 12, 30)
    key = ada.do("change", key=key, valence="inhibits")["keys"][0]
    key = ada.do("change", key=key, memo="ask Ben")["keys"][0]
    key = ada.do("change", key=key, code="cp")["keys"][0]
    key = ada.do("change", key=key, start=20, end=50)["keys"][0]
    assert marks(study) == [("CP", 20, 50, "ada", Valence.INHIBITS, "ask Ben")]
    assert passes(study) == [("ada", 20, 50)]
    key = ada.do("change", key=key, valence="")["keys"][0]
    assert marks(study)[0][4] is None
    ada.do("remove", key=key)
    assert (marks(study), passes(study)) == ([], [])
    assert study.check_audit().faults == ()


def test_undo_takes_back_one_action_after_the_other_and_says_which(ada: Coder, study: Study) -> None:
    key = ada.code("CO", 12, 30)
    ada.code("CP", 12, 30)
    ada.do("remove", key=key)
    ada.do("read")
    told = [ada.do("undo")["message"] for _ in range(4)]
    assert [words.split(":")[0] for words in told] == [
        "Took back",
        "Took back the removal. It is there again",
        "Took back",
        "Took back",
    ]
    assert "CP on “" in told[2]
    assert "CO on “" in told[3]
    assert "nothing left to undo" in ada.refused("undo")
    assert (marks(study), passes(study)) == ([], [])
    assert study.check_audit().faults == ()


def test_undo_belongs_to_the_coder_and_the_interview(ada: Coder, study: Study) -> None:
    ada.code("CO", 12, 30)
    ada.code("CP", 12, 30, "t2")
    ben = Coder(ReviewSession(study), "ben")
    ben.code("CA", 12, 30)
    assert "CO on" in ada.do("undo")["message"]
    assert {(code, coder) for code, _, _, coder, *_ in marks(study)} == {("CP", "ada"), ("CA", "ben")}
    assert "nothing left" in ada.refused("undo")


def test_undo_outlives_the_server(ada: Coder, study: Study) -> None:
    ada.code("CO", 12, 30)
    assert "CO on" in Coder(ReviewSession(study)).do("undo")["message"]


def test_what_a_page_shows_and_is_gone_is_refused(ada: Coder, study: Study) -> None:
    key = ada.code("CO", 12, 30)
    newer = ada.do("change", key=key, valence="promotes")["keys"][0]
    for action in ("remove", "change"):
        assert "changed or removed meanwhile" in ada.refused(action, key=key, valence="mixed")
    assert marks(study)[0][4] is Valence.PROMOTES
    # The row may get the same number in the table again; the key is of what it says.
    ada.do("undo")
    assert "changed or removed meanwhile" in ada.refused("remove", key=newer)


def test_the_margin_is_asked_for_anew_and_others_codings_are_not_in_it(ada: Coder, study: Study) -> None:
    ben = Coder(ReviewSession(study), "ben")
    version = re.search(r'data-version="(\w+)"', ada.client.get("/code/t1"))[1]
    asked = {"X-Asked-By": "page"}
    ben.do("code", code="RM", start=12, end=30, memo="between us")
    other = ada.client.http.get("/code/t1", params={"since": version}, headers=asked)
    # Ben's look at his own words is no reading, and his codings are his.
    assert "RM" not in other.text
    ben.do("read")
    now = ada.client.http.get("/code/t1", params={"since": version}, headers=asked).json()
    assert "ben</strong>: the whole interview, for all 9 codes" in now["readings"]
    assert now["margins"] == {}
    for text in (ada.client.get("/code/t1"), str(now)):
        assert "between us" not in text
        assert "take back</button>" not in text
    again = ada.client.http.get("/code/t1", params={"since": now["version"]}, headers=asked)
    assert again.status_code == 204


def test_two_windows_of_one_coder_lose_nothing(ada: Coder, study: Study) -> None:
    other = Coder(ReviewSession(study))
    key = ada.code("CO", 12, 30)
    other.code("CP", 14, 40)
    said = ada.do("change", key=key, valence="mixed")
    assert set(re.findall(r'data-code="(\w+)"', str(said["margins"]))) == {"CO", "CP"}
    assert len(marks(study)) == 2


def test_many_at_once(study: Study) -> None:
    from concurrent.futures import ThreadPoolExecutor

    # Servers of their own, so that nothing but the store keeps them apart.
    coders = [Coder(ReviewSession(study), name) for name in ("ada", "ben", "cleo", "ada")]

    def work(coder: Coder, code: str) -> None:
        for at in range(12, 60, 4):
            coder.code(code, at, at + 4)
        coder.do("undo")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, coders, ["CO", "CO", "CO", "CP"]))
    by = Counter(coder for *_, coder, _, _ in marks(study))
    # Ada's two windows share what there is to undo.
    assert by == {"ada": 22, "ben": 11, "cleo": 11}
    assert study.check_audit().faults == ()


@pytest.mark.parametrize(
    ("action", "fields", "why"),
    [
        ("code", {"code": "COO", "start": 12, "end": 30}, "not in the codebook"),
        ("code", {"code": "CO", "start": 30, "end": 12}, "no words"),
        ("code", {"code": "CO", "start": 12, "end": 10_000}, "no words"),
        ("code", {"code": "CO", "start": 11, "end": 12}, "no words"),
        ("code", {"code": "CO", "start": "²", "end": 12}, "whole number"),
        ("code", {"code": "CO", "start": 12, "end": 30, "valence": "good"}, "not a valence"),
        ("code", {"code": "CO", "turn": 99}, "from 1 to 12"),
        ("code", {"code": "CO", "turn": 2, "words": "nobody said this"}, "not in turn 2"),
        ("remove", {"key": "nothing"}, "meanwhile"),
        ("unread", {"key": "nothing"}, "taken back meanwhile"),
        ("read", {"part": "some", "from": 5, "to": 2}, "from 1 to 12"),
        ("read", {"which": "some"}, "at least one code"),
        ("jump", {}, "not an action"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_lands(
    ada: Coder, study: Study, action: str, fields: dict[str, object], why: str
) -> None:
    assert why in ada.refused(action, **fields)
    assert (marks(study), passes(study)) == ([], [])


def test_the_same_code_twice_on_the_same_words_is_refused(ada: Coder, study: Study) -> None:
    ada.code("CO", 12, 30)
    other = ada.code("CP", 12, 30)
    assert "already" in ada.refused("code", code="CO", start=12, end=30)
    assert "already" in ada.refused("change", key=other, code="CO")
    assert len(marks(study)) == 2


def test_an_interview_that_is_not_there_and_the_adjudication_link(ada: Coder, study: Study, logins: LoginLinks) -> None:
    answer = ada.client.http.get("/code/t11")
    assert (answer.status_code, "Did you mean 't1'?" in answer.text.replace("&#39;", "'")) == (404, True)
    both = Client(ReviewSession(study), logins, "consensus", adjudicates=True)
    assert both.http.get("/code/t1").status_code == 409
    assert both.post("/code/t1", action="code", code="CO", start=12, end=30).status_code == 409
    assert marks(study) == []


def test_it_is_asked_for_as_every_other_change_is(ada: Coder, study: Study) -> None:
    sent = {"action": "code", "code": "CO", "start": 12, "end": 30}
    assert ada.client.post("/code/t1", mark="wrong", **sent).status_code == 403
    assert ada.client.post("/code/t1", headers={"Origin": "https://evil.example"}, **sent).status_code == 403
    ada.client.http.cookies.clear()
    assert ada.client.post("/code/t1", **sent).status_code == 403
    assert ada.client.http.get("/code/t1").status_code == 403
    assert marks(study) == []


def test_without_script_words_are_quoted_from_a_turn(ada: Coder, study: Study) -> None:
    answer = ada.client.post("/code/t1", action="code", code="CO", turn=2, words="over lunch")
    assert (answer.status_code, answer.headers["location"]) == (303, "/code/t1#turn2")
    text = study.corpus.by_id["t1"].text
    assert [text[start:end] for _, start, end, *_ in marks(study)] == ["over lunch"]
    key = re.search(r"\?edit=(\w+)#edit", ada.client.get("/code/t1"))[1]
    page = ada.client.get(f"/code/t1?edit={key}")
    assert f'name="key" value="{key}"' in page
    assert ada.client.post("/code/t1", action="remove", key=key).status_code == 303
    assert marks(study) == []


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


# -- the codebook ------------------------------------------------------------------------------------------------------------


def test_a_new_code_is_in_the_codebook_its_history_and_the_open_page(ada: Coder, study: Study) -> None:
    ada.code("CP", 12, 30)
    said = ada.do("newcode", id="CP.LEAD", name="Leading", parent="CP", definition="Somebody leads.")
    assert said["message"] == "Added to the codebook: CP.LEAD."
    ada.code("CP.LEAD", 12, 30)
    ids = study.codebook.ids
    assert ids[ids.index("CP") + 1] == "CP.LEAD"
    assert study.codebook["CP.LEAD"].family == "construct"
    (change,) = study.codebook_history()
    assert change["who"] == "ada"
    assert "CP.LEAD" in change["steps"][0]
    # What was coded before was no look for it; what is coded now is.
    assert ["CP.LEAD" in look.codes for look in study.store.passes()] == [False, True]
    assert study.check_audit().faults == ()
    for _ in range(2):
        ada.do("undo")
    assert (marks(study), passes(study)) == ([], [])


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"id": ""}, "at least 1 character"),
        ({"id": "A|B"}, "control character"),
        ({"id": "co"}, "stands for both"),
        ({"id": "NEW", "parent": "NOWHERE"}, "not in the codebook"),
    ],
)
def test_a_code_that_cannot_be_is_refused(ada: Coder, study: Study, fields: dict[str, str], why: str) -> None:
    before = study.codebook_file
    assert why in ada.refused("newcode", **fields)
    assert (study.codebook_file, study.codebook_history()) == (before, [])


def test_a_settled_codebook_takes_no_new_code(study: Study) -> None:
    settings(study, new_codes=False)
    ada = Coder(ReviewSession(study))
    assert "settled" in ada.refused("newcode", id="NEW")
    assert "New code" not in ada.client.get("/code/t1")


def test_who_has_not_seen_a_new_code_has_not_looked_for_it(study: Study) -> None:
    """Two people at one server: the page of the second was shown before the first added a code."""
    logins = LoginLinks()
    ada = Coder(ReviewSession(study), "ada", logins)
    before = study.codebook.hash
    ada.do("newcode", id="NEW")
    for action, fields in (("read", {}), ("code", {"code": "CO", "start": 12, "end": 30})):
        assert "codebook has changed since this page" in ada.refused(action, codebook=before, **fields)
    ada.do("read", codebook=study.codebook.hash)
    assert [look.codes for look in study.store.passes()] == [study.codebook.ids]


def test_a_decision_of_a_page_from_before_a_new_code_is_refused(review: ReviewSession) -> None:
    ada, before = Coder(review), review.book.hash
    assert f'name="codebook" value="{before}"' in ada.client.get("/queue")
    ada.do("newcode", id="NEW")
    key = review.interviews["t1"].passages[2].key
    sent = {"verdict": "looked", "passage": key, "headers": {"X-Asked-By": "page"}}
    assert ada.client.post(codebook=before, request="r1", **sent).status_code == 409
    assert review.study.store.decisions() == []
    assert ada.client.post(codebook=review.study.codebook.hash, request="r2", **sent).status_code == 200
    assert [look.codes for look in review.study.store.passes()] == [review.study.codebook.ids]


def test_who_codes_by_a_codebook_of_before_looks_at_the_new_one_first(ada: Coder, study: Study) -> None:
    shown = study.codebook.hash
    Coder(ReviewSession(study), "ben").do("newcode", id="NEW")
    assert "has changed since this page" in ada.refused("code", code="CO", start=12, end=30, codebook=shown)
    assert marks(study) == []
    assert 'data-code="NEW"' in ada.client.get("/code/t1")
    ada.do("code", code="CO", start=12, end=30, codebook=study.codebook.hash)
    assert study.store.passes()[0].codes == study.codebook.ids


def test_what_was_prepared_before_a_change_is_refused(study: Study) -> None:
    """A request that is under way when an interview is edited or removed writes nothing."""
    review = ReviewSession(study)
    desk = Desk(review, "ada", review.transcripts["t1"])
    study.transcript_edit("t2", TranscriptEdit(case="ash"))
    with pytest.raises(DecisionError, match="changed while this page was open"):
        desk.code((12, 30), "CO")
    study.transcript_remove("t1")
    with pytest.raises(DecisionError, match="changed while this page was open"):
        desk.code((12, 30), "CO")
    assert marks(study) == []


def test_a_renamed_code_is_shown_under_its_present_name(ada: Coder, study: Study) -> None:
    key = ada.code("CO", 12, 30)
    after = renamed(study).codebook
    ada = Coder(ReviewSession(study))
    assert 'data-code="SENSE"' in ada.client.get("/code/t1")
    key = ada.do("change", key=key, valence="promotes")["keys"][0]
    assert [coding.code for coding in study.store.codings()] == ["CO"]
    ada.do("change", key=key, start=14, end=30)
    assert [coding.code for coding in study.store.codings()] == ["SENSE"]
    assert [look.codes for look in study.store.passes()] == [after.ids]


def test_undo_ends_where_a_transcript_of_the_same_name_was_removed(ada: Coder, study: Study) -> None:
    ada.do("remove", key=ada.code("CO", 12, 30))
    gone = study.corpus.by_id["t1"]
    study.transcript_remove("t1")
    with study.store.transaction("test") as write:
        write.add_transcripts([gone])
    assert "nothing" in Coder(ReviewSession(study)).refused("undo").casefold()
    assert marks(study) == []
    assert study.check_audit().faults == ()


def test_who_asked_to_see_others_codings_codes_no_more_independently(ada: Coder, study: Study) -> None:
    give_up_independence(ReviewSession(study), "ada", ["t1"])
    ada.code("CO", 12, 30)
    assert [coding.origin for coding in study.store.codings()] == [Origin.REVIEWED]


def test_the_end_of_an_interview_leads_to_the_next(study: Study, logins: LoginLinks) -> None:
    client = Client(ReviewSession(study), logins)
    assert re.search(
        r'id="readform".*<a class="button" href="/code/t2">Go on to t2</a>', client.get("/code/t1"), re.DOTALL
    )
    assert "Go on to" not in client.get("/code/t2")


@pytest.mark.parametrize("calibrated", [True, False])
def test_a_rank_is_not_called_a_probability(empty_study: Study, logins: LoginLinks, calibrated: bool) -> None:
    talked = talk("t1")
    fill(empty_study, [talked], [replace(suggestion(talked, 0, "CO"), calibrated=calibrated)])
    settings(empty_study, blind=0.0, below=0.0)
    page = Client(ReviewSession(empty_study), logins).get("/transcript/t1")
    assert ("its probability would be lower" in page, "it would rank lower" in page) == (calibrated, not calibrated)
