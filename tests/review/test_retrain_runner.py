"""Learning from the review in one click: in the background, one at a time, with an end that everybody reads."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from secondcoder.review.errors import DecisionError
from secondcoder.review.retrain_runner import Learner
from secondcoder.review.security import DOCUMENT_POLICY, Door
from secondcoder.review.session import Desk
from secondcoder.study.study import Study
from support.client import Client
from support.review_checks import fill, settings, suggestion, talk, word
from support.study_checks import training_elsewhere

OUTCOME = {
    "version": "m0002",
    "in_use": True,
    "said": "m0002 passed the gate & is in use.",
    "reasons": [],
    "report": "models/m0002/gate.html",
    "suggestions": 3,
}


def pretending(*lines: object, wait: Path | None = None, code: int = 0) -> tuple[str, ...]:
    """A lesson that only talks: it prints the lines, and waits for a file before the last of them."""
    told = [one if isinstance(one, str) else json.dumps(one) for one in lines]
    program = (
        "import pathlib, sys, time\n"
        f"*first, last = {told!r}\n"
        "print(*first, sep='\\n', flush=True)\n"
        f"while {str(wait)!r} != 'None' and not pathlib.Path({str(wait)!r}).exists(): time.sleep(0.02)\n"
        f"print(last, flush=True)\nsys.exit({code})\n"
    )
    return sys.executable, "-c", program


def ended(learner: Learner, so: Callable[[Learner], bool] = lambda one: not one.lesson.is_running) -> None:
    until = time.monotonic() + 30
    while not so(learner):
        assert time.monotonic() < until
        time.sleep(0.02)


@pytest.fixture
def go(tmp_path: Path) -> Path:
    return tmp_path / "go"


def test_two_coders_one_lesson_and_progress_for_both(desk: Desk, door: Door, go: Path) -> None:
    said = {"what": "judging", "done": 3, "total": 9}
    learner = Learner(desk.study.folder, pretending("a library's word", said, {"outcome": OUTCOME}, wait=go))
    ada, ben = Client(desk, door, "ada", learner=learner), Client(desk, door, "ben", learner=learner)
    assert "Learn from this review" in ada.get("/summary")
    assert ada.post("/learn").status_code == 303
    refused = ben.post("/learn")
    assert refused.status_code == 409
    assert "ada began" in refused.text
    ended(learner, lambda one: one.lesson.total == 9)
    for client in (ada, ben, ada):
        assert "3 of 9" in client.get("/learn")
        assert "Begun by ada" in client.get("/summary")
    assert ben.http.get("/learn", headers={"X-Asked-By": "page"}).headers["x-running"] == "yes"
    assert ben.post(verdict="accept", passage=desk.passages[1].key, suggested="CA", request="r").status_code == 303
    go.touch()
    ended(learner)
    for client in (ada, ben):
        page = client.get("/learn")
        assert "m0002 passed the gate &amp; is in use." in page
        assert "/learn/report" in page
    assert ben.post("/learn").status_code == 303
    ended(learner)


@pytest.mark.parametrize(
    ("lines", "code", "said"),
    [
        (({"refused": "Nothing has changed since m0001 was trained."},), 0, "Nothing has changed since m0001"),
        (("Traceback ...", "MemoryError"), 1, "Its last words: MemoryError"),
        (("",), 3, "ended before it was done (exit 3)"),
    ],
)
def test_what_goes_wrong_is_said_and_a_new_lesson_can_begin(
    desk: Desk, door: Door, lines, code: int, said: str
) -> None:
    learner = Learner(desk.study.folder, pretending(*lines, code=code))
    client = Client(desk, door, learner=learner)
    client.post("/learn")
    ended(learner)
    assert said in client.get("/summary").replace("&#39;", "'")
    assert "Learn again" in client.get("/learn")
    learner.start("ben")
    ended(learner)


def test_a_lesson_is_over_when_its_process_is_so_that_the_next_one_is_not_taken_for_it(desk: Desk, go: Path) -> None:
    said = {"what": "judging", "done": 3, "total": 9}
    learner = Learner(desk.study.folder, pretending({"refused": "Nothing is new."}, said, "", wait=go))
    learner.start("ada")
    ended(learner, lambda one: one.lesson.total == 9)
    with pytest.raises(DecisionError, match="running already"):
        learner.start("ben")
    go.touch()
    ended(learner)
    assert (learner.lesson.fault, learner.lesson.refused) == ("Nothing is new.", True)


@pytest.mark.slow
def test_a_lesson_waits_for_no_other_training_and_can_begin_after_it(trained_study: Study, door: Door) -> None:
    """In a process of its own, while somebody trains at the command line."""
    fill(trained_study, [talk("t1")], [suggestion(talk("t1"), 0, "CO")])
    learner = Learner(trained_study.folder)
    client = Client(Desk(trained_study), door, learner=learner)
    with training_elsewhere(trained_study.folder, "train") as other:
        assert client.post("/learn").status_code == 303
        ended(learner)
        page = client.get("/learn")
        assert "Nothing was learned" in page
        assert f"Another training of this study is running (train, process {other.pid}, since 20" in page
        assert "Learn again" in page
    assert client.post("/learn").status_code == 303
    ended(learner)
    assert "Nothing has changed since m0001 was trained" in client.get("/learn")


def test_what_cannot_be_started_leaves_nothing_running(desk: Desk) -> None:
    learner = Learner(desk.study.folder, ("/nowhere/python",))
    with pytest.raises(DecisionError, match="could not be started"):
        learner.start("ada")
    assert learner.lesson is None


def test_it_is_asked_for_as_every_other_change_is(desk: Desk, door: Door) -> None:
    learner = Learner(desk.study.folder, pretending({"outcome": OUTCOME}))
    client = Client(desk, door, learner=learner)
    for url in ("/learn", "/renew"):
        assert client.post(url, mark="wrong").status_code == 403
        assert client.post(url, headers={"Origin": "https://evil.example"}).status_code == 403
    assert client.http.get("/renew").status_code == 405
    assert learner.lesson is None


def test_the_report_may_do_nothing_and_is_for_those_with_a_link(desk: Desk, door: Door) -> None:
    learner = Learner(desk.study.folder, pretending({"outcome": OUTCOME}))
    client = Client(desk, door, learner=learner)
    assert client.http.get("/learn/report").status_code == 404
    client.post("/learn")
    ended(learner)
    page = desk.study.folder / OUTCOME["report"]
    page.parent.mkdir(parents=True)
    page.write_text("<!DOCTYPE html><style>p{}</style><p>Better.</p>", encoding="utf-8")
    answer = client.http.get("/learn/report")
    assert "Better." in answer.text
    assert answer.headers["content-security-policy"] == DOCUMENT_POLICY
    assert answer.headers["x-frame-options"] == "DENY"
    client.http.cookies.clear()
    assert client.http.get("/learn/report").status_code == 403


def test_the_new_suggestions_come_on_demand(empty_study: Study, door: Door) -> None:
    one = talk("t1")
    fill(empty_study, [one], [suggestion(one, 0, "CO"), suggestion(one, 1, "CA")])
    settings(empty_study, blind=0.0, below=0.0)
    desk = Desk(empty_study)
    learner = Learner(empty_study.folder, pretending({"outcome": OUTCOME}))
    client = Client(desk, door, learner=learner)
    desk.decide("ada", word(desk, 0, "accept", suggested="CO"))
    client.post("/learn")
    ended(learner)
    from dataclasses import replace

    with empty_study.store.transaction("test") as write:
        write.add_model("m0002", "m0001", {})
        write.replace_suggestions("m0002", ["t1"], [replace(suggestion(one, 1, "RM"), model="m0002")])
    assert "Go on with the new suggestions" in client.get("/summary")
    assert "CA" in client.get("/queue?by=transcript").split('class="cards"')[1].split("</form>")[0]
    assert client.post("/renew").status_code == 303
    page = client.get("/queue?by=transcript")
    assert "RM" in page.split('class="cards"')[1].split("</form>")[0]
    assert "Go on with the new suggestions" not in client.get("/summary")
    assert [one.code for one in empty_study.corpus.codings] == ["CO"]


@pytest.mark.slow
def test_a_real_lesson_learns_and_suggests(trained_study: Study) -> None:
    """In a process of its own, on a study with a review in it."""
    trained_study.code()
    settings(trained_study, blind=0.0, below=0.0)
    desk = Desk(trained_study)
    passage = next(one for one in desk.passages if one.suggestions)
    for one in passage.suggestions:
        sent = word(desk, 0, "accept", transcript=passage.segment.transcript, suggested=one.code)
        desk.decide("ada", replace_passage(sent, passage.key))
    learner = Learner(trained_study.folder)
    learner.start("ada")
    ended(learner)
    assert learner.lesson.fault == ""
    outcome = learner.lesson.outcome
    assert outcome.version == "m0002"
    assert (trained_study.folder / outcome.report).is_file()
    assert trained_study.model_in_use == ("m0002" if outcome.in_use else "m0001")


def replace_passage(sent, key: str):
    from dataclasses import replace

    return replace(sent, passage=key)
