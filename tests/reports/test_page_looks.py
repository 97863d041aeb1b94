"""Reports in a real browser: on a phone and on A4 no column is lost, and axe-core finds nothing."""

from __future__ import annotations

from typing import Any

import pytest
from secondcoder.reports.page import Section, Table, page
from support.browser_checks import axe

pytestmark = [pytest.mark.browser, pytest.mark.slow]

HEAD = ("code", "name", *(f"figure {number}" for number in range(15)))
ROWS = [(f"CODE.{row}", "Individual specification", *["0.67 to 0.77"] * 14, "cannot be said") for row in range(20)]
OUTSIDE = """() => [...document.querySelectorAll('td, th[scope=row]')]
    .map(one => one.getBoundingClientRect()).filter(box => box.width < 8 || box.left < 0 || box.right > innerWidth + 1).length"""
LETTER_BY_LETTER = (
    "() => [...document.querySelectorAll('td, th')].filter(one => one.getBoundingClientRect().height > 120).length"
)


@pytest.fixture
def report() -> str:
    return page("Agreement", [Section("Code by code", [Table("All codes", HEAD, ROWS, frozenset({1}))])])


@pytest.mark.parametrize(("width", "media"), [(390, "screen"), (688, "print")])
def test_every_cell_stands_on_the_page(browser: Any, report: str, width: int, media: str) -> None:
    """688 px is A4 less its margins of 14 mm, at 96 px an inch."""
    shown = browser.new_page(viewport={"width": width, "height": 900})
    shown.emulate_media(media=media)
    shown.set_content(report)
    assert (shown.evaluate(OUTSIDE), shown.evaluate(LETTER_BY_LETTER)) == (0, 0)
    assert shown.get_by_text("cannot be said").first.is_visible()
    assert shown.evaluate("document.documentElement.scrollWidth <= innerWidth")
    shown.close()


def test_on_a_phone_each_figure_stands_beside_its_head_and_axe_finds_nothing(browser: Any, report: str) -> None:
    shown = browser.new_page(viewport={"width": 390, "height": 900}, bypass_csp=True)
    shown.set_content(report)
    beside = "one => getComputedStyle(one, '::before').content"
    assert shown.locator("td").nth(1).evaluate(beside) == '"figure 0"'
    shown.add_script_tag(content=axe())
    assert shown.evaluate("axe.run().then(found => found.violations.map(one => one.id))") == []
    shown.close()
