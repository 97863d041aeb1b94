"""Training a new version from the review: in the background, one at a time, with an outcome that everybody reads."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from secondcoder.errors import DecisionError, InputError
from secondcoder.review.retrain_job import expected_in_words, train_and_suggest, train_version
from secondcoder.review.retrain_runner import RetrainRunner
from secondcoder.review.security import DOCUMENT_POLICY, LoginLinks
from secondcoder.review.session import ReviewSession
from secondcoder.study.study import Study
from support.client import Client
from support.review_checks import fill, settings, suggestion, talk, word
from support.study_checks import training_elsewhere

OUTCOME = {
    "version": "m0002",
    "in_use": True,
    "message": "m0002 passed the gate & is in use.",
    "reasons": [],
    "report": "models/m0002/gate.html",
    "suggestions": 3,
}


def pretending(*lines: object, wait: Path | None = None, code: int = 0) -> tuple[str, ...]:
    """A job that does nothing: it prints the lines, and waits for a file before the last of them."""
    told = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    program = (
        "import pathlib, sys, time\n"
        f"*first, last = {told!r}\n"
        "print(*first, sep='\\n', flush=True)\n"
        f"while {str(wait)!r} != 'None' and not pathlib.Path({str(wait)!r}).exists(): time.sleep(0.02)\n"
        f"print(last, flush=True)\nsys.exit({code})\n"
    )
    return sys.executable, "-c", program


def ended(runner: RetrainRunner, so: Callable[[RetrainRunner], bool] = lambda one: not one.job.is_running) -> None:
    until = time.monotonic() + 30
    while not so(runner):
        assert time.monotonic() < until
        time.sleep(0.02)


@pytest.fixture
def go(tmp_path: Path) -> Path:
    return tmp_path / "go"


def test_two_coders_one_job_and_progress_for_both(review: ReviewSession, logins: LoginLinks, go: Path) -> None:
    said = {"what": "judging", "done": 3, "total": 9}
    runner = RetrainRunner(review.study.folder, pretending("a library's output", said, {"outcome": OUTCOME}, wait=go))
    ada, ben = Client(review, logins, "ada", runner=runner), Client(review, logins, "ben", runner=runner)
    assert "Train a new version" in ada.get("/summary")
    assert ada.post("/learn").status_code == 303
    refused = ben.post("/learn")
    assert refused.status_code == 409
    assert "ada started" in refused.text
    ended(runner, lambda one: one.job.total == 9)
    for client in (ada, ben, ada):
        assert "3 of 9" in client.get("/learn")
        assert "Started by ada" in client.get("/summary")
    assert ben.http.get("/learn", headers={"X-Asked-By": "page"}).headers["x-running"] == "yes"
    assert ben.post(verdict="accept", passage=review.passages[1].key, suggested="CA", request="r").status_code == 303
    go.touch()
    ended(runner)
    for client in (ada, ben):
        page = client.get("/learn")
        assert "m0002 passed the gate &amp; is in use." in page
        assert "/learn/report" in page
    assert ben.post("/learn").status_code == 303
    ended(runner)


def test_it_is_said_how_many_codes_are_ready() -> None:
    verdicts = {code: {"verdict": "needs more examples"} for code in ("CO", "CP", "CA")}
    assert expected_in_words({"verdicts": verdicts}).startswith("No code is ready yet")
    verdicts["CA"] = {"verdict": "ready"}
    assert expected_in_words({"verdicts": verdicts}).startswith("Ready: CA (1 of 3 codes).")


@pytest.mark.parametrize(
    ("lines", "code", "said"),
    [
        (({"refused": "Nothing has changed since m0001 was trained."},), 0, "Nothing has changed since m0001"),
        (("Traceback ...", "MemoryError"), 1, "Its last line of output: MemoryError"),
        (("",), 3, "ended before it was done (exit 3)"),
    ],
)
def test_an_error_is_shown_and_a_new_job_can_begin(
    review: ReviewSession, logins: LoginLinks, lines, code: int, said: str
) -> None:
    runner = RetrainRunner(review.study.folder, pretending(*lines, code=code))
    client = Client(review, logins, runner=runner)
    client.post("/learn")
    ended(runner)
    assert said in client.get("/summary").replace("&#39;", "'")
    assert "Train again" in client.get("/learn")
    runner.start("ben")
    ended(runner)


def test_a_job_ends_when_its_process_is_so_that_the_next_one_is_not_taken_for_it(
    review: ReviewSession, go: Path
) -> None:
    said = {"what": "judging", "done": 3, "total": 9}
    runner = RetrainRunner(review.study.folder, pretending({"refused": "Nothing is new."}, said, "", wait=go))
    runner.start("ada")
    ended(runner, lambda one: one.job.total == 9)
    with pytest.raises(DecisionError, match="running already"):
        runner.start("ben")
    go.touch()
    ended(runner)
    assert (runner.job.error, runner.job.refused) == ("Nothing is new.", True)


@pytest.mark.slow
def test_a_job_waits_for_no_other_training_and_can_begin_after_it(trained_study: Study, logins: LoginLinks) -> None:
    """In a process of its own, while somebody trains at the command line."""
    fill(trained_study, [talk("t1")], [suggestion(talk("t1"), 0, "CO")])
    trained_study.code()  # interviews that the model has not read would be something new
    runner = RetrainRunner(trained_study.folder)
    client = Client(ReviewSession(trained_study), logins, runner=runner)
    with training_elsewhere(trained_study.folder, "train") as other:
        assert client.post("/learn").status_code == 303
        ended(runner)
        page = client.get("/learn")
        assert "Nothing was trained" in page
        assert f"Another training of this study is running (train, process {other.pid}, since 20" in page
        assert "Train again" in page
    assert client.post("/learn").status_code == 303
    ended(runner)
    assert "Nothing has changed since m0001 was trained" in client.get("/learn")


def test_what_cannot_be_started_leaves_nothing_running(review: ReviewSession) -> None:
    runner = RetrainRunner(review.study.folder, ("/nowhere/python",))
    with pytest.raises(DecisionError, match="could not be started"):
        runner.start("ada")
    assert runner.job is None


def test_it_is_asked_for_as_every_other_change_is(review: ReviewSession, logins: LoginLinks) -> None:
    runner = RetrainRunner(review.study.folder, pretending({"outcome": OUTCOME}))
    client = Client(review, logins, runner=runner)
    for url in ("/learn", "/renew"):
        assert client.post(url, mark="wrong").status_code == 403
        assert client.post(url, headers={"Origin": "https://evil.example"}).status_code == 403
    assert client.http.get("/renew").status_code == 405
    assert runner.job is None


def test_the_report_may_do_nothing_and_is_for_those_with_a_link(review: ReviewSession, logins: LoginLinks) -> None:
    runner = RetrainRunner(review.study.folder, pretending({"outcome": OUTCOME}))
    client = Client(review, logins, runner=runner)
    assert client.http.get("/learn/report").status_code == 404
    client.post("/learn")
    ended(runner)
    page = review.study.folder / OUTCOME["report"]
    page.parent.mkdir(parents=True)
    page.write_text("<!DOCTYPE html><style>p{}</style><p>Better.</p>", encoding="utf-8")
    answer = client.http.get("/learn/report")
    assert "Better." in answer.text
    assert answer.headers["content-security-policy"] == DOCUMENT_POLICY
    assert answer.headers["x-frame-options"] == "DENY"
    client.http.cookies.clear()
    assert client.http.get("/learn/report").status_code == 403


def test_the_new_suggestions_come_on_demand(empty_study: Study, logins: LoginLinks) -> None:
    one = talk("t1")
    fill(empty_study, [one], [suggestion(one, 0, "CO"), suggestion(one, 1, "CA")])
    settings(empty_study, blind=0.0, below=0.0)
    review = ReviewSession(empty_study)
    runner = RetrainRunner(empty_study.folder, pretending({"outcome": OUTCOME}))
    client = Client(review, logins, runner=runner)
    review.decide("ada", word(review, 0, "accept", suggested="CO"))
    client.post("/learn")
    ended(runner)
    from dataclasses import replace

    with empty_study.store.transaction("test") as write:
        write.add_model("m0002", "m0001", {})
        write.replace_suggestions("m0002", ["t1"], [replace(suggestion(one, 1, "RM"), model="m0002")])
    assert "Go on with the new suggestions" in client.get("/summary")
    assert "CA" in client.get("/queue?by=transcript").split('class="picks"')[1].split("</form>")[0]
    assert client.post("/renew").status_code == 303
    page = client.get("/queue?by=transcript")
    assert "RM" in page.split('class="picks"')[1].split("</form>")[0]
    assert "Go on with the new suggestions" not in client.get("/summary")
    assert [coding.code for coding in empty_study.corpus.codings] == ["CO"]


@pytest.mark.slow
def test_a_real_job_trains_and_suggests(trained_study: Study) -> None:
    """In a process of its own, on a study with a review in it."""
    trained_study.code()
    settings(trained_study, blind=0.0, below=0.0)
    review = ReviewSession(trained_study)
    passage = next(one for one in review.passages if one.suggestions)
    for one in passage.suggestions:
        sent = word(review, 0, "accept", transcript=passage.segment.transcript, suggested=one.code)
        review.decide("ada", replace_passage(sent, passage.key))
    runner = RetrainRunner(trained_study.folder)
    runner.start("ada")
    ended(runner)
    assert runner.job.error == ""
    outcome = runner.job.outcome
    assert outcome.version == "m0002"
    assert (trained_study.folder / outcome.report).is_file()
    assert trained_study.model_in_use == ("m0002" if outcome.in_use else "m0001")


def replace_passage(sent, key: str):
    from dataclasses import replace

    return replace(sent, passage=key)


def test_the_first_training_needs_no_model_to_be_compared_with(coded_study: Study, quick_training: None) -> None:
    outcome = train_version(coded_study)
    assert (outcome.version, outcome.in_use, outcome.reasons) == ("m0001", True, ())
    assert (coded_study.folder / outcome.report).is_file()
    assert coded_study.model_in_use == "m0001"


def test_where_only_interviews_are_new_they_get_suggestions(trained_study: Study) -> None:
    outcome = train_and_suggest(trained_study)
    assert (outcome.version, outcome.in_use) == ("m0001", True)
    assert outcome.suggestions == len(trained_study.store.suggestions("m0001")) > 0
    with pytest.raises(InputError, match="Nothing has changed"):
        train_and_suggest(trained_study)
