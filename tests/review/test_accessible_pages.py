"""Every page in every state for somebody who does not see it, or sees little of it: names and structure, axe-core, 400 %, colours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from secondcoder.study.folder import CONFIGURATION
from secondcoder.study.study import Study
from support.accessibility_checks import axe_faults, structure_faults, zoom_faults
from support.browser_checks import Server, axe, serving
from support.pages_checks import CODED, PAGES, SETTLED, Pages, as_it_opens, whole_study
from support.study_checks import CHEAP

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("accessible") / "study"
    Study.create(folder, "npt").close()
    (folder / CONFIGURATION).write_text(CHEAP, encoding="utf-8")
    with serving(whole_study(Study(folder)), "--coder", "ada", "--adjudicate") as running:
        yield running


@pytest.fixture(scope="module")
def people(browser: Any, server: Server) -> Iterator[list[Any]]:
    """A page of ada's, and one of the adjudication."""
    contexts = [browser.new_context(viewport={"width": 1280, "height": 900}, bypass_csp=True) for _ in server.links]
    pages = [context.new_page() for context in contexts]
    for page, link in zip(pages, server.links, strict=True):
        page.set_default_timeout(20_000)
        page.goto(link)
        page.wait_for_url(lambda url: "/enter" not in url)
    yield pages
    for context in contexts:
        context.close()


def codes_below(page: Any) -> None:
    page.locator(".unfold").first.click()
    page.wait_for_selector(".unfold[aria-expanded=true]")


def one_cell(page: Any) -> None:
    page.locator("td.cell .opens").first.click()
    page.wait_for_selector("#panel:not([hidden]) .opencell")


def definition(page: Any) -> None:
    page.keyboard.press("d")
    page.wait_for_selector("dialog[open] h2")


def keys_told(page: Any) -> None:
    page.keyboard.press("?")
    page.wait_for_selector("dialog#keys[open]")


def new_code(page: Any) -> None:
    for key in ("j", "s", "n"):
        page.keyboard.press(key)
    page.get_by_role("button", name="New code").click()
    page.wait_for_selector("dialog#newcode[open]")
    page.fill("#newcode [name=id]", "CO")
    page.get_by_role("button", name="Add to the codebook").click()
    page.wait_for_function("() => document.getElementById('newcodefault').textContent")


def refused(page: Any) -> None:
    """A memo of a coding that is gone by then."""
    page.keyboard.press("m")
    page.wait_for_selector("#status.bad")


def changing(page: Any) -> None:
    for key in ("n", "c", "s"):
        page.keyboard.press(key)
        page.keyboard.press("Escape")


MORE: Pages = [
    ("/queue?by=code", definition),
    ("/queue?by=code", changing),
    ("/queue?text=zebra", as_it_opens),
    ("/transcript/birch_nurse_late?text=corridor", as_it_opens),
    (CODED, keys_told),
    (CODED, new_code),
    (CODED, refused),
    ("/codes/CA.CI", as_it_opens),
    ("/codebook?code=CO", as_it_opens),
    ("/chart", as_it_opens),
    ("/chart", codes_below),
    ("/chart", one_cell),
    ("/chart/cell?at=Hawthorn&code=CO", as_it_opens),
    ("/chart/integration", as_it_opens),
    ("/split?code=CO&id0=CO&name0=&words0=&id1=CO&name1=&words1=", as_it_opens),
]
SETTLING: Pages = [("/", as_it_opens), *SETTLED, ("/codes/CO", as_it_opens), ("/chart", as_it_opens)]


def test_every_state_of_every_page(people: list[Any], server: Server) -> None:
    script, root, found = axe(), server.links[0].split("/enter")[0], {}
    for page, pages in zip(people, ([*PAGES, *MORE], SETTLING), strict=True):
        for url, act in pages:
            page.goto(root + url)
            act(page)
            faults = [*structure_faults(page), *axe_faults(page, script), *zoom_faults(page)]
            page.set_viewport_size({"width": 640, "height": 512})
            faults += [f"at 200 %: {fault}" for fault in structure_faults(page)]
            page.set_viewport_size({"width": 1280, "height": 900})
            if faults:
                found[url, act.__name__] = faults
    assert found == {}


QUEUE = """
- banner:
  - link "secondcoder"
  - navigation "Pages":
    - link "Interviews"
    - link "Queue"
    - link "Summary"
  - text: You are ada
  - button "Letter keys" [pressed]
- main:
  - heading "Queue" [level=1]
  - search "Filter passages"
  - progressbar "Decided here"
  - status
  - heading /passage \\d+ of 6/ [level=2]
  - group "The passage"
  - group "Suggested codes":
    - checkbox "CP Cognitive participation"
    - link "Why CP"
    - checkbox "CP.ENR Enrolment"
    - link "Why CP.ENR"
  - checkbox "No other code of the whole codebook applies"
  - button "Take ticked"
  - button "Take all 2"
  - button "None of these"
  - button "Rest unsure"
  - group "Valence":
    - radio "promotes"
    - radio "none" [checked]
  - textbox "Memo"
  - button "Change the span"
  - button "Undo last"
  - navigation "Passages":
    - link "next"
- contentinfo "Keys"
"""
CODING = """
- main:
  - article "hawthorn_pm_early":
    - heading "hawthorn_pm_early" [level=1]
    - navigation "Interviews"
    - list "Families of codes"
    - search "Search in this interview":
      - searchbox "Search"
      - status
    - application "Choose words by keyboard"
    - paragraph:
      - button "Turn 2"
    - paragraph: She explained it to us over lunch and then I understood what it is for.
    - list "Your codings":
      - listitem:
        - link /CO Coherence inhibits on She explained it/
    - region "Read by":
      - heading "Read by" [level=2]
    - form "I have read this":
      - group "What"
      - group "Looking for"
  - complementary "Codebook and last action":
    - status
    - navigation "Codes"
- contentinfo "Keys"
"""


def test_the_accessibility_tree_tells_what_is_there_in_order(people: list[Any], server: Server) -> None:
    from playwright.sync_api import expect

    page, root = people[0], server.links[0].split("/enter")[0]
    for url, tree in (("/queue?by=code", QUEUE), (CODED, CODING)):
        page.goto(root + url)
        expect(page.locator("body")).to_match_aria_snapshot(tree)
    page.goto(root + "/queue?by=code")
    expect(page.locator("nav[aria-label=Pages] [aria-current=page]")).to_have_text("Queue")
    box = page.get_by_role("checkbox", name="CP Cognitive participation")
    expect(box).to_have_accessible_description(re.compile(r"\(\d+ in 100\)"))
    page.goto(root + CODED)
    page.wait_for_selector("body[data-ready]")
    expect(page.get_by_role("application")).to_have_accessible_description(re.compile("Right and left arrow"))
