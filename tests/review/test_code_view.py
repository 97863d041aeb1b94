"""The code view without a browser: what it shows to whom, recoding, splitting, and what is taken to Word."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from docx import Document
from secondcoder.domain.records import Coding, CodingPass, Origin, ReviewAction, Valence
from secondcoder.errors import DecisionError, InputError
from secondcoder.labels.code_passages import coding_key
from secondcoder.labels.recoding import recoding
from secondcoder.review.app import make_app
from secondcoder.review.app_state import AppState
from secondcoder.review.code_view_actions import write_recoding
from secondcoder.review.others_codings import GIVEN_UP
from secondcoder.review.security import LoginLinks
from secondcoder.review.session import ReviewSession
from secondcoder.study.study import Study
from starlette.testclient import TestClient
from support.change_checks import with_ids
from support.client import Client
from support.review_checks import LINES, small_study, talk, word

APART = "Suggested by the model"


def answer_span(review: ReviewSession, at: int, transcript: str = "t3") -> tuple[int, int]:
    return review.study.corpus.by_id[transcript].turns[2 * at + 1].span


def code(review: ReviewSession, coder: str, at: int, code: str, transcript: str = "t3", **more: object) -> Coding:
    """A coding that came of no decision, as an import or a person makes it."""
    coding = Coding(transcript, *answer_span(review, at, transcript), code, coder, **more)
    with review.study.store.transaction("test") as write:
        write.add_codings([coding], review.study.codebook)
    return coding


def read_whole(review: ReviewSession, coder: str, transcript: str = "t3", codes: tuple[str, ...] | None = None) -> None:
    length = len(review.study.corpus.by_id[transcript].text)
    with review.study.store.transaction("test") as write:
        write.add_passes([CodingPass(transcript, coder, 0, length, codes or review.book.ids)])


@pytest.fixture
def review(empty_study: Study) -> ReviewSession:
    """t1 and t2 are in the review, nothing blind; t3 is not."""
    study = small_study(empty_study)
    with study.store.transaction("test") as write:
        write.add_transcripts([talk("t3")])
    return ReviewSession(study)


@pytest.fixture
def ada(review: ReviewSession, logins: LoginLinks) -> Client:
    return Client(review, logins, "ada")


def shown(page: str) -> list[str]:
    """The quotations of people's codings on a page."""
    return re.findall(r'<span class="quoted">(.*?)</span>', page.split(APART, maxsplit=1)[0])


def decide_all(review: ReviewSession, coder: str, transcript: str) -> None:
    for at, codes in ((0, ("CO", "CP")), (1, ("CA",)), (3, ("RM",))):
        for each in codes:
            review.decide(coder, word(review, at, "reject", transcript, suggested=each))


# -- who sees what ------------------------------------------------------------------------------------------------------


def test_one_s_own_codings_are_always_shown(review: ReviewSession, ada: Client) -> None:
    code(review, "ada", 2, "CO")
    code(review, "ada", 2, "CO", "t1")
    assert shown(ada.get("/codes/CO")) == [LINES[2]] * 2


def test_others_codings_are_held_back_until_the_interview_is_read_for_the_code(
    review: ReviewSession, ada: Client
) -> None:
    code(review, "ben", 2, "CO")
    page = ada.get("/codes/CO")
    assert shown(page) == []
    assert LINES[2] not in page
    assert "1 coding of others on 1 interview" in page
    assert "ben" not in ada.get("/codes")
    read_whole(review, "ada", codes=("CA",))
    assert shown(ada.get("/codes/CO")) == []
    read_whole(review, "ada", codes=("CO",))
    page = ada.get("/codes/CO")
    assert shown(page) == [LINES[2]]
    assert "Held back" not in page


def test_a_reading_of_a_part_opens_nothing(review: ReviewSession, ada: Client) -> None:
    code(review, "ben", 0, "CO")
    with review.study.store.transaction("test") as write:
        write.add_passes([CodingPass("t3", "ada", 0, answer_span(review, 4)[1], review.book.ids)])
    assert shown(ada.get("/codes/CO")) == []


def test_while_something_is_left_to_decide_nothing_opens_the_interview(review: ReviewSession, ada: Client) -> None:
    code(review, "ben", 2, "CO", "t1")
    read_whole(review, "ada", "t1")
    ada.post("/codes/others", code="CO")
    page = ada.get("/codes/CO")
    assert shown(page) == []
    assert "until you have decided on everything there: 1 coding of others on 1 interview" in page
    decide_all(review, "ada", "t1")
    assert shown(ada.get("/codes/CO")) == [LINES[2]]


def test_a_blind_passage_still_to_code_keeps_the_interview_shut(
    blind_review: ReviewSession, logins: LoginLinks
) -> None:
    ada = Client(blind_review, logins, "ada")
    code(blind_review, "ben", 2, "CO", "t1")
    for passage in blind_review.interviews["t1"].in_review[:-1]:
        blind_review.decide("ada", word(blind_review, passage.segment.order, "looked"))
        for each in passage.suggestions:
            blind_review.decide("ada", word(blind_review, passage.segment.order, "reject", suggested=each.code))
    assert shown(ada.get("/codes/CO")) == []


def test_who_says_so_sees_what_they_will_not_code_and_the_trail_keeps_it(review: ReviewSession, ada: Client) -> None:
    code(review, "ben", 2, "CO")
    assert ada.post("/codes/others", code="CO", below="no").headers["location"] == "/codes/CO?below=no"
    assert shown(ada.get("/codes/CO")) == [LINES[2]]
    (event,) = review.study.store.events(GIVEN_UP)
    assert (event["who"], event["detail"]) == ("ada", {"coder": "ada", "transcripts": ["t3"]})
    assert not review.study.check_audit().faults


def test_what_one_coder_gave_up_is_not_given_up_for_another(
    review: ReviewSession, ada: Client, logins: LoginLinks
) -> None:
    code(review, "ben", 2, "CO")
    ada.post("/codes/others")
    assert shown(Client(review, logins, "cleo").get("/codes/CO")) == []


def test_the_adjudication_session_sees_all_codings_and_no_suggestion(review: ReviewSession, logins: LoginLinks) -> None:
    code(review, "ben", 2, "CO", "t1")
    both = Client(review, logins, "consensus", adjudicates=True)
    page = both.get("/codes/CO")
    assert shown(page) == [LINES[2]]
    assert APART not in page
    assert 'name="holds"' not in page
    assert both.post("/recode", holds="c1", to="CA", code="CO").status_code == 409


def test_suggestions_of_blind_passages_stay_hidden(blind_review: ReviewSession, logins: LoginLinks) -> None:
    ada = Client(blind_review, logins, "ada")
    assert APART not in ada.get("/codes/CO")
    assert "80 in 100" not in ada.get("/codes/CO")
    blind_review.decide("ada", word(blind_review, 0, "looked"))
    page = ada.get("/codes/CO").split(APART)[1]
    assert page.count('class="quoted"') == 1
    assert "(80 in 100)" in page


def test_a_suggestion_that_was_decided_on_is_shown_no_more(review: ReviewSession, ada: Client) -> None:
    assert ada.get("/codes/CO").split(APART)[1].count('class="quoted"') == 2
    review.decide("ada", word(review, 0, "reject", suggested="CO"))
    assert ada.get("/codes/CO").split(APART)[1].count('class="quoted"') == 1


def test_where_a_passage_stands_leads_there(review: ReviewSession, ada: Client, logins: LoginLinks) -> None:
    code(review, "ada", 2, "CO")
    place = re.search(r'<p class="from"><a href="(/code/t3)#(turn\d+)">', ada.get("/codes/CO"))
    assert place
    words = ada.get(place[1]).split(f'id="{place[2]}"')[1].split("</section>")[0]
    assert LINES[2] in words
    both = Client(review, logins, "consensus", adjudicates=True)
    assert 'href="/code/' not in both.get("/codes/CO")


def test_no_document_has_more_than_the_page(review: ReviewSession, ada: Client) -> None:
    code(review, "ben", 2, "CO")
    code(review, "ada", 4, "CO", valence=Valence.PROMOTES)
    answer = ada.http.get("/passages.docx?code=CO")
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''CO.docx"
    quotes = [part.text for part in Document(BytesIO(answer.content)).paragraphs if part.style.name == "Quote"]
    assert quotes[:2] == [LINES[4], "— GP, wave late; interview t3, turn 10. [CO, by ada, promotes]"]
    assert LINES[2] not in quotes
    assert sum("suggested" in quote for quote in quotes) == 2
    only = Document(BytesIO(ada.http.get("/passages.docx?code=CO&valence=inhibits").content))
    assert not [part for part in only.paragraphs if part.style.name == "Quote"]


def test_the_counts_are_of_what_is_shown(review: ReviewSession, ada: Client) -> None:
    for at in range(3):
        code(review, "ada", at, "CO")
    code(review, "ben", 4, "CO")
    row = re.search(r'href="/codes/CO">.*?</tr>', ada.get("/codes"), re.S)
    assert row is not None
    assert re.findall(r'data-head="([^"]*)">(\d+)<', row[0]) == [
        ("Codings", "3"),
        ("Interviews", "1"),
        ("by ada", "3"),
        ("Suggested", "2"),
    ]


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("/codes/NOPE", 404),
        ("/passages.docx?code=NOPE", 404),
        ("/split?code=NOPE", 404),
        ("/codes/CO?valence=good", 409),
    ],
)
def test_what_is_not_there_is_said(ada: Client, url: str, status: int) -> None:
    answer = ada.http.get(url)
    assert answer.status_code == status
    assert "NOPE" in answer.text or "good" in answer.text


@pytest.mark.parametrize("url", ["/codes", "/codes/CO", "/passages.docx?code=CO", "/split?code=CO"])
def test_no_page_without_the_link(review: ReviewSession, logins: LoginLinks, url: str) -> None:
    code(review, "ada", 2, "CO")
    answer = TestClient(make_app(review, logins, frozenset({"testserver"}))).get(url)
    assert answer.status_code == 403
    assert LINES[2].encode() not in answer.content


@pytest.mark.parametrize("url", ["/recode", "/split", "/codes/others"])
def test_a_form_of_another_site_changes_nothing(review: ReviewSession, ada: Client, url: str) -> None:
    coding = code(review, "ada", 2, "CO")
    code(review, "ben", 2, "CO")
    before = review.study.store.events()
    sent = NAMED | {"holds": [coding_key(coding)], "to": "CA", "sure": "yes"}
    assert ada.post(url, mark="wrong", **sent).status_code == 403
    assert ada.post(url, headers={"Sec-Fetch-Site": "cross-site"}, **sent).status_code == 403
    assert review.study.store.events() == before


# -- recoding -----------------------------------------------------------------------------------------------------------


def recode(client: Client, *codings: Coding, to: str, sure: str | None = "yes", **more: object):
    return client.post(
        "/recode", holds=[coding_key(each) for each in codings], to=to, sure=sure, **{"code": "CO"} | more
    )


def marks(review: ReviewSession, coder: str = "ada") -> set[tuple[str, str, str]]:
    return {
        (each.transcript, each.code, each.origin.value) for each in review.study.corpus.codings if each.coder == coder
    }


def test_recoding_is_asked_first(review: ReviewSession, ada: Client) -> None:
    coding = code(review, "ada", 2, "CO")
    asked = recode(ada, coding, to="ca", sure=None)
    assert asked.status_code == 200
    assert "Recode 1 passage to" in asked.text
    assert marks(review) == {("t3", "CO", "independent")}
    done = recode(ada, coding, to="ca", coder="ada")
    assert (done.status_code, done.headers["location"]) == (303, "/codes/CO?coder=ada&done=1&to=CA")
    assert "1 passage recoded to CA." in ada.get(done.headers["location"])
    assert marks(review) == {("t3", "CA", "independent")}
    assert not review.study.check_audit().faults


def test_span_valence_and_memo_stay_and_several_are_one_act(review: ReviewSession, ada: Client) -> None:
    codings = [code(review, "ada", at, "CO", valence=Valence.INHIBITS, memo=f"no {at}") for at in (1, 2)]
    kept = code(review, "ada", 4, "CO")
    recode(ada, *codings, to="CA")
    now = {each.start: each for each in review.study.corpus.codings}
    for coding in codings:
        found = now[coding.start]
        assert (found.end, found.code, found.valence, found.memo) == (coding.end, "CA", coding.valence, coding.memo)
    assert now[kept.start] == kept
    (event,) = review.study.store.events("recoded")
    assert len(event["detail"]["passages"]) == 2


def test_what_was_seen_of_others_makes_the_new_coding_a_reviewed_one(review: ReviewSession, ada: Client) -> None:
    """As everywhere: after that nothing is independent, and the first look says nothing of the old code any more."""
    coding = code(review, "ada", 2, "CO")
    code(review, "ben", 4, "CO")
    read_whole(review, "ada")
    assert "1 of 1 is an independent coding" in recode(ada, coding, to="CA", sure=None).text
    recode(ada, coding, to="CA")
    assert marks(review) == {("t3", "CA", "reviewed")}
    looks = [each for each in review.study.corpus.passes if each.coder == "ada"]
    on_it = [each for each in looks if each.start <= coding.start and each.end >= coding.end]
    assert {("CO" in each.codes, each.origin) for each in on_it} == {
        (False, Origin.INDEPENDENT),
        (True, Origin.REVIEWED),
    }
    elsewhere = [each for each in looks if each not in on_it]
    assert all(each.codes == review.book.ids for each in elsewhere)
    spans = sorted(each.span for each in looks if each.origin is Origin.INDEPENDENT)
    assert [spans[0][0], spans[-1][1]] == [0, len(review.study.corpus.by_id["t3"].text)]
    assert all(first[1] == second[0] for first, second in zip(spans, spans[1:], strict=False))
    assert not review.study.check_audit().faults


def test_a_coding_of_the_same_words_and_code_is_joined(review: ReviewSession, ada: Client) -> None:
    coding = code(review, "ada", 2, "CO", memo="first", valence=Valence.PROMOTES)
    code(review, "ada", 2, "CA", memo="second", valence=Valence.INHIBITS)
    recode(ada, coding, to="CA")
    (found,) = review.study.corpus.codings
    assert (found.code, found.valence, set(found.memo.split("\n"))) == ("CA", Valence.MIXED, {"first", "second"})


def test_nobody_recodes_what_is_somebody_else_s_or_gone(review: ReviewSession, ada: Client) -> None:
    coding = code(review, "ben", 2, "CO")
    read_whole(review, "ada")
    for ticked in ([coding_key(coding)], ["c123"], []):
        answer = ada.post("/recode", holds=ticked or None, to="CA", sure="yes", code="CO")
        assert answer.status_code == 409, ticked
    assert recode(ada, code(review, "ada", 1, "CO"), to="NOPE").status_code == 409
    assert marks(review, "ben") == {("t3", "CO", "independent")}


def test_one_bad_row_and_nothing_is_recoded(review: ReviewSession, ada: Client) -> None:
    mine, other = code(review, "ada", 1, "CO"), code(review, "ben", 2, "CO")
    assert recode(ada, mine, other, to="CA").status_code == 409
    assert marks(review) == {("t3", "CO", "independent")}


def coding_of(review: ReviewSession, code: str, coder: str = "ada") -> Coding:
    (found,) = (each for each in review.study.corpus.codings if (each.code, each.coder) == (code, coder))
    return found


def test_an_accepted_suggestion_is_changed_by_a_decision(review: ReviewSession, ada: Client) -> None:
    review.decide("ada", word(review, 0, "accept", suggested="CO", memo="so", valence="mixed"))
    recode(ada, coding_of(review, "CO"), to="F1")
    found = coding_of(review, "F1")
    assert (found.origin, found.memo, found.valence) == (Origin.REVIEWED, "so", Valence.MIXED)
    last = review.study.store.decisions("ada")[-1]
    assert (last.verdict, last.suggested, last.code) == (ReviewAction.CHANGE, "CO", "F1")
    assert {each.codes for each in review.study.corpus.passes} == {("CO",)}
    recode(ada, found, to="CO", code="F1")
    assert review.study.store.decisions("ada")[-1].verdict is ReviewAction.ACCEPT
    assert marks(review) == {("t1", "CO", "reviewed")}


def test_an_added_code_is_taken_back_and_another_added(review: ReviewSession, ada: Client) -> None:
    review.decide("ada", word(review, 2, "add", code="F1", memo="so"))
    recode(ada, coding_of(review, "F1"), to="F2", code="F1")
    assert [each.verdict for each in review.study.store.decisions("ada")[-2:]] == [
        ReviewAction.REMOVE,
        ReviewAction.ADD,
    ]
    assert coding_of(review, "F2").memo == "so"
    assert marks(review) == {("t1", "F2", "reviewed")}
    assert not review.study.check_audit().faults


def test_a_blind_coding_stays_beside_what_is_said_after_the_suggestions_were_seen(
    blind_review: ReviewSession, logins: LoginLinks
) -> None:
    ada = Client(blind_review, logins, "ada")
    blind_review.decide("ada", word(blind_review, 1, "add", code="CO"))
    recode(ada, coding_of(blind_review, "CO"), to="F1")
    assert marks(blind_review) == {("t1", "F1", "independent")}
    blind_review.decide("ada", word(blind_review, 1, "looked"))
    recode(ada, coding_of(blind_review, "F1"), to="F2", code="F1")
    assert marks(blind_review) == {("t1", "F1", "independent"), ("t1", "F2", "reviewed")}
    assert shown(ada.get("/codes/F1")) == []
    assert shown(ada.get("/codes/F2")) == [LINES[1]]


def test_a_form_sent_twice_decides_once(review: ReviewSession, ada: Client) -> None:
    review.decide("ada", word(review, 0, "accept", suggested="CO"))
    coding = coding_of(review, "CO")
    assert recode(ada, coding, to="F1", request="once").status_code == 303
    assert recode(ada, coding, to="F1", request="once").status_code == 409
    assert len(review.study.store.decisions("ada")) == 2


def test_what_is_of_the_code_already_stays_as_it_is(review: ReviewSession, ada: Client) -> None:
    same, other = code(review, "ada", 2, "CA"), code(review, "ada", 4, "CO")
    before = review.study.store.events()
    assert recode(ada, same, to="CA").status_code == 409
    assert review.study.store.events() == before
    assert recode(ada, same, other, to="CA").headers["location"].endswith("done=1&to=CA")
    (event,) = review.study.store.events("recoded")
    assert event["detail"]["passages"] == [[*other.place, "CO"]]
    (change,) = review.study.store.events("codings")[-1:]
    assert len(review.study.corpus.codings) == 2
    assert str(same.start) not in str(change["detail"])


def test_a_coding_that_went_meanwhile_is_not_doubled(review: ReviewSession, ada: Client) -> None:
    coding = code(review, "ada", 2, "CO")
    asked = recoding(review.study.corpus, "ada", [coding_key(coding)], "CA", "r", lambda transcript: False)
    with review.study.store.transaction("elsewhere") as write:
        write.withdraw([(coding, 0)], ())
    with pytest.raises(DecisionError, match="meanwhile"):
        write_recoding(review, "ada", asked, "CA")
    assert marks(review) == set()


def test_as_many_may_be_ticked_as_a_code_has_passages(ada: Client) -> None:
    ticked = [f"c{at:015d}" for at in range(4000)]
    assert ada.post("/recode", holds=ticked, to="CA", code="CO").status_code == 409


def stored(review: ReviewSession) -> tuple[object, ...]:
    store = review.study.store
    return sorted(map(repr, store.codings())), sorted(map(repr, store.passes()))


def by_hand(client: Client, action: str, transcript: str = "t3", **fields: object) -> None:
    answer = client.post(f"/code/{transcript}", action=action, **fields)
    assert answer.status_code == 303, answer.text


@pytest.fixture
def opened(review: ReviewSession, ada: Client) -> Coding:
    """A coding that ada gave by hand before she asked to see what others coded there."""
    start, end = answer_span(review, 2)
    by_hand(ada, "code", code="CO", start=start, end=end)
    code(review, "ben", 4, "CO")
    ada.post("/codes/others")
    return coding_of(review, "CO")


def test_what_a_recode_leaves_of_a_look_is_nobody_s_reading(review: ReviewSession, ada: Client, opened: Coding) -> None:
    """What else was looked for there still counts in agreement, and nothing on the old code does."""
    recode(ada, opened, to="CA")
    looks = {(each.codes, each.origin) for each in review.study.corpus.passes if each.coder == "ada"}
    others = tuple(each for each in review.book.ids if each != "CO")
    assert looks == {(others, Origin.INDEPENDENT), (("CO",), Origin.REVIEWED)}
    assert "Nobody has said so of any part yet" in ada.get("/code/t3")
    assert "in part" not in ada.get("/")


def test_a_reading_is_told_as_it_was_stated_with_what_was_recoded_since(
    review: ReviewSession, ada: Client, logins: LoginLinks
) -> None:
    """On everybody's page in one line; who takes it back takes back all that is left of it."""
    start, end = answer_span(review, 2)
    by_hand(ada, "code", code="CO", start=start, end=end)
    read_whole(review, "ada")
    code(review, "ben", 4, "CO")
    recode(ada, coding_of(review, "CO"), to="CA")
    told = f"the whole interview, for all {len(review.book.ids)} codes, but not for CO on turn 6, recoded since"
    for client in (ada, Client(review, logins, "ben")):
        page = client.get("/code/t3")
        assert page.count("<strong>ada</strong>") == 1
        assert told in page
    assert "all, for all codes" in ada.get("/")
    (key,) = re.findall(r'value="unread"><input type="hidden" name="key" value="(\w+)"', ada.get("/code/t3"))
    before = stored(review)
    by_hand(ada, "unread", key=key)
    assert "<strong>ada</strong>" not in ada.get("/code/t3")
    assert {each.codes for each in review.study.corpus.passes if each.coder == "ada"} == {("CO",)}
    by_hand(ada, "undo")
    assert stored(review) == before
    assert told in ada.get("/code/t3")
    by_hand(ada, "undo")
    assert f"the whole interview, for all {len(review.book.ids)} codes <form" in ada.get("/code/t3")


@pytest.mark.parametrize("sees", [False, True])
@pytest.mark.parametrize("reads", [False, True])
def test_a_recode_is_undone_on_the_page_of_its_interview(
    review: ReviewSession, ada: Client, sees: bool, reads: bool
) -> None:
    """Codings and looks are as before, and what was independent is so again: it was said before anything was seen."""
    for name in ("t1", "t3"):
        start, end = answer_span(review, 2, name)
        by_hand(ada, "code", name, code="CO", start=start, end=end, memo="why")
    by_hand(ada, "code", code="F1", start=start, end=end)
    if reads:
        by_hand(ada, "read", part="all", which="all")
    if sees:
        code(review, "ben", 4, "CO")
        ada.post("/codes/others")
    before = stored(review)
    recode(ada, *(each for each in review.study.corpus.codings if (each.coder, each.code) == ("ada", "CO")), to="CA")
    recoded = stored(review)
    assert "the recoding of CO on" in ada.get("/code/t3")
    by_hand(ada, "undo")
    assert {each.code for each in review.study.corpus.codings if each.transcript == "t3" and each.coder == "ada"} == {
        "CO",
        "F1",
    }
    assert {each.code for each in review.study.corpus.codings if each.transcript == "t1"} == {"CA"}
    by_hand(ada, "undo", "t1")
    assert stored(review) == before != recoded
    assert not review.study.check_audit().faults


def test_the_review_shows_a_recoded_code_by_its_new_name(review: ReviewSession, ada: Client) -> None:
    start, end = answer_span(review, 2, "t1")
    by_hand(ada, "code", "t1", code="CO", start=start, end=end)
    passage = review.by_place["t1", start, end]
    assert review.imported_codes("ada", passage) == ["CO"]
    recode(ada, coding_of(review, "CO"), to="CA")
    assert review.imported_codes("ada", passage) == ["CA"]


# -- splitting ----------------------------------------------------------------------------------------------------------

NAMED = {"code": "CO", "id0": "CO1", "name0": "First", "words0": "The first kind.", "id1": "CO2"}


def test_a_split_shows_its_plan_and_asks(review: ReviewSession, ada: Client) -> None:
    code(review, "ada", 2, "CO")
    page = ada.get("/split?code=CO&id0=CO1&id1=CO2")
    assert "split CO into CO1, CO2: 1 coding, 0 coding passes" in page
    assert LINES[2] in page
    assert review.study.codebook.find("CO1") is None


def test_a_split_is_one_change_with_its_assignments_and_the_review_goes_on(review: ReviewSession, ada: Client) -> None:
    first, second, neither = (code(review, "ada", at, "CO") for at in (0, 2, 4))
    waits = code(review, "ada", 5, "CO")
    review.decide("ada", word(review, 0, "accept", suggested="CO"))
    decided = next(each for each in review.study.corpus.codings if each.transcript == "t1")
    ticked = [f"{coding_key(first)} CO1", f"{coding_key(second)} CO1", f"{coding_key(second)} CO2"]
    ticked += [f"{coding_key(neither)} ", f"{coding_key(decided)} CO2"]
    page = ada.post("/split", holds=ticked, **NAMED).text
    assert "Change 1 was made" in page
    assert "4 codings assigned, 1 wait" in page
    assert "The review goes on with the new codebook" in page
    study = review.study
    now = {(each.transcript, each.start, each.code) for each in study.corpus.codings}
    assert now == {
        ("t3", first.start, "CO1"),
        ("t3", second.start, "CO1"),
        ("t3", second.start, "CO2"),
        ("t1", decided.start, "CO2"),
    }
    assert waits.start not in {start for _, start, _ in now}
    assert study.codebook["CO1"].definition == "The first kind."
    assert "CO" not in study.codebook
    assert study.codebook_history()[0]["who"] == "ada"
    assert not study.check_audit().faults
    assert shown(ada.get("/codes/CO2")) == [LINES[0], LINES[2]]
    assert "1 coding of split codes waits to be assigned" in ada.get("/codes")
    # A page that was open before decides on in the new codebook.
    sent = {
        "verdict": "accept",
        "suggested": "CA",
        "passage": review.interviews["t1"].passages[1].key,
        "request": "later",
    }
    assert ada.post("/decide", **sent).status_code == 303


def test_what_a_split_made_can_be_recoded(review: ReviewSession, ada: Client) -> None:
    imported = code(review, "ada", 0, "CO", memo="keep")
    review.decide("ada", word(review, 0, "accept", suggested="CO"))
    decided = next(each for each in review.study.corpus.codings if each.transcript == "t1")
    ada.post("/split", holds=[f"{coding_key(imported)} CO1", f"{coding_key(decided)} CO1"], **NAMED)
    both = [each for each in review.study.corpus.codings if each.code == "CO1"]
    assert len(both) == 2
    assert recode(ada, *both, to="F1", code="CO1").status_code == 303
    assert marks(review) == {("t1", "F1", "reviewed"), ("t3", "F1", "independent")}
    assert not review.study.check_audit().faults


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"id0": "CO1", "id1": ""}, "two codes or more"),
        ({"id0": "CO1", "id1": "CO1"}, "two codes or more"),
        ({"id0": "CO1", "id1": "CA"}, "CA"),
        ({"id0": "a|b", "id1": "CO2"}, "control character"),
    ],
)
def test_a_split_that_cannot_be_is_refused_and_nothing_changes(
    review: ReviewSession, ada: Client, fields, message: str
) -> None:
    page = ada.get("/split?code=CO&" + "&".join(f"{name}={value}" for name, value in fields.items()))
    assert message in page
    assert ada.post("/split", **NAMED | fields).status_code == 409
    assert review.study.corpus.history.latest == 0
    assert review.study.codebook.find("CO") == "CO"


def test_a_construct_with_codes_below_it_is_not_split_here(review: ReviewSession, ada: Client) -> None:
    nested = with_ids(review.book, {})
    below = tuple(each.model_copy(update={"parent": "CO"}) if each.id == "CP" else each for each in nested.codes)
    review.book = nested.model_copy(update={"codes": below})
    assert "CO has codes below it (CP)" in ada.get("/split?code=CO&id0=A&id1=B")


def test_a_passage_that_is_one_of_them_and_none_is_refused(review: ReviewSession, ada: Client) -> None:
    key = coding_key(code(review, "ada", 2, "CO"))
    for ticked in ([f"{key} CO1", f"{key} "], [f"{key} CA"], ["c1 CO1"]):
        assert ada.post("/split", holds=ticked, **NAMED).status_code == 409, ticked
    assert review.study.corpus.history.latest == 0


def test_a_split_leaves_what_is_held_back_to_wait(review: ReviewSession, ada: Client) -> None:
    code(review, "ben", 2, "CO")
    page = ada.get("/split?code=CO&id0=CO1&id1=CO2")
    assert LINES[2] not in page
    assert "1 coding of others that is held back from you waits too" in page
    assert "0 codings assigned, 1 wait" in ada.post("/split", **NAMED).text


def test_where_the_review_cannot_go_on_it_says_so(
    review: ReviewSession, ada: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(state: AppState) -> None:
        raise InputError("Nothing is suggested.")

    monkeypatch.setattr(AppState, "reopen", closed)
    page = ada.post("/split", **NAMED).text
    assert "cannot go on with the new codebook" in page
    assert "Nothing is suggested." in page
    assert review.study.codebook.find("CO1") == "CO1"
    sent = {"verdict": "accept", "suggested": "CA", "passage": review.interviews["t1"].passages[1].key, "request": "r"}
    refused = ada.post("/decide", **sent)
    assert (refused.status_code, "Nothing is suggested." in refused.text) == (409, True)
    assert review.study.store.decisions() == []
