"""The site in a real browser: axe-core clean on a desk and a phone, nothing beside the page at 400 % zoom, light and dark, by keyboard."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.browser_checks import axe
from support.places import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.browser]

PAGES = (
    "docs/index",
    "docs/findings",
    "docs/interchange",
    "docs/architecture",
    "docs/glossary",
    "docs/reference/settings",
    "search",
)
WIDTHS = {"desk": 1280, "phone": 390, "zoomed": 320}
"""CSS pixels; 320 is 1280 at 400 % (WCAG 2.2, 1.4.10)."""
LOOKS = [("desk", "light"), ("desk", "dark"), ("phone", "light"), ("phone", "dark")]


@pytest.fixture
def visit(browser: Any, site: Path) -> Iterator[Any]:
    """Opens a page of the site at a width."""
    contexts = []

    def opened(page: str, at: str, scheme: str = "light") -> Any:
        size = {"width": WIDTHS[at], "height": 844}
        contexts.append(browser.new_context(viewport=size, color_scheme=scheme, reduced_motion="reduce"))
        tab = contexts[-1].new_page()
        tab.set_default_timeout(120_000)
        tab.goto((site / f"{page}.html").as_uri())
        return tab

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.parametrize(("at", "scheme"), LOOKS)
def test_axe_finds_nothing(at: str, scheme: str, visit: Any) -> None:
    script = axe()
    for page in PAGES:
        tab = visit(page, at, scheme)
        tab.evaluate(script)
        found = tab.evaluate("axe.run().then(found => found.violations)")
        assert [(each["id"], each["nodes"][0]["html"][:200]) for each in found] == [], page


@pytest.mark.parametrize("at", WIDTHS)
def test_no_page_scrolls_sideways(at: str, visit: Any, site: Path) -> None:
    tab = visit("docs/index", at)
    for path in sorted(site.rglob("*.html")):
        if "_static" in path.parts:
            continue
        tab.goto(path.as_uri())
        beside = tab.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert beside <= 0, f"{path.relative_to(site)} is {beside} px too wide"


def test_what_scrolls_in_itself_is_reached_by_keyboard(visit: Any) -> None:
    tab = visit("docs/architecture", "phone")
    wide = tab.locator("article pre").first
    assert wide.evaluate("one => one.scrollWidth > one.clientWidth")
    wide.focus()
    tab.keyboard.press("ArrowRight")
    tab.wait_for_function("document.querySelector('article pre').scrollLeft > 0")


def test_the_first_stop_skips_to_the_content_and_every_stop_shows(visit: Any) -> None:
    tab = visit("docs/findings", "desk")
    tab.keyboard.press("Tab")
    first = tab.evaluate("[document.activeElement.textContent.trim(), document.activeElement.getAttribute('href')]")
    assert first[0] == "Skip to content"
    for _ in range(12):
        tab.keyboard.press("Tab")
        shown = tab.evaluate(
            "(({outlineStyle, outlineWidth}) => outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2)"
            "(getComputedStyle(document.activeElement))"
        )
        assert shown, tab.evaluate("document.activeElement.outerHTML")
    tab.locator("a", has_text="Skip to content").focus()
    tab.keyboard.press("Enter")
    tab.keyboard.press("Tab")
    assert tab.evaluate("!!document.activeElement.closest('article, .content')")


def test_the_search_works_without_a_server_and_by_keyboard(visit: Any) -> None:
    tab = visit("docs/index", "desk")
    requests: list[str] = []
    tab.on("request", lambda request: requests.append(request.url))
    tab.locator("input[name=q]").first.focus()
    tab.keyboard.type("krippendorff")
    tab.keyboard.press("Enter")
    tab.wait_for_selector("#search-results li a")
    assert tab.locator("#search-results li a", has_text="Glossary").count()
    assert all(url.startswith("file:") for url in requests)


def test_the_picture_of_the_house_can_be_read_on_a_phone(visit: Any) -> None:
    """Words of 13 px are shown with 9 or more: it is wider than the page, scrolls in itself, and is on a light ground at night."""
    tab = visit("docs/architecture", "phone", "dark")
    picture = tab.locator("article img[src$='.svg']").first
    drawn = float(
        re.findall(r'viewBox="0 0 (\d+)', (ROOT / "docs" / "module-graph.svg").read_text(encoding="utf-8"))[0]
    )
    assert picture.bounding_box()["width"] / drawn * 13 >= 9
    assert picture.evaluate("one => one.parentElement.scrollWidth > one.parentElement.clientWidth")
    assert picture.evaluate("one => getComputedStyle(one).backgroundColor") == "rgb(255, 255, 255)"
