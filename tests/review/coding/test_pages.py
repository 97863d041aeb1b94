"""Coding by hand over HTTP: from the first import on, every action, what is stale, and what is whose."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

import pytest
from secondcoder.domain.records import Origin, Valence
from secondcoder.review.security import LoginLinks
from secondcoder.review.session import ReviewSession
from secondcoder.study.study import Study
from support.client import Client
from support.coding_checks import Coder, marks, passes
from support.review_checks import LINES, fill, settings, suggestion, talk


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


def test_undo_ends_where_a_transcript_of_the_same_name_was_removed(ada: Coder, study: Study) -> None:
    ada.do("remove", key=ada.code("CO", 12, 30))
    gone = study.corpus.by_id["t1"]
    study.transcript_remove("t1")
    with study.store.transaction("test") as write:
        write.add_transcripts([gone])
    assert "nothing" in Coder(ReviewSession(study)).refused("undo").casefold()
    assert marks(study) == []
    assert study.check_audit().faults == ()


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
