"""In a real browser: two coders at once, and what they differ in settled by keyboard."""

from __future__ import annotations

import pytest
from secondcoder.audit import verify
from secondcoder.domain.records import Origin, Valence
from secondcoder.study.study import Study
from support.browser_checks import Opener, press, serving, study_with
from support.review_checks import hand_coded

pytestmark = [pytest.mark.browser, pytest.mark.slow]


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
