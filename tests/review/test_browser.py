"""In a real browser: reviews by keyboard alone, spans, undo, blind first, adjudication, two at once, and a killed server."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from secondcoder.audit import verify
from secondcoder.domain.records import Origin, ReviewAction, Valence
from secondcoder.labels.new_decision import act_of
from secondcoder.study.folder import CONFIGURATION
from secondcoder.study.study import Study
from support.browser_checks import Opener, Server, press, serving, study_with
from support.review_checks import LINES, fill, hand_coded, suggestion, talk
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


def folding_study(study: Study) -> Path:
    """Two interviews whose first answer has a construct with two sub-constructs, one more code, and two unlikely ones."""
    study.codebook_import("npt")
    talks = [talk("t1"), talk("t2")]
    scores = {"CP": 0.7, "CP.ENR": 0.6, "CP.ACT": 0.4, "CA": 0.5, "F1": 0.2, "F2": 0.1}
    fill(study, talks, [suggestion(one, at, *score) for one in talks for at in (0, 1) for score in scores.items()])
    settings = f"{CHEAP}[review]\nblind = 0.0\nbelow = 0.0\norder = 'transcript'\n"
    (study.folder / CONFIGURATION).write_text(settings, encoding="utf-8")
    study.close()
    return study.folder


def verdicts_of(folder: Path, coder: str = "ada") -> list[dict[str, str]]:
    """What was said of each code, act by act."""
    study = Study(folder)
    acts: dict[str, dict[str, str]] = {}
    for row in study.store.decisions(coder):
        acts.setdefault(act_of(row), {})[row.suggested or row.code or "-"] = row.verdict.value
    study.close()
    return list(acts.values())


def test_a_passage_with_six_suggestions_is_one_decision(empty_study: Study, enter: Opener) -> None:
    """By keyboard: all shown, none, some ticked with what belongs together, unfolded, undone as a whole, and nothing ticked."""
    folder = folding_study(empty_study)
    shown = ("CP", "CP.ENR", "CP.ACT", "CA")
    with serving(folder, "--coder", "ada") as server:
        page = enter(server.links[0])
        page.goto(server.links[0].split("/enter")[0] + "/queue?by=transcript")
        boxes = page.locator(".pick:visible")
        assert [one.get_attribute("data-code") for one in boxes.all()] == list(shown)
        assert page.locator("#fold summary").inner_text().startswith("f 2 more, each below 25 in 100")
        page.keyboard.press("Enter")
        page.wait_for_selector("#status.bad")
        assert "Nothing is ticked" in page.locator("#status").inner_text()
        press(page, "a")
        press(page, "r")
        press(page, "z")
        assert page.locator("#status").inner_text() == "Undone: CP, CP.ENR, CP.ACT, CA rejected."
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Space")  # CP.ENR, and CP with it
        assert page.locator(".pick input:checked").count() == 2
        assert page.locator(".why:visible summary").inner_text() == "w Why CP.ACT"
        press(page, "Enter")
        page.keyboard.press("f")
        assert boxes.count() == 6
        assert page.locator("button[value=all]").inner_text() == "a Take all 6"
        page.keyboard.press("Space")  # the first of the unfolded
        page.keyboard.press("o")
        press(page, "Enter")
        page.locator("label.name", has_text="Enrolment").click()
        page.locator("label.name", has_text="Cognitive participation").click()  # taken back, with what belongs to it
        page.locator("label.name", has_text="Collective action").click()
        page.get_by_role("button", name="Take ticked").click()
        page.get_by_role("heading", name="All decided").wait_for()
    accepted, rejected = "accept", "reject"
    assert verdicts_of(folder) == [
        dict.fromkeys(shown, accepted),
        dict.fromkeys(shown, rejected),
        {"-": "undo"},
        {"CP": accepted, "CP.ENR": accepted, "CP.ACT": rejected, "CA": rejected},
        dict.fromkeys((*shown, "F2"), rejected) | {"F1": accepted, "-": "looked"},
        dict.fromkeys(shown[:3], rejected) | {"CA": accepted},
    ]


def test_ticks_work_without_script(empty_study: Study, enter: Opener) -> None:
    """What is folded is not spoken of, even when it was unfolded: without the script the page cannot tell."""
    folder = folding_study(empty_study)
    with serving(folder, "--coder", "ada") as server:
        page = enter(server.links[0], java_script_enabled=False)
        page.goto(server.links[0].split("/enter")[0] + "/queue?by=transcript")
        page.locator("label.name", has_text="Enrolment").click()
        page.locator("#fold summary").click()
        page.locator("label.name", has_text="GP buy-in").click()
        page.keyboard.press("Enter")  # in a box, it sends the form with what is ticked
        page.wait_for_url("**at=**")
        page.get_by_role("button", name="Take all 4").click()
    said = verdicts_of(folder)
    assert said[0] == {"CP": "accept", "CP.ENR": "accept", "CP.ACT": "reject", "CA": "reject", "F1": "accept"}
    assert set(said[1]) == {"CP", "CP.ENR", "CP.ACT", "CA"}


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


def test_two_coders_at_once_and_then_adjudication(empty_study: Study, enter: Opener) -> None:
    folder = study_with(empty_study)
    with serving(folder, "--coder", "ada", "--coder", "ben", "--adjudicate") as server:
        ada, ben, both = (enter(link) for link in server.links)
        root = server.links[0].split("/enter")[0]
        for page in (ada, ben):
            page.goto(root + "/queue?by=transcript")
        for _ in range(4):
            press(ada, "a")
            press(ben, "r")
        assert "4 of 10" in ada.locator("#progress").inner_text()
        for url in ("/queue", "/transcript/t1", "/summary"):
            ben.goto(root + url)
            assert (
                "accepted"
                not in ben.locator("main")
                .inner_text()
                .replace("Accepted", "")
                .split("By code")[0]
                .split("What was decided")[0]
            )
        assert ada.goto(root + "/adjudicate").status == 403
        both.goto(root + "/adjudicate")
        assert both.locator(".sides h3").all_inner_texts() == ["ada", "ben"]
        for key in ("1", "Enter"):  # the code holds
            both.keyboard.press(key)
        both.wait_for_function("() => document.body.innerText.includes('1 of 4 settled')")
        both.wait_for_load_state()
        both.keyboard.press("Enter")  # the next one does not
        both.wait_for_function("() => document.body.innerText.includes('2 of 4 settled')")
        both.wait_for_load_state()
        both.keyboard.press("z")
        both.wait_for_function("() => document.body.innerText.includes('1 of 4 settled')")
    study = Study(folder)
    settled = [coding for coding in study.corpus.codings if coding.origin is Origin.ADJUDICATED]
    assert [(one.code, one.coder) for one in settled] == [("CO", "consensus")]
    assert len([coding for coding in study.corpus.codings if coding.coder == "ada"]) == 4
    study.close()


def test_code_valence_and_words_are_settled_by_keyboard_without_a_model(empty_study: Study, enter: Opener) -> None:
    study = hand_coded(empty_study)
    study.close()
    with serving(study.folder, "--coder", "ada", "--adjudicate") as server:
        page = enter(server.links[1])
        page.goto(server.links[0].split("/enter")[0] + "/adjudicate")

        def settle(*keys: str) -> None:
            with page.expect_navigation():
                for key in keys:
                    page.keyboard.press(key)

        settle("1", "Enter")  # Ada's code holds, where she marked it
        page.keyboard.press("Enter")  # the valences differ: the page waits until one is chosen
        assert "1 of 4 settled" in page.locator("main").inner_text()
        assert page.evaluate("document.activeElement.name") == "valence:CA"
        settle("m", "i", "x", "Enter")
        settle("w", "ArrowDown", "ArrowDown", "Enter")  # the second coder's words
        settle("1", "Enter")  # it does not hold
        page.wait_for_function("() => document.body.innerText.includes('Everything is settled')")
        settle("z")
        assert "was taken back" in page.locator("#status").inner_text()
    study = Study(study.folder)
    settled = {one.code: one for one in study.corpus.codings if one.origin is Origin.ADJUDICATED}
    ada, ben = ({one.code: one for one in study.corpus.codings if one.coder == name} for name in ("ada", "ben"))
    assert settled.keys() == {"CO", "CA", "RM"}
    assert (settled["CO"].span, settled["CO"].valence) == (ada["CO"].span, Valence.PROMOTES)
    assert settled["CA"].valence is Valence.MIXED
    assert settled["RM"].span == ben["RM"].span
    assert not verify(study.store).faults
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
        ada.get_by_role("link", name="Read the report").click()
        assert "m0002 compared with m0001" in ada.locator("body").inner_text()
        ben.goto(root + "/summary")
        assert "m0002" in ben.locator("#training").inner_text()
    study = Study(trained_study.folder)
    assert [record["version"] for record in study.store.models()] == ["m0001", "m0002"]
    assert len(study.store.decisions("ben")) == 1
    study.close()
