"""Every page on a phone, a desk and A4: nothing beside it, no word of a table broken, targets for a thumb, axe-core clean."""

from __future__ import annotations

from pathlib import Path

import pytest
from secondcoder.study.study import Study
from support.accessibility_checks import axe_faults
from support.browser_checks import Opener, axe, serving
from support.coding_checks import fresh_study
from support.looks_checks import DESK, PAPER, PHONE, faults
from support.pages_checks import PAGES, SETTLED, whole_study
from support.review_checks import LINES, talk

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def folder(empty_study: Study) -> Path:
    return whole_study(empty_study)


@pytest.mark.parametrize("size", [PHONE, DESK, PAPER])
def test_every_page_is_whole(folder: Path, enter_anywhere: Opener, size: tuple[int, int]) -> None:
    script, media = ("", "print") if size == PAPER else (axe(), "screen")
    with serving(folder, "--coder", "ada", "--adjudicate") as server:
        ada, consensus = (enter_anywhere(link, bypass_csp=True) for link in server.links)
        root = server.links[0].split("/enter")[0]
        for page, pages in ((ada, PAGES), (consensus, SETTLED)):
            page.set_viewport_size({"width": size[0], "height": size[1]})
            for url, act in pages:
                page.goto(root + url)
                act(page)
                where = (url, act.__name__)
                assert faults(page, media) == [], where
                if script:
                    assert axe_faults(page, script) == [], where
        ada.set_content(ada.context.request.get(root + "/summary.html").text())
        assert faults(ada, media) == []
        ada.context.clear_cookies()
        ada.goto(root + "/queue")
        assert faults(ada, media) == []


TOP_AT_REST = """(where) => new Promise((told) => {
  const look = (last, still) => {
    const top = document.querySelector(where).getBoundingClientRect().top;
    if (still === 20) told(top); else requestAnimationFrame(() => look(top, top === last ? still + 1 : 0));
  };
  look(NaN, 0);
})"""
"""Where something begins on the screen once it has stayed there for twenty frames."""


def test_on_a_phone_the_form_of_what_was_read_comes_into_sight(empty_study: Study, enter_anywhere: Opener) -> None:
    """The turns of a long interview are higher than the place kept for them until they are seen."""
    fresh_study(empty_study, talk("long", tuple(f"{line} " * 12 for line in LINES) * 8)).close()
    with serving(empty_study.folder, "--coder", "ada") as server:
        page = enter_anywhere(server.links[0])
        page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        page.goto(server.links[0].split("/enter")[0] + "/code/long")
        page.keyboard.press("f")
        page.wait_for_function("document.activeElement.name === 'part'")
        assert page.evaluate(TOP_AT_REST, "#readform") < PHONE[1]
