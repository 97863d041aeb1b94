"""In a real browser: reviews by keyboard alone, spans, undo, blind first, a killed server, and training in one click."""

from __future__ import annotations

from typing import Any

import pytest
from secondcoder.domain.records import Origin, ReviewAction
from secondcoder.study.folder import CONFIGURATION
from secondcoder.study.study import Study
from support.browser_checks import Opener, Server, press, serving, study_with
from support.review_checks import LINES
from support.study_checks import CHEAP

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_whole_review_by_keyboard(empty_study: Study, enter: Opener) -> None:
    folder = study_with(empty_study)
    with serving(folder, "--coder", "ada") as server:
        page = enter(server.links[0])
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent").startswith("secondcoder")
        page.get_by_role("link", name="Interview by interview").focus()
        page.keyboard.press("Enter")
        page.wait_for_selector("#current-passage")
        page.wait_for_load_state()  # a key pressed before the script is there is nobody's
        page.keyboard.press("1")
        press(page, "a")
        press(page, "r")
        press(page, "u")
        page.keyboard.press("c")
        page.keyboard.type("CO")
        press(page, "Enter")
        page.keyboard.press("m")
        page.keyboard.type("a and r are letters here")
        page.keyboard.press("Escape")
        page.keyboard.press("Space")
        press(page, "Enter")
        for _ in range(5):
            press(page, "r")
        assert page.get_by_role("heading", name="All decided").is_visible()
    store = Study(folder).store
    verdicts = [decision.verdict for decision in store.decisions("ada")]
    assert verdicts[:5] == [
        ReviewAction.ACCEPT,
        ReviewAction.REJECT,
        ReviewAction.UNSURE,
        ReviewAction.CHANGE,
        ReviewAction.ACCEPT,
    ]
    assert verdicts[5:] == [ReviewAction.REJECT] * 5
    assert store.decisions()[0].valence == "promotes"
    assert store.decisions()[4].memo == "a and r are letters here"
    assert all(decision.seconds is not None for decision in store.decisions())
    store.close()


def test_keys_that_can_do_nothing_say_why(empty_study: Study, enter: Opener) -> None:
    folder = study_with(empty_study, blind=1.0, below=0.3)
    with serving(folder, "--coder", "ada") as server:
        page = enter(server.links[0])
        page.goto(server.links[0].split("/enter")[0] + "/queue?by=transcript")
        told = page.locator("#status")
        while page.get_by_text("The model suggested nothing here").count() == 0:
            for key in "aru":
                page.keyboard.press(key)
                assert "coded first" in told.inner_text()
            press(page, "Enter")
            if page.locator(".pick").count():
                press(page, "Enter")
        for key in "aru":
            page.keyboard.press(key)
            assert "nothing to take or refuse" in told.inner_text()


def test_spans_by_keyboard_and_by_drag_and_undo(empty_study: Study, enter: Opener) -> None:
    folder = study_with(empty_study)
    with serving(folder, "--coder", "ada") as server:
        page = enter(server.links[0])
        page.goto(server.links[0].split("/enter")[0] + "/queue?by=transcript")
        page.keyboard.press("s")
        for _ in range(3):
            page.keyboard.press("ArrowLeft")
        page.keyboard.press("Shift+ArrowRight")
        page.keyboard.press("Enter")
        press(page, "a")
        words = page.locator("#words .w")
        first, last = words.nth(2).bounding_box(), words.nth(5).bounding_box()
        page.mouse.move(first["x"] + 2, first["y"] + first["height"] / 2)
        page.mouse.down()
        page.mouse.move(last["x"] + last["width"] / 2, last["y"] + last["height"] / 2, steps=5)
        page.mouse.up()
        press(page, "a")
        press(page, "z")
        assert page.locator("#status").inner_text() == "Undone: CA changed."
    study = Study(folder)
    text = {transcript.id: transcript.text for transcript in study.store.transcripts()}
    first_done, second, undone = study.store.decisions("ada")
    assert (first_done.verdict, second.verdict, undone.verdict) == (
        ReviewAction.CHANGE,
        ReviewAction.CHANGE,
        ReviewAction.UNDO,
    )

    def spoken(one: Any) -> str:
        return text[one.transcript][one.code_start : one.code_end]

    whole = [text[one.transcript][one.start : one.end].split() for one in (first_done, second)]
    assert spoken(first_done).split() == whole[0][1:-3]
    assert spoken(second).split() == whole[1][2:6]
    assert [(coding.start, coding.end) for coding in study.corpus.codings] == [
        (first_done.code_start, first_done.code_end)
    ]
    study.close()


def test_a_span_reaches_further_than_the_words_on_screen(empty_study: Study, enter: Opener) -> None:
    line = " ".join(f"word{at}" for at in range(60))
    folder = study_with(empty_study, (line, *LINES[:3]))
    with serving(folder, "--coder", "ada") as server:
        page = enter(server.links[0])
        page.goto(server.links[0].split("/enter")[0] + "/transcript/t1")
        page.keyboard.press("s")
        for _ in range(50):
            page.keyboard.press("ArrowLeft")
        press(page, "a")  # ten words are left
        press(page, "k")
        assert page.locator("#words").get_by_text("word20").is_visible()
        assert not page.locator("#words").get_by_text("word40").is_visible()
        page.keyboard.press("s")
        assert page.locator("#words").get_by_text("word40").is_visible()
        for _ in range(40):
            page.keyboard.press("ArrowRight")
        press(page, "a")
    store = Study(folder).store
    short, long = store.decisions("ada")
    assert line[: short.code_end - short.code_start].endswith("word9")
    assert line[: long.code_end - long.code_start].endswith("word49")
    store.close()


def test_blind_first(empty_study: Study, enter: Opener) -> None:
    folder = study_with(empty_study)
    with serving(folder, "--coder", "ada", "--blind") as server:
        page = enter(server.links[0])
        page.goto(server.links[0].split("/enter")[0] + "/queue?by=transcript")
        assert page.get_by_text("Code this passage first").is_visible()
        assert page.locator(".pick").count() == 0
        page.keyboard.press("a")
        assert "coded first" in page.locator("#status").inner_text()
        page.keyboard.press("n")
        page.keyboard.type("RM")
        press(page, "Enter")
        press(page, "Enter")
        assert page.get_by_text("The model's suggestions").is_visible()
        page.get_by_role("button", name="Remove RM").focus()
        press(page, "Enter")
        assert page.get_by_text("coded first, removed since").is_visible()
        press(page, "a")
    study = Study(folder)
    assert {(coding.code, coding.origin) for coding in study.corpus.codings} == {
        ("RM", Origin.INDEPENDENT),
        ("CO", Origin.REVIEWED),
    }
    assert [decision.shown for decision in study.corpus.decisions] == [False, False, True, True]
    study.close()


def test_a_killed_server_loses_none_of_fifty_decisions(empty_study: Study, enter: Opener) -> None:
    folder = study_with(empty_study, tuple(f"{LINES[at % 6]} Number {at}." for at in range(40)))
    server = Server(folder, "--coder", "ada")
    page = enter(server.links[0])
    page.goto(server.links[0].split("/enter")[0] + "/queue?by=transcript")
    for at in range(50):
        press(page, "ar"[at % 2])
    server.kill()
    page.keyboard.press("a")
    page.wait_for_selector("#status.bad")
    assert "Not recorded" in page.locator("#status").inner_text()
    study = Study(folder)
    assert [decision.verdict for decision in study.store.decisions("ada")] == [
        ReviewAction.ACCEPT,
        ReviewAction.REJECT,
    ] * 25
    assert len(study.corpus.codings) == 25
    assert len(study.corpus.passes) == 25
    study.close()


def test_a_key_held_down_decides_once(empty_study: Study, enter: Opener) -> None:
    folder = study_with(empty_study)
    with serving(folder, "--coder", "ada") as server:
        page = enter(server.links[0])
        page.goto(server.links[0].split("/enter")[0] + "/queue?by=transcript")
        press(page, "A")  # caps lock is no other key
        for _ in range(4):  # what a browser sends while a key is down
            page.keyboard.down("a")
            page.wait_for_timeout(150)
        page.keyboard.up("a")
        assert "2 of 10" in page.locator("#progress").inner_text()
    store = Study(folder).store
    assert len(store.decisions("ada")) == 2
    store.close()


def test_a_memo_that_was_begun_waits_for_its_decision(empty_study: Study, enter: Opener) -> None:
    folder = study_with(empty_study)
    with serving(folder, "--coder", "ada") as server:
        page = enter(server.links[0])
        page.goto(server.links[0].split("/enter")[0] + "/queue?by=transcript")
        page.keyboard.press("m")
        page.keyboard.type("ask Ben")
        page.keyboard.press("Escape")
        for key in "jk":
            before = page.url
            page.keyboard.press(key)
            page.wait_for_url(lambda url, before=before: url != before)
            page.wait_for_load_state()
        assert page.locator("#memo").input_value() == "ask Ben"
        press(page, "a")
        press(page, "z")
        assert page.locator("#memo").input_value() == ""
    store = Study(folder).store
    assert [decision.memo for decision in store.decisions("ada")] == ["ask Ben", ""]
    store.close()


def test_the_very_last_decision_can_be_undone_by_key(empty_study: Study, enter: Opener) -> None:
    folder = study_with(empty_study)
    with serving(folder, "--coder", "ada") as server:
        page = enter(server.links[0])
        page.goto(server.links[0].split("/enter")[0] + "/queue?text=lunch")
        press(page, "a")
        press(page, "r")
        assert page.get_by_role("heading", name="All decided").is_visible()
        page.keyboard.press("z")
        page.wait_for_selector("#decide")
        assert page.locator("#status").inner_text() == "Undone: CO rejected."
        assert "1 of 2" in page.locator("#progress").inner_text()


def test_definition_search_and_why_by_key(empty_study: Study, enter: Opener) -> None:
    folder = study_with(empty_study)
    with serving(folder, "--coder", "ada") as server:
        page = enter(server.links[0])
        root = server.links[0].split("/enter")[0]
        page.goto(root + "/queue?by=transcript")
        assert page.get_by_text("Of 100 passages").is_visible()
        page.keyboard.press("w")
        assert not page.get_by_text("Of 100 passages").is_visible()
        page.keyboard.press("d")
        page.wait_for_selector("dialog[open] h2")
        page.keyboard.press("Escape")
        page.keyboard.press("/")
        page.keyboard.type("corridor")
        page.keyboard.press("Enter")
        page.wait_for_url("**text=corridor**")
        assert "of 2 passages decided" in page.locator("#progress").inner_text()
        page.goto(root + "/transcript/t1?text=corridor")
        assert page.locator(".row.found").count() == 1


def test_every_form_works_without_script(empty_study: Study, enter: Opener) -> None:
    folder = study_with(empty_study)
    with serving(folder, "--coder", "ada") as server:
        page = enter(server.links[0], java_script_enabled=False)
        page.goto(server.links[0].split("/enter")[0] + "/queue?by=transcript")
        page.get_by_role("button", name="None of these").click()
        page.get_by_role("button", name="Undo last").click()
        page.get_by_role("radio", name="mixed").click()
        page.locator("#memo").fill("no script")
        page.get_by_role("button", name="Take it").click()
    store = Study(folder).store
    assert (store.decisions()[-1].valence, store.decisions()[-1].memo) == ("mixed", "no script")
    assert [decision.verdict for decision in store.decisions()] == [
        ReviewAction.REJECT,
        ReviewAction.UNDO,
        ReviewAction.ACCEPT,
    ]
    store.close()


def test_training_in_one_click_survives_a_reload_and_tells_both(trained_study: Study, enter: Opener) -> None:
    trained_study.code()
    (trained_study.folder / CONFIGURATION).write_text(f"{CHEAP}[review]\nblind = 0.0\nbelow = 0.0\n", encoding="utf-8")
    trained_study.close()
    with serving(trained_study.folder, "--coder", "ada", "--coder", "ben") as server:
        ada, ben = (enter(link) for link in server.links)
        root = server.links[0].split("/enter")[0]
        ada.goto(root + "/queue")
        for _ in range(3):
            press(ada, "a")
        ada.goto(root + "/summary")
        ada.get_by_role("button", name="Train a new version").focus()
        ada.keyboard.press("Enter")
        ada.wait_for_url("**/learn")
        ben.goto(root + "/summary")
        assert "Started by ada" in ben.locator("#training").inner_text()
        ada.reload()
        ben.goto(root + "/queue")
        press(ben, "r")
        ada.get_by_role("link", name="Read the report").wait_for(timeout=90_000)
        assert "m0002" in ada.locator("#training").inner_text()
        with ada.expect_popup() as report:
            ada.get_by_role("link", name="Read the report").click()
        assert "m0002 compared with m0001" in report.value.locator("body").inner_text()
        ben.goto(root + "/summary")
        assert "m0002" in ben.locator("#training").inner_text()
    study = Study(trained_study.folder)
    assert [record["version"] for record in study.store.models()] == ["m0001", "m0002"]
    assert len(study.store.decisions("ben")) == 1
    study.close()
