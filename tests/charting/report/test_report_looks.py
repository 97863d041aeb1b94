"""The report in a real browser: on a phone, on A4 and beside axe-core; its search finds, and links unfold what they lead to."""

from __future__ import annotations

from typing import Any

import pytest
from secondcoder.charting.report.page import page
from secondcoder.study.study import Study
from support.browser_checks import axe
from support.looks_checks import PAPER, PHONE, faults

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def report(coded_study: Study) -> str:
    return page(coded_study.chart())


@pytest.mark.parametrize(("size", "media"), [(PHONE, "screen"), (PAPER, "print")])
def test_nothing_is_cut_off(browser: Any, report: str, size: tuple[int, int], media: str) -> None:
    shown = browser.new_page(viewport={"width": size[0], "height": size[1]})
    shown.set_content(report)
    if media == "screen":  # grids go on to the right, beside a first column that stays, without taking the page along
        assert shown.evaluate("document.documentElement.scrollWidth <= innerWidth")
        first = shown.locator(".grid tbody th").first
        assert first.evaluate("one => getComputedStyle(one).position") == "sticky"
        shown.evaluate("document.querySelectorAll('.wide:has(.grid)').forEach(one => one.remove())")
    assert faults(shown, media) == []
    shown.close()


def test_axe_finds_nothing(browser: Any, report: str) -> None:
    shown = browser.new_page(viewport={"width": 1280, "height": 900}, bypass_csp=True)
    shown.set_content(report)
    shown.add_script_tag(content=axe())
    found = "axe.run().then(found => found.violations.map(one => one.id + ': ' + one.nodes[0].html))"
    assert shown.evaluate(found) == []
    shown.close()


def test_words_are_found_and_what_does_not_have_them_is_put_away(browser: Any, report: str) -> None:
    shown = browser.new_page(viewport={"width": 1280, "height": 900})
    shown.set_content(report)
    quotes = shown.locator("section:has(#passages) blockquote")
    word = quotes.first.inner_text().split()[1]
    every = quotes.count()
    shown.get_by_label("Find in the passages").last.fill(word)
    left = [quote for quote in quotes.all() if quote.is_visible()]
    assert 0 < len(left) < every
    assert all(word.casefold() in quote.inner_text().casefold() for quote in left)
    shown.get_by_label("Find in the passages").last.fill("")
    shown.close()
