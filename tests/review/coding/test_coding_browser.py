"""In a real browser: coding by hand, two people at once, hostile talk, a phone, and what axe finds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from secondcoder.domain.records import Valence
from secondcoder.study.study import Study
from support.browser_checks import Opener, axe, serving
from support.coding_browser_checks import drag, options, ready, settled, spoken
from support.coding_checks import fresh_study
from support.review_checks import HOSTILE, LINES, talk

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def desk(empty_study: Study) -> Path:
    """Two interviews that nobody has coded, closed, in their folder."""
    fresh_study(empty_study)
    empty_study.close()
    return empty_study.folder


def test_what_is_selected_is_what_is_coded(desk: Path, enter_anywhere: Opener) -> None:
    """Across turns, of the interviewer's words, half a word, several codes, and selecting elsewhere while the palette is open."""
    with serving(desk, "--coder", "ada") as server:
        page = enter_anywhere(server.links[0])
        ready(page)
        drag(page, "explained it", "no computer")
        options(page, "CO").click()
        settled(page, 1)
        options(page, "CP").click()
        settled(page, 2)
        drag(page, "uestion 2")
        assert page.locator("#chosen").inner_text() == "“Question 2”"
        options(page, "CA").click()
        settled(page, 3)
        page.keyboard.press("Escape")
        page.locator(".coding[data-code=CA] a").click()
        page.get_by_role("button", name="Other words").click()
        drag(page, "worth it", palette=False)
        page.wait_for_function("() => document.getElementById('status').innerText.includes('worth it')")
    text = talk("t1").text
    across = text[text.index("explained it") : text.index("no computer") + len("no computer")]
    assert sorted(spoken(desk, "t1")) == sorted([(across, "CO"), (across, "CP"), ("worth it", "CA")])


def test_span_valence_memo_move_remove_and_undo_by_keyboard(desk: Path, enter_anywhere: Opener) -> None:
    with serving(desk, "--coder", "ada") as server:
        page = enter_anywhere(server.links[0])
        ready(page)
        keys = page.keyboard.press
        status = page.locator("#status")
        for key in ("j", "j", "s", "ArrowLeft", "ArrowLeft", "Shift+ArrowRight", "Enter"):
            keys(key)
        page.keyboard.type("coherence")
        keys("Enter")
        settled(page, 1)
        for key in ("3", "1", "2"):  # quicker than the server
            keys(key)
        page.wait_for_function("() => document.getElementById('status').innerText.includes('inhibits')")
        for _ in range(2):
            keys("z")
        page.wait_for_function("() => document.getElementById('status').innerText.includes('mixed')")
        keys("2")  # on what is again as it was before
        page.wait_for_function("() => document.getElementById('status').innerText.includes('inhibits')")
        keys("m")
        page.wait_for_selector("#boxmemo:focus")
        page.keyboard.type("j and z are letters here")
        keys("Escape")
        page.wait_for_selector(".memo-mark")
        keys("Escape")
        keys("e")
        page.wait_for_selector("#box:not([hidden]) #editform")
        for key in ("s", "ArrowRight", "Enter"):
            keys(key)
        page.wait_for_function("() => document.getElementById('status').innerText.startsWith('Changed')")
        page.wait_for_selector("#box:not([hidden]) #editform")
        keys("Delete")
        settled(page, 0)
        keys("z")
        settled(page, 1)
        assert status.inner_text().startswith("Took back the removal. It is there again: CO on “explained it")
        keys("/")
        page.keyboard.type("corridor")
        keys("Enter")
        assert page.locator("#found").inner_text() == "1 of 1"
        keys("Escape")
        keys("?")
        assert page.locator("dialog#keys[open]").is_visible()
    study = Study(desk)
    (coding,) = study.store.codings()
    text = study.corpus.by_id["t1"].text[coding.start : coding.end]
    assert LINES[0].split()[1:-1] == text.split()
    assert (coding.valence, coding.memo) == (Valence.INHIBITS, "j and z are letters here")
    study.close()


def test_two_people_code_one_interview_at_once(desk: Path, enter_anywhere: Opener) -> None:
    with serving(desk, "--coder", "ada", "--coder", "ben") as server:
        ada, ben = (enter_anywhere(link) for link in server.links)
        second = ada.context.new_page()
        second.goto(ada.url)
        for page in (ada, ben, second):
            ready(page)
        for page, words, code in (
            (ada, "explained it", "CO"),
            (ben, "explained it", "CP"),
            (second, "no computer", "CA"),
        ):
            page.bring_to_front()
            drag(page, words)
            options(page, code).click()
            page.wait_for_function("() => document.getElementById('status').innerText.startsWith('Coded')")
            page.keyboard.press("Escape")
        # Ada's first window saw nothing of the second's coding; its next action brings it, and so does coming back to it.
        ada.bring_to_front()
        ada.evaluate("window.dispatchEvent(new Event('focus'))")
        settled(ada, 2)
        ada.locator(".coding[data-code=CA] a").click()
        ada.wait_for_selector("#editform")
        second.bring_to_front()
        second.keyboard.press("z")
        settled(second, 1)
        ada.bring_to_front()
        ada.get_by_role("radio", name="promotes").click()
        ada.wait_for_function("() => document.getElementById('status').classList.contains('bad')")
        settled(ada, 1)
        assert "meanwhile" in ada.locator("#status").inner_text()
        ben.locator("#readform button").click()
        ben.wait_for_function("() => document.getElementById('readings').innerText.includes('ben')")
        assert ben.locator(".coding").count() == 1
    assert sorted(spoken(desk, "t1")) == [("explained it", "CO"), ("explained it", "CP")]


def test_a_new_code_while_coding(desk: Path, enter_anywhere: Opener) -> None:
    with serving(desk, "--coder", "ada") as server:
        page = enter_anywhere(server.links[0])
        ready(page)
        drag(page, "no computer")
        page.locator("#filter").fill("Lack of equipment")
        page.get_by_role("button", name="New code").click()
        page.locator("#newcode [name=definition]").fill("What is missing.")
        page.get_by_role("button", name="Add to the codebook").click()
        settled(page, 1)
        assert page.locator("#tree [data-about='Lack of equipment']").count() == 1
    assert spoken(desk, "t1") == [("no computer", "Lack of equipment")]


def test_hostile_talk_is_text_and_its_offsets_hold(empty_study: Study, enter_anywhere: Opener) -> None:
    line = f"\U0001f600 {HOSTILE[:120]} \r\n then words after it \u05d0"
    fresh_study(empty_study, talk("t1", (line, "x")))
    empty_study.close()
    with serving(empty_study.folder, "--coder", "<b>ada</b>") as server:
        page = enter_anywhere(server.links[0])
        page.on("dialog", lambda dialog: pytest.fail("a script of the transcript ran"))
        ready(page)
        assert page.locator("main script, main b").count() == 0
        drag(page, "words after it")
        options(page, "CO").click()
        settled(page, 1)
    assert spoken(empty_study.folder, "t1") == [("words after it", "CO")]


def test_on_a_phone_a_long_press_opens_the_palette_as_a_sheet(desk: Path, enter_anywhere: Opener) -> None:
    with serving(desk, "--coder", "ada") as server:
        page = enter_anywhere(server.links[0], has_touch=True)
        page.set_viewport_size({"width": 390, "height": 844})
        ready(page)
        page.locator("#turn4 .speech").tap()
        page.evaluate(
            "() => { const text = document.querySelector('#turn4 .speech span').firstChild, at = text.data.indexOf('no room');"
            " getSelection().setBaseAndExtent(text, at, text, at + 7); }"
        )
        page.wait_for_selector("#palette:not([hidden])")
        sheet = page.locator("#palette").bounding_box()
        assert (sheet["x"], sheet["width"], sheet["y"] + sheet["height"]) == (0, 390, 844)
        options(page, "CA").tap()
        settled(page, 1)
        page.locator("h1").tap()
        page.wait_for_selector("#palette", state="hidden")
    assert spoken(desk, "t1") == [("no room", "CA")]


@pytest.mark.parametrize("width", [1280, 390])
def test_axe_and_nothing_is_cut_off(desk: Path, enter_anywhere: Opener, width: int) -> None:
    with serving(desk, "--coder", "ada") as server:
        page = enter_anywhere(server.links[0], bypass_csp=True)
        page.set_viewport_size({"width": width, "height": 844})
        ready(page)
        for key in ("j", "j", "n"):
            page.keyboard.press(key)
        page.keyboard.type("CO")
        check(page)
        page.keyboard.press("Enter")
        settled(page, 1)
        page.keyboard.press("e")
        page.wait_for_selector("#editform")
        check(page)
        page.keyboard.press("Escape")
        check(page)
        page.goto(server.links[0].split("/enter")[0] + "/")
        check(page)


def check(page: Any) -> None:
    page.evaluate(axe())
    found = page.evaluate(
        "async () => (await axe.run()).violations.map(v => [v.id, v.nodes.map(n => n.html.slice(0, 150))])"
    )
    assert found == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
