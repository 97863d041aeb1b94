"""Reports in a real browser: on a phone and on A4 no column is lost, and axe-core finds nothing."""

from __future__ import annotations

from typing import Any

import pytest
from secondcoder.reports.page import Section, Table, page
from support.browser_checks import axe
from support.looks_checks import PAPER, PHONE, faults

pytestmark = [pytest.mark.browser, pytest.mark.slow]

HEAD = ("code", "name", "transcripts", "secondcoder", *(f"figure {number}" for number in range(13)))
ROWS = [(f"CODE.{row}", "Individual specification", *["0.67 to 0.77"] * 14, "cannot be said") for row in range(20)]


@pytest.fixture
def report() -> str:
    return page("Agreement", [Section("Code by code", [Table("All codes", HEAD, ROWS, frozenset({1}))])])


@pytest.mark.parametrize(("size", "media"), [(PHONE, "screen"), (PAPER, "print")])
def test_every_cell_stands_on_the_page_with_its_words_whole(
    browser: Any, report: str, size: tuple[int, int], media: str
) -> None:
    shown = browser.new_page(viewport={"width": size[0], "height": size[1]})
    shown.set_content(report)
    assert faults(shown, media) == []
    assert shown.get_by_text("cannot be said").first.is_visible()
    shown.close()


def test_on_a_phone_each_figure_stands_beside_its_head_and_axe_finds_nothing(browser: Any, report: str) -> None:
    shown = browser.new_page(viewport={"width": 390, "height": 900}, bypass_csp=True)
    shown.set_content(report)
    beside = "one => getComputedStyle(one, '::before').content"
    assert shown.locator("td").nth(1).evaluate(beside).startswith('"transcripts"')
    shown.add_script_tag(content=axe())
    assert shown.evaluate("axe.run().then(found => found.violations.map(one => one.id))") == []
    shown.close()
