"""The charts in a real browser: keys alone, a cell beside the matrix, notes of two people, without scripts, and how it looks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from secondcoder.study.study import Study
from support.browser_checks import Opener, Server, axe, serving
from support.chart_page_checks import MARKUP
from support.looks_checks import DESK, PAPER, PHONE, faults

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PAGES = (
    "/chart",
    "/chart?open=CO|CA&rows=transcript",
    "/chart?at=Ash&code=CO&beside=1",
    "/chart/cell?at=Ash&code=CO",
    "/chart/cell?at=Cedar&code=F1",
    "/chart/integration",
    "/chart/cell?at=Ash&code=level:patient&wave=late&tab=integration",
)


@pytest.fixture
def server(charted: Study) -> Iterator[Server]:
    """ada, who coded everything, and the adjudication session."""
    charted.close()
    with serving(charted.folder, "--coder", "ada", "--adjudicate") as running:
        yield running


@pytest.fixture
def root(server: Server) -> str:
    return server.links[0].split("/enter", maxsplit=1)[0]


def focused(page: Any) -> str:
    """What the focus is on: its class, id or value."""
    return str(page.evaluate("(() => { const a = document.activeElement; return a.className || a.id || a.value; })()"))


def saved(page: Any, words: str = "Saved.") -> None:
    page.wait_for_selector(f"#status:has-text('{words}')")


def test_a_summary_and_a_light_are_given_by_keyboard_alone(server: Server, root: str, enter: Opener) -> None:
    page = enter(server.links[0])
    page.goto(root + "/chart")
    page.locator("td.cell .opens").first.focus()
    for key in ("ArrowDown", "ArrowRight", "ArrowLeft", "ArrowUp", "Enter"):
        page.keyboard.press(key)
    page.wait_for_selector("#cellhead:focus")
    assert "Ash" in page.inner_text("#cellhead")
    page.keyboard.press("m")
    page.keyboard.type("Shared by all, jk123.")
    page.keyboard.press("Escape")
    for key in ("1", "s"):
        page.keyboard.press(key)
    saved(page)
    assert page.evaluate("document.activeElement.value") == "green"  # the focus stays where it was
    assert "● green Shared by all" in page.locator("td.is-open").inner_text().replace("\n", " ")
    page.keyboard.press("Escape")
    assert not page.locator("#panel").is_visible()
    assert focused(page) == "opens"
    page.reload()
    assert page.locator("td.cell .is-green").count() == 1


def test_a_save_is_taken_back_by_a_key(server: Server, root: str, enter: Opener) -> None:
    page = enter(server.links[0])
    page.goto(root + "/chart?at=Ash&code=CO&beside=1")
    for key in ("2", "s"):
        page.keyboard.press(key)
    saved(page)
    page.keyboard.press("z")
    saved(page, "Taken back.")
    assert page.locator("td.cell .is-amber").count() == 0
    assert page.is_checked("[name=light][value='']")


def test_two_people_do_not_write_over_each_other(server: Server, root: str, enter: Opener) -> None:
    ada, both = (enter(link) for link in server.links)
    for page in (ada, both):
        page.goto(root + "/chart?at=Ash&code=CO&beside=1")
    ada.fill("#summary", "by ada")
    both.fill("#summary", "by all of us")
    both.click("#noteform .main")
    saved(both)
    ada.click("#noteform .main")
    saved(ada, "Not saved")
    assert "by all of us" in ada.inner_text(".fault")
    assert ada.input_value("#summary") == "by ada"
    ada.click("#noteform .main")
    saved(ada)
    both.reload()
    assert both.input_value("#summary") == "by ada"


def test_what_was_typed_is_there_again_after_another_cell(server: Server, root: str, enter: Opener) -> None:
    page = enter(server.links[0])
    page.goto(root + "/chart")
    first, second = page.locator("td.cell .opens").nth(0), page.locator("td.cell .opens").nth(1)
    first.click()
    page.fill("#summary", "half a thought")
    second.click()
    page.wait_for_selector(".opencell[data-code=CP]")
    assert page.input_value("#summary") == ""
    first.click()
    page.wait_for_selector("#status:has-text('not saved yet')")
    assert page.input_value("#summary") == "half a thought"


def test_a_construct_opens_and_folds_and_keeps_the_focus(server: Server, root: str, enter: Opener) -> None:
    page = enter(server.links[0])
    page.goto(root + "/chart?at=Ash&code=CO&beside=1")
    for state in ("true", "false"):
        page.locator("th .unfold[data-code=CO]").focus()
        page.keyboard.press("Enter")
        page.wait_for_selector(f"th .unfold[data-code=CO][aria-expanded={state}]:focus")
        assert page.locator("th a:text-is('CO.DIF')").count() == (state == "true")
        assert page.locator("#panel").is_visible()


def test_from_a_passage_to_its_interview_and_back_the_cell_is_open(server: Server, root: str, enter: Opener) -> None:
    page = enter(server.links[0])
    page.goto(root + "/chart?rows=transcript")
    page.locator("td.cell .opens").first.click()
    page.wait_for_selector("#panel .quote")
    page.locator("#panel .from a").first.click()
    page.wait_for_url("**/code/ash_gp#turn*")
    page.go_back()
    page.wait_for_selector("#panel .quote")
    assert page.locator("td.is-open").count() == 1
    assert page.locator(".quote b, .quote i").count() == 0


def test_the_first_column_and_the_heads_stay_in_view(server: Server, root: str, enter: Opener) -> None:
    page = enter(server.links[0])
    page.goto(root + "/chart?open=CO|CP|CA|RM")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.evaluate("document.querySelector('.matrix').scrollTo(900, 0)")
    box = page.locator("tbody th").first.bounding_box()
    assert box is not None
    assert 0 <= box["x"] < 60


def test_on_a_phone_one_row_at_a_time(server: Server, root: str, enter: Opener) -> None:
    page = enter(server.links[0])
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    for url in ("/chart", "/chart/integration"):
        page.goto(root + url)
        page.click(".rowpick a:text-is('Birch')")
        rows = page.locator("tbody tr:visible").evaluate_all("all => all.map(one => one.dataset.row)")
        assert set(rows) == {"Birch"}
    page.goto(root + "/chart")
    page.click("td.cell:visible .opens")
    page.wait_for_url("**/chart/cell?**")
    page.click("#back")
    page.wait_for_selector("#here:focus")


def test_it_reads_and_works_without_scripts(server: Server, root: str, enter: Opener) -> None:
    page = enter(server.links[0], java_script_enabled=False)
    page.goto(root + "/chart")
    page.click("th .unfold >> nth=0")
    page.click("tr[data-row=Ash] td[data-code=CO] .opens")
    assert MARKUP in (page.text_content("main") or "")  # what is below is not laid out yet
    page.fill("#summary", "Shared by all.")
    page.check("[name=light][value=green]")
    page.click("#noteform .main")
    assert "Shared by all." in page.input_value("#summary")
    page.click("#back")
    assert "Shared by all." in page.inner_text("#here")
    assert page.locator("th a:text-is('CO.DIF')").count() == 1


@pytest.mark.parametrize(("width", "height"), [PHONE, DESK])
def test_axe_finds_nothing_and_nothing_is_cut_off(
    server: Server, root: str, enter: Opener, width: int, height: int
) -> None:
    page, script = enter(server.links[0], bypass_csp=True), axe()
    page.set_viewport_size({"width": width, "height": height})
    page.goto(root + "/chart/cell?at=Ash&code=CO")
    page.fill("#summary", "Talked through at the away day, " * 4)
    page.check("[name=light][value=amber]")
    page.click("#noteform .main")
    for url in PAGES:
        page.goto(root + url)
        page.evaluate(script)
        found = page.evaluate("axe.run().then(found => found.violations)")
        assert [(fault["id"], fault["nodes"][0]["html"]) for fault in found] == [], (url, width)
        # What lies in a region that scrolls by itself may be beside the page.
        page.evaluate("for (const one of document.querySelectorAll('.rowpick, .matrix')) one.style.overflow = 'hidden'")
        wide = [fault for fault in faults(page) if not fault.startswith("beside")]
        assert wide == [], (url, width)


def test_on_paper_every_cell_is_there(server: Server, root: str, enter: Opener) -> None:
    page = enter(server.links[0])
    for url in ("/chart", "/chart/integration"):
        page.goto(root + url)
        page.set_viewport_size({"width": PAPER[0], "height": PAPER[1]})
        assert [fault for fault in faults(page, "print") if "printed" in fault or "sideways" in fault] == []
