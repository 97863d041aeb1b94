"""The code view in a real browser: keys alone, quotations copied, how it looks wide, narrow and printed, and without scripts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from secondcoder.domain.records import Coding, CodingPass, Valence
from secondcoder.study.study import Study
from support.browser_checks import Opener, axe, serving, study_with
from support.review_checks import HOSTILE, LINES, talk

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WIDTHS = [(1280, 900), (390, 800)]


@pytest.fixture
def folder(empty_study: Study) -> Path:
    """Two interviews in review; a third, coded by ada and ben, that ada has read whole."""
    lines = (*LINES[:5], HOSTILE)
    third = talk("t3", lines)
    answers = [turn.span for turn in third.turns if turn.speaker == "R"]
    codings = [Coding("t3", *answers[at], "CO", "ada", valence=Valence.PROMOTES) for at in (0, 1, 5)]
    codings += [Coding("t3", *answers[at], "CO", "ben", memo="<b>bold</b>") for at in (2, 3)]
    with empty_study.store.transaction("test") as write:
        write.add_codebook(empty_study.codebook)
        write.add_transcripts([third])
        write.add_codings(codings, empty_study.codebook)
        write.add_passes([CodingPass("t3", "ada", 0, len(third.text), empty_study.codebook.ids)])
    return study_with(empty_study)


def root_of(link: str) -> str:
    return link.split("/enter", maxsplit=1)[0]


def codes_in(page: Any) -> list[str]:
    return page.locator(".coded strong").all_inner_texts()


def test_a_passage_is_recoded_by_keyboard_alone(folder: Path, enter: Opener) -> None:
    with serving(folder, "--coder", "ada") as server:
        page = enter(server.links[0])
        page.goto(root_of(server.links[0]) + "/codes/CO")
        for key in ("j", "x", "j", "x", "k", "x"):
            page.keyboard.press(key)
        assert page.inner_text("#ticked") == "1 ticked"
        assert LINES[1] in page.locator(".quote:has(input:checked) .quoted").inner_text()
        page.keyboard.press("c")
        page.keyboard.type("ca")
        page.keyboard.press("Enter")
        page.wait_for_url("**/recode")
        page.wait_for_selector("button.main:focus")  # the browser sets the focus a moment after the page is there
        page.keyboard.press("Enter")
        page.wait_for_url("**/codes/CO?*")
        assert page.inner_text("#status") == "1 passage recoded to CA."
        page.goto(root_of(server.links[0]) + "/codes/CA")
        assert LINES[1] in page.locator(".quote").first.inner_text()


def test_a_code_is_split_by_keyboard_alone(folder: Path, enter: Opener) -> None:
    with serving(folder, "--coder", "ada") as server:
        page = enter(server.links[0])
        page.goto(root_of(server.links[0]) + "/split?code=CO")
        page.locator("[name=id0]").focus()
        for key in ("C", "1", "Tab", "Tab", "Tab", "C", "2", "Enter"):
            page.keyboard.press(key)
        page.wait_for_selector(".scripted >> text=Where each passage goes")
        page.wait_for_load_state()  # a key pressed before the script is there is nobody's
        for key in ("j", "1", "j", "2", "j", "0"):
            page.keyboard.press(key)
        page.locator("button.main").focus()
        page.keyboard.press("Enter")
        page.wait_for_selector("text=3 codings assigned, 2 wait")
        page.goto(root_of(server.links[0]) + "/codes/C1")
        assert codes_in(page) == ["C1"]


def test_a_quotation_is_copied_with_where_it_comes_from(folder: Path, enter: Opener) -> None:
    with serving(folder, "--coder", "ada") as server:
        page = enter(server.links[0], permissions=["clipboard-read", "clipboard-write"])
        page.goto(root_of(server.links[0]) + "/codes/CO")
        wanted = f"“{LINES[0]}” (GP, wave late; interview t3, turn 2)"
        page.keyboard.press("j")
        page.keyboard.press("y")
        page.wait_for_selector("#status:has-text('Copied')")
        assert page.evaluate("navigator.clipboard.readText()") == wanted
        page.locator(".quote").nth(1).hover()
        page.click(".copy")
        page.wait_for_function("navigator.clipboard.readText().then(text => text.includes('corridor'))")


def test_search_and_filters_work_by_keyboard(folder: Path, enter: Opener) -> None:
    with serving(folder, "--coder", "ada") as server:
        page = enter(server.links[0])
        page.goto(root_of(server.links[0]) + "/codes/CO")
        page.keyboard.press("/")
        page.keyboard.type("LUNCH")
        page.keyboard.press("Enter")
        page.wait_for_url("**text=LUNCH**")
        assert page.locator(".quote").count() == 3  # ada's coding, and the two suggestions on the same words


def test_it_reads_and_works_without_scripts(folder: Path, enter: Opener) -> None:
    with serving(folder, "--coder", "ada") as server:
        page = enter(server.links[0], java_script_enabled=False)
        page.goto(root_of(server.links[0]) + "/codes")
        page.click("text='CO'")
        assert page.locator(".quote").count() == 7
        page.locator("input[name=holds]").first.check()
        page.fill("#to", "CA")
        page.click("text=Recode …")
        page.click("button.main")
        assert page.inner_text("#status") == "1 passage recoded to CA."


def test_hostile_talk_and_memos_run_nowhere(folder: Path, enter: Opener) -> None:
    with serving(folder, "--coder", "ada") as server:
        page = enter(server.links[0])
        page.on("dialog", lambda dialog: pytest.fail("a script of the transcript ran"))
        page.goto(root_of(server.links[0]) + "/codes/CO")
        assert page.locator("main img, main script, main b").count() == 0
        assert "<b>bold</b>" in page.inner_text("main")


def test_axe_finds_nothing_and_nothing_is_cut_off(folder: Path, enter: Opener) -> None:
    script = axe()
    with serving(folder, "--coder", "ada", "--coder", "cleo") as server:
        ada, cleo = (enter(link, bypass_csp=True) for link in server.links)
        root = root_of(server.links[0])

        def check(page: Any, where: str) -> None:
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), where
            page.evaluate(script)
            faults = page.evaluate("axe.run().then(found => found.violations)")
            assert [(fault["id"], fault["nodes"][0]["html"]) for fault in faults] == [], where

        for width, height in WIDTHS:
            for page, urls in (
                (
                    ada,
                    [
                        "/codes",
                        "/codes/CO",
                        "/codes/F2",
                        "/split?code=CO",
                        "/split?code=CO&id0=A&id1=B",
                        "/split?code=CO&id0=CA",
                    ],
                ),
                (cleo, ["/codes", "/codes/CO"]),
            ):
                page.set_viewport_size({"width": width, "height": height})
                for url in urls:
                    page.goto(root + url)
                    check(page, f"{url} at {width}")
            ada.goto(root + "/codes/CO")
            for key in ("j", "x", "c"):
                ada.keyboard.press(key)
            check(ada, f"ticked at {width}")
            ada.keyboard.type("CA")
            ada.keyboard.press("Enter")
            ada.wait_for_url("**/recode")
            check(ada, f"asked at {width}")


def test_on_a_narrow_screen_and_on_paper_every_count_is_there(folder: Path, enter: Opener) -> None:
    with serving(folder, "--coder", "ada") as server:
        page = enter(server.links[0])
        for media, width in (("screen", 390), ("print", 718)):
            page.emulate_media(media=media)
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(root_of(server.links[0]) + "/codes/CO")
            cells = page.locator("table.counts tbody td, table.counts tbody th")
            boxes = cells.evaluate_all("all => all.map(one => one.getBoundingClientRect().toJSON())")
            assert all(box["width"] > 0 and box["left"] >= 0 and box["right"] <= width for box in boxes), media
            corners = [(box["left"], box["top"]) for box in boxes]
            assert len(set(corners)) == len(corners)
        assert not page.locator("#recode").is_visible()
        assert not page.locator("nav").is_visible()
